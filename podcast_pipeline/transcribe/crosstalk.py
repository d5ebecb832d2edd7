"""What the microphone of one speaker hears of another one: whose each word is, if both have it or one alone."""

from __future__ import annotations

import functools
from bisect import bisect_right
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import median
from typing import NamedTuple

from podcast_pipeline.model.span import middle
from podcast_pipeline.transcribe import muted
from podcast_pipeline.transcribe.arrival import FAR, TWICE, SharedWord, VoiceDelays, arrival
from podcast_pipeline.transcribe.balance import Balance, balance
from podcast_pipeline.transcribe.engine import RawWord
from podcast_pipeline.transcribe.flags import Flag
from podcast_pipeline.transcribe.levels import decibels, delay, steady
from podcast_pipeline.transcribe.pairing import ALIKE, Microphone, Pair, Pairing, alike

LOUDER = 6.0
"""dB by which the other track must be louder than where the two tracks are in balance."""
SLIPPED = 100
"""ms by which their times differ at least where one of them may lie in what somebody else says."""
UNEXPLAINED = 3.0
"""dB above the bleed that is expected: more is a voice of its own."""
_PAIRS = 5
"""Copies that must have been found before the strength of the bleed is known."""


class Dropped(NamedTuple):
    """A word that another track's microphone picked up, the word it is a copy of, and how much weaker it is (dB)."""

    word: RawWord
    original: RawWord
    weaker: float


class _Single(NamedTuple):
    """A word that I alone have, or that may be of both: whose it is, as in `owners`; the other's word over it where it
    is clearly weaker, and by how many dB."""

    owner: int | None
    original: RawWord | None
    weaker: float


