"""TOML files that people write, changed here without touching their comments, their order or anything else."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from podcast_pipeline import atomic
from podcast_pipeline.errors import ConfigError

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


@contextlib.contextmanager
def changing(path: Path, new: str | None = None) -> Iterator[TOMLDocument]:
    """The document at `path`, written back when the block ends well and has changed it.

    Where there is no file it begins as the text `new`. Raises ConfigError: no file, or one that is no TOML; then
    nothing is written.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        text = path.read_text("utf-8") if new is None or path.exists() else new
        document = tomlkit.parse(text)
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise ConfigError(f"{path}: cannot be read as TOML: {error}", "nothing was written; mend the file") from error
    yield document
    if (written := tomlkit.dumps(document)) != text:
        atomic.write_text(path, written)


def tables(document: TOMLDocument, name: str) -> Any:
    """The [[name]] tables of a document, to append to; at its end where it has none yet."""
    import tomlkit

    found = document.get(name)
    if found is None:
        found = tomlkit.aot()
        document.append(name, found)
    return found
