"""Recordings of one conversation on clocks of their own, made with a known beginning and drift."""

from __future__ import annotations

import numpy as np
from audio import Samples, db, noise, voice

from podcast_pipeline.audio.bleed import RATE


def dialogue(seed: int, seconds: float, rate: int = RATE) -> tuple[Samples, Samples]:
    """Two people who speak in turns of 4 to 14 s, sometimes both at once."""
    random, turns, at, who = np.random.default_rng(seed), ([], []), 0.5, 0  # type: ignore[var-annotated]
    while at < seconds - 1:
        end = min(at + random.uniform(4, 14), seconds - 0.5)
        turns[who].append((at, end))
        at, who = end + random.uniform(-0.8, 0.6), 1 - who
    her, him = (
        voice(seconds, tuple(spoken), pitch=pitch, seed=seed + 7 * pitch, rate=rate)
        for spoken, pitch in zip(turns, (110, 190), strict=True)
    )
    return her, him


def heard_by(own: Samples, other: Samples, late: float, level: float, seed: int, rate: int = RATE) -> Samples:
    """What a microphone has: its own speaker, the other one `late` ms later and `level` dB weaker, and its noise."""
    there = round(late * rate / 1000)
    passed = np.concatenate((np.zeros(there), other))[: len(own)]
    return own + db(level) * passed + noise(len(own) / rate, -75.0, seed, rate)[: len(own)]


def clocked(sound: Samples, later: float, drift: float, rate: int = RATE) -> Samples:
    """A recording that began `later` ms later, on a clock that is `drift` ppm slow: see sync.ClockLine."""
    at = (np.arange(int((len(sound) / rate - later / 1000) * rate)) * (1 + drift / 1e6)) + later * rate / 1000
    return np.asarray(np.interp(at, np.arange(len(sound)), sound, left=0.0, right=0.0))
