"""Mains hum: its lines are looked for in pauses, and only lines that were found are taken out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAINS = (50, 60)
_MOST = 8
"""Harmonics that are looked for, the fundamental included."""
_STANDS_OUT = 12.0
"""dB above its neighbourhood that make a line."""
_FRAME = 0.5
"""Seconds of one spectrum: lines of 2 Hz."""
_WINDOW = 10
"""Seconds: of each the quietest frame counts, which is a pause where there is any."""
_PAUSE = 15.0
"""dB below the loudness of the recording above which a frame is no pause."""
_BELOW_VOICES = 45.0
"""Hz."""
_DRIFT = 1
"""Bins that a line may be off: the mains are not exact."""


@dataclass(frozen=True, slots=True)
class Hum:
    """Hum of `mains` Hz: the `lines` (Hz) that stand out, and their level together in dBFS."""

    mains: int
    lines: tuple[int, ...]
    level: float


def notched(hum: Hum | None) -> tuple[int, ...]:
    """The lines that are taken out: those below the voice.

    Higher ones lie in the voice: there a notch rings, and costs more than the hum did (by PESQ and STOI on real voices,
    for hum from 30 to 10 dB below them).
    """
    return () if hum is None else tuple(line for line in hum.lines if line <= 2 * hum.mains)


class HumEar:
    """Keeps the spectrum of the quietest half second of every ten, up to about 1 kHz."""

    def __init__(self, rate: int) -> None:
        self.step = max(1, rate // 2000)
        self.rate = rate / self.step
        self.size = round(_FRAME * self.rate)
        self.quiet: list[tuple[float, NDArray[np.float32]]] = []
        self.frames = 0
        self.rest: NDArray[np.float32] | None = None

    def hear(self, block: NDArray[np.float32]) -> None:
        import numpy as np

        sound = block[:, 0] if block.shape[1] == 1 else block.mean(axis=1)
        sound = sound if self.rest is None else np.concatenate((self.rest, sound))
        frame = self.size * self.step
        whole = len(sound) // frame * frame
        self.rest = sound[whole:].copy()
        if not whole:
            return
        # Means of neighbours are a low-pass that is good enough for lines far below its edge.
        small = sound[:whole].reshape(-1, self.step).mean(axis=1).reshape(-1, self.size)
        spectra = np.square(np.abs(np.fft.rfft(small * np.hanning(self.size), axis=1))).astype(np.float32)
        # Rumble makes no frame loud: below a voice there is nothing else.
        powers = spectra[:, self._bin(_BELOW_VOICES) :].sum(axis=1) * self._scale
        for power, spectrum in zip(powers.tolist(), spectra, strict=True):
            number = int(self.frames * _FRAME) // _WINDOW
            self.frames += 1
            if number == len(self.quiet) or power < self.quiet[number][0]:
                self.quiet[number:] = [(power, spectrum)]

    def _bin(self, hz: float) -> int:
        return round(hz * self.size / self.rate)

    @property
    def _scale(self) -> float:
        """What makes a mean square of a sum of bins behind a Hann window (whose own mean square is 3/8)."""
        return 2 / (0.375 * self.size**2)

    def rumble(self) -> float:
        """The level from 10 to 45 Hz in the quietest moments, dBFS."""
        import numpy as np

        if not self.quiet:
            return -120.0
        typical = np.median([spectrum for _, spectrum in self.quiet], axis=0)
        power = float(typical[self._bin(10) : self._bin(_BELOW_VOICES)].sum()) * self._scale
        return max(-120.0, round(10 * math.log10(power + 1e-12), 1))

    def result(self, loudness: float) -> Hum | None:
        """The hum, for a recording of `loudness` LUFS; None without pauses or without hum."""
        import numpy as np

        limit = 10 ** ((loudness - _PAUSE) / 10)
        spectra = [spectrum for power, spectrum in self.quiet if 0 < power < limit]
        if not spectra:
            return None
        typical = np.median(spectra, axis=0)
        # The power of a sine in one bin of a Hann window: amplitude^2 (size / 4)^2, so its mean square is half of that.
        scale = 8 / self.size**2
        best: Hum | None = None
        for mains in MAINS:
            lines, power = [], 0.0
            for number in range(1, _MOST + 1):
                at = round(mains * number * self.size / self.rate)
                near = typical[at - _DRIFT : at + _DRIFT + 1].max()
                beside = np.concatenate((typical[at - 8 : at - 3], typical[at + 4 : at + 9]))
                if 10 * math.log10((near + 1e-20) / (np.median(beside) + 1e-20)) >= _STANDS_OUT:
                    lines.append(mains * number)
                    power += float(near) * scale
            hum = Hum(mains, tuple(lines), round(10 * math.log10(power + 1e-12), 1))
            if len(lines) >= 2 and mains in lines and (best is None or hum.level > best.level):
                best = hum
        return best
