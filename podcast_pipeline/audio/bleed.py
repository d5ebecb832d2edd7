"""How one microphone hears what is said into another: how late, how loud, and whether their clocks run apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from podcast_pipeline.sound.delay import peak, phases

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 8000
"""Samples per second that are kept of each track for the comparison."""
_HIGHEST = 3400
"""Hz that are compared."""
_MOMENT = 3
"""Seconds of one comparison."""
_MOMENTS = 24
"""Comparisons at most, spread over the recording."""
_LOUD = 12.0
"""dB below its loudest moments that the speaker's track may have during a comparison."""
_OTHER = 6.0
"""dB, each taken against the loudest moments of its track, by which the speaker's own microphone is ahead."""
_OFF = -90.0
"""dBFS below which a microphone is muted and hears nothing of anybody."""
_FRAME = 20
"""ms of a level above noise."""
_FRAMES = 1000 * _MOMENT // _FRAME
_NONE = -60.0
"""dB below which nothing is heard: not more than that lies between a voice and the noise of a room."""
_TOGETHER = 2.0
"""ms that single delays may lie off the straight line of a drift."""
_RESOLVED = 0.5
"""ms that a drift must come to over the recording to be told from the error of a delay."""


@dataclass(frozen=True, slots=True)
class Bleed:
    """`file` hears `source`: `delay` ms later (before any drift), `level` dB below its direct sound."""

    file: str
    source: str
    delay: float
    level: float
    drift: float
    """Parts per million by which the clock of `file` is slower than that of `source`; 0 where it cannot be told."""


class Copy:
    """A small copy of a track in a temporary file: 8 kHz, 16 bits, one channel; 58 MB for an hour."""

    def __init__(self, rate: int, stream: BinaryIO) -> None:
        self.rate, self.stream, self.samples = rate, stream, 0
        stream.seek(0)
        stream.truncate()
        self.rest: NDArray[np.float32] | None = None
        self.position = 0.0

    def hear(self, block: NDArray[np.float32]) -> None:
        import numpy as np

        sound = block[:, 0] if block.shape[1] == 1 else block.mean(axis=1)
        sound = sound if self.rest is None else np.concatenate((self.rest, sound))
        ratio = self.rate / RATE
        if self.rate % RATE == 0:
            step = self.rate // RATE
            count = len(sound) // step
            self.rest = sound[count * step :].copy()
            # Of so few samples each, `reduceat` is several times as fast as a mean along rows.
            self._write(np.add.reduceat(sound[: count * step], np.arange(0, count * step, step)) / step)
            return
        count = int((len(sound) - self.position) / ratio)
        edges = (self.position + ratio * np.arange(count + 1)).astype(np.int64)
        summed = np.concatenate(([0.0], np.cumsum(sound, dtype=np.float64)))
        widths = np.maximum(np.diff(edges), 1)
        small = (summed[np.minimum(edges[:-1] + widths, len(sound))] - summed[edges[:-1]]) / widths
        self._write(small)
        reached = self.position + ratio * count
        self.position = reached - int(reached)
        self.rest = sound[int(reached) :].copy()

    def _write(self, small: NDArray[np.floating]) -> None:
        import numpy as np

        self.stream.write(np.clip(small * 32767, -32767, 32767).astype("<i2").tobytes())
        self.samples += len(small)

    def read(self, start: int, count: int) -> NDArray[np.float64]:
        """Samples `start` to `start + count`; silence where the track is not."""
        import numpy as np

        first = max(0, start)
        self.stream.seek(2 * first)
        data = np.frombuffer(self.stream.read(max(0, 2 * (start + count - first))), dtype="<i2")
        sound = np.zeros(count)
        sound[first - start : first - start + len(data)] = data / 32767
        return sound


