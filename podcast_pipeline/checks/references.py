"""Checks of single references: identifiers, status, dates, pages, levels. Used for an episode and for the library."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from podcast_pipeline.episode import verdicts
from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.evidence import citation, identifiers, identity
from podcast_pipeline.evidence.registers import Lookup
from podcast_pipeline.evidence.standing import in_words
from podcast_pipeline.model.appraisal import IN_PART, NOT_VERIFIED, UNKNOWN
from podcast_pipeline.model.reference import Reference


class Fault(NamedTuple):
    """What is wrong with a reference: code, field, sentence; a severity where it is not the code's own."""

    code: str
    field: str
    sentence: str
    severity: str = ""


Sayings = Iterator[Fault]
LIBRARY = "feed/references.json"
AT_PUBLISH, IN_CATALOGUE = timedelta(days=30), timedelta(days=180)
_SECONDARY = re.compile(r"\bDARE\b|Abstracts of Reviews of Effects|structured abstract|Journal Club", re.IGNORECASE)
_PAGES = re.compile(r"([A-Za-z]*)(\d+)([A-Za-z]?)(?:[-–]([A-Za-z]*)(\d+)[A-Za-z]?)?")
_NUMBER = re.compile(r"(?=.*\d)[\w.()/:+-]+")
"""The number of an article in place of pages (`S1080-6032(22)00139-9`), or pages of an issue's supplement."""
_HTTP = re.compile(r"https?://[^/\s]+", re.IGNORECASE)


def everything(
    reference: Reference, answer: Lookup, today: date, limit: timedelta, people: Container[str], now: date | None = None
) -> Sayings:
    """All that can be said of one reference by itself; `people` are the ids of feed/people.

    `today` is the day by which it is judged, `now` that of looking at it, where it is another.
    """
    yield from identifier_shape(reference)
    yield from existence(reference)
    yield from unverified(reference, now or today, people)
    yield from notices(reference, answer)
    yield from age_of_status(reference, today, limit)
    yield from persistent(reference)
    yield from agreement(reference, answer)
    yield from other_identifier(reference, answer)
    yield from later_version(reference, answer)
    yield from secondary(reference)
    yield from author_list(reference)
    yield from shape(reference, today)
    yield from as_pubmed(reference)
    yield from level(reference)
    yield from link(answer)


def identifier_shape(reference: Reference) -> Sayings:
    """CIT02: a malformed DOI, PMID or PMCID. CIT17: an address that is not http(s)."""
    readers: Mapping[str, Callable[[str], str]] = {
        "DOI": identifiers.doi,
        "PMID": identifiers.pmid,
        "PMCID": identifiers.pmcid,
    }
    for name, read in readers.items():
        if value := str(reference.csl.get(name, "")):
            try:
                read(value)
            except EvidenceError as error:
                yield Fault("CIT02", name, error.message)
    if (address := str(reference.csl.get("URL", ""))) and _HTTP.match(address) is None:
        yield Fault("CIT17", "URL", "the address does not begin with http:// or https://")


def existence(reference: Reference) -> Sayings:
    """CIT19: an identifier that no register knows. CIT20: another paper is registered under it."""
    kept = reference.registered
    if not identity.answered(reference) or kept.on is None:
        return
    asked = f"{', '.join(kept.registers)}, asked on {kept.on.isoformat()}"
    for identifier in kept.unknown:
        name = "PMID" if identifier.startswith("PMID") else "DOI"
        yield Fault("CIT19", name, f"{identifier}: no register knows it ({asked}): look the paper up, or remove it")
    if (other := identity.differs(reference)) is not None:
        sentence = f'"{other.ours}" here, "{other.theirs}" under this identifier ({asked}): correct one of the two'
        yield Fault("CIT20", other.field, sentence)


def unverified(reference: Reference, today: date, people: Container[str]) -> Sayings:
    """CIT21: no register has confirmed the paper. CIT22: none can be asked for it, and nobody says they hold it."""
    if identity.answered(reference):  # verified, or CIT19 or CIT20 says what is wrong
        return
    missing = f"{NOT_VERIFIED}, no register has confirmed that this paper exists"
    if reference.doi or reference.pmid:
        typed = reference.registered.on is None and (reference.registered.title or reference.registered.unknown)
        other = ", and what stands there as their answer is not as they gave it" if typed else ""
        yield Fault(
            "CIT21",
            "registered",
            f"{missing}{other}: `podcast publish` asks them, as `podcast refs check --online` does",
        )
    elif reference.pmcid:
        yield Fault(
            "CIT21", "registered", f"{missing}: it has a PMCID alone; look its PMID or DOI up, and write it down"
        )
    elif not identity.held(reference):
        yield Fault("CIT22", "seen_by", f"{_unheld(reference)}: `podcast refs seen {reference.id} --by ID`")
    elif reference.appraisal is not None and reference.appraisal.seen_by not in people:
        yield Fault("CIT22", "seen_by", f'"{reference.appraisal.seen_by}" is not in feed/people')
    elif reference.appraisal is not None and reference.appraisal.seen is not None and reference.appraisal.seen > today:
        yield Fault("CIT22", "seen", f"{reference.appraisal.seen.isoformat()} lies in the future")


