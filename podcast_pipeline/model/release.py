"""A Release is all that the feed says about one published episode, frozen on the day it was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from podcast_pipeline.model.chapter import Chapter


@dataclass(frozen=True, slots=True)
class Asset:
    """One public object. `key` is its place under the public base address (publishing.md P7), ASCII."""

    key: str
    bytes: int
    mime: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ReleasePerson:
    """A person as printed in this release: name with credentials, bio and disclosure of that day."""

    id: str
    name: str
    role: str
    group: str
    bio: str = ""
    disclosure: str = ""
    href: str = ""
    image: Asset | None = None
    example: bool = False
    affiliation: str = ""
    """Specialty and institution."""
    orcid: str = ""
    image_alt: str = ""
    image_credit: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed off which content, on which day. `heard` is the share listened to, None where nobody measured it."""

    by: str
    name: str
    role: str
    at: datetime
    audio_sha256: str
    transcript_sha256: str
    example: bool = False
    heard: float | None = None


@dataclass(frozen=True, slots=True)
class CitedReference:
    """A reference as printed in this release."""

    id: str
    number: int
    text: str
    url: str
    status: str


@dataclass(frozen=True, slots=True)
class Release:
    """One episode as listeners get it. Times are UTC instants, durations ms, notes are clean HTML."""

    slug: str
    guid: str
    title: str
    publish_at: datetime
    description: str
    """Plain text, at most 4000 bytes."""
    notes: str
    """HTML for content:encoded."""
    enclosure: Asset
    duration: int
    audio_sha256: str
    """Of the audio frames, tags stripped."""
    signature: Signature | None
    """None in build/ until somebody has signed; never None in feed/releases."""
    transcripts: tuple[Asset, ...]
    """In the order of feed.md F51: html, srt, json, vtt."""
    language: str
    chapters: tuple[Chapter, ...] = ()
    chapters_file: Asset | None = None
    people: tuple[ReleasePerson, ...] = ()
    references: tuple[CitedReference, ...] = ()
    number: int | None = None
    season: int | None = None
    kind: str = "full"
    explicit: bool = False
    image: Asset | None = None
    updated_at: datetime | None = None
    status: str = "published"
    """published, or scheduled until `publish_at`."""
    integrated: float | None = None
    """LUFS of the decoded enclosure."""
    true_peak: float | None = None
    """dBTP of the decoded enclosure."""
    page: Asset | None = None
    """The episode's page as it was uploaded; None in build/."""
