"""What writes the tags of each format of sound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from podcast_pipeline.tag import id3, mp4, opus
from podcast_pipeline.tag.tags import Tags

WRITERS: Mapping[str, Callable[[Path, Path, Tags], None]] = {
    "mp3": id3.write,
    "m4a": mp4.write,
    "opus": opus.write,
}
"""Each writes a copy of the sound with these tags."""
