"""Where to cut: the quietest moment near the time that a person chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from podcast_pipeline.audio.w64 import Reader

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

REACH = 60
"""ms that an edge may move, either way."""
_SMOOTH = 5
"""ms over which a level is taken."""
_HILL = 3.0
"""dB above the chosen moment: an edge never passes anything that much louder, so it stays on its side of a word."""


def snap(reader: Reader, position: int) -> int:
    """The sample within +-60 ms of `position` at which all channels together are quietest.

    It is reached without passing a moment that is louder than the chosen one by 3 dB: that would be the middle of a
    word that is kept. Positions beyond the recording's ends become its ends.
    """
    import numpy as np

    if position <= 0:
        return 0
    if position >= reader.samples:
        return reader.samples
    reach, smooth = REACH * reader.rate // 1000, _SMOOTH * reader.rate // 1000
    first, last = max(0, position - reach - smooth), min(reader.samples, position + reach + smooth)
    level = _levels(reader.read(first, last - first), smooth)
    chosen = position - first
    wall = level[chosen] * 10 ** (_HILL / 10)
    low, high = max(0, chosen - reach), min(len(level) - 1, chosen + reach)
    before = np.flatnonzero(level[low:chosen] > wall)
    after = np.flatnonzero(level[chosen + 1 : high + 1] > wall)
    low = low + int(before[-1]) + 1 if len(before) else low
    high = chosen + int(after[0]) if len(after) else high
    around = level[low : high + 1]
    # Of equally quiet moments the nearest: digital silence must not move an edge.
    quiet = np.flatnonzero(around <= around.min() * 1.01)
    nearest = int(quiet[np.argmin(np.abs(quiet + low - chosen))])
    return first + low + nearest


def _levels(block: NDArray[np.float32], smooth: int) -> NDArray[np.float64]:
    """Power around every sample; never zero."""
    import numpy as np

    power = np.square(block, dtype=np.float64).sum(axis=1)
    summed = np.concatenate(([0.0], np.cumsum(power)))
    places = np.arange(len(power))
    start, end = np.maximum(places - smooth // 2, 0), np.minimum(places + smooth // 2 + 1, len(power))
    return np.asarray((summed[end] - summed[start]) / (end - start) + 1e-12)
