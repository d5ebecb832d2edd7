"""That transcript.json was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from podcast_pipeline.review.journal.act import Act
from podcast_pipeline.review.journal.stamp import Stamp
from podcast_pipeline.review.journal.state import State


@dataclass(frozen=True, kw_only=True)
class Projection(Act):
    """Written, or about to be: the file with this digest is the journal's."""

    kind: ClassVar[str] = "projection"
    transcript_sha256: str

    @property
    def transcript(self) -> str:
        return self.transcript_sha256

    def apply(self, state: State, stamp: Stamp) -> None:
        state.projections.add(self.transcript_sha256)
