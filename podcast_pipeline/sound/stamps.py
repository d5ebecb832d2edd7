"""Time stamps of a recording: where packets are missing, so that what follows keeps its time.

Calls and browsers lose packets, send none in pauses (DTX), or begin late; their files say so by time stamps alone. The
stamps of packets tell a file that is whole from one that is not for next to nothing; only then is it decoded for those
of its samples.
"""

from __future__ import annotations

import contextlib
import itertools
import sys
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from podcast_pipeline import ffmpeg, process
from podcast_pipeline.container.opening import opening
from podcast_pipeline.errors import ToolFailed
from podcast_pipeline.sound.track import Gap

STAMPED = ("matroska", "mov", "ogg")
"""Demuxers of files whose packets have times of their own; in all others a time is a number of samples."""
PLACED = (*STAMPED, "mp3", "aac", "amr", "flac", "caf", "tta", "wv", "asf", "mpeg", "mpegts")
"""Demuxers of files of which it is known where in time a whole packet behind a damaged one belongs."""
_FROM_ZERO = (*STAMPED, "flac", "caf", "tta", "wv")
"""Demuxers whose first sample has the time 0: a later one is behind what is lost."""
_ROUNDING = 0.002
"""Seconds that single stamps may be off: Matroska's are whole milliseconds."""
_LARGEST = 0.01
"""Seconds: a difference above this is a gap however long the packets are (else above half of one)."""
_AROUND = 9
"""Frames whose stamps are looked at before and behind: a single one that is late is no gap."""


@dataclass(frozen=True, slots=True)
class Stamps:
    """`gaps` between the samples of a file. `behind`: by how many samples its stamps fall back, as where two recordings
    were joined; they are kept, one after the other."""

    gaps: tuple[Gap, ...] = ()
    behind: int = 0

    @property
    def missing(self) -> int:
        """Samples of silence that take the place of what is missing, a late start included."""
        return sum(gap.samples for gap in self.gaps)

    def starts(self) -> list[int]:
        """Where the gaps are in time, in samples."""
        before = itertools.accumulate((gap.samples for gap in self.gaps), initial=0)
        return [gap.at + earlier for gap, earlier in zip(self.gaps, before, strict=False)]


def look(path: Path, demuxer: str, stream: int = 0, *, damaged: bool = False) -> Stamps:
    """Where time is missing in an audio stream of `path` (see `ffmpeg.mapped`). What cannot be decoded is left to who
    decodes it; `damaged`: it is missing too, in files of every kind."""
    if damaged:
        return _damaged(path, demuxer, stream)
    if demuxer not in STAMPED:
        return Stamps()
    try:
        with contextlib.closing(_rows(path, stream, ["-c", "copy"])) as packets:
            if _regular(packets, next(packets)[1]):
                return Stamps()
        with contextlib.closing(_rows(path, stream, ["-c:a", "pcm_s16le"])) as frames:
            return measured(frames, next(frames)[1])
    except (ToolFailed, StopIteration):
        return Stamps()


