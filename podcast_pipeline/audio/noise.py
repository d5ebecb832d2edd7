"""What lies under the speech of a recording: how loud it is, whether it is noise, whether a gain moves it.

All of it is told from levels without rumble. What stands above that noise, band by band, `voice_activity` tells; gaps
and rooms that ring are told against `Scan.noise_floor`, which holds rumble, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from podcast_pipeline.audio.runs import runs
from podcast_pipeline.audio.voice_activity import FRAMES

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
Chosen on generated recordings: how much an automatic gain of a real recorder moves was not measured."""


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
