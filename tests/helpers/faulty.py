"""Recordings without a fault, and with one fault each, made from a seed: what a preflight passes, and must find.

The voices are those of the sample and of the tests; with real speech, where PODCAST_SPEECH names a folder with it.
"""

from __future__ import annotations

import functools
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from audio import RATE, Samples, convert, db, decode, noise, voice, write_wav
from numpy.random import Generator
from numpy.typing import NDArray

SECONDS = 30.0
SAMPLE = Path(__file__).resolve().parents[2] / "episodes" / "bmj-statement-demo" / "raw"


@functools.cache
def _read(path: Path) -> Samples:
    """One voice, without what lies below it, and without its first 40 s where it has more than a minute."""
    sound = decode(path, 1)[:, 0]
    sound = sound[40 * RATE :] if len(sound) > 60 * RATE else sound
    spectrum = np.fft.rfft(sound)
    spectrum[np.fft.rfftfreq(len(sound), 1 / RATE) < 190] = 0
    return np.fft.irfft(spectrum, len(sound))


def _mean(values: NDArray[Any], count: int) -> Samples:
    """Of `count` values around each."""
    summed = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    last = np.minimum(np.arange(len(values)) + count // 2, len(values))
    return np.asarray((summed[last] - summed[np.maximum(last - count, 0)]) / count)


def _voices() -> list[Path]:
    folder = os.environ.get("PODCAST_SPEECH", "")
    named = sorted(Path(folder).glob("*.flac")) if folder else []
    return [*named, *sorted(SAMPLE.glob("*.flac"))]


@functools.lru_cache(maxsize=4)
def speech(seed: int, seconds: float = SECONDS) -> Samples:
    """One person who speaks, pauses for a second or two, and speaks again; its loud parts at -20 dBFS.

    Every third voice is a generated one.
    """
    random = np.random.default_rng(seed)
    turns, at = [], random.uniform(0.3, 1.0)
    while at < seconds - 1:
        end = min(at + random.uniform(3, 7), seconds - 0.4)
        turns.append((at, end))
        at = end + random.uniform(1.0, 2.2)
    if seed % 3 == 0:
        return voice(seconds, tuple(turns), pitch=float(random.uniform(95, 230)), level=-20, seed=seed)
    files = _voices()
    sound = np.resize(np.roll(_read(files[seed % len(files)]), -int(random.integers(RATE * 20))), round(seconds * RATE))
    shape = np.zeros(len(sound))
    for start, end in turns:
        shape[round(start * RATE) : round(end * RATE)] = 1
    sound = sound * _mean(shape, RATE // 50)
    return np.asarray(sound * db(-20) / np.sqrt(np.mean(sound[shape > 0] ** 2)))


@functools.lru_cache(maxsize=4)
def _pink(seed: int, count: int) -> Samples:
    white = np.random.default_rng(seed).standard_normal(count)
    pink = np.fft.irfft(np.fft.rfft(white) / np.sqrt(np.maximum(np.fft.rfftfreq(count, 1 / RATE), 40)), count)
    return np.asarray(pink / np.std(pink) + white / 4)


def room(seed: int, seconds: float = SECONDS, level: float = -68.0) -> Samples:
    """The quiet noise of a room: mostly low, a little of everything."""
    return _pink(seed, round(seconds * RATE)) * db(level)


def _plain(seed: int, random: Generator) -> Samples:
    return speech(seed) * db(random.uniform(-8, 2)) + room(seed, level=random.uniform(-72, -58))


def _typing(seed: int, random: Generator) -> Samples:
    sound = _plain(seed, random)
    for at in np.cumsum(random.uniform(0.09, 0.5, 120)):
        click = noise(0.012, random.uniform(-40, -24), int(at * 1000)) * np.exp(-np.arange(576) / 90)
        first = round(at * RATE)
        sound[first : first + 576] += click[: max(0, len(sound) - first)]
    return sound


def _music(seed: int, random: Generator, level: float = -36.0) -> Samples:
    """Broken chords, struck again and again, under all of the voice."""
    bed, since = np.zeros(round(SECONDS * RATE)), np.arange(RATE) / RATE
    shape = np.exp(-3 * since) * np.minimum(since / 0.005, 1) * np.minimum((1 - since) / 0.1, 1)
    for at in np.arange(0, SECONDS - 1, random.uniform(0.25, 0.6)):
        hz = 110 * 2 ** (random.choice([0, 3, 5, 7, 10, 12, 15]) / 12)
        note = sum((np.sin(2 * np.pi * hz * k * since) / k for k in range(1, 7)), start=np.zeros(1))
        bed[round(at * RATE) : round(at * RATE) + RATE] += note * shape
    return _plain(seed, random) + bed / np.std(bed) * db(level)


def _quiet_room(seed: int, random: Generator) -> Samples:
    return speech(seed) * db(-10) + noise(SECONDS, -92, seed)


def _silent_end(seed: int, random: Generator) -> Samples:
    sound = _plain(seed, random)
    sound[round(random.uniform(15, 27) * RATE) :] = 0
    return sound


def _one_sample(seed: int, random: Generator) -> Samples:
    sound = _plain(seed, random)
    sound *= min(1.0, 0.95 / float(np.abs(sound).max()))
    sound[random.integers(RATE, len(sound) - RATE)] = 1.0
    return sound


def reverberant(sound: Samples, seconds: float, direct: float, seed: int) -> Samples:
    """In a room in which sound falls by 60 dB in so many seconds; `direct` is so many dB above what rings."""
    count = round(seconds * RATE)
    ring = noise(count / RATE, 0.0, seed) * 10 ** (-3 * np.arange(count) / count)
    ring[: round(0.004 * RATE)] = 0
    size = len(sound) + count
    late = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(ring, size), size)[: len(sound)]
    return np.asarray(sound + late * np.std(sound) / np.std(late) * db(-direct))


def _living_room(seed: int, random: Generator) -> Samples:
    wet = reverberant(speech(seed), random.uniform(0.2, 0.45), random.uniform(4, 10), seed)
    return wet + room(seed, level=-65)


def _laughter(seed: int, random: Generator) -> Samples:
    """Bursts of voice at five a second, louder than the speech."""
    sound, time = _plain(seed, random), np.arange(round(1.6 * RATE)) / RATE
    burst = np.maximum(0, np.sin(2 * np.pi * 5 * time)) ** 2 * np.exp(-time)
    for at in random.uniform(2, SECONDS - 3, 3):
        hz = random.uniform(220, 380)
        laugh = sum((np.sin(2 * np.pi * hz * k * time + k) / k for k in range(1, 12)), start=np.zeros(1)) * burst
        sound[round(at * RATE) : round(at * RATE) + len(laugh)] += 0.15 * laugh + burst * noise(1.6, -34, seed)
    return sound


def _two(seed: int, random: Generator) -> Samples:
    """Two people at one microphone."""
    return _plain(seed, random) + speech(seed + 1001) * db(-3)


def _limited(seed: int, random: Generator) -> Samples:
    """As a recorder's limiter leaves it: many peaks touch one level, and all are round."""
    sound = _plain(seed, random) * db(14)
    peak = np.maximum.reduceat(np.abs(sound), np.arange(0, len(sound), 240))
    held = np.maximum.reduce([np.roll(peak, k) for k in range(-3, 4)])
    gain = np.minimum(1, 0.7 / np.maximum(held, 1e-9))
    return np.asarray(sound * np.interp(np.arange(len(sound)), np.arange(len(gain)) * 240 + 120, gain))


def _call(seed: int, random: Generator) -> Samples:
    """As a meeting program leaves it: nothing at all between sentences."""
    sound = speech(seed)
    return sound * _mean(_mean(sound**2, 9600) > 1e-6, 1200)


CLEAN: dict[str, Callable[[int, Generator], Samples]] = {
    "plain": _plain,
    "typing": _typing,
    "music": _music,
    "quiet room": _quiet_room,
    "silent end": _silent_end,
    "one sample": _one_sample,
    "living room": _living_room,
    "laughter": _laughter,
    "two voices": _two,
    "limiter": _limited,
    "call": _call,
}


def _clipped(seed: int, random: Generator) -> Samples:
    """Driven too hard into an input, then turned down."""
    sound = _plain(seed, random)
    top = np.percentile(np.abs(sound), random.uniform(99.0, 99.9))
    return np.asarray(np.clip(sound, -top, top) / top * db(random.uniform(-24, -2)) + noise(SECONDS, -88, seed))


def _gapped(sound: Samples, random: Generator, fill: float) -> Samples:
    """Eight gaps of 30 to 200 ms where somebody speaks, with noise of `fill` dBFS in them."""
    made = sound.copy()
    loud = np.flatnonzero(_mean(sound**2, 4800) > np.mean(sound**2))
    for first in random.choice(loud[loud < len(sound) - RATE], 8):
        count = round(random.uniform(0.03, 0.2) * RATE)
        made[first : first + count] = random.standard_normal(count) * db(fill)
    return made


def _zeros(seed: int, random: Generator) -> Samples:
    return _gapped(_plain(seed, random), random, -300)


def _dithered(seed: int, random: Generator) -> Samples:
    return _gapped(_plain(seed, random), random, -92)


def _pumping(seed: int, random: Generator) -> Samples:
    """An automatic gain that takes a second or two to turn the noise of a pause up, and a moment to turn it down."""
    sound = speech(seed) + room(seed, level=random.uniform(-52, -44))
    level = np.sqrt(np.add.reduceat(sound**2, np.arange(0, len(sound), 480)) / 480)
    gain, gains = 1.0, np.empty(len(level))
    up = db(random.uniform(8, 16) / 100)
    for number, now in enumerate(level):
        gain = min(gain * up, db(18)) if now * gain < 0.1 else gain * db(-0.6)
        gains[number] = gain
    return sound * np.interp(np.arange(len(sound)), np.arange(len(gains)) * 480, gains)


def _echo(seed: int, random: Generator) -> Samples:
    sound, late = _plain(seed, random), round(random.uniform(0.04, 0.4) * RATE)
    return sound + np.concatenate((np.zeros(late), sound[:-late])) * db(random.uniform(-22, -8))


def _hall(seed: int, random: Generator) -> Samples:
    return reverberant(speech(seed), random.uniform(0.9, 2.0), random.uniform(-3, 4), seed) + room(seed, level=-70)


def _compressed(seed: int, random: Generator) -> Samples:
    """Once compressed to few kilobits, and called a WAV since."""
    codecs = (("mp3", "-ar", "16000", "-b:a", "16k"), ("mp3", "-b:a", "32k"), ("m4a", "-b:a", "16k"))
    suffix, *how = codecs[seed % len(codecs)]
    with tempfile.TemporaryDirectory() as name:
        plain = write_wav(Path(name) / "a.wav", _plain(seed, random))
        return decode(convert(plain, Path(name) / f"b.{suffix}", *how), 1)[:, 0]


FAULTY: dict[str, tuple[str, Callable[[int, Generator], Samples]]] = {
    "clipped": ("AUD03", _clipped),
    "zeros": ("AUD09", _zeros),
    "dithered": ("AUD09", _dithered),
    "pumping": ("AUD22", _pumping),
    "echo": ("AUD21", _echo),
    "hall": ("AUD23", _hall),
    "compressed": ("AUD13", _compressed),
}
"""The fault, and the code of the finding that names it."""


def made(kind: str, seed: int) -> Samples:
    """The recording of this kind and seed, of one channel; none but a clipped one passes full scale."""
    make = CLEAN[kind] if kind in CLEAN else FAULTY[kind][1]
    sound = make(seed, np.random.default_rng(seed))
    return sound if kind in ("clipped", "one sample") else sound * min(1.0, 0.95 / float(np.abs(sound).max()))
