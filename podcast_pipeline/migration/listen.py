"""What the fetched files of an imported episode say themselves: chapters and duration, where the feed did not."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from podcast_pipeline import reading
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


def from_mp3(path: Path) -> tuple[tuple[Chapter, ...], int]:
    """The chapters in the tags of an MP3, and its length in ms; nothing and 0 where it cannot be read."""
    from mutagen import MutagenError
    from mutagen.mp3 import MP3

    try:
        audio = MP3(path)
    except MutagenError:
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
