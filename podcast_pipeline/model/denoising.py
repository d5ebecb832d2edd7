"""What noise reduction does to each track, and what it was found to cost: decided by the stage denoise, done by mix."""

from __future__ import annotations

from dataclasses import dataclass, field

from podcast_pipeline.artefact import Artefact
from podcast_pipeline.codec import SPARSE
from podcast_pipeline.model.finding import Finding


@dataclass(frozen=True, slots=True)
class DenoisedTrack:
    """One track for which it was asked, by name."""

    file: str
    asked: str
    """auto, or the dB."""
    ratio: float
    """dB of its speech above its noise, as the preflight says (`Scan.snr`)."""
    reduction: float
    """dB by which its noise goes down at most; 0: it stays as it is."""
    seconds: float = 0.0
    """Of its speech that were recognised again, without it and with it."""
    compared: int = 0
    """Critical words that were recognised in these without it."""
    lost: tuple[str, ...] = ()
    """Those of them that were not recognised with it, nor a second time, as they are compared: it is halved, or off."""
    quality: tuple[float, float] | None = field(default=None, metadata=SPARSE)
    """How good its speech sounds without it and with it, by DNSMOS (1 to 5); None where that is not installed."""


@dataclass(frozen=True, slots=True)
class Denoising:
    """The content of denoise.json: tracks in their order, those alone for which it was asked."""

    v: int
    tracks: tuple[DenoisedTrack, ...]
    findings: tuple[Finding, ...]
    engine: dict[str, str]
    """Its name, its version, and the digest of its model; empty where it had nothing to do."""

    def reductions(self) -> dict[str, float]:
        """dB by the name of the track."""
        return {track.file: track.reduction for track in self.tracks}


DENOISING = Artefact("denoise.json", Denoising)
