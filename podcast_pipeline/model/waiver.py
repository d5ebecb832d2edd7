"""A person takes responsibility for one finding, for a while."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from podcast_pipeline.codec import SPARSE

SHORTEST_REASON, FEWEST_LETTERS, DISTINCT_LETTERS, DISTINCT_WORDS = 20, 15, 6, 3


def says_nothing(reason: str) -> str:
    """Why the text is no reason, as the end of a sentence; "" where it says something."""
    text = reason.strip()
    if len(text) < SHORTEST_REASON:
        return f"has fewer than {SHORTEST_REASON} characters"
    letters = [letter for letter in text.casefold() if letter.isalpha()]
    if len(letters) < FEWEST_LETTERS:
        return f"has fewer than {FEWEST_LETTERS} letters"
    words = re.findall(r"[^\W\d_]+", text.casefold())
    if len(set(letters)) < DISTINCT_LETTERS or len(set(words)) < min(DISTINCT_WORDS, len(words)):
        return "repeats itself, and says nothing"
    return ""


@dataclass(frozen=True, slots=True)
class Waiver:
    """Matches exactly one fingerprint, so it lapses when the text that was found changes."""

    code: str
    fingerprint: str
    name: str
    """An id of feed/people."""
    reason: str
    expires: date
    names: tuple[str, ...] = field(default=(), metadata=SPARSE)
    """All who answer for it, where one is not enough."""
    judged: str = field(default="", metadata=SPARSE)
    """Which finding they answer for, as `model/verdict.py` writes it."""

    @property
    def by(self) -> tuple[str, ...]:
        """Everybody who answers for it, each once."""
        return tuple(dict.fromkeys((self.name, *self.names)))


NOT_REACHED_FOR = timedelta(days=7)
"""How long an answer for registers that could not be reached counts."""


@dataclass(frozen=True, slots=True)
class NotReached:
    """The registers did not answer on the day `on`; `by` answers for all references that were not verified then."""

    by: str
    """An id of feed/people."""
    on: date
    reason: str
    judged: dict[str, str]
    """Reference -> digest of its entry then: a changed one is not among those that were answered for."""

    @property
    def expires(self) -> date:
        """The last day on which an episode may go out with it."""
        return self.on + NOT_REACHED_FOR
