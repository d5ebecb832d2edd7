"""A setting in words: what a key means, where it stands, what it is left out, and an example."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from podcast_pipeline.config import reference, types
from podcast_pipeline.config.table import Key, Nested, Table


@dataclass(frozen=True, slots=True)
class Explained:
    """A key or a table of a file that people write. `name` is its path there: `audio.loudness`."""

    file: str
    name: str
    meaning: str
    needed: bool
    default: str
    """As TOML; "" where nothing takes its place."""
    example: str
    """Lines of the file."""
    keys: tuple[str, ...] = ()
    """Of a file or table: what can stand in it."""
    values: tuple[str, ...] = ()
    """Of a key that takes a few words alone: these."""


def settings(name: str) -> tuple[Explained, ...]:
    """Every file, key or table of that name, written as messages and files write it: `title`, `audio.loudness`,
    `[[track]]`, `chapter[2].start`, `show.toml: title`, `feed/terms.toml`, `terms`; else the keys that take it as a
    value: `composite`. () if there is none.
    """
    file, _, path = name.rpartition(":")
    path = re.sub(r"\[\d*\]", "", path.strip().strip("[]"))
    every = [key for key in _every() if key.file.endswith(file.strip())]
    keys = [key for key in every if key.name == path] or [key for key in every if key.name.endswith(f".{path}")]
    files = [setting for setting in _files() if path in _called(setting.file)] if not file else []
    return (*files, *keys) or tuple(key for key in every if path in key.values)


def names() -> tuple[str, ...]:
    """Every name that can be asked for: files, whole paths, their last parts, and words that are values."""
    paths = [key.name for key in _every()]
    parts = [path.rpartition(".")[2] for path in paths]
    values = [value for key in _every() for value in key.values]
    return tuple(
        dict.fromkeys([*paths, *parts, *(name for setting in _files() for name in _called(setting.file)), *values])
    )


@functools.cache
def _every() -> tuple[Explained, ...]:
    return tuple(key for file, _, declared in reference.FILES for key in _of(file, declared, "", ""))


@functools.cache
def _files() -> tuple[Explained, ...]:
    return tuple(
        Explained(file, file, text, False, "", "", tuple(key.name for key in declared.keys))
        for file, text, declared in reference.FILES
    )


def _called(file: str) -> tuple[str, ...]:
    """How people call a file: `feed/terms.toml`, `terms.toml`, `terms`."""
    path = PurePosixPath(file)
    return tuple(dict.fromkeys((file, path.name, path.stem)))


def _of(file: str, declared: Table[Any], path: str, header: str) -> Iterator[Explained]:
    for key in declared.keys:
        name = f"{path}.{key.name}" if path else key.name
        if isinstance(key.read, Nested):
            inner = f"[[{name}]]" if key.read.many else f"[{name}]"
            yield _table(file, name, key, inner, declared)
            yield from _of(file, key.read.table, name, inner)
        else:
            example = f"{key.name} = {key.example}" if key.example else ""
            lines = "\n".join(line for line in (header, example) if line)
            needed = declared.required(key)
            words = key.read.allowed if isinstance(key.read, types.Choice | types.Choices) else ()
            values = tuple(word for word in words if isinstance(word, str))
            yield Explained(file, name, key.help, needed, reference.default(declared, key), lines, values=values)


def _table(file: str, name: str, key: Key, header: str, declared: Table[Any]) -> Explained:
    assert isinstance(key.read, Nested)
    inner = key.read.table
    single = [key for key in inner.keys if not isinstance(key.read, Nested)]
    shown = [key for key in single if inner.required(key)] or single[:3]
    example = "\n".join([header, *(f"{key.name} = {key.example}" for key in shown if key.example)])
    more = "; one block for each" if key.read.many else ""
    keys = tuple(key.name for key in inner.keys)
    needed = declared.required(key) and not key.read.many
    return Explained(file, name, key.help + more, needed, "", example, keys)
