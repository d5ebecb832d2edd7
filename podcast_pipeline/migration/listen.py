"""What the fetched files of an imported episode say themselves: chapters and duration, where the feed did not."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from pathlib import Path

from podcast_pipeline import ffmpeg, formats, reading
from podcast_pipeline.container.opening import UnknownFormatError, opening
from podcast_pipeline.errors import AudioError
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.release import Release


def listened(release: Release, folder: Path) -> Release:
    """`release` with chapters from its JSON file or its MP3's tags, and the MP3's duration; files are in `folder`."""
    path = folder / release.enclosure.key.rsplit("/", 1)[-1]
    chapters, duration = release.chapters, release.duration
    if not chapters and release.chapters_file is not None and release.chapters_file.key:
        file = folder / release.chapters_file.key.rsplit("/", 1)[-1]
        chapters = from_json(reading.data(file)) if file.is_file() else ()
    if release.enclosure.key and path.suffix == ".mp3" and path.exists() and not (chapters and duration):
        inside, length = from_mp3(path)
        chapters, duration = chapters or inside, duration or length
    return dataclasses.replace(release, chapters=chapters, duration=duration)


_RATE = 8000
"""Hz to which sound is decoded here: enough to tell its length."""
_DOCUMENTS = ("application/", "image/", "text/")


def decoded(path: Path, suffix: str) -> int | None:
    """How long the sound is that a decoder makes of the file, in ms; None of documents, and of forms not known here.

    Damaged places are left out, as players do. Raises AudioError where the file is no sound, or none comes of it.
    """
    if formats.TYPES.get(suffix, "").startswith(_DOCUMENTS):
        return None
    try:
        opening(path)
    except UnknownFormatError as error:
        if suffix in ("wma", "mpg") and not error.text:
            return None
        raise
    with contextlib.closing(ffmpeg.samples(path, _RATE, strict=False)) as blocks:
        samples = sum(len(block) for block in blocks)
    if not samples:
        raise AudioError(f"{path}: no sound comes of it", "ask the other host for the file")
    return samples * 1000 // _RATE


def doubt(release: Release, size: int, length: int | None) -> str:
    """Why a file of `size` bytes with `length` ms of sound cannot be the episode's, by what its feed says; else "".

    Lengths in feeds are often wrong, so the sound decides where the feed says how long it is.
    """
    said, announced = release.duration or 0, release.enclosure.bytes
    if length is not None and said and length * _FAR < said:
        return f"{length / 1000:,.0f} s of sound, where the feed says {said / 1000:,.0f} s"
    if size * _FAR < announced and not (length is not None and said and length * 2 > said):
        return f"{size:,} bytes, where the feed says {announced:,}"
    return ""


_FAR = 10
"""How many times shorter than announced is no slip any more."""


def from_mp3(path: Path) -> tuple[tuple[Chapter, ...], int]:
    """The chapters in the tags of an MP3, and its length in ms; nothing and 0 where it cannot be read."""
    from mutagen import MutagenError, id3
    from mutagen.mp3 import MP3

    try:
        # Other frames are not unpacked: a compressed one may be a thousand times as large as it looks.
        audio = MP3(path, known_frames={name: getattr(id3, name) for name in ("CHAP", "CTOC", "TIT2")})
    except (MutagenError, OSError, EOFError, ValueError):
        return (), 0
    frames = [] if audio.tags is None else audio.tags.getall("CHAP")
    chapters: dict[int, Chapter] = {}
    for frame in sorted(frames, key=lambda frame: frame.start_time):
        title = " ".join(str(frame.sub_frames.get("TIT2") or "").split())
        if title:
            chapters.setdefault(frame.start_time // 1000, Chapter(frame.start_time, title))
    return tuple(chapters.values()), round(audio.info.length * 1000)


def from_json(data: bytes) -> tuple[Chapter, ...]:
    """The chapters of a podcast:chapters file in order, those left out that cannot be read; nothing if it is none."""
    try:
        entries = json.loads(data.decode("utf-8-sig"))["chapters"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ()
    chapters: dict[int, Chapter] = {}
    for entry in entries if isinstance(entries, list) else ():
        try:
            start, title = round(float(entry["startTime"]) * 1000), " ".join(str(entry.get("title") or "").split())
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            continue
        if title and entry.get("toc", True) and start >= 0:
            url = str(entry.get("url") or "")
            link = url if url.startswith(("https://", "http://")) else ""
            chapters.setdefault(start // 1000, Chapter(start, title, url=link))
    return tuple(chapters[second] for second in sorted(chapters))
