"""Headers of WAV, RF64 and W64 files, read by ourselves: FFmpeg plays a truncated one without a word.

Layouts: RIFF/WAVE; EBU Tech 3306 (RF64, the `ds64` chunk); Sonic Foundry Wave64 (16-byte identifiers, 64-bit sizes that
include the chunk's own 24-byte head, chunks aligned to 8 bytes). Lengths in headers are often wrong: what is there is
read, and what the header says otherwise is said.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from podcast_pipeline import reading
from podcast_pipeline.container import frames
from podcast_pipeline.errors import AudioError, DamagedError

W64_RIFF = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00"
W64_SUFFIX = b"\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"
"""What follows the four letters of every other Wave64 identifier."""

PCM, FLOAT, ALAW, MULAW, MP3 = 1, 3, 6, 7, 0x55
"""Kinds of samples, as the format chunk numbers them."""
PLAIN = (PCM, FLOAT, ALAW, MULAW)
_NAME = re.compile(rb"[\x20-\x7e]{4}")
_KNOWN = re.compile(rb"LIST|bext|iXML|id3 |ID3 |cue |smpl|JUNK|PAD |axml|_PMX|cart|umid|minf|elm1|regn|afsp|fact|PEAK")
_SAMPLES = (b"data", b"RIFF", b"RF64", b"BW64")
"""Chunks that hold samples, or are a file of their own: not to be passed over."""
_SEARCHED = 1 << 20
"""Bytes in which the samples are looked for where the sizes of chunks do not lead there."""
_BEHIND = 1 << 18
"""Bytes at the end of a file in which chunks are looked for that stand behind samples of unknown length."""
_ENDLESS = ((0x7FFF_0000, 0x8000_0000), (0xFFFF_0000, 0xFFFF_FFFF), (2**63 - 65536, 2**64))
"""Lengths that programs write while they do not know it, and a few behind for those that count their header in."""
_LITTLE = 0.1
"""Seconds: what lies behind the declared end and is shorter is no sound."""

_AGAIN = "copy it again from the recorder; if this is all there is, export it anew from an audio editor"


@dataclass(frozen=True, slots=True)
class Header:
    """Where the samples are. `declared` is the length the header promises in bytes, None if it was never written."""

    rate: int
    channels: int
    bits: int
    kind: int
    start: int
    """Offset of the first sample in the file."""
    size: int
    """Bytes of samples that are really there."""
    declared: int | None
    speed: int
    """Bytes per second; 0 where a compressed kind does not say it."""
    block: int
    """Bytes of a frame: one sample of each channel, or a packet."""
    bent: bool = False
    """The chunks do not stand where their sizes say, so that no other reader finds the samples."""
    padded: bool = False
    """Whole numbers of fewer bits than the 32 that each takes: FFmpeg would read them as another kind."""

    @property
    def floating(self) -> bool:
        return self.kind == FLOAT

    @property
    def frames(self) -> int:
        """Whole sample frames in the file, of samples that are not compressed."""
        return self.size // self.block

    @property
    def further(self) -> bool:
        """Whether there is sound behind the end that the header declares."""
        return self.declared is not None and self.size > self.declared

    def seconds(self, size: int) -> str:
        """How long so many bytes sound, for a person."""
        return f"{size / self.speed:.1f} s" if self.speed else f"{size:,} bytes"


def read(path: Path, *, begin: int = 0, allow_truncated: bool = False) -> Header:
    """The header of a RIFF, RF64, BW64 or W64 file, which begins at byte `begin`.

    A data length that was never written (a recorder that was killed, a streamed file), that wrapped at 4 GB, or behind
    which sound goes on, is accepted: the real one counts. Raises AudioError if the header promises more than the file
    holds (unless `allow_truncated`), holds no format or no samples.
    """
    with reading.opened(path) as stream:
        total = stream.seek(0, 2)
        stream.seek(begin)
        wide = stream.read(4) == b"riff"
        places, bent = _places(stream, begin, total, _wave64 if wide else _riff)
        if b"fmt " not in places or b"data" not in places:
            missing = "the chunk `fmt `" if b"fmt " not in places else "the chunk `data`, which holds the samples"
            raise AudioError(
                f"{path}: the file is cut off inside its header ({total:,} bytes): {missing} is not in it", _AGAIN
            )
        form = _format(path, stream, *places[b"fmt "])
        start, size = places[b"data"]
        there = max(0, total - start)
        declared = None if _is_endless(size, there, wide) else size
        if there == 0:
            raise AudioError(f"{path}: there are no samples in this file, only a header", _AGAIN)
        real = _size(stream, start, declared, total, form.speed, _tail64 if wide else _tail)
        if declared is not None and real > declared:
            stream.seek(start + declared + declared % 2)
            bent = bent or stream.read(4) == b"data"  # FFmpeg takes the last of several
    header = Header(
        form.rate, form.channels, form.bits, form.kind, start, real, declared, form.speed, form.block,
        bent or form.odd, form.padded,
    )  # fmt: skip
    if declared is not None and declared > there and not allow_truncated:
        raise truncated(path, header)
    return header


def truncated(path: Path, header: Header) -> DamagedError:
    """The error of a file that holds less than its header promises."""
    assert header.declared is not None
    return DamagedError(
        f"{path}: truncated: the header promises {header.seconds(header.declared)} of sound, "
        f"the file holds {header.seconds(header.size)}"
    )


def _is_endless(size: int, there: int, wide: bool) -> bool:
    """Whether `size` is what programs write that do not know it yet; a real one of so much is there."""
    return size in (0, 24 * wide) or (size > there and any(low <= size <= high for low, high in _ENDLESS))


Chunks = Callable[[BinaryIO, int, int], Iterator[tuple[bytes, int, int, bool]]]
"""From a stream, its begin and its end: name, start and size of every chunk, and whether its size led there."""


def _places(stream: BinaryIO, begin: int, total: int, chunks: Chunks) -> tuple[dict[bytes, tuple[int, int]], bool]:
    """Where format and samples are, by name; and whether that is elsewhere than the sizes of chunks say."""
    places: dict[bytes, tuple[int, int]] = {}
    bent = False
    for name, start, size, led in chunks(stream, begin, total):
        bent = bent or not led
        places.setdefault(name, (start, size))
        if name == b"data":
            return places, bent
    if chunks is _riff:
        # A size before the samples is wrong: the chunks are where their names stand.
        stream.seek(begin)
        head, at = stream.read(_SEARCHED), 0
        for name in (b"fmt ", b"data"):
            at = head.find(name, at)
            if at < 0 or at + 8 > len(head):
                return places, bent
            places[name] = (begin + at + 8, struct.unpack("<I", head[at + 4 : at + 8])[0])
        bent = True
    return places, bent


def _riff(stream: BinaryIO, begin: int, total: int) -> Iterator[tuple[bytes, int, int, bool]]:
    position, wide, led = begin + 12, None, True
    while position + 8 <= total:
        stream.seek(position)
        name, size = struct.unpack("<4sI", stream.read(8))
        if name == b"ds64" and position + 24 <= total:
            _, wide = struct.unpack("<QQ", stream.read(16))
        elif name == b"data" and wide is not None and size == 0xFFFFFFFF:
            size = wide
        yield name, position + 8, size, led
        position, led = _behind(stream, position + 8 + size, size)


def _behind(stream: BinaryIO, end: int, size: int) -> tuple[int, bool]:
    """Where the next chunk begins: behind a byte of padding where the size is odd, but some programs write none."""
    if not size % 2:
        return end, True
    stream.seek(end)
    head = stream.read(5)
    if not _NAME.fullmatch(head[1:5]) and _NAME.fullmatch(head[:4]):
        return end, False
    return end + 1, True


def _wave64(stream: BinaryIO, begin: int, total: int) -> Iterator[tuple[bytes, int, int, bool]]:
    position = begin + 40
    while position + 24 <= total:
        stream.seek(position)
        identifier, size = struct.unpack("<16sQ", stream.read(24))
        # An unwritten size stays as it is, so that the caller knows it; a written one counts its own head.
        written = 24 < size < 2**63 - 1
        yield identifier[:4], position + 24, size - 24 if written else size, True
        if not written:
            return
        position += size + -size % 8


def _size(
    stream: BinaryIO,
    start: int,
    declared: int | None,
    total: int,
    speed: int,
    tail: Callable[[BinaryIO, int, int], bool],
) -> int:
    """How many bytes of samples there are from `start` on."""
    there = total - start
    if declared is not None:
        if declared >= there:
            return there
        if there - declared >= 1 << 32:
            return declared + (there - declared >> 32 << 32)
        end = start + declared
        if there - declared < _LITTLE * speed or tail(stream, end, total) or _is_empty(stream, end):
            return declared
    # Behind samples of a length that nobody wrote chunks may stand all the same.
    stream.seek(first := max(start, total - _BEHIND))
    for match in _KNOWN.finditer(stream.read()):
        if (first + match.start() - start) % 2 == 0 and tail(stream, first + match.start(), total):
            return first + match.start() - start
    return there


def _tail(stream: BinaryIO, at: int, total: int) -> bool:
    """Whether what stands from `at` to the end is chunks, or a tag."""
    stream.seek(at)
    head = stream.read(32)
    if frames.tag(head, 0) or frames.tag(head, 1):
        return True
    at += bool(at % 2 and not _NAME.fullmatch(head[:4]))
    while at + 8 <= total:
        stream.seek(at)
        name, size = struct.unpack("<4sI", stream.read(8))
        if not _NAME.fullmatch(name) or name in _SAMPLES or at + 8 + size > total + 1:
            return False
        at, _ = _behind(stream, at + 8 + size, size)
    return True


def _tail64(stream: BinaryIO, at: int, _: int) -> bool:
    stream.seek(at + -at % 8)
    return stream.read(16)[4:] == W64_SUFFIX


def _is_empty(stream: BinaryIO, at: int) -> bool:
    """Whether there is nothing but zeros from there on: room that a recorder took beforehand."""
    stream.seek(at)
    while piece := stream.read(1 << 20):
        if piece.strip(b"\0"):
            return False
    return True


class _Form(NamedTuple):
    """A format chunk. `speed`: bytes per second; `block`: bytes of a frame, which is `odd` if the chunk says another
    one; `padded`: see Header."""

    kind: int
    channels: int
    rate: int
    speed: int
    block: int
    bits: int
    odd: bool
    padded: bool


def _format(path: Path, stream: BinaryIO, start: int, size: int) -> _Form:
    stream.seek(start)
    data = stream.read(min(size, 40))
    if len(data) < 16:
        raise AudioError(f"{path}: the file is cut off inside its header", _AGAIN)
    kind, channels, rate, speed, said, bits = struct.unpack("<HHIIHH", data[:16])
    if kind == 0xFFFE and len(data) >= 26:
        kind = struct.unpack("<H", data[24:26])[0]
    if not rate or not channels or (kind in PLAIN and not bits):
        raise AudioError(f"{path}: the header is damaged: {channels} channels at {rate} Hz, {bits} bits", _AGAIN)
    if kind not in PLAIN:
        return _Form(kind, channels, rate, speed, max(1, said), bits, odd=False, padded=False)
    # 24 bits may stand in 32: the frame tells, in which other programs wrote nonsense.
    wide = (said, kind, bits) == (4 * channels, PCM, 24)
    block = said if wide else channels * -(-bits // 8)
    valid = struct.unpack("<H", data[18:20])[0] if len(data) == 40 else bits
    padded = kind == PCM and block == 4 * channels and 0 < min(bits, valid) < 32
    return _Form(kind, channels, rate, rate * block, block, bits, said != block, padded)
