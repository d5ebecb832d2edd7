"""What people and registers say about a reference: evidence level, status as of a day, access."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from podcast_pipeline.codec import SPARSE

UNKNOWN = "unknown"
"""The status of a reference that nobody has looked up."""
NOT_VERIFIED = "not verified"
"""What is printed of a reference that no register has confirmed to exist, before anything else about it."""
GONE = ("retracted", "withdrawn", "removed")
"""States in which a paper no longer stands."""
IN_PART = "retracted in part"
"""A notice takes back a part of a paper: neither a retraction nor a mere concern."""
STATES = ("ok", "corrected", "concern", IN_PART, *GONE, "superseded", UNKNOWN)


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice about a paper: its kind (a state), its own day, where it is, and the day we found it."""

    kind: str
    source: str
    day: date | None = None
    id: str = ""
    """DOI or `PMID 123` of the notice."""
    found: date | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """Where a paper stands. `ok` means that no notice was found as of `checked` in `sources`, never more."""

    state: str = UNKNOWN
    checked: date | None = None
    sources: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def known(self) -> bool:
        """Whether a register was asked: without a day and a source nothing is known."""
        return self.state != UNKNOWN and self.checked is not None and bool(self.sources)


@dataclass(frozen=True, slots=True)
class Registered:
    """What the registers had under a reference's identifiers, as they had it on the day `on`.

    It says something of the reference only while that has these identifiers and is the same paper
    (`evidence/identity.py`): the answer is kept, never a verdict that could outlive what it was given for.
    """

    on: date | None = None
    registers: tuple[str, ...] = ()
    """Those that answered: `crossref`, `pubmed`, `datacite`."""
    doi: str = ""
    pmid: str = ""
    """What they were asked for."""
    unknown: tuple[str, ...] = ()
    """Identifiers that none of them has: `doi:10.1000/x`, `PMID 7`."""
    title: str = ""
    author: str = ""
    """Family name of the first author, or a group's name."""
    journals: tuple[str, ...] = ()
    """The journal's or book's name, and its abbreviation."""
    year: int | None = None
    groups: tuple[str, ...] = field(default=(), metadata=SPARSE)
    """Names of groups among the authors."""
    other_title: str = field(default="", metadata=SPARSE)
    """In another language."""
    online: int | None = field(default=None, metadata=SPARSE)
    """Year of the electronic publication."""
    kind: str = field(default="", metadata=SPARSE)
    """preprint, or journal article."""


@dataclass(frozen=True, slots=True)
class Access:
    """How readers reach it. `free`: pmc, publisher or repository; empty: not known."""

    free: str = ""
    url_archived: str = ""
    url_checked: date | None = None


@dataclass(frozen=True, slots=True)
class Appraisal:
    """One entry of `feed/appraisals.toml`. A level counts only when a person signed it (`by`, `on`)."""

    id: str
    design: str = ""
    question: str = ""
    ocebm2011: str = ""
    """"1".."5", "0" not applicable; other text is reported by a check, as people write `1a`."""
    grade: str = ""
    """GRADE belongs on a claim; here it is read only to be reported."""
    by: str = ""
    on: date | None = None
    second: str = field(default="", metadata=SPARSE)
    """Who judged it besides, where the first is an author of the paper."""
    judged: str = field(default="", metadata=SPARSE)
    """Which paper was given which level, as `model/verdict.py` writes it."""
    status: Status = Status()
    registered: Registered = Registered()
    answer: str = field(default="", metadata=SPARSE)
    """Digest of `status` and `registered` as they were answered; "" once it was compared (`evidence/journal.py`)."""
    access: Access = Access()
    seen_by: str = field(default="", metadata=SPARSE)
    """Who holds a paper that no register can be asked for, and read what stands in its entry."""
    seen: date | None = field(default=None, metadata=SPARSE)
    seen_judged: str = field(default="", metadata=SPARSE)
    """Digest of the entry as it was compared with the paper."""
    embargo: datetime | None = field(default=None, metadata=SPARSE)
    """Before this moment nothing that cites the paper is public."""

    @property
    def signed(self) -> bool:
        return bool(self.by and self.on)


@dataclass(frozen=True, slots=True)
class Appraisals:
    """The whole file."""

    entries: tuple[Appraisal, ...] = ()
