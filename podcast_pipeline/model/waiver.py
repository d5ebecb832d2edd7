"""A person takes responsibility for one finding, for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Waiver:
    """Matches exactly one fingerprint, so it lapses when the text that was found changes."""

    code: str
    fingerprint: str
    name: str
    """An id of feed/people."""
    reason: str
    expires: date
