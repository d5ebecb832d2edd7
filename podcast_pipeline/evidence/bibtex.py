"""BibTeX and biblatex: read what LaTeX writers and reference managers have, write what they need."""

from __future__ import annotations

import itertools
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from podcast_pipeline import months
from podcast_pipeline.evidence import citation, dates, latex
from podcast_pipeline.evidence.bibfields import TYPES, BibRecord
from podcast_pipeline.evidence.citation import day_parts
from podcast_pipeline.evidence.record import Import, PaperRecord
from podcast_pipeline.model.reference import Reference

_MONTHS = tuple(name.casefold() for name in months.SHORT)
"""Macros of every style."""
_WRITTEN = {csl: kind for kind, csl in reversed(TYPES.items())}
_OPENED = re.compile(r"@\s*(\w+)\s*\(", re.ASCII)
_KEYLESS = re.compile(r"(@\s*(?!string\b|comment\b|preamble\b)\w+\s*\{)(?=\s*[\w-]+\s*=)", re.ASCII | re.IGNORECASE)
_NO_COMMA = re.compile(r"\s*@\s*\w+\s*\{\s*[^\s,={}]+\s+\w+\s*=", re.ASCII)
_PART = re.compile(
    r"""\s*(?:(?P<brace>\{)|"(?P<quoted>(?:[^"{}]|\{[^{}]*\})*)"|(?P<joined>\#)|(?P<name>[^\s\#{}",]+))""", re.ASCII
)
_DEEPEST = 5
"""How far records take fields from records."""
_NO_RECORDS = frozenset({"xdata", "set"})


def read(text: str) -> Import:
    """The records of a BibTeX file; what cannot be read is a problem with its key, and the others are kept."""
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import (
        DuplicateBlockKeyBlock,
        DuplicateFieldKeyBlock,
        Entry,
        ImplicitComment,
        ParsingFailedBlock,
        String,
    )

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it would say is said here, as problems
    records: list[PaperRecord] = []
    problems: list[str] = []
    notes: list[str] = []
    entries: list[tuple[str, str, dict[str, str]]] = []
    strings = {month: month for month in _MONTHS}
    for block in parse_string(_braced(_KEYLESS.sub(r"\1without-key,", text)), parse_stack=[]).blocks:
        if isinstance(block, DuplicateBlockKeyBlock):  # two papers may have one key: here they get ids of their own
            block = block.ignore_error_block
        name = _name_of(block.raw)
        if isinstance(block, String):
            strings[block.key.casefold()] = _joined(block.value, strings, []) or ""
        elif isinstance(block, Entry):
            unknown: list[str] = []
            values = {field.key.casefold(): _joined(field.value, strings, unknown) for field in block.fields}
            problems += [
                f"{name}: {key}: cannot be read: is a comma missing?" for key, v in values.items() if v is None
            ]
            notes += [f"{name}: the string {string} is defined nowhere, and stands as it is" for string in unknown]
            fields = {key: value for key, value in values.items() if value is not None}
            entries.append((name, block.entry_type.casefold(), fields | {"\0": block.key.strip()}))
        elif isinstance(block, DuplicateFieldKeyBlock):
            twice = ", ".join(sorted(block.duplicate_keys))
            problems.append(f"{name}: cannot be read: it has {twice} twice: take one out")
        elif isinstance(block, ParsingFailedBlock):
            why = (
                "a comma is missing behind its key" if _NO_COMMA.match(block.raw or "") else "its brackets do not close"
            )
            problems.append(f"{name}: cannot be read: {why}")
        elif isinstance(block, ImplicitComment) and re.search(r"@\s*\w", block.raw or ""):
            problems.append(f"{name}: cannot be read: a record begins with @article{{")
    shared = {fields["\0"].casefold(): (kind, fields) for _, kind, fields in entries}
    for name, kind, fields in entries:
        if kind in _NO_RECORDS:
            continue
        record = BibRecord(kind, dict(_inherited(fields, shared, name, notes)))
        csl = record.csl()
        notes += [f"{name}: {note}" for note in record.notes]
        problems += [f"{name}: {why}" for why in record.unread]
        if csl.get("title"):
            records.append(PaperRecord(csl, source="bibtex"))
        else:
            problems.append(f"{name}: has no title")
    if not records and not problems:
        problems.append("no record found: a BibTeX record begins with @article{")
    return Import(tuple(records), tuple(problems), tuple(notes))


