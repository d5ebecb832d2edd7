"""Who is named in another host's feed: each with an id of their own, the same one in every run."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from podcast_pipeline import slugs
from podcast_pipeline.feed import taxonomy
from podcast_pipeline.feed.foreign import text, values
from podcast_pipeline.feed.foreign.notices import FeedNotice
from podcast_pipeline.model.release import Asset, ReleasePerson
from podcast_pipeline.people.same import folded

_LONGEST = 128
"""Characters that apps show of a name."""


class Persons:
    """Ids by name. One that differs in more than accents, capitals, points and spaces is another person's."""

    def __init__(self, known: Mapping[str, str]) -> None:
        """`known`: name -> id of those who have a file already."""
        self._ids = {folded(name): id_ for name, id_ in known.items()}
        self._taken = {*known.values()}

    def id_of(self, name: str) -> str:
        """The id: the name in ASCII, numbered where another person has that one, or nothing of it is left."""
        key = folded(name) or name
        if key not in self._ids:
            base = slugs.words(name, 60)
            numbered = (f"person-{number}" for number in itertools.count(1))
            id_ = slugs.free(base, self._taken) if base else next(id_ for id_ in numbered if id_ not in self._taken)
            self._ids[key] = id_
            self._taken.add(id_)
        return self._ids[key]

    def read(self, elements: Sequence[Any], where: str, notices: list[FeedNotice]) -> tuple[ReleasePerson, ...]:
        """The people of `elements`, podcast:person each; `notices` gets what is not as it stood there."""
        people = []
        for element in elements:
            said = text.line(element, where, notices)
            name = said[:_LONGEST]
            if not name:
                notices.append(FeedNotice("a person without a name is left out", where))
                continue
            if name != said:
                notices.append(FeedNotice(f'the name "{said[:40]}…" is cut after {_LONGEST} characters', where))
            role, group = _part(element, name, where, notices)
            img = (element.get("img") or "").strip()
            id_ = self.id_of(values.split_name(name)[0])
            image = Asset("", 0, "image/jpeg", "", img) if img else None
            people.append(ReleasePerson(id_, name, role, group, href=(element.get("href") or "").strip(), image=image))
        return tuple(people)


def _part(element: Any, name: str, where: str, notices: list[FeedNotice]) -> tuple[str, str]:
    """Role and group as the taxonomy has them."""
    role, group = (element.get("role") or "host").strip().lower(), (element.get("group") or "cast").strip().lower()
    if not taxonomy.problem(role, group):
        return role, group
    taken = ("guest", "cast") if group == "cast" else ("consultant", "misc.")
    notices.append(
        FeedNotice(f'{name}: "{role}" of "{group}" is not in the taxonomy: {taken[0]} of {taken[1]} is written', where)
    )
    return taken
