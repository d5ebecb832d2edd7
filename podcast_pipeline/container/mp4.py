"""Boxes of an MP4, M4A or MOV (ISO 14496-12): whether the index is there, and what stands in it was written to the end.

A recorder writes its index last: where it was killed, the sound is there and nobody knows where. Only fragmented files
have theirs in pieces.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

_INDEX = 64 << 20
"""Bytes of an index that are read; that of twelve hours has some five million."""
_NAMES = (b"ftyp", b"moov", b"mdat", b"moof", b"mfra", b"free", b"skip", b"wide", b"udta", b"uuid", b"styp", b"sidx")
"""What is no such box at the end of a file is no box: a tag, or zeros."""
_PIECE = 1 << 20
"""Bytes that are searched at a time."""
_MOST = 1 << 20
"""Boxes that are looked at."""


@dataclass(frozen=True, slots=True)
class Boxes:
    """`index`: there is a `moov`. `fragments`: how many `moof`. `short`: by how many bytes the last box is longer than
    the file. `protected`: its sound is encrypted. `samples`: bytes in `mdat`. `broken`: from this byte on there is no
    box, though fragments follow; 0: nowhere."""

    index: bool = False
    fragments: int = 0
    short: int = 0
    protected: bool = False
    samples: int = 0
    broken: int = 0


def read(stream: BinaryIO, total: int) -> Boxes:
    """The boxes from the stream's place to `total`."""
    index, protected, fragments, samples, short = False, False, 0, 0, 0
    at, name = stream.tell(), b""
    for _ in range(_MOST):
        stream.seek(at)
        head = stream.read(16)
        if len(head) < 8 or at + 8 > total:
            break
        size, name = struct.unpack(">I4s", head[:8])
        body = 8
        if size == 1 and len(head) == 16:
            size, body = struct.unpack(">Q", head[8:])[0], 16
        if size < body:
            size = total - at  # to the end of the file, or never written
        if name == b"moov":
            index = at + size <= total
            stream.seek(at)
            inside = stream.read(min(size, _INDEX))
            protected = b"enca" in inside or b"drms" in inside or b"aavd" in inside
        fragments += name == b"moof"
        samples += (min(size, total - at) - body) * (name == b"mdat")
        short = max(0, at + size - total) * (name in _NAMES)
        if at + size >= total or (name not in _NAMES and at + size > total):
            break
        at += size
    broken = at if fragments and name not in _NAMES and _has_fragment(stream, at, total) else 0
    return Boxes(index, fragments, short, protected, samples, broken)


def _has_fragment(stream: BinaryIO, at: int, total: int) -> bool:
    """Whether one begins anywhere from byte `at` on."""
    stream.seek(at)
    before = b""
    while (size := min(_PIECE, total - stream.tell())) > 0 and (piece := stream.read(size)):
        if b"moof" in before + piece:
            return True
        before = piece[-3:]
    return False
