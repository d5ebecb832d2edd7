"""What a recorder or a person wrote into the tags of a sound file, of its streams and of its chapters."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

from podcast_pipeline import ffmpeg, process, reading
from podcast_pipeline.digests import identity
from podcast_pipeline.errors import PodcastError

_LINE = re.compile(r"^((?:\\.|[^=\\\n])+)=((?:\\[\s\S]|[^\\\n])*)$", re.MULTILINE)
"""As FFmpeg writes metadata: `=`, `;`, `#`, the backslash and ends of lines stand behind a backslash."""
_RUN = re.compile(r"[^\W_][\w .,;:=/()'-]{5,}")
_MOST = 65_536
"""Bytes of one object that are looked at."""
_OF_PROGRAMS = frozenset(
    {"encoder", "major_brand", "minor_version", "compatible_brands", "handler_name", "vendor_id"}
    | {"language", "duration", "timebase", "start", "end"}
)


def tags(path: Path) -> tuple[tuple[str, str], ...]:
    """Name and text of each; none where the file cannot be read: whoever needs its sound says so."""
    try:
        return _read(path, tuple(identity(path.stat())))
    except (OSError, PodcastError):
        return ()


@functools.lru_cache(maxsize=256)
def _read(path: Path, _: tuple[int, ...]) -> tuple[tuple[str, str], ...]:
    # Ogg has its tags at the stream; chapters have titles. No frame is read for either.
    wanted = [
        "-map",
        "0",
        "-ignore_unknown",
        "-c",
        "copy",
        "-map_metadata",
        "0",
        "-frames",
        "0",
        "-f",
        "ffmetadata",
        "-",
    ]
    output, _error = process.run([ffmpeg.binary().path, *ffmpeg.QUIET, *ffmpeg.input_arguments(path), *wanted])
    pairs = [(_plain(name), _plain(text)) for name, text in _LINE.findall(output.decode("utf-8", "replace"))]
    pairs += _id3(path)
    return tuple(dict.fromkeys(pair for pair in pairs if pair[0].lower() not in _OF_PROGRAMS and pair[1].strip()))


def _id3(path: Path) -> Iterator[tuple[str, str]]:
    """What an ID3 tag before the sound holds beside text, in whatever kind of file: objects, private data, lyrics."""
    with reading.opened(path) as stream:
        if stream.read(3) != b"ID3":
            return
        from mutagen import MutagenError
        from mutagen.id3 import ID3

        stream.seek(0)
        try:
            frames = ID3(stream).values()
        except MutagenError:
            return  # no tag after all
    for frame in frames:
        for name in ("text", "desc", "filename", "owner", "data"):
            value = getattr(frame, name, "")
            texts = value if isinstance(value, list) else [value]
            said = "\n".join(_printed(each) if isinstance(each, bytes) else str(each) for each in texts)
            if said.strip() and frame.FrameID != "APIC":
                yield f"{frame.FrameID}.{name}", said


def _printed(data: bytes) -> str:
    """The runs of letters in bytes that may be anything."""
    text = data[:_MOST].decode("utf-8", "replace")
    return "\n".join(_RUN.findall(text))


def _plain(text: str) -> str:
    return re.sub(r"\\([\s\S])", r"\1", text)
