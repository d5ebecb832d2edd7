"""Whether two entries of the registry stand for one person: a copy of an entry gives no verdict on its own words."""

from __future__ import annotations

import functools
import unicodedata

from podcast_pipeline.model.person import Person
from podcast_pipeline.model.show import Show

ORCID, NAMED, NAME = "ORCID", "name and credentials", "name"
"""By what two entries of the registry are alike; by the name alone they may be two people."""


def alike(person: Person, other: Person) -> str:
    """By what two entries stand for one person: ORCID, NAMED or NAME; "" where nothing says so, or ORCIDs differ.

    One without credentials, or with fewer, has no others.
    """
    if person.orcid and other.orcid:
        return ORCID if person.orcid.upper() == other.orcid.upper() else ""
    if not _names(person) & _names(other):
        return ""
    mine, theirs = ({folded(title) for title in each.credentials} for each in (person, other))
    return NAMED if mine <= theirs or theirs <= mine else NAME


def is_one(show: Show, id_: str, other: str) -> bool:
    """Whether both ids are those of one person."""
    if id_ == other or id_ not in show.people or other not in show.people:
        return id_ == other
    return alike(show.people[id_], show.people[other]) in (ORCID, NAMED)


def _names(person: Person) -> frozenset[str]:
    return frozenset(folded(name) for name in (person.name, *person.also_known_as)) - {""}


@functools.lru_cache(maxsize=1 << 12)
def folded(name: str) -> str:
    """A name as names are compared: its letters, without accents, capitals, points and spaces."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name).casefold() if letter.isalnum())
