"""The filters that clean and level one track, as FFmpeg filter text. All of them together have a delay of zero samples.

Order: gain, high-pass, hum notches, noise reduction, crosstalk, gate, leveller, pan, offset. How loud each voice is
gets settled here, before the sum, because a loudness target is only met reliably on material that is already even.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from podcast_pipeline import ffmpeg
from podcast_pipeline.audio.findings import TrackReport, rumbles
from podcast_pipeline.audio.hum import notched
from podcast_pipeline.model.audio import AudioSettings, Track

REFERENCE = -23.0
"""LUFS: the level for which the thresholds below hold. Each track is brought there before it is levelled."""

_GATE = (-30.0, -24.0)
"""dB below speech between which the gate's threshold follows the noise: higher ones eat soft consonants (by STOI).
The gate turns down by at most 20 dB, never to silence."""
_ABOVE_NOISE = 11.0
"""dB."""
_PAUSE = 0.012
"""Amplitude at the reference level below which nothing is raised: pauses stay pauses."""
_NOTCH = 60
"""Quality of a notch: its width is a sixtieth of its frequency."""
_DENOISE = 12
"""dB that noise between and under words is reduced by."""
_DENOISE_DELAY = 0.025
"""Seconds that FFmpeg's `afftdn` delays by (whole samples, rounded down); its output is as long as its input."""
RUMBLE_HZ = 60
"""The edge of the high-pass against rumble."""
SPREAD = 0.2
"""How far apart tracks are placed where nobody says otherwise: 20 % to either side."""
MONO = ("left", "right", "same")
"""Oddities of a stereo file that make it one microphone."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What is done to one track: the show's and episode's settings, with the track's own over them."""

    highpass: int | None
    hum: bool
    denoise: bool
    gate: bool
    crosstalk: str
    level: str

    @staticmethod
    def of(track: Track, settings: AudioSettings) -> Steps:
        names = ("highpass", "hum", "denoise", "gate", "crosstalk", "level")
        own = {name: getattr(track, name) for name in names}
        return Steps(**{name: getattr(settings, name) if own[name] is None else own[name] for name in names})


def track_filters(track: Track, settings: AudioSettings, found: TrackReport, pan: float, curve: str = "") -> str:
    """The chain for one track, from what the preflight found, placed at `pan` (-1 to 1).

    `curve` is the label of a stream of gains (one channel, CURVE_RATE per second) that the track is multiplied by.
    """
    steps = Steps.of(track, settings)
    loudness, rate = found.heard.integrated, settings.sample_rate
    width = 1 if settings.channels == 1 else min(channels(found), 2)
    lift = 0.0 if steps.level == "none" else REFERENCE - loudness
    # Thresholds follow the level at which the track arrives, or a quiet voice would be gated away.
    arrives = 10 ** ((loudness + track.gain + lift - REFERENCE) / 20)
    before = [
        *(ffmpeg.one_side(track.channel) or _sides(found, width)),
        f"aresample={rate}:resampler=soxr",
        f"aformat=sample_fmts=fltp:channel_layouts={'mono' if width == 1 else 'stereo'}",
        f"volume={track.gain + lift:.3f}dB:precision=float",
        *_highpass(found, steps.highpass),
        *(_notches(found) if steps.hum else []),
        *(_denoise(found.heard.noise_floor + track.gain + lift, rate) if steps.denoise else []),
    ]
    behind = [
        *(_gate(found.heard.noise_floor - loudness, arrives) if steps.gate else []),
        *_leveller(steps.level, arrives),
        *_pan(settings, width, pan),
        *_delay(offset(track, settings)),
    ]
    if not curve:
        return ",".join((*before, *behind))
    # The curve ends after the track: multiplying ends with the shorter one.
    shape = "mono|c0=c0" if width == 1 else "stereo|c0=c0|c1=c0"
    gains = f"[{curve}]aresample={rate}:resampler=soxr,pan={shape},aformat=sample_fmts=fltp"
    return f"{','.join(before)}[{curve}t];{gains}[{curve}g];[{curve}t][{curve}g]{','.join(('amultiply', *behind))}"


def channels(found: TrackReport) -> int:
    """How many channels of a recording are used."""
    return 1 if found.channel or found.heard.channels in MONO else found.source.channels


def _sides(found: TrackReport, width: int) -> list[str]:
    """Which channels of a stereo recording are used, for a track of `width` channels."""
    match found.heard.channels:
        case "left" | "same":
            return ["pan=mono|c0=c0"]
        case "right":
            return ["pan=mono|c0=c1"]
    if found.source.channels != 2:
        return []
    sign = "-" if found.heard.channels == "opposite" else "+"
    # The middle of both as loud as it is in each of them: by itself FFmpeg makes it 3 dB louder.
    if width == 1:
        return [f"pan=mono|c0=0.5*c0{sign}0.5*c1"]
    return ["pan=stereo|c0=c0|c1=-1*c1"] if sign == "-" else []


def _highpass(found: TrackReport, hz: int | None) -> list[str]:
    """Where nobody says otherwise only against rumble: else it takes from deep voices and gives nothing (by PESQ)."""
    if hz is None:
        hz = RUMBLE_HZ if rumbles(found.heard) else 0
    return [f"highpass=f={hz}:poles=2"] if hz else []


def _notches(found: TrackReport) -> list[str]:
    """Double precision, as so narrow a filter so far below the sample rate drifts in single."""
    return [f"bandreject=f={line}:width_type=q:width={_NOTCH}:precision=f64" for line in notched(found.heard.hum)]


def _denoise(floor: float, rate: int) -> list[str]:
    delay = int(_DENOISE_DELAY * rate)
    # What the filter delays would be missing at the end: it gets as much silence to push it out.
    return [
        f"apad=pad_len={delay}",
        f"afftdn=noise_reduction={_DENOISE}:noise_floor={min(-20.0, max(-80.0, floor)):.1f}",
        f"atrim=start_sample={delay}",
        "asetpts=PTS-STARTPTS",
    ]


def _gate(noise: float, arrives: float) -> list[str]:
    """`noise` in dB below the loudness of the track."""
    below = min(_GATE[1], max(_GATE[0], noise + _ABOVE_NOISE))
    threshold = min(1.0, max(1e-5, 10 ** ((REFERENCE + below) / 20) * arrives))
    return [f"agate=threshold={threshold:.6f}:range=0.1:ratio=3:attack=5:release=250"]


def _leveller(level: str, arrives: float) -> list[str]:
    if level == "dynaudnorm":
        return [f"dynaudnorm=f=300:g=15:p=0.9:m=15:r=0.12:s=8:t={_PAUSE * arrives:.6f}"]
    if level == "speechnorm":
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
