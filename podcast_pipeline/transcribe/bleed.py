"""The bleed gate: a microphone hears the other speaker too, so both tracks yield the same words; one copy goes.

A word goes only if another track says a similar word at the same moment and is there clearly louder, after their gains
are balanced; or, once it is known how much of that speaker the microphone hears, if that explains all it heard in that
moment. Everything else stays, and is flagged where it is doubtful: nothing said is lost.
"""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import NamedTuple

from podcast_pipeline.transcribe.engine import RawWord
from podcast_pipeline.transcribe.flags import Flag
from podcast_pipeline.transcribe.levels import Envelope, balance, decibels, delay
from podcast_pipeline.transcribe.pcm import Pcm

LOUDER = 6.0
"""dB by which the other track must be louder than where the two tracks are in balance."""
APART = 300
"""ms between the starts (or the ends) of two words that may be one."""
ALIKE = 0.6
"""Similarity of two words that may be one: letters in common, as a share of the longer word."""
UNEXPLAINED = 3.0
"""dB above the bleed that is expected: more is a voice of its own."""
_LOUD = 16.0
"""The frames of a word that count: down to 12 dB under its loudest."""
_PAIRS = 5
"""Copies that must have been found before the strength of the bleed is known."""
_SHORTEST, _LONGEST = 60, 2000
"""ms: less is too little to tell how loud it was; no word is longer."""


class Dropped(NamedTuple):
    """A word that another track's microphone picked up, the word it is a copy of, and how much weaker it is (dB)."""

    word: RawWord
    original: RawWord
    weaker: float


class Voice(NamedTuple):
    """A track: its words on the source timeline, its samples, and its offset in ms."""

    track: str
    words: tuple[RawWord, ...]
    sound: Pcm
    offset: int


def gate(voices: Sequence[Voice]) -> tuple[dict[str, tuple[RawWord, ...]], list[Dropped], list[Flag]]:
    """The words that stay, by track; those that are copies; and doubts (`bleed_suspect`)."""
    if len(voices) < 2:
        return {voice.track: voice.words for voice in voices}, [], []
    heard = [_Track(voice, Envelope(voice.sound, voice.offset)) for voice in voices]
    found: list[Dropped] = []
    doubts: dict[int, Flag] = {}
    for mine, other in permutations(heard, 2):
        copies, doubtful = _Ear.between(mine, other).copies()
        found += copies
        doubts |= doubtful
    gone = _settled(found)
    kept = {voice.track: tuple(word for word in voice.words if id(word) not in gone) for voice in voices}
    dropped = [gone[id(word)] for voice in voices for word in voice.words if id(word) in gone]
    # A word that another one is a copy of is beyond doubt, whatever stands in its span.
    sure = {id(one.original) for one in dropped}
    doubtful_ids = doubts.keys() - sure
    flags = [doubts[id(word)] for voice in voices for word in kept[voice.track] if id(word) in doubtful_ids]
    return kept, dropped, flags


def _settled(found: Sequence[Dropped]) -> dict[int, Dropped]:
    """The copies that go, by identity: the clearest first, and never both a word and what it is a copy of."""
    gone: dict[int, Dropped] = {}
    originals: set[int] = set()
    for one in sorted(found, key=lambda one: -one.weaker):
        if id(one.word) not in originals and id(one.word) not in gone and id(one.original) not in gone:
            gone[id(one.word)] = one
            originals.add(id(one.original))
    return gone


class _Track(NamedTuple):
    voice: Voice
    envelope: Envelope


class _Pair(NamedTuple):
    """A word of mine that is like one of the other track, and by how much mine is weaker there, in dB."""

    word: RawWord
    original: RawWord
    weaker: float


