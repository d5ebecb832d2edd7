"""Whether two tracks are one recording: as a copy, shifted, at another level, or through a codec."""

from __future__ import annotations

from typing import TYPE_CHECKING

from podcast_pipeline.audio.bleed import RATE, Copy
from podcast_pipeline.audio.voice_activity import FRAMES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_RANGE = 40.0
"""dB below its loud moments from which on a level counts: below, a codec writes what it likes."""
_LEVELS, _SOUND = 0.95, 0.9
"""Correlation of the levels, and of the sound itself at a few moments. Two microphones at one table hear the same, but
each along its own path through the room, so that their samples are less alike. Chosen on generated rooms."""
_SECONDS = 10
"""Seconds that both must have."""
_MOMENTS, _LONG, _REACH = 5, 2, RATE // 25
"""Moments that are compared, the seconds of each, and the samples (40 ms) that they may lie apart from the levels."""


def shift(first: tuple[Copy, NDArray[np.float32]], second: tuple[Copy, NDArray[np.float32]]) -> float | None:
    """By how many seconds the same sound comes later in the second one; None for two recordings.

    Each is its small copy and its levels (dBFS of every 20 ms).
    """
    import numpy as np

    here, there = (np.maximum(levels, np.percentile(levels, 95) - _RANGE) for _, levels in (first, second))
    here, there = (levels - levels.mean() for levels in (here, there))
    size = 1 << (len(here) + len(there)).bit_length()
    late = int(np.argmax(np.fft.irfft(np.conj(np.fft.rfft(here, size)) * np.fft.rfft(there, size), size)))
    late -= size if late > size // 2 else 0
    here, there = here[max(0, -late) :], there[max(0, late) :]
    both = min(len(here), len(there))
    if both < _SECONDS * FRAMES or not _correlation(here[:both], there[:both]) >= _LEVELS:
        return None
    loudest = np.array_split(here[:both], _MOMENTS)
    begins = np.cumsum([0, *(len(part) for part in loudest[:-1])])
    places = [int(begin + np.argmax(part)) for begin, part in zip(begins, loudest, strict=True)]
    alike = [_alike(first[0], second[0], place + max(0, -late), place + max(0, late)) for place in places]
    return late / FRAMES if float(np.median(alike)) >= _SOUND else None


def _alike(first: Copy, second: Copy, here: int, there: int) -> float:
    """The highest correlation of the sound from these levels on, within 40 ms to both sides."""
    import numpy as np

    count = _LONG * RATE
    pattern = first.read(here * RATE // FRAMES, count)
    around = second.read(there * RATE // FRAMES - _REACH, count + 2 * _REACH)
    products = np.correlate(around, pattern)
    squares = np.concatenate(([0.0], np.cumsum(around**2)))
    powers = squares[count:] - squares[:-count]
    return float(np.max(np.abs(products) / np.sqrt(np.maximum(powers * float(pattern @ pattern), 1e-12))))


def _correlation(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    import numpy as np

    return float(np.corrcoef(first, second)[0, 1]) if first.std() > 0 and second.std() > 0 else 0.0
