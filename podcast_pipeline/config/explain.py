"""A setting in words: what a key means, where it stands, what it is left out, and an example."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from podcast_pipeline.config import reference
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
    """Of a table: what can stand in it."""


def settings(name: str) -> tuple[Explained, ...]:
    """Every key or table of that name, written as messages and files write it: `title`, `audio.loudness`, `[[track]]`,
    `chapter[2].start`, `show.toml: title`; () if there is none.
    """
    file, _, path = name.rpartition(":")
    path = re.sub(r"\[\d*\]", "", path.strip().strip("[]"))
    every = [one for one in _every() if one.file.endswith(file.strip())]
    return tuple(one for one in every if one.name == path) or tuple(
        one for one in every if one.name.endswith(f".{path}")
    )


def names() -> tuple[str, ...]:
    """Every name that can be asked for: whole paths, and their last parts."""
    paths = [one.name for one in _every()]
    return tuple(dict.fromkeys([*paths, *(path.rpartition(".")[2] for path in paths)]))


@functools.cache
def _every() -> tuple[Explained, ...]:
    return tuple(one for file, _, declared in reference.FILES for one in _of(file, declared, "", ""))


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
            yield Explained(file, name, key.help, needed, reference.default(declared, key), lines)


def _table(file: str, name: str, key: Key, header: str, declared: Table[Any]) -> Explained:
    assert isinstance(key.read, Nested)
    inner = key.read.table
    single = [one for one in inner.keys if not isinstance(one.read, Nested)]
    shown = [one for one in single if inner.required(one)] or single[:3]
    example = "\n".join([header, *(f"{one.name} = {one.example}" for one in shown if one.example)])
    more = "; one block for each" if key.read.many else ""
    keys = tuple(one.name for one in inner.keys)
    needed = declared.required(key) and not key.read.many
    return Explained(file, name, key.help + more, needed, "", example, keys)
