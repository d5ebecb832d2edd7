"""A muted microphone: what its speaker says meanwhile is on another's track alone, as quiet as bleed, and nobody's."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from itertools import groupby

from podcast_pipeline.transcribe.balance import FEW
from podcast_pipeline.transcribe.engine import RawWord
from podcast_pipeline.transcribe.levels import PowerEnvelope, steady

_LOUDER = 3.0
"""dB by which somebody may speak louder while the own microphone is muted than in all that was compared."""
_LOUDEST = 99
"""Percentile of the copies' levels up to which a word may be one: the loudest of many is a mistake."""


def unowned(
    words: Sequence[RawWord],
    copies: Sequence[RawWord],
    sure: Container[int],
    hearing: PowerEnvelope,
    other: PowerEnvelope,
) -> Iterator[tuple[RawWord, ...]]:
    """Runs of a track's `words` that may be the speaker's of a muted microphone.

    `copies` are what the track `hearing` picked up of that speaker while the microphone `other` was on, `sure` those of
    `words` (by identity) that are beyond doubt. Where `other` hears nothing of a word, muted or no more than its room,
    only the level tells who speaks: a word is its own track's if it is louder than all copies, and nearer to the level
    of that track's other words. Nothing where the levels of both speakers are not known.
    """
    import numpy as np

    off = [id(word) not in sure and not other.hears(word.start, word.end) for word in words]
    own = hearing.levels([word for word, muted in zip(words, off, strict=True) if not muted])
    heard = hearing.levels(copies)
    if not any(off) or min(len(own), len(heard)) < FEW:
        return
    loudest = np.percentile(steady(heard, [word.start for word in copies]), _LOUDEST)
    limit = max((np.median(own) + np.median(heard)) / 2, loudest + _LOUDER)
    levels = steady(hearing.levels(words), [word.start for word in words])
    # Where speakers change, a word may begin or end in what the other one says: it counts as the quietest beside it.
    least = map(min, [*levels[:1], *levels[:-1]], levels, [*levels[1:], *levels[-1:]])
    places = zip(words, off, least, strict=True)
    for doubtful, run in groupby(places, lambda place: place[1] and place[2] <= limit):
        if doubtful:
            yield tuple(word for word, _, _ in run)
