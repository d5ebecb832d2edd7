"""The filters that clean and level one track, as FFmpeg filter text. All of them have a delay of zero samples.

Order: gain, high-pass, gate, leveller, pan, offset. How loud each voice is gets settled here, before the sum, because a
loudness target is only met reliably on material that is already even.
"""

from __future__ import annotations

import math

from podcast_pipeline.model.audio import AudioSettings, Track

REFERENCE = -23.0
"""LUFS: the level for which the thresholds below hold. Each track is brought there before it is levelled."""

_GATE = 10 ** (-44.4 / 20)
"""Amplitude at the reference level: 21 dB below speech. The gate turns down by at most 20 dB, never to silence."""
_PAUSE = 0.012
"""Amplitude at the reference level below which nothing is raised: pauses stay pauses."""
SPREAD = 0.2
"""How far apart tracks are placed where nobody says otherwise: 20 % to either side."""


def track_filters(track: Track, settings: AudioSettings, loudness: float, channels: int, pan: float) -> str:
    """The chain for one track, measured at `loudness` LUFS, with so many `channels`, placed at `pan` (-1 to 1)."""
    width = 1 if settings.channels == 1 else min(channels, 2)
    lift = 0.0 if settings.level == "none" else REFERENCE - loudness
    # Thresholds follow the level at which the track arrives, or a quiet voice would be gated away.
    arrives = 10 ** ((loudness + track.gain + lift - REFERENCE) / 20)
    steps = [
        f"aresample={settings.sample_rate}:resampler=soxr",
        f"aformat=sample_fmts=fltp:channel_layouts={'mono' if width == 1 else 'stereo'}",
        f"volume={track.gain + lift:.3f}dB:precision=float",
        *_highpass(settings),
        *_gate(settings, arrives),
        *_leveller(settings, arrives),
        *_pan(settings, width, pan),
        *_delay(offset(track, settings)),
    ]
    return ",".join(steps)


def _highpass(settings: AudioSettings) -> list[str]:
    return [f"highpass=f={settings.highpass}:poles=2"] if settings.highpass else []


def _gate(settings: AudioSettings, arrives: float) -> list[str]:
    if not settings.gate:
        return []
    threshold = min(1.0, max(1e-5, _GATE * arrives))
    return [f"agate=threshold={threshold:.6f}:range=0.1:ratio=3:attack=5:release=250"]


def _leveller(settings: AudioSettings, arrives: float) -> list[str]:
    if settings.level == "dynaudnorm":
        return [f"dynaudnorm=f=300:g=15:p=0.9:m=15:r=0.12:s=8:t={_PAUSE * arrives:.6f}"]
    if settings.level == "speechnorm":
        return ["speechnorm=e=8:c=2:r=0.0005:f=0.001:l=1:m=0.12"]
    return []


def _pan(settings: AudioSettings, width: int, pan: float) -> list[str]:
    """Constant power: left and right are cosine and sine, so that a voice is as loud anywhere between them."""
    if settings.channels == 1:
        return []
    angle = (pan + 1) * math.pi / 4
    left, right = math.cos(angle), math.sin(angle)
    if width == 1:
        return [f"pan=stereo|c0={left:.6f}*c0|c1={right:.6f}*c0"]
    return [f"pan=stereo|c0={left * math.sqrt(2):.6f}*c0|c1={right * math.sqrt(2):.6f}*c1"] if pan else []


def offset(track: Track, settings: AudioSettings) -> int:
    """By how many samples of the programme the track starts later."""
    return track.offset * settings.sample_rate // 1000


def _delay(samples: int) -> list[str]:
    return [f"adelay=delays={samples}S:all=1"] if samples else []


def place(track: Track, index: int, count: int, channels: int) -> float:
    """Where track `index` of `count` sits: its own pan, else spread evenly; a stereo recording keeps its own image."""
    if track.pan is not None:
        return track.pan
    if count == 1 or channels > 1:
        return 0.0
    return SPREAD * (2 * index / (count - 1) - 1)
