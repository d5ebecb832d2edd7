"""The Info frame of an MP3: how many samples it plays, without the encoder's delay, and where in it what time is.

The tag that LAME writes into an otherwise silent first frame, with the fields that players read (frame count, size,
table of contents, delay and padding, digests); it says nothing of the sound, as FFmpeg's muxer does not either.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from podcast_pipeline.audio import mpeg

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DELAY = 576
"""Samples that libmp3lame puts before the first one; decoders know that they add 529 of their own."""
_TAG = 156
"""Bytes of the tag."""
_LANES = 4096


def frame(header: bytes, frames: int, size: int, samples: int, digest: int) -> bytes:
    """The Info frame for an MP3 of constant bit rate.

    `header` is what the function of this name says, `size` the bytes of its `frames` frames, `samples` how many of one
    channel are to be played, `digest` the CRC-16 of the frames.
    """
    length = mpeg.size(header)
    whole = size + length
    padding = frames * mpeg.SAMPLES - DELAY - samples
    # At every hundredth of the time: where it is, in 256ths of the file.
    contents = bytes(min(255, 256 * (length + size * share // 100) // whole) for share in range(100))
    tag = b"".join((
        b"Info", (0x0F).to_bytes(4, "big"), frames.to_bytes(4, "big"), whole.to_bytes(4, "big"), contents, bytes(4),
        b"Lavf lame", bytes(12), (DELAY << 12 | padding).to_bytes(3, "big"), bytes(4), whole.to_bytes(4, "big"),
        digest.to_bytes(2, "big"),
    ))  # fmt: skip
    made = header + bytes(mpeg.side(header) - 4) + tag
    return (made + crc16(made).to_bytes(2, "big")).ljust(length, b"\0")


def header(first: bytes) -> bytes:
    """The Info frame's own header for a stream whose first frame has the header `first`, without padding.

    The bit rate is the stream's, or the next above it whose frames hold the tag.
    """
    for rate in range(first[2] >> 4, 15):
        made = bytes((first[0], first[1], rate << 4 | first[2] & 0x0C, first[3]))
        if mpeg.size(made) >= mpeg.side(made) + _TAG:
            break
    return made


def crc16(data: bytes, before: int = 0) -> int:
    """CRC-16/ARC (polynomial 0x8005, reflected) of `data`, behind data of which it is `before`.

    Bytes go through in many lanes at once: a CRC is linear, so that the lanes can be put together afterwards.
    """
    import numpy as np

    lane = len(data) // _LANES // 2
    if lane < 32:
        table = _table(8)
        for byte in data:
            before = before >> 8 ^ int(table[(before ^ byte) & 0xFF])
        return before
    table = _table(16)
    lanes = np.frombuffer(data, "<u2", lane * _LANES).reshape(_LANES, lane)
    crcs = np.zeros(_LANES, np.uint16)
    for column in lanes.T:
        crcs = table[crcs ^ column]
    # What as many zeros make of each bit of a CRC.
    after = (1 << np.arange(16)).astype(np.uint16)
    for _ in range(lane):
        after = table[after]
    for crc in crcs:
        moved = int(np.bitwise_xor.reduce(after[[bit for bit in range(16) if before >> bit & 1]], initial=0))
        before = moved ^ int(crc)
    return crc16(data[2 * lane * _LANES :], before)


@functools.cache
def _table(bits: int) -> NDArray[np.uint16]:
    """What so many zeros make of a CRC, by its lowest bits."""
    import numpy as np

    table = np.arange(1 << bits, dtype=np.uint16)
    for _ in range(bits):
        table = np.where(table & 1, table >> 1 ^ 0xA001, table >> 1).astype(np.uint16)
    return table
