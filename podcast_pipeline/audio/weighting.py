"""How loud a sound is by ITU-R BS.1770, while its samples are at hand: the power of every 100 ms, K-weighted.

What the two filters do to a power follows from its spectrum. The shelf is judged by two short pieces of every 100 ms,
the high-pass on a copy at about 1 kHz. Over a programme that is within 0.1 LU of a meter (of speech 0.03) at a third of
its cost: enough to aim by. What is published is measured by a meter (see `measure`).
"""

from __future__ import annotations

import functools
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from podcast_pipeline import parallel
from podcast_pipeline.audio import w64
from podcast_pipeline.progress import Progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SILENT = -70.0
"""LUFS: the absolute gate of BS.1770. What never passes it has no loudness; a gain must not be computed from it."""
OFFSET = -0.691
"""LUFS of a power of 1 behind the filters of BS.1770."""
_SHELF = (1681.974450955533, 0.7071752369554196, 10 ** (3.999843853973347 / 20))
"""Hz, quality and gain of the first filter, from which its coefficients at 48 kHz in BS.1770 follow."""
_SHELF_BEND = 0.4996667741545416
_HIGHPASS = (38.13547087602444, 0.5003270373238773)
"""Hz and quality of the second."""
_SEAM = 375.0
"""Hz below which the high-pass is judged by the copy."""
_PIECES, _PIECE = 2, 512
"""Pieces of every 100 ms, and their samples."""
_BLOCK_SECONDS = 5
_KEPT = 0.5
"""Seconds of what came before that the high-pass still knows of."""


class LoudnessEar:
    """Hears blocks of shape (n, channels), one after the other, at `rate` Hz; all but the last are whole 100 ms."""

    def __init__(self, rate: int, channels: int) -> None:
        import numpy as np

        self.rate, self.step, self.tenth = rate, step(rate), rate // 10
        self.before: NDArray[np.float32] = np.zeros((round(_KEPT * rate / self.step), channels), np.float32)
        self.powers: list[NDArray[np.float64]] = []

    def hear(self, block: NDArray[np.float32]) -> None:
        import numpy as np

        count, channels = len(block) // self.tenth, block.shape[1]
        if not count:
            return
        block = block[: count * self.tenth]
        whole = block.reshape(count, -1)
        power = np.einsum("ij,ij->i", whole, whole) / np.float64(self.tenth)
        left = np.maximum(0.0, power - self._lost(block, count))
        # The channels take turns: each is heard in every 100 ms.
        pieces = block.reshape(count, _PIECES, -1, channels)
        first = (pieces.shape[2] - _PIECE) // 2
        heard = np.stack([pieces[:, number, first : first + _PIECE, number % channels] for number in range(_PIECES)])
        window, weights = np.hanning(_PIECE).astype(np.float32), _upper(self.rate)
        # What the high-pass takes is no part of them; the mean is all that they show of it.
        spectra = np.fft.rfft((heard - (heard @ (window / window.sum()))[..., None]) * window)
        squares = np.square(spectra.real) + np.square(spectra.imag)
        plain, raised = squares.sum(axis=(0, 2), dtype=np.float64), (squares @ weights).sum(axis=0, dtype=np.float64)
        shelf = np.divide(raised, plain, out=np.ones(count), where=plain > 0)
        self.powers.append(left * shelf * _above(self.rate))

    def _lost(self, block: NDArray[np.float32], count: int) -> NDArray[np.float64]:
        """The power that the high-pass takes from each of `count` times 100 ms."""
        import numpy as np

        # Not as a product of matrices: numpy would start threads for it, which cost more than they give.
        means = np.add.reduceat(block, np.arange(0, len(block), self.step), axis=0) / self.step
        known, kept = np.concatenate((self.before, means)), len(self.before)
        self.before = np.asarray(known[-kept:], np.float32)
        plain, passed = _lower(self.rate, self.step, len(known) + kept)
        spectrum = np.fft.rfft(known, len(known) + kept, axis=0)
        low, high = (
            np.square(np.fft.irfft(spectrum * part[:, None], len(known) + kept, axis=0)[kept : len(known)])
            for part in (plain, passed)
        )
        return np.asarray((low - high).reshape(count, -1).sum(axis=1) * self.step / self.tenth, np.float64)

    def result(self) -> NDArray[np.float64]:
        """Of every whole 100 ms."""
        import numpy as np

        return np.concatenate(self.powers) if self.powers else np.zeros(0)


