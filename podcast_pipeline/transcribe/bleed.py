"""The bleed gate: a microphone hears the other speaker too, so both tracks yield the same words; one copy goes.

A word goes only if another track says a similar word at the same moment and is there clearly louder, after their gains
are balanced; or, once it is known how much of that speaker the microphone hears, if that explains all it heard in that
moment. Everything else stays, and is flagged where it is doubtful: nothing said is lost.
"""

from __future__ import annotations

import difflib
import functools
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, permutations
from statistics import median
from typing import NamedTuple

from podcast_pipeline.model.span import middle, overlap
from podcast_pipeline.transcribe import muted
from podcast_pipeline.transcribe.balance import Balance, balance
from podcast_pipeline.transcribe.engine import RawWord
from podcast_pipeline.transcribe.flags import Flag
from podcast_pipeline.transcribe.levels import PowerEnvelope, decibels, delay, steady
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


class Gated(NamedTuple):
    """The words that stay, by track; of these the ones that nobody may be named for; copies; doubts."""

    kept: dict[str, tuple[RawWord, ...]]
    unowned: frozenset[int]
    """By identity."""
    dropped: list[Dropped]
    flags: list[Flag]
    """`bleed_suspect`."""


def gate(voices: Sequence[Voice]) -> Gated:
    """What each speaker said, from what all microphones heard."""
    if len(voices) < 2:
        return Gated({voice.track: voice.words for voice in voices}, frozenset(), [], [])
    heard = [_Track(voice, PowerEnvelope(voice.sound, voice.offset)) for voice in voices]
    ears = [_Ear.between(mine, other, len(heard) > 2) for mine, other in permutations(heard, 2)]
    found: list[Dropped] = []
    doubts: dict[int, Flag] = {}
    for ear in ears:
        copies, doubtful = ear.copies()
        found += copies
        doubts |= doubtful
    gone = _settled(found)
    kept = {voice.track: tuple(word for word in voice.words if id(word) not in gone) for voice in voices}
    dropped = [gone[id(word)] for voice in voices for word in voice.words if id(word) in gone]
    # A word that another one is a copy of is beyond doubt, whatever stands in its span.
    sure = {id(one.original) for one in dropped}
    doubtful_ids = doubts.keys() - sure
    flags = [doubts[id(word)] for voice in voices for word in kept[voice.track] if id(word) in doubtful_ids]
    nobodys = [flag for ear in ears for flag in ear.unowned(kept[ear.mine.voice.track], dropped)]
    unowned = frozenset(id(word) for flag in nobodys for word in flag.words)
    # Nobody's word stands once, too, where several microphones hear it.
    twice = _settled([copy for ear in ears for copy in ear.twice(unowned, gone)])
    kept = {track: tuple(word for word in words if id(word) not in twice) for track, words in kept.items()}
    unowned |= {id(one.original) for one in twice.values()}
    return Gated(kept, unowned, dropped + list(twice.values()), flags + nobodys)


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
    envelope: PowerEnvelope


class _Pair(NamedTuple):
    """A word of mine that is like one of the other track, and the dB by which the other track is louder there."""

    word: RawWord
    original: RawWord
    apart: float


