"""A withdrawal: an episode was taken out of every feed for good, why, and what of it still answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

KINDS = ("consent", "error", "legal")
"""Why: somebody who is heard wants it, it is wrong, or the law asks for it."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """`reason` stays in the record; `public` is what the page says instead of the set sentence of the kind."""

    at: datetime
    kind: str
    reason: str
    public: str = ""
    was: str = "published"
    """The status before."""
    claims: tuple[str, ...] = ()
    """What the episode claimed, of an error alone: its page goes on saying what is withdrawn."""
    purge: bool = False
    """Whether its files are deleted, too."""
    left: tuple[str, ...] = ()
    """Keys of what is deleted and was not yet seen to answer 404 or 410; those of members as `x/<epoch>/<name>`."""
    done: bool = False
    """Its page is in place, no feed has it, and nothing is left."""

    def __str__(self) -> str:
        """`withdrawn (consent) 2026-11-30 13:05 UTC`"""
        return f"withdrawn ({self.kind}) {self.at:%Y-%m-%d %H:%M %Z}"
