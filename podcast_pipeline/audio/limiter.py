"""The limiter: how far loud moments are turned down, as one curve that is known before a sample is touched.

It looks ahead: the curve is computed from the highest sample of every millisecond, so it is down when a peak arrives,
no sample passes the ceiling, and nothing is delayed. What it does to the loudness follows from the same numbers, so the
gain that meets a target is found without another pass over the sound.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from podcast_pipeline import parallel
from podcast_pipeline.audio import w64, weighting
from podcast_pipeline.progress import Progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_AHEAD = 5
"""Steps before a peak in which the gain goes down, on a straight line in dB."""
_RELEASE = 0.05
"""dB by which it comes back with every step: 1 dB in 20 ms."""
_SETTLED = 1000
"""Steps before a part of the curve that are looked at for it: 50 dB of release."""
_FINE = 256
"""Steps of a dB in which levels and gains are told."""
_CELLS = 100
"""Powers per second."""
_BLOCK_SECONDS = 5
_TENTHS = 600
"""A minute: as much is limited at a time."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What has to be known of a programme to limit it to any loudness."""

    step: int
    """Samples, about a millisecond; a whole number of steps is 10 ms."""
    peaks: NDArray[np.int16]
    """Of every step the highest sample of all channels, in 256ths of a dB above full scale, rounded up."""
    powers: NDArray[np.float32]
    """Of every 10 ms the mean square of all channels."""
    heard: NDArray[np.float64]
    """Of every whole 100 ms the power behind the K-weighting, all channels together."""

    @property
    def integrated(self) -> float:
        """LUFS of the programme as it is; -inf if nothing passes the gate."""
        return weighting.integrated(self.heard)

    def curve(self, first: int, count: int, gain: float, ceiling: float) -> NDArray[np.float32]:
        """Factors at the edges of the `count` steps from `first` on (`count` + 1 values), for the sound raised by
        `gain` dB: on straight lines between them no sample of these steps passes `ceiling` dBFS."""
        import numpy as np

        start, end = first - _SETTLED - 1, first + count + _AHEAD + 1
        known = self.peaks[max(0, start) : end]
        over = np.zeros(end - start, np.float64)
        over[max(0, -start) : max(0, -start) + len(known)] = np.maximum(0, known / _FINE + gain - ceiling)
        if not over.any():
            return np.ones(count + 1, np.float32)
        # An edge serves the steps on both of its sides; it is down while a peak is within what is looked ahead.
        edges = np.maximum(over[:-1], over[1:])
        held = _windows(np.maximum, edges)
        slope = np.arange(len(held)) * _RELEASE
        held = np.maximum.accumulate(held + slope) - slope
        # A mean over as many: a straight line down to a peak, which asks for no less in all of them.
        down = _windows(np.add, held[_SETTLED - _AHEAD :]) / (_AHEAD + 1)
        # In whole steps: what another processor computes in the last digit must not reach the bytes of the file.
        down = np.ceil(np.maximum(0, down) * _FINE - 1e-6) / _FINE
        return np.asarray(10 ** (down / -20), np.float32)

    def limited(self, gain: float, ceiling: float) -> float:
        """LUFS of the sound raised by `gain` dB and limited to `ceiling` dBFS; -inf if nothing passes the gate.

        What is heard in every 100 ms, less the share of the power that the limiter takes there.
        """
        import numpy as np

        per = len(self.peaks) // max(1, len(self.powers))
        left = self.heard * 10 ** (gain / 10)
        for first in range(0, len(left), _TENTHS):
            last = min(len(left), first + _TENTHS)
            cells = slice(first * _CELLS // 10, last * _CELLS // 10)
            steps = slice(cells.start * per, cells.stop * per)
            factors = self.curve(steps.start, steps.stop - steps.start, gain, ceiling)
            # The mean square of a straight line; within 10 ms most of the power is where the highest samples are.
            squares = (factors[:-1] ** 2 + factors[:-1] * factors[1:] + factors[1:] ** 2).reshape(-1, per) / 3
            weights = 10 ** (self.peaks[steps].reshape(-1, per) / np.float64(10 * _FINE))
            kept = (squares * weights).sum(axis=1) / weights.sum(axis=1)
            powers = self.powers[cells].astype(np.float64)
            whole, part = (sums.reshape(last - first, -1).sum(axis=1) for sums in (powers, powers * kept))
            left[first:last] *= np.divide(part, whole, out=np.ones(last - first), where=whole > 0)
        return weighting.integrated(left)


def listen(programme: Path, report: Progress) -> Envelope:
    """Hear a programme (our W64) once: its envelope, and how loud it is."""
    jobs: list[tuple[float, Callable[[Progress], Any]]] = [
        (1.0, lambda tell: _envelope(programme, tell)),
        (1.0, lambda tell: weighting.heard(programme, tell)),
    ]
    (step, peaks, powers), heard = parallel.each(jobs, report)
    return Envelope(step, peaks, powers, heard)


def _envelope(programme: Path, report: Progress) -> tuple[int, NDArray[np.int16], NDArray[np.float32]]:
    import numpy as np

    with w64.reading(programme) as reader:
        cell, step = reader.rate // _CELLS, weighting.step(reader.rate)
        cells = -(-reader.samples // cell)
        peaks, powers = np.empty(cells * (cell // step), np.int16), np.empty(cells, np.float32)
        for first in range(0, cells, _BLOCK_SECONDS * _CELLS):
            last = min(cells, first + _BLOCK_SECONDS * _CELLS)
            block = reader.read(first * cell, (last - first) * cell)
            if missing := (last - first) * cell - len(block):
                block = np.concatenate((block, np.zeros((missing, reader.channels), np.float32)))
            # Of so few samples each, `reduceat` is twice as fast as a maximum along rows.
            highest = np.maximum.reduceat(np.abs(block).reshape(-1), np.arange(0, block.size, step * reader.channels))
            decibels = 20 * np.log10(np.maximum(highest, 1e-6, dtype=np.float64))
            peaks[first * (cell // step) : last * (cell // step)] = np.ceil(decibels * _FINE - 1e-6)
            whole = block.reshape(-1, cell * reader.channels)
            powers[first:last] = np.einsum("ij,ij->i", whole, whole) / whole.shape[1]
            report(last / cells)
    return step, peaks, powers


def _windows(join: np.ufunc, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """`join` of every _AHEAD + 1 values in a row."""
    count = len(values) - _AHEAD
    windows = values[:count]
    for shift in range(1, _AHEAD + 1):
        windows = join(windows, values[shift : shift + count])
    return windows
