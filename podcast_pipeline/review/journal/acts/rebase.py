"""Another partition, or other recognised words, under the texts that people made."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from podcast_pipeline.model.transcript import Word
from podcast_pipeline.review.journal.act import Act
from podcast_pipeline.review.journal.hide import Hide
from podcast_pipeline.review.journal.paragraph import Reviewed
from podcast_pipeline.review.journal.stamp import Stamp
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.transcript.align import key

_ITEM = re.compile(r"(.+)-(\d+)-([0-9a-f]{8}|[0-9a-f]{16})")
_NEAR = 1500
"""ms by which a word may begin elsewhere when it is recognised again."""


@dataclass(frozen=True, kw_only=True)
class Rebase(Act):
    """`words` are rows of text, start and end (ms) and confidence; None where they stay. `paragraphs` are all there are
    from now on: p, speaker, text, first and last word (exclusive), times where they are a person's, query where there
    is a question."""

    kind: ClassVar[str] = "rebase"
    rewords: ClassVar[bool] = True
    machine_sha256: str | None = None
    language: str | None = None
    words: tuple[tuple[str, int, int, int | None], ...] | None
    paragraphs: tuple[dict[str, Any], ...]

    @classmethod
    def upgraded(cls, fields: Mapping[str, Any], earlier: str) -> Mapping[str, Any]:
        return {"words": None, **fields}

    def apply(self, state: State, stamp: Stamp) -> None:
        if self.words is not None:
            words = tuple(Word(*row) for row in self.words)
            state.resolved = _still_decided(state, words)
            if self.machine_sha256 is None:
                raise ValueError("words of no machine transcript")
            state.words, state.machine_sha256 = words, self.machine_sha256
        state.language = state.language if self.language is None else self.language  # older lines do not say it
        old, state.paragraphs, state.order = state.paragraphs, {}, []
        for row in self.paragraphs:
            paragraph = _laid(state, row, old.get(row["p"]), stamp)
            state.paragraphs[paragraph.id] = paragraph
            state.order.append(paragraph.id)
        state.order_seq = state.items_seq = stamp.seq

    def redacted(self, before: State, after: State, hide: Hide) -> Self:
        words = self.words
        if words is not None:
            words = tuple((hide.word(text, start, end), start, end, sure) for text, start, end, sure in words)
        rows = tuple({**row, "text": hide.text(after, row["p"])} for row in self.paragraphs)
        return replace(self, words=words, paragraphs=rows)


def _laid(state: State, row: Mapping[str, Any], known: Reviewed | None, stamp: Stamp) -> Reviewed:
    new = Reviewed(row["p"], row["speaker"], row["text"], row["first"], row["last"])
    rev, query = (known.rev + 1, row.get("query") or known.query) if known else (1, row.get("query", ""))
    times = None if row.get("times") is None else tuple((start, end) for start, end in row["times"])
    same = known is not None and (known.text, known.speaker) == (new.text, new.speaker)
    return replace(
        new, rev=rev, query=query, times=times, seq=stamp.seq, by=stamp.by, at=stamp.at,
        edited=times is not None or new.text != state.machine_text(new),
        checked=known.checked if known and same else "", alone=bool(known and same and known.alone),
    )  # fmt: skip


def _still_decided(state: State, words: Sequence[Word]) -> dict[str, tuple[str, int, str]]:
    """The decisions that hold for `words` too: cause and text are in the item's id, its first word is looked for."""
    places: dict[str, list[int]] = {}
    for index, word in enumerate(words):
        places.setdefault(key(word.text), []).append(index)
    kept = {}
    for id_, decision in state.resolved.items():
        match = _ITEM.fullmatch(id_)
        if match is None:  # cuts and silences are found by their own times
            kept[id_] = decision
            continue
        old = state.words[int(match[2])]
        again = min(places.get(key(old.text), ()), key=lambda index: abs(words[index].start - old.start), default=None)
        if again is not None and abs(words[again].start - old.start) <= _NEAR:
            kept[f"{match[1]}-{again}-{match[3]}"] = decision
    return kept
