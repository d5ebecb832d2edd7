"""Where a recording lies on the clock of another one: when it began and how its clock drifts, from what both hear.

At moments at which nobody speaks into a microphone that hears somebody, the few seconds of its sound are looked for in
the other recording, far to both sides, by generalised cross-correlation with phase transform (Knapp and Carter 1976).
A wrong place agrees with nothing; the right ones lie on one straight line, offset and drift, on which the most moments
agree (RANSAC, Fischler and Bolles 1981). Each of the two hears the other later than itself, never earlier: the mean of
both directions is free of the way that sound takes through the room. By way of a call each
direction takes a time of its own: what lies between the two is no other beginning.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from podcast_pipeline.audio.bleed import RATE, Copy
from podcast_pipeline.audio.votes import APART, LEAST, ON_LINE, ClockPart, Direction, Match, agreeing, stretches, turned
from podcast_pipeline.sound.delay import FARTHEST, peak, phases

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EARLIEST, LATEST = -30.0, 120.0
"""Seconds by which a recording may begin before and after the other one."""
NEAR = 0.3
"""Seconds around the place that somebody names."""
_MOMENTS = 24
_SECONDS = 5
"""Of sound at each moment."""
_HALF = RATE // 2
"""Samples per second at which places are looked for: the band up to 1,800 Hz tells them apart, at half the cost."""
_BAND = (150, 1800)
_GRID = (-200, 0, 200)
"""ppm tried at each moment: at 100 ppm off, 5 s of sound are smeared over 0.5 ms, which the band still resolves."""
_QUIET = 12.0
"""dB below its loud moments that a track has while its own speaker is silent."""
_HEARS = 4.0
"""dB above its noise that it has while it hears somebody else."""
_DRIFT = APART / 3.6
"""ppm from which two recordings are not together: 20 ms in an hour."""
_ROOM = 40.0
"""ms that sound takes there and back within a room (7 m each way); above, it went by way of a call."""
_FINE = 3400
"""Hz that are compared once the place is known."""


class Sample(NamedTuple):
    """A recording as it is compared: its small copy, and its level in dBFS every 100 ms, both on its own clock."""

    copy: Copy
    levels: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A recording began `offset` ms after the reference (before: negative), and its clock is `drift` ppm slow: of t
    seconds of the recording t * (1 + drift / 10^6) have passed there.
    """

    offset: float
    drift: float
    agreeing: int
    """Moments that lie on it."""
    moments: int
    """Of all that were compared."""
    residual: float
    """ms that the agreeing moments lie off it, on the median."""
    one_way: bool = False
    """Only one of the two hears the other: how long sound takes from the one to the other is not known."""
    late: float = 0.0
    """ms that sound takes from each to the other, both ways together, where both are heard."""
    stretches: tuple[ClockPart, ...] = ()
    """Where its clock is no straight line: the two of which it is made, in their order. Such a one is laid nowhere."""

    @property
    def off(self) -> bool:
        """Whether it is another clock than that of the reference."""
        return abs(self.offset) >= APART or abs(self.drift) >= _DRIFT

    @property
    def unsure(self) -> bool:
        """Whether its offset may be wrong by the way of sound: one is not heard, or each over a loudspeaker."""
        return self.one_way or self.late > _ROOM


def place(reference: Sample, other: Sample, near: float | None = None, latest: float = LATEST) -> ClockLine | None:
    """Where `other` lies on the clock of `reference`; None where too few moments agree, or as many on another line.

    `near`: seconds by which it began later, as somebody says: it is looked for there alone. `latest`: at most so many.
    """
    # What the other one hears of the reference's speaker is late there, and what the reference hears of the other's is
    # late here: seen from one side, both offsets are wrong by the way of sound, one as much too small as one too large.
    first, last = _reach(near, latest)
    ways = [
        agreeing(_placed(other, reference, first, last)),
        agreeing([turned(each) for each in _placed(reference, other, -last, -first)]),
    ]
    if bent := _bent(ways):
        return bent
    clear = [way for way in ways if way.clear]
    if len(clear) == 2 and not _fit(*clear):
        return None
    if sum(len(way.on) for way in clear) < LEAST:
        return None
    line = _line([way.on for way in clear], sum(len(way.all) for way in ways))
    if line.one_way and abs(line.offset) <= FARTHEST:  # as far as that may be the way of sound, an echo of a call
        return replace(line, offset=0.0)
    return line


