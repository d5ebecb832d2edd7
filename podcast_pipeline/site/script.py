"""The host's script: what is to be said and how names are pronounced, as plain text to print or read from a screen.

It stays in the house: pronunciations are in no other output.
"""

from __future__ import annotations

from collections.abc import Iterable

from podcast_pipeline import timecode
from podcast_pipeline.evidence.citation import ama
from podcast_pipeline.evidence.cited import key_points
from podcast_pipeline.evidence.numbering import numbered
from podcast_pipeline.evidence.standing import in_words
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.release import ReleasePerson
from podcast_pipeline.model.show import Show
from podcast_pipeline.people.printed import cast, disclosures
from podcast_pipeline.people.statement import long_date
from podcast_pipeline.site import sentences


def host_script(show: Show, episode: Episode) -> str:
    """The script of `episode`, before or after its recording; times are those of the recording."""
    people = cast(show.people, episode)
    heard = [person for group in sentences.by_role(people).values() for person in group]
    day = episode.recorded or episode.goes_out.date()
    opening = [episode.demonstration, f"This is {show.title}: {episode.title.removesuffix('.')}.", episode.summary]
    opening += [_bio(show, person) for person in heard if person.role.strip().lower() != "host"]
    numbers = numbered(episode.claims)
    known = [(number, show.references[id_]) for id_, number in numbers.items() if id_ in show.references]
    references = [f"{number}. {ama(reference)} [{in_words(reference)}]" for number, reference in known]
    parts = (
        f"# {episode.title}\n{show.title}, {long_date(day)}",
        _part("Who speaks", [_introduced(show, person) for person in heard]),
        _part("To say first", opening),
        _part("To say before anything clinical", [*disclosures(people, episode), *sentences.credit_lines(episode.cme)]),
        _part("Objectives", episode.objectives),
        _part("Order", [f"{timecode.show(chapter.start)} {chapter.title}" for chapter in episode.chapters]),
        _part(
            "Claims: name the author or the year when you make them",
            [f"{timecode.show(point.at)} {sentences.point_text(point)}" for point in key_points(episode.claims, None)],
        ),
        _part("References", references),
        _part("To say at the end", show.disclaimer.split("\n\n")),
    )
    return "\n\n".join(filter(None, parts)) + "\n"


def _part(title: str, lines: Iterable[str]) -> str:
    kept = [" ".join(line.split()) for line in lines if line.strip()]
    return "\n".join((f"## {title}", *kept)) if kept else ""


def _introduced(show: Show, person: ReleasePerson) -> str:
    """`Guest: Alex Example, MD, Pain medicine, Example University. Say: AL-iks eg-ZAM-pul`"""
    said = show.people[person.id].pronunciation or "ask how the name is pronounced"
    facts = ", ".join(part for part in (sentences.person_name(person), person.affiliation) if part)
    return f"{person.role.strip().capitalize()}: {facts}. Say: {said}"


def _bio(show: Show, person: ReleasePerson) -> str:
    """The short bio, where a bio is published."""
    return (show.people[person.id].bio.short or person.bio) if person.bio else ""
