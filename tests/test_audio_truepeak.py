"""The true-peak meter against an oversampling of everything, and against tones whose peaks are known."""

from __future__ import annotations

import audio
import numpy as np
import pytest

from podcast_pipeline.audio.truepeak import TruePeakEar


def heard(sound: audio.Samples, rate: int = 48000, block: int = 7001) -> tuple[float, tuple[tuple[int, float], ...]]:
    """What the meter says of `sound`, in blocks of an odd size."""
    single = sound.reshape(len(sound), -1).astype(np.float32)
    ear = TruePeakEar(rate, single.shape[1])
    for first in range(0, len(sound), block):
        ear.hear(single[first : first + block].T)
    return ear.result()


@pytest.mark.parametrize("rate", [48000, 44100])
@pytest.mark.parametrize("part", [1 / 48, 1 / 8, 1 / 5, 1 / 4, 1 / 3])
@pytest.mark.parametrize("phase", [0.0, 0.25, 0.4])
def test_tones(rate: int, part: float, phase: float) -> None:
    """A tone has its amplitude, wherever its samples fall: 4 times the rate is at most 0.35 dB low."""
    tone = 0.5 * np.sin(2 * np.pi * (part * np.arange(rate) + phase / 2))
    fade = np.minimum(1, np.arange(rate) / 500)
    found, _ = heard(tone * fade * fade[::-1], rate)
    assert found == pytest.approx(-6.02, abs=0.35)


@pytest.mark.parametrize("kind", ["voice", "noise", "clipped", "stereo"])
def test_as_if_everything_were_oversampled(kind: str) -> None:
    """Nothing is missed by leaving out what cannot be a peak."""
    sound = audio.voice(8.0, level=-14, seed=3)
    if kind == "noise":
        sound = np.random.default_rng(2).normal(0, 0.2, 200_000)
    elif kind == "clipped":
        sound = np.clip(sound * 6, -0.8, 0.8)
    elif kind == "stereo":
        sound = np.stack((sound, np.roll(sound, 4321) * 1.1), axis=1)
    assert heard(sound)[0] == pytest.approx(audio.true_peak(sound.reshape(len(sound), -1)), abs=0.15)


def test_last_and_first_sample() -> None:
    """A peak at either end counts."""
    for at in (0, -1):
        sound = np.zeros(9999)
        sound[at] = 0.5
        assert heard(sound)[0] == pytest.approx(-6.02, abs=0.1)


def test_the_highest_are_told_with_their_times() -> None:
    """Every place that comes within 1 dB of the highest, a second apart; no more than ten of them."""
    sound = np.zeros(48000 * 30)
    levels = {3.0: 0.9, 3.2: 0.85, 9.5: 0.88, 21.04: 0.89, 25.0: 0.6}
    for second, level in levels.items():
        sound[round(second * 48000)] = level
    told = heard(sound)[1]
    assert [ms for ms, _ in told] == [3000, 9500, 21000]
    assert told[0][1] == pytest.approx(20 * np.log10(0.9), abs=0.1)
    sound[:: 48000 // 2] = 0.9
    assert len(heard(sound)[1]) == 10


def test_silence() -> None:
    """No peak at all."""
    assert heard(np.zeros(5000)) == (-np.inf, ())
    assert heard(np.zeros((3, 2))) == (-np.inf, ())
