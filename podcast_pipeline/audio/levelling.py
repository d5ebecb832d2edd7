"""What levels alone tell of a recording: whether its noise is steady, its gain pumps, and how long its room rings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from podcast_pipeline.audio.dominance import FRAMES
from podcast_pipeline.audio.runs import runs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_UNSTEADY = 2.0
"""dB between the quietest 2 and 10 % of levels: under a voice, noise of a room or a fan has 0.4 to 0.7, music 3 to 7,
other people more."""
_QUIET = 12.0
"""dB below the loudness of the recording down to which somebody speaks."""
_PAUSE = (0.7, 6.0)
"""Seconds of a pause in which a gain may rise; longer, somebody left."""
_SETTLED = 0.2
"""Seconds at each end of a pause that are still, or already, speech."""
_PAUSES = 4
_AUDIBLE = -75.0, -85.0
"""dBFS that noise has at the end and at the beginning of a pause: else it is a microphone that is switched on."""
_RISE, _MOST = 4.0, 0.7
"""dB by which the noise of a pause rises, on the median; and the share of pauses in which it rises by half of that.
Of 11 kinds of recordings without a fault none has more than 1.5 dB."""
_STEP = 5
"""Frames (100 ms) over which a fall is taken."""
_DIRECT = 6.0
"""dB below the last 0.3 s at which a fall begins: before, it is the voice itself that stops."""
_LOUD = 6.0
"""dB below the loudness that those had."""
_CLEAR = 8.0
"""dB above the noise at which a fall ends."""
_FALLS, _FAST = 40, 95
"""Falls from which the room is judged; and the percentile that counts. Speech falls at any speed, and in no room faster
than the room lets it: a few fast falls show that it does not ring (the idea of Ratnam and others, 2003)."""
_SNR = 35.0
"""dB from which falls are seen: music and noise under a voice hide them."""
_RINGS = 0.7
"""Seconds. Measured, rooms of 0.9 s and more give 0.7 and more; ones of 0.45 s at most 0.4."""


def background(levels: NDArray[np.float32]) -> tuple[float, float]:
    """The level of what lies under the speech (dBFS), and by how many dB its quietest moments differ, where that is
    more than noise does; else 0. `levels`: dBFS of every 20 ms."""
    import numpy as np

    low, high = np.percentile(levels, (2, 10)) if len(levels) else (-120.0, -120.0)
    return round(float(high), 1), round(float(high - low), 1) if high - low > _UNSTEADY else 0.0


def pumping(levels: NDArray[np.float32], loudness: float) -> float:
    """By how many dB the noise of a pause rises from its beginning to its end, on the median; 0 where it does not, or
    nobody can tell. `levels`: dBFS of every 20 ms; `loudness`: LUFS."""
    import numpy as np

    rises, edge = [], round(_SETTLED * FRAMES)
    for first, last in runs(levels < loudness - _QUIET).tolist():
        if first and _PAUSE[0] * FRAMES <= last - first <= _PAUSE[1] * FRAMES:
            pause = levels[first + edge : last - edge]
            third = max(1, len(pause) // 3)
            start, end = (float(np.median(part)) for part in (pause[:third], pause[-third:]))
            if end > _AUDIBLE[0] and start > _AUDIBLE[1]:
                rises.append(end - start)
    if len(rises) < _PAUSES or np.mean(np.array(rises) > _RISE / 2) < _MOST:
        return 0.0
    rise = float(np.median(rises))
    return round(rise, 1) if rise >= _RISE else 0.0


def ringing(levels: NDArray[np.float32], loudness: float, noise: float) -> float:
    """Seconds in which sound falls by 60 dB in the room, where it rings; 0 where it does not, or nobody can tell.

    `levels`: dBFS of every 20 ms; `loudness`: LUFS; `noise`: dBFS.
    """
    import numpy as np

    if loudness - noise < _SNR or len(levels) <= _STEP:
        return 0.0
    smooth = 10 * np.log10(np.convolve(10 ** (levels / 10), [0.5, 0.5], "same"))
    last = np.lib.stride_tricks.sliding_window_view(np.concatenate((np.full(14, -120.0), smooth)), 15).max(axis=1)
    fall, last = smooth[:-_STEP] - smooth[_STEP:], last[:-_STEP]
    begun = (smooth[:-_STEP] < last - _DIRECT) & (last > loudness - _LOUD)
    falls = fall[begun & (smooth[_STEP:] > noise + _CLEAR) & (fall > 0)]
    if len(falls) < _FALLS:
        return 0.0
    seconds = 60 / float(np.percentile(falls, _FAST)) * _STEP / FRAMES
    return round(seconds, 1) if seconds >= _RINGS else 0.0