def heard(path: Path, report: Progress) -> NDArray[np.float64]:
    """The power of every whole 100 ms of a sound (our W64), all channels together: its two halves side by side."""
    import numpy as np

    with w64.reading(path) as reader:
        size, samples = _BLOCK_SECONDS * reader.rate, reader.samples

    def half(start: int, end: int, report: Progress) -> NDArray[np.float64]:
        with w64.reading(path) as reader:
            ear = LoudnessEar(reader.rate, reader.channels)
            for first in range(start, end, size):
                ear.hear(reader.read(first, min(size, end - first)))
                report(min(1.0, (first + size - start) / (end - start)))
            return ear.result()

    # The second begins without knowing what came before it.
    jobs = [(1.0, functools.partial(half, *ends)) for ends in w64.halves(samples, size)]
    return np.concatenate(parallel.each(jobs, report))


def integrated(tenths: NDArray[np.float64]) -> float:
    """LUFS of a sound whose 100 ms have these weighted powers; -inf if nothing passes the gate of -70 LUFS.

    BS.1770: blocks of 400 ms, one every 100 ms; those count that are at most 10 LU below the mean of all that pass.
    """
    import numpy as np

    blocks = np.convolve(tenths, np.full(4, 0.25), "valid") if len(tenths) >= 4 else np.zeros(0)
    passed = blocks[blocks > 10 ** ((SILENT - OFFSET) / 10)]
    if not len(passed):
        return -math.inf
    heard = passed[passed > passed.mean() / 10]
    return float(10 * math.log10(heard.mean()) + OFFSET)


def step(rate: int) -> int:
    """Samples that are about a millisecond, of which a whole number makes 10 ms."""
    cell = rate // 100
    return next(size for size in range(rate // 1000, cell + 1) if cell % size == 0)


@functools.cache
def _upper(rate: int) -> NDArray[np.float32]:
    """What the filters do to the power at each frequency of a piece; the high-pass as far as a piece can show it."""
    import numpy as np

    frequencies = np.fft.rfftfreq(_PIECE, 1 / rate)
    hz, quality, gain = _SHELF
    s = _analogue(frequencies, hz, rate)
    shelf = (gain * s * s + gain**_SHELF_BEND * s / quality + 1) / (s * s + s / quality + 1)
    return np.asarray(np.abs(shelf * np.where(frequencies < _SEAM, 1, _highpass(frequencies, rate))) ** 2, np.float32)


@functools.lru_cache(maxsize=8)
def _lower(rate: int, size: int, count: int) -> tuple[NDArray[np.float32], NDArray[np.complex64]]:
    """At each frequency of `count` means of `size` samples: what they are short of, and that behind the high-pass."""
    import numpy as np

    frequencies = np.fft.rfftfreq(count, size / rate)
    plain = 1 / np.sinc(frequencies * size / rate)
    passed = plain * np.where(frequencies < _SEAM, _highpass(frequencies, rate), 1)
    return plain.astype(np.float32), passed.astype(np.complex64)


def _highpass(frequencies: NDArray[np.floating[Any]], rate: int) -> NDArray[np.complex128]:
    hz, quality = _HIGHPASS
    s = _analogue(frequencies, hz, rate)
    return s * s / (s * s + s / quality + 1)


def _above(rate: int) -> float:
    """What the high-pass does to powers far above it; with the numerator of BS.1770, 1, -2, 1, it is above 0 dB."""
    hz, quality = _HIGHPASS
    k = math.tan(math.pi * hz / rate)
    return (1 + k / quality + k * k) ** 2


def _analogue(frequencies: NDArray[np.floating[Any]], hz: float, rate: int) -> NDArray[np.complex128]:
    """Where the bilinear transform puts frequencies, relative to the `hz` of a filter."""
    import numpy as np

    at = np.minimum(frequencies, rate * 0.4999)
    return np.asarray(1j * np.tan(np.pi * at / rate) / math.tan(math.pi * hz / rate))
