"""What the later stages of one episode are made from, read from its files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from podcast_pipeline.audio.encode import LOUDNESS
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.chapter import Chapter, published

TEXT = "text.json"
"""What the stage captions says of the text of record beyond its words."""


@dataclass(frozen=True)
class Material(Dossier):
    """What only the stages ask of an episode."""

    def language(self) -> str:
        """The language that the episode is spoken in, as the text of record has it; the show's may be another."""
        found: str = _json(self.built(TEXT))["language"]
        return found

    def chapters(self) -> tuple[Chapter, ...]:
        """The chapters at published times."""
        return published(self.episode.chapters, self.timeline(), self.file)

    def duration(self) -> int:
        """Of the encoded programme, in ms, counted in decoded samples."""
        found: int = self.measured()["duration"]
        return found

    def measured(self) -> dict[str, Any]:
        """loudness.json: what was measured on the decoded MP3."""
        return LOUDNESS.read(self.folder)


def _json(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise PodcastError(f"{path}: cannot be read: {error}", "delete it and run `podcast build` again") from error
    return found
