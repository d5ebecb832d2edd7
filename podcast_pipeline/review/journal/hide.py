"""Words that must not stay anywhere: what is in their place, wherever they were recognised or typed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from podcast_pipeline.model.span import Timed, lies_in
from podcast_pipeline.model.transcript import Word
from podcast_pipeline.review.journal.projection import tokens
from podcast_pipeline.review.journal.state import State

BLOCK = "█"
"""Stands for a word that was taken out."""
_AROUND = 60_000
"""ms around a cut in which the check list's items may hold words of it."""


class Hide:
    """Takes out what is said in some stretches of time (ms), and remembers the words that it has taken out."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self.spans = spans
        self.gone: set[str] = set()

    def word(self, text: str, start: int, end: int) -> str:
        """A word with its time: itself, or what stands for it."""
        if not self._hides(Word(text, start, end)):
            return text
        self.gone.add(text)
        return BLOCK

    def text(self, state: State, p: str) -> str:
        """The text of a paragraph of `state`, without these words."""
        paragraph = state.paragraphs[p]
        try:
            timed = tokens(state, paragraph)
        except ValueError:
            return paragraph.text
        if not any(map(self._hides, timed)):
            return paragraph.text
        return " ".join(self.word(token.text, token.start, token.end) for token in timed)

    def item(self, state: State, item: str) -> str:
        """An item of the check list without the digest of what was said there, from which words could be guessed."""
        head, _, mark = item.rpartition("-")
        place = head.rpartition("-")[2]
        if len(mark) not in (8, 16) or not place.isdigit() or int(place) >= len(state.words):
            return item
        near = state.words[int(place)]
        if any(start - _AROUND < near.start < end + _AROUND for start, end in self.spans):
            return f"{head}-{'0' * len(mark)}"
        return item

    def free(self, text: str) -> str:
        """What somebody wrote in their own words: without those that were taken out, where they stand as words."""
        bare = {word.strip(".,;:?!\"'()") for word in self.gone} - {""}
        if not bare:
            return text
        longest_first = sorted(bare, key=len, reverse=True)
        return re.sub(rf"\b({'|'.join(map(re.escape, longest_first))})\b", BLOCK, text, flags=re.IGNORECASE)

    def _hides(self, timed: Timed) -> bool:
        return any(lies_in(timed, start, end) for start, end in self.spans)
