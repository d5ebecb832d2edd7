"""What an episode cites, ready to print: numbered references, and claims as key points with their numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.evidence import identity
from podcast_pipeline.evidence.citation import pubmed
from podcast_pipeline.evidence.numbering import in_time, numbered
from podcast_pipeline.evidence.relation import NumberedCitation
from podcast_pipeline.evidence.standing import in_words
from podcast_pipeline.model.appraisal import Notice
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.model.release import CitedReference, PrintedCitation
from podcast_pipeline.model.timeline import Timeline


@dataclass(frozen=True, slots=True)
class KeyPoint:
    """A claim as listeners see it: `at` and `until` are published times in ms."""

    at: int
    text: str
    kind: str
    contested: bool
    citations: tuple[NumberedCitation, ...] = ()
    until: int | None = None
    grade: str = ""
    """Certainty of the evidence (GRADE), empty where nobody graded it."""

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of its references, ascending, each once."""
        return tuple(sorted({citation.number for citation in self.citations}))


def sources(claims: Sequence[Claim], references: Mapping[str, Reference]) -> dict[str, Reference]:
    """The references that `claims` cite, by id in the order of their numbers.

    An id that is not in the library is left out: reading episode.toml names it.
    """
    return {id_: references[id_] for id_ in numbered(claims) if id_ in references}


def cited(
    claims: Sequence[Claim], references: Mapping[str, Reference], form: Callable[[Reference], str] = pubmed
) -> tuple[CitedReference, ...]:
    """The references that `claims` cite, by number, as text of this form. Raises EvidenceError for one not in the
    library."""
    numbers = numbered(claims)
    if missing := [id_ for id_ in numbers if id_ not in references]:
        raise EvidenceError(
            f"cited but not in feed/references.json: {', '.join(missing)}", "correct the claim, or add the reference"
        )
    used: defaultdict[str, list[PrintedCitation]] = defaultdict(list)
    for claim in in_time(claims):
        for citation in claim.refs:
            used[citation.id].append(PrintedCitation(claim.id, citation.relation, citation.locator))
    return tuple(
        CitedReference(
            reference.id,
            number,
            form(reference),
            reference.url,
            in_words(reference),
            reference.pmid,
            identity.verified(reference),
            tuple(used[reference.id]),
        )
        for reference, number in ((references[id_], number) for id_, number in numbers.items())
    )


def verified_line(references: Iterable[CitedReference | Reference]) -> str:
    """How many of them a register has confirmed to exist: `verified 9 of 11`."""
    known = [
        reference.verified if isinstance(reference, CitedReference) else identity.verified(reference)
        for reference in references
    ]
    return f"verified {sum(known)} of {len(known)}"


def key_points(claims: Sequence[Claim], timeline: Timeline | None) -> tuple[KeyPoint, ...]:
    """The claims in the order they are heard; one whose moment was cut moves to the join.

    Without a timeline, as before the recording, at the times that people wrote.
    """
    numbers = numbered(claims)
    return tuple(
        KeyPoint(
            claim.at if timeline is None else timeline.start_of(claim.at),
            claim.text,
            claim.kind,
            claim.contested,
            tuple(
                NumberedCitation(numbers[citation.id], citation.relation, citation.locator) for citation in claim.refs
            ),
            claim.until if timeline is None or claim.until is None else timeline.end_of(claim.until),
            claim.grade,
        )
        for claim in in_time(claims)
    )


def changed_since(
    claims: Sequence[Claim], references: Mapping[str, Reference], published: date
) -> tuple[tuple[date, int, str], ...]:
    """What became known of the cited references after `published`: day, number and the notice, oldest first."""
    changes = [
        (notice.found, number, _notice(notice))
        for id_, number in numbered(claims).items()
        for notice in (references[id_].status.notices if id_ in references else ())
        if notice.found is not None and notice.found > published and notice.kind != "ok"
    ]
    return tuple(sorted(changes))


def _notice(notice: Notice) -> str:
    words = {"concern": "an expression of concern", "superseded": "a later version"}
    what = words.get(notice.kind, f"a notice that it was {notice.kind}")
    where = f" (doi:{notice.id})" if notice.id.startswith("10.") else f" ({notice.id})" if notice.id else ""
    return f"{what}{where} was found in {notice.source}"
