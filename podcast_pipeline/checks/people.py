"""Checks of people: registry, check digits, roles, names heard, bios, pictures."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from podcast_pipeline import pictures
from podcast_pipeline.checks.case import Case
from podcast_pipeline.episode import verdicts
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.evidence.identifiers import valid_npi, valid_orcid
from podcast_pipeline.feed import taxonomy
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.model.person import Person
from podcast_pipeline.people import eligible, part

NEAR_MISS = 0.85
"""difflib ratio from which a surname is taken for a slip of another."""
SMALLEST = 1400
"""Pixels of a headshot's side."""
_ORDER = (
    frozenset({"MD", "DO", "MBBS", "PhD", "DPhil", "ScD", "DrPH", "PharmD", "DPT", "DNP", "PsyD", "MPH", "MBA", "MSc",
               "MS", "MA", "BSc", "BS", "BA", "BSN", "MSN"}),
    frozenset({"RN", "PA-C", "PT", "OT", "LPN", "NP", "APRN", "RPh"}),
)  # fmt: skip
"""Degrees, then licences; certifications are what is in neither; fellowships begin with F."""
_SURNAME = re.compile(r"\b[A-Z][a-zà-öø-ÿ]+(?:-[A-Z][a-zà-öø-ÿ]+)?\b")


def check(case: Case) -> Iterator[Finding]:
    """The findings on the people of an episode."""
    yield from _credits(case)
    yield from _names(case)
    yield from _portrayed(case)
    yield from _consented(case)
    if absent := part.absent(case.show, case.episode):
        sentence = f"names {absent}, who has no part in the episode: mend it, or `person`"
        yield case.finding("PER08", "plan.faculty", sentence)
    for person in case.people:
        findings, file = list(entry(person, case.today)), f"feed/people/{person.id}.toml"
        if person.id in case.pictures:
            findings += picture(person, case.pictures[person.id])
        for code, field, sentence in findings:
            yield case.finding(code, field, sentence, file=file)
        for sentence, severity in unapproved(person, case.pictures.get(person.id)):
            yield case.finding("PER04", "bio", sentence, file=file, severity=severity)


def entry(person: Person, today: date) -> Iterator[tuple[str, str, str]]:
    """What is wrong with one file of the registry: code, field, sentence."""
    if person.orcid and not valid_orcid(person.orcid):
        yield "PER02", "orcid", "its check character does not fit"
    if person.npi and not valid_npi(person.npi):
        yield "PER02", "npi", "its check digit does not fit"
    yield from _bio(person, today)
    if "," in person.name or any(word in _ORDER[0] | _ORDER[1] for word in person.name.split()[1:]):
        yield "PER06", "name", "holds credentials: write them into `credentials`"
    if any("." in credential for credential in person.credentials):
        yield "PER06", "credentials", "are written without periods"
    ranks = [_rank(credential.replace(".", "")) for credential in person.credentials]
    if ranks != sorted(ranks):
        yield "PER06", "credentials", "stand in the order degree, licence, certification, fellowship"


def _rank(credential: str) -> int:
    for rank, known in enumerate(_ORDER):
        if credential in known:
            return rank
    return 3 if re.fullmatch(r"F[A-Z]{2,}", credential) else 2


def _bio(person: Person, today: date) -> Iterator[tuple[str, str, str]]:
    bio = person.bio
    if not (bio.short or bio.long) or "bio" not in person.publish:
        return
    if person.example and bio.approved is None:
        pass  # nobody is there to approve it
    elif bio.approved is None:
        yield "PER04", "bio.approved_by_subject", "the person has not approved the bio"
    elif (today - bio.approved).days > 366:
        yield "PER04", "bio.approved_by_subject", f"was approved on {bio.approved.isoformat()}, over 12 months ago"
    if len(bio.short) > 280:
        yield "PER04", "bio.short", f"has {len(bio.short)} characters, more than 280"
    if bio.long and not 120 <= len(bio.long.split()) <= 250:
        yield "PER04", "bio.long", f"has {len(bio.long.split())} words, not 120 to 250"


def unapproved(person: Person, portrait: Path | None) -> Iterator[tuple[str, str]]:
    """PER04: sentence and severity, where the person agreed to another bio, or to one that nobody has bound to it.

    To publish what a person has seen otherwise is worse than what nobody has shown them.
    """
    printed = bool(person.bio.short or person.bio.long) and "bio" in person.publish
    if printed or (portrait is not None and person.bio.judged):  # what was approved with the picture
        verdict = verdicts.approved(person, portrait)
        if why := verdicts.sentence(verdict):
            yield why, "E" if verdict.judged else "W"


