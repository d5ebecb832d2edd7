"""What each verdict that a person types judges: nowhere else is decided whether one holds.

Digested are stored facts alone: the day on which somebody asks, and what only time does, void nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from podcast_pipeline.evidence import identity
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.model.statement import Statement
from podcast_pipeline.model.verdict import Typed, typed


def sentence(verdict: Typed, slug: str = "") -> str:
    """Why a verdict that somebody gave does not hold, and what to do; "" where it holds."""
    if verdict.holds or not verdict.given:
        return ""
    day = f"{verdict.at:%Y-%m-%d}"
    if not verdict.judged:
        what = f"the word of {verdict.by}, {day}, is not bound to what it is about"
    else:
        what = f"the word of {verdict.by}, {day}, is void, as this changed since: {', '.join(verdict.changed)}"
    return f"{what}; {verdict.by} says it again by `podcast check{slug and f' {slug}'} --seal --by {verdict.by}`"


def compared(claim: Claim, references: Mapping[str, Reference], words: str) -> Typed:
    """That somebody compared the claim with its references: its text as it is printed, the digest of the `words` in
    which it is made ("" before there is a transcript), and of each reference which paper it is and how it bears on it.
    """
    cited = [
        (_paper(references[citation.id]) if citation.id in references else (), citation.relation, citation.locator)
        for citation in claim.refs
    ]
    return typed(
        claim.checked_by,
        claim.checked,
        claim.judged,
        {"with": claim.checked_with},
        claim=(claim.text, claim.kind, claim.contested, claim.grade),
        words=words,
        references=cited,
    )


def _paper(reference: Reference) -> tuple[object, ...]:
    """What tells one paper from another: its identifiers, title and year."""
    known = identity.paper(reference.csl)
    address = str(reference.csl.get("URL", ""))
    return reference.doi.lower(), reference.pmid, reference.pmcid, address, known.title, known.year


def held(claims: Iterable[Claim], references: Mapping[str, Reference], words: Mapping[str, str]) -> tuple[Claim, ...]:
    """The claims, those without name and day whose comparison is void; `words`: the digest of those of each, by id."""
    return tuple(
        claim
        if compared(claim, references, words.get(claim.id, "")).holds
        else replace(claim, checked_by="", checked=None, checked_with="", judged="")
        for claim in claims
    )


def holding(statement: Statement, words: Mapping[str, str]) -> Statement:
    """The statement without the verdicts that are void: nothing of them is printed. `words`: the digest of those of
    each claim, by its id."""

    claims = held(statement.claims, statement.references, words)
    by = {claim.checked_by for claim in claims}
    checkers = tuple(person for person in statement.checkers if person.id in by)
    return replace(statement, claims=claims, checkers=checkers)
