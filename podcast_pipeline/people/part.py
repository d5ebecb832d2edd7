"""Who takes part in an episode, and who was to: the one answer to that."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.person import Disclosure, Person
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.statement import Statement
from podcast_pipeline.people.statement import current


def taking_part(show: Show, episode: Episode) -> tuple[Person, ...]:
    """Everybody with a credit or a microphone, each once, in the order of the episode.

    An id that is not in feed/people is left out: reading episode.toml names it.
    """
    ids = [credit.person for credit in episode.credits] + [track.person for track in episode.tracks]
    return tuple(show.people[id_] for id_ in dict.fromkeys(ids) if id_ in show.people)


def declared(show: Show, episode: Episode | Statement) -> Show:
    """The show with what its people had declared on the day of the recording; without that day, of the publication."""
    several = {id_: person for id_, person in show.people.items() if person.disclosure.attestations}
    if not several:
        return show
    published = episode.goes_out.date()
    days = (episode.recorded or published, published)
    then = {id_: replace(person, disclosure=_counting(person.disclosure, days)) for id_, person in several.items()}
    return replace(show, people={**show.people, **then})


def _counting(disclosure: Disclosure, days: tuple[date, date]) -> Disclosure:
    """What covers the recording, the first of `days`; the last one after it that names another relationship of either
    day takes its place: what has turned out to be incomplete is not printed.
    """
    covering = disclosure.on(days[0])
    known = {relationship.company for relationship in covering.relationships}
    later = [
        each.collected
        for each in covering.attestations
        if each.collected is not None
        and (covering.collected is None or each.collected > covering.collected)
        and any(r.company not in known and any(current(r, day) for day in days) for r in each.relationships)
    ]
    return disclosure.on(max(later)) if later else covering


def absent(show: Show, episode: Episode) -> str:
    """Whom the schedule names, and who has no part in the episode by any name of feed/people; "" where nobody is."""
    faculty = episode.plan.faculty if episode.plan is not None else ""
    names = [name.casefold() for person in taking_part(show, episode) for name in (person.name, *person.also_known_as)]
    each = [text.strip() for text in re.split(r"\s+and\s+|[&;/]", faculty) if text.strip()]
    return " and ".join(text for text in each if not any(name in text.casefold() for name in names))
