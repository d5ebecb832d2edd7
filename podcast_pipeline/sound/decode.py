"""The one decoder of recordings: mix, preflight and recogniser all read a track here, as the preflight decided it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline import ffmpeg
from podcast_pipeline.sound.track import Sound
from podcast_pipeline.sound.unchanged import unchanged

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_NONE = (sys.maxsize, sys.maxsize)


def samples(
    path: Path,
    sound: Sound,
    rate: int,
    *,
    channels: int = 1,
    block: int = 1 << 18,
    filters: Iterable[str] = (),
    delay: int = 0,
    strict: bool = True,
) -> Generator[NDArray[np.float32], None, str]:
    """The track `sound` of the file `path`, behind `filters`, which put `delay` samples before it; what is missing in
    the file is silence at its time, and one whose clock is not the episode's is laid onto that by one resampling. Else
    as `ffmpeg.samples`, whose value it returns: all blocks but the last are full.
    """
    chain = ",".join((*sound.filters(channels), *filters))
    decoded = ffmpeg.samples(
        path,
        rate,
        channels=channels,
        block=block,
        filters=chain,
        strict=strict,
        stream=sound.stream,
        damaged=sound.damaged,
    )
    said = ""

    def heard() -> Generator[NDArray[np.float32]]:
        nonlocal said
        with unchanged(path):
            said = yield from decoded

    silences = ((start + delay, end + delay) for start, end in sound.silences(rate))
    with contextlib.closing(heard()) as pieces:
        if not sound.gaps and not sound.moved:
            yield from pieces
            return said
        whole = _filled(pieces, silences, block)
        if sound.drift:
            whole = _stretched(whole, rate or sound.per_second, sound.drift, channels)
        if sound.later:
            whole = _later(whole, round(sound.later * (rate or sound.per_second) / 1000), block, channels)
        yield from full(whole, block)
    return said


def _stretched(
    pieces: Iterable[NDArray[np.float32]], rate: int, drift: float, channels: int
) -> Iterator[NDArray[np.float32]]:
    """The same sound on a clock that is `drift` ppm faster: with so many more samples, none of them late."""
    import numpy as np
    import soxr

    stream = soxr.ResampleStream(float(rate), rate * (1 + drift / 1e6), channels, dtype="float32", quality="HQ")
    for piece in pieces:
        yield stream.resample_chunk(np.ascontiguousarray(piece))
    yield stream.resample_chunk(np.empty((0, channels) if channels > 1 else 0, np.float32), last=True)


def _later(
    pieces: Iterable[NDArray[np.float32]], count: int, most: int, channels: int
) -> Iterator[NDArray[np.float32]]:
    """The same behind `count` frames of silence; without its first ones where that is below 0."""
    import numpy as np

    for start in range(0, count, most):
        size = min(most, count - start)
        yield np.zeros((size, channels) if channels > 1 else size, np.float32)
    before = max(0, -count)
    for piece in pieces:
        yield piece[before:]
        before = max(0, before - len(piece))


def _filled(
    pieces: Iterable[NDArray[np.float32]], silences: Iterator[tuple[int, int]], most: int
) -> Iterator[NDArray[np.float32]]:
    """The pieces with silence where it belongs, from one place of the result to another; in pieces of `most` frames."""
    import numpy as np

    at, (start, end) = 0, next(silences, _NONE)
    for piece in pieces:
        while len(piece):
            while at == start:
                size = min(most, end - at)
                yield np.zeros((size, *piece.shape[1:]), np.float32)
                at += size
                start, end = (at, end) if at < end else next(silences, _NONE)
            sound, piece = piece[: start - at], piece[start - at :]
            yield sound
            at += len(sound)


def full(pieces: Iterable[NDArray[np.float32]], size: int) -> Iterator[NDArray[np.float32]]:
    """The same in pieces of `size` frames, and the rest, shorter."""
    import numpy as np

    held: list[NDArray[np.float32]] = []
    room = size
    for piece in pieces:
        while len(piece):
            part, piece = piece[:room], piece[room:]
            held.append(part)
            room -= len(part)
            if not room:
                yield np.concatenate(held)
                held, room = [], size
    if held:
        yield np.concatenate(held)
