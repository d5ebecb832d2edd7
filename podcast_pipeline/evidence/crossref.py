"""Crossref's REST API: the record of a DOI as CSL-JSON, with the notices about it.

Notices about a paper stand under `updated-by` of the paper. `update-to` stands on the notice and points away from it:
a retracted paper has none, and reading that field would call it clean.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.evidence.markup import plain
from podcast_pipeline.evidence.record import PaperRecord
from podcast_pipeline.evidence.web import Reply, Web
from podcast_pipeline.model.appraisal import IN_PART, Notice

KINDS = {
    "retraction": "retracted",
    "partial_retraction": IN_PART,
    "withdrawal": "withdrawn",
    "removal": "removed",
    "expression_of_concern": "concern",
    "correction": "corrected",
    "corrigendum": "corrected",
    "erratum": "corrected",
    "addendum": "corrected",
    "clarification": "corrected",
    "new_version": "superseded",
    "new_edition": "superseded",
}
TYPES = {
    "journal-article": "article-journal",
    "book-chapter": "chapter",
    "book": "book",
    "monograph": "book",
    "edited-book": "book",
    "proceedings-article": "paper-conference",
    "posted-content": "article",
    "report": "report",
    "dataset": "dataset",
}


def address(doi: str) -> str:
    return f"https://api.crossref.org/works/{quote(doi, safe='/:;().')}"


def ask(doi: str, web: Web) -> PaperRecord | None:
    """The record of `doi`; None if Crossref does not have it. Raises EvidenceError: no answer, or no record in it."""
    asked = address(doi)
    reply = web.get(asked, "application/json")
    if reply.status == 404:
        return None
    record = read(reply)
    # A DOI that was merged into another redirects to it. Another paper's record without that is no answer.
    if record.doi != doi.lower() and reply.url == asked and doi.lower() not in _aliases(reply):
        raise EvidenceError(f"{reply.url}: the answer is about another DOI: {record.doi}", "try again later")
    return record


def _aliases(reply: Reply) -> set[str]:
    names = json.loads(reply.body.decode("utf-8"))["message"].get("aliases")
    return {str(name).lower() for name in names} if isinstance(names, list) else set()


def read(reply: Reply) -> PaperRecord:
    """The record in a reply. Raises EvidenceError where it is not Crossref's JSON: an HTML page, half an answer."""
    if reply.status != 200:
        raise EvidenceError(f"{reply.url}: Crossref answered {reply.status}", "try again later")
    try:
        message = json.loads(reply.body.decode("utf-8"))["message"]
        csl = dict(_fields(message))
        if not csl.get("title"):
            raise KeyError("title")
        return PaperRecord(csl, tuple(_notices(message)), _later(message), "crossref")
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise EvidenceError(f"{reply.url}: the answer is not a record of Crossref", "try again later") from error


def _fields(message: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    kind = str(message.get("type"))
    posted = kind == "posted-content" and message.get("subtype") not in (None, "preprint")
    yield "type", "document" if posted else TYPES.get(kind, "document")
    if other := plain((message.get("original-title") or [""])[0]):
        yield "original-title", other
    for name, text in (
        ("title", _title(message)),
        ("container-title", plain((message.get("container-title") or [""])[0])),
    ):
        if text:
            yield name, text
    if short := plain((message.get("short-container-title") or [""])[0]):
        yield "container-title-short", short
    if authors := [_author(author) for author in message.get("author", ())]:
        yield "author", authors
    issued = message.get("published-print") or message.get("issued") or {}
    if parts := _parts(issued):
        yield "issued", {"date-parts": [parts]}
    online = _parts(message.get("published-online") or {})
    if online and online != parts:
        yield "available-date", {"date-parts": [online]}
    for name in ("volume", "issue", "page", "publisher"):
        if text := plain(message.get(name)):
            yield name, text
    if "page" not in message and (number := plain(message.get("article-number"))):
        yield "page", number
    yield "DOI", str(message["DOI"])


def _title(message: Mapping[str, Any]) -> str:
    """The title with its subtitle, which Crossref keeps apart, and some publishers give in both places."""
    title, subtitle = (plain((message.get(name) or [""])[0]) for name in ("title", "subtitle"))
    if not title or not subtitle or subtitle.casefold() in title.casefold():
        return title
    return f"{title}{' ' if title.endswith(('?', ':')) else ': '}{subtitle}"


def _author(author: Mapping[str, Any]) -> dict[str, str]:
    if not author.get("family"):
        return {"literal": plain(author.get("name") or author.get("given"))}
    parts = {
        "family": plain(author["family"]),
        "given": plain(author.get("given")),
        "suffix": plain(author.get("suffix")),
    }
    return {name: text for name, text in parts.items() if text}


def _parts(value: Mapping[str, Any]) -> list[int]:
    parts = (value.get("date-parts") or [[]])[0]
    return [int(part) for part in parts if part is not None]


def _notices(message: Mapping[str, Any]) -> Iterator[Notice]:
    own = str(message["DOI"]).lower()
    for update in message.get("updated-by", ()):
        kind, doi = KINDS.get(str(update.get("type"))), str(update.get("DOI", ""))
        if kind is not None:
            asserted = str(update.get("source") or "publisher")
            source = "crossref" if asserted == "publisher" else f"crossref ({asserted})"
            # Some publishers retract under the paper's own DOI: that is no address of a notice.
            yield Notice(kind, source, _day(update.get("updated")), "" if doi.lower() == own else doi)


def _day(value: Any) -> date | None:
    parts = _parts(value) if isinstance(value, Mapping) else []
    try:
        return date(*[*parts, 1, 1][:3]) if parts else None
    except (ValueError, TypeError):
        return None


def _later(message: Mapping[str, Any]) -> str:
    """The DOI of the published paper, where this record is its preprint."""
    for relation in message.get("relation", {}).get("is-preprint-of", ()):
        if relation.get("id-type") == "doi":
            return str(relation.get("id", ""))
    return ""
