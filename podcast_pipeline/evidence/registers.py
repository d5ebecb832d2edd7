"""What the registers say of one reference today, and what state follows from it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.evidence import crossref, datacite, identity, pubmed
from podcast_pipeline.evidence.record import PaperRecord
from podcast_pipeline.evidence.watch import Watched
from podcast_pipeline.evidence.web import Web
from podcast_pipeline.model.appraisal import GONE, IN_PART, UNKNOWN, Appraisal, Notice, Registered, Status
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.progress import Progress

_GRAVITY = ("ok", "superseded", "corrected", "concern", IN_PART, "removed", "withdrawn", "retracted")
_FILE = " (file)"
"""Behind the register whose file says something, but not of which day."""
_COCHRANE = re.compile(r"(10\.1002/14651858\.CD\d{6})(?:\.pub(\d+))?", re.IGNORECASE)


@dataclass(frozen=True)
class Lookup:
    """What was found for one reference; `problems` are registers that did not answer, one sentence each."""

    crossref: PaperRecord | None = None
    pubmed: PaperRecord | None = None
    datacite: PaperRecord | None = None
    notices: tuple[Notice, ...] = ()
    later: str = ""
    """DOI or words for a later version."""
    link: str = ""
    """What is wrong with the reference's own address."""
    sources: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    """What else their records say of the paper."""
    registered: Registered | None = None
    """The paper that is registered under its identifiers, or which of them nobody knows; None: no register said."""


def ask(
    references: Mapping[str, Reference], web: Web | None, watched: Watched | None, today: date, report: Progress
) -> dict[str, Lookup]:
    """Id -> what is found: Crossref for the DOI, PubMed for the PMID, the file for both, else the address itself.

    DataCite is asked for a DOI that Crossref does not have.
    Of a DOI alone PubMed is asked for its PMID, and then for all papers many at once. `report` gets the share that is
    done.
    """
    numbers = {}
    for i, (id_, reference) in enumerate(references.items(), 1):
        numbers[id_] = _number(reference, web)
        report(0.3 * i / len(references))
    known = [number for number in numbers.values() if isinstance(number, str) and number]
    papers = pubmed.Papers(known, web) if web is not None else None
    lookups = {}
    for i, (id_, reference) in enumerate(references.items(), 1):
        lookups[id_] = _answer(reference, numbers[id_], papers, watched, today)
        report(0.3 + 0.7 * i / len(references))
    return lookups


def _number(reference: Reference, web: Web | None) -> str | EvidenceError:
    """The reference's PMID, else the one that PubMed has for its DOI; "" for none, the error if it did not answer."""
    if reference.pmid or not reference.doi or web is None:
        return reference.pmid
    try:
        return pubmed.number(reference.doi, web)
    except EvidenceError as error:
        return error


def _paper(reference: Reference, number: str | EvidenceError, papers: pubmed.Papers) -> PaperRecord | None:
    """PubMed's record; one that was found by a DOI must be of that very DOI."""
    if isinstance(number, EvidenceError):
        raise number
    record = papers.record(number) if number else None
    return record if record is not None and (reference.pmid or record.doi == reference.doi.lower()) else None


def _foreign(reference: Reference, record: PaperRecord) -> bool:
    """Whether a PMID that somebody mistyped led to another paper: CIT07 says so, and its status is not ours."""
    return record.source == "pubmed" and bool(reference.doi and record.doi) and record.doi != reference.doi.lower()


def _answer(
    reference: Reference,
    number: str | EvidenceError,
    papers: pubmed.Papers | None,
    watched: Watched | None,
    today: date,
) -> Lookup:
    notices: list[Notice] = []
    sources, problems = [], []
    remarks: list[str] = []
    answers: dict[str, PaperRecord | None] = {}
    later = link = ""
    if watched is not None and (reference.doi or reference.pmid):
        notices += watched.of(reference.doi, reference.pmid)
        sources.append(watched.source)
    if papers is not None:
        web = papers.web
        asked: dict[str, Callable[[], PaperRecord | None]] = {}
        if reference.doi:
            asked["crossref"] = lambda: crossref.ask(reference.doi, web)
        if reference.doi or reference.pmid:
            asked["pubmed"] = lambda: _paper(reference, number, papers)
        if reference.doi:
            asked["datacite"] = lambda: datacite.ask(reference.doi, web)
        for name, of in asked.items():
            if name == "datacite" and ("crossref" not in answers or answers["crossref"] is not None):
                continue
            try:
                record = of()
            except EvidenceError as error:
                problems.append(error.message)
                continue
            answers[name] = record
            if record is not None and not _foreign(reference, record):
                notices += record.stated_notices
                remarks += record.remarks
                sources.append(f"{name}@{today.isoformat()}")
                later = later or record.later
        try:
            later = later or _next_cochrane(reference, web)
            link = _link(reference, web) if not reference.doi and not reference.pmid else ""
        except EvidenceError as error:
            problems.append(error.message)
    registered = _registered(reference, answers, today)
    records = answers.get("crossref"), answers.get("pubmed"), answers.get("datacite")
    said = tuple(dict.fromkeys(remarks))
    return Lookup(*records, _distinct(notices), later, link, tuple(sources), tuple(problems), said, registered)


