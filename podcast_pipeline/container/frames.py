"""Sound that is nothing but frames, one behind the other: MPEG audio, AAC in ADTS, AMR. Where they are in a file.

Frame sizes after ISO 11172-3 and 13818-3 (MPEG audio), ISO 13818-7 (ADTS) and RFC 4867 (AMR). What stands between them
is told apart: tags, zeros, and what nobody knows.
"""

from __future__ import annotations

import functools
import mmap
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

Bytes = bytes | mmap.mmap

_KBPS = {
    (3, 3): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (3, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (3, 1): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 3): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 1): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""By version (3: MPEG-1, 2: MPEG-2 and 2.5) and layer (3: I, 2: II, 1: III), as headers have them."""
_HERTZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_ADTS_HERTZ = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
_AMR = {
    b"#!AMR\n": (13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1),
    b"#!AMR-WB\n": (18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1),
}
"""Bytes of a frame by its type, its first byte included; 0: none is of this type."""
_HEADER = 7
"""Bytes of the longest header."""
_ZEROS = 64
"""So many zeros in a row are no part of a frame that is known to have ended."""
CHAIN = 3
"""Frames in a row that make bytes sound: two alone are found in anything."""


class SoundFrame(NamedTuple):
    """A header: its frame's bytes, its samples (of one channel), their rate."""

    size: int
    samples: int
    rate: int


Reader = Callable[[Bytes, int], SoundFrame | None]
"""What reads the header that begins at a byte; None: none does."""


@functools.cache
def _mpeg(header: bytes) -> SoundFrame | None:
    """The frame that these first three bytes begin; None if they are no header, or one without a bit rate."""
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    index, hertz = header[2] >> 4, header[2] >> 2 & 3
    if header[0] != 0xFF or header[1] < 0xE0 or version == 1 or not layer or index in (0, 15) or hertz == 3:
        return None
    rate, kbps = _HERTZ[version][hertz], _KBPS[3 if version == 3 else 2, layer][index - 1]
    padded = header[2] >> 1 & 1
    if layer == 3:
        return SoundFrame((12000 * kbps // rate + padded) * 4, 384, rate)
    samples = 576 if layer == 1 and version != 3 else 1152
    return SoundFrame(samples // 8 * 1000 * kbps // rate + padded, samples, rate)


def mpeg(data: Bytes, at: int) -> SoundFrame | None:
    """The frame of MPEG audio that begins there."""
    header = data[at : at + 3]
    return _mpeg(header) if len(header) == 3 else None


def adts(data: Bytes, at: int) -> SoundFrame | None:
    """The frame of AAC that begins there."""
    header = data[at : at + 7]
    if len(header) < 7 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0 or header[2] >> 2 & 15 > 12:
        return None
    size = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return SoundFrame(size, 1024 * ((header[6] & 3) + 1), _ADTS_HERTZ[header[2] >> 2 & 15]) if size > 7 else None


def amr(magic: bytes) -> Reader:
    """A reader of the frames of an AMR file that begins like that."""
    sizes, rate = _AMR[magic], 16000 if magic.endswith(b"WB\n") else 8000

    def frame(data: Bytes, at: int) -> SoundFrame | None:
        # One byte is the whole header: its padding bits are zero, or it is none.
        head = data[at : at + 1]
        size = sizes[head[0] >> 3 & 15] if head and not head[0] & 0x83 else 0
        if not any(data[at : at + size]):
            return None  # room that was taken beforehand
        return SoundFrame(size, rate // 50, rate) if size else None

    return frame


def tag(data: Bytes, at: int) -> int:
    """Bytes of the tag that begins there, by what it says of itself: ID3v2, ID3v1, APE, Lyrics3; 0 if none does."""
    head = data[at : at + 32]
    if head[:3] == b"ID3" and len(head) >= 10 and max(head[6:10]) < 128 and head[3] < 255:
        size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
        return 10 + size + 10 * (head[5] >> 4 & 1)
    if head[:8] == b"APETAGEX" and len(head) == 32:
        size, _, flags = struct.unpack("<3I", head[12:24])
        return int(size) + 32 if flags >> 29 & 1 else 32
    if head[:4] == b"TAG+":
        return 227
    if head[:3] == b"TAG":
        return 128
    if head[:11] == b"LYRICSBEGIN":
        last = data.find(b"LYRICS200", at, at + (1 << 20))
        return last + 9 - at if last >= 0 else 0
    return 0


def zeros(data: Bytes, at: int) -> int:
    """How many zeros stand there; 0 if they are too few to mean anything."""
    end = at
    while (piece := data[end : end + 65536]) and not piece.strip(b"\0"):
        end += len(piece)
    end += len(piece) - len(piece.lstrip(b"\0"))
    return end - at if end - at >= _ZEROS or end == len(data) else 0


class Chain(NamedTuple):
    """Whole frames in a row, from byte to byte."""

    start: int
    end: int
    frames: int


@dataclass(frozen=True, slots=True)
class Walk:
    """The frames of a file. `start` and `end`: where the first begins and the last one ends, in bytes."""

    start: int
    end: int
    frames: int
    joints: tuple[int, ...] = ()
    """ms of sound before each place where tags stand between frames: there files were joined."""
    cut: int = 0
    """Bytes of a last frame that is not whole."""
    rest: int = 0
    """Bytes behind the last frame of which nobody knows what they are."""
    chains: tuple[Chain, ...] = ()
    """Several where bytes between them are no frames, be it tags or damage."""
    damaged: tuple[int, ...] = ()
    """Numbers of the chains before which frames are damaged."""


def walk(data: Bytes, frame: Reader, at: int = 0) -> Walk | None:
    """From the first chain of frames at or behind `at` to the end; None if there is none."""
    begin = _next(data, frame, at)
    if begin is None:
        return None
    at, total, count, seconds = begin, len(data), 0, 0.0
    end, cut, rest, joints = begin, 0, 0, list[int]()
    chains, damaged, first, earlier = list[Chain](), list[int](), begin, 0
    while at < total:
        header = frame(data, at)
        if header is not None and at + header.size <= total:
            count += 1
            seconds += header.samples / header.rate
            at = end = at + header.size
            continue
        begun = header is not None or (total - at < _HEADER and data[at] == 0xFF)
        if begun and _next(data, frame, at + 1) is None:
            cut = total - at
            break
        known = at
        while length := tag(data, known) or zeros(data, known):
            known += length
        behind = _next(data, frame, known) if known < total else None
        if behind is None:
            rest = max(0, total - known)
            break
        chains.append(Chain(first, end, count - earlier))
        if behind == known:
            joints.append(round(seconds * 1000))
        else:
            damaged.append(len(chains))
        at = first = behind
        earlier = count
    chains.append(Chain(first, end, count - earlier))
    return Walk(begin, end, count, tuple(joints), cut, rest, tuple(chains), tuple(damaged))


def _next(data: Bytes, frame: Reader, at: int) -> int | None:
    """Where the next chain of frames begins; one that reaches the end of the file may be shorter."""
    while at < len(data):
        if _chains(data, frame, at):
            return at
        at += 1
        if frame in (mpeg, adts):  # they begin with a byte that is rare elsewhere
            at = data.find(b"\xff", at)
            if at < 0:
                return None
    return None


def _chains(data: Bytes, frame: Reader, at: int) -> bool:
    rates = set()
    for _ in range(CHAIN):
        header = frame(data, at)
        if header is None or at + header.size > len(data):
            return False
        rates.add(header.rate)
        at += header.size
        if at == len(data):
            break
    return len(rates) == 1