Shared = Mapping[str, tuple[str, Mapping[str, str]]]


def _inherited(
    fields: Mapping[str, str], shared: Shared, name: str, notes: list[str], depth: int = 0
) -> Iterator[tuple[str, str]]:
    """The fields of a record behind those of the records that it names by `crossref` and `xdata`."""
    for link in ("crossref", "xdata"):
        for key in fields.get(link, "").split(","):
            if not (bare := key.strip("{} ").casefold()):
                continue
            if bare not in shared or depth == _DEEPEST:
                notes.append(f"{name}: {link}: there is no record {key.strip()} in the file")
                continue
            _, of = shared[bare]
            for field, value in _inherited(of, shared, name, [], depth + 1):
                if link == "crossref" and field in ("title", "subtitle", "author"):
                    field = {"title": "booktitle", "subtitle": "booksubtitle", "author": "bookauthor"}[field]
                    if f"book{field}" in of or field in of:
                        continue
                yield field, value
    yield from ((field, value) for field, value in fields.items() if field != "\0")


def _name_of(raw: str | None) -> str:
    """How a person finds a record again: its kind and key, or its first words."""
    begin = re.search(r"@\s*(\w*)\s*[{(]?\s*([^,\s{}()]*)", raw or "")
    return f"@{begin[1]} {begin[2]}".strip() if begin else "a record"


def _braced(text: str) -> str:
    """`text` with records in parentheses, which BibTeX allows, in braces, which the parser wants.

    One that is not closed before the next begins stays as it is, and the parser makes a problem of it.
    """
    starts = [*_OPENED.finditer(text)]
    parts, done = [], 0
    for start, following in itertools.zip_longest(starts, starts[1:]):
        limit = following.start() if following is not None else len(text)
        if (end := _parenthesis(text[start.end() : limit])) is not None:
            parts += [text[done : start.end() - 1], "{", text[start.end() : start.end() + end], "}"]
            done = start.end() + end + 1
    return "".join((*parts, text[done:]))


def _parenthesis(text: str) -> int | None:
    """Where the first `)` outside of braces stands."""
    depth = 0
    for character in re.finditer(r"(?<!\\)[{})]", text):
        if depth == 0 and character[0] == ")":
            return character.start()
        depth += {"{": 1, "}": -1}.get(character[0], 0)
    return None


def _joined(value: str, strings: Mapping[str, str], unknown: list[str]) -> str | None:
    """A value as it is written, its parts joined by #: {braces}, "quotes", a number or the name of a string.

    None where parts follow each other without one: a comma is missing. Names that are defined nowhere are `unknown`.
    """
    parts, place, joined = [], 0, True
    while match := _PART.match(value, place):
        end = latex.closing(value, match.start("brace")) if match["brace"] else match.end()
        if end is None or joined == bool(match["joined"]):
            return None
        if match["brace"]:
            parts.append(value[match.end() : end])
            end += 1
        elif match["quoted"] is not None:
            parts.append(match["quoted"])
        elif match["name"]:
            parts.append(strings.get(match["name"].casefold(), match["name"]))
            if match["name"].casefold() not in strings and not match["name"].isdigit():
                unknown.append(match["name"])
        place, joined = end, bool(match["joined"])
    return None if joined or value[place:].strip() else "".join(parts)


def write(references: Iterable[Reference]) -> str:
    """The references as BibTeX, in order; titles stand in double braces, so that no style re-cases them."""
    return "\n".join(_entry(reference) for reference in references)


