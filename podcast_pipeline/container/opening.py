"""How a recording is opened: with which demuxer of FFmpeg, which part of the file, and what is odd about it.

The one place that decides it; every reader of recordings opens them so.
"""

from __future__ import annotations

import functools
import mmap
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from podcast_pipeline import reading, timecode
from podcast_pipeline.container import ends, frames, kinds, mp4, ogg, resync, wav
from podcast_pipeline.digests import identity
from podcast_pipeline.errors import AudioError

_AGAIN = "copy it again from the recorder"
_RAW = {
    (wav.PCM, 1): "u8", (wav.PCM, 2): "s16le", (wav.PCM, 3): "s24le", (wav.PCM, 4): "s32le", (wav.FLOAT, 4): "f32le",
    (wav.FLOAT, 8): "f64le", (wav.ALAW, 1): "alaw", (wav.MULAW, 1): "mulaw",
}  # fmt: skip
_FRAMED = {"mp3": frames.mpeg, "aac": frames.adts}
_ENDED = ("flac", "ogg", "tta", "ape", "ac3", "eac3", "dts")
"""Containers that end with their sound: what other programs put behind it is not for FFmpeg."""
_OWN_TAGS = ("mp3", "aac", "flac", "tta", "ape")
"""Demuxers that read an ID3 tag before their sound themselves."""


@dataclass(frozen=True, slots=True)
class Opening:
    """`container` is what the file is, `demuxer` who opens it, with `options`; `part`: from byte to byte, None all.

    `lenient`: an error in it is expected, and accounted for here. `remarks`: what a person should know, and what is
    done about it, a sentence each.
    """

    container: str
    demuxer: str
    options: tuple[str, ...] = ()
    part: tuple[int, int] | None = None
    links: tuple[ogg.Link, ...] = ()
    """Where forms change in a chained Ogg: what is opened one after the other in place of `part`."""
    lenient: bool = False
    missing: int = 0
    """Bytes that the container promises behind the end of the file: it is read only where a person says so."""
    unfinished: bool = False
    """The end was never written: the recorder was stopped by force, or the file was cut. What is there is used."""
    header: wav.Header | None = None
    damage: resync.Resync | None = None
    """Of frames without a container: what is whole, and how much is lost between."""
    remarks: tuple[str, ...] = ()


class UnknownFormatError(AudioError):
    """The bytes of a file are of no audio format that is known here; `text`: of none at all."""

    def __init__(self, path: Path, head: bytes) -> None:
        self.text = kinds.is_text(head)
        what, hint = kinds.other(head)
        if not what:
            what = "text" if self.text else ""
        super().__init__(
            f"{path}: not a recording: it is {what}" if what
            else f"{path}: not a recording: its content is no audio format known here",
            hint or "use WAV, FLAC, MP3, M4A, OGG/Opus, or the audio of an MP4 or MKV",
        )  # fmt: skip


def opening(path: Path) -> Opening:
    """What the bytes of `path` are, and how they are opened. Raises AudioError: what it is, if it is no recording."""
    try:
        about = path.stat()
    except FileNotFoundError as error:
        raise AudioError(
            f"{path}: no such file{reading.meant(path)}",
            "put the recording there, or correct [[track]] file in episode.toml",
        ) from error
    except OSError as error:
        raise _unreadable(path, error) from error
    return _opening(path, tuple(identity(about)))


@functools.lru_cache(maxsize=64)  # every reader asks, and the frames of an MP3 are many
def _opening(path: Path, _: tuple[int, ...]) -> Opening:
    try:
        with reading.opened(path) as stream:
            total = stream.seek(0, 2)
            if not total:
                raise AudioError(
                    f"{path}: the file is empty",
                    f"{_AGAIN}; where a cloud keeps it, let it be loaded to this computer first",
                )
            with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _look(path, stream, data, total)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> AudioError:
    hints = {
        "PermissionError": "let yourself read it (chmod u+r), or copy it here as the one who may",
        "IsADirectoryError": "name a recording in that folder",
    }
    return AudioError(f"{path}: cannot be read: {error.strerror}", hints.get(type(error).__name__))


