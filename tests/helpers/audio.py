"""Sound for tests, made on the fly and the same every time: voices, hum, noise, bleed; and independent meters."""

from __future__ import annotations

import functools
import subprocess
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from podcast_pipeline import ffmpeg

Samples = NDArray[np.float64]
RATE = 48000


def db(value: float) -> float:
    """dB as an amplitude factor."""
    return float(10 ** (value / 20))


def sine(seconds: float, hz: float = 997.0, level: float = -20.0, rate: int = RATE) -> Samples:
    """A sine whose peak is at `level` dBFS."""
    return db(level) * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)


def noise(seconds: float, level: float = -50.0, seed: int = 1, rate: int = RATE) -> Samples:
    """White noise with an RMS of `level` dBFS."""
    return db(level) * np.random.default_rng(seed).standard_normal(round(seconds * rate))


def hum(seconds: float, hz: float = 50.0, level: float = -40.0, rate: int = RATE) -> Samples:
    """Mains hum: a fundamental and three harmonics, each weaker than the one before."""
    return sum((sine(seconds, hz * k, level - 6 * (k - 1), rate) for k in (1, 2, 3, 4)), start=np.zeros(1))


def talking(seconds: float, turns: tuple[tuple[float, float], ...], seed: int = 1, rate: int = RATE) -> Samples:
    """Syllables: up to 1.0 inside the `turns` (start, end in seconds) of a speaker, 0.0 in pauses and elsewhere."""
    random, shape = np.random.default_rng(seed), np.zeros(round(seconds * rate))
    for start, end in turns:
        at = start
        while at < end:
            length = random.uniform(0.12, 0.26)
            first, last = round(at * rate), min(round(min(at + length, end) * rate), len(shape))
            if last > first:
                shape[first:last] = np.hanning(last - first) * random.uniform(0.5, 1.0)
            at += length + (random.uniform(0.3, 0.6) if random.random() < 0.12 else 0.02)
    return shape


def voice(
    seconds: float,
    turns: tuple[tuple[float, float], ...] | None = None,
    *,
    pitch: float = 120.0,
    level: float = -20.0,
    seed: int = 1,
    rate: int = RATE,
) -> Samples:
    """Something with the spectrum and rhythm of speech: harmonics of a wandering pitch, breath, syllables, pauses.

    `level` is the RMS in dBFS while it talks.
    """
    return _voice(seconds, turns or ((0.5, seconds - 0.5),), pitch, level, seed, rate).copy()


_STEPS = 1 << 16
"""Of a period in a table, with straight lines between them: exact to 16 bits."""


