"""How loud a track is at a moment, and how late one microphone hears what is said into another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from podcast_pipeline.sound.delay import peak, phases
from podcast_pipeline.transcribe.engine import RATE, RawWord
from podcast_pipeline.transcribe.pcm import Pcm

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FRAME = 10
"""ms for which one power is kept: 1.4 MB for an hour."""
_SAMPLES = RATE * FRAME // 1000
_READ = 60 * RATE
_HIGHEST = 4000
"""Hz that are compared."""
_WINDOW = 2 * RATE
_NEAR = 2000
"""ms between words that are seen together."""
_OFF = 1e-8
"""The power (-80 dB) below which a microphone is muted, not quiet."""
_BELOW = 0.1
"""The share of the power of its room below which a microphone is muted."""
_ABOVE = 2.0
"""The power above that of its room, so many times, from which a microphone hears something."""


def decibels(power: NDArray[np.float32] | float) -> float:
    """The mean of powers (full scale 1) in dB; silence is -100."""
    import numpy as np

    return float(10 * np.log10(np.mean(power) + 1e-10))


class PowerEnvelope:
    """The power of a track in steps of 10 ms, addressed in ms of the source timeline."""

    def __init__(self, sound: Pcm, offset: int) -> None:
        import numpy as np

        parts = []
        for start in range(0, sound.samples, _READ):
            samples = sound.read(start, start + _READ)
            whole = np.pad(samples, (0, -len(samples) % _SAMPLES)).reshape(-1, _SAMPLES)
            parts.append(np.mean(np.square(whole), axis=1, dtype=np.float32))
        self._power = np.concatenate(parts)
        self._offset = offset
        on = self._power[self._power > _OFF]
        self.floor = float(np.percentile(on, 10)) if len(on) else 0.0
        """The power of the room: a tenth of what the microphone hears while it is on is quieter."""

    def levels(self, words: Sequence[RawWord]) -> list[float]:
        """The level of each word in dB."""
        return [decibels(self.powers(word.start, word.end)) for word in words]

    def hears(self, start: int, end: int) -> bool:
        """Whether there is more than the room between two moments."""
        import numpy as np

        return bool(np.mean(self.powers(start, end)) > max(_OFF, self.floor * _ABOVE))

    def off(self, start: int, end: int) -> bool:
        """Whether the microphone hears not even its room between two moments, as it is muted, or there is no track."""
        import numpy as np

        return bool(np.mean(self.powers(start, end)) < max(_OFF, self.floor * _BELOW))

    def powers(self, start: int, end: int) -> NDArray[np.float32]:
        """The powers from `start` to `end`, at least one; silence where the track is not."""
        import numpy as np

        first = (start - self._offset) // FRAME
        last = max(first + 1, -((self._offset - end) // FRAME))
        inside = self._power[max(0, first) : max(0, last)]
        if len(inside) == last - first:
            return inside
        outside = np.zeros(last - first, np.float32)
        place = max(0, -first)
        outside[place : place + len(inside)] = inside
        return outside


def delay(hearing: tuple[Pcm, int], speaking: tuple[Pcm, int], moments: Sequence[int]) -> int:
    """How many ms later the track `hearing` has the sound of the track `speaking` (each with its offset).

    `moments` (ms of the source timeline) are where the speaker is loud. Generalised cross-correlation with phase
    transform (see `sound.delay`), summed over the moments. 0 where no delay within +-500 ms stands out.
    """
    import numpy as np

    size = 4 * _WINDOW
    total = np.zeros(size // 2 + 1, np.complex128)
    for moment in moments:
        heard, said = (_around(sound, moment - offset) for sound, offset in (hearing, speaking))
        total += _phases(heard, said, size)
    highest = peak(np.fft.irfft(total), RATE)
    return round(highest.late * 1000 / RATE) if highest.clear else 0


def steady(values: Sequence[float], starts: Sequence[int]) -> list[float]:
    """Each value seen with those of the words next to it, which begin at `starts` (ms).

    A median of five, which keeps the step where the speaker changes; of words at most 2 s away.
    """
    result = []
    for place, start in enumerate(starts):
        around = range(max(0, place - 2), min(len(starts), place + 3))
        near = sorted(values[i] for i in around if abs(starts[i] - start) <= _NEAR)
        result.append(near[len(near) // 2] if len(near) >= 3 else values[place])
    return result


def coherence(heard: NDArray[np.float32], said: NDArray[np.float32]) -> NDArray[np.float32]:
    """How alike `said` and the part of `heard` are that begins at each of its samples, as long as the whole fits in.

    Phases alone are compared, as in `delay`; 1 is the root mean square of all, and 0 where one of them is silence.
    """
    import numpy as np

    size = 1 << (len(heard) - 1).bit_length()
    correlation = np.abs(np.fft.irfft(_phases(heard, said * np.hanning(len(said)).astype(np.float32), size)))
    mean = np.sqrt(np.mean(np.square(correlation)))
    return np.asarray(correlation[: len(heard) - len(said) + 1] / (mean or 1.0), np.float32)


def _around(sound: Pcm, ms: int) -> NDArray[np.float32]:
    start = ms * RATE // 1000 - _WINDOW // 2
    return sound.window(start, start + _WINDOW)


def _phases(heard: NDArray[np.float32], said: NDArray[np.float32], size: int) -> NDArray[np.complex64]:
    import numpy as np

    return np.asarray(phases(heard, said, size, RATE, _HIGHEST), np.complex64)
