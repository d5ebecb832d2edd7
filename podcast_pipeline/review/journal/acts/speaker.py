"""Who says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from podcast_pipeline.loopback.refusal import Refused
from podcast_pipeline.review.journal import strict
from podcast_pipeline.review.journal.act import Act
from podcast_pipeline.review.journal.projection import Aligned
from podcast_pipeline.review.journal.stamp import Stamp
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.review.journal.strict import Bases, Request


@dataclass(frozen=True, kw_only=True)
class Speaker(Act):
    """Another speaker of these paragraphs, each with the revision that was seen of it."""

    kind: ClassVar[str] = "speaker"
    rewords: ClassVar[bool] = True
    ps: dict[str, int]
    speaker: str

    @classmethod
    def asked(cls, state: State, aligned: Aligned, request: Request) -> tuple[Self, Bases]:
        strict.fields(request, "ps", "speaker")
        bases = strict.revisions(state, request["ps"])
        return cls(ps=bases, speaker=strict.matching(strict.SPEAKER, request["speaker"], "a speaker")), bases

    def apply(self, state: State, stamp: Stamp) -> None:
        state.editors.add(stamp.by)
        for id_ in self.ps:
            state.put(stamp, id_, speaker=self.speaker)

    def touched(self, before: State | None = None) -> tuple[str, ...]:
        return tuple(self.ps)


@dataclass(frozen=True, kw_only=True)
class SpeakerRename(Act):
    """All that one speaker says is another's."""

    kind: ClassVar[str] = "speaker_rename"
    rewords: ClassVar[bool] = True
    from_: str
    to: str

    @classmethod
    def asked(cls, state: State, aligned: Aligned, request: Request) -> tuple[Self, Bases]:
        strict.fields(request, "from", "to")
        old = strict.text(request["from"], 64)
        if old not in {paragraph.speaker for paragraph in state.listed()}:
            raise Refused(f"nobody is called {old!r} here")
        return cls(from_=old, to=strict.matching(strict.SPEAKER, request["to"], "a speaker")), {}

    def apply(self, state: State, stamp: Stamp) -> None:
        state.editors.add(stamp.by)
        for id_ in self.touched(state):
            state.put(stamp, id_, speaker=self.to)

    def touched(self, before: State | None = None) -> tuple[str, ...]:
        return () if before is None else tuple(p.id for p in before.listed() if p.speaker == self.from_)
