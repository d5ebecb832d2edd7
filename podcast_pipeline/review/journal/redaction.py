"""Taking words out of the journal for good: the only rewriting of it, for what was cut to protect somebody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from podcast_pipeline.model.transcript import Word
from podcast_pipeline.review.journal.hide import BLOCK, Hide
from podcast_pipeline.review.journal.line import Line
from podcast_pipeline.review.journal.marks import Mark
from podcast_pipeline.review.journal.replay import apply
from podcast_pipeline.review.journal.state import State


def redacted(lines: Sequence[Line], marks: Iterable[Mark]) -> list[Line]:
    """`lines` with every word that `marks` cut out replaced, wherever it was recognised or typed.

    Everything else stays, byte for byte; the chain has to be made anew.
    """
    hide, state, acts = Hide([(mark.start, mark.end) for mark in marks]), State(), []
    for line in lines:
        before = state.copied()
        apply(state, line)
        acts.append(line.act.redacted(before, state, hide))
    cleaned = (replace(act, **{name: hide.free(getattr(act, name)) for name in act.free}) for act in acts)
    return [line.saying(act) for line, act in zip(lines, cleaned, strict=True)]


def same_words(ours: Sequence[Word], heard: Sequence[Word]) -> bool:
    """Whether the machine's words are the journal's, apart from those that were taken out."""
    return len(ours) == len(heard) and all(
        a == b or (a.text == BLOCK and (a.start, a.end) == (b.start, b.end)) for a, b in zip(ours, heard, strict=True)
    )
