"""Claims: what was said, when, and which references bear on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from podcast_pipeline.codec import SPARSE

RELATIONS = ("supports", "disputes", "background", "cites-for-method")
"""How a reference can bear on a claim."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A reference as one claim uses it; `relation` is one of RELATIONS, `locator` the place in it."""

    id: str
    locator: str = ""
    relation: str = "supports"


@dataclass(frozen=True, slots=True)
class Claim:
    """Something said at the source time `at` (ms). kind: fact, opinion, experience."""

    id: str
    at: int
    text: str
    until: int | None = None
    kind: str = "fact"
    contested: bool = False
    refs: tuple[Citation, ...] = ()
    grade: str = ""
    checked_by: str = ""
    checked: date | None = None
    checked_with: str = field(default="", metadata=SPARSE)
    """Who compared it besides, where that has to be somebody else: the first is an author of what is cited."""
    judged: str = field(default="", metadata=SPARSE)
    """What was compared, as `model/verdict.py` writes it; empty: nobody has sealed the comparison."""

    @property
    def checkers(self) -> tuple[str, ...]:
        """Ids of those who compared it with its references."""
        return tuple(id_ for id_ in (self.checked_by, self.checked_with) if id_)