def compare(
    hearing: tuple[Copy, NDArray[np.float32], int],
    speaking: tuple[Copy, NDArray[np.float32], int],
    voices: tuple[NDArray[np.float32], NDArray[np.float32]],
) -> tuple[float, float, float] | None:
    """Delay (ms), level (dB) and drift (ppm) of what the first track hears of the second; None if it hears nothing.

    Each track is its copy, its levels (dBFS of every 100 ms), and its offset in ms; `voices` is what stands above the
    noise of each (dBFS of every 20 ms).
    Delays are found as `sound.delay` says, at moments at which the second track's
    speaker is loud and the first one's own speaker is not.
    """
    import numpy as np

    moments = _moments(hearing, speaking)
    if not moments:
        return None
    size = 1 << (2 * _MOMENT * RATE).bit_length()
    crosses = []
    for moment in moments:
        heard, said = (
            copy.read((moment - offset) * RATE // 1000, _MOMENT * RATE) for copy, _, offset in (hearing, speaking)
        )
        crosses.append(phases(heard, said, size, RATE, _HIGHEST))
    peaks = [peak(np.fft.irfft(cross, size), RATE, fine=True) for cross in crosses]
    clear = [
        (moment, highest.late * 1000 / RATE) for moment, highest in zip(moments, peaks, strict=True) if highest.clear
    ]
    if len(clear) < 2:
        highest = peak(np.fft.irfft(np.sum(crosses, axis=0), size), RATE, fine=True)
        if not highest.clear:
            return None
        delay, slope = highest.late * 1000 / RATE, 0.0
    else:
        delay, slope = _line(clear)
    level = _level(voices, (hearing[2], speaking[2]), moments, delay)
    return None if level is None else (delay, level, slope)


def _moments(
    hearing: tuple[Copy, NDArray[np.float32], int],
    speaking: tuple[Copy, NDArray[np.float32], int],
) -> list[int]:
    """Where the one speaks and the other does not, in ms of the source timeline."""
    import numpy as np

    own, other = (levels for _, levels, _ in (hearing, speaking))
    shift = (speaking[2] - hearing[2]) // 100
    steps = np.arange(0, len(other) - 10 * _MOMENT, 5 * _MOMENT)
    usable: list[int] = []
    tops = [float(np.percentile(levels, 95)) for levels in (own, other)]
    for step in steps.tolist():
        said = other[step : step + 10 * _MOMENT]
        heard = own[max(0, step + shift) : max(0, step + shift + 10 * _MOMENT)]
        # Loud for its own microphone, and not for the other one: nobody speaks into that, but it is on.
        if (
            len(heard) == len(said)
            and np.min(heard) > _OFF
            and np.mean(said > tops[1] - _LOUD) >= 0.5
            and _decibels(heard) - tops[0] < _decibels(said) - tops[1] - _OTHER
        ):
            usable.append(step)
    # The same number from every part of the recording: a drift shows between its ends.
    chosen = np.linspace(0, max(0, len(usable) - 1), min(_MOMENTS, len(usable))).astype(int)
    return [int(usable[i]) * 100 + speaking[2] for i in chosen.tolist()]


def _decibels(levels: NDArray[np.float32]) -> float:
    """The mean power of levels in dB."""
    import numpy as np

    return float(10 * np.log10(np.mean(10 ** (levels / 10))))


def _line(clear: Sequence[tuple[int, float]]) -> tuple[float, float]:
    """Delay at the beginning (ms) and drift (ppm) of a line through most of the (moment, delay); drift 0 if unsure."""
    import numpy as np

    times, delays = np.array(clear, dtype=np.float64).T
    # Theil and Sen: the median of the slopes of all pairs is not moved by a few wrong delays.
    first, second = np.triu_indices(len(times), 1)
    apart = times[second] - times[first] > 1000
    if not apart.any():
        return float(np.median(delays)), 0.0
    slope = float(np.median((delays[second] - delays[first])[apart] / (times[second] - times[first])[apart]))
    start = float(np.median(delays - slope * times))
    off = np.abs(delays - start - slope * times)
    sure = len(clear) >= 4 and np.mean(off <= _TOGETHER) >= 0.6 and abs(slope) * (times[-1] - times[0]) > _RESOLVED
    return (start, round(slope * 1e6, 1)) if sure else (float(np.median(delays)), 0.0)


def _level(
    voices: tuple[NDArray[np.float32], NDArray[np.float32]],
    offsets: tuple[int, int],
    moments: Sequence[int],
    delay: float,
) -> float | None:
    """By how many dB the first track has more (less: below 0) of what is said into the second, while that is loud.

    Above the noise of both, `delay` ms later: an echo of a call comes when something else is said. None where nothing
    stands above it.
    """
    import numpy as np

    apart = []
    late = (round(delay / _FRAME), 0)
    for moment in moments:
        starts = [(moment - offset) // _FRAME + more for offset, more in zip(offsets, late, strict=True)]
        pair = [_means(voice[max(0, start) :][:_FRAMES]) for voice, start in zip(voices, starts, strict=True)]
        heard, said = (levels[: min(map(len, pair))] for levels in pair)
        if len(said) and starts[0] >= 0:
            apart.append((heard - said)[said > np.percentile(said, 60)])
    level = float(np.median(np.concatenate(apart))) if apart else _NONE
    return round(level, 1) if level > _NONE else None


def _means(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of 100 ms each, in dB: rooms ring."""
    import numpy as np

    powers = np.pad(10 ** (levels.astype(np.float64) / 10), 2, mode="edge") if len(levels) else np.ones(5)
    return np.asarray(10 * np.log10(np.convolve(powers, np.ones(5) / 5, "valid")), np.float32)[: len(levels)]
