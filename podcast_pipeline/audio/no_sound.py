"""Bytes that are no sound, in a file of plain samples: noise at full scale, of which nothing in the file tells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from podcast_pipeline import timecode
from podcast_pipeline.audio.runs import runs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_WINDOW = 0.01
"""Seconds: 480 samples, of which power and correlation are known to 12 and 5 %."""
_POWER = (0.2, 0.5)
"""Of random bytes as samples: equally likely between -1 and 1, which is a third."""
_ALIKE = 0.2
"""Correlation of each sample with the next one and the one behind: of sound at that level it is far higher."""
_LEAST = 3
"""Windows on end: a sector of a disk has 4,096 bytes, 43 ms of 16 bits in one channel."""
_NAMED = 5


class NoSoundEar:
    """Finds stretches of samples that are equally likely anywhere in full scale, and unlike their neighbours."""

    def __init__(self, rate: int) -> None:
        self.size, self.rate = max(1, round(rate * _WINDOW)), rate
        self.rest: NDArray[np.float32] | None = None
        self.random: list[NDArray[np.bool_]] = []

    def hear(self, block: NDArray[np.float32]) -> None:
        import numpy as np

        sound = block if self.rest is None else np.concatenate((self.rest, block))
        whole = len(sound) // self.size * self.size
        self.rest = sound[whole:].copy()
        frames = sound[:whole].reshape(-1, self.size, sound.shape[1])
        power = np.einsum("ijk,ijk->ik", frames, frames) / self.size
        random = ((power > _POWER[0]) & (power < _POWER[1])).all(axis=1)
        for number in np.flatnonzero(random):
            frame = frames[number]
            for late in (1, 2):
                alike = np.abs((frame[late:] * frame[:-late]).mean(axis=0)) / power[number]
                random[number] &= bool((alike < _ALIKE).all())
        self.random.append(random)

    def sentences(self) -> Iterator[str]:
        """What is to be said of them; nothing where there are none."""
        import numpy as np

        if not self.random:
            return
        stretches = runs(np.concatenate(self.random)).tolist()
        long = [(start, end) for start, end in stretches if end - start >= _LEAST]
        if long:
            times = ", ".join(timecode.exact(start * self.size * 1000 // self.rate) for start, _ in long[:_NAMED])
            seconds = sum(end - start for start, end in long) * self.size / self.rate
            yield (
                f"{seconds:.2f} s of it are noise at full scale, as bytes make it that are no sound, at {times}"
                f"{' and later' * (len(long) > _NAMED)}: it is damaged there; copy it again from the recorder, or "
                "listen there and cut it out"
            )
