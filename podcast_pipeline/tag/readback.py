"""Reading a tagged MP3 back with two independent readers: FFmpeg and mutagen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from podcast_pipeline import ffmpeg, process, timecode
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.tag import id3
from podcast_pipeline.tag.tags import Tags, line

_START = re.compile(r"^  Duration: [^\n]*?, start: (-?\d+\.\d+)", re.MULTILINE)
_PICTURE = re.compile(r"^  Stream #0:\d+[^\n]*: Video: [^\n]*\(attached pic\)", re.MULTILINE)
_LINE = re.compile(r"(?:[^\\\n]|\\.)+", re.DOTALL)
_ROW = re.compile(r"((?:[^=\\]|\\.)*)=(.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


class ReadBack(NamedTuple):
    """What FFmpeg makes of a file: global tags, and (start in ms, title) of the chapters as they stand in the file."""

    tags: dict[str, str]
    chapters: tuple[tuple[int, str], ...]
    delay: int
    """ms of the encoder's run-in that a decoder skips. FFmpeg subtracts it from chapters; here it is added again."""
    picture: bool


def verify(path: Path, tags: Tags) -> None:
    """Check that other programs read `tags` from `path`. Raises PodcastError naming the first difference."""
    if problem := _by_mutagen(path, tags) or _by_ffmpeg(by_ffmpeg(path), tags):
        raise PodcastError(f"{path}: the tag reads back differently: {problem}", "run `podcast tag` again")


def by_ffmpeg(path: Path) -> ReadBack:
    """Tags and chapters of `path` as FFmpeg lists them. Raises PodcastError if it cannot read the file."""
    argv = [ffmpeg.binary().path, "-nostdin", "-hide_banner", "-nostats", *ffmpeg.input_arguments(path)]
    output, log = process.run([*argv, "-f", "ffmetadata", "pipe:1"])
    sections = _sections(output.decode("utf-8", "replace"))
    start = _START.search(log)
    delay = round(float(start[1]) * 1000) if start else 0
    chapters = []
    for name, rows in sections:
        if name == "[CHAPTER]":
            numerator, denominator = map(int, rows["TIMEBASE"].split("/"))
            reported = round(int(rows["START"]) * 1000 * numerator / denominator)
            # What would lie before 0 was clipped to 0: the first chapter.
            chapters.append((reported + delay if reported else 0, rows.get("title", "")))
    return ReadBack(sections[0][1], tuple(chapters), delay, _PICTURE.search(log) is not None)


def _sections(text: str) -> list[tuple[str, dict[str, str]]]:
    r"""(heading, values) of each section of an ffmetadata file, the global one first; a `\` keeps a line together."""
    sections: list[tuple[str, dict[str, str]]] = [("", {})]
    for row in _LINE.findall(text):
        if row in ("[CHAPTER]", "[STREAM]"):
            sections.append((row, {}))
        elif not row.startswith(";") and (match := _ROW.fullmatch(row)):
            key, value = (_ESCAPE.sub(r"\1", part) for part in match.groups())
            sections[-1][1][key] = value
    return sections


def _by_ffmpeg(heard: ReadBack, tags: Tags) -> str:
    wanted = {"title": line(tags.title), "artist": tags.artist, "album": line(tags.show)}
    for key, value in wanted.items():
        if heard.tags.get(key, "") != value:
            return f"FFmpeg reads the {key} as {heard.tags.get(key, '')!r}, not {value!r}"
    if len(heard.chapters) != len(tags.chapters):
        return f"FFmpeg finds {len(heard.chapters)} chapters, not {len(tags.chapters)}"
    for i, (chapter, (start, title)) in enumerate(zip(tags.chapters, heard.chapters, strict=True), 1):
        if abs(start - chapter.start) > 1 and (start or chapter.start > heard.delay):
            return f"FFmpeg finds chapter {i} at {timecode.exact(start)}, not {timecode.exact(chapter.start)}"
        if title != line(chapter.title):
            return f"FFmpeg reads the title of chapter {i} as {title!r}, not {line(chapter.title)!r}"
    if heard.picture != (tags.cover is not None):
        return "FFmpeg finds " + ("a picture where none should be" if heard.picture else "no cover")
    return ""


def _by_mutagen(path: Path, tags: Tags) -> str:
    from mutagen import MutagenError
    from mutagen.id3 import ID3

    try:
        tag = ID3(path, translate=False)
    except MutagenError as error:
        return f"mutagen cannot read it: {error}"
    if tag.version != (2, 3, 0):
        return f"it is an ID3v{'.'.join(map(str, tag.version))} tag, not 2.3"
    expected = {frame.HashKey: id3.render(frame) for frame in id3.frames(tags)}
    for key, data in expected.items():
        if key not in tag:
            return f"mutagen finds no {key}"
        if id3.render(tag[key]) != data:
            return f"mutagen reads {key} as {str(tag[key])[:80]!r}"
    if extra := sorted(set(tag) - set(expected)):
        return f"mutagen finds {extra[0]}, which should not be there"
    return ""
