"""The loudness that the pipeline aims by, against the meter that what is published is measured with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import audio
import numpy as np
import pytest

from podcast_pipeline.audio import measure, weighting

BLOCK = 5
"""Seconds."""


def heard(sound: audio.Samples, rate: int = 48000) -> float:
    """LUFS of `sound`, of shape (n,) or (n, channels), heard block by block."""
    single = np.atleast_2d(sound.T).T.astype(np.float32)
    ear = weighting.LoudnessEar(rate, single.shape[1])
    for first in range(0, len(sound), BLOCK * rate):
        ear.hear(single[first : first + BLOCK * rate])
    return weighting.integrated(ear.result())


SOUNDS: dict[str, Callable[[int], audio.Samples]] = {
    "speech": lambda rate: audio.voice(12.0, level=-20, rate=rate),
    "a low tone": lambda rate: audio.sine(6.0, 50, -20, rate=rate),
    "at the seam": lambda rate: audio.sine(6.0, 500, -20, rate=rate),
    "a middle tone": lambda rate: audio.sine(6.0, 997, -20, rate=rate),
    "a high tone": lambda rate: audio.sine(6.0, 6000, -20, rate=rate),
    "noise": lambda rate: audio.noise(6.0, -30, rate=rate),
    "speech over rumble": lambda rate: audio.voice(12.0, level=-26, rate=rate) + audio.sine(12.0, 20, -20, rate=rate),
    "an offset": lambda rate: audio.voice(12.0, level=-26, rate=rate) + 0.05,
    "two in turns": lambda rate: np.stack(
        (audio.voice(12.0, level=-20, seed=1, rate=rate), audio.voice(12.0, level=-32, seed=2, rate=rate)), axis=1
    ),
    "sides that cancel each other": lambda rate: audio.voice(12.0, level=-20, rate=rate)[:, None] * np.array([1, -1]),
}


@pytest.mark.parametrize("rate", [48000, 44100])
@pytest.mark.parametrize("name", SOUNDS)
def test_as_a_meter_hears_it(tmp_path: Path, name: str, rate: int) -> None:
    """Within 0.08 LU, whatever it sounds like: with rumble far above the voice, too."""
    sound = SOUNDS[name](rate)
    meter = measure.loudness(audio.write_wav(tmp_path / "a.wav", sound, rate, bits=24), rate).loudness
    assert heard(sound, rate) == pytest.approx(meter.integrated, abs=0.08)


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.39])
def test_too_short_for_a_meter(seconds: float) -> None:
    """Less than one block of 400 ms has no loudness."""
    assert heard(audio.sine(1.0, 997, -20)[: round(seconds * 48000)]) == -np.inf


def test_what_is_quiet_is_passed_over() -> None:
    """A minute of pauses does not make a conversation quieter: BS.1770's gates."""
    sound = audio.voice(20.0, level=-20)
    pauses = audio.noise(60.0, -60)
    assert heard(np.concatenate((sound, pauses))) == pytest.approx(heard(sound), abs=0.1)