@dataclass(frozen=True)
class _Ear:
    """The microphone `mine` as a listener to the speaker of `other`, whose sound reaches it `late` ms later."""

    mine: _Track
    other: _Track
    others: bool
    """Whether there are more tracks than the two."""
    late: int
    starts: tuple[int, ...]
    """Of the other's words."""

    @staticmethod
    def between(mine: _Track, other: _Track, others: bool) -> _Ear:
        hearing, speaking = ((track.voice.sound, track.voice.offset) for track in (mine, other))
        late = delay(hearing, speaking, _loud_moments(other, mine))
        return _Ear(mine, other, others, late, tuple(word.start for word in other.voice.words))

    @functools.cached_property
    def pairs(self) -> tuple[_Pair, ...]:
        """The words that both tracks have."""
        mine = ((word, self._similar(word)) for word in self.mine.voice.words)
        return tuple(_Pair(word, one, self._apart(word, one)) for word, one in mine if one is not None)

    @functools.cached_property
    def apart(self) -> list[float]:
        """Of each pair, seen with its neighbours, as the times of a word may slip into the other's turn."""
        return steady([pair.apart for pair in self.pairs], [pair.original.start for pair in self.pairs])

    @functools.cached_property
    def balances(self) -> list[Balance]:
        """By how much the other track is louder at each pair when neither speaker talks more than the other.

        Judged from words that both tracks have: while one track is muted, its level says nothing.
        """
        return balance(self.apart, self.others) or [Balance(self._otherwise, True)] * len(self.pairs)

    @functools.cached_property
    def _otherwise(self) -> float:
        """The balance where the pairs are of one speaker, from all words while both microphones are on."""
        both = self.mine.envelope, self.other.envelope
        spans = sorted((word.start, word.end) for track in (self.mine, self.other) for word in track.voice.words)
        on = [span for span in spans if not any(one.off(*span) for one in both)]
        levels = balance([decibels(both[1].powers(*span)) - decibels(both[0].powers(*span)) for span in on])
        return median(one.level for one in levels) if levels else 0.0

    def _balance(self, word: RawWord) -> float:
        """The balance at a word that only I have: that of the last pair before it."""
        if not self.pairs:
            return self._otherwise
        place = bisect_right(self.pairs, word.start, key=lambda pair: pair.word.start) - 1
        return self.balances[max(0, place)].level

    def copies(self) -> tuple[list[Dropped], dict[int, Flag]]:
        """My words that are copies of the other's, and by identity those that may be."""
        found = [
            Dropped(pair.word, pair.original, apart - balanced.level)
            for pair, apart, balanced in zip(self.pairs, self.apart, self.balances, strict=True)
            if apart - balanced.level >= LOUDER
        ]
        found += self._between(found)
        usual = sorted(one.weaker for one in found)[len(found) // 2] if len(found) >= _PAIRS else None
        gone, doubts = {id(one.word) for one in found}, {}
        for word in self.mine.voice.words:
            original = None if id(word) in gone else self._covering(word)
            if original is None or (weaker := self._apart(word) - self._balance(word)) < LOUDER:
                continue
            if usual is not None and self._excess(word, usual) <= UNEXPLAINED:
                found.append(Dropped(word, original, weaker))
            else:
                track = self.other.voice.track
                say = f"{weaker:.0f} dB weaker than {track} at this moment: the microphone may have heard it from there"
                doubts[id(word)] = Flag("bleed_suspect", self.mine.voice.track, word.start, word.end, say, (word,))
        return found, doubts

    def unowned(self, kept: Sequence[RawWord], dropped: Sequence[Dropped]) -> Iterator[Flag]:
        """Doubts about runs of my words (those of `kept`) of which no level tells whether the other says them."""
        own, track = self.mine.voice.track, self.other.voice.track
        copies = [one.word for one in dropped if (one.word.track, one.original.track) == (own, track)]
        originals = [one.original for one in dropped if (one.word.track, one.original.track) == (track, own)]
        told = "as quiet as what this microphone hears of {}, whose own one is muted here: who says it?"
        for run in muted.unowned(kept, copies, originals, self.mine.envelope, self.other.envelope):
            yield Flag("bleed_suspect", own, run[0].start, run[-1].end, told.format(track), run)
        both = zip(self.pairs, self.balances, strict=True)
        doubtful = {id(pair.word) for pair, balanced in both if not balanced.known}
        told = "the gain of this microphone or of {}'s was changed, and one voice alone is heard: whose is it?"
        for nobodys, words in groupby(kept, lambda word: id(word) in doubtful):
            if nobodys:
                run = tuple(words)
                yield Flag("bleed_suspect", own, run[0].start, run[-1].end, told.format(track), run)

    def twice(self, unowned: Container[int], gone: Container[int]) -> Iterator[Dropped]:
        """Words that both tracks still have, where one of the two is nobody's; `weaker` is as it is, also negative."""
        for pair, apart in zip(self.pairs, self.apart, strict=True):
            both = id(pair.word), id(pair.original)
            if any(one in unowned for one in both) and not any(one in gone for one in both):
                yield Dropped(pair.word, pair.original, apart)

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

    def _apart(self, word: RawWord, original: RawWord | None = None) -> float:
        """By how many dB the other track is louder while it sounds, where the word and its original both are."""
        start, end = word.start - self.late, word.end - self.late
        if original is not None:
            both = max(start, original.start), min(end, original.end)
            either = min(start, original.start), max(end, original.end)
            start, end = both if both[1] - both[0] >= _SHORTEST else either
        theirs = self.other.envelope.powers(start, end)
        ours = self.mine.envelope.powers(start + self.late, end + self.late)
        size = min(len(theirs), len(ours))
        loud = theirs[:size] >= theirs[:size].max() / _LOUD
        return decibels(theirs[:size][loud]) - decibels(ours[:size][loud])

    def _excess(self, word: RawWord, weaker: float) -> float:
        """dB by which my word is louder than the room with the other voice, usually `weaker` dB down, would be."""
        theirs = decibels(self.other.envelope.powers(word.start - self.late, word.end - self.late))
        expected = 10 ** ((theirs - weaker - self._balance(word)) / 10) + self.mine.envelope.floor
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
        shares = [(overlap(one, start, end), one) for one in self._near(word)]
        over = [(share, one) for share, one in shares if share > 0]
        if not over or 2 * sum(share for share, _ in over) < end - start:
            return None
        return max(over, key=lambda pair: pair[0])[1]


def _loud_moments(other: _Track, mine: _Track, count: int = 24) -> list[int]:
    """The middles of the words that stand out most on the one track against the other, spread over the recording."""

    def stands_out(word: RawWord) -> float:
        own, foreign = (decibels(track.envelope.powers(word.start, word.end)) for track in (other, mine))
        return own - foreign

    # While the one is muted it hears nothing of the other, however loud that stands out.
    words = [word for word in other.voice.words if not mine.envelope.off(word.start, word.end)]
    moments = []
    for part in range(count):
        if some := words[part * len(words) // count : (part + 1) * len(words) // count]:
            best = max(some, key=stands_out)
            moments.append(middle(best))
    return moments


def _alike(one: str, two: str) -> float:
    """Letters in common, in order, as a share of the longer word; case and punctuation do not count."""
    a, b = ("".join(letter for letter in text.casefold() if letter.isalnum()) for text in (one, two))
    if not a or not b:
        return 0.0
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / max(len(a), len(b))
