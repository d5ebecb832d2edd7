"""Cuts that could be made: fillers and long pauses. A list to accept or reject; nothing is applied unasked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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
RATE = 20
"""Peaks per second."""
QUIET = 3
"""Of 127: peaks up to here are silence (-32 dBFS)."""


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


def offers(state: State, aligned: Aligned, lexicon: Lexicon, peaks: Path) -> tuple[Offer, ...]:
    """Everything that is neither cut nor rejected, in order of time."""
    found: list[Offer] = []
    spoken: list[tuple[int, int]] = []
    for paragraph in state.listed():
        tokens = aligned(state, paragraph)
        spoken += [(token.start, token.end) for token in tokens]
        found += _fillers(paragraph.id, tokens, lexicon)
    found += [Offer("pause", start, end, "") for start, end in _pauses(peaks, spoken)]
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


def _pauses(peaks: Path, spoken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The middle of every long silence, by the sound itself: between two words there may be laughter or speech."""
    if not peaks.exists():
        return []
    import numpy as np

    data = np.frombuffer(peaks.read_bytes(), dtype=np.int8)
    loud = np.abs(data[: len(data) // 2 * 2].reshape(-1, 2).astype(np.int16)).max(axis=1) > QUIET
    busy = np.concatenate([[True], loud, [True]])
    for start, end in spoken:
        busy[1 + start * RATE // 1000 : 1 + -(-end * RATE // 1000)] = True
    edges = np.flatnonzero(np.diff(busy.astype(np.int8)))
    found = []
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        start, end = int(first) * 1000 // RATE, int(last) * 1000 // RATE
        # The beginning and the end of the recording are nobody's pause.
        if end - start >= LONG and first > 0 and last < len(loud):
            found.append((start + KEPT // 2, end - KEPT // 2))
    return found
