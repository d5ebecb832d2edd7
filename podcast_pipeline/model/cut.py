"""Cuts: stretches of the recording that listeners do not get."""

from __future__ import annotations

from dataclasses import dataclass

REASONS = ("content", "filler", "pause", "privacy")


@dataclass(frozen=True, slots=True)
class Cut:
    """From `start` to `end` in ms of the source; `by` is the id of the person who decided it."""

    start: int
    end: int
    reason: str = "content"
    by: str = ""
    id: str = ""