def _registered(reference: Reference, answers: Mapping[str, PaperRecord | None], today: date) -> Registered | None:
    """`answers`: the record of each register that answered, or None. A record of another paper goes first.

    A DOI counts as unknown where no register of DOIs has it, nor PubMed; a PMID is PubMed's alone. None where an
    identifier is neither known nor unknown, as its register is silent: one that nobody confirmed confirms nothing.
    """
    records = [record for record in answers.values() if record is not None]
    by_doi = [name for name in ("crossref", "datacite") if answers.get(name) is not None]
    doi = bool(by_doi) or any(record.doi == reference.doi.lower() for record in records)
    unknown, silent = [], False
    if reference.doi and not doi:
        asked = {"crossref", "pubmed", "datacite"} <= answers.keys()
        unknown += [f"doi:{reference.doi}"] if asked else []
        silent = not asked
    if reference.pmid and answers.get("pubmed") is None:
        unknown += [f"PMID {reference.pmid}"] if "pubmed" in answers else []
        silent |= "pubmed" not in answers
    ours = identity.paper(reference.csl)
    papers = {record.source: identity.paper(record.csl) for record in records}
    other = next((name for name, theirs in papers.items() if identity.difference(ours, theirs)), "")
    same = tuple(record.source for record in records if not _foreign(reference, record))
    if other:
        return identity.answer(reference, papers[other], (other,), tuple(unknown), today)
    if unknown:
        return identity.answer(reference, None, tuple(answers), tuple(unknown), today)
    return identity.answer(reference, papers[same[0]], same, (), today) if same and not silent else None


def appraised(reference: Reference, answer: Lookup, today: date) -> Appraisal:
    """The reference's entry after this answer: the paper as registered, and the status that follows.

    What a register said against the paper is kept while one of them is silent, and so is what was confirmed before.
    """
    before = reference.appraisal or Appraisal(reference.id)
    against = identity.answered(reference) and not identity.verified(reference)
    registered = answer.registered
    if registered is None or (against and answer.problems):
        registered = before.registered
    after = dataclasses.replace(before, registered=registered)
    exists = identity.verified(dataclasses.replace(reference, appraisal=after))
    return dataclasses.replace(after, status=status(answer, before.status, today, exists))


def with_record(reference: Reference, record: PaperRecord, today: date) -> Appraisal:
    """The reference's entry after what the record that was added says against the paper. It clears nothing.

    A file speaks of the day on which PubMed last changed the record, not of today.
    """
    before = reference.appraisal or Appraisal(reference.id)
    try:
        day = min(date.fromisoformat(record.revised), today)
    except ValueError:
        day = today
    known = {(notice.kind, notice.id.lower()) for notice in before.status.notices}
    new = [notice for notice in record.stated_notices if (notice.kind, notice.id.lower()) not in known]
    notices = _distinct([*before.status.notices, *(dataclasses.replace(notice, found=today) for notice in new)])
    if not new or len(notices) == len(before.status.notices):
        return before
    file = "" if record.revised or record.source != "nbib" else _FILE
    source = f"{'pubmed' if record.source == 'nbib' else record.source}{file}@{day.isoformat()}"
    sources = tuple(dict.fromkeys((*before.status.sources, source)))
    after = Status(state(notices), before.status.checked or today, sources, notices)
    return dataclasses.replace(before, status=after)


def status(answer: Lookup, before: Status, today: date, exists: bool) -> Status:
    """The status that follows. Where no register answered, what was known before stays, with its own day.

    A notice keeps the day on which we first found it, and stays while a register that may have told it is silent. That
    there is none says something only of a paper that `exists`: else the state is unknown.
    """
    if not answer.sources:
        return before
    known = {(notice.kind, notice.id): notice.found for notice in before.notices}
    silent = {_name(source) for source in before.sources} - {_name(source) for source in answer.sources}
    told = _distinct([*answer.notices, *(before.notices if silent else ())])
    notices = tuple(dataclasses.replace(notice, found=known.get((notice.kind, notice.id)) or today) for notice in told)
    checked = today
    if all(source.startswith("retraction-watch") for source in answer.sources):
        checked = min(today, *(date.fromisoformat(source.partition("@")[2]) for source in answer.sources))
    gravest = state(notices)
    return Status(UNKNOWN if gravest == "ok" and not exists else gravest, checked, answer.sources, notices)


def state(notices: Sequence[Notice]) -> str:
    """The gravest state; a reinstatement takes back the retractions before it."""
    back = max((n.day for n in notices if n.kind == "ok" and n.day), default=date.min)
    valid = [n.kind for n in notices if not (n.kind in GONE and (n.day or date.max) <= back)]
    return max(valid, key=_GRAVITY.index, default="ok")


def _name(source: str) -> str:
    """`crossref` of `crossref@2026-11-20`, and the register of a file."""
    return source.partition("@")[0].removesuffix(_FILE)


def _distinct(notices: Sequence[Notice]) -> tuple[Notice, ...]:
    """One notice for each kind and id; one without an id goes where another of its kind says more."""
    distinct: dict[tuple[str, str], Notice] = {}
    for told in notices:
        distinct.setdefault((told.kind, told.id.lower()), told)
    named = {kind for kind, id_ in distinct if id_}
    return tuple(notice for (kind, id_), notice in distinct.items() if id_ or kind not in named)


def _next_cochrane(reference: Reference, web: Web) -> str:
    """The DOI of the next version of a Cochrane review (`.pub4` after `.pub3`), if Crossref has it."""
    match = _COCHRANE.fullmatch(reference.doi)
    if match is None:
        return ""
    following = f"{match[1]}.pub{int(match[2] or 1) + 1}"
    return following if crossref.ask(following, web) is not None else ""


def _link(reference: Reference, web: Web) -> str:
    if not reference.url:
        return ""
    reply = web.get(reference.url)
    asked, reached = urlsplit(reference.url), urlsplit(reply.url)
    if reply.status >= 400:
        return f"answers {reply.status}"
    if asked.hostname != reached.hostname:
        return f"leads to another host: {reached.hostname}"
    if reached.path in ("", "/") and asked.path not in ("", "/"):
        return "leads to the home page"
    return ""
