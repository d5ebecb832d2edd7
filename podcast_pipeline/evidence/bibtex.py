"""BibTeX: read what LaTeX writers have, write what they need. It loses too much to be a store."""

from __future__ import annotations

import itertools
import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any

from podcast_pipeline import months
from podcast_pipeline.evidence import latex, markup
from podcast_pipeline.evidence.citation import day_parts
from podcast_pipeline.evidence.record import Import, PaperRecord
from podcast_pipeline.model.reference import Csl, Reference
from podcast_pipeline.numeral import whole

_MONTHS = tuple(name.casefold() for name in months.SHORT)
"""Macros of every style."""
_TYPES = {
    "article": "article-journal",
    "incollection": "chapter",
    "inbook": "chapter",
    "book": "book",
    "techreport": "report",
    "report": "report",
    "inproceedings": "paper-conference",
    "conference": "paper-conference",
    "phdthesis": "thesis",
    "online": "webpage",
    "misc": "document",
}
_FIELDS = {
    "title": "title",
    "journal": "container-title",
    "journaltitle": "container-title",
    "booktitle": "container-title",
    "shortjournal": "container-title-short",
    "volume": "volume",
    "number": "issue",
    "pages": "page",
    "publisher": "publisher",
    "institution": "publisher",
    "address": "publisher-place",
    "location": "publisher-place",
    "doi": "DOI",
    "pmid": "PMID",
    "pmcid": "PMCID",
}
_ADDRESSES = ("url", "howpublished")
_OPENED = re.compile(r"@\s*(\w+)\s*\(", re.ASCII)
_PART = re.compile(
    r"""\s*(?:(?P<brace>\{)|"(?P<quoted>(?:[^"{}]|\{[^{}]*\})*)"|(?P<joined>\#)|(?P<name>[^\s\#{}",]+))""", re.ASCII
)
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


def read(text: str) -> Import:
    """The records of a BibTeX file; what cannot be read is a problem with its key, and the others are kept."""
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import DuplicateBlockKeyBlock, Entry, ImplicitComment, ParsingFailedBlock, String

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it would say is said here, as problems
    records: list[PaperRecord] = []
    problems: list[str] = []
    strings = {month: month for month in _MONTHS}
    for block in parse_string(_braced(text), parse_stack=[]).blocks:
        if isinstance(block, DuplicateBlockKeyBlock):  # two papers may have one key: here they get ids of their own
            block = block.ignore_error_block
        name = _name_of(block.raw)
        if isinstance(block, String):
            strings[block.key.casefold()] = _joined(block.value, strings) or ""
        elif isinstance(block, Entry):
            values = {field.key.casefold(): _joined(field.value, strings) for field in block.fields}
            fields = {field: value for field, value in values.items() if value is not None}
            csl, unread = _csl(block.entry_type.casefold(), fields)
            lost = [f"{field}: cannot be read: is a comma missing?" for field in values if field not in fields]
            problems += [f"{name}: {why}" for why in (*lost, *unread)]
            if csl.get("title"):
                records.append(PaperRecord(csl, source="bibtex"))
            else:
                problems.append(f"{name}: has no title")
        elif isinstance(block, ParsingFailedBlock):
            problems.append(f"{name}: cannot be read: its brackets do not close, or it has a field twice")
        elif isinstance(block, ImplicitComment) and re.search(r"@\s*\w", block.raw or ""):
            problems.append(f"{name}: cannot be read: a record begins with @article{{")
    if not records and not problems:
        problems.append("no record found: a BibTeX record begins with @article{")
    return Import(tuple(records), tuple(problems))


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


def _joined(value: str, strings: Mapping[str, str]) -> str | None:
    """A value as it is written, its parts joined by #: {braces}, "quotes", a number or the name of a string.

    None where parts follow each other without one: a comma is missing.
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
        place, joined = end, bool(match["joined"])
    return None if joined or value[place:].strip() else "".join(parts)


def _csl(kind: str, fields: dict[str, str]) -> tuple[Csl, tuple[str, ...]]:
    """The record as CSL-JSON, and what in it could not be read."""
    csl: dict[str, Any] = {"type": _TYPES.get(kind, "document")}
    unread: list[str] = []

    def plain(name: str, text: str) -> str:
        text, commands = latex.plain(text)
        unread.extend(f"{name}: the command {command} is unknown and stands as it is" for command in commands)
        return markup.plain(text)

    for name, field in _FIELDS.items():
        if text := plain(name, fields.get(name, "")):
            csl.setdefault(field, re.sub("--|\N{EN DASH}", "-", text) if field == "page" else text)
    for name in _ADDRESSES:
        if address := re.search(r"https?://[^\s{}]+", fields.get(name, "")):
            csl.setdefault("URL", re.sub(r"\\([&%$#_~])", r"\1", address[0]))
    if "PMID" not in csl and (pmid := _pmid(fields)):
        csl["PMID"] = pmid
    if names := fields.get("author", ""):
        csl |= _authors(names, plain)
    if parts := _dates(fields):
        csl["issued"] = {"date-parts": parts}
    return csl, tuple(unread)


def _pmid(fields: Mapping[str, str]) -> str:
    """PubMed's number where biblatex and Zotero keep it: eprint, or a note."""
    if fields.get("eprinttype", "").casefold() in ("pubmed", "pmid") and fields.get("eprint", "").strip().isdigit():
        return fields["eprint"].strip()
    noted = re.search(r"\bPMID:?\s*(\d{1,9})\b", fields.get("note", ""))
    return noted[1] if noted else ""


