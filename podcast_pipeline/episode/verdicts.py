"""What each verdict that a person types judges: nowhere else is decided whether one holds.

Digested are stored facts alone: the day on which somebody asks, and what only time does, void nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from podcast_pipeline import sha256
from podcast_pipeline.evidence import identity
from podcast_pipeline.model.appraisal import Appraisal
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.medical import Mitigation, Privacy
from podcast_pipeline.model.notice import ListenerNotice
from podcast_pipeline.model.person import Credit, Disclosure, Person
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.model.statement import Statement
from podcast_pipeline.model.verdict import Typed, binds, typed
from podcast_pipeline.model.waiver import Waiver


def sentence(verdict: Typed, slug: str = "") -> str:
    """Why a verdict that somebody gave does not hold, and what to do; "" where it holds."""
    if verdict.holds or not verdict.given:
        return ""
    changed = verdict.changed
    what = f"is void, as this changed since: {', '.join(changed)}" if changed else "is not bound to what it is about"
    anew = "it again" if verdict.judged else "so"
    again = (f"{id_} says {anew} by `podcast check{slug and f' {slug}'} --seal --by {id_}`" for id_ in verdict.missing)
    return f"the word of {' and of '.join(verdict.missing)} {what}; {', '.join(again)}"


def compared(claim: Claim, references: Mapping[str, Reference], words: str) -> Typed:
    """That somebody compared the claim with its references: its text as it is printed, the digest of the `words` in
    which it is made ("" before there is a transcript), and of each reference which paper it is and how it bears on it.
    """
    cited = [
        (_paper(references[citation.id]) if citation.id in references else (), citation.relation, citation.locator)
        for citation in claim.refs
    ]
    return typed(
        "compared",
        (claim.checked_by, claim.checked_with),
        claim.checked,
        claim.judged,
        claim=(claim.text, claim.kind, claim.contested, claim.grade),
        words=words,
        references=cited,
    )


def appraised(reference: Reference, appraisal: Appraisal) -> Typed:
    """That somebody gave this paper its level of evidence, by this scheme."""
    level = (appraisal.ocebm2011, appraisal.design, appraisal.question)
    by = (appraisal.by, appraisal.second)
    return typed("appraised", by, appraisal.on, appraisal.judged, level=level, paper=_paper(reference))


def approved(person: Person, portrait: Path | None) -> Typed:
    """That the person agreed to the bio, to what stands beside it, and to the picture that is published, if any."""
    return typed(
        "approved",
        (person.id,),
        person.bio.approved,
        person.bio.judged,
        bio=(person.bio.short, person.bio.long),
        credentials=(person.name, person.credentials),
        institution=(person.specialty, person.institution),
        portrait="" if portrait is None else sha256.of_file(portrait),
    )


def disclosed(person: Person) -> Typed:
    """That the person declared these relationships, or that there are none; all of them, whatever a day shows."""
    declared = person.disclosure
    facts = (declared.none_attested, declared.relationships)
    return typed("disclosed", (person.id,), declared.collected, declared.judged, relationships=facts)


def agreed(credit: Credit, guid: str) -> Typed:
    """That the person agreed to be recorded, in the episode `guid`."""
    return typed("agreed", (credit.person,), credit.consent, credit.judged, episode=guid)


def noticed(notice: ListenerNotice) -> Typed:
    """That somebody answers for these words to listeners of what cites this paper or names this drug; not until when
    they stand, which ends them on a day that everybody reads.
    """
    of = (notice.reference, notice.drug, notice.episodes)
    return typed("noticed", (notice.by,), notice.day, notice.judged, notice=notice.text, of=of)


def mitigated(mitigation: Mitigation) -> Typed:
    """That somebody decided how relationships are mitigated in this episode. A record whose seal names none has none,
    and what an earlier version sealed holds as it did.
    """
    before = typed("mitigated", (mitigation.by,), mitigation.on, mitigation.judged, mitigation=mitigation.text)
    if not mitigation.episode or before.holds:
        return before
    return typed(
        "mitigated",
        (mitigation.by,),
        mitigation.on,
        mitigation.judged,
        mitigation=mitigation.text,
        episode=mitigation.episode,
    )


def recorded(mitigation: Mitigation | None) -> Mitigation | None:
    """The mitigation as records keep it: with its episode where that is a part of what was sealed."""
    if mitigation is None or binds(mitigation.judged, "episode"):
        return mitigation
    return replace(mitigation, episode="")


def reviewed(privacy: Privacy, form: Path | None, guid: str) -> Typed:
    """That somebody chose the basis on which a patient's case is told in the episode `guid`; `form`: the authorization,
    where it is there.
    """
    return typed(
        "reviewed",
        (privacy.reviewed_by,),
        privacy.reviewed,
        privacy.judged,
        episode=guid,
        basis=(privacy.case_discussed, privacy.basis, privacy.authorization),
        form="" if form is None or not form.is_file() else sha256.of_file(form),
    )


def answered(waiver: Waiver, guid: str) -> Typed:
    """That those of the waiver answer for a finding in the episode `guid`, whose fingerprint is that of the text it
    rests on, for this reason.
    """
    finding, own = (waiver.code, waiver.fingerprint), {"reason": waiver.reason}
    return typed("answered", waiver.by, waiver.expires, waiver.judged, own, finding=finding, episode=guid)


def _paper(reference: Reference) -> tuple[object, ...]:
    """What tells one paper from another: its identifiers, title and year."""
    csl, address = reference.csl, str(reference.csl.get("URL", ""))
    return reference.doi.lower(), reference.pmid, reference.pmcid, address, identity.title(csl), identity.year(csl)


def holding(statement: Statement, words: Mapping[str, str]) -> Statement:
    """The statement without the verdicts that are void: nothing of them is printed. `words`: the digest of those of
    each claim, by its id.

    Of disclosures and mitigation, which the gate never lets pass unbound, an earlier version's stays as it was printed.
    """
    claims = _held(statement.claims, statement.references, words)
    by = {id_ for claim in claims for id_ in claim.checkers}
    mitigation = statement.mitigation
    if mitigation is not None and mitigation.by and not mitigated(mitigation).holds:
        mitigation = None
    return replace(
        statement,
        claims=claims,
        references={id_: _levelled(reference) for id_, reference in statement.references.items()},
        people=tuple(map(_declared, statement.people)),
        checkers=tuple(_declared(person) for person in statement.checkers if person.id in by),
        mitigation=mitigation,
    )


def _held(claims: Iterable[Claim], references: Mapping[str, Reference], words: Mapping[str, str]) -> tuple[Claim, ...]:
    return tuple(
        claim
        if compared(claim, references, words.get(claim.id, "")).holds
        else replace(claim, checked_by="", checked=None, checked_with="", judged="")
        for claim in claims
    )


def _levelled(reference: Reference) -> Reference:
    known = reference.appraisal
    if known is None or appraised(reference, known).holds:
        return reference
    return replace(reference, appraisal=replace(known, by="", on=None, second="", judged=""))


def _declared(person: Person) -> Person:
    """A disclosure that is another one than was declared is said to be incomplete."""
    if not disclosed(person).changed:
        return person
    return replace(person, disclosure=Disclosure(person.disclosure.collected))
