"""That words were taken out of the journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from podcast_pipeline.review.journal.act import Act
from podcast_pipeline.review.journal.stamp import Stamp
from podcast_pipeline.review.journal.state import State


@dataclass(frozen=True, kw_only=True)
class Redact(Act):
    """Those of the cuts `ids`; `before` is the digest of the last line before all were written anew."""

    kind: ClassVar[str] = "redact"
    ids: tuple[str, ...]
    before: str

    def apply(self, state: State, stamp: Stamp) -> None:
        state.redacted.update(self.ids)
