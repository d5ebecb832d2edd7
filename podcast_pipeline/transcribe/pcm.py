"""A track as the recogniser wants it: 16 kHz mono samples in a scratch file, read in windows, never held whole."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline.errors import AudioError, PodcastError
from podcast_pipeline.sound import decode as decoder
from podcast_pipeline.sound.track import WHOLE, Sound
from podcast_pipeline.transcribe.engine import RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BYTES = 2
"""Signed 16-bit little-endian: what Whisper itself is fed, at 115 MB an hour."""


@dataclass(frozen=True, slots=True)
class Pcm:
    """A decoded track of `samples` samples."""

    path: Path
    samples: int

    @property
    def duration(self) -> int:
        """Length in ms."""
        return self.samples * 1000 // RATE

    def read(self, start: int, end: int) -> NDArray[np.float32]:
        """Samples `start` to `end` (clamped to the track) as float32, full scale +-1.0, shape (n,)."""
        import numpy as np

        start, end = max(0, start), min(end, self.samples)
        if end <= start:
            return np.zeros(0, np.float32)
        raw = np.fromfile(self.path, dtype="<i2", count=end - start, offset=start * _BYTES)
        return raw.astype(np.float32) / np.float32(32768)

    def window(self, start: int, end: int) -> NDArray[np.float32]:
        """The same, but always `end - start` samples: silence where the track is not."""
        import numpy as np

        samples = np.zeros(end - start, np.float32)
        inside = self.read(start, end)
        place = max(0, -start)
        samples[place : place + len(inside)] = inside
        return samples


def decode(recording: Path, scratch: Path, sound: Sound = WHOLE) -> Pcm:
    """Decode the track `sound` of `recording` into `scratch`. Raises AudioError; PodcastError for a full disk."""
    # Closed, not only dropped: whatever leaves the loop early must leave no FFmpeg running.
    with contextlib.closing(decoder.samples(recording, sound, RATE)) as blocks:
        decoded = written(blocks, scratch, recording.name)
    if decoded.samples == 0:
        raise AudioError(f"{recording}: there is no sound in this file", "copy the recording again")
    return decoded


def written(blocks: Iterable[NDArray[np.float32]], scratch: Path, name: str) -> Pcm:
    """Write samples into `scratch`; `name` is what they are called in messages. Raises PodcastError for a full disk."""
    import numpy as np

    count = 0
    try:
        with open(scratch, "wb") as stream:
            for block in blocks:
                stream.write(np.clip(np.rint(block * 32768), -32768, 32767).astype("<i2").tobytes())
                count += len(block)
    except OSError as error:
        raise PodcastError(
            f"{scratch.parent}: no room to decode {name}: {error.strerror}",
            f"free {115 * 2} MB for every hour of two tracks and run the command again",
        ) from error
    return Pcm(scratch, count)
