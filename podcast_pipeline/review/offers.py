"""Cuts that could be made: fillers and long pauses. A list to accept or reject; nothing is applied unasked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from podcast_pipeline.review.grave import is_grave
from podcast_pipeline.review.projection import Aligned, is_cut, united
from podcast_pipeline.review.state import State
from podcast_pipeline.review.tokens import Token
from podcast_pipeline.transcript.align import key
from podcast_pipeline.transcript.lexicon import Lexicon

FILLERS = frozenset({"um", "umm", "uh", "uhh", "er", "err", "erm", "hmm", "hm", "mmm", "ehm"})
PHRASES = frozenset({("you", "know"), ("i", "mean"), ("like",)})
"""Listed apart and never chosen beforehand: often they mean something."""
KEPT = 600
"""ms that stay of a long pause."""
LONG = 1200
"""ms from which on a pause is long."""
CLEAR = 2
"""Words next to a number, negation or medicine near which nothing is offered."""


@dataclass(frozen=True, slots=True)
class Offer:
    """kind: filler, phrase or pause; `p` and token places for words, "" for a pause."""

    kind: str
    start: int
    end: int
    text: str
    p: str = ""
    first: int = 0
    last: int = 0


def offers(
    state: State, aligned: Aligned, lexicon: Lexicon, pauses: Iterable[tuple[int, int]] = ()
) -> tuple[Offer, ...]:
    """Everything that is neither cut nor rejected, in order of time.

    `pauses` are what could go of long silences, in ms, by the sound itself: between two words there may be laughter.
    """
    found: list[Offer] = []
    for paragraph in state.listed():
        found += _fillers(paragraph.id, aligned(state, paragraph), lexicon)
    found += [Offer("pause", start, end, "") for start, end in pauses]
    cuts = united(state.marks)
    left = [
        offer
        for offer in found
        if (offer.kind, offer.start, offer.end) not in state.rejected
        and not is_cut(Token("", offer.start, offer.end, None), cuts)
    ]
    return tuple(sorted(left, key=lambda offer: offer.start))


def _fillers(p: str, tokens: Sequence[Token], lexicon: Lexicon) -> list[Offer]:
    words = [key(token.text) for token in tokens]
    grave = [is_grave(word, lexicon) for word in words]
    found = []
    for place in range(len(tokens)):
        for kind, size in (("filler", 1), ("phrase", 1), ("phrase", 2)):
            part = tuple(words[place : place + size])
            if len(part) < size or (part not in PHRASES if kind == "phrase" else part[0] not in FILLERS):
                continue
            last = place + size - 1
            near = grave[max(0, place - CLEAR) : last + CLEAR + 1]
            timed = all(token.source is not None for token in tokens[place : last + 1])
            if timed and not any(near) and tokens[last].end - tokens[place].start >= 40:
                text = " ".join(token.text for token in tokens[place : last + 1])
                found.append(Offer(kind, tokens[place].start, tokens[last].end, text, p, place, last))
    return found
