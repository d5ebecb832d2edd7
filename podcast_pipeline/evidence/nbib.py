"""NBIB, PubMed's MEDLINE format: what its button "Cite" and its search give as a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from podcast_pipeline import months
from podcast_pipeline.evidence.record import Import, PaperRecord
from podcast_pipeline.model.appraisal import Notice
from podcast_pipeline.model.reference import Csl
from podcast_pipeline.numeral import whole

_LINE = re.compile(r"([A-Z]{2,4}) *- (.*)")
_FIELDS = {"title": "TI", "container-title": "JT", "container-title-short": "TA", "volume": "VI", "issue": "IP"}
_NOTICES = {"RIN": "retracted", "ECI": "concern", "EIN": "corrected", "UIN": "superseded"}


def read(text: str) -> Import:
    """The records of an NBIB file; one without PMID or title is a problem, and the others are kept."""
    records, problems = [], []
    for number, tags in enumerate(_entries(text), 1):
        csl = _csl(tags)
        if csl.get("title") and csl.get("PMID"):
            notices = [Notice(_NOTICES[tag], "pubmed", None, _notice(value)) for tag, value in tags if tag in _NOTICES]
            records.append(PaperRecord(csl, tuple(notices), source="nbib"))
        else:
            problems.append(f"record {number}: has no PMID or no title (TI)")
    if not records and not problems:
        problems.append("no record found: an NBIB record begins with PMID-")
    return Import(tuple(records), tuple(problems))


def _entries(text: str) -> Iterator[list[tuple[str, str]]]:
    tags: list[tuple[str, str]] = []
    for line in text.splitlines():
        if line.startswith("      ") and tags:
            tags[-1] = (tags[-1][0], f"{tags[-1][1]} {line.strip()}")
        elif match := _LINE.match(line.strip("\ufeff")):
            if match[1] == "PMID" and tags:
                yield tags
                tags = []
            tags.append((match[1], match[2].strip()))
    if tags:
        yield tags


def _csl(tags: list[tuple[str, str]]) -> Csl:
    first: dict[str, str] = {}
    for tag, value in tags:
        first.setdefault(tag, value)
    csl: dict[str, Any] = {"type": "article-journal"}
    for field, tag in _FIELDS.items():
        if value := first.get(tag, "").removesuffix("." if field == "title" else ""):
            csl[field] = value
    if pages := _full(first.get("PG", "")):
        csl["page"] = pages
    authors = [_author(value) for tag, value in tags if tag == "AU"]
    authors += [{"literal": value} for tag, value in tags if tag == "CN"]
    if authors:
        csl["author"] = authors
    if parts := _date(first.get("DP", "")):
        csl["issued"] = {"date-parts": [parts]}
    if re.fullmatch(r"\d{8}", online := first.get("DEP", "")):
        csl["available-date"] = {"date-parts": [[int(online[:4]), int(online[4:6]), int(online[6:])]]}
    for tag, value in tags:
        if tag in ("LID", "AID") and value.endswith("[doi]"):
            csl.setdefault("DOI", value.removesuffix("[doi]").strip())
    for field, tag in (("PMID", "PMID"), ("PMCID", "PMC")):
        if first.get(tag):
            csl[field] = first[tag]
    return csl


def _author(value: str) -> dict[str, str]:
    """`Helm S 2nd`, `van Zundert J`: family, initials, generation."""
    family, initials, suffix = [*value.split(" "), ""], "", ""
    family = value.split(" ")
    if len(family) > 2 and re.fullmatch(r"Jr|Sr|\d(?:st|nd|rd|th)|I{2,3}|IV", family[-1]):
        suffix = {"2nd": "II", "3rd": "III", "4th": "IV"}.get(family[-1], family[-1])
        family = family[:-1]
    if len(family) > 1 and family[-1].isupper():
        initials = " ".join(family[-1])
        family = family[:-1]
    parts = {"family": " ".join(family), "given": initials, "suffix": suffix}
    return {name: text for name, text in parts.items() if text}


def _full(pages: str) -> str:
    """`276-86` as `276-286`; anything else as it is."""
    match = re.fullmatch(r"(\d+)-(\d+)", pages)
    if match and len(match[2]) < len(match[1]):
        return f"{match[1]}-{match[1][: len(match[1]) - len(match[2])]}{match[2]}"
    return pages


def _date(text: str) -> list[int]:
    words = re.split(r"[ -]+", text)
    if (year := whole(words[0])) is None:
        return []
    parts = [year]
    if len(words) > 1 and (month := months.number(words[1])):
        parts.append(month)
        if len(words) > 2 and (day := whole(words[2])) is not None:
            parts.append(day)
    return parts


def _notice(source: str) -> str:
    match = re.search(r"PMID: (\d+)", source) or re.search(r"doi: (10\.\S+?)\.?(?:\s|$)", source)
    if match is None:
        return source
    return f"PMID {match[1]}" if match[1].isdigit() else match[1]
