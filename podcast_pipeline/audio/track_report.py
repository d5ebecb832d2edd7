"""What the preflight knows of one track: what its file says, what is heard of it, and where it lies in time."""

from __future__ import annotations

from dataclasses import dataclass

from podcast_pipeline.audio.scan import Scan
from podcast_pipeline.audio.source import Source
from podcast_pipeline.audio.sync import ClockLine
from podcast_pipeline.model.audio import side
from podcast_pipeline.sound.stamps import Stamps
from podcast_pipeline.sound.track import Sound


def folded(source: Source, channel: str) -> int:
    """Of how many channels a track is made one, where nobody named one of more than two; 0: of none."""
    return source.channels if source.channels > 2 and not channel else 0


@dataclass(frozen=True, slots=True)
class TrackReport:
    """What was found out about one track: what its file says, and what was heard."""

    file: str
    person: str
    source: Source
    heard: Scan
    channel: str = ""
    stamps: Stamps = Stamps()
    stream: int = 0
    """Which of the sounds of its file, from 1 on; 0: the first."""
    unused: tuple[str, ...] = ()
    """What else has sound in its file, and is in no track: streams, or channels of this one."""
    clock: str = "stamps"
    """Whose time it keeps, see `sound.track.CLOCKS`; where nothing is missing both are the same."""
    damaged: bool = False
    """What of its file is not whole is left out, as its [[track]] says."""
    line: ClockLine | None = None
    """Where it lies on the clock of the episode, where that was found; its sound is laid there if it is off."""
    unlaid: ClockLine | None = None
    """The same of one that stays as it is, as the episode has times that may have been made so."""
    offset: int = 0
    """ms by which it begins later than the episode, as its [[track]] says."""
    bent: ClockLine | None = None
    """The same of one whose clock is no straight line: it stays as it is, and no time can be moved by it."""
    unplaced: float | None = None
    """Of one that was looked for on that clock and not found: the share of its speech during which the other one has
    speech, too (see `alignment.at_once`)."""

    @property
    def name(self) -> str:
        """The track's name (see Track)."""
        return side(self.file, self.channel, self.stream)

    @property
    def missing(self) -> tuple[tuple[int, int], ...]:
        """From when to when (ms of the episode's recording) silence stands for what is missing in its file."""
        rate, later = self.source.rate, self.offset
        sound = self.sound
        edges = ((sound.placed(first, rate), sound.placed(last, rate)) for first, last in sound.silences(rate))
        return tuple((first * 1000 // rate + later, -(-last * 1000 // rate) + later) for first, last in edges)

    @property
    def sound(self) -> Sound:
        """Which sound of the file the track is: what a person said, else what was heard."""
        alone = "left" if self.heard.channels == "same" else self.heard.channels
        gaps = self.stamps.gaps if self.clock == "stamps" else ()
        which = self.channel or (alone if alone in ("left", "right") else "")
        moved = self.line is not None and self.line.off
        later, drift = (self.line.offset, self.line.drift) if self.line is not None and moved else (0.0, 0.0)
        rate = self.source.rate if gaps or moved else 0
        return Sound(
            which,
            alone == "opposite",
            gaps,
            rate,
            self.stream or self.source.default,
            self.heard.offsets,
            later,
            drift,
            self.damaged,
            self.heard.unreal.count > 0,
            folded(self.source, self.channel),
        )
