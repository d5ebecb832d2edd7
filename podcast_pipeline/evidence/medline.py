"""What PubMed's two formats, NBIB and XML, have in common: dates, pages, names, and what a record says of its paper.

Tags and RefTypes: NLM, MEDLINE/PubMed Data Element (Field) Descriptions, "Comments/Corrections", and the PubMed DTD.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from podcast_pipeline import months
from podcast_pipeline.evidence.citation import in_words
from podcast_pipeline.evidence.dates import SEASONS
from podcast_pipeline.model.appraisal import IN_PART, Notice
from podcast_pipeline.model.reference import Csl
from podcast_pipeline.numeral import whole

_LINKS = (
    ("RIN", "RetractionIn", "retracted", ""),
    ("RRI", "RetractedandRepublishedIn", "retracted", ""),
    ("PRIN", "PartialRetractionIn", IN_PART, ""),
    ("ECI", "ExpressionOfConcernIn", "concern", ""),
    ("EIN", "ErratumIn", "corrected", ""),
    ("CRI", "CorrectedandRepublishedIn", "corrected", ""),
    ("UIN", "UpdateIn", "superseded", ""),
    ("ROF", "RetractionOf", "", "is itself a notice, which retracts"),
    ("PROF", "PartialRetractionOf", "", "is itself a notice, which retracts a part of"),
    ("ECF", "ExpressionOfConcernFor", "", "is itself a notice, an expression of concern about"),
    ("EFR", "ErratumFor", "", "is itself a notice, which corrects"),
    ("RRF", "RetractedandRepublishedFrom", "", "takes the place of a retracted paper:"),
    ("CRF", "CorrectedandRepublishedFrom", "", "takes the place of a paper with errors:"),
    ("RPI", "RepublishedIn", "", "was published again:"),
    ("RPF", "RepublishedFrom", "", "was published before:"),
    ("ORI", "OriginalReportIn", "", "tells again what was published first in"),
    ("UOF", "UpdateOf", "", "is a later version of"),
    ("SPIN", "SummaryForPatientsIn", "", ""),
    ("CIN", "CommentIn", "", ""),
    ("CON", "CommentOn", "", ""),
    ("DDIN", "AssociatedPublication", "", ""),
    ("DRIN", "AssociatedDataset", "", ""),
    ("", "ReprintIn", "", ""),
    ("", "ReprintOf", "", ""),
    ("", "Cites", "", ""),
)
"""Links from a record to another: tag of NBIB, RefType of XML, the state that follows, or what the record is."""
REF_TYPES = {tag: kind for tag, kind, _, _ in _LINKS if tag}
_STATES = {kind: state for _, kind, state, _ in _LINKS}
_SAID = {kind: said for _, kind, _, said in _LINKS}
_TYPES = {
    "Retraction of Publication": "is itself a notice of retraction",
    "Retraction Notice": "is itself a notice of retraction",
    "Expression of Concern": "is itself an expression of concern",
    "Published Erratum": "is itself a correction",
    "Duplicate Publication": "is a duplicate publication, as PubMed says",
}
_RETRACTED = "Retracted Publication"
_DAY = re.compile(r"(\d{4})?\s*([A-Za-z]{3,})?\s*(\d{1,2})?")
_SEASONS = {name.casefold(): number for number, name in enumerate(SEASONS, 1)}
_RANGE = re.compile(r"([A-Za-z]*)(\d+)-([A-Za-z]*)(\d+)")
_SUFFIX = re.compile(r"[JS]r\.?|\d(?:st|nd|rd|th)|I{2,3}|IV")
_INITIALS = re.compile(r"[^\W\d_]{1,2}")


def said(links: Iterable[tuple[str, str]], types: Iterable[str]) -> tuple[tuple[Notice, ...], tuple[str, ...]]:
    """The notices about a paper, and what else its record says of it, one sentence each.

    `links` are pairs of RefType and source; `types` the publication types. A RefType that is not known is said: it may
    be a new word for a retraction.
    """
    notices, remarks = [], []
    for kind, source in links:
        if state := _STATES.get(kind):
            notices.append(Notice(state, "pubmed", None, number(source)))
        elif kind not in _STATES:
            remarks.append(f"PubMed links it to another record by {kind}, which is not known here: read {source}")
        elif words := _SAID[kind]:
            remarks.append(f"{words} {source}")
    types = set(types)
    if _RETRACTED in types and not any(notice.kind == "retracted" for notice in notices):
        notices.append(Notice("retracted", "pubmed"))
    if not any("is itself" in remark for remark in remarks):
        remarks += [words for name, words in _TYPES.items() if name in types]
    return tuple(notices), tuple(remarks)


def saying(csl: Csl, remarks: tuple[str, ...]) -> Csl:
    """The record with what else it says of its paper, which the checks of the library tell again (CIT04)."""
    return {**csl, "custom": {**csl.get("custom", {}), "pubmed_says": [*remarks]}} if remarks else csl


def number(source: str) -> str:
    """`PMID 123` or the DOI in the source of a notice, else the source itself."""
    match = re.search(r"PMID: ?(\d+)", source) or re.search(r"doi: ?(10\.\S+?)\.?(?:\s|$)", source)
    if match is None:
        return source
    return f"PMID {match[1]}" if match[1].isdigit() else match[1]


def date(text: str) -> dict[str, Any]:
    """A date of PubMed as CSL has it: `2020 Jan 5`, `2011 Jan-Feb`, `2019 Dec-2020 Jan`, `2000 Nov 15-30`, `2003 Fall`.

    What CSL has no numbers for keeps its words, and the year it begins with. {} for no text.
    """
    text = " ".join(text.split())
    if not text:
        return {}
    value = _parsed(text)
    if value and in_words(value) == text:
        return value
    year = re.match(r"\d{4}\b", text)
    return ({"date-parts": [[int(year[0])]]} if year else {}) | {"literal": text}


def _parsed(text: str) -> dict[str, Any]:
    year, _, season = text.partition(" ")
    if season.casefold() in _SEASONS and whole(year):
        return {"date-parts": [[int(year)]], "season": _SEASONS[season.casefold()]}
    parts: list[list[int]] = []
    for end in text.split("-"):
        match = _DAY.fullmatch(end.strip())
        if match is None or (month := months.number(match[2]) if match[2] else 0) is None:
            return {}
        given = [int(match[1] or 0), month, int(match[3] or 0)]
        if parts:  # what both ends share stands once
            first = next(place for place, number in enumerate([*given, 1]) if number)
            given = [*([*parts[0], 0, 0][:first]), *given[first:]]
        while given and not given[-1]:
            given.pop()
        if not given or 0 in given:
            return {}
        parts.append(given)
    return {"date-parts": parts} if len(parts) <= 2 else {}


def pages(text: str) -> Csl:
    """Pages in full, and as PubMed prints them where it leaves out what both share: `276-86`, `S159-69`."""
    match = _RANGE.fullmatch(text)
    if match is None or not (len(match[4]) < len(match[2]) or (match[1] and not match[3])):
        return {"page": text} if text else {}
    end = match[2][: max(len(match[2]) - len(match[4]), 0)] + match[4]
    return {"page": f"{match[1]}{match[2]}-{match[3] or match[1]}{end}", "custom": {"page_as_printed": text}}


def person(short: str, full: str = "") -> dict[str, str]:
    """`Helm S 2nd`, `van Zundert J`, with the full name `van Zundert, Jan` where there is one: it tells where the
    family name ends."""
    family = full.partition(", ")[0]
    if full and "," not in full:
        return {"family": short or full}
    if family and f"{short} ".startswith(f"{family} "):
        words = [family, *short[len(family) :].split()]
    else:
        words = (short or full.replace(",", "")).split(" ")
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    initials = ""
    if len(words) > 1 and (words[-1].isupper() or family == words[0] or _INITIALS.fullmatch(words[-1])):
        initials = "".join(words[1:]) if family == words[0] else words.pop()
        words = words[:1] if family == words[0] else words
    return named(" ".join(words), initials, suffix)


def named(family: str, initials: str, suffix: str) -> dict[str, str]:
    """The parts of a name that are there; initials of two letters (`Th`, `Iu`) keep their stop: they are no name."""
    apart = re.findall(r"[^\W\d_][^\W\d_A-Z\u00c0-\u00de]*|\S", initials)
    given = " ".join(f"{each}." if len(each) > 1 else each for each in apart)
    parts = {"family": family, "given": given, "suffix": suffix}
    return {name: text for name, text in parts.items() if text}


def title(text: str, vernacular: str) -> str:
    """Without its final stop; a translated one keeps its brackets, as NLM prints it; the original where it is alone."""
    bare = text.strip().removesuffix(".")
    if vernacular and bare.strip("[]").casefold() in ("", "not available"):
        return vernacular.strip().removesuffix(".")
    return bare
