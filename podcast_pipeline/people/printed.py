"""Who took part, as printed: the one place that decides which facts of a person leave the house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC

from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.person import Credit, Person
from podcast_pipeline.model.release import ReleasePerson
from podcast_pipeline.people.statement import INVENTED, mitigation_line, statement


def cast(people: Mapping[str, Person], episode: Episode) -> tuple[ReleasePerson, ...]:
    """The episode's people in the order of its credits, without pictures: those are public objects of a release.

    Each fact is printed only if the person's `publish` names it. An id that is not in feed/people is left out: reading
    episode.toml names it. Days are UTC.
    """
    return tuple(_printed(people[one.person], one, episode) for one in episode.credits if one.person in people)


def disclosures(people: Sequence[ReleasePerson], episode: Episode) -> tuple[str, ...]:
    """What listeners hear and read first, each line once: statements of `people`, mitigation, off-label use."""
    lines = [*(person.disclosure for person in people), mitigation_line(episode.mitigation), episode.off_label]
    return tuple(dict.fromkeys(line for line in lines if line))


def _printed(person: Person, credit: Credit, episode: Episode) -> ReleasePerson:
    def public(fact: str, value: str) -> str:
        return value if fact in person.publish else ""

    links = [link for link in person.links if link.startswith("https://")]
    orcid = public("orcid", person.orcid)
    affiliation = (public("specialty", person.specialty), public("institution", person.institution))
    return ReleasePerson(
        id=person.id,
        name=person.display,
        role=credit.role,
        group=credit.group,
        bio=public("bio", person.bio.long or person.bio.short),
        disclosure=_disclosure(person, episode),
        href=public("links", links[0] if links else "") or (f"https://orcid.org/{orcid}" if orcid else ""),
        example=person.example,
        affiliation=", ".join(part for part in affiliation if part),
        orcid=orcid,
        image_alt=public("headshot", person.headshot_alt),
        image_credit=public("headshot", person.headshot_credit),
    )


def _disclosure(person: Person, episode: Episode) -> str:
    """The statement; where none is due (non-clinical content) and none was given, nothing."""
    declared = person.disclosure
    due = episode.content_class != "non-clinical"
    if not due and declared.collected is None and not declared.relationships:
        return ""
    if "disclosure" not in person.publish:
        return f"{person.display}{INVENTED if person.example else ''}: the disclosure is not published." if due else ""
    return statement(person, episode.recorded, episode.publish_at.astimezone(UTC).date())
