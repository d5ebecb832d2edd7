"""Which of many moments agree on one straight line, offset and drift of a clock, and whether others do on another one.

The line on which the most moments agree is the place of a recording (RANSAC, Fischler and Bolles 1981); where those
before or behind agree on a line of their own, its clock is no straight line: the recorder was restarted, lost seconds,
or became warm.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

DRIFTS = 350.0
"""Parts per million by which two clocks differ at most; 300 were seen of cheap recorders."""
LEAST = 8
"""Moments that must agree before a recording is moved."""
ON_LINE = 3.0
"""ms by which a moment may lie off the line."""
APART = 20.0
"""ms by which moments lie off a line from which on they are not together with it."""
_STEP = 10.0
"""Seconds between two moments through which a line is laid, at least."""


class Match(NamedTuple):
    """At `at` seconds of the one recording stands what the other one has `later` ms later, by its own clock."""

    at: float
    later: float


@dataclass(frozen=True, slots=True)
class ClockPart:
    """A part of a recording in which its clock is one line: from `start` to `end` seconds, `later` ms later at `start`
    than the reference, and `drift` ppm slow.
    """

    start: float
    end: float
    later: float
    drift: float
    agreeing: int


class Direction(NamedTuple):
    """What one of the two hears of the other: all moments, those on the best line, and how many are on the next; in the
    order of their time."""

    all: Sequence[Match]
    on: Sequence[Match]
    next: int

    @property
    def clear(self) -> bool:
        return len(self.on) >= LEAST // 2 and len(self.on) > 2 * self.next


def turned(moment: Match) -> Match:
    """The same seen from the other recording."""
    return Match(moment.at + moment.later / 1000, -moment.later)


def agreeing(moments: Sequence[Match]) -> Direction:
    """Those on the line on which the most lie, and the number of those on the best line that is apart from it."""
    import numpy as np

    moments = sorted(moments)
    if len(moments) < 2:
        return Direction(moments, (), 0)
    at, later = np.array(moments).T
    lines = []
    for first, second in itertools.combinations(range(len(moments)), 2):
        if abs(at[second] - at[first]) < _STEP:
            continue
        slope = (later[second] - later[first]) / (at[second] - at[first])
        if abs(slope) * 1000 <= DRIFTS:
            on = np.abs(later - later[first] - slope * (at - at[first])) <= ON_LINE
            lines.append((int(on.sum()), on))
    if not lines:
        return Direction(moments, (), 0)
    best = max(lines, key=lambda line: line[0])[1]
    others = [count for count, on in lines if not (on & best).any()]
    return Direction(moments, tuple(itertools.compress(moments, best)), max(others, default=1))


def stretches(way: Direction) -> tuple[ClockPart, ...]:
    """Where the moments before or behind those on the best line agree on another one: both, in their order; else ()."""
    import numpy as np

    if len(way.on) < LEAST // 2:
        return ()
    before = [moment for moment in way.all if moment.at < way.on[0].at]
    behind = [moment for moment in way.all if moment.at > way.on[-1].at]
    other = max(agreeing(before), agreeing(behind), key=lambda side: len(side.on))
    if not other.clear:
        return ()
    slope, offset = _fitted(way.on)
    if np.median([abs(moment.later - offset - slope * moment.at) for moment in other.on]) < APART:
        return ()  # a clock that bends a little: the line is as near as any
    return tuple(sorted((_stretch(way.on), _stretch(other.on)), key=lambda each: each.start))


def _stretch(on: Sequence[Match]) -> ClockPart:
    slope, offset = _fitted(on)
    start, end = on[0].at, on[-1].at
    return ClockPart(round(start, 1), round(end, 1), round(offset + slope * start, 1), round(slope * 1000, 1), len(on))


def _fitted(on: Sequence[Match]) -> tuple[float, float]:
    """The line through moments, by least squares: ms per second, and ms at 0."""
    import numpy as np

    slope, offset = np.polyfit([moment.at for moment in on], [moment.later for moment in on], 1)
    return float(slope), float(offset)
