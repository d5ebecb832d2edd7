"""TOML files that people write, changed here without touching their comments, their order or anything else."""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from podcast_pipeline import atomic, charset, reading, tomllines, tomltext
from podcast_pipeline.errors import ConfigError

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Nobody else of this program changes a file beside `path` while the block runs: for moments, others wait.

    What a killed run left of `path` is removed first.
    """
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read as TOML: {error}", "nothing was written; mend the file") from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        atomic.sweep(path.parent, of=path.name)
        yield
    finally:
        os.close(folder)


@contextlib.contextmanager
def changing(path: Path, new: str | None = None) -> Iterator[TOMLDocument]:
    """The document at `path`, written back when the block ends well and has changed it.

    Where there is no file it begins as the text `new`. Raises ConfigError: no file, or one that is no TOML; then
    nothing is written.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    with alone(path):
        try:
            text = reading.text(path) if new is None or path.exists() else new
            document = tomlkit.parse(text)
        except (OSError, UnicodeDecodeError, TOMLKitError) as error:
            raise _unread(path, error) from error
        yield document
        if (written := tomlkit.dumps(document)) != text:
            _written(path, written)


def text_of(path: Path) -> str:
    """A file as it stands, line ends and all, but for a byte order mark. Raises ConfigError where it is no TOML."""
    try:
        text = charset.utf8(reading.data(path))
        tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise _unread(path, error) from error
    return text


def write(path: Path, text: str, *changes: tomltext.TomlChange) -> str:
    """Write `text`, which stands at `path`, with these changes; the new text. Hold `alone` since it was read.

    Raises ConfigError where the file is laid out so that this cannot be written into it.
    """
    try:
        written = tomltext.changed(text, *changes)
    except tomllines.LaidOutError as error:
        raise ConfigError(f"{path}: {error}", "nothing was written") from error
    if reading.data(path).removeprefix(codecs.BOM_UTF8) != text.encode("utf-8"):
        raise ConfigError(f"{path}: was saved by another program just now", "it was not written; try again")
    if written != text:
        _written(path, written)
    return written


def _written(path: Path, text: str) -> None:
    """`path` is `text`, with its byte order mark where it has one: an editor of Windows put it there."""
    marked = path.exists() and reading.data(path).startswith(codecs.BOM_UTF8)
    atomic.write_bytes(path, (codecs.BOM_UTF8 if marked else b"") + text.encode("utf-8"))


def _unread(path: Path, error: Exception) -> ConfigError:
    if isinstance(error, UnicodeDecodeError):
        return ConfigError(f"{path}: {charset.other(error)}", "nothing was written")
    return ConfigError(f"{path}: cannot be read as TOML: {error}", "nothing was written; mend the file")


def tables(document: TOMLDocument, name: str) -> Any:
    """The [[name]] tables of a document, to append to; at its end where it has none yet."""
    import tomlkit

    entries = document.get(name)
    if entries is None:
        entries = tomlkit.aot()
        document.append(name, entries)
    return entries
