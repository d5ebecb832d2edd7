"""Cuts that were offered and that nobody wants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from podcast_pipeline.review.journal import strict
from podcast_pipeline.review.journal.act import Act
from podcast_pipeline.review.journal.projection import Aligned
from podcast_pipeline.review.journal.stamp import Stamp
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.review.journal.strict import Bases, Request


@dataclass(frozen=True, kw_only=True)
class OfferRejected(Act):
    """Offers that never return, each as kind, start and end (ms)."""

    kind: ClassVar[str] = "offer_rejected"
    offers: tuple[tuple[str, int, int], ...]

    @classmethod
    def asked(cls, state: State, aligned: Aligned, request: Request) -> tuple[Self, Bases]:
        strict.fields(request, "offers")
        rows = strict.rows(request["offers"], 3, "a list of offers is needed")
        made = tuple((strict.text(kind, 20), strict.whole(start), strict.whole(end)) for kind, start, end in rows)
        return cls(offers=made), {}

    def apply(self, state: State, stamp: Stamp) -> None:
        state.rejected.update(self.offers)
        state.marks_seq = state.items_seq = stamp.seq