def _unheld(reference: Reference) -> str:
    said = reference.appraisal
    if said is None or not said.seen_by:
        return "no identifier to ask a register for, and nobody says that they hold the paper"
    if said.seen is None:
        return f"{said.seen_by} holds it, but no day stands there (seen)"
    return f"it is not the entry that {said.seen_by} compared with the paper on {said.seen.isoformat()}"


def age_of_status(reference: Reference, today: date, limit: timedelta) -> Sayings:
    """CIT05: nobody has asked for the status of a paper that is verified, or too long ago."""
    status = reference.status
    if not identity.verified(reference):
        return  # CIT19 to CIT22 say what is wrong
    if not status.known or status.checked is None:
        yield Fault(
            "CIT05", "status", f"the retraction status is {UNKNOWN}: `podcast refs check --online` asks the registers"
        )
    elif today - status.checked > limit:
        yield Fault(
            "CIT05", "status", f"the status is of {status.checked.isoformat()}, more than {limit.days} days ago"
        )


def notices(reference: Reference, answer: Lookup) -> Sayings:
    """CIT04: an expression of concern, a retraction in part, a correction whose notice has no address to link, or what
    else a register says of the paper: that it is itself a notice, or a word that is not known."""
    custom = reference.csl.get("custom")
    kept = custom.get("pubmed_says", ()) if isinstance(custom, Mapping) else ()
    for remark in dict.fromkeys((*(str(each) for each in kept if isinstance(kept, list)), *answer.remarks)):
        yield Fault("CIT04", "custom.pubmed_says", remark)
    status = reference.status
    if status.state in ("concern", IN_PART):
        yield Fault("CIT04", "status", f"{in_words(reference)}; the notes say so")
    for notice in status.notices:
        if notice.kind == "corrected" and not notice.id:
            yield Fault(
                "CIT04", "status.notices", f"a correction was found in {notice.source}, but not its DOI or PMID"
            )


def persistent(reference: Reference) -> Sayings:
    """CIT06: no DOI, PMID or PMCID; worse for a bare address that was neither dated nor archived."""
    if reference.doi or reference.pmid or reference.pmcid:
        return
    archived = reference.appraisal is not None and reference.appraisal.access.url_archived
    if reference.csl.get("URL") and not (reference.csl.get("accessed") and archived):
        yield Fault(
            "CIT06", "URL", "only an address, without the day it was read (accessed) and a copy in a web archive", "E"
        )
    else:
        yield Fault("CIT06", "DOI", "no DOI, PMID or PMCID: readers may not find it again")


def other_identifier(reference: Reference, answer: Lookup) -> Sayings:
    """CIT08: an identifier that a register knows; and of DOI and PMID a journal article nearly always has both."""
    told = {
        name: (record.source, str(record.csl[name]))
        for record in (answer.crossref, answer.pubmed, answer.datacite)
        for name in ("DOI", "PMID", "PMCID")
        if record is not None and record.csl.get(name) and not reference.csl.get(name)
    }
    for name, (source, id_) in told.items():
        yield Fault("CIT08", name, f"{source} knows it: {id_}")
    if told:
        return
    if reference.csl.get("type") == "article-journal" and bool(reference.doi) != bool(reference.pmid):
        have, lack = ("DOI", "PMID") if reference.doi else ("PMID", "DOI")
        yield Fault("CIT08", lack, f"has a {have} but no {lack}: look it up")


def secondary(reference: Reference) -> Sayings:
    """CIT10: a database's abstract of a paper instead of the paper."""
    design = reference.appraisal.design if reference.appraisal else ""
    if _SECONDARY.search(str(reference.csl.get("container-title", ""))) or design == "database record":
        yield Fault("CIT10", "container-title", "a database's record about a paper: cite the paper itself")


def author_list(reference: Reference) -> Sayings:
    """CIT11: the list of authors is cut."""
    custom = reference.csl.get("custom")
    if isinstance(custom, Mapping) and custom.get("authors_truncated"):
        yield Fault("CIT11", "author", "the list of authors is cut: fill it up")


