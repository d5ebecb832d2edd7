"""What an episode says under people's names: all of it that is printed, in one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from podcast_pipeline import localtime
from podcast_pipeline.codec import SPARSE
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.medical import Cme, Mitigation
from podcast_pipeline.model.person import Credit, Person
from podcast_pipeline.model.reference import Reference


@dataclass(frozen=True, slots=True)
class Imprint:
    """The show as its episodes name it. `base` is the public address of what it publishes."""

    title: str
    author: str
    link: str
    base: str
    copyright: str
    disclaimer: str
    timezone: str = field(default="", metadata=SPARSE)
    """In which it tells its days: a zone of the IANA list, an offset, or "" for UTC."""


@dataclass(frozen=True, slots=True)
class Statement:
    """An episode as notes, tags and feed print it, and as a person signs it. Of people only what may leave the house.

    Stored facts, not sentences: what is made of them depends on the day. Times are ms on the source timeline; in the
    record of a release they are those of the programme.
    """

    show: Imprint
    slug: str
    title: str
    summary: str
    notes: str
    """Markdown of notes.md."""
    demonstration: str
    number: int | None
    season: int | None
    kind: str
    publish_at: datetime
    recorded: date | None
    content_class: str
    objectives: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    claims: tuple[Claim, ...]
    references: dict[str, Reference]
    """Those that the claims cite, by id in the order of their numbers."""
    credits: tuple[Credit, ...]
    people: tuple[Person, ...]
    """Everybody who takes part."""
    checkers: tuple[Person, ...]
    """Those who compared claims with their references."""
    off_label: str
    mitigation: Mitigation | None
    cme: Cme | None
    review_by: date | None

    @property
    def zone(self) -> tzinfo:
        """The clocks by which its days are told."""
        return localtime.named(self.show.timezone)

    @property
    def goes_out(self) -> datetime:
        """`publish_at` by those clocks."""
        return self.publish_at.astimezone(self.zone)

    @property
    def known(self) -> dict[str, Person]:
        """Everybody who is named, by id."""
        return {person.id: person for person in (*self.checkers, *self.people)}
