"""The show: what stays the same from episode to episode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from podcast_pipeline import localtime
from podcast_pipeline.localtime import Usual
from podcast_pipeline.model.audio import AudioSettings
from podcast_pipeline.model.notice import ListenerNotice
from podcast_pipeline.model.person import Person
from podcast_pipeline.model.podcasting import ShowExtras
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.model.terms import Terms


@dataclass(frozen=True, slots=True)
class Owner:
    """Shown in the feed: directories send verification codes there. A role address, never a physician's own."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Funding:
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class TranscribeSettings:
    engine: str = "faster-whisper"
    model: str = "base"
    language: str = "en"
    compute_type: str = "auto"
    beam_size: int = 5
    hotwords: str = "suggest"
    """suggest: a second run that is told the terms yields suggestions; off."""
    speakers: int | None = None
    """People on one mixed recording; 0: those with a speaking part in the episode; None: each track is one person's."""


@dataclass(frozen=True, slots=True)
class FeedSettings:
    locked: bool = True
    kind: str = "episodic"
    ai_content: bool | None = None
    """podcast:txt purpose="ai-content"; None: nothing is stated."""
    evidence_chapters: bool = False
    """A silent marker in chapters.json for every cited moment; one app shows them all the same."""


@dataclass(frozen=True, slots=True)
class Feed:
    """One more feed of the same directory. What is empty is the show's own.

    `url` of a feed for members holds {token}; `page_size` > 0: a feed in pages, each of so many episodes.
    """

    id: str
    url: str
    audience: str = "public"
    title: str = ""
    description: str = ""
    guid: str = ""
    cover: str = ""
    page_size: int = 0

    @property
    def private(self) -> bool:
        """Whether it is for members alone, each of whom has an address of their own."""
        return self.audience == "members"


@dataclass(frozen=True, slots=True)
class Move:
    """The show moves: this feed sends its subscribers to the one at `to`."""

    to: str


@dataclass(frozen=True, slots=True)
class Announce:
    """Who is told of new episodes. `podping`: whether a sender of the show's own really notifies Podping."""

    websub: str = ""
    podping: bool | None = None


DOUBTS = ("speaker", "name", "word", "confidence", "timing")
"""Causes of the review's check list that need not be checked, in the order of harm."""


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    must_check: str = "error"
    """error: an open place that must be checked stops the sign-off; warn: it is written into its record."""
    two_person: bool = False
    signoffs: int = 1
    """How many different people sign an episode; of two, one at least is not heard in it."""
    ask: tuple[str, ...] = ()
    """Those of DOUBTS that stay on though few of their places led to an edit."""
    publish_accuracy: bool = False
    """The word error rate of the machine, before correction, stands on the episode's page."""


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    timezone: str = ""
    """The zone of the IANA database in which the show tells its days and hours; "": UTC, and no hour is taken in it."""
    usual: Usual | None = None
    """When episodes go out as a rule."""

    @property
    def zone(self) -> tzinfo:
        return localtime.zone(self.timezone) if self.timezone else UTC

    def day(self, moment: datetime) -> date:
        """The day of an instant by the clocks of the show: what is written down, printed and compared."""
        return moment.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class S3Settings:
    bucket: str
    prefix: str = ""
    region: str = "us-east-1"
    endpoint_url: str = ""
    profile: str = ""
    checksums: str = "auto"
    provider: str = ""
    addressing: str = "auto"
    conditional: bool = True
    """Whether the store obeys If-Match and If-None-Match; without, only one person may publish at a time."""


@dataclass(frozen=True, slots=True)
class StorageSettings:
    public_base_url: str
    backend: str = "local"
    s3: S3Settings | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    """For a backend "module:Class", which reads them itself."""


@dataclass(frozen=True)
class Show:
    """`feed/show.toml` with the people and references of `feed/`. `url` is the public address of the feed."""

    title: str
    description: str
    link: str
    url: str
    guid: str
    language: str
    author: str
    categories: tuple[tuple[str, ...], ...]
    cover: str
    """Relative to the show directory."""
    storage: StorageSettings
    owner: Owner | None = None
    explicit: bool = False
    copyright: str = ""
    license: str = ""
    license_url: str = ""
    disclaimer: str = ""
    """Printed under every episode's notes: education, not advice; views are the speakers' own."""
    funding: Funding | None = None
    audio: AudioSettings = AudioSettings()
    transcribe: TranscribeSettings = TranscribeSettings()
    review: ReviewSettings = ReviewSettings()
    feed: FeedSettings = FeedSettings()
    extras: ShowExtras = ShowExtras()
    feeds: tuple[Feed, ...] = ()
    """Besides the main one, which is the show's own."""
    move: Move | None = None
    announce: Announce = Announce()
    schedule: ScheduleSettings = ScheduleSettings()
    notices: tuple[ListenerNotice, ...] = ()
    """What stands on old episodes: feed/notices.toml."""
    people: dict[str, Person] = field(default_factory=dict)
    references: dict[str, Reference] = field(default_factory=dict)
    terms: Terms = Terms()

    def members_only(self, feeds: tuple[str, ...]) -> bool:
        """Whether an episode that is in these feeds is in none that everybody may read."""
        private = {feed.id for feed in self.feeds if feed.private}
        return private.issuperset(feeds)

    def why_no_verdict(self, id_: str) -> str:
        """Why nobody gives a verdict by this id: no such person, or one that was forgotten; "" for everybody else."""
        if id_ not in self.people:
            return f'"{id_}" is not in feed/people'
        return f'"{id_}" was forgotten, and gives no verdict any more' if self.people[id_].forgotten else ""
