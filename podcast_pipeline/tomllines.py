"""TOML by its lines: which statement of a file stands where, and in which table, comments included."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Path = tuple[str, ...]
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?""""{0,2}|\'\'\'.*?\'\'\'\'{0,2}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|\n|[\[\]{}=]|[^\S\n]+|'
    r"[^\"'#\n\[\]{}=\s]+",
    re.DOTALL,
)


class LaidOutError(ValueError):
    """A file is laid out so that this change cannot be made in it."""


@dataclass(frozen=True, slots=True)
class TomlLine:
    """One statement of a file, by its places in the text; `kind` is header, entry (`[[...]]`), key or other.

    `path` is what a header or key names. A comment behind it begins at `note`, the line ends at `end`.
    """

    kind: str
    start: int
    end: int
    note: int
    value: int = 0
    """Where a key's value begins."""
    last: int = 0
    """Where it ends."""
    path: Path = ()


def statements(text: str) -> Iterator[TomlLine]:
    """The statements of a valid file in order; together they are the whole text."""
    start, depth = 0, 0
    equals = first = last = note = -1
    for match in _TOKEN.finditer(text):
        part = match[0]
        if part == "\n" and depth == 0:
            yield _statement(text, start, match.end(), equals, first, last, note)
            start, equals, first, last, note = match.end(), -1, -1, -1, -1
        elif part.startswith("#") and depth == 0:
            note = match.start()
        elif not part.isspace():
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(part, 0)
            if equals >= 0 and first < 0:
                first = match.start()
            if part == "=" and equals < 0 and depth == 0:
                equals = match.start()
            last = match.end()
    if start < len(text):
        yield _statement(text, start, len(text), equals, first, last, note)


def _statement(text: str, start: int, end: int, equals: int, first: int, last: int, note: int) -> TomlLine:
    if last < 0:
        return TomlLine("other", start, end, note if note >= 0 else end)
    note = note if note >= 0 else end
    if equals < 0:
        header = text[start:last].strip()
        kind = "entry" if header.startswith("[[") else "header"
        return TomlLine(kind, start, end, note, path=_named(header))
    return TomlLine("key", start, end, note, first, last, _named(f"{text[start:equals].strip()} = 0"))


@functools.lru_cache(maxsize=4096)
def _named(line: str) -> Path:
    """The path that a header, or a key with a value, names."""
    path: list[str] = []
    value: Any = tomllib.loads(line)
    while value:
        value = value[0] if isinstance(value, list) else value
        if not value:
            break
        ((name, value),) = value.items()
        path.append(name)
    return tuple(path)


@dataclass(frozen=True, slots=True)
class TomlTable:
    """A header with all that stands below it, up to the next header. The first section of a file has no header."""

    path: Path
    entry: bool
    lines: tuple[TomlLine, ...]

    @property
    def keys(self) -> tuple[TomlLine, ...]:
        return tuple(line for line in self.lines if line.kind == "key")

    @property
    def end(self) -> int:
        """Behind its last line that says something: comments below that one are the next section's."""
        return max((line.end for line in self.lines if line.kind != "other"), default=0)


def sections(text: str) -> list[TomlTable]:
    tables: list[list[TomlLine]] = [[]]
    for line in statements(text):
        if line.kind in ("header", "entry"):
            tables.append([])
        tables[-1].append(line)
    heads = [(lines[0] if lines and lines[0].kind in ("header", "entry") else None, tuple(lines)) for lines in tables]
    return [
        TomlTable(head.path if head else (), head is not None and head.kind == "entry", lines) for head, lines in heads
    ]


def entry_of(all_: Sequence[TomlTable], name: str, index: int) -> list[TomlTable]:
    """The section of entry `index` (from 0) of the array `name`, and those of the tables in it."""
    heads = [i for i, section in enumerate(all_) if section.entry and section.path == (name,)]
    if index >= len(heads):
        raise LaidOutError(f"{name} is not written as [[{name}]] blocks")
    entry = [all_[heads[index]]]
    for section in all_[heads[index] + 1 :]:
        if section.path[:1] != (name,) or len(section.path) == 1:
            break
        entry.append(section)
    return entry
