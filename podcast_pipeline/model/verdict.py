"""A verdict: somebody judged something on a day, and it holds for exactly what was judged.

One that a person types into a TOML file stands there as a name and a day; `judged` beside them is written by
`podcast check --seal`, which shows the person what it is about: `claim:0f3a... references:77aa...`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from podcast_pipeline import codec

GIVEN = "name or day"
"""The part of a typed verdict that is its own: who gave it and when, why and until when. Edited, it is nobody's."""
DIGITS = 16
"""Hex digits of the digest of a part: 64 bits."""
_WRITTEN = re.compile(rf"[a-z][a-z_]*:[0-9a-f]{{{DIGITS}}}(?: [a-z][a-z_]*:[0-9a-f]{{{DIGITS}}})*")


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
    now: Mapping[str, str]

    @property
    def given(self) -> bool:
        """Whether somebody gave it at all."""
        return bool(self.by) and self.at is not None

    @property
    def holds(self) -> bool:
        return self.given and bool(self.judged) and not self.changed

    @property
    def changed(self) -> tuple[str, ...]:
        """The parts that are not as they were sealed; none of what nobody has given or sealed."""
        return _changed(read(self.judged), self.now) if self.judged else ()

    @property
    def sealed(self) -> str:
        """`judged` as it is written when the person says so of what is there now."""
        return written(self.now)


def _changed(judged: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(part for part in {**judged, **now} if judged.get(part) != now.get(part))


def typed(by: str, at: date | None, judged: str, own: Mapping[str, Any] | None = None, **facts: Any) -> Typed:
    """A verdict of these facts; `own` are those of itself beside name and day, such as its reason. What is empty of
    them is not digested: a field that a version adds leaves alone what was sealed before.
    """
    given = {name: value for name, value in (own or {}).items() if value}
    return Typed(by, at, judged, {GIVEN: digest((by, at, *([given] if given else []))), **digests(**facts)})


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
    return {part.replace("_", " "): value for part, value in pairs}
