"""A track on its way through the recogniser."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from podcast_pipeline.transcribe.pcm import Pcm


class Recording(NamedTuple):
    """A track to be recognised: its file for messages, its samples, and what its words are kept under."""

    track: str
    path: Path
    sound: Pcm
    sha256: str
    key: str
