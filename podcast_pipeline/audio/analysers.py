"""What is heard in a recording while it is decoded once: each ear takes the blocks in turn and says what it found."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CLIPPED = 10 ** (-0.1 / 20)
_LEVEL = 1.01
"""Tops that are flat differ by no more."""
_RUN = 3
"""Samples at full scale in a row that make a clip: fewer may be a loud peak."""
_WORST = 10
_OFFSET = 0.001
"""Of full scale (-60 dBFS): below no meter shows it."""
_BESIDE = 0.01
"""Of the level of all of it: the mean of a voice alone may be as much."""
_ZEROS = 0.02
"""Seconds of digital silence in the middle of speech that make a dropout."""
_FEW = 8
"""Single samples are zero in any quiet recording; so many in a row are not."""
_TAIL = 0.5
"""Seconds that are kept of the block before; of a longer silence at its end, the beginning and so much."""
_MUTED = 10.0
"""Seconds of digital silence from which a microphone was off."""
_AROUND = 0.02
"""Seconds before and behind it in which there is speech."""
_CUT_OFF = 12.0
"""dB below the loudness of the recording down to which a level is speech that stopped."""
_DROPPED = 40.0
"""dB that a dead channel lies below the other."""
_OPPOSITE = -0.9
_SOUNDING = -50.0
"""dBFS above which something is said."""
_ALONE = 12.0
"""dB by which a voice is louder on its own side than on the other."""
_NARROW = 8000
_NOTHING = -65.0
"""dB of all energy that may lie above 8 kHz in a recording that has none there."""
_FRAME = 4096


class Ear(Protocol):
    """Listens to a recording, block by block."""

    def hear(self, block: NDArray[np.float32]) -> None:
        """The next block, shape (n, channels)."""


@dataclass(frozen=True, slots=True)
class Clipping:
    """Runs of samples at full scale: how many, their share of all samples, and when the longest begin (ms)."""

    count: int = 0
    share: float = 0.0
    worst: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Dropouts:
    """Digital silence in the middle of speech: how often, its share of the recording, when (ms, the first ten)."""

    count: int = 0
    share: float = 0.0
    first: tuple[int, ...] = ()


def _runs(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Start and end of every run of true, shape (n, 2)."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.view(np.int8), [0]))))
    return edges.reshape(-1, 2)


class ClipEar:
    """Counts clips. A run over the border of two blocks counts as two.

    Samples that are `floating` pass full scale unharmed: of them only flat tops are clips, equal samples in a row at
    the highest level there is.
    """

    def __init__(self, rate: int, *, floating: bool = False) -> None:
        self.rate, self.samples, self.clipped = rate, 0, 0
        self.floating, self.top = floating, 0.0
        self.found: list[tuple[int, int]] = []
        self.count = 0

    def hear(self, block: NDArray[np.float32]) -> None:
        import numpy as np

        high = max(float(block.max(initial=0.0)), -float(block.min(initial=0.0)))
        if self.floating and high > self.top * _LEVEL:
            self.clipped, self.count, self.found = 0, 0, []
        self.top = max(self.top, high)
        if high >= _CLIPPED:
            for channel in range(block.shape[1]):
                clipped = np.abs(block[:, channel]) >= max(_CLIPPED, self.top / _LEVEL if self.floating else 0.0)
                if self.floating:
                    same = np.diff(block[:, channel], prepend=np.nan, append=np.nan) == 0
                    clipped &= same[1:] | same[:-1]
                runs = _runs(clipped)
                lengths = runs[:, 1] - runs[:, 0]
                long = lengths >= _RUN
                self.count += int(long.sum())
                self.clipped += int(lengths[long].sum())
                pairs = zip(lengths[long].tolist(), (runs[long, 0] + self.samples).tolist(), strict=True)
                self.found = sorted([*self.found, *pairs], reverse=True)[:_WORST]
        self.samples += len(block)

    def result(self, channels: int) -> Clipping:
        if self.floating and self.count == 1:
            return Clipping()  # the highest peak of all, which is round
        times = tuple(sorted(start * 1000 // self.rate for _, start in self.found))
        return Clipping(self.count, round(self.clipped / max(1, self.samples * channels), 6), times)


class OffsetEar:
    """The mean of each channel: what it is off zero (DC), as cheap interfaces and cables make it."""

    def __init__(self) -> None:
        self.sums: Any = 0.0
        self.power: Any = 0.0
        self.samples = 0

    def hear(self, block: NDArray[np.float32]) -> None:
        import numpy as np

        self.sums = self.sums + block.sum(axis=0, dtype=np.float64)
        self.power = self.power + np.einsum("ij,ij->j", block, block)
        self.samples += len(block)

    def result(self) -> tuple[float, ...]:
        """By channel, of one or two; () where it is nowhere worth a word."""
        means = [float(total) / max(1, self.samples) for total in self.sums]
        loud = [float(power / max(1, self.samples)) ** 0.5 for power in self.power]
        if len(means) > 2 or all(
            abs(mean) < max(_OFFSET, _BESIDE * level) for mean, level in zip(means, loud, strict=True)
        ):
            return ()
        return tuple(round(mean, 6) for mean in means)


class DropoutEar:
    """Finds digital silence between two moments that are loud: a gap in the recording, not a pause."""

    def __init__(self, rate: int) -> None:
        self.rate, self.samples = rate, 0
        self.tail: Any = ()
        """The end of the block before."""
        self.cut = 0
        """Samples of silence that are left out of it."""
        self.gaps: list[tuple[int, int, float]] = []
        """Start, end, and the lower of the powers beside it."""

    def hear(self, block: NDArray[np.float32]) -> None:
        import numpy as np

        around, shortest = round(_AROUND * self.rate), round(_ZEROS * self.rate)
        known = len(self.tail)
        sound = np.concatenate((self.tail, block)) if known else block
        first = self.samples - known
        self.samples += len(block)
        cut, self.tail = self.cut, sound[-round(_TAIL * self.rate) :]
        self.cut = 0
        if len(sound) > len(self.tail) and not self.tail[:-around].any():
            self._cut_short(sound, cut, around)
        # Every gap of that length holds a few samples of this grid that are zero: mostly that is all that is looked at.
        grid = shortest // 2
        if not (sound[: len(sound) // grid * grid].reshape(-1, grid, sound.shape[1])[:, :_FEW] == 0).all((1, 2)).any():
            return
        for start, end in _runs((sound == 0).all(axis=1)).tolist():
            judged = end + around <= known
            length = end - start + (cut if start <= around else 0)
            if not judged and end - start >= shortest and start >= around and end + around <= len(sound):
                beside = (sound[start - around : start], sound[end : end + around])
                low = min(float(np.mean(np.square(part, dtype=np.float64))) for part in beside)
                if low > 0 and length <= _MUTED * self.rate:
                    self.gaps.append((first + end - length, first + end, low))

    def _cut_short(self, sound: NDArray[np.float32], cut: int, around: int) -> None:
        """What is kept of `sound` that ends in a silence as long as the tail, or a moment behind it: where that began,
        and its end. `cut` samples lack already in one that begins within `around`."""
        import numpy as np

        sounding = np.flatnonzero(sound[:-around].any(axis=1))
        start = int(sounding[-1]) + 1 if len(sounding) else 0
        kept = np.concatenate((sound[max(0, start - around) : start], self.tail[around:]))
        self.cut = len(sound) - max(0, start - around) - len(kept) + (cut if start <= around else 0)
        self.tail = kept

    def result(self, loudness: float, known: Sequence[tuple[int, int]] = ()) -> Dropouts:
        """Without those that have another cause, which is told by itself: `known` stretches of silence."""
        limit = 10 ** ((loudness - _CUT_OFF) / 10)

        def told(start: int, end: int) -> bool:
            place = bisect.bisect_left(known, (end, 0))
            return place > 0 and known[place - 1][1] > start

        quiet = [(start, end) for start, end, low in self.gaps if low > limit and not told(start, end)]
        lost = sum(end - start for start, end in quiet)
        times = tuple(start * 1000 // self.rate for start, _ in quiet[:_WORST])
        return Dropouts(len(quiet), round(lost / max(1, self.samples), 6), times)


class ChannelEar:
    """Compares the two channels of a stereo recording."""

    def __init__(self) -> None:
        self.left = self.right = self.both = 0.0
        self.same = True
        self.frames, self.alone = 0, [0, 0]

    def hear(self, block: NDArray[np.float32]) -> None:
        import numpy as np

        if block.shape[1] != 2:
            return
        left, right = block[:, 0], block[:, 1]
        self.left += float(np.dot(left, left))
        self.right += float(np.dot(right, right))
        self.both += float(np.dot(left, right))
        self.same = self.same and bool(np.array_equal(left, right))
        frames = block[: len(block) // _FRAME * _FRAME].reshape(-1, _FRAME, 2)
        power = np.einsum("fsc,fsc->fc", frames, frames) / _FRAME
        loud = power[power.max(axis=1) > 10 ** (_SOUNDING / 10)]
        self.frames += len(loud)
        for side in (0, 1):
            self.alone[side] += int((loud[:, side] > loud[:, 1 - side] * 10 ** (_ALONE / 10)).sum())

    def result(self) -> str:
        """What is odd: left or right (only this one has sound), same, opposite, apart (a voice on each side), or ""."""
        if not (self.left or self.right):
            return ""
        quiet = 10 ** (-_DROPPED / 10)
        if self.left <= quiet * self.right:
            return "right"
        if self.right <= quiet * self.left:
            return "left"
        if self.same:
            return "same"
        if self.both < _OPPOSITE * (self.left * self.right) ** 0.5:
            return "opposite"
        apart = min(self.alone) >= 0.1 * self.frames and sum(self.alone) >= 0.7 * self.frames
        return "apart" if self.frames and apart else ""


class WidthEar:
    """Whether there is anything above 8 kHz: telephones and headsets have nothing there. One look per block."""

    def __init__(self, rate: int) -> None:
        self.rate, self.below, self.above = rate, 0.0, 0.0

    def hear(self, block: NDArray[np.float32]) -> None:
        import numpy as np

        if len(block) < _FRAME:
            return
        sound = block[:, 0] if block.shape[1] == 1 else block.mean(axis=1)
        frames = sound[: len(sound) // _FRAME * _FRAME].reshape(-1, _FRAME)
        loudest = frames[int(np.argmax(np.square(frames).sum(axis=1)))]
        power = np.square(np.abs(np.fft.rfft(loudest * np.hanning(_FRAME))))
        edge = _NARROW * _FRAME // self.rate
        self.below += float(power[:edge].sum())
        self.above += float(power[edge:].sum()) if edge < len(power) else 0.0

    def result(self) -> bool:
        """True for a narrow recording."""
        return self.above <= self.below * 10 ** (_NOTHING / 10)
