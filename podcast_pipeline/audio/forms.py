"""The forms in which an episode is encoded: how, and what each is known to do to level and peaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from podcast_pipeline.model.audio import AudioSettings


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec in its container. `headroom` (dB from the true-peak limit down to the limiter's first ceiling) and `loss`
    (dB that coding takes away) are where the rounds begin; the decoded file decides."""

    arguments: tuple[str, ...]
    muxer: tuple[str, ...]
    headroom: float
    loss: float
    rate: int | None = None
    """Samples per second, where the codec knows only one."""
    stereo: int = 0
    """kbit/s for two channels; 0: the settings say."""
    mono: int = 0
    codecs: str = ""
    """RFC 6381, for players that choose by it."""
    lame: bool = False
    """Not by FFmpeg: encoded by LAME, on all cores (see `chunks`)."""

    def kbps(self, settings: AudioSettings) -> int:
        own = self.stereo if settings.channels == 2 else self.mono
        return own or settings.kbps

    def sample_rate(self, settings: AudioSettings) -> int:
        return self.rate or settings.sample_rate


FORMS: Mapping[str, Encoding] = {
    # LAME takes 0.4 to 0.5 dB away (measured; stereo and mono).
    "mp3": Encoding((), (), 1.8, 0.445, lame=True),
    "m4a": Encoding(
        ("-c:a", "aac"), ("-movflags", "+faststart", "-f", "ipod"), 2.5, 0.05, stereo=96, mono=64, codecs="mp4a.40.2"
    ),
    "opus": Encoding(
        ("-c:a", "libopus", "-vbr", "on"), ("-f", "opus"), 2.0, 0.05, rate=48000, stereo=64, mono=48, codecs="opus"
    ),
}
