"""Crosstalk: a microphone is turned down while what it hears is the other speaker, never while its own one speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from podcast_pipeline.audio.voice_activity import FRAMES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

AHEAD = 6.0
"""dB by which a microphone must be above what it would hear of the others, to be its own speaker's."""


class LevelEar:
    """Levels of every 20 ms without what lies below voices: rumble would look like a speaker."""

    def __init__(self, rate: int) -> None:
        self.window, self.lag = max(1, rate // FRAMES), max(1, rate // 1000)
        self.powers: list[NDArray[np.float64]] = []
        self.tail: NDArray[np.float32] | None = None
        self.rest: NDArray[np.float32] | None = None

    def hear(self, block: NDArray[np.float32]) -> None:
        import numpy as np

        sound = block[:, 0] if block.shape[1] == 1 else block.mean(axis=1)
        before = np.zeros(2 * self.lag, np.float32) if self.tail is None else self.tail
        sound = np.concatenate((before, sound))
        self.tail = sound[-2 * self.lag :].copy()
        # The difference to the sample 1 ms before, twice: 30 Hz falls by 29 dB, 100 Hz by 8.
        once = sound[self.lag :] - sound[: -self.lag]
        twice = once[self.lag :] - once[: -self.lag]
        twice = twice if self.rest is None else np.concatenate((self.rest, twice))
        whole = len(twice) // self.window * self.window
        self.rest = twice[whole:].copy()
        # Six: what this does to the power of noise.
        frames = twice[:whole].reshape(-1, self.window)
        self.powers.append(np.einsum("ij,ij->i", frames, frames).astype(np.float64) / (6 * self.window))

    def result(self) -> NDArray[np.float32]:
        """dBFS, at least -120."""
        import numpy as np

        power = np.concatenate(self.powers) if self.powers else np.empty(0)
        return np.asarray(10 * np.log10(np.maximum(power, 1e-12)), np.float32)


def packed(levels: NDArray[np.float32]) -> bytes:
    """Levels in dBFS as bytes: half decibels below full scale, down to -127.5."""
    import numpy as np

    return np.clip(np.round(-2 * levels), 0, 255).astype(np.uint8).tobytes()


def unpacked(data: bytes) -> NDArray[np.float32]:
    """What `packed` made, in dBFS."""
    import numpy as np

    return np.asarray(np.frombuffer(data, np.uint8) / -2, np.float32)


class AcousticPath(NamedTuple):
    """From one speaker's microphone to another microphone."""

    level: float
    """dB that it has less there; negative."""
    delay: float = 0.0
    """ms that it comes later, at the beginning."""
    drift: float = 0.0
    """Parts per million by which that grows."""


def owners(
    levels: Sequence[NDArray[np.float32]], offsets: Sequence[int], bleed: Mapping[tuple[int, int], AcousticPath]
) -> list[NDArray[np.bool_] | None]:
    """For every 20 ms of every track whether its own speaker is heard; None for a track that hears nobody else.

    `levels` are dBFS of every 20 ms, above the noise of each track; `offsets` are in ms; `bleed[i, j]` is what track i
    hears of track j. Each moment is compared with the one at which the other was said: the echo of a call is old.
    """
    import numpy as np

    result: list[NDArray[np.bool_] | None] = []
    for i, own in enumerate(levels):
        heard = {j: path for (hears, j), path in bleed.items() if hears == i}
        if not heard:
            result.append(None)
            continue
        others = np.full(len(own), -200.0, np.float32)
        for j, path in heard.items():
            frames = np.arange(len(own))
            late = path.delay * FRAMES / 1000 + path.drift * 1e-6 * frames
            places = frames + (offsets[i] - offsets[j]) * FRAMES // 1000 - np.floor(late).astype(int)
            inside = (places >= 0) & (places < len(levels[j]))
            # The loudest of three frames: the sound arrives later, and rooms ring.
            loud = levels[j]
            loud = np.maximum(loud, np.maximum(np.roll(loud, 1), np.roll(loud, 2)))
            others[inside] = np.maximum(others[inside], loud[places[inside]] + path.level)
        result.append(own > others + AHEAD)
    return result
