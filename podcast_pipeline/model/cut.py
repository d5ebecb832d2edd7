"""Cuts: stretches of the recording that listeners do not get."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from podcast_pipeline import codec

REASONS = ("content", "filler", "pause", "privacy")
SHORTEST = 40
"""ms under which a cut is refused: nobody would hear it."""
ISLAND = 150
"""ms of sound between two cuts under which it goes too: it would be a click, not speech."""


@dataclass(frozen=True, slots=True)
class Cut:
    """From `start` to `end` in ms of the source; `by` is the id of the person who decided it."""

    start: int
    end: int
    reason: str = "content"
    by: str = ""
    id: str = ""
    exact: bool = False
    """Its edges were set by ear and stay where they are; others move to the quietest moment near them."""


def united(*lists: Iterable[Cut]) -> tuple[Cut, ...]:
    """The one cut list: all of them in order, apart. What overlaps, touches or leaves a bare island becomes one."""
    joined: list[Cut] = []
    for cut in sorted((cut for cuts in lists for cut in cuts), key=lambda cut: (cut.start, cut.end)):
        if joined and cut.start < joined[-1].end + ISLAND:
            exact = joined[-1].exact and cut.exact
            joined[-1] = dataclasses.replace(joined[-1], end=max(joined[-1].end, cut.end), exact=exact)
        else:
            joined.append(cut)
    return tuple(joined)


def digest(cuts: Sequence[Cut]) -> str:
    """SHA-256 of the stretches alone, 64 hex digits; "" without any. Who cut and why changes no sound."""
    if not cuts:
        return ""
    stretches = [[cut.start, cut.end, *(["exact"] if cut.exact else [])] for cut in cuts]
    return codec.digest(stretches)
