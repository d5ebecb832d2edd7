"""What the later stages of one episode are made from, read from its files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from podcast_pipeline.audio.encode import LOUDNESS
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.model.chapter import Chapter, published
from podcast_pipeline.model.text import TEXT, TextOfRecord


@dataclass(frozen=True)
class Material(Dossier):
    """What only the stages ask of an episode."""

    def text(self) -> TextOfRecord:
        """What the captions were made from, and whose signature stands under it."""
        return TEXT.read(self.folder)

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
