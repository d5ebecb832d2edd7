"""The bleed gate: a microphone hears the other speaker too, so both tracks yield the same words; one copy goes.

A word goes only if another track says a similar word at the same moment, and the voice reaches that microphone first
and is clearly louder there, after the gains are balanced; or, once it is known how much of that speaker the microphone
hears, if that explains all it heard in that moment. Where delay and level contradict each other, or tell nothing, a
word that both have stays once, as nobody's. Everything else stays, and is flagged where it is doubtful: nothing said is
lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import permutations
from typing import NamedTuple

from podcast_pipeline.transcribe.crosstalk import Crosstalk, Dropped
from podcast_pipeline.transcribe.engine import RawWord
from podcast_pipeline.transcribe.flags import Flag
from podcast_pipeline.transcribe.levels import PowerEnvelope
from podcast_pipeline.transcribe.pairing import Microphone, Voice


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
    heard = [Microphone(voice, PowerEnvelope(voice.sound, voice.offset)) for voice in voices]
    ears = [Crosstalk.between(mine, other, len(heard) > 2) for mine, other in permutations(heard, 2)]
    gone = _settled([copy for ear in ears for copy in ear.copies])
    kept = {voice.track: tuple(word for word in voice.words if id(word) not in gone) for voice in voices}
    dropped = [gone[id(word)] for voice in voices for word in voice.words if id(word) in gone]
    # A word that another one is a copy of is beyond doubt, whatever stands in its span.
    sure = {id(copy.original) for copy in dropped}
    doubts = [flag for ear in ears for flag in ear.doubts(kept[ear.mine.voice.track], sure)]
    nobodys = [flag for ear in ears for flag in ear.unowned(kept[ear.mine.voice.track], dropped, sure)]
    unowned = frozenset(id(word) for flag in nobodys for word in flag.words)
    # Nobody's word stands once, too, where several microphones hear it.
    twice = _settled([copy for ear in ears for copy in ear.twice(unowned, gone)])
    kept = {track: tuple(word for word in words if id(word) not in twice) for track, words in kept.items()}
    unowned |= {id(copy.original) for copy in twice.values()}
    dropped = [
        copy._replace(original=twice[id(copy.original)].original) if id(copy.original) in twice else copy
        for copy in dropped
    ]
    return Gated(kept, unowned, dropped + list(twice.values()), doubts + nobodys)


def _settled(candidates: Sequence[Dropped]) -> dict[int, Dropped]:
    """The copies that go, by identity, each with the word that stays: a copy of a copy is one of the original.

    The clearest first; never both a word and what it is a copy of, nor one for another of the same track.
    """
    copies: dict[int, Dropped] = {}
    tracks: defaultdict[int, set[str]] = defaultdict(set)
    """Where the copies of a word are."""

    def stays(word: RawWord) -> RawWord:
        while id(word) in copies:
            word = copies[id(word)].original
        return word

    for copy in sorted(candidates, key=lambda copy: -copy.weaker):
        original, elsewhere = stays(copy.original), {copy.word.track} | tracks[id(copy.word)]
        if id(copy.word) not in copies and original.track not in elsewhere:
            copies[id(copy.word)] = copy
            tracks[id(original)] |= elsewhere
    return {place: copy._replace(original=stays(copy.original)) for place, copy in copies.items()}
