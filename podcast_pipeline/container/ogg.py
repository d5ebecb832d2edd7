"""Links of a chained Ogg (RFC 3533): recordings that follow each other in one file, each with a form of its own.

FFmpeg reads on where the form stays the same, and refuses another rate or number of channels.
"""

from __future__ import annotations

from typing import NamedTuple

from podcast_pipeline.container.frames import Bytes

_FIRST = 2
"""The flag of a page that begins a stream."""


class Link(NamedTuple):
    """From byte to byte; samples per second, and channels. 0: of no codec that is known here."""

    start: int
    end: int
    rate: int
    channels: int


def links(data: Bytes, at: int, end: int) -> list[Link]:
    """The links from byte `at` to `end`, in order. What is no page ends them."""
    begins: list[tuple[int, int, int]] = []
    inside = False
    while data[at : at + 4] == b"OggS" and at + 27 <= end:
        count = data[at + 26]
        body = at + 27 + count
        if data[at + 5] & _FIRST:
            rate, channels = _form(data[body : body + 64])
            if not begins or inside:
                begins.append((at, rate, channels))
            elif rate and not begins[-1][1]:
                begins[-1] = (begins[-1][0], rate, channels)  # behind a picture's stream
            inside = False
        else:
            inside = True
        at = body + sum(data[at + 27 : body])
    if not begins:
        return []
    ends = [start for start, *_ in begins[1:]] + [end]
    return [Link(start, to, rate, channels) for (start, rate, channels), to in zip(begins, ends, strict=True)]


def _form(packet: bytes) -> tuple[int, int]:
    """Rate and channels by the first packet of Vorbis, Opus, FLAC or Speex, as their mappings into Ogg say."""
    if packet[:7] == b"\x01vorbis" and len(packet) >= 16:
        return int.from_bytes(packet[12:16], "little"), packet[11]
    if packet[:8] == b"OpusHead" and len(packet) >= 10:
        return 48000, packet[9]
    if packet[:5] == b"\x7fFLAC" and len(packet) >= 30:
        word = int.from_bytes(packet[27:31], "big")
        return word >> 12, (word >> 9 & 7) + 1
    if packet[:8] == b"Speex   " and len(packet) >= 52:
        return int.from_bytes(packet[36:40], "little"), int.from_bytes(packet[48:52], "little")
    return 0, 0
