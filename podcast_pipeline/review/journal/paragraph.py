"""A paragraph under review: a stretch of recognised words and the text that people made of it."""

from __future__ import annotations

from dataclasses import dataclass

Times = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """`first` and `last` (exclusive) are indexes of recognised words; an edit lies over them and never changes them."""

    id: str
    speaker: str
    text: str
    first: int
    last: int
    rev: int = 1
    seq: int = 0
    """The journal's line that last touched it."""
    edited: bool = False
    checked: str = ""
    """Who checked it; "" nobody."""
    alone: bool = False
    """Checked by itself, not together with all above it."""
    query: str = ""
    """An open question about it."""
    times: Times | None = None
    """Times written by hand in transcript.json, one pair of ms per word of `text`."""
    by: str = ""
    at: str = ""
    """Who last touched it, and when."""

    @property
    def state(self) -> str:
        """query, checked, edited or machine."""
        if self.query:
            return "query"
        return "checked" if self.checked else "edited" if self.edited else "machine"
