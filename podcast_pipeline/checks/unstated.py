"""What the texts of a record show that an earlier version published: it does not hold the statement itself."""

from __future__ import annotations

import html
import re
from pathlib import PurePath

from podcast_pipeline.checks.case import Case
from podcast_pipeline.checks.claims import UNVERIFIED
from podcast_pipeline.episode import verdicts
from podcast_pipeline.evidence.citation import pubmed
from podcast_pipeline.evidence.cited import KeyPoint, sources
from podcast_pipeline.evidence.relation import NumberedCitation
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.model.release import CitedReference, Release
from podcast_pipeline.people import printed
from podcast_pipeline.people.statement import MITIGATED, mitigation_line
from podcast_pipeline.site import sentences
from podcast_pipeline.transcript import document

_LINE = re.compile(r"<li>([^\n]*) \[[\d:]+\]</li>")
"""A key point of the notes; when it is heard stands last."""


def lacked(case: Case, public: Release, finding: Finding, *, named: bool) -> bool:
    """Whether the public form shows the same object, and no other verdict on it than is here. `named`: it says itself
    that it lacks this one.

    What these versions asked of people was bound to nothing: a verdict that is here, bound to nothing, and was printed
    is the same one.
    """
    asked = (not public.lacking or named) and _same(case, public, finding)
    return asked or _written(case, public, finding)


def _same(case: Case, public: Release, finding: Finding) -> bool:
    claims = {f"claim[{claim.id}].checked_by": claim for claim in case.episode.claims}
    if finding.code == "GAT02" and (claim := claims.get(finding.field)) is not None:
        checked = not public.lacking and sentences.says_checked(public.notes)
        same = not claim.judged and checked == bool(claim.checked_by and claim.checked)
        return same and _printed(case, public, claim)
    if finding.code == "CIT13" and (reference := case.show.references.get(finding.field.removesuffix(".by"))):
        return _levelled(case, public, reference)
    if finding.code == "DIS01":
        id_ = PurePath(finding.file).stem
        if verdicts.disclosed(case.show.people[id_]).changed:
            return False
        return _disclosed(case, public, {id_}) or (_signed(public, id_) and id_ not in {p.id for p in case.people})
    if finding.code == "WHO01" and finding.field == "signoff":
        return case.signature is not None and all(_signed(public, each.by) for each in case.signature.signers)
    if finding.code == "WHO01" and finding.field in claims:
        return _printed(case, public, claims[finding.field])
    if finding.code == "WHO03":
        return _says(case, public)
    if finding.code == "DIS03" and finding.field == "mitigation":
        return MITIGATED not in public.notes and _disclosed(case, public, {person.id for person in case.people})
    mitigation = case.episode.mitigation
    if finding.code == "DIS03" and finding.field == "mitigation.by" and mitigation is not None:
        return not mitigation.judged and mitigation_line(mitigation) in html.unescape(public.notes)
    return False


def _written(case: Case, public: Release, finding: Finding) -> bool:
    """Whether what no person judges is public as well: a paper that was not verified, words that the same speech
    contradicts. The content class of these records is not known."""
    if finding.code in UNVERIFIED:
        id_ = finding.field.partition(".")[0]
        before = next((each for each in public.references if each.id == id_), None)
        return before is not None and not before.verified and _cites(case.show.references[id_], before)
    if finding.code == "SPK03":
        claims = {f"claim[{claim.id}].text": claim for claim in case.episode.claims}
        return _says(case, public) and _printed(case, public, claims[finding.field])
    if finding.code == "SPK01":
        return _says(case, public) and _disclosed(case, public, {person.id for person in case.people})
    return finding.code == "SPK05" and _says(case, public)


def _says(case: Case, public: Release) -> bool:
    """Whether the public form has the same words, as they were signed."""
    text = document.digest(case.transcript) if case.transcript is not None else ""
    return public.signature is not None and public.signature.transcript_sha256 == text


def _cites(reference: Reference, printed_: CitedReference) -> bool:
    """Whether what was printed is this reference as it is now."""
    return (pubmed(reference), reference.url, reference.pmid) == (printed_.text, printed_.url, printed_.pmid)


def _levelled(case: Case, public: Release, reference: Reference) -> bool:
    """Whether the public notes have the paper with the level that stands here, bound to nothing."""
    if reference.appraisal is None or reference.appraisal.judged or not reference.appraisal.signed:
        return False
    lines = sentences.levels(case.episode.claims, {reference.id: reference})
    return any(line in html.unescape(public.notes) for line in lines)


def _signed(public: Release, id_: str) -> bool:
    return public.signature is not None and id_ in {signer.by for signer in public.signature.signers}


def _printed(case: Case, public: Release, claim: Claim) -> bool:
    """Whether the public notes have the claim word for word, on the same references, used in the same way."""
    known, then = sources([claim], case.show.references), {each.id: each for each in public.references}
    for citation in claim.refs:
        now, before = known.get(citation.id), then.get(citation.id)
        if now is None or before is None or not _cites(now, before):
            return False
    used = tuple(NumberedCitation(then[each.id].number, each.relation, each.locator) for each in claim.refs)
    point = KeyPoint(claim.at, claim.text, claim.kind, claim.contested, used, grade=claim.grade)
    return sentences.point_text(point) in map(html.unescape, _LINE.findall(public.notes))


def _disclosed(case: Case, public: Release, ids: set[str]) -> bool:
    """Whether all that these people disclose is public, and was so in the same words."""
    now = {person.id: person.disclosure for person in printed.cast(case.show.people, case.episode)}
    then = {person.id: person.disclosure for person in public.people}
    shown = {id_ for id_ in ids if "disclosure" in case.show.people[id_].publish and now.get(id_)}
    return shown == ids and all(now[id_] == then.get(id_) for id_ in ids)
