"""Checks of who answers for what: nobody for what is their own, and everybody under a name of feed/people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from podcast_pipeline.checks.case import Case
from podcast_pipeline.checks.codes import KNOWN
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.people import eligible, same

OF_NO_CONTENT = frozenset({"recordings", "access", "dates", "reviews"})
"""Families of checks: whoever answers for their findings decides on nothing that is said."""
_PLACE = re.compile(r"(claim|person)\[([^\]]+)\]")


def check(case: Case) -> Iterator[Finding]:
    """The findings on signer, checkers, appraisers, voices and names."""
    yield from _signer(case)
    yield from _checkers(case)
    yield from _appraisers(case)
    yield from _voices(case)
    yield from _names(case)


def in_control(case: Case) -> dict[str, str]:
    """Who decides on what is said, and how, by id."""
    waivers = (
        waiver
        for waiver in case.episode.waivers
        if waiver.code in KNOWN and KNOWN[waiver.code].family not in OF_NO_CONTENT
    )
    signers = [signer.by for signer in case.signature.signers] if case.signature is not None else []
    return eligible.in_control(case.show, case.episode, case.cited, signers, waivers)


def subjects(case: Case, finding: Finding) -> frozenset[str]:
    """Ids of those whom a finding is about, as far as they are not the host of what is said: they do not answer for it.

    Whose file it is in, whose relationship, consent or paper it is, and who says it, of a claim or of a patient.
    """
    ids = set()
    people = case.show.people.values()
    if finding.file.startswith("feed/people/"):
        ids.add(PurePath(finding.file).stem)
    if finding.code in ("DIS03", "DIS06"):
        ids |= {
            person.id
            for person in people
            for relationship in person.disclosure.relationships
            if finding.code == "DIS03" or relationship.company in finding.sentence
        }
    if match := _PLACE.match(finding.field):
        kind, id_ = match.groups()
        claims = {claim.id: claim for claim in case.episode.claims}
        ids |= {id_} if kind == "person" else {_speaker(case, claims[id_])} - {""} if id_ in claims else set()
    if finding.code.startswith("PHI"):
        said = {(passage.file, passage.field): passage.speaker for passage in case.heard}
        ids |= {said.get((finding.file, finding.field), "")} - eligible.hosts(case.episode) - {""}
    reference = case.show.references.get(finding.field.partition(".")[0])
    if reference is not None and finding.file == "feed/references.json":
        ids |= {person.id for person in people if eligible.wrote(person, reference) == "ORCID"}
    return frozenset(id_ for id_ in case.show.people if any(same.is_one(case.show, id_, own) for own in ids)) | ids


def _speaker(case: Case, claim: Claim) -> str:
    """Who answers with it for their own words: who says most of the claim, and is not the host; "" where nobody is."""
    speaker = eligible.spoken_by(claim, case.episode.end_of(claim), case.voiced)
    return "" if speaker in eligible.hosts(case.episode) else speaker


def _signer(case: Case) -> Iterator[Finding]:
    for signer in case.signature.signers if case.signature is not None else ():
        # Whether the capacity is of the list is asked at the signature alone: earlier ones have it in their own words.
        why = eligible.why_not_sign(case.show, case.episode, case.transcript, signer.by)
        if why := why or eligible.uncertified(case.show.people[signer.by], signer.role):
            yield case.finding(
                "WHO01", "signoff", f"{why}: take the sign-off back, and let somebody else sign", file=case.signed
            )
            continue
        own, people = case.show.people[signer.by], case.show.people
        for voice in eligible.voices(case.episode, case.transcript):
            if voice != own.id and voice in people and same.alike(own, people[voice]) == same.NAME:
                sentence = f"{own.id} has the name of {voice}, who is heard: two people's ORCIDs say that they are two"
                yield case.finding("WHO02", "signoff", sentence, file=case.signed)


def _checkers(case: Case) -> Iterator[Finding]:
    for claim in case.episode.claims:
        if not (claim.checked_by and claim.checked):
            continue
        cited = [case.show.references[citation.id] for citation in claim.refs if citation.id in case.show.references]
        speaker = eligible.spoken_by(claim, case.episode.end_of(claim), case.voiced)
        place, subject = f"claim[{claim.id}].checked_by", f"{claim.text}\n{claim.checked_by}\n{claim.checked_with}"
        for code, sentence in _own(case, (claim.checked_by, claim.checked_with), cited, speaker):
            yield case.finding(code, place, sentence, subject=subject, time=claim.at)


def _appraisers(case: Case) -> Iterator[Finding]:
    for reference in case.cited:
        known = reference.appraisal
        if known is not None and known.signed:
            for code, sentence in _own(case, (known.by, known.second), [reference], ""):
                place = f"reference[{reference.id}].by"
                yield case.finding(code, place, sentence, subject=reference.title, file="feed/appraisals.toml")


def _own(case: Case, ids: Iterable[str], cited: Iterable[Reference], speaker: str) -> Iterator[tuple[str, str]]:
    """Code and sentence where all who judged, `ids`, judged what is their own: the words of `speaker`, papers."""
    judges = [id_ for id_ in ids if not case.show.why_no_verdict(id_)]
    if not judges:
        return
    faults = []
    for id_ in judges:
        person, papers = case.show.people[id_], [(eligible.wrote(case.show.people[id_], ref), ref.id) for ref in cited]
        if same.is_one(case.show, id_, speaker):
            host = speaker in eligible.hosts(case.episode)
            faults.append(
                ("WHO02" if host else "WHO01", f"{person.display} says most of it: somebody else compares it")
            )
        elif own := [ref for how, ref in papers if how == "ORCID"]:
            faults.append(("WHO01", f"{person.display} is an author of {own[0]}: a second person has to judge it too"))
        elif alike := [ref for how, ref in papers if how == "name"]:
            sentence = f"{person.display} has the name of an author of {alike[0]}: let a second person judge it too"
            faults.append(("WHO02", sentence))
        else:
            return  # somebody whose own it is not
    yield max(faults) if len(eligible.persons(case.show, judges)) > 1 else faults[0]


def _voices(case: Case) -> Iterator[Finding]:
    credited = {credit.person for credit in case.episode.credits}
    for voice in eligible.voices(case.episode, case.transcript):
        if voice in case.show.people and voice not in credited:
            sentence = (
                f'{voice} is heard, and has no credit: a [[person]] with ref = "{voice}" and a role; '
                f"of voices that are nobody's in particular it is {' or '.join(sorted(eligible.UNNAMED))}"
            )
            yield case.finding("WHO03", "person", sentence, severity="" if case.clinical else "W")


def _names(case: Case) -> Iterator[Finding]:
    """Names that nothing else reads as those of people."""
    episode = case.episode
    rows = [("phi.reviewed_by", episode.phi.reviewed_by, case.file)]
    rows += [("mitigation.by", episode.mitigation.by, case.file)] if episode.mitigation is not None else []
    for reference in case.cited:
        if (known := reference.appraisal) is not None:
            place = f"reference[{reference.id}]"
            rows += [
                (f"{place}.by", known.by, "feed/appraisals.toml"),
                (f"{place}.with", known.second, "feed/appraisals.toml"),
            ]
    for place, id_, file in rows:
        if id_ and id_ not in case.show.people:
            yield case.finding("WHO04", place, f'"{id_}" is not in feed/people', file=file)
