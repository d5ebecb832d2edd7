"""What a recorder or a person wrote into the tags of a sound file, of its streams and of its chapters."""

from __future__ import annotations

import functools
import re
from pathlib import Path

from podcast_pipeline import ffmpeg, process
from podcast_pipeline.digests import identity
from podcast_pipeline.errors import PodcastError

_LINE = re.compile(r"^((?:\\.|[^=\\\n])+)=((?:\\[\s\S]|[^\\\n])*)$", re.MULTILINE)
"""As FFmpeg writes metadata: `=`, `;`, `#`, the backslash and ends of lines stand behind a backslash."""
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
    pairs = ((_plain(name), _plain(text)) for name, text in _LINE.findall(output.decode("utf-8", "replace")))
    return tuple(dict.fromkeys(pair for pair in pairs if pair[0].lower() not in _OF_PROGRAMS and pair[1].strip()))


def _plain(text: str) -> str:
    return re.sub(r"\\([\s\S])", r"\1", text)
