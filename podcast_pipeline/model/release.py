"""A Release is all that the feed says about one published episode, frozen on the day it was said."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo

from podcast_pipeline import localtime
from podcast_pipeline.artefact import Artefact
from podcast_pipeline.codec import BRIEF, SPARSE
from podcast_pipeline.model.asset import Asset as Asset
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.podcasting import EpisodeExtras
from podcast_pipeline.model.signature import AUDIO as AUDIO
from podcast_pipeline.model.signature import MACHINE_TEXT as MACHINE_TEXT
from podcast_pipeline.model.signature import TRANSCRIPT as TRANSCRIPT
from podcast_pipeline.model.signature import Signature as Signature
from podcast_pipeline.model.statement import Statement
from podcast_pipeline.model.withdrawal import Withdrawal

WAITING = "imported"
"""The status of a release whose files were fetched from another host and are not uploaded yet."""
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
"""The digits of an outline, by value: 0 to 63 (as in base64)."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What was corrected after publication: on which day, by whom. `kind`: text, audio, notes or withdrawn."""

    at: datetime
    by: str
    kind: str
    note: str
    timezone: str = field(default="", metadata=SPARSE)
    """In which its day is told: a zone of the IANA list, an offset, or "" for UTC."""

    @property
    def day(self) -> date:
        """By the clocks of the show as it was then."""
        return self.at.astimezone(localtime.named(self.timezone)).date()

    @property
    def said(self) -> tuple[date, str, str]:
        """What listeners read of it: by this one copy of the show knows the correction of another."""
        return self.day, self.kind, self.note


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

    @property
    def is_heard(self) -> bool:
        """Whether this is one of the cast, and nobody behind the microphones. Other hosts write `Cast`."""
        return self.group.strip().lower() == "cast"


@dataclass(frozen=True, slots=True)
class UsedWaiver:
    """A waiver as it was used in this release: the finding's code, who answers for it, why, until when."""

    code: str
    name: str
    reason: str
    expires: date
    names: tuple[str, ...] = field(default=(), metadata=SPARSE)
    """All who answer for it, where one was not enough."""
    judged: str = field(default="", metadata=SPARSE)
    """Which finding; empty where an earlier version published it."""


@dataclass(frozen=True, slots=True)
class PrintedCitation:
    """How a reference was said to bear on a claim (its id): the relation, and the place in it."""

    claim: str
    relation: str
    locator: str = ""


@dataclass(frozen=True, slots=True)
class CitedReference:
    """A reference as printed in this release."""

    id: str
    number: int
    text: str
    url: str
    status: str
    pmid: str = ""
    verified: bool = False
    """Whether a register had confirmed that it exists."""
    citations: tuple[PrintedCitation, ...] = ()


@dataclass(frozen=True, slots=True)
class FlagOutcome:
    """How often the recogniser flagged something, and how often a person then changed it there."""

    code: str
    places: int
    edited: int


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The machine's transcript against the signed one: shares from 0 to 1, counts of words and of critical terms."""

    wer: float
    words: int
    lost: int
    invented: int
    critical: float | None
    terms: int
    normalizer: str
    mislabelled: int = 0
    """Words that stood under a wrong speaker."""
    review: float | None = None
    """Minutes of review per minute of the recording."""
    flags: tuple[FlagOutcome, ...] = ()
    judged: dict[str, str] = field(default_factory=dict, hash=False, metadata=SPARSE)
    """Digests of the two texts that were compared: the recogniser's file, and the corrected transcript."""

    def holds(self, signature: Signature | None) -> bool:
        """Whether the corrected text is the one that is signed; of an earlier version nobody knows."""
        return signature is not None and self.judged.get(TRANSCRIPT) == signature.transcript_sha256


