"""BibTeX: read what LaTeX writers have, write what they need. It loses too much to be a store."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from podcast_pipeline.evidence.citation import day_parts
from podcast_pipeline.evidence.pubmed import MONTHS
from podcast_pipeline.evidence.record import Import, PaperRecord
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.numeral import whole

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
    "url": "URL",
}
_ACCENTS = {
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    '"': "\u0308",
    "~": "\u0303",
    "=": "\u0304",
    "c": "\u0327",
    "v": "\u030c",
}
_LETTERS = {"ss": "ß", "o": "ø", "O": "Ø", "ae": "æ", "AE": "Æ", "l": "ł", "L": "Ł", "aa": "å", "AA": "Å", "i": "i"}
_START = re.compile(r"@\s*(\w+)\s*\{\s*", re.ASCII)


def read(text: str) -> Import:
    """The records of a BibTeX file; one that cannot be read is a problem with its key, and the others are kept."""
    records, problems = [], []
    strings: dict[str, str] = {}
    for kind, body in _entries(text):
        if kind == "string":
            strings |= {name.casefold(): value for name, value in _pairs(body, {})}
        elif kind not in ("comment", "preamble"):
            key, _, rest = body.partition(",")
            csl = _csl(kind, dict(_pairs(rest, strings)))
            if csl.get("title"):
                records.append(PaperRecord(csl, source="bibtex"))
            else:
                problems.append(f"@{kind} {key.strip()}: has no title, or its brackets do not close")
    if not records and not problems:
        problems.append("no record found: a BibTeX record begins with @article{")
    return Import(tuple(records), tuple(problems))


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """Kind and body of each record; one whose brackets never close ends where the next begins."""
    closing = _closing(text)
    starts = list(_START.finditer(text))
    done = 0
    for match, following in itertools.zip_longest(starts, starts[1:]):
        if match.start() < done:
            continue  # inside the record before it
        end = closing.get(match.end(1) + match[0][match.end(1) - match.start() :].index("{"))
        if end is None:
            end = following.start() if following is not None else len(text)
        yield match[1].casefold(), text[match.end() : end]
        done = end


def _closing(text: str) -> dict[int, int]:
    """Place of each opening brace that is closed -> place of its closing one; escaped braces do not count."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for brace in re.finditer(r"(?<!\\)[{}]", text):
        if brace[0] == "{":
            opened.append(brace.start())
        elif opened:
            found[opened.pop()] = brace.start()
    return found


def _pairs(body: str, strings: dict[str, str]) -> Iterator[tuple[str, str]]:
    place = 0
    while (match := re.compile(r"\s*,?\s*([\w-]+)\s*=\s*").match(body, place)) is not None:
        value, place = _value(body, match.end(), strings)
        yield match[1].casefold(), value


def _value(body: str, place: int, strings: dict[str, str]) -> tuple[str, int]:
    """One value, its parts joined by #: {braces}, "quotes", a number or the name of a string."""
    parts = []
    while place < len(body):
        if body[place] in '{"':
            closing = "}" if body[place] == "{" else '"'
            depth, end = 0, place + 1
            while end < len(body) and (depth or body[end] != closing):
                depth += {"{": 1, "}": -1}.get(body[end], 0) if body[end - 1] != "\\" else 0
                end += 1
            parts.append(body[place + 1 : end])
            place = end + 1
        else:
            match = re.compile(r"[^,#\s]+").match(body, place)
            if match is None:
                break
            parts.append(strings.get(match[0].casefold(), match[0]))
            place = match.end()
        joined = re.compile(r"\s*#\s*").match(body, place)
        if joined is None:
            break
        place = joined.end()
    return "".join(parts), place


def _csl(kind: str, fields: dict[str, str]) -> dict[str, Any]:
    csl: dict[str, Any] = {"type": _TYPES.get(kind, "document")}
    for name, field in _FIELDS.items():
        if text := _plain(fields.get(name, "")):
            csl.setdefault(field, text.replace("--", "-") if field == "page" else text)
    if names := fields.get("author", ""):
        authors = _split(names)
        csl["author"] = [_author(name) for name in authors if name.strip() and name.strip() != "others"]
        if authors[-1].strip() == "others":
            csl["custom"] = {"authors_truncated": True}
    if parts := _date(fields):
        csl["issued"] = {"date-parts": [parts]}
    return csl


def _split(names: str) -> list[str]:
    """The names between `and`; one that stands inside braces belongs to a name."""
    found, depth = [""], 0
    for part in re.split(r"(\s+and\s+|[{}])", names):
        depth += {"{": 1, "}": -1}.get(part, 0)
        if depth == 0 and part.strip() == "and":
            found.append("")
        else:
            found[-1] += part
    return found


def _date(fields: dict[str, str]) -> list[int]:
    if re.fullmatch(r"\d{4}(-\d\d){0,2}", date := fields.get("date", "").strip()):
        return [int(part) for part in date.split("-")]
    if (year := whole(re.sub(r"\D", "", fields.get("year", "")))) is None:
        return []
    month = fields.get("month", "").strip("{} ").casefold()
    if (number := whole(month)) is not None and 1 <= number <= 12:
        return [year, number]
    return [year, MONTHS.index(month[:3]) + 1] if month[:3] in MONTHS else [year]


def _author(name: str) -> dict[str, str]:
    if name.strip().startswith("{") and name.strip().endswith("}"):
        return {"literal": _plain(name)}
    parts = [_plain(part) for part in name.split(",")]
    if len(parts) == 1:
        *given, family = parts[0].split()
        parts = [family, " ".join(given)]
    found = {"family": parts[0], "given": parts[-1]}
    if len(parts) > 2:
        found["suffix"] = parts[1]
    return {key: text for key, text in found.items() if text}


def _plain(text: str) -> str:
    """Text without LaTeX: accents become letters, braces go."""
    for name, letter in _LETTERS.items():
        text = re.sub(rf"\\{name}(?![A-Za-z])\s*(?:\{{\}})?", letter, text)
    text = re.sub(r"\\(['`^\"~=]|[cv](?=[ {]))\s*\{?([A-Za-z])\}?", lambda m: m[2] + _ACCENTS[m[1]], text)
    text = re.sub(r"\\([&%$#_{}])", r"\1", text).replace("~", " ")
    text = re.sub(r"\\[A-Za-z]+\s*", "", text)
    return unicodedata.normalize("NFC", " ".join(text.replace("{", "").replace("}", "").split()))


def write(references: Iterable[Reference]) -> str:
    """The references as BibTeX, in order; titles stand in double braces, so that no style re-cases them."""
    back = {csl: kind for kind, csl in reversed(_TYPES.items())}
    return "\n".join(_entry(one, back.get(str(one.csl.get("type")), "misc")) for one in references)


def _entry(reference: Reference, kind: str) -> str:
    csl = reference.csl
    rows = {"author": " and ".join(_name(author) for author in csl.get("author", ()))}
    custom = csl.get("custom")
    if isinstance(custom, dict) and custom.get("authors_truncated"):
        rows["author"] += " and others"
    rows["title"] = f"{{{_escaped(csl.get('title'))}}}"
    rows["booktitle" if kind in ("incollection", "inproceedings") else "journal"] = _escaped(csl.get("container-title"))
    parts = day_parts(csl.get("issued"))
    rows |= {"year": str(parts[0]) if parts else "", "month": MONTHS[parts[1] - 1] if len(parts) > 1 else ""}
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
    return re.sub(r"([&%$#_{}])", r"\\\1", " ".join(str(value or "").split()))
