"""The true-peak meter: how high the sound is between its samples, by ITU-R BS.1770, looked for only where it can be.

A true peak is a maximum of the sound at four times its rate. Most of a programme lies so far below its peaks that no
value between two samples could be one: there, nothing is interpolated.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TIMES = 4
"""Samples for one: what BS.1770-5, annex 2 asks of 48 kHz."""
_HALF = 16
"""Samples to either side that an interpolated one is made of."""
_STEP = 48
"""Samples that are judged together."""
_FEW = 16
"""Windows in one product of matrices: for more, numpy would start threads, which cost more than they give."""
_BETWEEN = 2.0
"""How many times its sample peak a sound may reach between samples: that of a tone at a third of the rate."""
_NEAR = 10 ** (-1 / 20)
"""Peaks within 1 dB of the highest are told."""
_TOLD = 10
_APART = 1000
"""ms between two that are told."""


class TruePeakEar:
    """Hears blocks of shape (channels, n), one after the other, at `rate` Hz."""

    def __init__(self, rate: int, channels: int) -> None:
        import numpy as np

        self.rate, self.top, self.heard = rate, 0.0, 0
        self.tail = np.zeros((channels, _HALF), np.float32)
        self.near: dict[int, float] = {}
        """Of every 100 ms (their number) the highest, where it came near to the highest of all."""

    def hear(self, block: NDArray[np.float32]) -> None:
        import numpy as np

        sound = np.concatenate((self.tail, block), axis=1)
        whole = max(0, sound.shape[1] - 2 * _HALF) // _STEP * _STEP
        self._judge(sound[:, : whole + 2 * _HALF])
        self.tail = sound[:, whole:].copy()

    def result(self) -> tuple[float, tuple[tuple[int, float], ...]]:
        """The highest in dBTP (-inf for silence), and the times (ms) and levels of those near to it, a second apart."""
        import numpy as np

        # The last samples, with silence behind them.
        silence = np.zeros((len(self.tail), 2 * _HALF + _STEP), np.float32)
        self.hear(silence)
        told: list[tuple[int, float]] = []
        for cell, level in sorted(self.near.items(), key=lambda pair: (-pair[1], pair[0])):
            at = cell * 100
            if level >= self.top * _NEAR and len(told) < _TOLD and all(abs(at - ms) >= _APART for ms, _ in told):
                told.append((at, round(20 * math.log10(level), 2)))
        return (20 * math.log10(self.top) if self.top > 0 else -math.inf), tuple(sorted(told))

    def _judge(self, sound: NDArray[np.float32]) -> None:
        """All of `sound` but _HALF samples at either end, which are a whole number of steps between them."""
        import numpy as np

        channels, count = len(sound), (sound.shape[1] - 2 * _HALF) // _STEP
        if count <= 0:
            return
        first = self.heard
        self.heard += count * _STEP
        # All channels together first: that is all that most of a programme takes.
        inner = np.abs(sound[:, _HALF : _HALF + count * _STEP]).max(axis=0)
        # Of so few samples each, `reduceat` is twice as fast as a maximum along rows.
        steps = np.maximum.reduceat(inner, np.arange(0, len(inner), _STEP))
        self._note(first, np.arange(count), steps)
        # What lies between the last sample of a step and the first of the next may belong to either.
        following = np.append(steps[1:], np.abs(sound[:, _HALF + count * _STEP]).max())
        at = np.flatnonzero(np.maximum(steps, following) * _BETWEEN > self.top * _NEAR)
        windows = np.lib.stride_tricks.sliding_window_view(sound, _STEP + 2 * _HALF, axis=1)[:, ::_STEP][:, at]
        windows, at = windows.reshape(-1, _STEP + 2 * _HALF), np.tile(at, channels)
        # Between two samples a sound goes as far beyond them as it is bent there; twice that, to be sure.
        seen = windows[:, _HALF - 1 : _HALF + _STEP + 2]
        bent = np.abs(np.diff(seen, n=2, axis=1)).max(axis=1, initial=0.0)
        may = np.abs(seen).max(axis=1, initial=0.0) + bent / 2 > self.top * _NEAR
        windows, at = windows[may], at[may]
        for few in range(0, len(at), _FEW):
            self._note(first, at[few : few + _FEW], np.abs(windows[few : few + _FEW] @ _matrix()).max(axis=1))

    def _note(self, first: int, steps: NDArray[np.int64], levels: NDArray[np.float32]) -> None:
        self.top = max(self.top, float(levels.max(initial=0.0)))
        near = levels >= self.top * _NEAR
        if self.top > 0:
            for step, level in zip(steps[near].tolist(), levels[near].tolist(), strict=True):
                cell = (first + step * _STEP) * 10 // self.rate
                self.near[cell] = max(level, self.near.get(cell, 0.0))


@functools.cache
def _matrix() -> NDArray[np.float32]:
    """From _STEP samples, with _HALF before and behind, to what lies between each of them and the next.

    Shape (_STEP + 2 _HALF, 3 _STEP): a sinc behind a Kaiser window, 60 dB down outside.
    """
    import numpy as np

    matrix = np.zeros((_STEP + 2 * _HALF, (_TIMES - 1) * _STEP), np.float32)
    offsets = np.arange(1 - _HALF, _HALF + 1)
    for part in range(1, _TIMES):
        distance = offsets - part / _TIMES
        taps = np.sinc(distance) * np.i0(6.0 * np.sqrt(1 - (distance / _HALF) ** 2)) / np.i0(6.0)
        taps /= taps.sum()
        for sample in range(_STEP):
            first = sample + 1  # the sample itself is at _HALF + sample
            matrix[first : first + 2 * _HALF, sample * (_TIMES - 1) + part - 1] = taps
    return matrix