def _damaged(path: Path, demuxer: str, stream: int) -> Stamps:
    """A decoder leaves out what is damaged, and stamps the next frame that is whole by its packet, or its own number.

    Only of lone frames the demuxer counts those that it finds: what is lost before them is known from their file.
    """
    damage = opening(path).damage
    lost = deque(damage.lost if damage is not None else ())

    def timed(frames: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        begin, later = 0, 0
        for number, (stamp, duration) in enumerate(frames):
            if not number and demuxer not in _FROM_ZERO:
                begin = stamp
            while lost and lost[0][0] <= stamp:
                later += lost.popleft()[1]
            yield stamp - begin + later, duration

    with contextlib.closing(_rows(path, stream, ["-c:a", "pcm_s16le"], damaged=True)) as frames:
        told, rate = list[tuple[int, int]](), 0
        with contextlib.suppress(ToolFailed, StopIteration):  # an error at its end: what came counts
            rate = next(frames)[1]
            told.extend(timed(frames))
    return measured(told, rate) if rate else Stamps()


def _rows(path: Path, stream: int, codec: list[str], *, damaged: bool = False) -> Generator[tuple[int, int]]:
    """Time stamp and duration of every packet behind `codec`; before them the unit of both, as (seconds, parts)."""
    opened = ffmpeg.input_arguments(path, strict=False, stamps=True, damaged=damaged)
    argv = [
        ffmpeg.binary().path, *ffmpeg.QUIET, "-v", "quiet", *opened, *ffmpeg.mapped(stream),
        "-vn", "-sn", "-dn", *codec, "-f", "framecrc", "pipe:1",
    ]  # fmt: skip
    with process.start(argv, stdout=True) as program:
        assert program.stdout is not None
        for line in program.stdout:
            if line.startswith(b"#tb 0:"):
                seconds, _, parts = line[6:].partition(b"/")
                yield int(seconds), int(parts)
            elif not line.startswith(b"#"):
                fields = line.split(b",")
                yield int(fields[2]), int(fields[3])


def _tolerance(duration: int, per_second: float) -> float:
    """How far the stamp behind a packet of this duration may be off, in the unit of both."""
    return max(_ROUNDING * per_second, min(duration / 2, _LARGEST * per_second))


def _regular(packets: Iterable[tuple[int, int]], per_second: float) -> bool:
    """Whether each packet begins where the one before it ends, and the first at the beginning.

    All but the last are as long as each other: in an MP4 the one before a gap is called so much longer.
    """
    due, longest, shortest = 0.0, 0, sys.maxsize
    first, allowed = True, _ROUNDING * per_second
    for stamp, duration in packets:
        early = first and stamp < 0  # the encoder's delay, which no decoder plays
        if not early and abs(stamp - due) > allowed:
            return False
        longest = max(longest, duration)
        if longest - min(shortest, longest) > allowed or not duration:
            return False
        due, first, shortest = stamp + duration, False, min(shortest, duration)
        allowed = _tolerance(shortest, per_second)
    return True


def measured(frames: Iterable[tuple[int, int]], rate: int) -> Stamps:
    """The gaps between decoded frames (stamp and length in samples at `rate`).

    A stamp that jumps ahead makes a gap if those behind it (by their median) are later than those before it, and by
    more than stamps around it fall back: what is lost never comes again, what wanders does. Then what follows stands
    where its stamps say, so that roundings never add up. Stamps that fall behind by a second begin anew there.
    """
    import statistics  # fractions come with it: every status knows this module

    gaps: list[Gap] = []
    before: deque[int] = deque(maxlen=_AROUND)
    later = _lateness(frames)
    window = deque(itertools.islice(later, _AROUND))
    added = anew = behind = 0
    allowed = _ROUNDING * rate
    while window:
        late, number, duration = window.popleft()
        if not before or abs(late - before[-1]) > allowed:
            limit = max(allowed, _fall([*before, late, *(other for other, *_ in window)]))
            level = _level(late, window, limit)
            usual = round(statistics.median(before)) if before else 0
            if level - usual > limit and level - added > allowed:
                lost = level - added
                # Packets are lost whole: their number is exact where stamps are rounded.
                packets = round(lost / duration) * duration
                lost = packets if number and abs(packets - lost) <= rate // 1000 else lost
                gaps.append(Gap(number, lost))
                added += lost
                before.clear()
            elif not number:
                added = level
            elif added - level > rate:
                anew, added = anew + added - level, level
                before.clear()
            elif usual - level > limit:
                behind = max(behind, added - level)
                before.clear()
        before.append(late)
        allowed = _tolerance(duration, rate)
        window.extend(itertools.islice(later, 1))
    return Stamps(tuple(gaps), anew + behind)


def _lateness(frames: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """For every frame by how much its stamp is above the number of samples before it; that number; its length."""
    number = 0
    for stamp, duration in frames:
        yield stamp - number, number, duration
        number += duration


def _fall(levels: Sequence[int]) -> int:
    """By how much one of them is below the one before it, at most."""
    return max((before - after for before, after in itertools.pairwise(levels)), default=0)


def _level(late: int, behind: Iterable[tuple[int, int, int]], limit: float) -> int:
    """How late a frame and those behind it are, up to the next that jumps ahead."""
    import statistics

    levels = [late]
    for other, *_ in behind:
        if other - levels[-1] > limit:
            break
        levels.append(other)
    return round(statistics.median(levels))
