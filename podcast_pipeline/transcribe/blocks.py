"""Blocks: what is sent to the recogniser in one piece, and the exact way back to the times of the track.

Borders depend on the sound alone, never on how many workers there are: the words are the same on every computer with
the same arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

from podcast_pipeline.transcribe.engine import RATE
from podcast_pipeline.transcribe.speech import Stretch

LEAST, MOST, LIMIT = 90 * RATE, 150 * RATE, 300 * RATE
"""Speech in a block: cut at the longest silence between LEAST and MOST; beyond LIMIT also where there is none."""
LONG_SILENCE = 2 * RATE
EDGE = RATE // 4
"""What stays of a longer silence, on each side of it: together half a second of the room's own sound."""
SEARCH = 30 * RATE
"""A forced cut is made at the quietest place of this length before LIMIT."""


class Piece(NamedTuple):
    """Samples `start` to `end` of the track, with speech from `first` to `last` inside."""

    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Block:
    """Pieces of one track, played one after the other. `forced`: it ends in the middle of speech."""

    pieces: tuple[Piece, ...]
    forced: bool = False

    @property
    def start(self) -> int:
        return self.pieces[0].start

    @property
    def end(self) -> int:
        return self.pieces[-1].end

    @property
    def samples(self) -> int:
        return sum(piece.end - piece.start for piece in self.pieces)

    def _locate(self, position: int) -> tuple[int, int]:
        """The piece and the sample of the track at `position` samples into the block, clamped to it."""
        position = max(0, position)
        for index, piece in enumerate(self.pieces):
            if position < piece.end - piece.start:
                return index, piece.start + position
            position -= piece.end - piece.start
        return len(self.pieces) - 1, self.pieces[-1].end

    def to_track(self, start: int, end: int) -> tuple[int, int]:
        """A word's span in ms of the block as ms of the track.

        A word that would reach across a shortened silence belongs to the side where more of it lies: it ends with the
        speech before the silence, or begins with the speech after it.
        """
        i, first = self._locate(start * RATE // 1000)
        j, last = self._locate(end * RATE // 1000)
        if i != j:
            if self.pieces[i].last - first > last - self.pieces[j].first:
                last = self.pieces[i].last
            else:
                first = self.pieces[j].first
        return first * 1000 // RATE, last * 1000 // RATE


def plan(speech: Sequence[Stretch], quietest: Callable[[int, int], int]) -> list[Block]:
    """Cut the speech of one track into blocks; `quietest(start, end)` names the best sample for a forced cut."""
    blocks, rest = [], list(speech)
    while rest:
        count = _whole(rest)
        if count:
            blocks.append(Block(_pieces(rest[:count])))
            rest = rest[count:]
        else:
            start, end = rest[0]
            cut = quietest(start + LIMIT - SEARCH, start + LIMIT)
            blocks.append(Block(_pieces([Stretch(start, cut)]), forced=True))
            rest[0] = Stretch(cut, end)
    return blocks


def _whole(rest: Sequence[Stretch]) -> int:
    """How many of the stretches make the next block; 0 where the first alone is too long for one."""
    spoken = list(accumulate(stretch.end - stretch.start for stretch in rest))
    if spoken[-1] <= MOST:
        return len(rest)
    gaps = [after.start - before.end for before, after in pairwise(rest)]
    good = [i for i in range(len(gaps)) if LEAST <= spoken[i] <= MOST]
    if good:
        return max(good, key=lambda i: (gaps[i], -i)) + 1
    late = [i for i in range(len(rest)) if MOST < spoken[i] <= LIMIT]
    early = [i for i in range(len(gaps)) if spoken[i] < LEAST]
    return late[0] + 1 if late else (early[-1] + 1 if early else 0)


def _pieces(speech: Sequence[Stretch]) -> tuple[Piece, ...]:
    pieces = [Piece(speech[0].start, speech[0].end, speech[0].start, speech[0].end)]
    for stretch in speech[1:]:
        last = pieces[-1]
        if stretch.start - last.end > LONG_SILENCE:
            pieces[-1] = last._replace(end=last.end + EDGE)
            pieces.append(Piece(stretch.start - EDGE, stretch.end, stretch.start, stretch.end))
        else:
            pieces[-1] = last._replace(end=stretch.end, last=stretch.end)
    return tuple(pieces)
