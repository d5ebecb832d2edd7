"""TOML as somebody has laid it out: one key set, one entry put in or taken out, and every other byte as it was.

What is written is proven: read again, it is what was there with this one change, or nothing is written.
"""

from __future__ import annotations

import contextlib
import copy
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from podcast_pipeline.tomllines import LaidOutError, TomlLine, TomlTable, entry_of, sections

Data = dict[str, Any]
"""A table of TOML as it was read: nothing is known of it yet, and it may be changed."""


class TomlChange(Protocol):
    """What is to be changed: in the text, as one of several ways to lay it out, and in what the text says."""

    def ways(self, text: str) -> Iterator[str]: ...
    def apply(self, data: Data) -> None: ...


def changed(text: str, *changes: TomlChange) -> str:
    """`text` with these changes. Raises LaidOutError where they cannot be written, and TOMLDecodeError for no TOML."""
    if len(changes) > 1 and (all_ := _at_once(text, changes)):
        return all_
    for change in changes:
        wanted = copy.deepcopy(tomllib.loads(text))
        change.apply(wanted)
        text = next((way for way in change.ways(text) if _says(way) == wanted), "")
        if not text:
            raise LaidOutError("the file is laid out so that this cannot be written into it; write it there by hand")
    return text


def _at_once(text: str, changes: Sequence[TomlChange]) -> str:
    """`text` with each change in its first way, proven once for all; "" where that is not what they say together."""
    wanted = tomllib.loads(text)
    try:
        for change in changes:
            change.apply(wanted)
            text = next(change.ways(text))
    except (ValueError, LookupError, StopIteration):
        return ""  # what stood between may be no TOML: one after the other says what is wrong
    return text if _says(text) == wanted else ""


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _says(text: str) -> Data | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


@dataclass(frozen=True)
class SetKey:
    """`key` of the file itself (`array` ""), or of entry `index` of an array, gets a value; `literal` None: none."""

    key: str
    value: Any
    literal: str | None
    array: str = ""
    index: int = 0

    def apply(self, data: Data) -> None:
        table = data[self.array][self.index] if self.array else data
        if self.literal is None:
            table.pop(self.key, None)
        else:
            table[self.key] = self.value

    def ways(self, text: str) -> Iterator[str]:
        all_ = sections(text)
        parts = entry_of(all_, self.array, self.index) if self.array else all_[:1]
        if inner := [part for part in parts[1:] if part.path[1:2] == (self.key,)]:
            without = _without(text, [line for part in inner for line in part.lines])
            yield from self.ways(without) if self.literal is not None else [without]
            return
        there = next((line for line in parts[0].keys if line.path == (self.key,)), None)
        if there is not None and self.literal is not None:
            yield text[: there.value] + self.literal + text[there.last :]
        elif there is not None:
            yield _without(text, [there])
        elif self.literal is not None:
            line = f"{self.key} = {self.literal}{_line_end(text)}"
            if switched := _switched_off(text, parts[0], self.key):
                yield text[: switched.start] + line + text[switched.end :]
            yield _between(text, parts[0].end, line)


@dataclass(frozen=True)
class SetText:
    """`key` of the table that `table` leads to (`("claim", 0)`, `("bio",)`) gets a text, however it is laid out."""

    table: tuple[str | int, ...]
    key: str
    value: str

    def _of(self, document: Any) -> Any:
        for step in self.table:
            document = document[step]
        return document

    def apply(self, data: Data) -> None:
        self._of(data)[self.key] = self.value

    def ways(self, text: str) -> Iterator[str]:
        match self.table:
            case (str(name), int(index)):
                with contextlib.suppress(LaidOutError):
                    yield from self._in(text, entry_of(sections(text), name, index)[0])
            case (str(name),):
                headed = [part for part in sections(text) if part.path == (name,) and not part.entry]
                yield from (way for part in headed for way in self._in(text, part))
        import tomlkit  # tables that are written on one line, or by dotted keys

        document = tomlkit.parse(text)
        self._of(document)[self.key] = self.value
        yield tomlkit.dumps(document)

    def _in(self, text: str, section: TomlTable) -> Iterator[str]:
        literal = f'"{self.value}"'
        if there := next((line for line in section.keys if line.path == (self.key,)), None):
            yield text[: there.value] + literal + text[there.last :]
        else:
            yield _between(text, section.end, f"{self.key} = {literal}{_line_end(text)}")


def _switched_off(text: str, section: TomlTable, key: str) -> TomlLine | None:
    """The line of a section that has `key` behind a `#`, as templates do."""
    for line in section.lines:
        comment = text[line.start : line.end]
        if line.kind == "other" and re.match(r"#\s*\[", comment):
            return None  # what follows is of a table that is switched off itself
        if line.kind == "other" and re.match(rf"#\s?{re.escape(key)}\s*=", comment):
            return line
    return None


def _between(text: str, place: int, new: str) -> str:
    """`text` with new lines at `place`, which is behind a line or at the beginning."""
    joint = _line_end(text) if place and text[place - 1] != "\n" else ""
    return text[:place] + joint + new + text[place:]


def _without(text: str, lines: Sequence[TomlLine]) -> str:
    """`text` without these statements: comments stay, also those behind a key, and two empty lines become one."""
    gone = [line for line in lines if line.kind != "other"]
    parts, at = [], 0
    for line in gone:
        parts.append(text[at : line.start])
        if line.note < line.end:
            parts.append(text[line.note : line.end])
        at = line.end
        if _empty_before("".join(parts)) and re.match(r"[^\S\n]*\n", text[at:]):
            at = text.index("\n", at) + 1
    return "".join([*parts, text[at:]])


def _empty_before(text: str) -> bool:
    return not text or re.search(r"\n[^\S\n]*\n$", text) is not None


@dataclass(frozen=True)
class AddEntry:
    """A new entry of the array `name`, the one with number `index` (from 0): keys with their values and literals."""

    name: str
    index: int
    keys: Mapping[str, tuple[Any, str]]

    def apply(self, data: Data) -> None:
        data.setdefault(self.name, []).insert(self.index, {key: value for key, (value, _) in self.keys.items()})

    def ways(self, text: str) -> Iterator[str]:
        end = _line_end(text)
        block = end.join([f"[[{self.name}]]", *(f"{key} = {literal}" for key, (_, literal) in self.keys.items()), ""])
        all_ = sections(text)
        heads = [section for section in all_ if section.entry and section.path == (self.name,)]
        if heads and self.index:
            place = max(part.end for part in entry_of(all_, self.name, self.index - 1))
            yield _between(text, place, f"{end}{block}")
        elif heads:
            place = heads[0].lines[0].start
            yield text[:place] + f"{block}{end}" + text[place:]
        else:
            switched = re.compile(rf"^#\s?\[\[{re.escape(self.name)}\]\]", re.MULTILINE)
            for match in switched.finditer(text):
                yield text[: match.start()] + f"{block}{end}" + text[match.start() :]
            gap = "" if _empty_before(text) else end
            yield _between(text, len(text), f"{gap}{block}")


@dataclass(frozen=True)
class DropEntry:
    """Entry `index` (from 0) of the array `name` is taken out; its comments stay."""

    name: str
    index: int

    def apply(self, data: Data) -> None:
        del data[self.name][self.index]
        if not data[self.name]:
            del data[self.name]

    def ways(self, text: str) -> Iterator[str]:
        yield _without(text, [line for part in entry_of(sections(text), self.name, self.index) for line in part.lines])