def _look(path: Path, stream: BinaryIO, data: mmap.mmap, total: int) -> Opening:
    start = 0
    while length := frames.tag(data, start) or frames.zeros(data, start):
        start += length
        if start >= total:
            raise AudioError(
                f"{path}: not a recording: there is nothing in it but "
                + ("tags" if data[:1] != b"\0" else "zero bytes"),
                f"{_AGAIN}: that was begun and never ended",
            )
    # What begins with zeros itself is taken for a part of those before it.
    begins = [at for at in range(start, max(start - 4, -1), -1) if at == start or not data[at]]
    start = next((at for at in begins if kinds.sound(data[at : at + kinds.HEAD])), start)
    head = data[start : start + kinds.HEAD]
    name = kinds.sound(head)
    if name in ("wav", "w64"):
        return _wav(path, name, start, total)
    if name == "mov":
        stream.seek(start)
        return _mov(path, mp4.read(stream, total), start, total)
    if name == "amr":
        magic = b"#!AMR-WB\n" if head.startswith(b"#!AMR-WB") else b"#!AMR\n"
        amr = frames.amr(magic)
        return _framed(name, amr, frames.walk(data, amr, start + len(magic)), data, start, total)
    if (missing := ends.declared(name, data, start, total) - total) > 0:
        return Opening(name, name, part=_part(start, total, total), missing=missing, lenient=True)
    if name == "mpeg":
        unfinished = ends.mpeg(data, start, total) > total
        return Opening(name, name, part=_part(start, total, total), unfinished=unfinished)
    if name == "au":
        return _au(data, start, total)
    if name:
        end = ends.tagless(data, start, total) if name in _ENDED else total
        damage = None
        if name == "wv":
            damage = resync.blocks(data, start, total)
            end = damage.whole[-1][1] if damage is not None else ends.wavpack(data, start, total)
        links = ogg.links(data, start, end) if name == "ogg" else []
        if len({link[2:] for link in links}) > 1:
            return _chained(path, links)
        begin = 0 if name in _OWN_TAGS and data[:3] == b"ID3" else start
        return Opening(name, name, part=_part(begin, end, total), damage=damage)
    return _unmarked(path, data, start, total, head)


def _chained(path: Path, links: list[ogg.Link]) -> Opening:
    forms = [f"{link.rate} Hz with {link.channels} channel{'s' * (link.channels > 1)}" for link in links]
    if any(not link.rate or link.channels > 2 for link in links):
        raise AudioError(
            f"{path}: {len(links)} recordings of unlike forms are joined in it ({', '.join(forms)})",
            "export it anew from an audio editor, as WAV or FLAC",
        )
    remark = (
        f"{len(links)} recordings were joined in it, of {', '.join(forms)}; they are used one after the other: listen "
        "whether that is their order"
    )
    return Opening("ogg", "ogg", links=tuple(links), remarks=(remark,))


def _unmarked(path: Path, data: mmap.mmap, start: int, total: int, head: bytes) -> Opening:
    """Frames without a container, or no recording."""
    if kinds.other(head)[0] or kinds.is_text(head):
        raise UnknownFormatError(path, head)
    for name, frame in _FRAMED.items():
        told = frames.walk(data, frame, start)
        if told is not None and told.start - start <= ends.SEARCHED:
            return _framed(name, frame, told, data, start, total)
    if head[:1] == b"\xff" and head[1:2] >= b"\xe0":
        # Without a bit rate (free format), or a single frame: for FFmpeg to judge.
        name = "aac" if head[1] & 0xF6 == 0xF0 else "mp3"
        return Opening(name, name)
    raise UnknownFormatError(path, head)


