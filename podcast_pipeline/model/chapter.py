"""Chapters: one list, written into four carriers (ID3, chapters.json, Podlove chapters, notes)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chapter:
    """A named stretch of the programme from `start` (ms) to the next chapter."""

    start: int
    title: str
    kind: str = ""
    """"", disclosure, clinical, sponsor."""
    url: str = ""
