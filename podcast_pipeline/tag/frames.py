"""The MPEG audio frames of an MP3 file: where they lie between the tags, and their digest."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from podcast_pipeline import reading
from podcast_pipeline.errors import AudioError
from podcast_pipeline.formats import MP3_HERTZ, MP3_KBPS

_BLOCK = 1 << 20
_ID3V1, _ID3V1_EXTENDED, _APE, _LYRICS1_MAX = 128, 227, 32, 5100
_KBPS = {
    1: MP3_KBPS,
    2: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Bit rates of layer III by index from 1: MPEG 1; MPEG 2 and 2.5 (ISO 11172-3, 13818-3)."""
_HERTZ = {3: MP3_HERTZ, 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
"""Sample rates by version bits: 3 is MPEG 1, 2 is MPEG 2, 0 is MPEG 2.5."""


def audio_sha256(path: Path) -> str:
    """SHA-256 (hex) of the MP3 audio frames alone: another title, cover or transcript in the tags leaves it as it is.

    Left out: ID3v2 (any number, in front or appended with a footer), ID3v1 and its extension, APE (header, footer or
    both) and Lyrics3. The Info/Xing frame counts as audio: it says how many samples are played. Reads in constant
    memory. Raises AudioError for a file that is no MP3.
    """
    digest = hashlib.sha256()
    with _open(path) as stream:
        start, end = _range(stream, path)
        stream.seek(start)
        left = end - start
        while left and (block := stream.read(min(_BLOCK, left))):
            digest.update(block)
            left -= len(block)
    return digest.hexdigest()


def audio_range(path: Path) -> tuple[int, int]:
    """First byte of the audio frames and the byte after the last. Raises AudioError for a file that is no MP3."""
    with _open(path) as stream:
        return _range(stream, path)


def _open(path: Path) -> BinaryIO:
    try:
        return reading.opened(path)
    except OSError as error:
        raise AudioError(f"{path}: cannot be read: {error.strerror}") from error


def _range(stream: BinaryIO, path: Path) -> tuple[int, int]:
    start, end = 0, stream.seek(0, os.SEEK_END)
    while size := _leading(_at(stream, start, _APE)):
        start += size
    while end > start and (size := _trailing(stream, start, end)):
        end -= size
    if start >= end or not _is_layer3(stream, start, end):
        raise AudioError(f"{path}: not an MP3 file: no audio frame where its sound should start", "build it again")
    return start, end


def _at(stream: BinaryIO, position: int, length: int) -> bytes:
    if position < 0:
        return b""
    stream.seek(position)
    return stream.read(length)


def _syncsafe(data: bytes) -> int:
    return data[0] << 21 | data[1] << 14 | data[2] << 7 | data[3]


def _is_id3v2(head: bytes, magic: bytes) -> bool:
    return len(head) >= 10 and head[:3] == magic and 0xFF not in head[3:5] and max(head[6:10]) < 0x80


def _leading(head: bytes) -> int:
    """Bytes of the tag that starts with `head`; 0 if there is none."""
    if _is_id3v2(head, b"ID3"):
        footer = 10 if head[3] == 4 and head[5] & 0x10 else 0
        return 10 + _syncsafe(head[6:10]) + footer
    if head[:8] == b"APETAGEX":
        return _APE + int.from_bytes(head[12:16], "little")
    return 0


def _trailing(stream: BinaryIO, start: int, end: int) -> int:
    """Bytes of the tag that ends at `end`; 0 if there is none."""
    if _at(stream, end - _ID3V1, 3) == b"TAG":
        extended = _at(stream, end - _ID3V1 - _ID3V1_EXTENDED, 4) == b"TAG+"
        return _within(start, end, _ID3V1 + (_ID3V1_EXTENDED if extended else 0))
    footer = _at(stream, end - _APE, _APE)
    if footer[:8] == b"APETAGEX":
        # The size counts items and footer; bit 31 of the flags tells whether a header stands before them.
        size = int.from_bytes(footer[12:16], "little") + (_APE if footer[23] & 0x80 else 0)
        return _within(start, end, size)
    if _is_id3v2(footer[-10:], b"3DI"):
        return _within(start, end, 20 + _syncsafe(footer[-4:]))
    if footer[-9:] == b"LYRICS200" and footer[-15:-9].isdigit():
        return _within(start, end, 15 + int(footer[-15:-9]))
    if footer[-9:] == b"LYRICSEND":
        begin = max(start, end - _LYRICS1_MAX - 20)
        offset = _at(stream, begin, end - begin).find(b"LYRICSBEGIN")
        return 0 if offset < 0 else end - begin - offset
    return 0


def _within(start: int, end: int, size: int) -> int:
    # A size that reaches before the file's own start is no tag but sound that happens to look like one.
    return size if size <= end - start else 0


def _is_layer3(stream: BinaryIO, start: int, end: int) -> bool:
    """Whether a layer III frame starts at `start` and another, or the end, follows it."""
    length = _frame_length(_at(stream, start, 4))
    following = start + length
    return length > 0 and (following == end or (following < end and _frame_length(_at(stream, following, 4)) > 0))


def _frame_length(head: bytes) -> int:
    """Length in bytes of the layer III frame with the header `head`; 0 if it is none (free format is not accepted)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, rate, hertz, padding = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or rate in (0, 15) or hertz == 3:
        return 0
    mpeg1 = version == 3
    return (144 if mpeg1 else 72) * _KBPS[1 if mpeg1 else 2][rate - 1] * 1000 // _HERTZ[version][hertz] + padding
