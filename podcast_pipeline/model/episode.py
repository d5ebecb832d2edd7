"""An episode as a person wrote it: `episodes/<slug>/episode.toml`."""

from __future__ import annotations

import functools
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime

from podcast_pipeline.model.audio import AudioSettings, Insert, Track
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.cut import Cut
from podcast_pipeline.model.medical import Cme, Mitigation, Planned, Privacy
from podcast_pipeline.model.person import Credit
from podcast_pipeline.model.podcasting import EpisodeExtras
from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.model.waiver import NotReached, Waiver

LONGEST_CLAIM = 30_000
"""ms that a claim takes at most of which nobody wrote the end."""

CONTENT_CLASSES = ("clinical", "non-clinical", "mixed")


@dataclass(frozen=True, slots=True)
class AlternateFile:
    """The episode in another form: a finished file, relative to the episode's folder."""

    file: str
    title: str = ""
    bitrate: int | None = None
    height: int | None = None
    codecs: str = ""


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
    content_class: str = ""
    """clinical, non-clinical or mixed: decides whether disclosures are due. Unset, nothing is published."""
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
    extras: EpisodeExtras = EpisodeExtras()
    alternates: tuple[AlternateFile, ...] = ()
    feeds: tuple[str, ...] = ("main",)
    """Ids of the feeds that carry it."""
    demonstration: str = ""
    """A sentence that stands on top of notes and page where an episode is not the real thing."""
    format: str = ""
    """evidence, lit, advocacy or portrait: the kinds of episode this society makes."""
    objectives: tuple[str, ...] = ()
    """What a listener can do afterwards, in measurable verbs."""
    review_by: date | None = None
    off_label: str = ""
    """Which off-label or investigational use is mentioned, as listeners are told."""
    about: tuple[str, ...] = ()
    """References that the episode is about: they are cited also when they were retracted."""
    terms: dict[str, str] = field(default_factory=dict)
    """Acronym -> the one sense it has in this episode."""
    cme: Cme | None = None
    phi: Privacy = Privacy()
    mitigation: Mitigation | None = None
    plan: Planned | None = None
    waivers: tuple[Waiver, ...] = ()
    not_reached: NotReached | None = None
    """Who answers for references that no register could be asked about."""
    cuts: tuple[Cut, ...] = ()
    """Those of episode.toml; `episode.cuts.cut_list` adds the ones of transcript.json."""
    inserts: tuple[Insert, ...] = ()
    signoffs: int = 1
    """How many different people sign it, where it asks for more than the show does."""
    drafts: tuple[str, ...] = ()
    """What nobody has read yet: `summary`, put together of the speakers' own sentences."""
    reference: Track | None = None
    """The recording of the whole call, whose clock is the episode's; in no mix."""
    declined: tuple[str, ...] = ()
    """Ids of offered cuts that a person does not want, such as pause-1200-3400."""

    def end_of(self, claim: Claim) -> int:
        """Where a claim has been said, in ms: as written, else at the next claim or chapter, or after LONGEST_CLAIM."""
        if claim.until is not None:
            return claim.until
        later = bisect_right(self._starts, claim.at)
        return min((claim.at + LONGEST_CLAIM, *self._starts[later : later + 1]))

    @functools.cached_property
    def _starts(self) -> tuple[int, ...]:
        """Where claims and chapters begin, ascending."""
        return tuple(sorted((*(claim.at for claim in self.claims), *(chapter.start for chapter in self.chapters))))

    @property
    def goes_out(self) -> datetime:
        """`publish_at` by the clocks with which it is written: those of the show, where that names its zone."""
        return self.publish_at

    @property
    def recordings(self) -> tuple[Track, ...]:
        """All recordings, that of the call among them."""
        return (*self.tracks, *([self.reference] if self.reference else []))

    @property
    def speaking(self) -> tuple[str, ...]:
        """The people who are heard: everybody credited in the cast, and whoever has a track."""
        cast = [credit.person for credit in self.credits if credit.group == "cast"]
        return tuple(dict.fromkeys([*cast, *(track.person for track in self.tracks)]))
