"""RIS: read what reference managers and databases export, write what they import.

Tags by the specification of 2011 and as EndNote, Zotero, RefWorks, Ovid, Embase, Scopus, Cochrane and EBSCO use them. A
tag that no field of CSL has, or that says another thing than one that was read, stays in the record's note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from podcast_pipeline.evidence import citation, dates
from podcast_pipeline.evidence.citation import day_parts
from podcast_pipeline.evidence.names import to_text
from podcast_pipeline.evidence.record import Import, PaperRecord
from podcast_pipeline.evidence.ristags import TYPES, RisTags
from podcast_pipeline.model.reference import Reference

_STRICT = re.compile(r"([A-Z][A-Z0-9])  -(?: (.*)|)\Z")
_LOOSE = re.compile(r"([A-Z][A-Z0-9])[ \t]{0,4}[-\u2013\u2014](?:[ \t](.*)|)\Z")
"""With one space, or the dash of a word processor."""
_WRITTEN = {csl: ris for ris, csl in reversed(TYPES.items())}
_FREE = frozenset({"AB", "N1", "N2", "TI", "T1", "KW", "AD"})
"""Tags whose text runs over several lines, which may look like tags: `T2 - weighted`."""


@dataclass
class _Entry:
    """One record: its tags in order, whether they have one space where two belong, and whether its end was there."""

    line: int
    loose: bool = False
    tags: list[tuple[str, str]] = field(default_factory=list)
    ended: bool = False


def read(text: str) -> Import:
    """The records of a RIS file; a record without title or without its end is a problem, and the others are kept."""
    records, problems, notes = [], [], []
    entries, strays = _entries(text)
    for number, entry in enumerate(entries, 1):
        reader = RisTags(entry.tags)
        csl = reader.csl()
        name = f"record {number} (line {entry.line})"
        if csl.get("title"):
            records.append(PaperRecord(csl, source="ris"))
        else:
            problems.append(f"{name}: has no title (TI)")
        if not entry.ended:
            problems.append(f"{name}: has no end (ER): it may be cut short; compare it with the original")
        notes += [f"{name}: {note}" for note in reader.notes]
    problems += [f"line {line}: stands in no record, which begins with TY: {shown}" for line, shown in strays]
    if not records and not problems:
        problems.append("no record found: a RIS record begins with TY and ends with ER")
    return Import(tuple(records), tuple(problems), tuple(notes))


def _entries(text: str) -> tuple[list[_Entry], list[tuple[int, str]]]:
    """The records, and tagged lines that are in none."""
    entries: list[_Entry] = []
    strays: list[tuple[int, str]] = []
    current: _Entry | None = None
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        bare = line.strip("\ufeff \t\x0c\x1a")
        match = _STRICT.match(bare)
        if match is None and (current is None or current.loose or current.tags[-1][0] not in _FREE):
            match = _LOOSE.match(bare)
        if match is not None and match[1] == "TY":
            current = _Entry(number, loose=_STRICT.match(bare) is None)
            entries.append(current)
            current.tags.append(("TY", (match[2] or "").strip()))
        elif match is None:
            if bare and current is not None:
                tag, value = current.tags[-1]
                current.tags[-1] = (tag, f"{value} {bare}".strip())
        elif match[1] == "ER":
            if current is not None:
                current.ended = True
            current = None
        elif current is None:
            strays.append((number, bare[:80]))
        else:
            current.tags.append((match[1], (match[2] or "").strip()))
    return entries, strays


def write(references: Iterable[Reference]) -> str:
    """The references as RIS, in order."""
    return "\n".join("\n".join(_lines(reference)) + "\n" for reference in references)


def _lines(reference: Reference) -> Iterator[str]:
    csl = reference.csl

    def line(tag: str, value: object) -> Iterator[str]:
        if text := " ".join(str(value or "").split()):
            yield f"{tag}  - {text}"

    kind = str(csl.get("type"))
    yield f"TY  - {_WRITTEN.get(kind, 'GEN')}"
    yield from line("ID", reference.id)
    for author in csl.get("author", ()):
        yield from line("AU", to_text(author))
    if isinstance(custom := csl.get("custom"), Mapping) and custom.get("authors_truncated"):
        yield from line("AU", "et al.")
    for editor in csl.get("editor", ()):
        yield from line("ED", to_text(editor))
    yield from line("TI", csl.get("title"))
    yield from line("T2", csl.get("container-title"))
    yield from line("JA", csl.get("container-title-short"))
    if parts := day_parts(csl.get("issued")):
        yield from line("PY", parts[0])
    yield from line("DA", _date(csl.get("issued")))
    yield from line("ET", _date(csl.get("available-date")))
    yield from line("ET", csl.get("edition"))
    yield from line("Y2", _date(csl.get("accessed")))
    start, _, end = str(csl.get("page", "")).partition("-")
    rows = {"VL": "volume", "IS": "issue", "PB": "publisher", "CY": "publisher-place", "DO": "DOI", "UR": "URL"}
    yield from line("SP", start)
    yield from line("EP", end)
    for tag, field_ in rows.items():
        yield from line(tag, csl.get(field_))
    yield from line("AN", csl.get("PMID"))
    yield from line("DB", "PubMed" if csl.get("PMID") else "")
    yield from line("C2", csl.get("PMCID"))
    yield from line("M3", kind if kind not in _WRITTEN else "")
    yield "ER  - "


def _date(value: Any) -> str:
    """`2025/02/19`; a span and a season in words behind it, where RIS has room for others: `2020/01//2020 Jan-Feb`."""
    if not value:
        return ""
    words, parts = citation.in_words(value), day_parts(value)
    if not parts:
        return words
    day = "/".join(f"{part:02}" for part in parts)
    plain_day = dates.parsed(words)[0] == {"date-parts": [parts]}
    return day if plain_day else f"{day}{'/' * (4 - len(parts))}{words}"