@functools.lru_cache(maxsize=8)
def _period(pitch: float) -> Samples:
    """The sum of sin(2 pi k n / _STEPS) / (1 + ((k pitch - 500) / 900)^2) over the harmonics k below 4 kHz.

    For n from 0 to _STEPS.
    """
    k = np.arange(1, int(4000 / pitch))
    spectrum = np.zeros(_STEPS // 2 + 1, complex)
    spectrum[k] = -0.5j * _STEPS / (1 + ((k * pitch - 500) / 900) ** 2)
    period = np.fft.irfft(spectrum, _STEPS)
    return np.append(period, period[0])


@functools.lru_cache(maxsize=8)  # many tests ask for the same
def _voice(
    seconds: float, turns: tuple[tuple[float, float], ...], pitch: float, level: float, seed: int, rate: int
) -> Samples:
    count = round(seconds * rate)
    time = np.arange(count) / rate
    periods = np.cumsum(pitch * (1 + 0.15 * np.sin(2 * np.pi * 0.7 * time + seed))) / rate
    period, (part, whole) = _period(pitch), np.modf(periods % 1 * _STEPS)
    place = whole.astype(np.int64)
    tone = period[place] + part * (period[place + 1] - period[place])
    breath = np.diff(np.random.default_rng(seed).standard_normal(count + 1)) * 0.03
    sound: Samples = (tone / np.std(tone) + breath) * talking(seconds, turns, seed, rate)
    loud = sound[np.abs(sound) > 1e-4]
    made: Samples = sound * db(level) / float(np.sqrt(np.mean(np.square(loud))))
    return made


def conversation(seconds: float = 30.0, rate: int = RATE) -> tuple[Samples, Samples]:
    """Two microphones in one room that need work: 18 dB apart, hum on one, noise, bleed at 12 ms, a clipped shout."""
    step = 5.0
    turns = [(at, min(at + step, seconds) - 0.3) for at in np.arange(0.3, seconds - 1, step)]
    host = voice(seconds, tuple(turns[0::2]), pitch=110, level=-14, seed=3, rate=rate)
    guest = voice(seconds, tuple(turns[1::2]), pitch=200, level=-32, seed=4, rate=rate)
    shout = slice(round(1.0 * rate), round(3.0 * rate))
    host[shout] *= db(18)
    delay = round(0.012 * rate)
    one = host + noise(seconds, -60, 5, rate)
    two = guest + np.roll(host, delay) * db(-28) + hum(seconds, 50, -52, rate) + noise(seconds, -62, 6, rate)
    return np.clip(one, -1, 1), np.clip(two, -1, 1)


def write_wav(path: Path, samples: Samples, rate: int = RATE, bits: int = 16) -> Path:
    """Write a PCM WAV of 16 or 24 bits; `samples` has shape (n,) or (n, channels)."""
    frames = samples if samples.ndim == 2 else samples[:, None]
    whole = np.round(np.clip(frames, -1, 1) * (2 ** (bits - 1) - 1)).astype("<i4")
    data = whole.astype("<i4").view(np.uint8).reshape(-1, 4)[:, : bits // 8].tobytes()
    with wave.open(str(path), "wb") as stream:
        stream.setnchannels(frames.shape[1])
        stream.setsampwidth(bits // 8)
        stream.setframerate(rate)
        stream.writeframes(data)
    return path


def convert(source: Path, target: Path, *arguments: str) -> Path:
    """Make `target`, in the format of its suffix, with the bundled FFmpeg."""
    argv = [ffmpeg.binary().path, "-nostdin", "-v", "error", "-y", "-i", str(source), *arguments, str(target)]
    subprocess.run(argv, check=True)
    return target


def decode(path: Path, channels: int, rate: int = RATE) -> Samples:
    """The samples of any file, by a plain FFmpeg call: shape (n, channels)."""
    argv = [
        ffmpeg.binary().path, "-nostdin", "-v", "error", "-i", str(path), "-map", "0:a:0",
        "-ac", str(channels), "-ar", str(rate), "-f", "f64le", "-",
    ]  # fmt: skip
    output = subprocess.run(argv, check=True, stdout=subprocess.PIPE).stdout
    return np.frombuffer(output, dtype="<f8").reshape(-1, channels)


def integrated(samples: Samples, rate: int = RATE) -> float:
    """Integrated loudness in LUFS by pyloudnorm, a meter that shares nothing with FFmpeg."""
    import pyloudnorm

    return float(pyloudnorm.Meter(rate).integrated_loudness(samples))


def true_peak(samples: Samples) -> float:
    """True peak in dBTP: the highest sample after 4 x oversampling."""
    from scipy.signal import resample_poly

    return float(20 * np.log10(np.abs(resample_poly(samples, 4, 1, axis=0)).max()))


def metered(samples: Samples, rate: int = RATE) -> tuple[float, float]:
    """LUFS and dBTP by the FFmpeg program's `ebur128`: not our build of it, not our peak meter."""
    samples = samples.reshape(len(samples), -1)
    argv = [
        ffmpeg.binary().path, "-v", "error", "-f", "f64le", "-ar", str(rate), "-ac", str(samples.shape[1]),
        "-i", "pipe:0", "-af", "ebur128=peak=true:metadata=1:framelog=quiet,ametadata=print:file=-", "-f", "null", "-",
    ]  # fmt: skip
    told = subprocess.run(argv, input=samples.astype("<f8").tobytes(), check=True, stdout=subprocess.PIPE).stdout
    last = dict(line.split("=") for line in told.decode().splitlines() if line.startswith("lavfi.r128."))
    return float(last["lavfi.r128.I"]), float(20 * np.log10(float(last["lavfi.r128.true_peak"])))


def within_limits(decoded: Samples, target: float, limit: float = -1.0, rate: int = RATE) -> None:
    """Within 0.2 LU of the target and at or below the limit, by the worse of two meters each."""
    loudness, peak = metered(decoded, rate)
    errors = [abs(one - target) for one in (integrated(decoded, rate), loudness)]
    assert max(errors) <= 0.2, errors
    peaks = true_peak(decoded), peak
    assert max(peaks) <= limit, peaks


def lag(one: Samples, other: Samples, most: int = 4800) -> int:
    """By how many samples `other` comes later than `one`: the peak of their correlation within +-`most`."""
    size = 1 << (len(one) + len(other)).bit_length()
    product = np.fft.irfft(np.conj(np.fft.rfft(one, size)) * np.fft.rfft(other, size), size)
    near = np.concatenate((product[-most:], product[: most + 1]))
    return int(np.argmax(np.abs(near))) - most
