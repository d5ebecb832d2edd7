"""What is heard in a recording while it is decoded once: each ear takes the blocks in turn and says what it found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_OFFSET = 0.001
"""Of full scale (-60 dBFS): below no meter shows it."""
_BESIDE = 0.01
"""Of the level of all of it: the mean of a voice alone may be as much."""
_DROPPED = 40.0
"""dB that a dead channel lies below the other."""
_OPPOSITE = -0.9
_SOUNDING = -50.0
"""dBFS above which something is said."""
_ALONE = 12.0
"""dB by which a voice is louder on its own side than on the other."""
_NARROW, _LIMITED = 8000, 12000
_NOTHING = -65.0
"""dB of all energy that may lie above an edge in a recording that has none there."""
_FRAME = 4096


class Ear(Protocol):
    """Listens to a recording, block by block."""

    def hear(self, block: NDArray[np.float32]) -> None:
        """The next block, shape (n, channels)."""


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
    """Whether there is anything above 8 and 12 kHz: telephones and headsets have nothing above the one, speech that was
    compressed to 16 to 32 kbit/s nothing above the other (MP3 and AAC; Opus from 16 kbit/s on has). One look per block.
    """

    def __init__(self, rate: int) -> None:
        self.rate, self.all = rate, 0.0
        self.above = dict.fromkeys((_NARROW, _LIMITED), 0.0)

    def hear(self, block: NDArray[np.float32]) -> None:
        import numpy as np

        if len(block) < _FRAME:
            return
        sound = block[:, 0] if block.shape[1] == 1 else block.mean(axis=1)
        frames = sound[: len(sound) // _FRAME * _FRAME].reshape(-1, _FRAME)
        loudest = frames[int(np.argmax(np.square(frames).sum(axis=1)))]
        power = np.square(np.abs(np.fft.rfft(loudest * np.hanning(_FRAME))))
        self.all += float(power.sum())
        for edge in self.above:
            self.above[edge] += float(power[edge * _FRAME // self.rate :].sum())

    def result(self) -> bool:
        """True for a narrow recording."""
        return self._is_empty(_NARROW)

    def limited(self) -> bool:
        """True for one that has something above 8 kHz, and nothing above 12, though its rate has room for it."""
        return self.rate > 2.5 * _LIMITED and self._is_empty(_LIMITED) and not self.result()

    def _is_empty(self, edge: int) -> bool:
        return self.above[edge] <= (self.all - self.above[edge]) * 10 ** (_NOTHING / 10)
