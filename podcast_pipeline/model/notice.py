"""Notices on old episodes: what became known of a paper or a drug after they were published."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from podcast_pipeline.codec import SPARSE


@dataclass(frozen=True, slots=True)
class ListenerNotice:
    """One entry of `feed/notices.toml`: a dated sentence for every episode that it concerns; `by` answers for it.

    Either `reference` (an id of feed/references.json) or `drug` (its name, in any case) says which those are.
    """

    day: date
    by: str
    text: str
    reference: str = ""
    drug: str = ""
    episodes: tuple[str, ...] = ()
    """Slugs of episodes that say the drug's name in the recording alone, as they were when the notice was added."""
    ended: date | None = None
    """From this day on it stands nowhere any more."""
    judged: str = field(default="", metadata=SPARSE)
    """Which words of which paper or drug they answer for, as `model/verdict.py` writes it."""


@dataclass(frozen=True, slots=True)
class Notices:
    """The whole file."""

    entries: tuple[ListenerNotice, ...] = ()
