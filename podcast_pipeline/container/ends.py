"""Where the sound of a container ends, by what its bytes say: before the tags and zeros that others put behind it."""

from __future__ import annotations

import mmap

from podcast_pipeline.container import frames

SEARCHED = 1 << 18
"""Bytes in which something is looked for whose place nothing says: a first frame, a tag at the end."""
_PACKET = 1 << 16
"""Bytes of the longest packet of a programme stream."""
_PROPERTIES = b"\xa1\xdc\xab\x8c\x47\xa9\xcf\x11\x8e\xe4\x00\xc0\x0c\x20\x53\x65"
"""The identifier of the object of an ASF that says how large it is."""


def tagless(data: mmap.mmap, start: int, end: int) -> int:
    """The end of the sound, before tags and zeros that other programs put behind it."""
    while end > start:
        before = end
        if data[end - 128 : end - 125] == b"TAG":
            end -= 128
        if data[end - 32 : end - 24] == b"APETAGEX":
            size = int.from_bytes(data[end - 20 : end - 16], "little")
            end -= size + 32 * (data[end - 9] >> 7) if size < end - start else 0
        last = data.rfind(b"ID3", max(start, end - SEARCHED), end)
        if last >= 0 and last + frames.tag(data, last) == end:
            end = last
        at = end
        while at > start:
            piece = data[max(start, at - 65536) : at]
            at -= len(piece) - len(piece.rstrip(b"\0"))
            if piece.strip(b"\0"):
                break
        if end - at >= 64:
            end = at + 2  # a check sum may end in zeros
        if end == before:
            break
    return end


def wavpack(data: mmap.mmap, at: int, total: int) -> int:
    """The end of the last whole block of WavPack; that of the file where there is none."""
    first = at
    while data[at : at + 4] == b"wvpk" and at + 32 <= total:
        at += 8 + int.from_bytes(data[at + 4 : at + 8], "little")
    return min(at, total) if at > first else total


def declared(name: str, data: mmap.mmap, start: int, total: int) -> int:
    """The byte behind the last one that the container promises; 0 where it says nothing, or is none of these."""
    match name:
        case "avi":
            return _avi(data, start)
        case "asf":
            return _asf(data, start)
        case "caf":
            return _caf(data, start, total)
    return 0


def _avi(data: mmap.mmap, at: int) -> int:
    """Where the last RIFF of an AVI ends, as it says; an unwritten size says nothing."""
    while data[at : at + 4] == b"RIFF" and (size := int.from_bytes(data[at + 4 : at + 8], "little")):
        at += 8 + size
    return at


def _asf(data: mmap.mmap, start: int) -> int:
    """Where an ASF ends, as its File Properties Object says; 0 for one that was written to no end (broadcast)."""
    at = data.find(_PROPERTIES, start, start + SEARCHED)
    if at < 0 or int.from_bytes(data[at + 88 : at + 92], "little") & 1:
        return 0
    return start + int.from_bytes(data[at + 40 : at + 48], "little")


def _caf(data: mmap.mmap, start: int, total: int) -> int:
    """The end of the last chunk (Apple Core Audio Format Specification); a size of -1 was never written."""
    at = start + 8
    while at + 12 <= total:
        size = int.from_bytes(data[at + 4 : at + 12], "big", signed=True)
        if size < 0:
            return 0
        at += 12 + size
    return at


def mpeg(data: mmap.mmap, start: int, total: int) -> int:
    """The end of the last packet of a programme stream (ISO 13818-1, 2.5): private, padding, sound or picture."""
    at = total
    while (at := data.rfind(b"\0\0\1", max(start, total - _PACKET), at)) >= 0:
        if at + 6 <= total and (data[at + 3] in (0xBD, 0xBE) or 0xC0 <= data[at + 3] < 0xF0):
            return at + 6 + int.from_bytes(data[at + 4 : at + 6], "big")
    return 0
