"""What the captions were made from: all that later stages may know of the text of record beyond its words."""

from __future__ import annotations

from dataclasses import dataclass, field

from podcast_pipeline.artefact import Artefact
from podcast_pipeline.codec import SPARSE
from podcast_pipeline.model.release import Signature


@dataclass(frozen=True, slots=True)
class TextOfRecord:
    """The text as the captions had it: corrected by people (`reviewed`) or the machine's, and who answers for it."""

    schema: int = field(default=2, kw_only=True)
    language: str
    reviewed: bool
    signature: Signature | None
    """The one that stands under this very text; whether it also covers the audio is not said here."""
    claimed: dict[str, str] = field(default_factory=dict, hash=False, metadata=SPARSE)
    """The digest of the words in which each claim is made, by its id."""


TEXT = Artefact("text.json", TextOfRecord)
