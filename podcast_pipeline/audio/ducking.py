"""Music goes down while somebody speaks: a gain curve from where there is speech, the same every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DOWN = 0.25
"""Seconds in which the music has gone down when the first word begins."""
UP = 1.5
"""Seconds in which it comes back."""
STEP = 0.01
"""Seconds for which one level counts."""
_AUDIBLE = 20.0
"""dB below the loudness of the conversation down to which a level is speech."""


def active(speech: NDArray[np.float32], rate: int, loudness: float) -> NDArray[np.bool_]:
    """For every 10 ms of `speech` (n, channels) whether somebody speaks, given the loudness of all of it in LUFS."""
    import numpy as np

    step = round(STEP * rate)
    count = -(-len(speech) // step)
    padded = np.zeros((count * step, speech.shape[1]), np.float32)
    padded[: len(speech)] = speech
    power = np.square(padded, dtype=np.float64).reshape(count, step, -1).mean(axis=1).sum(axis=1)
    return np.asarray(10 * np.log10(power + 1e-12) > loudness - _AUDIBLE)


def curve(speaking: NDArray[np.bool_], duck_db: float, samples: int, rate: int) -> NDArray[np.float32]:
    """Amplitude factor for every one of `samples`: `duck_db` while somebody speaks, on straight lines in dB."""
    import numpy as np

    times = (np.arange(len(speaking)) + 0.5) * STEP
    spoken = times[speaking]
    if not len(spoken):
        return np.ones(samples, np.float32)
    following = np.searchsorted(spoken, times)
    ahead = np.where(following < len(spoken), spoken[np.minimum(following, len(spoken) - 1)] - times, np.inf)
    behind = np.where(following > 0, times - spoken[np.maximum(following - 1, 0)], np.inf)
    share = np.maximum(np.maximum(1 - ahead / DOWN, 1 - behind / UP), 0.0)
    share[speaking] = 1.0
    fine = np.interp(np.arange(samples) / rate, times, share)
    return np.asarray(10 ** (duck_db * fine / 20), np.float32)
