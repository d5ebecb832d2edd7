"""Which words two tracks both have, by their letters and times, and by how much the one track is louder there."""

from __future__ import annotations

import difflib
import functools
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from podcast_pipeline.model.span import overlap
from podcast_pipeline.transcribe.engine import RawWord
from podcast_pipeline.transcribe.levels import PowerEnvelope, decibels
from podcast_pipeline.transcribe.pcm import Pcm

APART = 300
"""ms between the starts (or the ends) of two words that may be one."""
ALIKE = 0.6
"""Similarity of two words that may be one: letters in common, as a share of the longer word."""
_LOUD = 16.0
"""The frames of a word that count: down to 12 dB under its loudest."""
_SHORTEST, _LONGEST = 60, 2000
"""ms: less is too little to tell how loud it was; no word is longer."""


class Voice(NamedTuple):
    """A track: its words on the source timeline, its samples, and its offset in ms."""

    track: str
    words: tuple[RawWord, ...]
    sound: Pcm
    offset: int


class Microphone(NamedTuple):
    """A track and how loud it is."""

    voice: Voice
    envelope: PowerEnvelope

    @property
    def sound(self) -> tuple[Pcm, int]:
        """Its samples and its offset."""
        return self.voice.sound, self.voice.offset


class Pair(NamedTuple):
    """A word of mine that is like one of the other track, and the dB by which the other track is louder there."""

    word: RawWord
    original: RawWord
    apart: float


@dataclass(frozen=True)
class Pairing:
    """The words of the microphone `mine` beside those of `other`, whose sound reaches it `late` ms later."""

    mine: Microphone
    other: Microphone
    late: int

    @functools.cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The words that both tracks have."""
        mine = ((word, self._similar(word)) for word in self.mine.voice.words)
        return tuple(Pair(word, theirs, self.louder(word, theirs)) for word, theirs in mine if theirs is not None)

    @functools.cached_property
    def _starts(self) -> tuple[int, ...]:
        """Of the other's words."""
        return tuple(word.start for word in self.other.voice.words)

    def louder(self, word: RawWord, original: RawWord | None = None) -> float:
        """By how many dB the other track is louder while it sounds, where the word and its original both are."""
        start, end = self.span(word, original)
        theirs = self.other.envelope.powers(start, end)
        ours = self.mine.envelope.powers(start + self.late, end + self.late)
        size = min(len(theirs), len(ours))
        loud = theirs[:size] >= theirs[:size].max() / _LOUD
        return decibels(theirs[:size][loud]) - decibels(ours[:size][loud])

    def span(self, word: RawWord, original: RawWord | None = None) -> tuple[int, int]:
        """When the other track has my word: where its times are those of the original, too, if they overlap."""
        start, end = word.start - self.late, word.end - self.late
        if original is None:
            return start, end
        both = max(start, original.start), min(end, original.end)
        return both if both[1] - both[0] >= _SHORTEST else (min(start, original.start), max(end, original.end))

    def near(self, word: RawWord) -> Sequence[RawWord]:
        """The other's words that begin not long before mine, or while it lasts."""
        first = bisect_left(self._starts, word.start - self.late - _LONGEST)
        last = bisect_left(self._starts, max(word.end, word.start + APART) - self.late + 1)
        return self.other.voice.words[first:last]

    def _similar(self, word: RawWord) -> RawWord | None:
        """The other's word that mine may be a copy of."""
        best: tuple[float, int] | None = None
        similar = None
        for theirs in self.near(word):
            distance = min(abs(word.start - self.late - theirs.start), abs(word.end - self.late - theirs.end))
            common = alike(word.text, theirs.text) if distance <= APART else 0.0
            if common >= ALIKE and (best is None or (-common, distance) < best):
                best, similar = (-common, distance), theirs
        return similar

    def covering(self, word: RawWord) -> RawWord | None:
        """The other's word over most of mine, if its words cover at least half of mine."""
        start, end = word.start - self.late, word.end - self.late
        shares = [(overlap(theirs, start, end), theirs) for theirs in self.near(word)]
        over = [(share, theirs) for share, theirs in shares if share > 0]
        if not over or 2 * sum(share for share, _ in over) < end - start:
            return None
        return max(over, key=lambda each: each[0])[1]


def alike(first: str, second: str) -> float:
    """Letters in common, in order, as a share of the longer word; case and punctuation do not count."""
    a, b = ("".join(letter for letter in text.casefold() if letter.isalnum()) for text in (first, second))
    if not a or not b:
        return 0.0
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / max(len(a), len(b))
