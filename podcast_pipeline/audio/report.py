"""loudness.json: what was measured on the published files, decoded to their ends."""

from __future__ import annotations

from dataclasses import dataclass

from podcast_pipeline.artefact import Artefact


@dataclass(frozen=True)
class FormReport:
    """One published file: loudness after EBU R 128, true peak after ITU-R BS.1770, and how it came to them."""

    target: float
    """LUFS."""
    integrated: float
    """LUFS."""
    error: float
    """LU: measured less target."""
    true_peak: float
    """dBTP."""
    true_peak_limit: float
    """dBTP."""
    range: float
    """LU: the loudness range of EBU Tech 3342."""
    max_short_term: float
    """LUFS: the loudest 3 s."""
    programme: float
    """LUFS of the programme before gain and limiter."""
    gain: float
    """dB."""
    limiter: float
    """LU that the limiter takes."""
    ceiling: float
    """dBTP that the limiter lets through, before the codec."""
    codec_correction: float
    """dB: what the codec adds to peaks, taken off before."""
    rounds: int
    """How often it was encoded until it met its target."""
    sample_rate: int
    """Hz."""
    channels: int
    bitrate: int
    """kbit/s."""
    samples: int
    """Frames that come out of a decoder, at `sample_rate`."""
    duration: int
    """ms."""


@dataclass(frozen=True)
class _Version:
    v: int


@dataclass(frozen=True)
class LoudnessReport(FormReport, _Version):
    """The MP3, each other form by its name, and what encoded them."""

    formats: dict[str, FormReport]
    ffmpeg: dict[str, str]
    """Version and origin."""
    lameenc: str
    """Version."""


LOUDNESS = Artefact("loudness.json", LoudnessReport)