def shape(reference: Reference, today: date) -> Sayings:
    """CIT12: pages against supplement, Epub against issue, dates in the future."""
    csl = reference.csl
    page, issue = str(csl.get("page", "")), f"{csl.get('volume', '')} {csl.get('issue', '')}"
    match = _PAGES.fullmatch(page)
    if page and match is None and not _NUMBER.fullmatch(page) and not any(sign in page for sign in ",;"):
        yield Fault("CIT12", "page", f'"{page}" is not a page, a range or an article number')
    supplement = re.search(r"s", issue, re.IGNORECASE) is not None
    if match is not None:
        start, end = match[2], match[5]
        whole = start[: len(start) - len(end)] + end if end and len(end) < len(start) else end
        if end and int(whole or 0) < int(start):
            yield Fault("CIT12", "page", f'"{page}" runs backwards')
        if match[4] and match[1].upper() != match[4].upper():
            yield Fault("CIT12", "page", f'"{page}" begins and ends in different series')
        if match[1].upper() == "S" and not supplement:
            yield Fault("CIT12", "page", "S pages belong to a supplement, but volume and issue name none")
        if supplement and match[1].upper() != "S" and match[4] is not None:
            yield Fault("CIT12", "issue", "a supplement, but its pages have no S")
    issued, epub = _day(csl.get("issued"), last=True), _day(csl.get("available-date"), last=False)
    first = citation.electronic_first(csl)
    if issued and epub and epub > issued and not first:
        yield Fault("CIT12", "available-date", "published online after its issue")
    for name, day in (("issued", _day(csl.get("issued"), last=False)), ("available-date", epub)):
        if day and day > today:
            yield Fault("CIT12", name, "lies in the future")


def as_pubmed(reference: Reference) -> Sayings:
    """CIT24: the line that PubMed gives for the record (its field SO) against ours."""
    custom = reference.csl.get("custom")
    theirs = " ".join(str(custom.get("pubmed_source", "")).split()) if isinstance(custom, Mapping) else ""
    if theirs and citation.is_article(reference.csl) and (ours := citation.source(reference.csl)) != theirs:
        yield Fault(
            "CIT24", "issued", f'prints "{ours}", PubMed prints "{theirs}": correct the record where it is wrong'
        )


def level(reference: Reference) -> Sayings:
    """CIT13: OCEBM 2011 has the levels 1 to 5 (0: not applicable); GRADE is for claims."""
    appraisal = reference.appraisal
    if appraisal is None:
        return
    if appraisal.ocebm2011 and appraisal.ocebm2011 not in {"0", "1", "2", "3", "4", "5"}:
        yield Fault(
            "CIT13", "ocebm2011", f'"{appraisal.ocebm2011}" is of the 2009 scheme; OCEBM 2011 has 1 to 5, and 0'
        )
    if appraisal.ocebm2011 and not appraisal.signed:
        yield Fault("CIT13", "by", "the level is not signed: it needs `by` and `on`")
    elif appraisal.ocebm2011 and (why := verdicts.sentence(verdicts.appraised(reference, appraisal))):
        yield Fault("CIT13", "by", why)
    if appraisal.grade:
        yield Fault("CIT13", "grade", "GRADE rates a body of evidence: write it on the claim")


def agreement(reference: Reference, answer: Lookup) -> Sayings:
    """CIT07: the registers' identifiers of this paper against ours."""
    records = [record for record in (answer.crossref, answer.pubmed, answer.datacite) if record is not None]
    for record in records:
        for name in ("DOI", "PMID", "PMCID"):
            theirs, mine = str(record.csl.get(name, "")), str(reference.csl.get(name, ""))
            if theirs and mine and theirs.lower() != mine.lower():
                yield Fault("CIT07", name, f"{record.source} has {theirs}")


def later_version(reference: Reference, answer: Lookup) -> Sayings:
    """CIT09: the registers know a later version, or say that one takes its place."""
    if answer.later:
        yield Fault("CIT09", "DOI", f"there is a later version: {answer.later}")
    elif reference.status.state == "superseded":
        yield Fault("CIT09", "status", in_words(reference))


def link(answer: Lookup) -> Sayings:
    """CIT16: what is wrong with the reference's address."""
    if answer.link:
        yield Fault("CIT16", "URL", answer.link)


def _day(value: Any, *, last: bool) -> date | None:
    """The first or last day that a CSL date can mean."""
    try:
        parts = [int(number) for number in value["date-parts"][0]]
    except (TypeError, KeyError, IndexError, ValueError):
        return None
    year, month, day = (*parts, 12 if last else 1, 31 if last else 1)[:3] if len(parts) < 3 else parts
    if len(parts) == 2:
        day = 31 if last else 1
    while day > 28:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1
    return date(year, month, day)
