"""A paragraph's text as timed tokens, each with the recognised word that it still is."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import NamedTuple

from podcast_pipeline.model.transcript import Word
from podcast_pipeline.transcript.align import align, key, share

APPROXIMATE = 0.3
"""Share of words that nobody recognised above which the times of a paragraph are called approximate."""


class Token(NamedTuple):
    """A word of the current text. `source` is the index of the recognised word it equals (case and punctuation do not
    count); None where a person wrote it: its time is then interpolated."""

    text: str
    start: int
    end: int
    source: int | None


def rising(words: Sequence[Word]) -> list[int]:
    """Indexes of the words that rise without overlap: of two that were said at once, the first."""
    kept: list[int] = []
    for index, word in enumerate(words):
        if not kept or word.start >= words[kept[-1]].end:
            kept.append(index)
    return kept


def timed(words: Sequence[Word], first: int, text: str) -> tuple[Token, ...]:
    """The tokens of `text` with times from the recognised `words`, of which the first has the index `first`.

    Always aligned with what the machine heard, never with an earlier correction: the result depends on nothing else.
    Raises ValueError if there are more words than milliseconds, or a text where nothing was heard.
    """
    tokens = text.split()
    if tokens == [word.text for word in words] and len(rising(words)) == len(words):
        return tuple(Token(w.text, w.start, w.end, first + i) for i, w in enumerate(words))
    order = rising(words)
    anchors = [words[i] for i in order]
    try:
        placed = align(anchors, text)
    except ValueError:
        if not anchors or anchors[-1].end - anchors[0].start < len(tokens):
            raise
        placed = share(anchors[0].start, anchors[-1].end, tokens)
    sources = _sources([key(word.text) for word in anchors], [key(token) for token in tokens])
    return tuple(
        Token(word.text, word.start, word.end, None if source is None else first + order[source])
        for word, source in zip(placed, sources, strict=True)
    )


def _sources(before: list[str], after: list[str]) -> list[int | None]:
    sources: list[int | None] = [None] * len(after)
    for i, j, length in difflib.SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        sources[j : j + length] = range(i, i + length)
    return sources


def approximate(tokens: Sequence[Token]) -> bool:
    """Whether so many words are a person's that the times can only be approximate."""
    own = sum(token.source is None for token in tokens)
    return len(tokens) > 3 and own > APPROXIMATE * len(tokens)
