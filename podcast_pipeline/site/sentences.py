"""Sentences that stand in notes, description and page alike, each worded once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from podcast_pipeline.evidence.cited import KeyPoint, changed_since
from podcast_pipeline.evidence.numbering import collapse, numbered
from podcast_pipeline.evidence.relation import NumberedCitation, brief, phrase
from podcast_pipeline.model.appraisal import NOT_VERIFIED, UNKNOWN
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.medical import Cme
from podcast_pipeline.model.person import Person
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.model.release import Accuracy, CitedReference, ReleasePerson
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.signature import Signature, Signer
from podcast_pipeline.model.statement import Imprint
from podcast_pipeline.people.statement import INVENTED, long_date

CHANGED = "What changed since publication"
"""Heading of what became known of cited papers; "Corrections" are those of people."""
_COMPARED = "Claims of fact compared with their references by "
_COMPARED_EXAMPLE = "Example check of the claims: no physician has compared them with their references."
CREDIT_LINE = "No CME credit is offered."
MACHINE_LINE = "The transcript was made with the help of automatic speech recognition."

FOREIGN_LINE = "This transcript came with the episode from where it was published before; nobody has reviewed it here."


def day_of(moment: datetime) -> str:
    """The day of an instant by its own clocks: `20 November 2026`."""
    return long_date(moment.date())


def signature_line(signature: Signature | None) -> str:
    """Who answers for the episode. An invented signer and a missing one are said to be that."""
    if signature is None:
        return "Not signed off yet: nobody answers for this text."
    return " ".join(dict.fromkeys(map(_signed, signature.signers)))


def _signed(signer: Signer) -> str:
    if signer.example:
        return "Example sign-off: no physician has read this."
    role = f" ({signer.role})" if signer.role else ""
    how = "Signed by the host," if signer.host else "Reviewed by"
    return f"{how} {signer.name}{role}, {long_date(signer.day)}."


def review_line(day: date | None) -> str:
    """Until when the content counts as reviewed, for whoever hears it later."""
    return (
        f"The content is to be reviewed by {long_date(day)}; after that day, read it as older knowledge." if day else ""
    )


def checked_line(claims: Sequence[Claim], people: Mapping[str, Person]) -> str:
    """Who compared the claims of fact with their references; an invented checker is said to be one."""
    facts = [claim for claim in claims if claim.kind == "fact"]
    by = dict.fromkeys(id_ for claim in facts if claim.checked is not None for id_ in claim.checkers if id_ in people)
    if not facts or any(not (claim.checked_by in people and claim.checked) for claim in facts):
        return ""
    if any(people[id_].example for id_ in by):
        return _COMPARED_EXAMPLE
    last = max(claim.checked for claim in facts if claim.checked is not None)
    names = ", ".join(people[id_].display for id_ in by)
    return f"{_COMPARED}{names}, {long_date(last)}."


def says_checked(notes: str) -> bool:
    """Whether these notes, as they were published, say that all claims of fact were compared with their references."""
    return _COMPARED in notes or _COMPARED_EXAMPLE in notes


def credit_lines(cme: Cme | None) -> tuple[str, ...]:
    """What is said about credit: that there is none, or all that a physician needs to claim it."""
    if cme is None or not cme.accredited:
        return (CREDIT_LINE,)
    facts = [f"Credit: {cme.credit}, by {cme.provider}."]
    facts += [cme.method] if cme.method else []
    facts += [f"Estimated time: {cme.estimated_minutes} minutes."] if cme.estimated_minutes else []
    facts += [f"Released {long_date(cme.released)}."] if cme.released else []
    facts += [f"Reviewed {long_date(cme.reviewed)}."] if cme.reviewed else []
    facts += [f"Credit ends {long_date(cme.expires)}: after that day none is offered."] if cme.expires else []
    facts += [f"Claim: {cme.claim_url}"] if cme.claim_url else []
    return (" ".join(facts), *([f"Funding: {cme.funding}"] if cme.funding else []))


def changes(claims: Sequence[Claim], references: Mapping[str, Reference], published: datetime) -> tuple[str, ...]:
    """The corrections log as far as references go: what became known of them after publication."""
    return tuple(
        f"{long_date(day)}: reference {number}: {what}."
        for day, number, what in changed_since(claims, references, published.date())
    )


def levels(claims: Sequence[Claim], references: Mapping[str, Reference]) -> tuple[str, ...]:
    """Levels of evidence that a person signed: `Reference 3: level 1 (OCEBM 2011; systematic review).`"""
    lines = []
    for id_, number in numbered(claims).items():
        appraisal = references[id_].appraisal if id_ in references else None
        if appraisal is not None and appraisal.signed and appraisal.ocebm2011 in {"1", "2", "3", "4", "5"}:
            design = f"; {appraisal.design}" if appraisal.design else ""
            lines.append(f"Reference {number}: level {appraisal.ocebm2011} (OCEBM 2011{design}).")
    return tuple(lines)


def status_lines(references: Sequence[CitedReference]) -> tuple[str, ...]:
    """The retraction status of the references, one sentence where it is the same for all."""
    groups: dict[str, list[int]] = {}
    for reference in references:
        groups.setdefault(reference.status, []).append(reference.number)
    return tuple(
        f"Retraction status{'' if len(groups) == 1 else f' of {collapse(numbers)}'}: {_status(status)}."
        for status, numbers in groups.items()
    )


def _status(status: str) -> str:
    plain = {
        UNKNOWN: "unknown (not checked)",
        NOT_VERIFIED: f"{NOT_VERIFIED} (no register has confirmed that it exists)",
    }
    return plain.get(status, status)


def point_text(point: KeyPoint) -> str:
    """A key point with what bears on it: `Opinion: ... (supported by 1, 3 (p S55); disputed by 4)`."""
    kind = "" if point.kind == "fact" else f"{point.kind.capitalize()}: "
    disputed = " [contested]" if point.contested else ""
    grade = f" Certainty of the evidence: {point.grade} (GRADE)." if point.grade else ""
    borne = f" ({phrase(point.citations)})" if point.citations else ""
    return f"{kind}{point.text}{disputed}{borne}{grade}"


def brief_text(citations: Sequence[NumberedCitation]) -> str:
    """` (1, 3-5; disputed by 4)`, or nothing."""
    return f" ({brief(citations)})" if citations else ""


def citations_of(chapters: Sequence[Chapter], points: Sequence[KeyPoint]) -> tuple[tuple[NumberedCitation, ...], ...]:
    """For each published chapter what is cited in it."""
    ends = [*(chapter.start for chapter in chapters[1:]), math.inf]
    return tuple(
        tuple(citation for point in points if chapter.start <= point.at < end for citation in point.citations)
        for chapter, end in zip(chapters, ends[: len(chapters)], strict=True)
    )


def person_name(person: ReleasePerson) -> str:
    """The name as shown; an invented person is said to be one."""
    return f"{person.name}{INVENTED if person.example else ''}"


def role_heading(role: str, count: int) -> str:
    """`About the guest`, `About the hosts`."""
    return f"About the {role.strip().lower()}{'s' if count > 1 else ''}"


def by_role(people: Sequence[ReleasePerson]) -> dict[str, list[ReleasePerson]]:
    """Those who are heard (group cast), by role: guests first, as the episode is about them."""
    heard = [person for person in people if person.is_heard]
    roles = sorted({person.role.strip().lower() for person in heard}, key=lambda role: (role != "guest", role))
    return {role: [person for person in heard if person.role.strip().lower() == role] for role in roles}


def others(people: Sequence[ReleasePerson]) -> tuple[str, ...]:
    """Those who worked behind the microphones: `Audio editor: Robin Example`."""
    return tuple(
        f"{person.role.strip().capitalize()}: {person_name(person)}" for person in people if not person.is_heard
    )


def is_author(person: ReleasePerson, known: Mapping[str, Person]) -> bool:
    """Whether an episode is cited under this name: of those who are heard, nobody invented or forgotten."""
    return person.is_heard and not person.example and not (person.id in known and known[person.id].forgotten)


def how_to_cite(
    show: Show | Imprint,
    known: Mapping[str, Person],
    title: str,
    number: int | None,
    published: datetime,
    people: Sequence[ReleasePerson],
) -> str:
    """The episode as a reference, up to `Available from:`; people without credentials, nobody invented or forgotten."""
    named = (person for group in by_role(people).values() for person in group if is_author(person, known))
    authors = ", ".join(known[p.id].name if p.id in known else p.name for p in named)
    place = f"{show.title} [podcast]" + (f", episode {number}" if number is not None else "")
    parts = (authors, title.removesuffix("."), place, f"{show.author}; {published:%Y %b} {published.day}")
    return " ".join(part if part.endswith(("?", "!")) else f"{part}." for part in parts if part) + " Available from:"


def accuracy_line(accuracy: Accuracy) -> str:
    """How far the machine's text was from the corrected one."""
    differed = f"Before correction {100 * accuracy.wer:.1f} % of {accuracy.words} words differed"
    if accuracy.critical is None:
        return f"{differed}."
    terms = f"{accuracy.terms} medicines, procedures, numbers, sides and negations"
    return f"{differed}, and {100 * accuracy.critical:.1f} % of {terms}."