def _entry(reference: Reference) -> str:
    csl = reference.csl
    type_ = str(csl.get("type"))
    kind = _WRITTEN.get(type_, "misc")
    rows = {"author": " and ".join(_name(author) for author in csl.get("author", ()))}
    custom = csl.get("custom")
    if isinstance(custom, dict) and custom.get("authors_truncated"):
        rows["author"] = " and ".join(filter(None, (rows["author"], "others")))
    rows["editor"] = " and ".join(_name(editor) for editor in csl.get("editor", ()))
    rows["title"] = f"{{{_escaped(csl.get('title'))}}}"
    rows["booktitle" if kind in ("incollection", "inproceedings") else "journal"] = _escaped(csl.get("container-title"))
    rows |= dict(_dated(csl.get("issued")))
    rows |= {"shortjournal": _escaped(csl.get("container-title-short"))}
    for name, field in (("volume", "volume"), ("number", "issue"), ("address", "publisher-place")):
        rows[name] = _escaped(csl.get(field))
    rows["edition"] = _escaped(csl.get("edition"))
    rows["pages"] = _escaped(csl.get("page")).replace("-", "--")
    rows["institution" if kind == "techreport" else "publisher"] = _escaped(csl.get("publisher"))
    rows |= {name.lower(): str(csl.get(name, "")) for name in ("DOI", "PMID", "PMCID", "URL")}
    rows |= {"urldate": _iso(csl.get("accessed")), "epubdate": _iso(csl.get("available-date"))}
    rows["type"] = "" if type_ in _WRITTEN else type_
    lines = [f"  {name} = {{{value}}}," for name, value in rows.items() if value.strip("{}")]
    return "\n".join((f"@{kind}{{{reference.id},", *lines, "}", ""))


def _dated(value: Any) -> Iterator[tuple[str, str]]:
    """Year and month, and biblatex's date where more is known: a day, a span, a season."""
    parts = day_parts(value)
    if not parts:
        yield "year", _escaped(_iso(value))
        return
    yield "year", str(parts[0])
    yield "month", _MONTHS[parts[1] - 1] if len(parts) > 1 else ""
    if (written := _iso(value)) != "-".join(f"{part:02}" for part in parts[:2]):
        yield "date", written


def _iso(value: Any) -> str:
    """A date as biblatex has it; in words, where it has no form for it."""
    if not isinstance(value, Mapping) or not value:
        return ""
    ends = value.get("date-parts") or []
    written = "/".join("-".join(f"{int(part):02}" for part in end) for end in ends)
    words = citation.in_words(value)
    date, strange = dates.parsed(written) if written else (None, "")
    return written if date is not None and not strange and citation.in_words(date) == words else words


def _name(author: Mapping[str, str]) -> str:
    """`von Family, Suffix, Given`; what would be split, or is a group's name, stands in braces."""
    particles = (author.get("dropping-particle", ""), author.get("non-dropping-particle", ""))
    given, suffix, alone = author.get("given", ""), author.get("suffix", ""), author.get("literal", "")
    if not alone and not given and not suffix:
        alone = " ".join(part for part in (*particles, author.get("family", "")) if part)
    if alone:
        return f"{{{_escaped(alone)}}}"
    family = " ".join(part for part in (*map(_escaped, particles), _kept(author.get("family", ""))) if part)
    return ", ".join(part for part in (family, _kept(suffix), _kept(given) or "{}") if part)


def _kept(text: str) -> str:
    """`text`, in braces where BibTeX would read it in parts."""
    split = re.search(r",|\band\b", text) or re.search(r"(?:\A|\s)[^\W\dA-Z]\S*\s", text)
    return f"{{{_escaped(text)}}}" if split else _escaped(text)


def _escaped(value: object) -> str:
    return latex.escaped(" ".join(str(value or "").split()))