def _authors(names: str, plain: Any) -> dict[str, Any]:
    from bibtexparser.middlewares.names import parse_single_name_into_parts

    authors = [name.strip() for name in _split(names) if name.strip()]
    truncated = authors[-1:] == ["others"]
    people = []
    for name in authors[:-1] if truncated else authors:
        if latex.closing(name, 0) == len(name) - 1:
            people.append({"literal": plain("author", name)})
            continue
        parts = parse_single_name_into_parts(name, strict=False)
        person = {
            "family": plain("author", " ".join(parts.last)),
            "given": plain("author", " ".join(parts.first)),
            "non-dropping-particle": plain("author", " ".join(parts.von)),
            "suffix": plain("author", " ".join(parts.jr)),
        }
        people.append({part: text for part, text in person.items() if text})
    return {"author": people} | ({"custom": {"authors_truncated": True}} if truncated else {})


def _split(names: str) -> list[str]:
    """The names between `and`, outside of braces. The parser's own way loses an accent that follows an `and`."""
    parts, depth = [""], 0
    for part in re.split(r"(\s+and\s+|[{}])", names):
        depth += {"{": 1, "}": -1}.get(part, 0)
        if depth == 0 and part.strip() == "and":
            parts.append("")
        else:
            parts[-1] += part
    return parts


def _dates(fields: Mapping[str, str]) -> list[list[int]]:
    """The day, month or year, or the two ends of a range (`2022-05/2022-06`)."""
    ends = [_DATE.fullmatch(end) for end in fields.get("date", "").strip().split("/")]
    if len(ends) <= 2 and all(ends):
        return [[int(part) for part in end.groups() if part] for end in ends if end]
    if (year := whole(re.sub(r"\D", "", fields.get("year", "")))) is None:
        return []
    month, _, after = fields.get("month", "").strip("{} ").casefold().partition("~")
    day = whole(fields.get("day", "").strip("{} ") or after.strip())
    if (number := whole(month)) is None:
        number = months.number(month.strip())
    if number is None or not 1 <= number <= 12:
        return [[year]]
    return [[year, number, day]] if day is not None and 1 <= day <= 31 else [[year, number]]


def write(references: Iterable[Reference]) -> str:
    """The references as BibTeX, in order; titles stand in double braces, so that no style re-cases them."""
    back = {csl: kind for kind, csl in reversed(_TYPES.items())}
    return "\n".join(_entry(reference, back.get(str(reference.csl.get("type")), "misc")) for reference in references)


def _entry(reference: Reference, kind: str) -> str:
    csl = reference.csl
    rows = {"author": " and ".join(_name(author) for author in csl.get("author", ()))}
    custom = csl.get("custom")
    if isinstance(custom, dict) and custom.get("authors_truncated"):
        rows["author"] += " and others"
    rows["title"] = f"{{{_escaped(csl.get('title'))}}}"
    rows["booktitle" if kind in ("incollection", "inproceedings") else "journal"] = _escaped(csl.get("container-title"))
    parts = day_parts(csl.get("issued"))
    rows |= {"year": str(parts[0]) if parts else "", "month": _MONTHS[parts[1] - 1] if len(parts) > 1 else ""}
    rows |= {"shortjournal": _escaped(csl.get("container-title-short"))}
    for name, field in (("volume", "volume"), ("number", "issue"), ("address", "publisher-place")):
        rows[name] = _escaped(csl.get(field))
    rows["pages"] = _escaped(csl.get("page")).replace("-", "--")
    rows["institution" if kind == "techreport" else "publisher"] = _escaped(csl.get("publisher"))
    rows |= {name.lower(): str(csl.get(name, "")) for name in ("DOI", "PMID", "PMCID", "URL")}
    lines = [f"  {name} = {{{value}}}," for name, value in rows.items() if value.strip("{}")]
    return "\n".join((f"@{kind}{{{reference.id},", *lines, "}", ""))


def _name(author: dict[str, str]) -> str:
    if literal := author.get("literal"):
        return f"{{{_escaped(literal)}}}"
    particle = author.get("non-dropping-particle", "")
    family = " ".join(part for part in (particle, author.get("family", "")) if part)
    return ", ".join(_escaped(part) for part in (family, author.get("suffix", ""), author.get("given", "")) if part)


def _escaped(value: object) -> str:
    return latex.escaped(" ".join(str(value or "").split()))
