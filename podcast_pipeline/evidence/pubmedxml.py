"""PubMed's XML, from efetch or as a file: articles, preprints, books and their chapters, each as CSL-JSON.

The elements: NLM, MEDLINE/PubMed XML Element Descriptions, nlm.nih.gov/bsd/licensee/elements_descriptions.html.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from podcast_pipeline import months
from podcast_pipeline.evidence import citation, markup, medline
from podcast_pipeline.evidence.record import Import, PaperRecord
from podcast_pipeline.model.appraisal import Notice
from podcast_pipeline.numeral import whole

SETS = frozenset({"PubmedArticleSet", "PubmedBookArticleSet"})
ALONE = frozenset({"PubmedArticle", "PubmedBookArticle"})
BROKEN = "is not as PubMed writes it"
"""In the problem of a record in which a part is missing that every record has."""
_MODELS = frozenset({citation.ELECTRONIC_PRINT, citation.ECOLLECTION})

_TWICE = (citation.PRINT_ELECTRONIC, "ppublish")
"""Model and status of a record whose day is printed twice, as that of the issue and that of the article."""


def read(elements: Iterable[Any]) -> Import:
    """The records of these elements, the children of a set; one that is not whole is a problem, the others are kept."""
    records: list[PaperRecord] = []
    problems: list[str] = []
    for place, element in enumerate((each for each in elements if isinstance(each.tag, str)), 1):
        reader = {"PubmedArticle": _article, "PubmedBookArticle": _chapter}.get(element.tag)
        if reader is None:
            text = " ".join(" ".join(element.itertext()).split())
            problems.append(f"record {place}: is a {element.tag}, which holds no paper: {text[:200]}")
            continue
        try:
            record = reader(element)
        except AttributeError:  # a part that every record has
            problems.append(f"record {place}: {BROKEN}")
            continue
        if not record.title:
            problems.append(f"record {place} (PMID {record.csl.get('PMID', '')}): has no title (ArticleTitle)")
        else:
            records.append(record)
    if not records and not problems:
        problems.append("no record found: one begins with <PubmedArticle>")
    return Import(tuple(records), tuple(problems))


def _article(element: Any) -> PaperRecord:
    notices, remarks = _said(element.find("MedlineCitation"))
    day = element.find("MedlineCitation/DateRevised")
    csl = medline.saying(dict(_fields(element)), remarks)
    return PaperRecord(csl, notices, "", "pubmed", remarks, _iso(day))


def _text(element: Any, path: str) -> str:
    return markup.of_element(element.find(path))


def _fields(article: Any) -> Iterator[tuple[str, Any]]:
    record = article.find("MedlineCitation")
    paper = record.find("Article")
    kinds = [kind.text or "" for kind in paper.iterfind("PublicationTypeList/PublicationType")]
    yield "type", "article" if "Preprint" in kinds else "article-journal"
    if "Preprint" in kinds:
        yield "genre", "Preprint"
    vernacular = _text(paper, "VernacularTitle").removesuffix(".")
    title = medline.title(_text(paper, "ArticleTitle"), vernacular)
    yield "title", title
    if vernacular and vernacular != title:
        yield "original-title", vernacular
    journal = paper.find("Journal")
    located = _pages(paper)
    names = {
        "container-title": _text(journal, "Title"),
        "container-title-short": _text(record, "MedlineJournalInfo/MedlineTA") or _text(journal, "ISOAbbreviation"),
        "volume": _text(journal, "JournalIssue/Volume"),
        "issue": _text(journal, "JournalIssue/Issue"),
        "page": located.get("page", ""),
    }
    yield from ((name, text) for name, text in names.items() if text)
    yield from _people(paper.iterfind("AuthorList"))
    issued = _date(journal.find("JournalIssue/PubDate"))
    if issued:
        yield "issued", issued
    online = next((date for date in paper.iterfind("ArticleDate") if date.get("DateType") == "Electronic"), None)
    if online := _date(online):
        yield "available-date", online
    yield from _identifiers(_text(record, "PMID"), article.find("PubmedData/ArticleIdList"), paper)
    custom = {**located.get("custom", {})}
    model, status = paper.get("PubModel"), _text(article, "PubmedData/PublicationStatus")
    twice = online == issued and (model, status) == _TWICE
    if model in _MODELS or twice or (model == citation.ELECTRONIC and online != issued):
        custom["print_model"] = model
    if any(people.get("CompleteYN") == "N" for people in paper.iterfind("AuthorList")):
        custom["authors_truncated"] = True
    if custom:
        yield "custom", custom


def _identifiers(pmid: str, ids: Any, paper: Any) -> Iterator[tuple[str, str]]:
    yield "PMID", pmid
    known = {id_.get("IdType"): (id_.text or "").strip() for id_ in (ids if ids is not None else ())}
    located = (id_ for id_ in paper.iterfind("ELocationID") if id_.get("EIdType") == "doi" and _valid(id_))
    if doi := known.get("doi") or next(((id_.text or "").strip() for id_ in located), ""):
        yield "DOI", doi
    if known.get("pmc"):
        yield "PMCID", known["pmc"]
    if known.get("bookaccession"):
        yield "URL", f"https://www.ncbi.nlm.nih.gov/books/{known['bookaccession']}/"


def _chapter(book: Any) -> PaperRecord:
    """A chapter of a book that PubMed has (StatPearls, GeneReviews), or the whole book."""
    document = book.find("BookDocument")
    links = [(item.get("RefType", ""), _source(item)) for item in document.iterfind("*/CommentsCorrections")]
    types = [kind.text or "" for kind in document.iterfind("PublicationType")]
    notices, remarks = medline.said(links, types)
    csl = medline.saying(dict(_of_a_book(document)), remarks)
    return PaperRecord(csl, notices, "", "pubmed", remarks, _iso(document.find("DateRevised")))


def _of_a_book(document: Any) -> Iterator[tuple[str, Any]]:
    of = _text(document, "Book/BookTitle").removesuffix(".")
    vernacular = _text(document, "VernacularTitle")
    title = medline.title(_text(document, "ArticleTitle"), vernacular)
    yield "type", "chapter" if title else "book"
    yield "title", title or of
    if title and of:
        yield "container-title", of
    people = dict(_people(document.iterfind("AuthorList"))) or dict(_people(document.iterfind("Book/AuthorList")))
    editors = dict(_people(document.iterfind("Book/AuthorList"), "editors"))
    yield from people.items()
    if title and editors:
        yield "editor", editors["author"]
    published = _date(document.find("Book/PubDate"))
    if published:
        yield "issued", published
    if day := _date(document.find("ContributionDate")):
        yield "available-date", day
    for name, path in (("publisher", "PublisherName"), ("publisher-place", "PublisherLocation")):
        if text := _text(document, f"Book/Publisher/{path}"):
            yield name, text
    names = (("volume", "Book/Volume"), ("edition", "Book/Edition"), ("medium", "Book/Medium"))
    yield from ((name, text) for name, path in names if (text := _text(document, path)))
    if pages := _text(document, "Pagination/MedlinePgn"):
        yield "page", pages
    yield from _identifiers(_text(document, "PMID"), document.find("ArticleIdList"), document)
    begun, ended = (citation.in_words(_date(document.find(f"Book/{end}Date"))) for end in ("Beginning", "Ending"))
    if title and (start := begun or citation.in_words(published)):
        yield "custom", {"series_start": f"{start}-{ended}"}


def _pages(paper: Any) -> Mapping[str, Any]:
    """Full pages, and as PubMed prints them (`276-86`); its publisher's number where an article has no pages."""
    start, end = _text(paper, "Pagination/StartPage"), _text(paper, "Pagination/EndPage")
    printed = _text(paper, "Pagination/MedlinePgn")
    if not printed and not start:
        numbers = (id_ for id_ in paper.iterfind("ELocationID") if id_.get("EIdType") == "pii" and _valid(id_))
        return {"page": next(((id_.text or "").strip() for id_ in numbers), "")}
    full = f"{start}-{end}" if end and start != end else start
    if not printed or not full or any(sign in printed for sign in ";,"):
        return medline.pages(printed) if printed else {"page": full}
    return {"page": full} | ({"custom": {"page_as_printed": printed}} if printed != full else {})