@dataclass(frozen=True, slots=True)
class SpeechQuality:
    """How good the speech of a person sounds by DNSMOS (1 to 5), as it was recorded and with its noise reduced."""

    person: str
    before: float
    after: float


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
    """None in build/ until somebody has signed, and of imported episodes; otherwise never None in feed/releases."""
    transcripts: tuple[Asset, ...]
    """html, srt, json, vtt, in this order: readers that keep one transcript keep the last."""
    language: str
    chapters: tuple[Chapter, ...] = ()
    chapters_file: Asset | None = None
    chapter_pictures: tuple[Asset, ...] = ()
    """Of an imported episode: the pictures that its chapters file names."""
    people: tuple[ReleasePerson, ...] = ()
    references: tuple[CitedReference, ...] = ()
    number: int | None = None
    season: int | None = None
    kind: str = "full"
    explicit: bool = False
    image: Asset | None = None
    updated_at: datetime | None = None
    status: str = "published"
    """published; scheduled until `publish_at`; imported where its files wait to be put online; withdrawn. What is
    `published` is public once the manifest names it: a run may have been stopped in between."""
    integrated: float | None = None
    """LUFS of the decoded enclosure."""
    true_peak: float | None = None
    """dBTP of the decoded enclosure."""
    outline: str = ""
    """How loud it is from the first to the last moment, in equal steps: a digit each for the amplitude."""
    waivers: tuple[UsedWaiver, ...] = ()
    page: Asset | None = None
    """The episode's page as it was uploaded; None in build/."""
    corrections: tuple[Correction, ...] = ()
    """What was corrected since, oldest first."""
    pending: tuple[Correction, ...] = ()
    """Those of which the files that are named here do not have the corrected words or sound yet: no feed says them."""
    feeds: tuple[str, ...] = ("main",)
    """Which feeds of the show carry it."""
    media_epoch: int = 0
    """Of an episode for members: how often its addresses were exchanged."""
    extras: EpisodeExtras = EpisodeExtras()
    source: str = ""
    """"import": it came from another host with its guid, and nobody here has signed it. "adopted": taken over from
    the public feed as it stands there, published by another copy of the show, whose sources are not here."""
    guid_source: str = ""
    """Of an imported episode without guid: link or enclosure, which its guid was made of."""
    permalink: bool = False
    """The guid came from another host as an address: isPermaLink="true"."""
    link: str = ""
    """Of an imported episode: its page, on another host."""
    accuracy: Accuracy | None = None
    """Of the machine's transcript before it was corrected."""
    review_by: date | None = None
    """The day by which the content is to be reviewed again."""
    credit_ends: date | None = None
    """The last day of credit for it; None where none was offered."""
    lapsed: tuple[str, ...] = ()
    """The banner on its page: what of these two has passed, as it was said there last."""
    notices: tuple[str, ...] = field(default=(), metadata=SPARSE)
    """The notices on it, as they are said in notes, description and on its page, the newest first."""
    revision: int = 0
    """Counts the forms of this record, from 1; 0 in build/, and where it was published uncounted."""
    replaces: tuple[str, ...] = ()
    """SHA-256 of the records, the files, that this one follows: as one was published, and what was made of it since."""
    statement: Statement | None = field(default=None, hash=False, metadata=SPARSE | BRIEF)
    """What it said under people's names when this was published; None where an earlier version published it, and where
    it came from another host or out of the public feed."""
    lacking: tuple[str, ...] = field(default=(), metadata=SPARSE)
    """Verdicts that this form was published without, as the one before it was: code and place of the finding."""
    former: tuple[str, ...] = ()
    """Slugs that it had before, oldest first: its files keep their addresses, and no other episode gets one of them."""
    withdrawn: Withdrawal | None = None
    """Where it was taken out of every feed for good, whatever the status is."""
    speech_quality: tuple[SpeechQuality, ...] = field(default=(), metadata=SPARSE)
    """Of each voice whose noise was reduced, where it was measured."""
    seal: str = field(default="", compare=False, metadata=SPARSE)
    """Digest of all that stands before it, as this program wrote it: it shows an edit by hand. "" in build/, and of an
    earlier version."""

    @property
    def zone(self) -> tzinfo:
        """The clocks by which its days are told; UTC where an earlier version published it."""
        return UTC if self.statement is None else self.statement.zone

    @property
    def goes_out(self) -> datetime:
        """`publish_at` by those clocks."""
        return self.publish_at.astimezone(self.zone)

    @property
    def listed(self) -> bool:
        """Whether feeds carry it: neither scheduled nor withdrawn."""
        return self.withdrawn is None and self.status != "scheduled"

    @property
    def assets(self) -> tuple[Asset, ...]:
        """Every file that this release names, its page last; one that is named twice stands twice."""
        people = (person.image for person in self.people)
        others = (alternate.asset for alternate in self.extras.alternates)
        pictures = (*(picture.asset for picture in self.extras.pictures), *self.chapter_pictures)
        files = (self.enclosure, *self.transcripts, self.chapters_file, self.image)
        single = (*files, *people, *others, *pictures, self.page)
        return tuple(asset for asset in single if asset is not None)


RELEASE = Artefact("release.json", Release)


@dataclass(frozen=True, slots=True)
class RolledBack:
    """What a rollback took out of the public feed, as it stood there: an episode, or its newer form."""

    at: datetime
    release: Release
    by_others: bool = False
    """Another copy of the show took it out, by a rollback or for good; `at` is when this one learned of it."""

    def __str__(self) -> str:
        """What happened to it, and when."""
        how = "taken out of the public feed by others, known here since" if self.by_others else "rolled back"
        return f"{how} {self.at:%Y-%m-%d %H:%M %Z}"
