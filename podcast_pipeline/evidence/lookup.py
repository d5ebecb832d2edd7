"""Records by identifier: a PMID from PubMed, a DOI from Crossref or DataCite, completed with what PubMed has for it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.evidence import crossref, datacite, identifiers, pubmed
from podcast_pipeline.evidence.record import Import, PaperRecord
from podcast_pipeline.evidence.web import Web

_CITED = ("issued", "available-date", "volume", "issue", "page", "container-title-short")
"""What PubMed's citation of an article is made of."""


def look_up(sources: Sequence[str], web: Web) -> Import:
    """The records of DOIs and PMIDs, in order, and a problem for each that is neither, or about which nobody answers.

    A paper that PubMed does not have keeps its DOI alone; that of which PubMed does not answer is kept and named.
    """
    records: dict[str, PaperRecord] = {}
    numbers: dict[str, str] = {}
    problems: list[str] = []
    notes: list[str] = []
    for source in dict.fromkeys(sources):
        try:
            numbers[source] = _number(source, notes) or _by_doi(source, web, records, notes)
        except EvidenceError as error:
            problems.append(f"{source}: {error.message}")
    papers = pubmed.Papers(list(dict.fromkeys(filter(None, numbers.values()))), web)
    for source, number in numbers.items():
        try:
            paper = papers.record(number) if number else None
        except EvidenceError as error:
            problems.append(f"{source}: {error.message}")
            continue
        if source in records:
            records[source] = _completed(records[source], paper)
        elif paper is not None:
            records[source] = paper
        else:
            problems.append(f"{source}: pubmed has no such record")
    return Import(
        tuple(records[source] for source in dict.fromkeys(sources) if source in records), tuple(problems), tuple(notes)
    )


def _number(source: str, notes: list[str]) -> str:
    try:
        number = identifiers.read_pmid(source)
    except EvidenceError:
        return ""
    notes += _repairs(source, number)
    return number.bare


def _repairs(source: str, taken: identifiers.Identifier) -> list[str]:
    return [f"{source}: is taken for {taken.bare}: {why}" for why in taken.repairs]


def _by_doi(source: str, web: Web, records: dict[str, PaperRecord], notes: list[str]) -> str:
    """Put the register's record into `records`; returns the PMID that PubMed has for it, or nothing."""
    try:
        identifier = identifiers.read_doi(source)
    except EvidenceError as error:
        raise EvidenceError("is neither a file, a DOI nor a PMID (10.1136/bmj-2024-079971, 39971346)") from error
    notes += _repairs(source, identifier)
    doi = identifier.bare
    record = crossref.ask(doi, web) or datacite.ask(doi, web)
    if record is None:
        raise EvidenceError("neither crossref nor datacite has such a record")
    records[source] = record
    return pubmed.number(doi, web)


def _completed(record: PaperRecord, paper: PaperRecord | None) -> PaperRecord:
    """`record` with the identifiers of PubMed's, if that is of the same DOI, and with its notices.

    Where PubMed has the paper it is cited as PubMed does: by its dates, model, volume, pages and abbreviation. Another
    volume, issue, page or year of the other register is said.
    """
    if paper is None or paper.doi != record.doi:
        return record
    theirs = {name: paper.csl[name] for name in (*_CITED, "PMID", "PMCID") if name in paper.csl}
    csl = {**record.csl, **theirs}
    if "issued" in theirs and "available-date" not in theirs:
        csl.pop("available-date", None)
    if custom := {**record.csl.get("custom", {}), **paper.csl.get("custom", {})}:
        csl["custom"] = custom
    other = [
        f'{name}: {record.source} has "{record.csl[name]}", PubMed "{theirs[name]}", which is taken'
        for name in ("volume", "issue", "page")
        if name in theirs and record.csl.get(name) and _folded(record.csl[name]) != _folded(theirs[name])
    ]
    if record.year and paper.year and abs(record.year - paper.year) > 1:
        other.append(f"issued: {record.source} has {record.year}, PubMed {paper.year}, which is taken")
    notices, remarks = (*record.notices, *paper.notices), (*record.remarks, *paper.remarks, *other)
    return dataclasses.replace(record, csl=csl, notices=notices, remarks=remarks)


def _folded(text: object) -> str:
    return re.sub(r"[\u2010-\u2015]", "-", str(text)).replace(" ", "").casefold()