@dataclass(frozen=True)
class Crosstalk(Pairing):
    """The microphone `mine` as a listener to the speaker of `other`."""

    others: bool
    """Whether there are more tracks than the two."""

    @staticmethod
    def between(mine: Microphone, other: Microphone, others: bool) -> Crosstalk:
        late = delay(mine.sound, other.sound, _loud_moments(other, mine))
        ear = Crosstalk(mine, other, late, others)
        return replace(ear, late=ear.arrival.theirs) if ear.arrival and ear.arrival.sure else ear

    @functools.cached_property
    def apart(self) -> list[float]:
        """Of each pair, seen with its neighbours, as the times of a word may slip into the other's turn."""
        return steady([pair.apart for pair in self.pairs], [pair.original.start for pair in self.pairs])

    @functools.cached_property
    def arrival(self) -> VoiceDelays | None:
        """Which of the two microphones each voice reaches first."""
        moments = (SharedWord(*self.span(pair.word, pair.original), pair.apart) for pair in self.pairs)
        return arrival(self.mine.sound, self.other.sound, list(moments))

    @functools.cached_property
    def balances(self) -> list[Balance]:
        """By how much the other track is louder at each pair when neither speaker talks more than the other.

        Judged from words that both tracks have: while one track is muted, its level says nothing.
        """
        return self._two_levels or [Balance(self._otherwise, True)] * len(self.pairs)

    @functools.cached_property
    def _two_levels(self) -> list[Balance] | None:
        return balance(self.apart, self.others)

    @functools.cached_property
    def owners(self) -> list[int | None]:
        """Whose each pair is: 1 the other's, -1 mine, 0 none of us two, or both; None: nobody can tell."""
        return [self._owner(*each) for each in zip(self.pairs, self.apart, self.balances, strict=True)]

    def _owner(self, pair: Pair, apart: float, balanced: Balance) -> int | None:
        louder = apart - balanced.level
        level = 0 if not balanced.known or abs(louder) < LOUDER else 1 if louder > 0 else -1
        side = self._first(pair, TWICE)
        if side is None:
            return None
        if side and self.arrival and self.arrival.sure:
            # Levels in which no two voices are heard contradict nothing, and a gain may be changed at any time.
            contradicted = level == -side and self._two_levels is not None
            return side if not contradicted or self._first(pair, FAR) == side else None
        if side and level != side:
            return None
        # Of two people, one says what both microphones have, unless only a word or two is alike.
        clear = level or (self.others and balanced.known) or len(self.pairs) < _PAIRS
        return level if clear else None

    def _first(self, pair: Pair, by: float) -> int | None:
        """Whose voice is the clear one by its delay; None where it is another at the times of the other track."""
        if self.arrival is None:
            return 0
        mine, theirs = self.span(pair.word), (pair.original.start, pair.original.end)
        if max(abs(mine[0] - theirs[0]), abs(mine[1] - theirs[1])) <= SLIPPED:
            return self.arrival.first(*self.span(pair.word, pair.original), by)
        sides = {self.arrival.first(*span, by) for span in (mine, theirs)} - {0}
        return sides.pop() if len(sides) == 1 else None if sides else 0

    @functools.cached_property
    def _otherwise(self) -> float:
        """The balance where the pairs are of one speaker, from all words while both microphones are on."""
        both = self.mine.envelope, self.other.envelope
        spans = sorted((word.start, word.end) for track in (self.mine, self.other) for word in track.voice.words)
        on = [span for span in spans if not any(track.off(*span) for track in both)]
        levels = balance([decibels(both[1].powers(*span)) - decibels(both[0].powers(*span)) for span in on])
        return median(gains.level for gains in levels) if levels else 0.0

    def _balance(self, word: RawWord) -> float:
        """The balance at a word that only I have: that of the last pair before it."""
        if not self.pairs:
            return self._otherwise
        place = bisect_right(self.pairs, word.start, key=lambda pair: pair.word.start) - 1
        return self.balances[max(0, place)].level

    @functools.cached_property
    def _similar_copies(self) -> list[Dropped]:
        """My words that say what the other says, and are the other's."""
        copies = [
            Dropped(pair.word, pair.original, max(apart, pair.apart) - balanced.level)
            for pair, apart, balanced, owner in zip(self.pairs, self.apart, self.balances, self.owners, strict=True)
            if owner == 1
        ]
        return copies + self._between(copies)

    @functools.cached_property
    def _singles(self) -> dict[int, _Single]:
        """My other words, by identity, where no pair tells whose they are."""
        told = {id(pair.word) for pair, owner in zip(self.pairs, self.owners, strict=True) if owner != 0}
        told |= {id(copy.word) for copy in self._similar_copies}
        usual = sorted(copy.weaker for copy in self._similar_copies)
        weaker = usual[len(usual) // 2] if len(usual) >= _PAIRS else None
        return {id(word): self._single(word, weaker) for word in self.mine.voice.words if id(word) not in told}

    def _single(self, word: RawWord, usual: float | None) -> _Single:
        voice = 0
        if self.arrival is not None and self.arrival.sure:
            voice = self.arrival.alone(*self.span(word))
        weaker = self.louder(word) - self._balance(word)
        original = self.covering(word) if voice >= 0 and weaker >= LOUDER else None
        excess = None if usual is None else self._excess(word, usual)
        bleed = excess is not None and excess <= UNEXPLAINED
        if original is not None and bleed:
            return _Single(1, original, weaker)
        heard = voice > 0 and (bleed or excess is None or weaker <= -LOUDER)
        between = original is not None and excess is not None and excess < LOUDER
        return _Single(None if heard or between else min(voice, 0), original, weaker)

    @functools.cached_property
    def copies(self) -> list[Dropped]:
        """My words that are copies of the other's: similar ones, and those that the bleed explains."""
        words, dropped = {id(word): word for word in self.mine.voice.words}, list(self._similar_copies)
        for place, copy in self._singles.items():
            if copy.owner == 1 and copy.original is not None:
                dropped.append(Dropped(words[place], copy.original, copy.weaker))
        return dropped

    def doubts(self, kept: Sequence[RawWord], sure: Container[int]) -> Iterator[Flag]:
        """My words (of `kept`) that are clearly weaker than what the other says over them, though louder than bleed."""
        say = "{:.0f} dB weaker than {} at this moment: the microphone may have heard it from there"
        for word in kept:
            single = self._singles.get(id(word))
            if single is not None and single.owner == 0 and single.original is not None and id(word) not in sure:
                yield self._doubt((word,), say.format(single.weaker, self.other.voice.track))

    def unowned(self, kept: Sequence[RawWord], dropped: Sequence[Dropped], sure: Container[int]) -> Iterator[Flag]:
        """Doubts about runs of my words (those of `kept`) of which nothing tells whether the other says them."""
        own, track = self.mine.voice.track, self.other.voice.track
        copies = [copy.word for copy in dropped if (copy.word.track, copy.original.track) == (own, track)]
        owners = {id(pair.word): owner for pair, owner in zip(self.pairs, self.owners, strict=True)}
        owners |= {place: single.owner for place, single in self._singles.items()}
        own_words = {id(word) for word in kept if id(word) in sure or owners[id(word)] == -1}
        say = f"as quiet as what this microphone hears of {track}, whose own one is muted here: who says it?"
        for run in muted.unowned(kept, copies, own_words, self.mine.envelope, self.other.envelope):
            yield self._doubt(run, say)
        say = f"{track}'s microphone hears this too, and neither delay nor level tells who says it"
        for nobodys, words in groupby(kept, lambda word: owners[id(word)] is None and id(word) not in sure):
            if nobodys:
                yield self._doubt(tuple(words), say)

    def _doubt(self, words: tuple[RawWord, ...], say: str) -> Flag:
        return Flag("bleed_suspect", self.mine.voice.track, words[0].start, words[-1].end, say, words)

    def twice(self, unowned: Container[int], gone: Container[int]) -> Iterator[Dropped]:
        """Words that both tracks still have, where one of the two is nobody's; `weaker` is as it is, also negative."""
        for pair, apart in zip(self.pairs, self.apart, strict=True):
            both = id(pair.word), id(pair.original)
            if any(word in unowned for word in both) and not any(word in gone for word in both):
                yield Dropped(pair.word, pair.original, apart)

    def _between(self, similar: Sequence[Dropped]) -> list[Dropped]:
        """Words between two copies that say what stands between the two originals: their times have slipped."""
        copies, more = {id(copy.word): copy for copy in similar}, []
        for before, word, after in zip(*(self.mine.voice.words[i:] for i in range(3)), strict=False):
            if id(word) not in copies and id(before) in copies and id(after) in copies:
                first, last = copies[id(before)], copies[id(after)]
                for theirs in self.near(before):
                    fits = first.original.end <= theirs.start < last.original.start
                    if fits and alike(word.text, theirs.text) >= ALIKE:
                        more.append(Dropped(word, theirs, min(first.weaker, last.weaker)))
                        break
        return more

    def _excess(self, word: RawWord, weaker: float) -> float:
        """dB by which my word is louder than the room with the other voice, usually `weaker` dB down, would be."""
        theirs = decibels(self.other.envelope.powers(word.start - self.late, word.end - self.late))
        expected = 10 ** ((theirs - weaker - self._balance(word)) / 10) + self.mine.envelope.floor
        return decibels(self.mine.envelope.powers(word.start, word.end)) - decibels(expected)


def _loud_moments(other: Microphone, mine: Microphone, count: int = 24) -> list[int]:
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
