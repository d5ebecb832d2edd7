"""A muted microphone: what its speaker says meanwhile is on another's track alone, as quiet as bleed, and nobody's."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from itertools import accumulate, groupby, pairwise
from statistics import median

from podcast_pipeline.transcribe.balance import FEW
from podcast_pipeline.transcribe.engine import RawWord
from podcast_pipeline.transcribe.levels import PowerEnvelope

_LOUDER = 3.0
"""dB by which somebody may speak louder while the own microphone is muted than in all that was compared."""
_NEARER = 1.0
"""dB by which the line between both levels lies nearer to the track's own: the wrong name is worse than none."""
_CHANGE, _WITHIN = 8.0, 20.0
"""dB of words that a change of the speaker explains, after a pause and within a phrase: one quiet word is none."""
_PAUSE, _BREAK = 100, 400
"""ms between two words that part phrases, and that may part two speakers who are equally loud."""
_TURN = 10
"""Words of a turn that are seen together, at most."""


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
    only the level tells who speaks, turn by turn: a turn is its own track's if it is louder than so many copies
    in a row ever are, and nearer to the level of that track's other words. Nothing where both levels are not known.
    """
    off = [id(word) not in sure and not other.hears(word.start, word.end) for word in words]
    own = hearing.levels([word for word, muted in zip(words, off, strict=True) if not muted])
    heard = hearing.levels(copies)
    if not any(off) or min(len(own), len(heard)) < FEW:
        return
    usual, quiet = median(own), median(heard) + _LOUDER
    between = (median(own) + median(heard)) / 2 + _NEARER
    levels = hearing.levels(words)
    theirs = _changes(words, levels, off, usual, quiet)
    doubtful = [False] * len(words)
    breaks = [b.start - a.end >= _BREAK for a, b in pairwise(words)]
    turns = list(accumulate(breaks, initial=0))
    for _, places in groupby(range(len(words)), lambda place: (theirs[place], off[place], turns[place])):
        run = list(places)
        if not off[run[0]]:
            continue
        limit = max(between, _loudest(heard, len(run)) + _LOUDER)
        inside = run[0] > 0 and run[-1] + 1 < len(words) and not (off[run[0] - 1] or off[run[-1] + 1])
        weak = theirs[run[0]] or (not (inside and len(run) < FEW) and median(levels[place] for place in run) <= limit)
        for place in run:
            doubtful[place] = weak
        # Where speakers change, a word may begin or end in what the other one says.
        for place, beside in ((run[0], run[0] - 1), (run[-1], run[-1] + 1)):
            if 0 <= beside < len(words) and theirs[beside] and levels[place] <= limit:
                doubtful[place] = True
    for flag, run_words in groupby(zip(words, doubtful, strict=True), lambda pair: pair[1]):
        if flag:
            yield tuple(word for word, _ in run_words)


def _loudest(levels: Sequence[float], count: int) -> float:
    """The greatest median of so many levels in a row: the fewer words, the farther may they be from the usual."""
    size = min(count, len(levels), _TURN)
    return max(median(levels[place : place + size]) for place in range(len(levels) - size + 1))


def _changes(
    words: Sequence[RawWord], levels: Sequence[float], off: Sequence[bool], usual: float, quiet: float
) -> list[bool]:
    """Whether each word is rather the muted speaker's: the path of least cost, with as few changes as there can be."""
    costs, steps = [0.0, 0.0], []
    for place, (word, level, muted) in enumerate(zip(words, levels, off, strict=True)):
        pause = word.start - words[place - 1].end if place else 0
        change = _WITHIN if pause < _PAUSE else _CHANGE
        step = [min(range(2), key=lambda old: costs[old] + change * (old != new)) for new in range(2)]
        costs = [costs[old] + change * (old != new) for new, old in enumerate(step)]
        costs[0] += abs(level - usual) if muted else 0.0
        costs[1] += abs(level - quiet) if muted else float("inf")
        steps.append(step)
    state, path = min(range(2), key=costs.__getitem__), []
    for step in reversed(steps):
        path.append(state == 1)
        state = step[state]
    return path[::-1]
