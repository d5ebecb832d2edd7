"""What the checks of one episode look at, put together once; every check is a pure function of it."""

from __future__ import annotations

import bisect
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from podcast_pipeline.checks.codes import CODES
from podcast_pipeline.episode import passages
from podcast_pipeline.episode.passages import Passage as Passage
from podcast_pipeline.episode.passages import names
from podcast_pipeline.episode.suspicion import Suspicion, suspicions
from podcast_pipeline.evidence.cited import sources
from podcast_pipeline.evidence.registers import Lookup
from podcast_pipeline.model.cut import Cut
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.finding import Finding, fingerprint
from podcast_pipeline.model.person import Person
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.model.release import Release, Signature
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.span import union
from podcast_pipeline.model.timeline import Timeline
from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.people import eligible
from podcast_pipeline.people.part import taking_part
from podcast_pipeline.review.desk.comparison import Compared
from podcast_pipeline.transcript import claimed
from podcast_pipeline.transcript.spoken import Sentence, sentences


@dataclass(frozen=True)
class Case:
    """An episode with everything around it. `today` is the day of publication, or of looking at a published one."""

    show: Show
    episode: Episode
    today: date
    transcript: Transcript | None = None
    reviewed: bool = False
    timeline: Timeline | None = None
    outputs: Mapping[str, str] = field(default_factory=dict)
    """Name -> HTML that listeners get: notes.html, page."""
    earlier: Release | None = None
    """What is published already."""
    folder: Path | None = None
    """The episode's folder."""
    pictures: Mapping[str, Path] = field(default_factory=dict)
    """Person -> headshot, where there is one."""
    answers: Mapping[str, Lookup] = field(default_factory=dict)
    """Reference id -> what the registers said of it just now; empty without the network."""
    compared: Compared | None = None
    """The review's journal against the transcript; None where no review was begun."""
    heard_in_tracks: tuple[Finding, ...] = ()
    """What the preflight said of the recordings, at source times."""
    linked: tuple[str, ...] = ()
    """The tracks whose files are links out of the show."""
    loudness_range: float | None = None
    """LU (LRA of EBU Tech 3342) of the built programme; None where there is none."""
    now: datetime | None = None
    """When it is looked at; None: before `publish_at`."""
    together: tuple[str, ...] = ()
    """The other episodes that go out in the same minute."""
    signature: Signature | None = None
    """Who has signed, whether it still holds or not."""
    holds: bool = False
    """Whether it does: for this text and all that is printed beside it."""
    tags: tuple[Passage, ...] = ()
    """What stands in the tags of the recordings."""
    cuts: tuple[Cut, ...] = ()
    """What listeners do not get: the one cut list."""
    returning: bool = False
    """It was taken out of the feeds, and is to come back: nobody has `earlier` now."""

    @property
    def file(self) -> str:
        return f"episodes/{self.episode.slug}/episode.toml"

    @property
    def spoken(self) -> str:
        return f"episodes/{self.episode.slug}/transcript.json"

    @property
    def signed(self) -> str:
        return f"episodes/{self.episode.slug}/signoff.json"

    @property
    def clinical(self) -> bool:
        return self.episode.content_class != "non-clinical"

    @property
    def published(self) -> date:
        return self.episode.goes_out.date()

    @property
    def public(self) -> datetime:
        """When listeners get it: at `publish_at`; what is published, or overdue, as it stands now."""
        due = self.episode.publish_at
        return self.now if self.now is not None and (self.in_catalogue or self.now > due) else due

    @property
    def recorded(self) -> date:
        """Where nobody wrote the day of the recording, the day of publication."""
        return self.episode.recorded or self.published

    @property
    def in_catalogue(self) -> bool:
        return self.earlier is not None and self.earlier.status == "published"

    @property
    def amends(self) -> Release | None:
        """The form that listeners have and this one takes the place of; None of what is not public."""
        return listened(self.earlier, returning=self.returning)

    @property
    def people(self) -> tuple[Person, ...]:
        return taking_part(self.show, self.episode)

    @functools.cached_property
    def cited(self) -> tuple[Reference, ...]:
        """The references that the claims cite and the library holds, by number."""
        return tuple(sources(self.episode.claims, self.show.references).values())

    @functools.cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """What listeners hear, sentence by sentence: without the words that are cut out."""
        if self.transcript is None:
            return ()
        return tuple(sentences(self.transcript, union((cut.start, cut.end) for cut in self.cuts)))

    @functools.cached_property
    def heard(self) -> tuple[Passage, ...]:
        """The transcript, sentence by sentence."""
        return passages.heard(self.episode.slug, self.transcript)

    def heard_between(self, start: int, end: int) -> tuple[Passage, ...]:
        """The sentences that begin in that time of the recording, both ends included, as they are heard."""
        times, passages = self._by_time
        return passages[bisect.bisect_left(times, start) : bisect.bisect_right(times, end)]

    @functools.cached_property
    def _by_time(self) -> tuple[list[int], tuple[Passage, ...]]:
        timed = sorted(
            ((passage.time, passage) for passage in self.heard if passage.time is not None), key=lambda row: row[0]
        )
        return [time for time, _ in timed], tuple(passage for _, passage in timed)

    @functools.cached_property
    def voiced(self) -> tuple[tuple[int, str], ...]:
        """When each word begins and who says it, in order of time: looked at for every claim."""
        return eligible.by_time(self.transcript)

    @functools.cached_property
    def end(self) -> int | None:
        """Where the recording ends, in ms, as far as that is known."""
        if self.timeline is not None:
            return self.timeline.end
        return max((word.end for word in self.transcript.words), default=None) if self.transcript else None

    @functools.cached_property
    def suspected(self) -> tuple[Suspicion, ...]:
        """Where something may identify a patient, in what is said and written: looked for once."""
        return tuple(suspicions(names(self.show, self.episode), (*self.heard, *self.written, *self.beside, *self.tags)))

    @functools.cached_property
    def claimed(self) -> Mapping[str, str]:
        """The digest of the words in which each claim is made, by its id."""
        if self.transcript is None or not self.episode.claims:
            return {}
        return claimed.digests(self.transcript, claimed.spans(self.episode, self.cuts))

    @functools.cached_property
    def written(self) -> tuple[Passage, ...]:
        """What people wrote for listeners."""
        return passages.written(self.show, self.episode)

    @functools.cached_property
    def beside(self) -> tuple[Passage, ...]:
        """What goes out with it and is no text of the episode."""
        return passages.beside(self.show, self.episode)

    def at(self, source: int | None) -> int | None:
        """The published time of a source time, where the programme is built."""
        if source is None:
            return None
        return self.timeline.start_of(source) if self.timeline is not None else source

    def finding(
        self,
        code: str,
        place: str,
        sentence: str,
        *,
        subject: str = "",
        time: int | None = None,
        file: str = "",
        severity: str = "",
    ) -> Finding:
        """A finding at `place` of `file`. `subject` is the text it rests on: it is hashed, never shown."""
        where = file or self.file
        mark = fingerprint(code, where, place, subject or sentence)
        return Finding(code, severity or CODES[code].severity, where, place, self.at(time), sentence, mark)


def listened(earlier: Release | None, *, returning: bool) -> Release | None:
    """`earlier` where listeners have it: neither scheduled nor, as it is `returning`, taken out of the feeds."""
    return earlier if earlier is not None and earlier.status == "published" and not returning else None
