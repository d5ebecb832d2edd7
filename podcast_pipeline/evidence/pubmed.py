"""PubMed: the records of PMIDs from efetch XML as CSL-JSON, with the notices about them; and the PMID of a DOI."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from podcast_pipeline import months, xmltree
from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.evidence.record import PaperRecord
from podcast_pipeline.evidence.web import Reply, Web
from podcast_pipeline.model.appraisal import IN_PART, Notice
from podcast_pipeline.numeral import whole

BASE = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
TOGETHER = 50
"""Records of one request: with long lists of references they stay far below the most that one reply may hold."""
KINDS = {
    "RetractionIn": "retracted",
    "RetractedandRepublishedIn": "retracted",
    "PartialRetractionIn": IN_PART,
    "ExpressionOfConcernIn": "concern",
    "ErratumIn": "corrected",
    "CorrectedandRepublishedIn": "corrected",
    "UpdateIn": "superseded",
}


def address(*pmids: str) -> str:
    """Where the records of `pmids` are, at most TOGETHER of them."""
    return f"{BASE}/efetch.fcgi?db=pubmed&id={','.join(map(quote, pmids))}&retmode=xml&tool=podcast-pipeline"


def search_address(doi: str) -> str:
    """Where the PMID of `doi` is."""
    term = quote(f'"{doi}"[doi]', safe="")
    return f"{BASE}/esearch.fcgi?db=pubmed&term={term}&retmode=json&tool=podcast-pipeline"


@dataclass
class Papers:
    """The records of `pmids`, asked for many at a time, each batch when its first paper is wanted."""

    pmids: Sequence[str]
    web: Web
    _known: dict[str, PaperRecord | EvidenceError | None] = field(default_factory=dict)

    def record(self, pmid: str) -> PaperRecord | None:
        """The record of `pmid`, one of `pmids`; None if PubMed has none.

        Raises EvidenceError: no answer, or no records in it. A failed batch is not asked for again, paper by paper.
        """
        if pmid not in self._known:
            first = self.pmids.index(pmid) // TOGETHER * TOGETHER
            batch = self.pmids[first : first + TOGETHER]
            try:
                reply = self.web.get(address(*batch), "application/xml")
                records = read(reply)
                if strangers := set(records) - set(batch):
                    raise EvidenceError(f"{reply.url}: the answer is about others: {', '.join(strangers)}", "try again")
                self._known |= {id_: records.get(id_) for id_ in batch}
            except EvidenceError as error:
                self._known |= dict.fromkeys(batch, error)
        known = self._known[pmid]
        if isinstance(known, EvidenceError):
            raise EvidenceError(known.message, known.hint)
        return known


def number(doi: str, web: Web) -> str:
    """The PMID of `doi`; "" if PubMed has none, or several. Raises EvidenceError: no answer, or no list in it."""
    reply = web.get(search_address(doi), "application/json")
    if reply.status != 200:
        raise EvidenceError(f"{reply.url}: PubMed answered {reply.status}", "try again later")
    try:
        ids = [str(id_) for id_ in json.loads(reply.body.decode("utf-8"))["esearchresult"]["idlist"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise EvidenceError(f"{reply.url}: the answer is not a list of PubMed", "try again later") from error
    return ids[0] if len(ids) == 1 else ""


def read(reply: Reply) -> dict[str, PaperRecord]:
    """The records in a reply, by PMID. Raises EvidenceError where it is not PubMed's XML."""
    if reply.status != 200:
        raise EvidenceError(f"{reply.url}: PubMed answered {reply.status}", "try again later")
    try:
        root = xmltree.parse(reply.body)
        if root.tag != "PubmedArticleSet":
            raise ValueError(root.tag)
        records = [
            PaperRecord(dict(_fields(article)), tuple(_notices(article)), "", "pubmed")
            for article in root.iterfind("PubmedArticle")
        ]
        records += [PaperRecord(dict(_chapter(book)), (), "", "pubmed") for book in root.iterfind("PubmedBookArticle")]
    except (ValueError, AttributeError) as error:  # the last: a part that every record has
        raise EvidenceError(f"{reply.url}: the answer is not a record of PubMed", "try again later") from error
    return {str(record.csl["PMID"]): record for record in records}


def _text(element: Any, path: str) -> str:
    child = element.find(path)
    return " ".join("".join(child.itertext()).split()) if child is not None else ""


