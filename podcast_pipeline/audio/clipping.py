"""Clipping: tops that are cut flat, at full scale or, where the recording was turned down afterwards, below."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline.audio.runs import runs
from podcast_pipeline.audio.source import Source
from podcast_pipeline.sound import decode
from podcast_pipeline.sound.track import Sound

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FLOATING = ("pcm_f", "wavpack")
"""Codecs whose samples may be above full scale without harm."""
_FULL = 10 ** (-0.1 / 20)
_HIGHER = 1.01
"""A top that is so much higher is another one: what was cut lower was no clip."""
_TOP, _SHOULDER = 0.995, 0.95
"""Of the highest sample. A round top is a parabola: of what it has above the lower line, 32 % is above the higher."""
_FLAT = 0.6
"""Share of a peak above the lower line that is above the higher one, from which it is flat: with three samples or
more of it, no parabola comes so far."""
_RUN = 3
_SEVERAL = 5
"""Flat tops at one level below full scale, or in floating point, that are no chance."""
_WORST = 10


@dataclass(frozen=True, slots=True)
class Clipping:
    """Flat tops: how many, their share of all samples, and when the longest begin (ms)."""

    count: int = 0
    share: float = 0.0
    worst: tuple[int, ...] = ()


def apart(path: Path, source: Source, sound: Sound) -> Clipping:
    """Those of each channel of a file that `sound` folds, which hides them. Raises AudioError."""
    ear = ClipEar(source.rate, floating=source.codec.startswith(FLOATING))
    with contextlib.closing(decode.samples(path, replace(sound, folded=0), 0, channels=source.channels)) as blocks:
        for block in blocks:
            ear.hear(block.reshape(-1, source.channels))
    return ear.result(source.channels)


class ClipEar:
    """Finds flat tops at the highest level of each channel and polarity: an amplifier may cut one side alone.

    A top over the border of two blocks counts as two. Samples that are `floating` pass full scale unharmed.
    """

    def __init__(self, rate: int, *, floating: bool = False) -> None:
        self.rate, self.floating, self.samples = rate, floating, 0
        self.sides: dict[tuple[int, int], _Side] = {}

    def hear(self, block: NDArray[np.float32]) -> None:
        high, low = block.max(axis=0, initial=0.0), block.min(axis=0, initial=0.0)
        for channel in range(block.shape[1]):
            for sign, top in ((1, float(high[channel])), (-1, -float(low[channel]))):
                side = self.sides.setdefault((channel, sign), _Side())
                if top > 0 and side.reaches(top):
                    side.take(block[:, channel] if sign > 0 else -block[:, channel], self.samples)
        self.samples += len(block)

    def result(self, channels: int) -> Clipping:
        sides = [side for side in self.sides.values() if side.count >= self._least(side.top)]
        longest = sorted((top for side in sides for top in side.longest), reverse=True)[:_WORST]
        times = tuple(sorted(start * 1000 // self.rate for _, start in longest))
        share = sum(side.clipped for side in sides) / max(1, self.samples * channels)
        return Clipping(sum(side.count for side in sides), round(share, 6), times)

    def _least(self, top: float) -> int:
        return 1 if top >= _FULL and not self.floating else _SEVERAL


class _Side:
    """The highest level of one polarity of a channel so far, and the flat tops at it."""

    def __init__(self) -> None:
        self.top = 0.0
        self._forget()

    def _forget(self) -> None:
        self.count = self.clipped = 0
        self.longest: list[tuple[int, int]] = []

    def reaches(self, top: float) -> bool:
        """Whether a block with this peak has something of the highest level, which may be a new one."""
        if top > self.top * _HIGHER:
            self._forget()
        self.top = max(self.top, top)
        return top >= self.top * _TOP

    def take(self, sound: NDArray[np.float32], before: int) -> None:
        import numpy as np

        peaks = runs(sound >= self.top * _SHOULDER)
        inside = np.concatenate(([0], np.cumsum(sound >= self.top * _TOP)))
        lengths = inside[peaks[:, 1]] - inside[peaks[:, 0]]
        flat = (lengths >= _RUN) & (lengths >= _FLAT * (peaks[:, 1] - peaks[:, 0]))
        self.count += int(flat.sum())
        self.clipped += int(lengths[flat].sum())
        pairs = zip(lengths[flat].tolist(), (peaks[flat, 0] + before).tolist(), strict=True)
        self.longest = sorted([*self.longest, *pairs], reverse=True)[:_WORST]
