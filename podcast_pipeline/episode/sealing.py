"""The verdicts that stand in the files of people: where each is, what it is about in words, and how it is sealed."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from podcast_pipeline import handwritten, timecode
from podcast_pipeline.episode import signoff, verdicts
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.evidence.citation import pubmed
from podcast_pipeline.evidence.cited import sources
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.person import Disclosure, Person
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.verdict import GIVEN, Typed, digest
from podcast_pipeline.people import eligible
from podcast_pipeline.tomltext import SetText
from podcast_pipeline.transcript import claimed


@dataclass(frozen=True)
class Sealable:
    """A verdict in a TOML file. `text`: all that it is about, line by line."""

    path: Path
    table: tuple[str | int, ...]
    name: str
    """As findings call it: `claim[c1]`."""
    text: tuple[str, ...]
    verdict: Typed
    earlier: bool = False
    """Whether what was sealed here before stands as an entry of its own: a declaration that a later one followed."""


def of_episode(dossier: Dossier) -> Iterator[Sealable]:
    """Those on which the publication of an episode rests: of its own file, its people and the papers that it cites."""
    show, episode = dossier.show, dossier.episode
    yield from _claims(dossier)
    path = dossier.workspace.episode_toml(dossier.slug)
    for index, waiver in enumerate(episode.waivers):
        answer = (f"{waiver.code} {waiver.fingerprint}", waiver.reason, f"until {waiver.expires}")
        yield Sealable(path, ("waiver", index), f"waiver[{index + 1}]", answer, verdicts.answered(waiver, episode.guid))
    for index, credit in enumerate(episode.credits):
        if credit.consent is not None and credit.person in show.people and not show.people[credit.person].example:
            lines = (f"agreed to be recorded, on {credit.consent}", episode.title)
            verdict = verdicts.agreed(credit, episode.guid)
            yield Sealable(path, ("person", index), f"person[{credit.person}].consent", lines, verdict)
    if episode.mitigation is not None:
        verdict = verdicts.mitigated(episode.mitigation)
        yield Sealable(path, ("mitigation",), "mitigation", (episode.mitigation.text,), verdict)
    if episode.phi.case_discussed:
        basis = (f"a patient's case is discussed; basis: {episode.phi.basis}", episode.phi.authorization)
        verdict = verdicts.reviewed(episode.phi, dossier.authorization, episode.guid)
        yield Sealable(path, ("phi",), "phi", basis, verdict)
    cited = sources(episode.claims, show.references)
    judges = eligible.in_control(show, episode, cited.values(), _signers(dossier), episode.waivers)
    ids = dict.fromkeys([*(person.id for person in dossier.people), *judges])
    yield from of_people(show, dossier.workspace, (id_ for id_ in ids if id_ in show.people))
    yield from of_papers(show, dossier.workspace, cited)


def _signers(dossier: Dossier) -> tuple[str, ...]:
    """Who has signed, whether that still holds or not."""
    try:
        signed = signoff.read(dossier.signoff_json)
    except PodcastError:
        return ()  # nobody's signature: publication says so
    return tuple(signer.by for signer in signed.signers) if signed is not None else ()


def of_people(show: Show, workspace: Workspace, ids: Iterable[str]) -> Iterator[Sealable]:
    """Bios that were approved, and disclosures."""
    for person in (show.people[id_] for id_ in ids):
        path, picture = workspace.person(person.id), workspace.headshot(person.id)
        portrait = picture if "headshot" in person.publish and picture.is_file() else None
        yield Sealable(path, ("bio",), "bio", tuple(_bio(person)), verdicts.approved(person, portrait))
        newest = replace(person, disclosure=person.disclosure.newest)  # the others keep the seal that they had there
        lines = tuple(_disclosure(newest.disclosure))
        kept = newest.disclosure.judged in (each.judged for each in newest.disclosure.attestations)
        yield Sealable(path, ("disclosure",), "disclosure", lines, verdicts.disclosed(newest), kept)


def of_papers(show: Show, workspace: Workspace, ids: Iterable[str]) -> Iterator[Sealable]:
    """Levels of evidence, of the papers that have one."""
    path = workspace.appraisals
    entries = tomllib.loads(handwritten.text_of(path)).get("reference", ()) if path.exists() else ()
    places = {entry["id"]: index for index, entry in enumerate(entries)}
    for reference in (show.references[id_] for id_ in ids if id_ in places):
        known = reference.appraisal
        if known is not None and known.ocebm2011:
            level = ", ".join(filter(None, (f"level {known.ocebm2011} (OCEBM 2011)", known.design, known.question)))
            verdict = verdicts.appraised(reference, known)
            table = ("reference", places[reference.id])
            lines = (pubmed(reference), level)
            yield Sealable(path, table, f"reference[{reference.id}]", lines, verdict)


def of_notices(show: Show, workspace: Workspace) -> Iterator[Sealable]:
    """Notices to listeners, of whatever episode."""
    for index, notice in enumerate(show.notices):
        lines = (f"{notice.day} {notice.reference or notice.drug}: {notice.text}", ", ".join(notice.episodes))
        name = f"notice[{index + 1}]"
        yield Sealable(workspace.notices, ("notice", index), name, lines, verdicts.noticed(notice))


def _claims(dossier: Dossier) -> Iterator[Sealable]:
    """A claim is compared as it is said: there are none before there is a transcript."""
    path = dossier.workspace.episode_toml(dossier.slug)
    said = claimed.words(dossier.transcript(), dossier.claims_heard()) if dossier.transcribed else {}
    for index, claim in enumerate(dossier.episode.claims):
        if claim.id in said:
            verdict = verdicts.compared(claim, dossier.show.references, digest(said[claim.id]))
            lines = tuple(_claim(dossier, claim, said[claim.id]))
            yield Sealable(path, ("claim", index), f"claim[{claim.id}]", lines, verdict)


def _claim(dossier: Dossier, claim: Claim, words: str) -> Iterator[str]:
    facts = (claim.kind, "contested" if claim.contested else "", f"GRADE {claim.grade}" if claim.grade else "")
    yield f"{timecode.show(claim.at)} {claim.text} ({', '.join(filter(None, facts))})"
    yield f'said: "{words}"'
    for citation in claim.refs:
        reference = dossier.show.references.get(citation.id)
        place = f" ({citation.locator})" if citation.locator else ""
        yield f"{citation.relation}{place}: {pubmed(reference) if reference is not None else citation.id}"


def _bio(person: Person) -> Iterator[str]:
    yield ", ".join(filter(None, (person.name, *person.credentials, person.specialty, person.institution)))
    yield from filter(None, (person.bio.short, person.bio.long))
    if "headshot" in person.publish:
        yield f"picture: {person.headshot_alt or 'without description'}"


def _disclosure(declared: Disclosure) -> Iterator[str]:
    if declared.none_attested:
        yield "there are no financial relationships with ineligible companies"
    for each in declared.relationships:
        days = " ".join(f"{word} {day}" for word, day in (("from", each.started), ("to", each.ended)) if day)
        yield ", ".join(filter(None, (each.company, each.nature, f"paid to {each.paid_to}", days)))


def void(sealables: Iterable[Sealable]) -> tuple[Sealable, ...]:
    """Those that somebody gave and that do not hold as things are now."""
    return tuple(sealable for sealable in sealables if sealable.verdict.given and not sealable.verdict.holds)


def dated(sealables: Iterable[Sealable], today: date) -> tuple[Sealable, ...]:
    """Of what people say of themselves, that which was sealed and says something else now: a bio under its earlier day,
    a disclosure in the place of the earlier one. On the day itself it may be said better.
    """
    return tuple(each for each in sealables if each.table[0] in ("bio", "disclosure") and _overwrites(each, today))


def _overwrites(sealable: Sealable, today: date) -> bool:
    verdict = sealable.verdict
    if not set(verdict.changed) - {GIVEN, "seal"} or sealable.earlier or verdict.at is None:
        return False
    if GIVEN in verdict.changed:
        return sealable.table[0] == "disclosure"
    return verdict.at < today


def seal(sealables: Iterable[Sealable], texts: Mapping[Path, str], by: str) -> None:
    """Bind the word of `by` in each to what it is about now. `texts`: the files as they were when that was read.

    Raises PodcastError for a file that was changed since, or that cannot be written; its hint names those before it,
    which are.
    """
    files: defaultdict[Path, list[Sealable]] = defaultdict(list)
    for each in sealables:
        files[each.path].append(each)
    written: list[str] = []
    for path, group in files.items():
        try:
            with handwritten.alone(path):
                changes = [SetText(each.table, "judged", each.verdict.sealed(by)) for each in group]
                handwritten.write(path, texts[path], *changes)
        except PodcastError as error:
            before = f" (sealed before it, and kept: {', '.join(written)})" if written else ""
            raise PodcastError(error.message, f"{error.hint or 'try again'}{before}") from error
        written.append(path.name)