def _portrayed(case: Case) -> Iterator[Finding]:
    """PER04: a portrait needs a bio that the person has approved."""
    for credit in case.episode.credits if case.episode.format == "portrait" else ():
        person = case.show.people.get(credit.person)
        if (
            credit.role.strip().casefold() == "guest"
            and person is not None
            and not (person.bio.short or person.bio.long)
        ):
            yield case.finding(
                "PER04", "bio", "a portrait needs a bio of its guest", file=f"feed/people/{person.id}.toml"
            )


def _consented(case: Case) -> Iterator[Finding]:
    """PER07: the consent of everybody who is heard, but for invented people."""
    episode = case.episode
    given = {credit.person: credit for credit in episode.credits if credit.consent is not None}
    people = [case.show.people[id_] for id_ in episode.speaking if id_ in case.show.people]
    for person in (each for each in people if not each.example and each.id not in eligible.unnamed(episode)):
        credit = given.get(person.id)
        day = credit.consent if credit is not None else None
        if credit is None or day is None:
            sentence = f"{person.id} has not agreed to be recorded, as far as is written: `consent = DAY` in [[person]]"
        elif episode.recorded is not None and day > episode.recorded:
            sentence = f"{person.id} agreed on {day.isoformat()}, after the recording of {episode.recorded.isoformat()}"
        elif day > case.today:
            sentence = f"the consent of {person.id} is of {day.isoformat()}, which is still to come"
        else:
            sentence = verdicts.sentence(verdicts.agreed(credit, episode.guid), case.episode.slug)
        if sentence:
            yield case.finding("PER07", f"person[{person.id}].consent", sentence)


def _credits(case: Case) -> Iterator[Finding]:
    known = case.show.people
    for i, credit in enumerate(case.episode.credits, 1):
        if credit.person not in known:
            yield case.finding("PER01", f"person[{i}].ref", f'"{credit.person}" is not in feed/people')
        if eligible.role(credit.role) in eligible.UNNAMED:
            continue  # named in no feed
        if problem := taxonomy.problem(credit.role.strip(), credit.group.strip()):
            yield case.finding("PER02", f"person[{i}].role", problem)
    speakers = {paragraph.speaker for paragraph in case.transcript.paragraphs} if case.transcript else set()
    for speaker in sorted(speakers - set(known) - {""}):
        yield case.finding("PER01", "speakers", f'"{speaker}" is not in feed/people', file=case.spoken)
    if not eligible.hosts(case.episode):
        yield case.finding("PER01", "person", "no host is named: an episode's people replace the show's in every app")


def _names(case: Case) -> Iterator[Finding]:
    surnames = {person.name.split()[-1] for person in case.show.people.values() if person.name.split()}
    authors = {str(a.get("family", "")) for ref in case.cited for a in ref.csl.get("author", ())}
    exact = surnames | authors | {word for person in case.show.people.values() for word in person.called}
    seen: dict[str, str] = {}
    for passage in (*case.heard, *case.written):
        for word in _SURNAME.findall(passage.text):
            if word in exact:
                continue
            if word not in seen:
                near = difflib.get_close_matches(word, surnames, n=1, cutoff=NEAR_MISS)
                seen[word] = near[0] if near and not _inflected(word, near[0]) else ""
            if seen[word]:
                yield case.finding(
                    "PER03",
                    passage.field,
                    f'a name is nearly "{seen[word]}" of the registry',
                    subject=passage.text,
                    time=passage.time,
                    file=passage.file,
                )


def _inflected(word: str, name: str) -> bool:
    """`Examples` is the plural of a word, no slip of the name `Example`."""
    return word.rstrip("s") == name.rstrip("s")


def picture(person: Person, path: Path) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the published picture of a person: code, field, sentence."""
    for field in ("headshot_alt", "headshot_credit", "headshot_license"):
        if not getattr(person, field):
            yield "PER05", field, "is missing for the picture that is published"
    width, height, private = measured(path)
    if not width:
        yield "PER05", "headshot", f"{path.name} is no usable picture: export it again as JPEG"
        return
    if width != height:
        yield "PER05", "headshot", f"{width} x {height} pixels: apps show a square"
    if min(width, height) < SMALLEST:
        yield "PER05", "headshot", f"{width} x {height} pixels; at least {SMALLEST} are needed"
    if private:
        yield (
            "PER05",
            "headshot",
            "the file holds EXIF data, which may say where and when it was taken: published without, but git keeps it",
        )


def measured(path: Path) -> tuple[int, int, bool]:
    """Width and height in pixels, and whether it has EXIF data; 0 where it is no picture."""
    try:
        with pictures.opened(path, path) as image:
            return image.width, image.height, bool(image.getexif())
    except (PodcastError, OSError, SyntaxError, ValueError):
        return 0, 0, False
