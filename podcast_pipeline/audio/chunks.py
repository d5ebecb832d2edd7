"""One MP3 encoded on all cores: in chunks that overlap, joined between two frames where both encodings agree.

An encoder that starts a second early writes, after a dozen frames, what one that came the whole way would write, or
another rendering of the same sound that is as good. So nothing is heard of a join, and no sample moves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline import atomic, parallel
from podcast_pipeline.audio import gapless, lame, mpeg
from podcast_pipeline.audio.mpeg import Stream
from podcast_pipeline.progress import Progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SECONDS = 300
"""About how long a chunk is. The number of chunks never depends on the cores: the bytes must be the same anywhere."""
_SHORTEST = 150
"""Seconds that are worth two chunks."""
_EARLY = 64
"""Frames that an encoder starts before its chunk: 1.5 s."""
_LATE = 64
"""Frames that it goes on behind its chunk; a join is sought in them."""
_FLUSHED = 4
"""Last frames of an encoding that ends too soon, which are not used."""
_CYCLE = 49
"""Frames after which the padding of 44.1 kHz repeats."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The frames from `first` to that of the next chunk, encoded from `start` to `end`."""

    first: int
    start: int
    end: int


def plan(samples: int, rate: int) -> list[Chunk]:
    """The chunks for so many samples: an even number, as long as each other, or one if that would be short."""
    count = 2 * round(samples / rate / _SECONDS / 2) or (2 if samples >= _SHORTEST * rate else 1)
    firsts = [samples * number // count // mpeg.SAMPLES for number in range(count)]
    whole = -(-samples // mpeg.SAMPLES)
    ends = [*(min(whole, first + _LATE + _FLUSHED) for first in firsts[1:]), whole]
    starts = [max(0, first - _EARLY) // _CYCLE * _CYCLE for first in firsts]
    return [Chunk(*each) for each in zip(firsts, starts, ends, strict=True)]


def encode(
    sound: Callable[[int, int], Iterable[NDArray[np.float32]]],
    shape: tuple[int, int],
    samples: int,
    kbps: int,
    output: Path,
    report: Progress,
) -> None:
    """Write `output`, an MP3 of constant bit rate with its Info frame, from `samples` frames of `shape` (per second,
    channels); `sound` gives those from one number to another, in blocks. Raises PodcastError (disk full).
    """
    chunks = plan(samples, shape[0])
    # Where two chunks have no frame at which they can be joined, all is encoded in one piece.
    for planned in (chunks, [Chunk(0, 0, chunks[-1].end)]):
        files = [output.with_name(f"{output.name}.{number}") for number in range(len(planned))]

        def job(chunk: Chunk, file: Path) -> tuple[float, Callable[[Progress], None]]:
            first, last = chunk.start * mpeg.SAMPLES, min(samples, chunk.end * mpeg.SAMPLES)
            return last - first, partial(_write, sound(first, last), shape, last - first, kbps, file)

        try:
            parallel.each([job(chunk, file) for chunk, file in zip(planned, files, strict=True)], report)
            if _join(planned, files, samples, output):
                return
        except OSError as error:
            raise atomic.failure(output, 0, error) from error
        finally:
            for file in files:
                file.unlink(missing_ok=True)


def _write(
    blocks: Iterable[NDArray[np.float32]], shape: tuple[int, int], samples: int, kbps: int, file: Path, report: Progress
) -> None:
    """The bare frames of `blocks`, which are `samples` frames together."""
    fed = 0

    def told() -> Iterator[NDArray[np.float32]]:
        nonlocal fed
        for block in blocks:
            yield block
            fed += len(block)
            report(min(1.0, fed / samples))

    with open(file, "wb") as stream:
        stream.writelines(lame.frames(told(), shape, kbps))


def _join(chunks: Sequence[Chunk], files: Sequence[Path], samples: int, output: Path) -> bool:
    """Put the frames together, the Info frame first, with two chunks at most in memory. False: they do not fit."""
    current, at = Stream.of(files[0].read_bytes()), 0
    header = gapless.header(current.data[:4])
    frames = size = digest = 0
    with open(output, "wb") as stream:
        stream.write(bytes(mpeg.size(header)))
        for before, chunk, file in zip(chunks, chunks[1:], files[1:], strict=False):
            following = Stream.of(file.read_bytes())
            later = chunk.start - before.start
            here = mpeg.seam(current, following, later, chunk.first - before.start, len(current) - _FLUSHED)
            if here is None:
                return False
            kept = mpeg.tail(current, at, here, following, here - later)
            stream.write(kept)
            frames, size, digest = frames + here - at, size + len(kept), gapless.crc16(kept, digest)
            current, at = following, here - later
        kept = current.data[current.starts[at] :]
        stream.write(kept)
        frames, size, digest = frames + len(current) - at, size + len(kept), gapless.crc16(kept, digest)
        stream.seek(0)
        stream.write(gapless.frame(header, frames, size, samples, digest))
    return True
