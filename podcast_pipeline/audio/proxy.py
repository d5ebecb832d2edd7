"""The sound for the review page: the uncut mix in one channel, at half its rate, as a WAV of 16 bits.

Plain samples, so that any place is found at once and to the sample in every browser; and they cost next to nothing to
write, as encoding does not. An hour is 173 MB.
"""

from __future__ import annotations

import contextlib
import functools
import wave
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline import atomic

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_HALF = 5
"""Pairs of samples to either side that a new one is made of."""
_SHARE = {1: 0.5**0.5, 2: 0.5}
"""What each channel is taken by: a mix may pass full scale."""


@contextlib.contextmanager
def writing(
    path: Path, rate: int, channels: int, samples: int
) -> Iterator[Callable[[Sequence[NDArray[np.float32]]], None]]:
    """Write what is given to the function that this yields: the channels of one block after the other, at `rate` Hz,
    `samples` in each channel together. Sample n of the file lies where sample 2 n of them does.

    Raises PodcastError naming `path` if there is no room for it.
    """
    import numpy as np

    share = np.float32(_SHARE[channels] * 32767)
    # Before the first sample and behind the last there is silence.
    left = np.zeros(2 * _HALF, np.float32)
    try:
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate // 2)

            def put(sound: NDArray[np.float32]) -> None:
                nonlocal left
                sound = np.concatenate((left, sound))
                if (count := len(sound) // 2 - 2 * _HALF + 1) > 0:
                    halved = sound[2 * _HALF :: 2][:count] / 2
                    halved += np.convolve(sound[1::2], _between(), "valid")
                    np.clip(np.rint(halved, out=halved), -32768, 32767, out=halved)
                    file.writeframesraw(halved.astype("<i2").data)
                left = sound[2 * max(0, count) :]

            yield lambda block: put(sum(block[1:], start=block[0]) * share)
            put(np.zeros(2 * _HALF - 2 + samples % 2, np.float32))
    except OSError as error:
        raise atomic.failure(path, samples, error) from error


@functools.cache
def _between() -> NDArray[np.float32]:
    """What each odd sample around an even one is taken by: half a sinc at half the rate, behind a Kaiser window.

    With half of the even one: of 48 kHz it passes 9 (less 0.1 dB), and is 40 dB down above 15.
    """
    import numpy as np

    taps = np.arange(1 - 2 * _HALF, 2 * _HALF, 2) / 2
    shape = np.sinc(taps) * np.i0(4.5 * np.sqrt(1 - (taps / (_HALF + 0.5)) ** 2))
    return np.asarray(shape / shape.sum() / 2, np.float32)
