"""Dropouts: moments in the middle of speech in which there is nothing, or nothing but dither, also behind a codec."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from podcast_pipeline.audio.runs import runs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

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
_WORST = 10
_FRAMES = 400
"""Levels per second in which a moment without sound is looked for that is not digital silence."""
_BELOW_SPEECH, _BELOW_NOISE = 45.0, 10.0
"""dB below the loudness and below the recording's own noise: no pause is quieter than its room."""
_EDGE = 4
"""Frames (10 ms) in which sound ends there, and begins again: a codec smears an edge over as much."""
_FALL = 30.0
"""dB that it falls in that time. A vowel falls by 2 dB a millisecond at most, as its formants ring (bandwidths of 60 to
100 Hz), and never below the noise."""


@dataclass(frozen=True, slots=True)
class Dropouts:
    """Moments without sound in the middle of speech: how often, their share of the recording, when (ms, the first
    ten)."""

    count: int = 0
    share: float = 0.0
    first: tuple[int, ...] = ()


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
        for start, end in runs((sound == 0).all(axis=1)).tolist():
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

    def result(
        self, loudness: float, lapses: Sequence[tuple[int, int]], known: Sequence[tuple[int, int]] = ()
    ) -> Dropouts:
        """All of them, for a recording of `loudness` LUFS; with the `lapses` that a LapseEar has, which knows no
        digital silence from dither. Without those that have another cause, which is told by itself: `known` stretches
        of silence."""
        limit = 10 ** ((loudness - _CUT_OFF) / 10)
        silent = [(start, end) for start, end, low in self.gaps if low > limit and not _meets(known, start, end)]
        nearly = [gap for gap in lapses if not _meets(silent, *gap) and not _meets(known, *gap)]
        quiet = sorted([*silent, *nearly])
        lost = sum(end - start for start, end in quiet)
        times = tuple(start * 1000 // self.rate for start, _ in quiet[:_WORST])
        return Dropouts(len(quiet), round(lost / max(1, self.samples), 6), times)


def _meets(stretches: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether any of them, in order and apart from each other, has something between `start` and `end`."""
    place = bisect.bisect_left(stretches, (end, 0))
    return place > 0 and stretches[place - 1][1] > start


class LapseEar:
    """Keeps the level of every 2.5 ms, in half decibels: 1.4 MB for an hour."""

    def __init__(self, rate: int) -> None:
        self.window = max(1, rate // _FRAMES)
        self.levels: list[NDArray[np.uint8]] = []
        self.rest: NDArray[np.float32] | None = None

    def hear(self, block: NDArray[np.float32]) -> None:
        import numpy as np

        sound = block if self.rest is None else np.concatenate((self.rest, block))
        whole = len(sound) // self.window * self.window
        self.rest = sound[whole:].copy()
        frames = sound[:whole].reshape(-1, self.window, sound.shape[1])
        power = np.einsum("ijk,ijk->i", frames, frames) / (self.window * sound.shape[1])
        self.levels.append(np.clip(np.round(-20 * np.log10(np.maximum(power, 1e-13))), 0, 255).astype(np.uint8))

    def result(self, loudness: float, noise: float, known: Sequence[tuple[int, int]] = ()) -> list[tuple[int, int]]:
        """Start and end (samples) of moments that are far below the loudness (LUFS) and the noise (dBFS), and in which
        sound ends and begins at once; without those in `known` stretches of silence.

        None where such quiet comes without an edge as often: the recording has no noise, or a gate took it away.
        """
        quiet = [
            (first * self.window, last * self.window, sharp)
            for first, last, sharp in _quiet(_decibels(self.levels), loudness, noise)
        ]
        quiet = [moment for moment in quiet if not _meets(known, moment[0], moment[1])]
        lapses = [(first, last) for first, last, sharp in quiet if sharp]
        total = sum(last - first for first, last, _ in quiet)
        return lapses if 2 * sum(last - first for first, last in lapses) >= total else []


def _quiet(levels: NDArray[np.float32], loudness: float, noise: float) -> Iterator[tuple[int, int, bool]]:
    """Frames that are far below the loudness and the noise, and whether speech ends before them and begins behind them
    at once."""
    import numpy as np

    around, shortest, longest = round(_AROUND * _FRAMES), round(_ZEROS * _FRAMES), round(_MUTED * _FRAMES)
    nothing = levels <= min(loudness - _BELOW_SPEECH, noise - _BELOW_NOISE)
    for first, last in runs(nothing).tolist():
        if not shortest - _EDGE <= last - first <= longest:
            continue
        before, behind = levels[max(0, first - _EDGE - around) : first], levels[last : last + _EDGE + around]
        if len(before) < around or len(behind) < around:
            continue
        least = levels[first:last].max()
        falls = min(before[-_EDGE:].max(), behind[:_EDGE].max()) - least
        speech = min(float(np.mean(10 ** (side / 10))) for side in (before, behind))
        yield first, last, falls >= _FALL and 10 * np.log10(speech) > loudness - _CUT_OFF


def _decibels(levels: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
    import numpy as np

    return np.asarray(np.concatenate(levels) / -2, np.float32) if levels else np.empty(0, np.float32)
