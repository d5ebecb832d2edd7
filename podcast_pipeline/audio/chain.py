"""What cleans one track, as FFmpeg filter text: with a delay of zero samples, all together. And where it is placed.

Order: gain, high-pass, hum notches. Then its gain is ridden (see `gain_rider`): crosstalk, gate, leveller; and what is
still noisy at that level is denoised (see `denoiser`).
How loud each voice is gets settled before the sum, because a target is only met reliably on what is already even.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from podcast_pipeline.audio.hum import notched
from podcast_pipeline.audio.sounding import noisy, rumbles
from podcast_pipeline.audio.track_report import TrackReport
from podcast_pipeline.model.audio import AudioSettings, Track

REFERENCE = -23.0
"""LUFS: where each voice is brought, so that all are equally loud."""
_NOTCH = 60
"""Quality of a notch: its width is a sixtieth of its frequency."""
_REDUCTION = 12.0
"""dB that noise is reduced by where nobody says how much: no frame of speech is lost at that (measured)."""
RUMBLE_HZ = 60
"""The edge of the high-pass against rumble."""
SPREAD = 0.2
"""How far apart tracks are placed where nobody says otherwise: 20 % to either side."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What is done to one track: the show's and episode's settings, with the track's own over them."""

    highpass: int | None
    hum: bool
    denoise: str
    gate: bool
    crosstalk: str
    level: str

    @staticmethod
    def of(track: Track, settings: AudioSettings) -> Steps:
        names = ("highpass", "hum", "denoise", "gate", "crosstalk", "level")
        own = {name: getattr(track, name) for name in names}
        return Steps(**{name: getattr(settings, name) if own[name] is None else own[name] for name in names})


def filters(track: Track, settings: AudioSettings, report: TrackReport) -> tuple[str, ...]:
    """The chain for one track (behind what takes it out of its file), from what the preflight found."""
    steps = Steps.of(track, settings)
    loudness, rate = report.heard.integrated, settings.sample_rate
    raised = track.gain + (0.0 if steps.level == "none" else REFERENCE - loudness)
    count = width(report, settings)
    return (
        *_folded(report, count),
        f"aresample={rate}:resampler=soxr",
        f"aformat=sample_fmts=fltp:channel_layouts={'mono' if count == 1 else 'stereo'}",
        f"volume={raised:.3f}dB:precision=float",
        *_highpass(report, steps.highpass),
        *(_notches(report) if steps.hum else []),
        *_delay(offset(track, settings)),
    )


def width(report: TrackReport, settings: AudioSettings) -> int:
    """How many channels a track has in the mix."""
    return 1 if settings.channels == 1 else min(channels(report), 2)


def channels(report: TrackReport) -> int:
    """How many channels of a recording are used."""
    return report.sound.channels(report.source.channels)


def _folded(report: TrackReport, width: int) -> list[str]:
    """Both channels of a stereo recording in one, as loud as it is in each: by itself FFmpeg makes it 3 dB louder."""
    both = not (report.sound.side or report.sound.turned) and report.source.channels == 2
    return ["pan=mono|c0=0.5*c0+0.5*c1"] if both and width == 1 else []


def _highpass(report: TrackReport, hz: int | None) -> list[str]:
    """Where nobody says otherwise only against rumble: else it takes from deep voices and gives nothing (by PESQ)."""
    if hz is None:
        hz = RUMBLE_HZ if rumbles(report.heard) else 0
    return [f"highpass=f={hz}:poles=2"] if hz else []


def _notches(report: TrackReport) -> list[str]:
    """Double precision, as so narrow a filter so far below the sample rate drifts in single."""
    return [f"bandreject=f={line}:width_type=q:width={_NOTCH}:precision=f64" for line in notched(report.heard.hum)]


def reduction(steps: Steps, report: TrackReport) -> float:
    """dB by which the noise of a track is reduced at most; 0: not at all."""
    if steps.denoise == "auto":
        return _REDUCTION if noisy(report.heard) else 0.0
    return 0.0 if steps.denoise == "off" else float(steps.denoise)


def places(settings: AudioSettings, report: TrackReport, pan: float) -> list[float]:
    """The factor of each channel of the mix for a track at `pan` (-1 to 1), which has one channel or as many.

    Constant power: left and right are cosine and sine, so that a voice is as loud anywhere between them.
    """
    if settings.channels == 1:
        return [1.0]
    angle = (pan + 1) * math.pi / 4
    full = 1.0 if width(report, settings) == 1 else math.sqrt(2)
    return [full * math.cos(angle), full * math.sin(angle)]


def offset(track: Track, settings: AudioSettings) -> int:
    """By how many samples of the programme the track starts later."""
    return track.offset * settings.sample_rate // 1000


def _delay(samples: int) -> list[str]:
    return [f"adelay=delays={samples}S:all=1"] if samples else []


def place(track: Track, index: int, count: int, channels: int) -> float:
    """Where a track of person `index` of `count` sits: its own pan, else spread evenly; a stereo recording keeps its
    own image."""
    if track.pan is not None:
        return track.pan
    if count == 1 or channels > 1:
        return 0.0
    return SPREAD * (2 * index / (count - 1) - 1)
