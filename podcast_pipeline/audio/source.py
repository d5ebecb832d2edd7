"""What a recording says of itself, before a sample of it is trusted: container, codec, rate, channels, length."""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from podcast_pipeline import ffmpeg, process, reading
from podcast_pipeline.container import wav
from podcast_pipeline.container.opening import opening
from podcast_pipeline.errors import AudioError, DamagedError, ToolFailed

_LENGTH = re.compile(r"Duration: (\d+):(\d\d):(\d\d\.\d+)")
_CODEC = re.compile(r"Stream #0:\d+.*?: Audio: (\w+)(.*)")
_DEFAULT = re.compile(r"\(default\)")

_SKIPPING = ("ogg", "matroska")
"""Containers whose length counts from the first sample that is decoded, not from the first that is played."""
_LARGEST = 16 << 30
"""Bytes of a recording: 12 hours of two channels at 96 kHz are no more, as 16 bits."""


@dataclass(frozen=True, slots=True)
class Source:
    """An audio stream of a file; `demuxer` is its container. `promised` is the length in seconds that the
    container states, None if it states none that can be relied on."""

    demuxer: str
    codec: str
    rate: int
    channels: int
    promised: float | None
    unfinished: bool
    """The end was never written (WAV without a length, Ogg without a last page): the recorder was stopped by force, or
    the file was cut. What is there is used."""
    truncated: bool = False
    """Shorter than its header says, and accepted by name."""
    kbps: int = 0
    """Of the whole file per second of sound; 0 where the length is not known."""
    streams: int = 1
    """How many sounds there are in the file."""
    default: int = 0
    """The first of them that is marked as the one to play, from 1 on, where that is not the first and nobody chose."""
    remarks: tuple[str, ...] = ()
    """What is odd about the file, and what was done about it, a sentence each."""


def look(path: Path, *, allow_truncated: bool = False, allow_damaged: bool = False, stream: int = 0) -> Source:
    """Read headers and one block of samples. Raises AudioError: missing, empty, truncated WAV, no audio in it.

    `allow_truncated`: a file that is shorter than it says is used as far as it goes; `allow_damaged`: this, and a
    damaged one from its first whole frame on.
    """
    allow_truncated = allow_truncated or allow_damaged
    opened = opening(path)
    if (size := path.stat().st_size) > _LARGEST:
        raise AudioError(f"{path}: {size / 1e9:.1f} GB: more than {_LARGEST / 1e9:.1f}", "cut it into episodes")
    header = opened.header
    truncated = header is not None and header.declared is not None and header.declared > header.size
    if truncated and not allow_truncated:
        assert header is not None
        raise wav.truncated(path, header)
    truncated = truncated or opened.missing > 0
    if opened.missing and not allow_truncated:
        raise DamagedError(f"{path}: truncated: {opened.missing:,} bytes are missing at its end")
    # An .au header is 24 bytes of plain numbers: rate and channels without parsing text made for people.
    argv = [
        ffmpeg.binary().path, *ffmpeg.QUIET, *ffmpeg.input_arguments(path, strict=False, damaged=allow_damaged),
        *ffmpeg.mapped(stream), "-vn", "-sn", "-dn", "-frames:a", "1", "-c:a", "pcm_f32be", "-f", "au", "pipe:1",
    ]  # fmt: skip
    try:
        output, told = process.run(argv, timeout=120)
    except ToolFailed as error:
        count = len(_CODEC.findall(error.tail.partition("Stream mapping:")[0]))
        if stream > count > 0:
            raise AudioError(
                f"{path}: has {count} sound{'s' * (count > 1)}: there is no stream {stream}",
                "correct `stream` in its [[track]] in episode.toml",
            ) from error
        raise ffmpeg.unreadable(path, error) from error
    listed = _CODEC.findall(told.partition("Stream mapping:")[0])
    codecs = [codec for codec, _ in listed]
    if (chosen := _default([about for _, about in listed])) and not stream:
        remark = (
            f"its stream {chosen} is marked as the one to play (default): it is used; for another one name it: "
            "stream = 1 in its [[track]]"
        )
        source = look(path, allow_truncated=allow_truncated, allow_damaged=allow_damaged, stream=chosen)
        return replace(source, default=chosen, remarks=(*source.remarks, remark))
    if len(output) < 24 or not codecs:
        raise AudioError(f"{path}: there is no sound in this file", "copy the recording again")
    _, _, _, _, rate, channels = struct.unpack(">4s5I", output[:24])
    unfinished = opened.unfinished or (opened.container == "ogg" and not _has_last_page(path, opened.part))
    # Each sound has a length of its own.
    whole = len(codecs) == 1 and not opened.links and not opened.missing
    promised = _promised(told) if whole else None
    if promised and codecs[0] == "opus" and opened.container in _SKIPPING:
        promised -= _skipped(path)
    kbps = round(path.stat().st_size * 8 / promised / 1000) if promised else 0
    return Source(
        opened.container, codecs[max(0, stream - 1)], rate, channels, promised, unfinished, truncated, kbps,
        len(codecs), remarks=opened.remarks,
    )  # fmt: skip


def _default(listed: Sequence[str]) -> int:
    """Which of the sounds is marked as the one to play, where the first is not; 0: none."""
    marked = [number for number, about in enumerate(listed, 1) if _DEFAULT.search(about)]
    return marked[0] if marked and marked[0] > 1 else 0


def _has_last_page(path: Path, part: tuple[int, int] | None) -> bool:
    """Whether the last Ogg page is whole and says that it is the last (RFC 3533); a page is at most 65,307 bytes."""
    with reading.opened(path) as stream:
        end = part[1] if part is not None else stream.seek(0, 2)
        stream.seek(start := max(0, end - 65_307))
        tail = stream.read(end - start)
    last = tail.rfind(b"OggS")
    if last < 0 or len(tail) < last + 27 or not tail[last + 5] & 4:
        return False
    body = last + 27 + tail[last + 26]
    return len(tail) >= body + sum(tail[last + 27 : body])


def _skipped(path: Path) -> float:
    """Seconds at the beginning of an Opus stream that no decoder plays (pre-skip, RFC 7845): up to 1.4."""
    with reading.opened(path) as stream:
        _, header, rest = stream.read(1 << 16).partition(b"OpusHead")
    return int.from_bytes(rest[2:4], "little") / 48000 if header else 0.0


def _promised(told: str) -> float | None:
    # A video may outlast its sound, and a bit rate is a guess: neither says how long the sound should be.
    video = "Video:" in told and "attached pic" not in told
    length = _LENGTH.search(told)
    if length is None or video or "Estimating duration" in told:
        return None
    return int(length[1]) * 3600 + int(length[2]) * 60 + float(length[3])