def _fields(article: Any) -> Iterator[tuple[str, Any]]:
    citation = article.find("MedlineCitation")
    paper = citation.find("Article")
    kinds = [kind.text or "" for kind in paper.iterfind("PublicationTypeList/PublicationType")]
    yield "type", "article" if "Preprint" in kinds else "article-journal"
    title, vernacular = (
        _text(paper, "ArticleTitle").removesuffix("."),
        _text(paper, "VernacularTitle").removesuffix("."),
    )
    yield "title", title.removeprefix("[").removesuffix("].").removesuffix("]") if vernacular else title
    if vernacular:
        yield "original-title", vernacular
    journal = paper.find("Journal")
    names = {
        "container-title": _text(journal, "Title"),
        "container-title-short": _text(citation, "MedlineJournalInfo/MedlineTA") or _text(journal, "ISOAbbreviation"),
        "volume": _text(journal, "JournalIssue/Volume"),
        "issue": _text(journal, "JournalIssue/Issue"),
        "page": _pages(paper),
    }
    yield from ((name, text) for name, text in names.items() if text)
    if authors := [_author(author) for author in paper.iterfind("AuthorList/Author")]:
        yield "author", authors
    if parts := _day(journal.find("JournalIssue/PubDate")):
        yield "issued", {"date-parts": [parts]}
    online = [date for date in paper.iterfind("ArticleDate") if date.get("DateType") == "Electronic"]
    if online and (parts := _day(online[0])):
        yield "available-date", {"date-parts": [parts]}
    yield "PMID", _text(citation, "PMID")
    ids = {
        id_.get("IdType"): (id_.text or "").strip() for id_ in article.iterfind("PubmedData/ArticleIdList/ArticleId")
    }
    if ids.get("doi"):
        yield "DOI", ids["doi"]
    if ids.get("pmc"):
        yield "PMCID", ids["pmc"]


def _chapter(book: Any) -> Iterator[tuple[str, Any]]:
    """A chapter of a book that PubMed has: StatPearls, GeneReviews; or the whole book."""
    document = book.find("BookDocument")
    of = _text(document, "Book/BookTitle")
    title = _text(document, "ArticleTitle").removesuffix(".")
    yield "type", "chapter" if title else "book"
    yield "title", title or of
    if title and of:
        yield "container-title", of
    for path in ("AuthorList[@Type='authors']/Author", "AuthorList/Author", "Book/AuthorList/Author"):
        if authors := [_author(author) for author in document.iterfind(path)]:
            yield "author", authors
            break
    if parts := _day(document.find("Book/PubDate")):
        yield "issued", {"date-parts": [parts]}
    if parts := _day(document.find("ContributionDate")):
        yield "available-date", {"date-parts": [parts]}
    yield "publisher", _text(document, "Book/Publisher/PublisherName")
    yield "PMID", _text(document, "PMID")
    ids = {id_.get("IdType"): (id_.text or "").strip() for id_ in document.iterfind("ArticleIdList/ArticleId")}
    if ids.get("doi"):
        yield "DOI", ids["doi"]


def _pages(paper: Any) -> str:
    """Full pages: `276-86` of MedlinePgn becomes `276-286` where the record says so."""
    start, end = _text(paper, "Pagination/StartPage"), _text(paper, "Pagination/EndPage")
    if start and end and start != end:
        return f"{start}-{end}"
    return start or _text(paper, "Pagination/MedlinePgn")


def _author(author: Any) -> dict[str, str]:
    if collective := _text(author, "CollectiveName"):
        return {"literal": collective}
    initials = " ".join(_text(author, "Initials"))
    parts = {"family": _text(author, "LastName"), "given": initials, "suffix": _text(author, "Suffix")}
    return {name: text for name, text in parts.items() if text}


def _day(value: Any) -> list[int]:
    """Year, month, day as far as they are known; `2022 Jan-Feb` of a MedlineDate keeps the year and first month."""
    if value is None:
        return []
    words = [_text(value, name) for name in ("Year", "Month", "Day")]
    if not words[0]:
        words = [*_text(value, "MedlineDate").replace("-", " ").split(), "", ""][:2]
    if not words or (year := whole(words[0])) is None:
        return []
    parts = [year]
    month = words[1].casefold() if len(words) > 1 else ""
    if (number := whole(month)) is not None and 1 <= number <= 12:
        parts.append(number)
    elif named := months.number(month):
        parts.append(named)
    if len(parts) == 2 and len(words) > 2 and (day := whole(words[2])) is not None:
        parts.append(day)
    return parts


def _notices(article: Any) -> Iterator[Notice]:
    citation = article.find("MedlineCitation")
    seen = False
    for notice in citation.iterfind("CommentsCorrectionsList/CommentsCorrections"):
        kind = KINDS.get(notice.get("RefType", ""))
        if kind is not None:
            seen = seen or kind == "retracted"
            number = _text(notice, "PMID")
            yield Notice(kind, "pubmed", None, f"PMID {number}" if number else _text(notice, "RefSource"))
    types = [(kind.text or "") for kind in citation.iterfind("Article/PublicationTypeList/PublicationType")]
    if "Retracted Publication" in types and not seen:
        yield Notice("retracted", "pubmed")
