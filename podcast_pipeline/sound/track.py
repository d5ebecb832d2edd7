"""Which sound of its file a track is. The preflight decides it once; whoever reads the track is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

CLOCKS = ("stamps", "samples")
"""Whose time a track keeps: that of its file's time stamps, or that of its samples, as if none were missing."""


class Gap(NamedTuple):
    """Time without sound: `samples` of silence belong before sample `at` of what the file holds."""

    at: int
    samples: int


@dataclass(frozen=True, slots=True)
class Sound:
    """All channels of a file as they are, one sample after the other, where nothing else is said."""

    side: str = ""
    """left or right: this channel alone."""
    turned: bool = False
    """The right channel has the opposite polarity: it is turned round before anything is made of both."""
    gaps: tuple[Gap, ...] = ()
    """In order, at `per_second` samples."""
    per_second: int = 0

    def filters(self, width: int) -> tuple[str, ...]:
        """What takes it out of the file, as FFmpeg filters, for a reader of `width` channels."""
        if self.side:
            return (f"pan=mono|c0=c{('left', 'right').index(self.side)}",)
        if self.turned:
            return ("pan=mono|c0=0.5*c0-0.5*c1" if width == 1 else "pan=stereo|c0=c0|c1=-1*c1",)
        return ()

    def silences(self, rate: int) -> Iterator[tuple[int, int]]:
        """Start and end of every gap on the track's clock, in samples at `rate` (0: as many as the file has).

        Each is rounded by itself: that of many gaps does not add up.
        """
        rate, before = rate or self.per_second, 0
        for at, samples in self.gaps:
            start, before = at + before, before + samples
            first, last = (round(edge * rate / self.per_second) for edge in (start, start + samples))
            if first < last:
                yield first, last


WHOLE = Sound()
