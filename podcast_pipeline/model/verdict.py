"""A verdict: somebody judged something on a day, and it holds for exactly what was judged.

One that a person types into a TOML file stands there as a name and a day; `judged` beside them is written by
`podcast check --seal`, which shows the person what it is about: `claim:0f3a... references:77aa... @example-host:2b...`.
The digests of the parts say what has changed; what counts is the one of each person, over the kind of the verdict, the
person and every part: nothing can be put together of the seals of others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from podcast_pipeline import codec

GIVEN = "name or day"
"""The part of a typed verdict that is its own: who gave it and when, why and until when. Edited, it is nobody's."""
PERSON = "@"
"""What the digest of a person's own word begins with: `@` and the id."""
DIGITS = 16
"""Hex digits of the digest of a part: 64 bits."""
_PART = rf"(?:[a-z][a-z_]*|{PERSON}[a-z0-9][a-z0-9_-]*):[0-9a-f]{{{DIGITS}}}"
_WRITTEN = re.compile(rf"{_PART}(?: {_PART})*")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who judged (an id of feed/people), when, and the digest of each part that was judged."""

    by: str
    at: datetime
    judged: dict[str, str]

    def changed(self, now: Mapping[str, str]) -> tuple[str, ...]:
        """The parts that are not as they were judged, given the digests of all parts as they are `now`.

        A part that is gone has changed, and so has one that nobody judged. Empty: the verdict holds.
        """
        return _changed(self.judged, now)


@dataclass(frozen=True, slots=True)
class Typed:
    """A verdict as it stands in a file of people, and the digests of what it is about as that is now."""

    by: str
    at: date | None
    judged: str
    parts: Mapping[str, str]
    words: Mapping[str, str]
    """Id of everybody whose word it is -> the digest that says so: of one person, or of two who judged together."""

    @property
    def given(self) -> bool:
        """Whether somebody gave it at all."""
        return bool(self.by) and self.at is not None

    @property
    def holds(self) -> bool:
        return self.given and not self.missing

    @property
    def missing(self) -> tuple[str, ...]:
        """Ids of those who have not said so of what is there now."""
        said = read(self.judged)
        return tuple(id_ for id_, word in self.words.items() if said.get(f"{PERSON}{id_}") != word)

    @property
    def changed(self) -> tuple[str, ...]:
        """The parts that are not as they were sealed; none of what nobody has given or sealed."""
        said, missing = read(self.judged), self.missing
        if not said or not missing:
            return ()
        sealed = {part: value for part, value in said.items() if not part.startswith(PERSON)}
        return _changed(sealed, self.parts) or (("seal",) if any(f"{PERSON}{id_}" in said for id_ in missing) else ())

    def sealed(self, *ids: str) -> str:
        """`judged` as it is written when these say so of what is there now; the others' word stays as it is."""
        said = read(self.judged)
        new = {f"{PERSON}{id_}": word for id_, word in self.words.items() if id_ in ids}
        kept = {name: said[name] for id_ in self.words if (name := f"{PERSON}{id_}") in said}
        return written({**self.parts, **kept, **new})


def _changed(judged: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(part for part in {**judged, **now} if judged.get(part) != now.get(part))


def typed(
    kind: str,
    by: Sequence[str],
    at: date | None,
    judged: str,
    own: Mapping[str, Any] | None = None,
    **facts: Any,
) -> Typed:
    """A verdict of this kind on these facts, by one or several; `own` are facts of itself beside names and day, such as
    its reason. What is empty of them is not digested: a field that a version adds leaves alone what was sealed before.
    """
    ids = tuple(dict.fromkeys(filter(None, by)))
    given = {name: value for name, value in {"with": ids[1:], **(own or {})}.items() if value}
    parts = {GIVEN: digest((by[0], at, *([given] if given else []))), **digests(**facts)}
    return Typed(by[0], at, judged, parts, {id_: digest((kind, id_, parts)) for id_ in ids})


def digest(fact: Any) -> str:
    """The digest of one part: of stored facts, never of a rendered text."""
    return codec.digest(fact)[:DIGITS]


def digests(**facts: Any) -> dict[str, str]:
    """The digest of each part, by its name."""
    return {part: digest(fact) for part, fact in facts.items()}


def written(judged: Mapping[str, str]) -> str:
    """Digests as they stand in `judged` of a TOML table."""
    return " ".join(f"{part.replace(' ', '_')}:{value}" for part, value in judged.items())


def read(text: str) -> dict[str, str]:
    """What `written` wrote; nothing of an empty text. Raises ValueError for anything else."""
    if text and _WRITTEN.fullmatch(text) is None:
        raise ValueError("is not what `podcast check --seal` writes")
    pairs = (pair.split(":") for pair in text.split())
    return {part if part.startswith(PERSON) else part.replace("_", " "): value for part, value in pairs}


def binds(judged: str, part: str) -> bool:
    """Whether `judged` holds the digest of this part. Whatever `written` did not write holds none."""
    return _WRITTEN.fullmatch(judged) is not None and part in read(judged)
