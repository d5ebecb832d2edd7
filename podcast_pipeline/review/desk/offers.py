"""Cuts that could be made: fillers and long pauses. A list to accept or reject; nothing is applied unasked."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from podcast_pipeline.model.cut import SHORTEST, Cut
from podcast_pipeline.model.span import overlap
from podcast_pipeline.review.desk.critical import is_grave
from podcast_pipeline.review.journal.projection import Aligned
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.review.journal.tokens import Token
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
Stretch = tuple[str, int, int]
"""Kind, start and end in ms."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A cut from `start` to `end` (ms of the source). kind: filler, phrase or pause; `p` and token places for words,
    "" for a pause; `text` is what is said there."""

    kind: str
    start: int
    end: int
    text: str = ""
    p: str = ""
    first: int = 0
    last: int = 0

    @property
    def id(self) -> str:
        return f"{self.kind}-{self.start}-{self.end}"

    @property
    def saved(self) -> int:
        """ms by which the programme gets shorter."""
        return self.end - self.start


def offers(
    state: State, aligned: Aligned, lexicon: Lexicon, pauses: Iterable[tuple[int, int]],
    cuts: Sequence[Cut], declined: Iterable[Stretch],
) -> tuple[Offer, ...]:  # fmt: skip
    """Everything that is neither cut nor declined, in order of time; none within two words of what must be right.

    `pauses` are what could go of long silences, in ms, by the sound itself: between two words there may be laughter.
    """
    listed = [(p.id, aligned(state, p)) for p in state.listed()]
    candidates = [offer for p, tokens in listed for offer in _fillers(p, tokens)]
    candidates += [Offer("pause", start, end) for start, end in pauses]
    around, gone = _Around(token for _, tokens in listed for token in tokens), [*declined, *state.rejected]
    marked = [(mark.start, mark.end) for mark in state.marks.values()]
    stretches = [*marked, *((cut.start, cut.end) for cut in cuts)]
    return tuple(
        offer
        for offer in sorted(candidates, key=lambda offer: (offer.start, offer.end))
        if not any(start < offer.end and offer.start < end for start, end in stretches)
        and not any(kind == offer.kind and _same(offer, start, end) for kind, start, end in gone)
        and not any(is_grave(word, lexicon) for word in around(offer))
    )


def _fillers(p: str, tokens: Sequence[Token]) -> Iterator[Offer]:
    words = [key(token.text) for token in tokens]
    for place in range(len(tokens)):
        for kind, size in (("filler", 1), ("phrase", 1), ("phrase", 2)):
            part = tuple(words[place : place + size])
            if len(part) < size or (part not in PHRASES if kind == "phrase" else part[0] not in FILLERS):
                continue
            said = tokens[place : place + size]
            if all(token.source is not None for token in said) and said[-1].end - said[0].start >= SHORTEST:
                text = " ".join(token.text for token in said)
                yield Offer(kind, said[0].start, said[-1].end, text, p, place, place + size - 1)


class _Around:
    """The words just before and just after an offer, whoever says them."""

    def __init__(self, tokens: Iterable[Token]) -> None:
        self._started = sorted(tokens, key=lambda token: token.start)
        self._ended = sorted(self._started, key=lambda token: token.end)

    def __call__(self, offer: Offer) -> Iterator[str]:
        before = bisect_right(self._ended, offer.start, key=lambda token: token.end)
        after = bisect_left(self._started, offer.end, key=lambda token: token.start)
        near = (*self._ended[max(0, before - CLEAR) : before], *self._started[after : after + CLEAR])
        yield from (key(token.text) for token in near)


def _same(offer: Offer, start: int, end: int) -> bool:
    """Whether most of the offer was meant: edges move a little when a track is recognised or probed again."""
    return 2 * overlap(offer, start, end) > max(offer.end - offer.start, end - start)


def declined(ids: Iterable[str]) -> Iterator[Stretch]:
    """What `declined` of an episode.toml names: ids of offers."""
    for id_ in ids:
        kind, start, end = id_.rsplit("-", 2)
        yield kind, int(start), int(end)
