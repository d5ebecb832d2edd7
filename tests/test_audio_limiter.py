"""The limiter: no sample above its ceiling, nothing moved in time, and a loudness that is known beforehand."""

from __future__ import annotations

from pathlib import Path

import audio
import numpy as np
import pytest
import soak
from hypothesis import given, settings
from hypothesis import strategies as st

from podcast_pipeline.audio import limiter, master, w64
from podcast_pipeline.model.audio import AudioSettings


def programme(path: Path, sound: audio.Samples, rate: int = 48000) -> Path:
    """`sound` of shape (n,) or (n, channels) as the programme at `path`."""
    sound = sound.reshape(len(sound), -1)
    with w64.writing(path, rate, sound.shape[1], len(sound)) as writer:
        writer.write(sound.astype(np.float32))
    return path


def limited(path: Path, gain: float, ceiling: float, first: int = 0, last: int | None = None) -> audio.Samples:
    """The frames of the programme at `path` behind gain and limiter."""
    with w64.reading(path) as reader:
        last = reader.samples if last is None else last
    envelope = limiter.listen(path, lambda _: None)
    return np.concatenate(list(master.Master(gain, ceiling, 0.0).blocks(path, envelope, first, last)))


@pytest.mark.parametrize("rate", [48000, 44100])
@pytest.mark.parametrize("channels", [1, 2])
def test_ceiling_holds_and_time_stands_still(tmp_path: Path, rate: int, channels: int) -> None:
    """No sample passes the ceiling, none is lost, and the sound stays where it was; both channels move together."""
    voice = audio.voice(6.0013, level=-10, rate=rate)
    sound = np.stack([voice * (0.7**channel) for channel in range(channels)], axis=1)
    result = limited(programme(tmp_path / "a.w64", sound, rate), 6.0, -2.5)
    assert result.shape == sound.shape
    assert np.abs(result).max() == pytest.approx(audio.db(-2.5), rel=1e-4)
    assert np.abs(result).max() <= audio.db(-2.5) * 1.00001
    assert audio.lag(voice, result[:, 0]) == 0
    if channels == 2:
        assert np.allclose(result[:, 1], 0.7 * result[:, 0], atol=1e-6)


def test_what_is_below_the_ceiling_is_only_raised(tmp_path: Path) -> None:
    """A quiet programme is raised by the gain, every sample of it, and by nothing else."""
    sound = audio.voice(4.0, level=-40)
    result = limited(programme(tmp_path / "a.w64", sound), 12.0, -2.5)[:, 0]
    assert np.allclose(result, sound * audio.db(12), atol=1e-6)


def test_it_is_down_before_a_peak_and_back_soon_after(tmp_path: Path) -> None:
    """One click: 5 ms before it the tone begins to go down, on a straight line; 0.3 s behind it is back."""
    sound = audio.sine(2.0, 997, -20)
    sound[48000] = 1.0
    result = limited(programme(tmp_path / "a.w64", sound), 0.0, -6.0)[:, 0]
    assert result[48000] == pytest.approx(audio.db(-6), rel=0.01)
    away = slice(0, 48000 - 7 * 48), slice(48000 + round(0.3 * 48000), None)
    assert all(np.allclose(result[part], sound[part], atol=1e-5) for part in away)
    gain = result[48000 - 480 : 48000] / sound[48000 - 480 : 48000]
    falling = gain[np.abs(sound[48000 - 480 : 48000]) > 0.05]
    assert (np.diff(falling) < 1e-4).all()
    assert np.abs(np.diff(falling)).max() < 0.05, "no jump"


@pytest.mark.parametrize(("first", "last"), [(0, 1), (47, 49), (1152, 96000), (130000, 480001), (479999, 480001)])
def test_any_part_is_cut_from_the_whole(tmp_path: Path, first: int, last: int) -> None:
    """A part of the programme is the same as that part of all of it: chunks can be encoded on their own."""
    path = programme(tmp_path / "a.w64", audio.voice(10.0, level=-8)[:480001])
    whole = limited(path, 5.0, -3.0)
    part = limited(path, 5.0, -3.0, first, min(last, len(whole)))
    assert np.allclose(part, whole[first:last], atol=2e-6)


@pytest.mark.parametrize("rate", [48000, 44100])
@pytest.mark.parametrize("gain", [0.0, 6.0, 12.0, 18.0])
def test_loudness_is_known_before(tmp_path: Path, rate: int, gain: float) -> None:
    """What the envelope says of the limited programme is what a meter that shares nothing with it hears."""
    path = programme(tmp_path / "a.w64", audio.voice(20.0, level=-20, rate=rate), rate)
    envelope = limiter.listen(path, lambda _: None)
    heard = audio.integrated(limited(path, gain, -3.0), rate)
    assert envelope.limited(gain, -3.0) == pytest.approx(heard, abs=0.1)


def test_solve_meets_the_target_without_a_pass(tmp_path: Path) -> None:
    """Speech far too loud for its ceiling: the gain that is solved gives the target, by another meter."""
    path = programme(tmp_path / "a.w64", audio.voice(20.0, level=-30))
    envelope = limiter.listen(path, lambda _: None)
    target = AudioSettings(channels=1, loudness=-19.0)
    solved, loud = master.solve(envelope, target, master.Master(11.0, -3.0, 0.0))
    assert loud == pytest.approx(-19, abs=0.01)
    assert solved.gain > 12, "the limiter takes some of it"
    assert audio.integrated(limited(path, solved.gain, -3.0)) == pytest.approx(-19, abs=0.1)


def test_out_of_reach_is_told(tmp_path: Path) -> None:
    """Where the limiter takes everything, the most that is possible is given, and how loud that is."""
    path = programme(tmp_path / "a.w64", np.tile(np.r_[1.0, np.zeros(4799)], 80))
    envelope = limiter.listen(path, lambda _: None)
    solved, loud = master.solve(envelope, AudioSettings(loudness=-10.0), master.Master(0.0, -2.8, 0.0))
    assert loud == pytest.approx(envelope.limited(30.0, -2.8), abs=0.01)
    assert loud < -12 < envelope.integrated + solved.gain


@settings(max_examples=soak.examples(60, 2000), deadline=None)
@given(
    peaks=st.lists(st.integers(-120 * 256, 30 * 256), min_size=1, max_size=60),
    gain=st.floats(-30, 30),
    ceiling=st.floats(-12, 0),
)
def test_no_peak_whatever_passes(peaks: list[int], gain: float, ceiling: float) -> None:
    """On any row of peaks the factors at both edges of a step are small enough for its highest sample."""
    highest = np.array(peaks, np.int16)
    envelope = limiter.Envelope(48, highest, np.zeros(0, np.float32), np.zeros(0))
    factors = envelope.curve(0, len(peaks), gain, ceiling)
    assert len(factors) == len(peaks) + 1
    assert (factors <= 1).all()
    raised = highest / 256 + gain
    left = raised + 20 * np.log10(np.maximum(factors[:-1], factors[1:]))
    assert (left[raised > ceiling] <= ceiling + 1e-3).all()


def test_silence_has_no_loudness(tmp_path: Path) -> None:
    """Nothing above the gate: minus infinity, whatever the gain."""
    path = programme(tmp_path / "a.w64", audio.noise(4.0, -95))
    assert limiter.listen(path, lambda _: None).limited(0.0, -3.0) == -np.inf
    assert limiter.listen(path, lambda _: None).integrated == -np.inf
