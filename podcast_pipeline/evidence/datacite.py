"""DataCite's REST API: the record of a DOI as CSL-JSON; it registers preprints, reports, data and theses."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.evidence.markup import plain
from podcast_pipeline.evidence.record import PaperRecord
from podcast_pipeline.evidence.web import Reply, Web
from podcast_pipeline.numeral import whole

_TYPES = {"JournalArticle": "article-journal", "Preprint": "article", "Report": "report", "Book": "book"}
_TYPES |= {
    "BookChapter": "chapter",
    "Dissertation": "thesis",
    "Dataset": "dataset",
    "ConferencePaper": "paper-conference",
}


def address(doi: str) -> str:
    return f"https://api.datacite.org/dois/{quote(doi, safe='/:;().')}"


def ask(doi: str, web: Web) -> PaperRecord | None:
    """The record of `doi`; None if DataCite does not have it. Raises EvidenceError: no answer, or no record in it."""
    reply = web.get(address(doi), "application/vnd.api+json")
    return None if reply.status == 404 else read(reply, doi)


def read(reply: Reply, doi: str) -> PaperRecord:
    """The record in a reply. Raises EvidenceError where it is not DataCite's JSON about this very DOI."""
    if reply.status != 200:
        raise EvidenceError(f"{reply.url}: DataCite answered {reply.status}", "try again later")
    try:
        about = json.loads(reply.body.decode("utf-8"))["data"]["attributes"]
        csl = dict(_fields(about))
        if not csl.get("title"):
            raise KeyError("title")
        later = _later(about)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise EvidenceError(f"{reply.url}: the answer is not a record of DataCite", "try again later") from error
    if str(csl["DOI"]).lower() != doi.lower():
        raise EvidenceError(f"{reply.url}: the answer is about another DOI: {csl['DOI']}", "try again later")
    return PaperRecord(csl, (), later, "datacite")


def _fields(about: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    types = about.get("types") or {}
    kind = types.get("resourceTypeGeneral")
    yield "type", _TYPES.get(str(kind)) or str(types.get("citeproc") or "document")
    titles = about.get("titles") or []
    main = [plain(each["title"]) for each in titles if not each.get("titleType")] or [plain(titles[0]["title"])]
    subtitle = next((plain(each["title"]) for each in titles if each.get("titleType") == "Subtitle"), "")
    yield "title", f"{main[0]}: {subtitle}" if subtitle else main[0]
    other = [*main[1:], *(plain(each["title"]) for each in titles if each.get("titleType") == "TranslatedTitle")]
    if other:
        yield "original-title", other[0]
    if authors := [_author(each) for each in about.get("creators") or ()]:
        yield "author", authors
    container = about.get("container") or {}
    if name := plain(container.get("title")):
        yield "container-title", name
    if (year := whole(str(about.get("publicationYear") or ""))) is not None:
        yield "issued", {"date-parts": [[year]]}
    publisher = about.get("publisher")
    if name := plain(publisher.get("name") if isinstance(publisher, Mapping) else publisher):
        yield "publisher", name
    yield "DOI", str(about["doi"])


def _author(creator: Mapping[str, Any]) -> dict[str, str]:
    name, family = plain(creator.get("name")), plain(creator.get("familyName"))
    if creator.get("nameType") == "Organizational" or not (family or "," in name):
        return {"literal": name}
    given = plain(creator.get("givenName"))
    if not family:
        family, _, given = (part.strip() for part in name.partition(","))
    return {part: text for part, text in (("family", family), ("given", given)) if text}


def _later(about: Mapping[str, Any]) -> str:
    """The DOI of the version after this one."""
    for related in about.get("relatedIdentifiers") or ():
        if related.get("relationType") in ("IsPreviousVersionOf", "IsObsoletedBy", "IsPreprintOf"):
            return str(related.get("relatedIdentifier", ""))
    return ""
