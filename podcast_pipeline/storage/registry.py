"""Which storage a show uses: short names to classes, imported on use, and refused where they lack what is needed."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from podcast_pipeline import faults
from podcast_pipeline.errors import PodcastError, StorageError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import StorageSettings
from podcast_pipeline.storage.faulty import Faulty
from podcast_pipeline.storage.protocol import Capabilities, Storage

BACKENDS = {
    "local": "podcast_pipeline.storage.local:LocalStorage",
    "s3": "podcast_pipeline.storage.s3:S3Storage",
}
_METHODS = tuple(name for name, value in vars(Storage).items() if inspect.isfunction(value) and name[0] != "_")
_INHERITED = frozenset({"erase", "trials", "blocks", "take"})
"""What a class that is derived from the protocol need not write itself."""


def open_storage(settings: StorageSettings, workspace: Workspace) -> Storage:
    """The storage of `[storage] backend`: a name of BACKENDS, or "module:Class" of one's own.

    Raises StorageError: it cannot be imported or made, or lacks what the protocol or publishing asks for.
    """
    where = settings.backend if ":" in settings.backend else BACKENDS.get(settings.backend)
    if where is None:
        raise StorageError(
            f'feed/show.toml: [storage] backend: "{settings.backend}" is unknown',
            f"use {' or '.join(BACKENDS)}, or module:Class of your own",
        )
    module, _, attribute = where.partition(":")
    try:
        backend = getattr(importlib.import_module(module), attribute)
    except Exception as error:  # a module of somebody else raises what it likes
        raise StorageError(f"feed/show.toml: [storage] backend: {where} cannot be imported: {error}") from error
    storage = _made(where, backend, settings, workspace)
    return Faulty(storage) if faults.VARIABLE in os.environ else storage


def _made(where: str, backend: Any, settings: StorageSettings, workspace: Workspace) -> Storage:
    if lacking := [problem for name in _METHODS if (problem := _lacks(backend, name))]:
        raise _refused(where, f"lacks what every storage can do: {', '.join(lacking)}")
    try:
        storage = backend(settings, workspace)
        able = storage.capabilities
    except PodcastError:
        raise
    except Exception as error:  # a class of somebody else raises what it likes
        raise _refused(where, f"cannot be opened: {type(error).__name__}: {error}") from error
    if not isinstance(able, Capabilities):
        raise _refused(where, "does not say what it can do: `capabilities` is no Capabilities")
    if not able.lists:
        raise _refused(where, "cannot list what it holds (lists): the history of the feed could not be found again")
    if not able.serves and not Path(able.place).is_absolute():
        raise _refused(
            where,
            f"does not serve its public address (serves), and {able.place!r} is no folder that could be served in its "
            "place: nothing that is published could be proved",
        )
    return cast("Storage", storage)


def _lacks(backend: Any, name: str) -> str:
    """What is wrong with a method of a class, "" if it can be called as the protocol says."""
    declared, method = getattr(Storage, name), getattr(backend, name, None)
    if method is None or not callable(method) or (method is declared and name not in _INHERITED):
        return f"{name}()"
    parameters = inspect.signature(declared).parameters.values()
    needed = [None for parameter in parameters if parameter.default is parameter.empty]
    options = {parameter.name: None for parameter in parameters if parameter.default is not parameter.empty}
    try:
        inspect.signature(method).bind(*needed, **options)
    except TypeError as error:
        return f"{name}(): {error}"
    except ValueError:  # a function of a compiled module may not tell its parameters
        return ""
    return ""


def _refused(where: str, problem: str) -> StorageError:
    return StorageError(
        f"feed/show.toml: [storage] backend: {where} {problem}", "docs/how-to/storage.md says what a storage needs"
    )


def served(settings: StorageSettings, workspace: Workspace) -> bool:
    """Whether the storage itself is asked by `public_address`."""
    return open_storage(settings, workspace).capabilities.serves


@contextlib.contextmanager
def public_address(settings: StorageSettings, workspace: Workspace) -> Iterator[str]:
    """The base address at which objects can really be asked for while the block runs.

    A storage that does not serve is a folder: it is served on a free loopback port, key for key.
    """
    from podcast_pipeline.storage.serve import Server

    able = open_storage(settings, workspace).capabilities
    if able.serves:
        yield settings.public_base_url
    else:
        with Server(Path(able.place)) as server:
            yield server.url
