"""Which sound of its file a track is. The preflight decides it once; whoever reads the track is told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sound:
    """All channels of a file as they are, where nothing else is said."""

    side: str = ""
    """left or right: this channel alone."""
    turned: bool = False
    """The right channel has the opposite polarity: it is turned round before anything is made of both."""

    def filters(self, width: int) -> tuple[str, ...]:
        """What takes it out of the file, as FFmpeg filters, for a reader of `width` channels."""
        if self.side:
            return (f"pan=mono|c0=c{('left', 'right').index(self.side)}",)
        if self.turned:
            return ("pan=mono|c0=0.5*c0-0.5*c1" if width == 1 else "pan=stereo|c0=c0|c1=-1*c1",)
        return ()


WHOLE = Sound()