def _valid(element: Any) -> bool:
    return bool(element.get("ValidYN", "Y") == "Y")


def _people(lists: Any, kind: str = "authors") -> Iterator[tuple[str, Any]]:
    """Authors with groups in their place. Those that NLM has corrected since (ValidYN) and collaborators are none."""
    people = [
        author
        for each in lists
        if each.get("Type", "authors") == kind
        for author in map(_author, filter(_valid, each.iterfind("Author")))
        if author
    ]
    if people:
        yield "author", people


def _author(author: Any) -> dict[str, str]:
    if collective := _text(author, "CollectiveName"):
        return {"literal": collective}
    return medline.named(_text(author, "LastName"), _text(author, "Initials"), _text(author, "Suffix"))


def _date(value: Any) -> dict[str, Any]:
    """The parts of a date, or the words of a MedlineDate."""
    if value is None:
        return {}
    month = _text(value, "Month")
    if (number := whole(month)) is not None and 1 <= number <= 12:
        month = months.SHORT[number - 1]
    day = _text(value, "Day").lstrip("0")
    parts = (_text(value, "Year"), month or _text(value, "Season"), day)
    return medline.date(" ".join(part for part in parts if part) or _text(value, "MedlineDate"))


def _iso(value: Any) -> str:
    parts = [_text(value, name) for name in ("Year", "Month", "Day")] if value is not None else []
    return "-".join(parts) if all(part.isdecimal() for part in parts) else ""


def _source(item: Any) -> str:
    """Where the record of a link is: its PMID, else its DOI or its source in words."""
    number = _text(item, "PMID")
    return f"PMID: {number}" if number else _text(item, "RefSource")


def _said(record: Any) -> tuple[tuple[Notice, ...], tuple[str, ...]]:
    links = record.iterfind("CommentsCorrectionsList/CommentsCorrections")
    types = [kind.text or "" for kind in record.iterfind("Article/PublicationTypeList/PublicationType")]
    return medline.said([(link.get("RefType", ""), _source(link)) for link in links], types)