def place_in_call(
    reference: Sample, other: Sample, near: float | None = None, latest: float = LATEST
) -> ClockLine | None:
    """The same where `reference` is a recording of the whole call, in which everybody is heard: what `other` says is
    looked for there, whether its microphone hears anybody or not.
    """
    way = agreeing(_placed(other, reference, *_reach(near, latest), spoken=True))
    if bent := _bent([way]):
        return bent
    if not way.clear or len(way.on) < LEAST:
        return None
    return replace(_line([way.on], len(way.all)), one_way=False)


def _bent(ways: Sequence[Direction]) -> ClockLine | None:
    """The best line of a clock that is made of two, with both; None of every other."""
    for way in ways:
        if both := stretches(way):
            return replace(_line([way.on], len(way.all)), stretches=both)
    return None


def _reach(near: float | None, latest: float) -> tuple[float, float]:
    return (EARLIEST, max(LATEST, latest)) if near is None else (near - NEAR, near + NEAR)


def _fit(late: Direction, early: Direction) -> bool:
    """Whether both ways are of one meeting: neither hears the other before it speaks, nor later than by an echo."""
    apart = _middle(early) - _middle(late)
    return -2 * ON_LINE <= apart <= 2 * FARTHEST


def _middle(way: Direction) -> float:
    import numpy as np

    return float(np.median([moment.later for moment in way.on]))


def _line(ways: Sequence[Sequence[Match]], moments: int) -> ClockLine:
    """One drift for both ways, by least squares, and the mean of their offsets."""
    import numpy as np

    rows = [(moment.at, *(float(way is each) for each in ways), moment.later) for way in ways for moment in way]
    table = np.array(rows)
    solved = np.linalg.lstsq(table[:, :-1], table[:, -1], rcond=None)[0]
    off = np.abs(table[:, -1] - table[:, :-1] @ solved)
    first, last = float(solved[1]), float(solved[-1])
    # A call is late by as much as its network likes, and each way by another time: what is between is not known.
    between = last - first > _ROOM and first <= 0 <= last
    return ClockLine(
        0.0 if between else round((first + last) / 2, 3), round(float(solved[0]) * 1000, 2), len(rows), moments,
        round(float(np.median(off)), 3), len(ways) == 1, round(last - first, 1),
    )  # fmt: skip


