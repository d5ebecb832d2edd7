"""Which storage a show uses: short names to classes, imported on use."""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Iterator
from typing import cast

from podcast_pipeline import faults
from podcast_pipeline.errors import StorageError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import StorageSettings
from podcast_pipeline.storage.faulty import Faulty
from podcast_pipeline.storage.protocol import Storage
from podcast_pipeline.storage.serve import Server

BACKENDS = {
    "local": "podcast_pipeline.storage.local:LocalStorage",
    "s3": "podcast_pipeline.storage.s3:S3Storage",
}


def open_storage(settings: StorageSettings, workspace: Workspace) -> Storage:
    """The storage of `[storage] backend`: a name of BACKENDS, or "module:Class" of one's own. Raises StorageError."""
    where = settings.backend if ":" in settings.backend else BACKENDS.get(settings.backend)
    if where is None:
        raise StorageError(
            f'feed/show.toml: [storage] backend: "{settings.backend}" is unknown',
            f"use {' or '.join(BACKENDS)}, or module:Class of your own",
        )
    module, _, attribute = where.partition(":")
    try:
        backend = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise StorageError(f"feed/show.toml: [storage] backend: {where} cannot be imported: {error}") from error
    storage = cast("Storage", backend(settings, workspace))
    return Faulty(storage) if faults.VARIABLE in os.environ else storage


@contextlib.contextmanager
def public_address(settings: StorageSettings, workspace: Workspace) -> Iterator[str]:
    """The base address at which objects can really be asked for while the block runs.

    Local storage has no public address of its own: it is served on a free loopback port, key for key.
    """
    if settings.backend == "local":
        with Server(workspace.public) as server:
            yield server.url
    else:
        yield settings.public_base_url
