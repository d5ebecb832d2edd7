"""EndNote's XML export: what its `File > Export > XML` writes, and what other programs write for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from podcast_pipeline import months
from podcast_pipeline.evidence import dates, markup
from podcast_pipeline.evidence.names import from_text, listed
from podcast_pipeline.evidence.record import Import, PaperRecord
from podcast_pipeline.model.reference import Csl
from podcast_pipeline.numeral import whole

ROOTS = frozenset({"xml", "XML", "records", "RECORDS"})
_TYPES = {
    "journal article": "article-journal",
    "electronic article": "article-journal",
    "magazine article": "article-magazine",
    "newspaper article": "article-newspaper",
    "book": "book",
    "edited book": "book",
    "electronic book": "book",
    "book section": "chapter",
    "electronic book section": "chapter",
    "encyclopedia": "entry-encyclopedia",
    "dictionary": "entry-dictionary",
    "conference paper": "paper-conference",
    "conference proceedings": "paper-conference",
    "report": "report",
    "government document": "report",
    "thesis": "thesis",
    "web page": "webpage",
    "blog": "post-weblog",
    "dataset": "dataset",
    "patent": "patent",
    "statute": "legislation",
    "standard": "standard",
    "computer program": "software",
    "unpublished work": "manuscript",
    "manuscript": "manuscript",
    "preprint": "article",
}
"""Names of EndNote's types; what is none of these is a document."""
_NUMBERS = {"17": "journal article", "6": "book", "5": "book section", "27": "report", "32": "thesis", "12": "web page"}
_FIELDS = {
    "volume": "volume",
    "issue": "number",
    "page": "pages",
    "publisher": "publisher",
    "publisher-place": "pub-location",
    "edition": "edition",
}
_DAY = re.compile(r"(?:(\d{1,2})\.?\s+)?([A-Za-z]{3,})\.?(?:\s+(\d{1,2})(?:st|nd|rd|th)?)?,?(?:\s+\d{4})?")
_ISO = re.compile(r"\d{4}[-/]\d{1,2}(?:[-/]\d{1,2})?")


def read(elements: Iterable[Any]) -> Import:
    """The records of these elements; one without title is a problem, and the others are kept."""
    records, problems = [], []
    for place, element in enumerate(elements, 1):
        for run in element.iter("style"):
            if run.tail and "\n" in run.tail and not run.tail.strip():
                run.tail = None  # runs of one text follow each other without space; a program has set them in lines
        csl, remarks = _csl(element)
        if csl.get("title"):
            records.append(PaperRecord(csl, source="endnote", remarks=remarks))
        else:
            problems.append(f"record {place}: has no title")
    if not records and not problems:
        problems.append("no record found: EndNote writes <xml><records><record>")
    return Import(tuple(records), tuple(problems))


def _text(element: Any, *paths: str) -> str:
    """The text of the first of `paths` that has one."""
    return next((text for path in paths if (text := markup.of_element(element.find(path)))), "")


def _csl(record: Any) -> tuple[Csl, tuple[str, ...]]:
    kind = record.find("ref-type")
    number, name = ("", "") if kind is None else ((kind.text or "").strip(), kind.get("name", ""))
    type_ = _TYPES.get((name or _NUMBERS.get(number, "")).casefold(), "document")
    csl: dict[str, Any] = {"type": type_}
    if title := _text(record, "titles/title").removesuffix("."):
        csl["title"] = title
    of = _text(
        record, "titles/secondary-title", "periodical/full-title", "titles/alt-title", "alt-periodical/full-title"
    )
    short = _text(
        record, "periodical/abbr-1", "periodical/abbr-2", "alt-periodical/abbr-1", "alt-periodical/full-title"
    )
    if of and type_ != "book":
        csl |= {"container-title": of} | ({"container-title-short": short} if short and short != of else {})
    csl |= {field: text for field, path in _FIELDS.items() if (text := _text(record, path))}
    if "page" in csl:
        csl["page"] = re.sub(r"\s*[\u2012-\u2014]\s*|(?<=\d)\s+-\s+(?=\d)", "-", csl["page"])
    if people := [*_people(record, "authors")]:
        csl["author"] = people
    if editors := [*_people(record, "secondary-authors")]:
        csl["editor"] = editors
    if issued := _issued(record):
        csl["issued"] = issued
    csl |= _identifiers(record)
    if notes := _text(record, "notes"):
        csl["note"] = notes
    shown = [f"{field}: {value}" for field, value in csl.items() if isinstance(value, str) and "<style" in value]
    return csl, tuple(f"{each[:300]}: a font of signs, which stand as they are: correct it" for each in shown)


def _people(record: Any, role: str) -> Iterator[dict[str, str]]:
    for author in record.iterfind(f"contributors/{role}/author"):
        name = markup.of_element(author)
        if name.strip(" ,"):
            yield from map(from_text, listed(name.split(",")) or [name])


def _issued(record: Any) -> dict[str, Any]:
    """The year, with month and day where `pub-dates` has them; words that are no date stay as they are."""
    year, words = _text(record, "dates/year"), _text(record, "dates/pub-dates/date")
    if _ISO.fullmatch(words):
        date, strange = dates.parsed(words)
        return {**(date or {}), **({"literal": words} if strange or date is None else {})}
    if (number := whole(year)) is None:
        shown = " ".join(part for part in (year, words) if part)
        return {"literal": shown} if shown else {}
    match = _DAY.fullmatch(words)
    month = months.number(match[2]) if match else None
    if match is None or month is None:
        return {"date-parts": [[number]]} | ({"literal": f"{number} {words}"} if words and words != year else {})
    day = match[1] or match[3]
    return {"date-parts": [[number, month, *([int(day)] if day else [])]]}


def _identifiers(record: Any) -> Iterator[tuple[str, str]]:
    if doi := _text(record, "electronic-resource-num"):
        yield "DOI", doi
    number, database = _text(record, "accession-num"), _text(record, "remote-database-name").casefold()
    if re.fullmatch(r"[1-9]\d{5,7}", number) and (not database or "pubmed" in database or "medline" in database):
        yield "PMID", number
    custom = (_text(record, f"custom{place}") for place in range(1, 8))
    if pmcid := next((text for text in custom if re.fullmatch(r"PMC\d+", text)), ""):
        yield "PMCID", pmcid
    addresses = (markup.of_element(url) for url in record.iterfind("urls/*/url"))
    if address := next((text for text in addresses if re.match(r"https?://", text)), ""):
        yield "URL", address
