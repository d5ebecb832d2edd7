"""Paragraphs that somebody has read and heard."""

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
class _OfParagraphs(Act):
    """About paragraphs, each with the revision that was seen of it."""

    ps: dict[str, int]

    @classmethod
    def asked(cls, state: State, aligned: Aligned, request: Request) -> tuple[Self, Bases]:
        strict.fields(request, "ps")
        bases = strict.revisions(state, request["ps"])
        return cls(ps=bases), bases


@dataclass(frozen=True, kw_only=True)
class Check(_OfParagraphs):
    """These paragraphs are right."""

    kind: ClassVar[str] = "check"

    def apply(self, state: State, stamp: Stamp) -> None:
        alone = bool(self.found_right)
        for id_ in self.ps:
            state.put(stamp, id_, checked=stamp.by, alone=alone or state.paragraphs[id_].alone)

    @property
    def found_right(self) -> tuple[str, ...]:
        """One alone: of several, only some places were shown."""
        return tuple(self.ps) if len(self.ps) == 1 else ()


@dataclass(frozen=True, kw_only=True)
class Uncheck(_OfParagraphs):
    """The check is taken back."""

    kind: ClassVar[str] = "uncheck"

    def apply(self, state: State, stamp: Stamp) -> None:
        for id_ in self.ps:
            state.put(stamp, id_, checked="", alone=False)
