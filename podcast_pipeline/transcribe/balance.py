"""How much louder one of two microphones is than the other, whoever speaks, also where a gain is changed on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TWO_VOICES = 12
"""dB between the two: each speaker is at least 6 dB louder in the own microphone."""
FEW = 3
"""Words that make no speaker: one or two may lie where nobody speaks."""
_SHARE = 0.1
"""Of the words of a stretch, the least that must be of each voice: fewer may be mistakes."""
_FARTHEST = 60
"""dB between the two at most."""
_WRONG = 12.0
"""dB from either voice that a word counts at most: it may lie where nobody, or somebody else, speaks."""
_BETWEEN = 2.0
"""The same, between two voices, where others speak too."""
_PULL = 0.01
"""dB that a word counts for each dB by which its balance is unusual."""
_CHANGE = 60.0
"""What a change of the gain costs, in dB of words that it explains: a turned knob, not a moment of double talk."""


class Balance(NamedTuple):
    """dB by which a track is louder than the other when neither speaker talks more than the other.

    `known`: both speakers are heard with this gain; otherwise whose voice it is that lies on one side cannot be told.
    """

    level: float
    known: bool


def balance(apart: Sequence[float], others: bool = False) -> list[Balance] | None:
    """The balance at each of the words that both tracks have, from the differences of the tracks' levels there (dB).

    While the one person speaks, the difference lies as far above the balance as it lies below while the other one
    speaks; so gains of microphones and loudness of voices cancel out. How far is the same all the time, the balance
    changes as seldom as it can: the path of least cost through all words (Viterbi 1967), to whole decibels. None where
    there are no two voices clearly apart: one person speaks, or one microphone alone hears the other.

    `others`: there are more speakers, whom both microphones hear; their words lie between.
    """
    import numpy as np

    if not len(apart):
        return None
    values = np.asarray(apart, np.float32)
    halves = np.arange(TWO_VOICES // 2, _FARTHEST // 2 + 1, dtype=np.float32)
    # The first is no distance at all: as if there was one voice.
    halves = np.concatenate((np.zeros(1, np.float32), halves))
    grid = np.arange(np.floor(values.min()) - halves[-1], np.ceil(values.max()) + halves[-1] + 1, dtype=np.float32)
    costs = np.zeros((len(halves), len(grid)), np.float32)
    for value in values:
        costs = np.minimum(costs, costs.min(axis=1, keepdims=True) + _CHANGE)
        costs += _misfit(value, grid, halves[:, None], others)
    best = costs.min(axis=1)
    half = int(np.argmin(best))
    if best[0] - best[half] < FEW * TWO_VOICES:
        return None
    path = _path(values, grid, halves[half], others)
    told = [level for level, known in zip(path, _known(values, path), strict=True) if known]
    if told:
        # Where one voice alone is heard, two balances explain it: the nearer one to the usual one is taken.
        path = _path(values, grid, halves[half], others, Counter(told).most_common(1)[0][0])
    return [Balance(level, known) for level, known in zip(path, _known(values, path), strict=True)]


def _known(values: NDArray[np.float32], path: Sequence[float]) -> list[bool]:
    """Whether both voices are heard at the balance of each word: at the most frequent one a few words of each do."""
    sides = {level: Counter(bool(value > level) for value, at in zip(values, path, strict=True) if at == level)
             for level in dict.fromkeys(path)}  # fmt: skip
    most = max(sides.values(), key=Counter.total)
    known = {
        level: min(side[True], side[False]) >= (FEW if side is most else max(FEW, _SHARE * side.total()))
        for level, side in sides.items()
    }
    return [known[level] for level in path]


def _misfit(
    value: np.float32, grid: NDArray[np.float32], half: NDArray[np.float32], others: bool
) -> NDArray[np.float32]:
    """dB by which a word fits neither voice, for each balance of the grid."""
    import numpy as np

    beyond = np.abs(value - grid) - half
    most = np.where(beyond < 0, _BETWEEN, _WRONG) if others else _WRONG
    return np.asarray(np.minimum(np.abs(beyond), most), np.float32)


def _path(
    values: NDArray[np.float32], grid: NDArray[np.float32], half: np.float32, others: bool, usual: float | None = None
) -> list[float]:
    import numpy as np

    pull = np.zeros(len(grid), np.float32) if usual is None else _PULL * np.abs(grid - np.float32(usual))
    costs, steps = np.zeros(len(grid), np.float32), []
    for value in values:
        least = int(np.argmin(costs))
        changed = costs > costs[least] + _CHANGE
        steps.append((least, changed))
        costs = np.where(changed, costs[least] + _CHANGE, costs) + pull
        costs += _misfit(value, grid, np.asarray(half), others)
    place, path = int(np.argmin(costs)), []
    for least, changed in reversed(steps):
        path.append(float(grid[place]))
        place = least if changed[place] else place
    return path[::-1]
