"""An echo of a recording in itself, as of a loudspeaker that plays what its microphone hears, or of a call.

Sound and the same sound `d` seconds later make the spectrum a comb with teeth 1 / d apart, whatever is said: a peak in
the mean of the cepstra at d, as high as the echo (Bogert, Healy and Tukey 1963).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_RATE = 8000
_SIZE = 8192
"""Samples of one cepstrum, a second."""
_NEAREST, _FARTHEST = 0.030, 0.500
"""Seconds: below, it is the table or the room; and a voice's own pitch (up to 12 ms) with its first multiples."""
_LOUD = 1e-5
"""Mean square (-50 dBFS) from which a second is heard."""
_SECONDS = 8
"""Seconds that must be heard."""
_LEAST = 0.06
"""Of the direct sound, -24 dB."""
_ABOVE = 12.0
"""Times the spread of all other delays."""
_ALONE = 2.0
"""Times the next peak: the beat or the chords of music have many."""
_PITCH = 0.050
"""Seconds to which the multiples of a voice's pitch reach."""
_BESIDE = 24
"""Samples (3 ms) to either side that belong to a peak."""


@dataclass(frozen=True, slots=True)
class Echo:
    """`delay` in ms, `level` in dB relative to the direct sound."""

    delay: float
    level: float


class EchoEar:
    """Adds up the cepstra of every second in which there is sound."""

    def __init__(self, rate: int) -> None:
        self.step = max(1, rate // _RATE)
        self.rate = rate / self.step
        self.sum: NDArray[np.float64] | None = None
        self.count = 0
        self.rest: NDArray[np.float32] | None = None

    def hear(self, block: NDArray[np.float32]) -> None:
        import numpy as np

        sound = block[:, 0] if block.shape[1] == 1 else block.mean(axis=1)
        sound = sound if self.rest is None else np.concatenate((self.rest, sound))
        frame = _SIZE * self.step
        whole = len(sound) // frame * frame
        self.rest = sound[whole:].copy()
        if not whole:
            return
        small = np.add.reduceat(sound[:whole], np.arange(0, whole, self.step)).reshape(-1, _SIZE) / self.step
        small = small[np.einsum("ij,ij->i", small, small) / _SIZE > _LOUD]
        if len(small):
            spectra = np.abs(np.fft.rfft(small * np.hanning(_SIZE), axis=1))
            cepstra = np.fft.irfft(2 * np.log(spectra + 1e-9), axis=1)
            self.sum = cepstra.sum(axis=0) if self.sum is None else self.sum + cepstra.sum(axis=0)
            self.count += len(small)

    def result(self) -> Echo | None:
        """The echo; None where there is none that stands out alone."""
        import numpy as np

        if self.sum is None or self.count < _SECONDS:
            return None
        first, last = round(_NEAREST * self.rate), round(_FARTHEST * self.rate)
        # A later echo lies under the window's edge for longer, and its second half is behind it.
        heard = self.sum[first:last] / self.count / (1 - np.arange(first, last) / _SIZE)
        best = int(np.argmax(heard))
        others = np.delete(heard, slice(max(0, best - _BESIDE), best + _BESIDE + 1))
        if first + best > _PITCH * self.rate:
            others = others[round(_PITCH * self.rate) - first :]
        spread = 1.4826 * float(np.median(np.abs(others - np.median(others))))
        height = float(heard[best])
        if height < max(_LEAST, _ABOVE * spread, _ALONE * float(np.abs(others).max())):
            return None
        return Echo(round((first + best) * 1000 / self.rate, 1), round(20 * math.log10(min(1.0, height)), 1))
