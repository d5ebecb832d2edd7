"""What is to be read before it is signed: all that carries the signer's name, or what of it changed since."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from podcast_pipeline import timecode
from podcast_pipeline.episode.judged import Facts
from podcast_pipeline.evidence.citation import pubmed
from podcast_pipeline.model.reference import Reference

_TIMES = frozenset({"at", "until", "start", "duration"})
"""Fields in ms."""
_COMMENT = re.compile(r"^\[(?:comment|//)\]: *(?:#|<#?>)(?: [^\n]*)?$|<!--.*?-->", re.MULTILINE | re.DOTALL)
"""What Markdown prints nowhere: questions of a template, notes of the producer to themselves."""


class ReadLine(NamedTuple):
    """A line of a part. `mark`: "-" as it was signed, "+" as it is now, "" of what is the same, or was never signed."""

    mark: str
    text: str


class ReadPart(NamedTuple):
    """A part of what is printed, line by line."""

    name: str
    lines: tuple[ReadLine, ...]


def to_read(facts: Facts, signed: Facts) -> tuple[ReadPart, ...]:
    """What a person reads before signing `facts`: all of it where nothing is `signed`, else what differs."""
    if not signed:
        parts = ((name, tuple(ReadLine("", line) for line in _of(name, said))) for name, said in facts.items())
        return tuple(ReadPart(name, lines) for name, lines in parts if lines)
    names = dict.fromkeys([*facts, *signed])
    return tuple(
        ReadPart(name, tuple(_difference(name, signed.get(name), facts.get(name))))
        for name in names
        if signed.get(name) != facts.get(name)
    )


def _difference(name: str, then: Any, now: Any) -> Iterator[ReadLine]:
    was, is_ = list(_of(name, then)), list(_of(name, now))
    if was == is_:  # in a field that no line of it shows
        was, is_ = list(_lines(then)), list(_lines(now))
    for _, a, b, c, d in difflib.SequenceMatcher(None, was, is_, autojunk=False).get_opcodes():
        if was[a:b] != is_[c:d]:
            yield from _head(is_, c, d) or _head(was, a, b)
            yield from (ReadLine("-", line) for line in was[a:b])
            yield from (ReadLine("+", line) for line in is_[c:d])


def _head(lines: Sequence[str], start: int, end: int) -> list[ReadLine]:
    """The line under which those that changed stand, which has not: whose bio, which claim."""
    if start == end or not lines[start].startswith(" "):
        return []
    return [ReadLine("", next((line for line in reversed(lines[:start]) if not line.startswith(" ")), ""))]


def _of(name: str, said: Any) -> Iterator[str]:
    """The lines of one part."""
    if name == "notes" and isinstance(said, str):
        said = _COMMENT.sub("", said).strip()
    if name != "references" or not isinstance(said, Mapping):
        yield from _lines(said)
        return
    for id_, csl in said.items():
        yield f"{id_}: {pubmed(Reference(id_, csl))}"
        beside = {key: csl[key] for key in ("state", "notices", "level") if key in csl}
        yield from (f"  {line}" for line in _lines(beside))


def _lines(said: Any) -> Iterator[str]:
    """Any JSON as lines that people read; what is empty says nothing."""
    if isinstance(said, Mapping):
        for key, value in said.items():
            if value in (None, "", [], {}):
                continue
            label = key.replace("_", " ")
            shown = timecode.show(value) if key in _TIMES and isinstance(value, int) else value
            inner = list(_lines(shown))
            if len(inner) == 1 and not isinstance(value, list | Mapping):
                yield f"{label}: {inner[0]}"
            else:
                yield f"{label}:"
                yield from (f"  {line}" for line in inner)
    elif isinstance(said, list):
        for item in said:
            first, *others = list(_lines(item)) or [""]
            yield f"* {first}"
            yield from (f"  {line}" for line in others)
    elif isinstance(said, bool):
        yield "yes" if said else "no"
    elif said is not None:
        yield from str(said).splitlines()
