"""Which sound of its file a track is. The preflight decides it once; whoever reads the track is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

CLOCKS = ("stamps", "samples")
"""Whose time a track keeps: that of its file's time stamps, or that of its samples, as if none were missing."""


HIGHEST = 2.0**32
"""Of full scale: no sample of a sound is so high, be it of whole numbers that were written as floating point."""
_LAYOUTS = {1: "mono", 2: "stereo"}


class Gap(NamedTuple):
    """Time without sound: `samples` of silence belong before sample `at` of what the file holds."""

    at: int
    samples: int


@dataclass(frozen=True, slots=True)
class Sound:
    """All channels of a file as they are, one sample after the other, where nothing else is said."""

    side: str = ""
    """left, right or a number from 1 on: this channel alone."""
    turned: bool = False
    """The right channel has the opposite polarity: it is turned round before anything is made of both."""
    gaps: tuple[Gap, ...] = ()
    """In order, at `per_second` samples."""
    per_second: int = 0
    stream: int = 0
    """Which of the sounds of the file, from 1 on; 0: the first."""
    offsets: tuple[float, ...] = ()
    """What each channel of the file (or `side` alone) is off zero (DC), which is taken off it; (): none."""
    later: float = 0.0
    """ms by which it begins later than the episode's clock; below 0: so much of its beginning lies before."""
    drift: float = 0.0
    """ppm by which its own clock is slow: of a second of it, 1 + drift / 10^6 have passed on the episode's clock."""

    damaged: bool = False
    """What is not whole in its file is left out of it, as a person said; `gaps` tell where that was."""
    unreal: bool = False
    """Some of its samples are no numbers (NaN or infinite, or above HIGHEST): they are silence."""
    folded: int = 0
    """So many channels (more than two) are heard as one microphone, all equally loud, as each may be somebody's: FFmpeg
    takes them for loudspeakers of a cinema, and leaves out the fourth and those above the seats. 0: it is not."""

    def channels(self, recorded: int) -> int:
        """How many channels it has, of a file that has `recorded`."""
        return 1 if self.side or self.folded else recorded

    def filters(self, width: int) -> tuple[str, ...]:
        """What takes it out of the file, as FFmpeg filters, for a reader of `width` channels."""
        taken = "|".join(f"val({number})-({offset:.6f})" for number, offset in enumerate(self.offsets))
        # The layout is named, as FFmpeg would leave out a channel where one is asked for behind it.
        before = (f"aeval={taken}:c={_LAYOUTS[len(self.offsets)]}",) if taken else ()
        if self.unreal:
            before = (f"aeval=if(lt(abs(val(ch))\\,{HIGHEST:.0f})\\,val(ch)\\,0):c=same", *before)
        if self.folded:
            # As floating point: whole numbers lose their lowest bits.
            equal = "+".join(f"{1 / self.folded:.6f}*c{number}" for number in range(self.folded))
            before = ("aformat=sample_fmts=fltp", f"pan=mono|c0={equal}", *before)
        if self.side:
            number = int(self.side) - 1 if self.side.isdigit() else ("left", "right").index(self.side)
            alone = f"pan=mono|c0=c{number}"
            return (alone, *before) if len(self.offsets) == 1 else (*before, alone)
        if self.turned:
            return (*before, "pan=mono|c0=0.5*c0-0.5*c1" if width == 1 else "pan=stereo|c0=c0|c1=-1*c1")
        return before

    @property
    def moved(self) -> bool:
        """Whether it is laid onto another clock than its own."""
        return bool(self.later or self.drift)

    def placed(self, sample: int, rate: int) -> int:
        """Where a sample of it stands on the episode's clock, both counted at `rate`."""
        return round(sample * (1 + self.drift / 1e6) + self.later * rate / 1000)

    def silences(self, rate: int) -> Iterator[tuple[int, int]]:
        """Start and end of every gap on the track's own clock, in samples at `rate` (0: as many as the file has).

        Each is rounded by itself: that of many gaps does not add up.
        """
        rate, before = rate or self.per_second, 0
        for at, samples in self.gaps:
            start, before = at + before, before + samples
            first, last = (round(edge * rate / self.per_second) for edge in (start, start + samples))
            if first < last:
                yield first, last


WHOLE = Sound()