def _placed(hearing: Sample, said: Sample, start: float, end: float, *, spoken: bool = False) -> list[Match]:
    """Moments of `hearing` with the place where each is in `said`, from `start` to `end` seconds later.

    `spoken`: moments at which its own speaker speaks, else those at which somebody else does. One in three is looked
    for everywhere; where these lie on a line, the others are looked for near it.
    """
    import numpy as np

    moments, first, last = list(_moments(hearing, spoken)), round(start * RATE), round(end * RATE)
    placed = [_sought(hearing, said, at, first, last) for at in moments[::3]]
    guess = agreeing([each for each in placed if each])
    rest = [(number, at) for number, at in enumerate(moments) if number % 3]
    if not guess.clear:
        rest_placed = [_sought(hearing, said, at, first, last) for _, at in rest]
        return [each for each in (*placed, *rest_placed) if each]
    lost = {number for number, each in enumerate(placed) if each not in guess.on}
    slope, offset = np.polyfit([each.at for each in guess.on], [each.later for each in guess.on], 1)
    more: list[Match | None] = []
    for number, at in rest:
        if {number // 3, min(number // 3 + 1, len(placed) - 1)} <= lost:  # perhaps a line of their own
            more.append(_sought(hearing, said, at, first, last))
            continue
        near = round((offset + slope * at / RATE) * RATE / 1000)
        if not 0 <= at + near < said.copy.samples:
            continue  # before the other one began, or behind its end
        more.append(_sought(hearing, said, at, near - RATE, near + RATE))
    return [each for each in (*placed, *more) if each]


def _sought(hearing: Sample, said: Sample, at: int, first: int, last: int) -> Match | None:
    """The moment at sample `at`, with its place in `said`, from `first` to `last` samples later; None where that has no
    sound at all: it is no witness."""
    import numpy as np

    first, last = max(first, -at), min(last, max(said.copy.samples - at, first + RATE))
    pieces = max(1, -(-(last - first) // round((LATEST - EARLIEST) * RATE)))
    piece = -(-(last - first) // pieces)
    width = piece // 2 + _SECONDS * _HALF
    size = _smooth(width + _SECONDS * _HALF)
    low, high = (hertz * size // _HALF for hertz in _BAND)
    heard = {drift: np.fft.rfft(_halved(_stretched(hearing.copy, at, drift)) * _window(), size) for drift in _GRID}
    best = (0.0, 0, 0)
    for start in range(first, last, piece):  # one piece after the other where it may be anywhere in an hour
        there = np.fft.rfft(_halved(said.copy.read(at + start, 2 * width)), size)
        there /= np.maximum(np.abs(there), 1e-12)
        there[:low] = there[high:] = 0
        for drift, here in heard.items():
            phase = np.conj(here / np.maximum(np.abs(here), 1e-12))
            match = np.abs(np.fft.irfft(phase * there, size)[: width - _SECONDS * _HALF])
            place = int(np.argmax(match))
            best = max(best, (float(match[place] / (np.median(match) + 1e-20)), start + 2 * place, drift))
    return _finer(hearing, said, at, at + best[1], best[2]) if best[0] else None


def _finer(hearing: Sample, said: Sample, at: int, place: int, drift: int) -> Match:
    """The moment at sample `at`, which is near sample `place` of the other recording, to a part of a sample."""
    import numpy as np

    count = _SECONDS * RATE
    size = _smooth(2 * count)
    cross = phases(_stretched(hearing.copy, at, drift), said.copy.read(place, count), size, RATE, _FINE)
    late = peak(np.fft.irfft(cross, size), RATE, fine=True).late
    late = late if abs(late) <= RATE * ON_LINE / 1000 else 0.0
    return Match(at / RATE, (place - late - at) * 1000 / RATE)


def _moments(hearing: Sample, spoken: bool) -> Iterator[int]:
    """Samples at which its own speaker is silent, and it hears somebody; `spoken`: at which its own one speaks."""
    import numpy as np

    levels = hearing.levels
    loud, noise = np.percentile(levels, (95, 5)) if len(levels) else (0.0, 0.0)
    size = 10 * _SECONDS
    windows = ((step, levels[step : step + size]) for step in range(0, len(levels) - size, size // 2))
    usable = [
        step
        for step, window in windows
        if (spoken and np.mean(window > loud - _QUIET) > 0.4)
        or (not spoken and np.mean(window < loud - _QUIET) > 0.95 and np.mean(window > noise + _HEARS) > 0.4)
    ]
    chosen = np.linspace(0, max(0, len(usable) - 1), min(_MOMENTS, len(usable))).astype(int)
    return (usable[place] * RATE // 10 for place in chosen.tolist())


def _stretched(copy: Copy, at: int, drift: int) -> NDArray[Any]:
    """The seconds at sample `at` as a clock would have them that runs `drift` ppm faster."""
    import numpy as np

    count = _SECONDS * RATE
    return np.asarray(np.interp(np.arange(count) * (1 + drift * 1e-6), np.arange(count), copy.read(at, count)))


def _halved(sound: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    return np.asarray(sound.reshape(-1, 2).mean(axis=1), np.float32)  # enough for a place, at half the cost


@functools.cache
def _window() -> NDArray[Any]:
    import numpy as np

    return np.asarray(np.sqrt(np.hanning(_SECONDS * _HALF)), np.float32)


def _smooth(size: int) -> int:
    """The next size of which a Fourier transform is quick: a multiple of 4,096 with small factors only."""
    blocks = -(-size // 4096)
    while not _small_factors(blocks):
        blocks += 1
    return blocks * 4096


def _small_factors(number: int) -> bool:
    for factor in (2, 3, 5):
        while number % factor == 0:
            number //= factor
    return number == 1
