"""The one decoder of recordings: mix, preflight and recogniser all read a track here, as the preflight decided it."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline import ffmpeg
from podcast_pipeline.sound.track import Sound

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def samples(
    path: Path,
    sound: Sound,
    rate: int,
    *,
    channels: int = 1,
    block: int = 1 << 18,
    filters: Iterable[str] = (),
    strict: bool = True,
) -> Generator[NDArray[np.float32], None, str]:
    """The track `sound` of the file `path`, behind `filters`; as `ffmpeg.samples`, whose value it returns."""
    chain = ",".join((*sound.filters(channels), *filters))
    return (yield from ffmpeg.samples(path, rate, channels=channels, block=block, filters=chain, strict=strict))
