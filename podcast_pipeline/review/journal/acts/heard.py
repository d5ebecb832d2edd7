"""What somebody listened to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Self

from podcast_pipeline.loopback.refusal import Refused
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
    """Stretches (ms) of the recording, where `sound` is the digest of what was played; of the finished programme, where
    `final` is that of its audio. Lines of an earlier version have neither: nobody knows which recording they are of."""

    kind: ClassVar[str] = "heard"
    spans: Spans
    sound: str = ""
    final: str = ""

    @classmethod
    def asked(cls, state: State, aligned: Aligned, request: Request) -> tuple[Self, Bases]:
        strict.fields(request, "spans", optional=("sound", "final"))
        spans = strict.rows(request["spans"], 2, "a list of stretches is needed")
        made = tuple((strict.whole(start), strict.whole(end)) for start, end in spans)
        named = [name for name in ("sound", "final") if name in request]
        of = {name: strict.matching(_DIGEST, request[name], "a digest") for name in named}
        if len(of) != 1:
            raise Refused("the digest of what was played is needed: `sound`, or `final`")
        return cls(spans=made, **of), {}

    def apply(self, state: State, stamp: Stamp) -> None:
        if self.final:
            state.joins[self.final] = union((*state.joins.get(self.final, ()), *self.spans))
        else:
            key = stamp.by, self.sound
            state.heard[key] = union((*state.heard.get(key, ()), *self.spans))
