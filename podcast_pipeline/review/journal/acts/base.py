"""How a journal begins: the machine's words, in its paragraphs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

from podcast_pipeline.model.transcript import Word
from podcast_pipeline.review.journal.act import Act
from podcast_pipeline.review.journal.hide import Hide
from podcast_pipeline.review.journal.paragraph import Reviewed
from podcast_pipeline.review.journal.stamp import Stamp
from podcast_pipeline.review.journal.state import State


@dataclass(frozen=True, kw_only=True)
class Base(Act):
    """The first line: from which machine transcript, and whose time all times are (see `journal.clock`)."""

    kind: ClassVar[str] = "base"
    machine_sha256: str
    language: str
    clock: str = ""
    transcript_sha256: str = ""

    @property
    def transcript(self) -> str:
        return self.transcript_sha256

    def apply(self, state: State, stamp: Stamp) -> None:
        state.machine_sha256 = self.machine_sha256
        state.language = self.language
        state.projections.update(filter(None, [self.transcript_sha256]))


@dataclass(frozen=True, kw_only=True)
class BaseParagraph(Act):
    """A paragraph as recognised; `words` are rows of index, text, start and end (ms), confidence (of 1000)."""

    kind: ClassVar[str] = "base_paragraph"
    p: str
    speaker: str
    words: tuple[tuple[int, str, int, int, int | None], ...]

    def apply(self, state: State, stamp: Stamp) -> None:
        words = tuple(Word(text, start, end, confidence) for _, text, start, end, confidence in self.words)
        first = len(state.words)
        if words and self.words[0][0] != first:
            raise ValueError(f"words begin at {self.words[0][0]}, not at {first}")
        state.words += words
        text = " ".join(word.text for word in words)
        paragraph = Reviewed(self.p, self.speaker, text, first, first + len(words), seq=stamp.seq)
        if paragraph.id in state.paragraphs:
            raise ValueError(f"paragraph {paragraph.id} stands twice")
        state.paragraphs[paragraph.id] = paragraph
        state.order.append(paragraph.id)
        state.order_seq = state.items_seq = stamp.seq

    def redacted(self, before: State, after: State, hide: Hide) -> Self:
        return replace(self, words=tuple((i, hide.word(t, s, e), s, e, c) for i, t, s, e, c in self.words))
