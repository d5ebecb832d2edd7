"""An episode as a person wrote it: `episodes/<slug>/episode.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from podcast_pipeline.model.audio import AudioSettings, Track
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.person import Credit
from podcast_pipeline.model.show import TranscribeSettings


@dataclass(frozen=True)
class Episode:
    """All times are ms on the source timeline: the raw tracks, before intro and cuts."""

    slug: str
    guid: str
    title: str
    summary: str
    publish_at: datetime
    tracks: tuple[Track, ...]
    credits: tuple[Credit, ...]
    content_class: str = "clinical"
    """clinical, non-clinical or mixed: decides whether disclosures are due."""
    number: int | None = None
    season: int | None = None
    kind: str = "full"
    recorded: date | None = None
    explicit: bool | None = None
    cover: str = ""
    """Relative to the episode's folder; empty: the show's."""
    chapters: tuple[Chapter, ...] = ()
    claims: tuple[Claim, ...] = ()
    audio: AudioSettings = AudioSettings()
    transcribe: TranscribeSettings = TranscribeSettings()
    notes: str = ""
    """Markdown of notes.md."""
    demonstration: str = ""
    """A sentence that stands on top of notes and page where an episode is not the real thing."""
