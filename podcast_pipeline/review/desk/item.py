"""An item of the check list: one place, and what may be wrong there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from podcast_pipeline import sha256
from podcast_pipeline.model.show import DOUBTS
from podcast_pipeline.review.journal.paragraph import Reviewed
from podcast_pipeline.review.journal.tokens import Token
from podcast_pipeline.transcript.align import key

MUST = ("privacy", "number", "negation", "drug", "side", "near-miss", "silence", "cut", "loop")
"""Causes that must be checked, in the order of harm."""
CAUSES = (*MUST, *DOUBTS)


@dataclass(frozen=True, slots=True)
class Item:
    """One place: paragraph `p`, its tokens `first` to `last`, and what may be wrong there."""

    id: str
    """Cause, first recognised word and digest of what is said: another text there is another item."""
    cause: str
    p: str
    first: int
    last: int
    start: int
    end: int
    say: str
    suggestion: str = ""
    same: str = ""
    """Items with the same text and cause can be decided together."""

    place: str = ""
    """Where a written text stands that is no part of the transcript: its file and field; `p` is empty then."""
    text: str = ""
    """That text."""

    @property
    def must(self) -> bool:
        return self.cause in MUST


def doubt(cause: str, p: Reviewed, tokens: Sequence[Token], first: int, last: int, say: str, meant: str = "") -> Item:
    """The item on tokens `first` to `last` (both in it); `say` is the cause in words, `meant` a suggestion."""
    part = tokens[first : last + 1]
    source = next((token.source for token in part if token.source is not None), p.first)
    said = " ".join(key(token.text) for token in part)
    id_ = f"{cause}-{source}-{sha256.of_bytes(said.encode())[:8]}"
    return Item(id_, cause, p.id, first, last, part[0].start, part[-1].end, say, meant, f"{cause} {said}")


def order(item: Item) -> tuple[int, int, str]:
    """Worst first, then by time."""
    return CAUSES.index(item.cause), item.start, item.id


def bare(text: str) -> str:
    """`text` without the punctuation around it."""
    return text.strip(".,;:?!…\"'“”()[]") or text