@dataclass(frozen=True)
class _Ear:
    """The microphone `mine` as a listener to the speaker of `other`, whose sound reaches it `late` ms later."""

    mine: _Track
    other: _Track
    balance: float
    """dB by which the other track is louder when neither speaker talks more than the other."""
    late: int
    starts: tuple[int, ...]
    """Of the other's words."""

    @staticmethod
    def between(mine: _Track, other: _Track) -> _Ear:
        hearing, speaking = ((track.voice.sound, track.voice.offset) for track in (mine, other))
        late = delay(hearing, speaking, _loud_moments(other, mine))
        level = balance(other.envelope, mine.envelope, (*other.voice.words, *mine.voice.words))
        return _Ear(mine, other, level, late, tuple(word.start for word in other.voice.words))

    def copies(self) -> tuple[list[Dropped], dict[int, Flag]]:
        """My words that are copies of the other's, and by identity those that may be."""
        pairs = [
            _Pair(word, original, self._weaker(word, original))
            for word in self.mine.voice.words
            if (original := self._similar(word)) is not None
        ]
        found = [
            Dropped(pair.word, pair.original, weaker)
            for place, pair in enumerate(pairs)
            if (weaker := _steady(pairs, place)) >= LOUDER
        ]
        found += self._between(found)
        usual = sorted(one.weaker for one in found)[len(found) // 2] if len(found) >= _PAIRS else None
        gone, doubts = {id(one.word) for one in found}, {}
        for word in self.mine.voice.words:
            original = None if id(word) in gone else self._covering(word)
            if original is None or (weaker := self._weaker(word)) < LOUDER:
                continue
            if usual is not None and self._excess(word, usual) <= UNEXPLAINED:
                found.append(Dropped(word, original, weaker))
            else:
                track = self.other.voice.track
                say = f"{weaker:.0f} dB weaker than {track} at this moment: the microphone may have heard it from there"
                doubts[id(word)] = Flag("bleed_suspect", self.mine.voice.track, word.start, word.end, say, (word,))
        return found, doubts

    def _between(self, found: Sequence[Dropped]) -> list[Dropped]:
        """Words between two copies that say what stands between the two originals: their times have slipped."""
        copies, more = {id(one.word): one for one in found}, []
        for before, word, after in zip(*(self.mine.voice.words[i:] for i in range(3)), strict=False):
            if id(word) not in copies and id(before) in copies and id(after) in copies:
                first, last = copies[id(before)], copies[id(after)]
                for one in self._near(before):
                    if first.original.end <= one.start < last.original.start and _alike(word.text, one.text) >= ALIKE:
                        more.append(Dropped(word, one, min(first.weaker, last.weaker)))
                        break
        return more

    def _weaker(self, word: RawWord, original: RawWord | None = None) -> float:
        """By how many dB my track is weaker while the other sounds, where the word and its original both are."""
        start, end = word.start - self.late, word.end - self.late
        if original is not None:
            both = max(start, original.start), min(end, original.end)
            either = min(start, original.start), max(end, original.end)
            start, end = both if both[1] - both[0] >= _SHORTEST else either
        theirs = self.other.envelope.powers(start, end)
        ours = self.mine.envelope.powers(start + self.late, end + self.late)
        size = min(len(theirs), len(ours))
        loud = theirs[:size] >= theirs[:size].max() / _LOUD
        return decibels(theirs[:size][loud]) - decibels(ours[:size][loud]) - self.balance

    def _excess(self, word: RawWord, weaker: float) -> float:
        """dB by which my word is louder than the room with the other voice, usually `weaker` dB down, would be."""
        theirs = decibels(self.other.envelope.powers(word.start - self.late, word.end - self.late))
        expected = 10 ** ((theirs - weaker - self.balance) / 10) + self.mine.envelope.floor
        return decibels(self.mine.envelope.powers(word.start, word.end)) - decibels(expected)

    def _near(self, word: RawWord) -> Sequence[RawWord]:
        """The other's words that begin not long before mine, or while it lasts."""
        first = bisect_left(self.starts, word.start - self.late - _LONGEST)
        last = bisect_left(self.starts, max(word.end, word.start + APART) - self.late + 1)
        return self.other.voice.words[first:last]

    def _similar(self, word: RawWord) -> RawWord | None:
        """The other's word that mine may be a copy of."""
        best: tuple[float, int] | None = None
        found = None
        for one in self._near(word):
            distance = min(abs(word.start - self.late - one.start), abs(word.end - self.late - one.end))
            alike = _alike(word.text, one.text) if distance <= APART else 0.0
            if alike >= ALIKE and (best is None or (-alike, distance) < best):
                best, found = (-alike, distance), one
        return found

    def _covering(self, word: RawWord) -> RawWord | None:
        """The other's word over most of mine, if its words cover at least half of mine."""
        start, end = word.start - self.late, word.end - self.late
        shares = [(min(end, one.end) - max(start, one.start), one) for one in self._near(word)]
        over = [(share, one) for share, one in shares if share > 0]
        if not over or 2 * sum(share for share, _ in over) < end - start:
            return None
        return max(over, key=lambda pair: pair[0])[1]


def _steady(pairs: Sequence[_Pair], place: int) -> float:
    """How much weaker a word is, seen with its neighbours, as the times of a word may slip into the other's turn.

    A median of five, which keeps the step where the speaker changes.
    """
    here = pairs[place]
    near = sorted(
        pair.weaker
        for pair in pairs[max(0, place - 2) : place + 3]
        if abs(pair.original.start - here.original.start) <= _LONGEST
    )
    return near[len(near) // 2] if len(near) >= 3 else here.weaker


def _loud_moments(other: _Track, mine: _Track, count: int = 24) -> list[int]:
    """The middles of the words that stand out most on the one track against the other, spread over the recording."""

    def stands_out(word: RawWord) -> float:
        own, foreign = (decibels(track.envelope.powers(word.start, word.end)) for track in (other, mine))
        return own - foreign

    words, moments = other.voice.words, []
    for part in range(count):
        if some := words[part * len(words) // count : (part + 1) * len(words) // count]:
            best = max(some, key=stands_out)
            moments.append((best.start + best.end) // 2)
    return moments


def _alike(one: str, two: str) -> float:
    """Letters in common, in order, as a share of the longer word; case and punctuation do not count."""
    a, b = ("".join(letter for letter in text.casefold() if letter.isalnum()) for text in (one, two))
    if not a or not b:
        return 0.0
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / max(len(a), len(b))
