"""What a finding is about, by what an episode says of it: the same facts, and whether somebody had judged them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import NamedTuple

from podcast_pipeline.checks.case import Case
from podcast_pipeline.episode.statement import stated
from podcast_pipeline.evidence import identity
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.model.person import Person
from podcast_pipeline.model.release import Release, Signature
from podcast_pipeline.model.statement import Statement
from podcast_pipeline.transcript import document


class Side(NamedTuple):
    """What an episode says, who signed it (ids), and the digest of its text ("" there is none)."""

    statement: Statement
    signers: tuple[str, ...]
    text: str


class Subject(NamedTuple):
    """`said`: all of it but the verdict; `judged`: whether somebody gave one."""

    said: object
    judged: bool


def public(release: Release, statement: Statement) -> Side:
    """What a record says that was published; `statement` is that of the release."""
    signature = release.signature
    return Side(statement, *(((), "") if signature is None else (_ids(signature), signature.transcript_sha256)))


def here(case: Case) -> Side:
    """What stands in people's files."""
    signers = _ids(case.signature) if case.signature is not None else ()
    text = document.digest(case.transcript) if case.transcript is not None else ""
    return Side(stated(case.show, case.episode), signers, text)


def _ids(signature: Signature) -> tuple[str, ...]:
    return tuple(signer.by for signer in signature.signers)


def subject(side: Side, finding: Finding) -> Subject | None:
    """The subject of a finding; None where it is not shown, or the code asks for no verdict of people."""
    read = _SUBJECTS.get(finding.code)
    return None if read is None else read(side, finding)


def _comparison(side: Side, finding: Finding) -> Subject | None:
    """That somebody compared a claim with its references, whenever it is heard."""
    claim = _claim(side, finding)
    if claim is None:
        return None
    return Subject(_claimed(side, claim), bool(claim.checked_by and claim.checked))


def _own(side: Side, finding: Finding) -> Subject | None:
    """That nobody signs or compares what is their own. It was asked of whatever the record does not say to lack it."""
    if finding.field == "signoff":
        return Subject((side.signers, side.statement.credits, side.text), True) if side.signers else None
    claim = _claim(side, finding)
    if claim is None:
        return None
    return Subject((_claimed(side, claim), claim.checked_by, side.statement.credits), True)


def _voices(side: Side, _: Finding) -> Subject | None:
    """That everybody who is heard is named."""
    return Subject((side.text, side.statement.credits), True) if side.text else None


def _disclosure(side: Side, finding: Finding) -> Subject | None:
    """What one person has declared; of a signer who is not heard nothing is printed."""
    person = side.statement.known.get(id_ := PurePath(finding.file).stem)
    if person is None:
        return Subject(id_, False) if id_ in side.signers else None
    if not _shown(person):
        return None
    declared = person.disclosure
    attested = declared.none_attested or bool(declared.relationships)
    return Subject((_due(side), declared), declared.collected is not None and attested)


def _mitigation(side: Side, finding: Finding) -> Subject | None:
    """What everybody has declared, and that it was mitigated: not when."""
    if finding.field != "mitigation" or not all(map(_shown, side.statement.people)):
        return None
    declared = {person.id: person.disclosure for person in side.statement.people}
    return Subject((_due(side), declared), side.statement.mitigation is not None)


def _paper(side: Side, finding: Finding) -> Subject | None:
    """That somebody knows that a paper exists: a register, or a person who holds it."""
    reference = side.statement.references.get(finding.field.partition(".")[0])
    if reference is None:
        return None
    held = reference.appraisal is not None and bool(reference.appraisal.seen_by)
    return Subject(identity.named(reference.csl), identity.verified(reference) or held)


def _level(side: Side, finding: Finding) -> Subject | None:
    """That somebody gave a paper its level: of one that is void the record keeps the level and nobody's name."""
    id_, _, field = finding.field.rpartition(".")
    reference = side.statement.references.get(id_)
    if field != "by" or reference is None or (known := reference.appraisal) is None:
        return None
    return Subject((identity.named(reference.csl), known.ocebm2011, known.design), known.signed and bool(known.judged))


def _spoken(side: Side, finding: Finding) -> Subject | None:
    """The speech beside what is written: nobody judges that it contradicts."""
    written: dict[str, Callable[[], object]] = {
        "SPK01": lambda: {person.id: person.disclosure for person in side.statement.people},
        "SPK03": lambda: [_claimed(side, claim) for claim in side.statement.claims if _at(finding, claim)],
        "SPK05": lambda: [chapter.kind for chapter in side.statement.chapters],
        "DIS08": lambda: side.statement.content_class,
    }
    return Subject((side.text, written[finding.code]()), False) if side.text else None


def _claim(side: Side, finding: Finding) -> Claim | None:
    return next((claim for claim in side.statement.claims if _at(finding, claim)), None)


def _at(finding: Finding, claim: Claim) -> bool:
    return finding.field.startswith(f"claim[{claim.id}].")


def _claimed(side: Side, claim: Claim) -> tuple[object, ...]:
    """A claim and the papers that it rests on."""
    papers = [side.statement.references.get(citation.id) for citation in claim.refs]
    named = [None if paper is None else identity.named(paper.csl) for paper in papers]
    return claim.text, claim.kind, claim.contested, claim.grade, claim.refs, named


def _due(side: Side) -> bool:
    """Whether content of its kind asks for disclosures."""
    return side.statement.content_class != "non-clinical"


def _shown(person: Person) -> bool:
    return "disclosure" in person.publish


_SUBJECTS: dict[str, Callable[[Side, Finding], Subject | None]] = {
    "GAT02": _comparison,
    "WHO01": _own,
    "WHO03": _voices,
    "DIS01": _disclosure,
    "DIS03": _mitigation,
    "CIT13": _level,
    "CIT21": _paper,
    "CIT22": _paper,
    "SPK01": _spoken,
    "SPK03": _spoken,
    "SPK05": _spoken,
    "DIS08": _spoken,
}
