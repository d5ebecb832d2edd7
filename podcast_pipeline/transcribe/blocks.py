"""Blocks: what is sent to the recogniser in one piece, and the exact way back to the times of the track.

Borders depend on the sound alone, never on how many workers there are: the words are the same on every computer with
the same arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from podcast_pipeline.transcribe.engine import RATE
from podcast_pipeline.transcribe.speech import SpeechSegment

LEAST, MOST, LIMIT = 90 * RATE, 150 * RATE, 300 * RATE
"""Speech in a block: cut at the longest silence between LEAST and MOST; beyond LIMIT also where there is none."""
LATE = 60 * RATE
"""Towards the end of a track blocks take a third of what is left (guided self-scheduling, Polychronopoulos and Kuck
1987), down to this: with the longest done first, all workers end at about the same time."""
LONG_SILENCE, SHORT_SILENCE = 2 * RATE, RATE // 2
"""A silence longer than the one is sent as the other, and digital: what a microphone hears of others in a pause would
be written down as half words."""
SEARCH = 30 * RATE
"""A forced cut is made at the quietest place of this length before LIMIT."""


@dataclass(frozen=True, slots=True)
class Block:
    """Pieces of one track, sent with short silences between them. `forced`: it ends in the middle of speech."""

    pieces: tuple[SpeechSegment, ...]
    forced: bool = False

    @property
    def start(self) -> int:
        return self.pieces[0].start

    @property
    def end(self) -> int:
        return self.pieces[-1].end

    @property
    def samples(self) -> int:
        spoken = sum(piece.end - piece.start for piece in self.pieces)
        return spoken + SHORT_SILENCE * (len(self.pieces) - 1)

    @property
    def spoken(self) -> float:
        """Seconds of it that are sent, without the silences put in."""
        return sum(piece.end - piece.start for piece in self.pieces) / RATE

    def halves(self) -> tuple[Block, ...]:
        """The block in two, cut at the longest pause between its pieces; itself where it is one piece."""
        if len(self.pieces) < 2:
            return (self,)
        gaps = [after.start - before.end for before, after in pairwise(self.pieces)]
        cut = gaps.index(max(gaps)) + 1
        return Block(self.pieces[:cut]), Block(self.pieces[cut:], self.forced)

    def to_track(self, ms: int) -> int:
        """The time in the track of a time in the block, both in ms.

        A time in a shortened silence is that of the nearer speech, one beyond the block's end that end.
        """
        position = max(0, ms * RATE // 1000)
        for piece in self.pieces:
            if position < piece.end - piece.start + SHORT_SILENCE // 2:
                return min(max(piece.start, piece.start + position), piece.end) * 1000 // RATE
            position -= piece.end - piece.start + SHORT_SILENCE
        return self.end * 1000 // RATE


def plan(speech: Sequence[SpeechSegment], quietest: Callable[[int, int], int]) -> list[Block]:
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
            blocks.append(Block(_pieces([SpeechSegment(start, cut)]), forced=True))
            rest[0] = SpeechSegment(cut, end)
    return blocks


def _whole(rest: Sequence[SpeechSegment]) -> int:
    """How many of the stretches make the next block; 0 where the first alone is too long for one."""
    spoken = list(accumulate(stretch.end - stretch.start for stretch in rest))
    if spoken[-1] <= 2 * LATE:
        return len(rest)
    most = min(MOST, max(LATE, spoken[-1] // 3))
    least = most * LEAST // MOST
    gaps = [after.start - before.end for before, after in pairwise(rest)]
    good = [i for i in range(len(gaps)) if least <= spoken[i] <= most]
    if good:
        return max(good, key=lambda i: (gaps[i], -i)) + 1
    late = [i for i in range(len(rest)) if most < spoken[i] <= LIMIT]
    early = [i for i in range(len(gaps)) if spoken[i] < least]
    return late[0] + 1 if late else (early[-1] + 1 if early else 0)


def _pieces(speech: Sequence[SpeechSegment]) -> tuple[SpeechSegment, ...]:
    pieces = [speech[0]]
    for stretch in speech[1:]:
        if stretch.start - pieces[-1].end > LONG_SILENCE:
            pieces.append(stretch)
        else:
            pieces[-1] = SpeechSegment(pieces[-1].start, stretch.end)
    return tuple(pieces)
