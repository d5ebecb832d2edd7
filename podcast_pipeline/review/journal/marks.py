"""Cuts marked in the text: which recognised words, from when to when, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from podcast_pipeline.model.cut import SHORTEST
from podcast_pipeline.model.span import lies_in
from podcast_pipeline.review.journal.tokens import Token

VAGUE = 1000
"""ms of interpolated words in a row inside which no edge may lie: nobody knows where the words are."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the source (ms) to leave out. `words` are the recognised words in it, first and last (inclusive);
    empty for a pause."""

    id: str
    start: int
    end: int
    reason: str
    by: str
    words: tuple[int, ...] = ()
    exact: bool = False
    """Somebody set its edges by ear."""


def refusal(start: int, end: int, tokens: Sequence[Token]) -> str:
    """Why a cut from `start` to `end` of a paragraph cannot be made; "" if it can."""
    if end - start < SHORTEST:
        return f"a cut of {end - start} ms is too short to be heard (at least {SHORTEST} ms)"
    run: list[Token] = []
    for token in (*tokens, None):
        if token is not None and token.source is None:
            run.append(token)
            continue
        if run and run[-1].end - run[0].start > VAGUE:
            inside = [edge for edge in (start, end) if run[0].start < edge < run[-1].end]
            if inside:
                return (
                    "the words here were typed, not recognised, so nobody knows where they are; "
                    "cut a wider stretch, then move its edges on the waveform"
                )
        run = []
    return ""


def within(tokens: Sequence[Token], start: int, end: int) -> list[Token]:
    """The tokens whose middle lies in the stretch: those that a cut takes out."""
    return [token for token in tokens if lies_in(token, start, end)]
