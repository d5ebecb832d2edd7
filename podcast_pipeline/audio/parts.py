"""What follows what in the programme: stretches of the recording, and sounds between and over them."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline import timecode
from podcast_pipeline.audio.quiet import snap
from podcast_pipeline.audio.w64 import Reader
from podcast_pipeline.errors import AudioError
from podcast_pipeline.model.cut import Cut, digest
from podcast_pipeline.model.timeline import Timeline

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CROSSFADE = 20
"""ms of an equal-power crossfade over a cut, made of sound from inside the cut: no kept sample is lost to it."""
_EDGE = 5
"""ms of fade where the recording is interrupted by a sound."""


@dataclass(frozen=True, slots=True)
class Region:
    """Samples `start` to `end` of the recording. `before` and `after`: samples of crossfade into the neighbour, from
    half before the edge to half behind it; `rise` and `fall`: samples of fade inside."""

    start: int
    end: int
    before: int = 0
    after: int = 0
    rise: int = 0
    fall: int = 0


@dataclass(frozen=True, slots=True)
class Clip:
    """A decoded sound, shape (n, channels). `lead` of its samples lie over what was before it, `tail` over what comes
    after it; `duck_db` is its gain while somebody speaks there."""

    samples: NDArray[np.float32]
    lead: int = 0
    tail: int = 0
    duck_db: float = 0.0

    @property
    def alone(self) -> int:
        """Samples in which it is heard alone."""
        return len(self.samples) - self.lead - self.tail


@dataclass(frozen=True, slots=True)
class Placed:
    """A stretch or a sound, and the sample of the programme at which its own time begins."""

    out: int
    part: Region | Clip


def kept(reader: Reader, cuts: Sequence[Cut], name: Path) -> list[tuple[int, int]]:
    """What the cuts leave of the recording, as (start, end) in samples, edges on quiet moments unless they are exact.

    `name` stands in messages. Raises AudioError: a cut that begins after the end, or nothing is left.
    """
    pieces, at = [], 0
    for cut in cuts:
        start, end = (ms * reader.rate // 1000 for ms in (cut.start, cut.end))
        if start >= reader.samples:
            last = timecode.exact(reader.samples * 1000 // reader.rate)
            raise AudioError(
                f'{name}: cut "{timecode.exact(cut.start)}" begins after the end of the recording ({last})',
                "correct [[cut]] in episode.toml",
            )
        # The edges of a pause lie in silence, and whoever accepted it was told how much time it saves.
        if cut.reason != "pause" and not cut.exact:
            quiet = snap(reader, start), snap(reader, end)
            # Both edges of a very short cut may find the same quiet moment: then the cut stays where it was made.
            start, end = quiet if quiet[0] < quiet[1] else (start, end)
        end = min(end, reader.samples)
        if start > at:
            pieces.append((at, start))
        at = max(at, end)
    if at < reader.samples:
        pieces.append((at, reader.samples))
    if not pieces:
        raise AudioError(f"{name}: the cuts leave nothing of the recording", "remove a [[cut]] from episode.toml")
    return pieces


def arranged(
    reader: Reader,
    pieces: Sequence[tuple[int, int]],
    inserts: Sequence[tuple[int, Clip]],
    intro: Clip | None,
    outro: Clip | None,
) -> list[Region | Clip]:
    """Everything in playing order. `inserts` are (sample of the recording, sound), in order; in a cut: at its join."""
    order: list[Region | Clip] = [Region(start, end) for start, end in pieces]
    starts = [start for start, _ in pieces]
    for at, sound in reversed(inserts):
        index = bisect.bisect_right(starts, at) - 1
        start, end = pieces[index] if index >= 0 else (0, 0)
        place = snap(reader, at) if start < at < end else at
        if index >= 0 and start < place < end:
            # A later insert may have split this stretch already: its first half still begins at `start`.
            first = order[_position(order, start)]
            assert isinstance(first, Region)
            order[_position(order, start) : _position(order, start) + 1] = [
                replace(first, end=place), sound, replace(first, start=place),
            ]  # fmt: skip
        else:
            behind = index >= 0 and place >= end
            order.insert(_after(order, end) if behind else 0 if index < 0 else _position(order, start), sound)
    joined = _joined(reader, order)
    return [*([intro] if intro else []), *joined, *([outro] if outro else [])]


def _position(order: Sequence[Region | Clip], start: int) -> int:
    return next(i for i, part in enumerate(order) if isinstance(part, Region) and part.start == start)


def _after(order: Sequence[Region | Clip], end: int) -> int:
    return next(i for i, part in enumerate(order) if isinstance(part, Region) and part.end == end) + 1


def _joined(reader: Reader, order: list[Region | Clip]) -> list[Region | Clip]:
    """The same with crossfades over cuts, and short fades where the recording stops and goes on."""
    half, edge = CROSSFADE * reader.rate // 2000, _EDGE * reader.rate // 1000
    for i, part in enumerate(order):
        if not isinstance(part, Region):
            continue
        following = order[i + 1] if i + 1 < len(order) else None
        if isinstance(following, Region):
            room = min((part.end - part.start) // 2, (following.end - following.start) // 2)
            width = min(half, following.start - part.end, room)
            order[i] = part = replace(part, after=width)
            order[i + 1] = replace(following, before=width)
        elif part.end < reader.samples:
            order[i] = part = replace(part, fall=min(edge, (part.end - part.start) // 2))
        if part.start > 0 and (i == 0 or isinstance(order[i - 1], Clip)):
            order[i] = replace(part, rise=min(edge, (part.end - part.start) // 2))
    return order


def placed(
    reader: Reader, parts: Sequence[Region | Clip], cuts: Sequence[Cut], name: Path
) -> tuple[list[Placed], Timeline]:
    """Where each part stands in the programme, and the Timeline.

    Raises AudioError where a sound overlaps more than there is.
    """
    out, places = 0, list[Placed]()
    pairs: list[tuple[int, int | None]] = []
    for part in parts:
        if isinstance(part, Region):
            places.append(Placed(out, part))
            pairs.append((part.end - part.start, part.start))
        else:
            if part.alone < 0:
                raise AudioError(f"{name}: a sound overlaps by more than its own length", "shorten its overlap")
            places.append(Placed(out - part.lead, part))
            pairs.append((part.alone, None))
        out += pairs[-1][0]
    timeline = Timeline.assemble(reader.rate, pairs, reader.samples, digest(cuts))
    for place in places:
        if isinstance(place.part, Clip) and (place.out < 0 or place.out + len(place.part.samples) > timeline.samples):
            raise AudioError(f"{name}: a sound overlaps by more than the conversation lasts", "shorten its overlap")
    return places, timeline
