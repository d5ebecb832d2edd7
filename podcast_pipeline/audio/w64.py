"""Our intermediates: 32-bit float W64, read and written in blocks.

Float, as levelled peaks pass full scale; W64, as WAV ends at 4 GB, which is 3.1 hours of stereo.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from podcast_pipeline import atomic
from podcast_pipeline.container import wav
from podcast_pipeline.errors import AudioError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_HEAD = 104
"""Bytes before the first sample in the files written here."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Random access to the frames of a 32-bit float file; `samples` is their number."""

    rate: int
    channels: int
    samples: int
    start: int
    stream: BinaryIO

    def read(self, start: int, count: int) -> NDArray[np.float32]:
        """Frames `start` to `start + count` as float32 of shape (count, channels)."""
        import numpy as np

        self.stream.seek(self.start + start * self.channels * 4)
        data = self.stream.read(count * self.channels * 4)
        return np.frombuffer(data, dtype="<f4").reshape(-1, self.channels)


@contextlib.contextmanager
def reading(path: Path) -> Iterator[Reader]:
    """Open `path` for reading. Raises AudioError if it is not a whole 32-bit float file."""
    header = wav.read(path)
    if not header.floating or header.bits != 32:
        raise AudioError(f"{path}: not a 32-bit float intermediate", "build it again: podcast normalize --force")
    with open(path, "rb") as stream:
        yield Reader(header.rate, header.channels, header.frames, header.start, stream)


@dataclass(frozen=True, slots=True)
class Writer:
    """Appends frames (of `frame` bytes) to the file at `path`."""

    path: Path
    frame: int
    stream: BinaryIO

    def write(self, block: NDArray[np.float32]) -> None:
        """Append `block`, shape (n, channels)."""
        self.stream.write(block.astype("<f4", order="C", copy=False).data)

    @contextlib.contextmanager
    def part(self, first: int) -> Iterator[Writer]:
        """One who writes from frame `first` on, beside others who write other parts."""
        with open(self.path, "r+b") as stream:
            stream.seek(_HEAD + first * self.frame)
            yield Writer(self.path, self.frame, stream)


@contextlib.contextmanager
def writing(path: Path, rate: int, channels: int, samples: int) -> Iterator[Writer]:
    """Open `path` for exactly `samples` frames: as the length is known before, the header is right from the start.

    Raises PodcastError if there is no room for it.
    """
    frame = channels * 4
    size = samples * frame
    try:
        with open(path, "wb") as stream:
            stream.write(
                wav.W64_RIFF + struct.pack("<Q", _HEAD + size) + b"wave" + wav.W64_SUFFIX
                + b"fmt " + wav.W64_SUFFIX + struct.pack("<QHHIIHH", 40, 3, channels, rate, rate * frame, frame, 32)
                + b"data" + wav.W64_SUFFIX + struct.pack("<Q", 24 + size)
            )  # fmt: skip
            stream.flush()
            yield Writer(path, frame, stream)
        if (written := path.stat().st_size) != _HEAD + size:
            raise AssertionError(f"{written} bytes were written to {path.name} where {_HEAD + size} are due")
    except OSError as error:
        raise atomic.failure(path, _HEAD + size, error) from error


def halves(samples: int, block: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Two parts of as many frames, to be worked on side by side; the first of whole blocks of `block` frames.

    Always two, whatever the number of cores: what comes out must be the same anywhere.
    """
    middle = samples // 2 // block * block
    return (0, middle), (middle, samples)
