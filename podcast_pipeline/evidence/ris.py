"""RIS: read what reference managers export, write what they import."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from podcast_pipeline.evidence.citation import day_parts
from podcast_pipeline.evidence.markup import plain
from podcast_pipeline.evidence.record import Import, PaperRecord
from podcast_pipeline.model.reference import Csl, Reference
from podcast_pipeline.numeral import whole

_LINE = re.compile(r"([A-Z][A-Z0-9])  - ?(.*)")
_TYPES = {
    "JOUR": "article-journal",
    "EJOUR": "article-journal",
    "CHAP": "chapter",
    "BOOK": "book",
    "EBOOK": "book",
    "RPRT": "report",
    "GOVDOC": "report",
    "CONF": "paper-conference",
    "CPAPER": "paper-conference",
    "THES": "thesis",
    "ELEC": "webpage",
    "WEB": "webpage",
    "DATA": "dataset",
}
_FIELDS = {
    "title": ("TI", "T1"),
    "container-title": ("T2", "JF", "BT"),
    "container-title-short": ("JA", "J2", "JO"),
    "volume": ("VL",),
    "issue": ("IS",),
    "publisher": ("PB",),
    "publisher-place": ("CY", "PP"),
    "DOI": ("DO",),
    "URL": ("UR",),
}


def read(text: str) -> Import:
    """The records of a RIS file; a record without title or without its end is a problem, and the others are kept."""
    records, problems = [], []
    for number, tags in enumerate(_entries(text), 1):
        csl = _csl(tags)
        if csl.get("title"):
            records.append(PaperRecord(csl, source="ris"))
        else:
            problems.append(f"record {number}: has no title (TI)")
    if not records and not problems:
        problems.append("no record found: a RIS record begins with TY and ends with ER")
    return Import(tuple(records), tuple(problems))


def _entries(text: str) -> Iterator[list[tuple[str, str]]]:
    tags: list[tuple[str, str]] = []
    for line in text.splitlines():
        match = _LINE.match(line.strip("\ufeff"))
        if match is None:
            if line.strip() and tags:
                tags[-1] = (tags[-1][0], f"{tags[-1][1]} {line.strip()}")
        elif match[1] == "TY" and tags:
            yield tags  # the record before it has no end
            tags = [("TY", match[2].strip())]
        elif match[1] == "ER":
            yield tags
            tags = []
        elif tags or match[1] == "TY":
            tags.append((match[1], match[2].strip()))
    if tags:
        yield tags


def _csl(tags: list[tuple[str, str]]) -> Csl:
    first: dict[str, str] = {}
    for tag, value in tags:
        first.setdefault(tag, value)
    csl: dict[str, Any] = {"type": _TYPES.get(first.get("TY", ""), "document")}
    for field, names in _FIELDS.items():
        if texts := [first[name] for name in names if first.get(name)]:
            csl[field] = plain(texts[0])
    if authors := [_author(value) for tag, value in tags if tag in ("AU", "A1") and value]:
        csl["author"] = authors
    date = next((first[name] for name in ("DA", "PY", "Y1") if first.get(name)), "")
    if parts := [given for part in re.split(r"[/-]", date)[:3] if (given := whole(part))]:
        csl["issued"] = {"date-parts": [parts]}
    start, end = first.get("SP", ""), first.get("EP", "")
    if start:
        csl["page"] = start if not end or "-" in start or end == start else f"{start}-{end}"
    for tag, value in tags:
        if tag in ("AN", "C2", "ID"):
            number = value.strip()
            if re.fullmatch(r"PMC\d+", number):
                csl["PMCID"] = number
            elif tag == "AN" and re.fullmatch(r"[1-9]\d{4,7}", number):
                csl["PMID"] = number
    return csl


def _author(value: str) -> dict[str, str]:
    family, comma, rest = value.partition(",")
    if not comma:
        return {"literal": plain(value)}
    given, _, suffix = rest.partition(",")
    parts = {"family": plain(family), "given": plain(given), "suffix": plain(suffix)}
    return {name: text for name, text in parts.items() if text}


def write(references: Iterable[Reference]) -> str:
    """The references as RIS, in order."""
    back = {csl: ris for ris, csl in reversed(_TYPES.items())}
    return "\n".join(
        "\n".join(_lines(reference, back.get(str(reference.csl.get("type")), "GEN"))) + "\n" for reference in references
    )


def _lines(reference: Reference, kind: str) -> Iterator[str]:
    csl = reference.csl

    def line(tag: str, value: object) -> Iterator[str]:
        if text := " ".join(str(value or "").split()):
            yield f"{tag}  - {text}"

    yield f"TY  - {kind}"
    yield from line("ID", reference.id)
    for author in csl.get("author", ()):
        parts = [_family(author), author.get("given", ""), author.get("suffix", "")]
        yield from line("AU", author.get("literal") or ", ".join(part for part in parts if part))
    yield from line("TI", csl.get("title"))
    yield from line("T2", csl.get("container-title"))
    yield from line("JA", csl.get("container-title-short"))
    if parts := day_parts(csl.get("issued")):
        yield from line("PY", parts[0])
        yield from line("DA", "/".join(f"{part:02}" for part in parts))
    start, _, end = str(csl.get("page", "")).partition("-")
    rows = {"VL": "volume", "IS": "issue", "PB": "publisher", "CY": "publisher-place", "DO": "DOI", "UR": "URL"}
    yield from line("SP", start)
    yield from line("EP", end)
    for tag, field in rows.items():
        yield from line(tag, csl.get(field))
    yield from line("AN", csl.get("PMID"))
    yield from line("C2", csl.get("PMCID"))
    yield "ER  - "


def _family(author: dict[str, str]) -> str:
    particles = (author.get("dropping-particle", ""), author.get("non-dropping-particle", ""), author.get("family", ""))
    return " ".join(part for part in particles if part)
