"""Which of two microphones a voice reaches first: no gain and no loudness of a speaker changes that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from podcast_pipeline.sound.delay import FARTHEST
from podcast_pipeline.transcribe.balance import FEW
from podcast_pipeline.transcribe.engine import RATE
from podcast_pipeline.transcribe.levels import coherence
from podcast_pipeline.transcribe.pcm import Pcm

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CLEAR = 8.0
"""A delay counts in a moment if its correlation is so many times the root mean square of all; noise gives 3 to 5."""
TWICE, FAR = 2.0, 6.0
"""How many times the correlation of one voice is that of the other: it speaks louder, or alone."""
_STEP = 6.0
"""dB by which the level must follow where the voices change: an echo of one voice is as loud as the voice."""
_APART = 2
"""ms between the delays of two voices, at least: microphones 35 cm apart, or more."""
_BESIDE = 1
"""ms by which a delay may scatter."""
_SHARE = 0.02
"""Of all moments, the least that must have the delay of a voice."""
_MOMENTS = 120
"""Moments from which the delays are found, spread over the recording."""
_SHORTEST = 300
"""ms that are compared at least; less has no clear delay."""
_MS = RATE // 1000


class SharedWord(NamedTuple):
    """A word that both tracks have: when the track `speaking` has it (ms), and by how many dB it is louder there."""

    start: int
    end: int
    apart: float


@dataclass(frozen=True)
class VoiceDelays:
    """How many ms later (earlier, if negative) the microphone `hearing` has what `speaking` hears: of each voice.

    `theirs` is the voice of the speaker at the microphone `speaking`, `mine` of the one at `hearing`: of all sources of
    sound these two have the greatest and the least delay, wherever the two clocks begin. `theirs == mine` where there
    is one voice; `sure`, where there are two and the levels change with the voices.
    """

    hearing: tuple[Pcm, int]
    speaking: tuple[Pcm, int]
    theirs: int
    mine: int
    sure: bool

    def first(self, start: int, end: int, by: float = TWICE) -> int:
        """Whose voice is the clear one between two moments of `speaking`: 1 theirs, -1 mine; 0 none, or both."""
        theirs, mine = self._heard(start, end)
        if max(theirs, mine) < CLEAR:
            return 0
        if self.theirs - self.mine < _APART:
            # One voice: it is at the microphone that it reaches first, if both clocks begin together.
            return 0 if abs(self.theirs) < _APART else 1 if self.theirs > 0 else -1
        return 1 if theirs >= by * mine else -1 if mine >= by * theirs else 0

    def alone(self, start: int, end: int) -> int:
        """1 where their voice alone is heard between two moments of `speaking`, -1 where mine is; 0 unclear."""
        theirs, mine = self._heard(start, end)
        return -1 if mine >= CLEAR else 1 if theirs >= CLEAR and mine < CLEAR / TWICE else 0

    def _heard(self, start: int, end: int) -> tuple[float, float]:
        """How clear both voices are; nothing where something else is clearer than both."""
        reach = max(abs(self.theirs), abs(self.mine)) + 2 * _BESIDE
        coherence = _coherence(self.hearing, self.speaking, start, end, reach)
        theirs, mine = (_peak(coherence, reach + late) for late in (self.theirs, self.mine))
        return (theirs, mine) if max(theirs, mine) >= float(coherence.max()) / TWICE else (0.0, 0.0)


def arrival(hearing: tuple[Pcm, int], speaking: tuple[Pcm, int], moments: Sequence[SharedWord]) -> VoiceDelays | None:
    """The delays of the voices that both tracks (each with its offset in ms) have in `moments`, in order of time.

    Each moment votes with its own delay, found as in `delay`; None where no delay is that of several moments.
    """
    import numpy as np

    votes: list[tuple[int, float]] = []
    for place in range(0, len(moments), -(-len(moments) // _MOMENTS) if moments else 1):
        start, end, apart = moments[place]
        curve = _coherence(hearing, speaking, start, end, FARTHEST)
        best = int(np.argmax(curve))
        if curve[best] >= CLEAR:
            votes.append((round(best / _MS) - FARTHEST, apart))
    counts = Counter(late for late, _ in votes)
    weights = {late: sum(counts[late + by] for by in range(-_BESIDE, _BESIDE + 1)) for late in counts}
    least = max(FEW, _SHARE * len(votes))
    voices = [late for late in counts if weights[late] >= least and counts[late] >= weights[late] / 2]
    if not voices:
        return None
    theirs, mine = max(voices), min(voices)
    told = [
        (late > (theirs + mine) / 2, apart)
        for late, apart in votes
        if min(abs(late - theirs), abs(late - mine)) <= _BESIDE
    ]
    steps = [
        (after[1] - before[1]) * (1 if after[0] else -1) for before, after in pairwise(told) if before[0] != after[0]
    ]
    sure = theirs - mine >= _APART and bool(steps) and median(steps) >= _STEP
    return VoiceDelays(hearing, speaking, theirs, mine, sure)


def _coherence(
    hearing: tuple[Pcm, int], speaking: tuple[Pcm, int], start: int, end: int, reach: int
) -> NDArray[np.float32]:
    """The correlation of both tracks for each sample of delay from -reach to +reach ms, over its root mean square."""
    middle, half = (start + end) // 2, max(_SHORTEST, end - start) // 2
    (heard, late), (said, offset) = hearing, speaking
    first, last = middle - half, middle + half
    return coherence(
        heard.window((first - reach - late) * _MS, (last + reach - late) * _MS),
        said.window((first - offset) * _MS, (last - offset) * _MS),
    )


def _peak(coherence: NDArray[np.float32], ms: int) -> float:
    return float(coherence[max(0, (ms - _BESIDE) * _MS) : (ms + _BESIDE) * _MS + 1].max())
