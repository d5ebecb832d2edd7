"""Damaged frames of MPEG audio, AAC, AMR or WavPack: which are whole, and how much time is lost between them.

Decoders go on at the next frame that they can read, without a word of how many are lost: what follows would be early;
or they end there.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from podcast_pipeline.container.frames import Bytes, SoundFrame, Walk

_BLOCK = b"wvpk"
_FRAMES = 1
"""The flag of a Xing or Info header that says how many frames there are."""


@dataclass(frozen=True, slots=True)
class Resync:
    """`whole`: from byte to byte, what a decoder can read. `lost`: samples that belong before a sample of it, where the
    frames do not say their own times."""

    whole: tuple[tuple[int, int], ...]
    lost: tuple[tuple[int, int], ...] = ()
    estimated: bool = False
    """How much is lost, its bytes alone tell."""


def resync(data: Bytes, walk: Walk, frame: SoundFrame, begin: int) -> Resync | None:
    """What is whole, and what is lost; None where nothing is. `frame` is the first one, behind what the file begins
    with at byte `begin`.

    A header that counts all frames (Xing, Info: Xing's MP3 SDK) tells how many are lost; without one their bytes do,
    at the mean size of those that are whole.
    """
    if not walk.damaged:
        return None
    info, promised = _info(data[walk.start : walk.start + frame.size])
    mean = (sum(chain.end - chain.start for chain in walk.chains)) / walk.frames
    sizes = [(walk.chains[number].start - walk.chains[number - 1].end) / mean for number in walk.damaged]
    missing = promised - (walk.frames - 1) if promised and not (walk.joints or walk.cut or walk.rest) else 0
    scale = missing / sum(sizes) if missing > 0 else 1.0
    # No decoder plays the frame of that header.
    before, lost, total, given = -info, list[tuple[int, int]](), 0.0, 0
    holes = dict(zip(walk.damaged, sizes, strict=True))
    for number, chain in enumerate(walk.chains):
        total += holes.get(number, 0.0) * scale
        if count := round(total) - given:
            lost.append((before * frame.samples, count * frame.samples))
            given += count
        before += chain.frames
    first, *others = ((start, end) for start, end, _ in walk.chains)
    return Resync(((begin, first[1]), *others), tuple(lost), missing <= 0)


def blocks(data: Bytes, start: int, end: int) -> Resync | None:
    """The whole blocks of a WavPack (WavPack 4 & 5 Binary File / Block Format), each of which says where it belongs."""
    whole, at = list[tuple[int, int]](), start
    while 0 <= at < end:
        behind = at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == _BLOCK and (behind == end or data[behind : behind + 4] == _BLOCK):
            first = whole.pop()[0] if whole and whole[-1][1] == at else at
            whole.append((first, behind))
            at = behind
        else:
            at = data.find(_BLOCK, at + 1, end)
    return Resync(tuple(whole)) if len(whole) > 1 else None


def _info(first: Bytes) -> tuple[int, int]:
    """1 if the first frame is such a header, else 0; the number of frames behind it, 0 where it does not say."""
    at = max(first.find(b"Xing", 0, 64), first.find(b"Info", 0, 64))
    if at < 0 or len(first) < at + 12:
        return 0, 0
    flags, count = struct.unpack(">II", first[at + 4 : at + 12])
    return 1, count if flags & _FRAMES else 0
