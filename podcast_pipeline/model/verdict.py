"""A verdict: somebody judged something on a day, and it holds for exactly what was judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


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
        return tuple(part for part in {**self.judged, **now} if self.judged.get(part) != now.get(part))
