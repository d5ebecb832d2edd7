"""MP3 by LAME, within this process: several encoders at a time, each on a core of its own."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

QUALITY = 5
"""On LAME's scale from 0 (slowest) to 9; FFmpeg's choice where nobody says otherwise."""
_FULL = 32767
"""LAME gets 16 bits: their rounding lies 98 dB below full scale, far below what the coding itself adds."""


@functools.cache
def version() -> str:
    """Of the package that carries LAME: another one may give other bytes for the same sound."""
    import importlib.metadata

    return importlib.metadata.version("lameenc")


def frames(blocks: Iterable[NDArray[np.float32]], shape: tuple[int, int], kbps: int) -> Iterator[bytes]:
    """The MPEG frames of all `blocks` (shape (n, channels), full scale +-1.0), as they come: one piece for each block,
    and the rest.

    `shape`: frames per second, channels. The bit rate is constant; there is no Info frame (see `gapless`).
    """
    import lameenc
    import numpy as np

    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_in_sample_rate(shape[0])
    # Unless it is told, LAME resamples what has few bits for its rate, and the frames are no longer those of `mpeg`.
    encoder.set_out_sample_rate(shape[0])
    encoder.set_channels(shape[1])
    encoder.set_bit_rate(kbps)
    encoder.set_quality(QUALITY)
    for block in blocks:
        scaled = block * np.float32(_FULL)
        np.clip(np.rint(scaled, out=scaled), -_FULL, _FULL, out=scaled)
        yield bytes(encoder.encode(scaled.astype("<i2").tobytes()))
    yield bytes(encoder.flush())
