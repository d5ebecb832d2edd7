"""Headers of WAV, RF64 and W64 files, read by ourselves: FFmpeg plays a truncated one without a word.

Layouts: RIFF/WAVE; EBU Tech 3306 (RF64, the `ds64` chunk); Sonic Foundry Wave64 (16-byte identifiers, 64-bit sizes that
include the chunk's own 24-byte head, chunks aligned to 8 bytes).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from podcast_pipeline.errors import AudioError

W64_RIFF = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00"
W64_SUFFIX = b"\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"
"""What follows the four letters of every other Wave64 identifier."""

_AGAIN = "copy it again from the recorder; if this is all there is, export it anew from an audio editor"
_ANYWAY = "copy it again from the recorder; if this is all there is, set allow_truncated = true in its [[track]]"


@dataclass(frozen=True, slots=True)
class Header:
    """Where the samples are. `declared` is the length the header promises in bytes, None if it was never written."""

    rate: int
    channels: int
    bits: int
    floating: bool
    start: int
    """Offset of the first sample in the file."""
    size: int
    """Bytes of samples that are really there."""
    declared: int | None

    @property
    def frames(self) -> int:
        """Whole sample frames in the file."""
        return self.size // (self.channels * self.bits // 8)


def read(path: Path, *, allow_truncated: bool = False) -> Header:
    """The header of a RIFF, RF64, BW64 or W64 file.

    A data length of 0 or all ones (a recorder that was killed, a streamed file) is accepted: the real one counts.
    Raises AudioError if the header promises more than the file holds (unless `allow_truncated`), holds no format or no
    samples.
    """
    with open(path, "rb") as stream:
        total = stream.seek(0, 2)
        stream.seek(0)
        head = stream.read(40)
        if head[:4] == b"riff":
            chunks, unknown = _wave64(stream, total), {0, 24, 2**63 - 1, 2**64 - 1}
        else:
            chunks, unknown = _riff(stream, total), {0, 0xFFFFFFFF, 2**64 - 1}
        places: dict[bytes, tuple[int, int]] = {}
        for name, start, size in chunks:
            places.setdefault(name, (start, size))
            if name == b"data":
                break
        if b"fmt " not in places or b"data" not in places:
            raise AudioError(f"{path}: the file is cut off inside its header ({total:,} bytes)", _AGAIN)
        kind, channels, rate, speed, bits = _format(path, stream, *places[b"fmt "])
        start, size = places[b"data"]
    there = max(0, total - start)
    declared = None if size in unknown else size
    if there == 0:
        raise AudioError(f"{path}: there are no samples in this file, only a header", _AGAIN)
    if declared is not None and declared > there and not allow_truncated:
        raise AudioError(
            f"{path}: truncated: the header promises {declared / speed:.1f} s of sound, "
            f"the file holds {there / speed:.1f} s",
            _ANYWAY,
        )
    size = there if declared is None else min(declared, there)
    return Header(rate, channels, bits, kind == 3, start, size, declared)


def _riff(stream: BinaryIO, total: int) -> Iterator[tuple[bytes, int, int]]:
    position, wide = 12, None
    while position + 8 <= total:
        stream.seek(position)
        name, size = struct.unpack("<4sI", stream.read(8))
        if name == b"ds64" and position + 24 <= total:
            _, wide = struct.unpack("<QQ", stream.read(16))
        elif name == b"data" and wide is not None and size == 0xFFFFFFFF:
            size = wide
        yield name, position + 8, size
        position += 8 + size + size % 2


def _wave64(stream: BinaryIO, total: int) -> Iterator[tuple[bytes, int, int]]:
    position = 40
    while position + 24 <= total:
        stream.seek(position)
        identifier, size = struct.unpack("<16sQ", stream.read(24))
        # An unwritten size stays as it is, so that the caller knows it; a written one counts its own head.
        written = 24 < size < 2**63 - 1
        yield identifier[:4], position + 24, size - 24 if written else size
        if not written:
            return
        position += size + -size % 8


def _format(path: Path, stream: BinaryIO, start: int, size: int) -> tuple[int, int, int, int, int]:
    stream.seek(start)
    data = stream.read(min(size, 40))
    if len(data) < 16:
        raise AudioError(f"{path}: the file is cut off inside its header", _AGAIN)
    kind, channels, rate, speed, _, bits = struct.unpack("<HHIIHH", data[:16])
    if kind == 0xFFFE and len(data) >= 26:
        kind = struct.unpack("<H", data[24:26])[0]
    if not rate or not speed or channels * bits < 8:
        raise AudioError(f"{path}: the header is damaged: {channels} channels at {rate} Hz, {bits} bits", _AGAIN)
    return kind, channels, rate, speed, bits
