"""How long a room rings after a voice, and the voice with less of that.

Where sound dies away freely, its level falls in a straight line: by 60 dB in the reverberation time of the room. Speech
stops more slowly than a room that is dry, and never faster than one that rings: the steepest falls tell the room.

Of a whole recording (`ringing`) only levels of 20 ms are kept, which
tell whether it rings long; of a few seconds that are held in memory (`reverberation`) the band of speech is told apart,
so that two of them can be compared.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from podcast_pipeline.audio.voice_activity import FRAMES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DRY = 0.5
"""Seconds up to which dry speech itself dies away: where less can be told, the room is no longer one."""
_BAND = (300.0, 4000.0)
"""Hz: most of speech, above what rooms hold longest."""
_PER_SECOND = 100
"""Levels per second."""
_FALL = 20
"""Levels on which a straight line is laid: 0.2 s."""
_STRAIGHT = 3.0
"""dB that the levels of a fall are off its line by at most (root mean square)."""
_STEEPEST = 10
"""Per cent of the falls that are steeper than the one that is told: single ones are by chance."""
_FEWEST = 10
"""Falls that tell anything."""
_LATE = 0.05
"""Seconds behind a sound at which its echoes no longer belong to it for the ear."""
_LEAST = -12.0
"""dB that a frequency is turned down by at most: more makes artefacts that are worse than the room."""
_MEMORY = 0.8
"""Of the power before in the running mean of a frequency's power, each 8 ms: by PESQ the best of 0.2, 0.5 and 0.8."""
_STEP = FRAMES // 10
"""Levels (100 ms) over which a fall is taken."""
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


def reverberation(sound: NDArray[np.float32], rate: int) -> float | None:
    """Seconds in which sound falls by 60 dB in the room of this voice; None where too little of it dies away.

    Measured on real and generated voices in generated rooms of 0.3, 0.5, 0.8, 1.2 and 1.8 s: about 0.4, 0.5, 0.75,
    1.0 and 1.2 s, which is enough to compare two rooms. Dry speech itself gives 0.3 to 0.5 s.
    """
    import numpy as np

    spectrum, frequencies = np.fft.rfft(sound), np.fft.rfftfreq(len(sound), 1 / rate)
    spectrum[(frequencies < _BAND[0]) | (frequencies > _BAND[1])] = 0
    heard, size = np.fft.irfft(spectrum, len(sound)), rate // _PER_SECOND
    count = len(heard) // size
    if count < _FALL + _FEWEST:
        return None
    power = np.square(heard[: count * size]).reshape(count, size).mean(axis=1)
    levels = np.convolve(10 * np.log10(power + 1e-12), np.full(3, 1 / 3), "same")
    floor, loud = np.percentile(levels, (5, 95))
    falls = np.lib.stride_tricks.sliding_window_view(levels, _FALL)
    time = (np.arange(_FALL) - (_FALL - 1) / 2) / _PER_SECOND
    slopes = (falls @ time) / np.square(time).sum()
    off = np.sqrt(np.square(falls - falls.mean(axis=1, keepdims=True) - slopes[:, None] * time).mean(axis=1))
    free = (slopes < -20) & (off < _STRAIGHT) & (falls[:, 0] > loud - 15) & (falls[:, -1] > max(floor + 8, loud - 45))
    if free.sum() < _FEWEST:
        return None
    return float(-60 / np.percentile(slopes[free], _STEEPEST))


def dried(sound: NDArray[np.float32], rate: int, seconds: float) -> NDArray[np.float32]:
    """The sound with its late echoes turned down by up to 12 dB, in a room with this reverberation time.

    Late echoes of a frequency have the power that it had 50 ms before, less what it has fallen by since in that room
    (K. Lebart and others, "A new method based on spectral subtraction for speech dereverberation", 2001). No sample
    moves in time.
    """
    import numpy as np

    hop = rate // 125
    size = 4 * hop
    window = np.sqrt(np.hanning(size + 1)[:size])
    padded = np.pad(sound.astype(np.float64), (size, size + -len(sound) % hop))
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    spectra = np.fft.rfft(frames * window)
    powers = np.square(np.abs(spectra))
    for before, now in itertools.pairwise(powers):
        now *= 1 - _MEMORY
        now += _MEMORY * before
    late, behind = np.zeros_like(powers), round(_LATE * rate / hop)
    late[behind:] = 10 ** (-6 * _LATE / seconds) * powers[:-behind]
    gains = np.maximum(1 - np.sqrt(np.minimum(late / (powers + 1e-15), 1)), 10 ** (_LEAST / 20))
    gains[:, 1:-1] = (gains[:, :-2] + gains[:, 1:-1] + gains[:, 2:]) / 3
    made = np.fft.irfft(spectra * gains, size) * window
    total, weight = np.zeros_like(padded), np.zeros_like(padded)
    for number, frame in enumerate(made):
        total[number * hop : number * hop + size] += frame
        weight[number * hop : number * hop + size] += window * window
    return np.asarray((total / np.maximum(weight, 1e-6))[size : size + len(sound)], np.float32)
