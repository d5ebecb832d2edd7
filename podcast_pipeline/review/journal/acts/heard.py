"""What somebody listened to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Self

from podcast_pipeline.model.span import Spans, union
from podcast_pipeline.review.journal import strict
from podcast_pipeline.review.journal.act import Act
from podcast_pipeline.review.journal.projection import Aligned
from podcast_pipeline.review.journal.stamp import Stamp
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.review.journal.strict import Bases, Request

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Heard(Act):
    """Stretches (ms) of the recording; of the finished programme, where `final` is the digest of its audio."""

    kind: ClassVar[str] = "heard"
    spans: Spans
    final: str = ""

    @classmethod
    def asked(cls, state: State, aligned: Aligned, request: Request) -> tuple[Self, Bases]:
        strict.fields(request, "spans", optional=("final",))
        spans = strict.rows(request["spans"], 2, "a list of stretches is needed")
        made = tuple((strict.whole(start), strict.whole(end)) for start, end in spans)
        final = strict.matching(_DIGEST, request["final"], "a digest") if "final" in request else ""
        return cls(spans=made, final=final), {}

    def apply(self, state: State, stamp: Stamp) -> None:
        heard, key = (state.joins, self.final) if self.final else (state.heard, stamp.by)
        heard[key] = union((*heard.get(key, ()), *self.spans))