def _framed(
    name: str, frame: frames.Reader, told: frames.Walk | None, data: mmap.mmap, start: int, total: int
) -> Opening:
    """`start`: behind what tags and zeros stand before the sound."""
    if told is None:
        return Opening(name, name)
    tagged = start == 0 or data[:3] == b"ID3"
    begin = start if name == "amr" else 0 if tagged and told.start == start else told.start
    remarks = []
    if name != "amr" and told.start > start:
        remarks.append(f"its first {told.start:,} bytes are no sound; it begins behind them: listen to its beginning")
    if told.joints:
        places = ", ".join(timecode.exact(at) for at in told.joints[:5])
        remarks.append(
            f"{len(told.joints) + 1} files were joined in it, at {places}{' …' * (len(told.joints) > 5)}; they are "
            "used one after the other: listen whether that is their order"
        )
    if told.rest:
        remarks.append(f"{told.rest:,} bytes behind its last frame are no sound; they are left out: listen to its end")
    # A plain tag at the end of an MP3 is known to FFmpeg.
    plain = name == "mp3" and total - told.end == 128 and data[told.end : told.end + 3] == b"TAG"
    end = total if plain else told.end
    part, lenient = _part(begin, end, total), bool(told.joints)
    first = frame(data, told.start)
    damage = resync.resync(data, told, first, begin) if first is not None else None
    opened = Opening(name, name, part=part, lenient=lenient, unfinished=told.cut > 0, remarks=tuple(remarks))
    return replace(opened, damage=damage)


def _part(begin: int, end: int, total: int) -> tuple[int, int] | None:
    return None if (begin, end) == (0, total) else (begin, end)


def _au(data: mmap.mmap, start: int, total: int) -> Opening:
    """FFmpeg does not ask how long an AU says that it is: a tag behind its samples would be a click."""
    offset, size = (int.from_bytes(data[start + at : start + at + 4], "big") for at in (4, 8))
    end = start + offset + size
    if not size or end >= total or ends.tagless(data, end, total) > end + 2:
        end = total
    return Opening("au", "au", part=_part(start, end, total))


def _wav(path: Path, name: str, start: int, total: int) -> Opening:
    header = wav.read(path, begin=start, allow_truncated=True)
    remarks, end = [], header.start + header.size
    if header.further:
        assert header.declared is not None
        remarks.append(
            f"its header promises {header.seconds(header.declared)} of sound, the file holds "
            f"{header.seconds(header.size)}; all of it is used: listen to what stands behind the promised end"
        )
    if header.bent:
        remarks.append(
            "the sizes in its header are wrong (a chunk of odd length has no byte of padding, or another size is not "
            "true); its samples were found all the same, and are used: listen to it"
        )
    opened = Opening(name, name, header=header, unfinished=header.declared is None, remarks=tuple(remarks))
    width = header.block // header.channels
    raw = _RAW.get((header.kind, width))
    if header.bent or header.padded or (header.further and name == "w64"):
        if raw is not None:
            plain = ("-ar", str(header.rate), "-ac", str(header.channels))
            return replace(opened, demuxer=raw, options=plain, part=(header.start, end))
        if header.kind == wav.MP3:
            return replace(opened, demuxer="mp3", part=(header.start, end))
        raise AudioError(
            f"{path}: the sizes in its header are wrong, and its samples (of the kind 0x{header.kind:04x}) cannot be "
            "read without it",
            "export it anew from an audio editor, as WAV or FLAC",
        )
    if name == "wav" and (header.further or header.declared is None):
        return replace(opened, options=("-ignore_length", "1"), part=_part(start, end, total))
    return replace(opened, part=_part(start, total, total))


def _mov(path: Path, boxes: mp4.Boxes, start: int, total: int) -> Opening:
    if boxes.protected:
        raise AudioError(f"{path}: its sound is encrypted (copy protection)", "use a recording that is not protected")
    if not boxes.index and not boxes.fragments:
        raise AudioError(
            f"{path}: its index (moov) was never written, or was cut off: without it nobody knows where in its "
            f"{boxes.samples:,} bytes of media the sound is",
            f"{_AGAIN}; if the recorder was stopped by force, let its own repair, or a program as untrunc with a whole "
            "file of the same recorder, write the index anew",
        )
    part = _part(start, total, total)
    if boxes.broken:
        remark = (
            f"from byte {boxes.broken:,} of {total:,} on it cannot be read, though there is sound behind that; "
            f"{_AGAIN}, or listen to its end: what is before that is used"
        )
        return Opening("mov", "mov", part=part, remarks=(remark,))
    if boxes.short and boxes.fragments:
        # A packet that is not whole is left out; every other error still ends it.
        return Opening("mov", "mov", ("-fflags", "+discardcorrupt"), part, unfinished=True)
    return Opening("mov", "mov", part=part, missing=boxes.short, lenient=boxes.short > 0)
