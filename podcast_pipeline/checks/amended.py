"""An amendment of a public episode is judged by what it changes: a verdict that is missing, and that the public form
lacks as well, of the same object, is a warning, as a correction of something else has to be able to go out.

The public form is its record: what was printed of a claim, of a person, of their relationships. What it does not show
cannot be told to be the same and is judged in full, as is all that differs, and what somebody had answered for.
"""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from podcast_pipeline.checks.case import Case
from podcast_pipeline.evidence.citation import pubmed
from podcast_pipeline.evidence.cited import KeyPoint, sources
from podcast_pipeline.evidence.relation import NumberedCitation
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.model.release import CitedReference, Release
from podcast_pipeline.people import printed
from podcast_pipeline.people.statement import MITIGATED
from podcast_pipeline.site import sentences
from podcast_pipeline.transcript import document

_UNVERIFIED = ("CIT21", "CIT22")
LACKS = "what is public lacks this as well, and has not changed in it"
_HEARD = frozenset({"SPK01", "SPK03", "SPK05", "DIS08"})
"""What is found in the speech, and in nothing that a person judged."""
_LINE = re.compile(r"<li>([^\n]*) \[[\d:]+\]</li>")
"""A key point of the notes; when it is heard stands last."""


def lessened(case: Case, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings; a verdict that the public form lacks as well is a warning, and says so."""
    public = case.amends
    for finding in findings:
        error = public is None or finding.severity != "E" or not _lacks(case, public, finding)
        yield finding if error else _warning(finding)


def _lacks(case: Case, public: Release, finding: Finding) -> bool:
    """Whether the public form has this fault as well: nobody had given the verdict, or judged what contradicts."""
    if finding.code in _HEARD:
        return _says(case, public) and _written(case, public, finding)
    return not _had(public, finding) and _same(case, public, finding)


def lacking(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The verdicts that are missing as they were before, each by code and place: what a record says that it lacks."""
    return tuple(_name(finding) for finding in findings if finding.lacking)


def _warning(finding: Finding) -> Finding:
    return dataclasses.replace(finding, severity="W", sentence=f"{finding.sentence}: {LACKS}", lacking=True)


def _name(finding: Finding) -> str:
    return f"{finding.code} {finding.file}: {finding.field}"


def _had(public: Release, finding: Finding) -> bool:
    """Whether somebody had given this verdict, or answered for its absence, for all that the record itself says."""
    if finding.code in _UNVERIFIED:
        return False  # each printed reference says by itself whether it was verified
    waived = any(waiver.code == finding.code for waiver in public.waivers)
    return waived or (bool(public.lacking) and _name(finding) not in public.lacking)


def _same(case: Case, public: Release, finding: Finding) -> bool:
    """Whether the public form shows the same object, and that nobody had given a verdict on it."""
    if finding.code == "GAT02":
        claims = {f"claim[{claim.id}].checked_by": claim for claim in case.episode.claims}
        claim = claims[finding.field]
        checked = not public.lacking and sentences.says_checked(public.notes)
        # No version before this record's had a word bound to anything: there it was given of the claim as it is public.
        unbound = bool(public.statement is None and claim.checked_by and claim.checked and not claim.judged)
        return (unbound or not checked) and _printed(case, public, claim)
    if finding.code == "DIS01":
        id_ = PurePath(finding.file).stem
        return _disclosed(case, public, {id_}) or (_signed(public, id_) and id_ not in {p.id for p in case.people})
    if finding.code == "WHO01" and finding.field == "signoff":
        return case.signature is not None and _signed(public, case.signature.by)
    if finding.code == "WHO01" and finding.field.startswith("claim["):
        claims = {f"claim[{claim.id}].checked_by": claim for claim in case.episode.claims}
        return _printed(case, public, claims[finding.field])
    if finding.code == "WHO03":
        return _says(case, public)
    if finding.code == "DIS03" and finding.field == "mitigation":
        return MITIGATED not in public.notes and _disclosed(case, public, {person.id for person in case.people})
    if finding.code in _UNVERIFIED:
        id_ = finding.field.partition(".")[0]
        before = next((each for each in public.references if each.id == id_), None)
        return before is not None and not before.verified and _cites(case.show.references[id_], before)
    return False


def _says(case: Case, public: Release) -> bool:
    """Whether the public form has the same words, as they were signed."""
    text = document.digest(case.transcript) if case.transcript is not None else ""
    return public.signature is not None and public.signature.transcript_sha256 == text


def _written(case: Case, public: Release, finding: Finding) -> bool:
    """Whether what the speech contradicts is public in the same words; older records do not tell the content class."""
    if finding.code == "SPK03":
        claims = {f"claim[{claim.id}].text": claim for claim in case.episode.claims}
        return _printed(case, public, claims[finding.field])
    if finding.code == "DIS08":
        return public.statement is not None and public.statement.content_class == case.episode.content_class
    return finding.code == "SPK05" or _disclosed(case, public, {person.id for person in case.people})


def _signed(public: Release, id_: str) -> bool:
    return public.signature is not None and public.signature.by == id_


def _cites(reference: Reference, printed_: CitedReference) -> bool:
    """Whether what was printed is this reference as it is now."""
    return (pubmed(reference), reference.url, reference.pmid) == (printed_.text, printed_.url, printed_.pmid)


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
