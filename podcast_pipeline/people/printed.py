"""Who took part, as printed: the one place that decides which facts of a person leave the house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.person import Bio, Credit, Person
from podcast_pipeline.model.release import ReleasePerson
from podcast_pipeline.model.statement import Statement
from podcast_pipeline.people.eligible import UNNAMED, role
from podcast_pipeline.people.statement import HIDDEN, INVENTED, mitigation_line, removed, statement

T = TypeVar("T")


def cast(people: Mapping[str, Person], episode: Episode | Statement) -> tuple[ReleasePerson, ...]:
    """The episode's people in the order of its credits, without pictures: those are public objects of a release.
    An audience and recordings of others are nobody that could be named.

    Each fact is printed only if the person's `publish` names it. An id that is not in feed/people is left out: reading
    episode.toml names it. Days are those of the show.
    """
    return tuple(
        _printed(public(people[credit.person]), credit, episode)
        for credit in episode.credits
        if credit.person in people and role(credit.role) not in UNNAMED
    )


def disclosures(people: Sequence[ReleasePerson], episode: Episode | Statement) -> tuple[str, ...]:
    """What listeners hear and read first, each line once: statements of `people`, mitigation, off-label use."""
    lines = [*(person.disclosure for person in people), mitigation_line(episode.mitigation), episode.off_label]
    return tuple(dict.fromkeys(line for line in lines if line))


def public(person: Person) -> Person:
    """The person as far as `publish` names facts; what is for the house alone, or for nobody, is blank."""

    def kept(fact: str, value: T) -> T:
        return value if fact in person.publish else type(value)()

    return Person(
        id=person.id,
        name=person.name,
        credentials=kept("credentials", person.credentials),
        specialty=kept("specialty", person.specialty),
        institution=kept("institution", person.institution),
        orcid=kept("orcid", person.orcid),
        publish=person.publish,
        bio=kept("bio", Bio(person.bio.short, person.bio.long)),
        headshot_alt=kept("headshot", person.headshot_alt),
        headshot_credit=kept("headshot", person.headshot_credit),
        links=kept("links", person.links),
        disclosure=replace(kept("disclosure", person.disclosure), attestations=()),
        example=person.example,
        forgotten_on=person.forgotten_on,
        sort=person.sort,
    )


def _printed(person: Person, credit: Credit, episode: Episode | Statement) -> ReleasePerson:
    links = [link for link in person.links if link.startswith("https://")]
    return ReleasePerson(
        id=person.id,
        name=person.display,
        role=credit.role,
        group=credit.group,
        bio=person.bio.long or person.bio.short,
        disclosure=_disclosure(person, episode),
        href=links[0] if links else f"https://orcid.org/{person.orcid}" if person.orcid else "",
        example=person.example,
        affiliation=", ".join(part for part in (person.specialty, person.institution) if part),
        orcid=person.orcid,
        image_alt=person.headshot_alt,
        image_credit=person.headshot_credit,
    )


def _disclosure(person: Person, episode: Episode | Statement) -> str:
    """The statement; where none is due (non-clinical content) and none was given, nothing."""
    declared = person.disclosure
    due = episode.content_class != "non-clinical"
    if not due and declared.collected is None and not declared.relationships:
        return ""
    if person.forgotten_on is not None:
        return removed(person.forgotten_on) if due else ""
    if "disclosure" not in person.publish:
        return f"{person.display}{INVENTED if person.example else ''}{HIDDEN}" if due else ""
    return statement(person, episode.recorded, episode.goes_out.date())
