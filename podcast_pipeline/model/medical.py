"""What medical education asks of an episode: credit, privacy of a discussed case, mitigation, and its plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from podcast_pipeline.codec import SPARSE

DAY, YEAR, DATE = "day", "year", "date"
"""What a plan may leave open; all of the date: the episode goes out as soon as it is signed."""


@dataclass(frozen=True, slots=True)
class Cme:
    """Continuing education credit. Without `accredited` every output says that no credit is offered."""

    accredited: bool = False
    provider: str = ""
    credit: str = ""
    claim_url: str = ""
    method: str = ""
    estimated_minutes: int = 0
    funding: str = ""
    """Who paid for the activity."""
    released: date | None = None
    reviewed: date | None = None
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Privacy:
    """Whether a patient's case is discussed, and on which basis, chosen by a person."""

    case_discussed: bool = False
    basis: str = "none"
    """none, composite, safe-harbor, expert-determination, authorization"""
    reviewed_by: str = ""
    reviewed: date | None = None
    authorization: str = ""
    """The signed form, relative to the episode's folder; it is never published."""
    judged: str = field(default="", metadata=SPARSE)
    """On which basis, and by which form, as `model/verdict.py` writes it."""


@dataclass(frozen=True, slots=True)
class Mitigation:
    """How relevant financial relationships were mitigated, and on which day: before the recording."""

    text: str
    on: date
    by: str = field(default="", metadata=SPARSE)
    """Who decided it; printed nowhere."""
    judged: str = field(default="", metadata=SPARSE)
    """What was decided, as `model/verdict.py` writes it."""
    episode: str = field(default="", metadata=SPARSE)
    """The guid of the episode for which it was decided, as it is read; "" in a record whose seal does not name it."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What the schedule said of an episode. `open`: what it left open (DAY, YEAR, DATE)."""

    topic: str = ""
    faculty: str = ""
    when: str = ""
    open: tuple[str, ...] = ()
