"""Riding the gain: a voice is brought to one level, a pause is never raised, and nothing jumps."""

from __future__ import annotations

import numpy as np
import pytest

from podcast_pipeline.audio import gain_rider
from podcast_pipeline.audio.gain_rider import Ride
from podcast_pipeline.audio.voice_activity import Levels

RATE = 50


def levels(*parts: tuple[float, float], seed: int = 1) -> np.ndarray:
    """(seconds, dBFS) one after the other; every frame up to 6 dB away from that, as syllables are."""
    flat = np.concatenate([np.full(round(seconds * RATE), level) for seconds, level in parts])
    return np.asarray(flat + np.random.default_rng(seed).uniform(-6, 3, len(flat)), np.float32)


def ride(heard: np.ndarray, own: np.ndarray | None, *, gate: bool, even: bool) -> Ride | None:
    """Of a track without noise: all that is heard stands above it."""
    return gain_rider.ride(Levels(heard, heard), RATE, own, gate=gate, even=even)


def gain(found: gain_rider.Ride | None, *seconds: float) -> list[float]:
    """dB at these times."""
    assert found is not None
    return [float(20 * np.log10(one)) for one in found.factors(np.array(seconds))]


def test_loud_and_quiet_stretches_become_one_level() -> None:
    """Ten seconds at -20 and ten at -32 dBFS: within 2 dB of each other behind the leveller, away from the border."""
    heard = levels((10, -20), (10, -32))
    loud, quiet = gain(ride(heard, None, gate=False, even=True), 4, 16)
    assert quiet - loud == pytest.approx(12, abs=2)
    assert loud < 0 < quiet


def test_a_pause_is_not_raised() -> None:
    """In ten seconds of silence between two sentences the gain stays between what it was before and 0 dB."""
    heard = levels((6, -20), (10, -70), (6, -20))
    assert all(abs(one) < 0.5 for one in gain(ride(heard, None, gate=False, even=True), 3, 7, 11, 15, 19))


def test_never_more_than_it_may() -> None:
    """A whisper of a minute in loud speech is raised by 12 dB at most, and it takes seconds to get there."""
    found = ride(levels((60, -18), (60, -32)), None, gate=False, even=True)
    curve = gain(found, *np.arange(0, 120, 0.005))
    assert max(curve) <= gain_rider._MOST + 2.5
    assert np.abs(np.diff(curve)).max() < 0.1, "dB in 5 ms"


def test_what_others_say_moves_nothing() -> None:
    """Where somebody else is heard the track is turned down, and its own level is as if that had not been."""
    heard = levels((10, -30), (10, -22), (10, -30))
    own = np.ones(len(heard), np.bool_)
    own[500:1000] = False
    curve = gain(ride(heard, own, gate=False, even=True), 5, 15, 25)
    # Its loudness, by which it has been raised, was that of the other.
    assert curve[0] == pytest.approx(curve[2], abs=0.5)
    assert curve[1] == pytest.approx(curve[0] + gain_rider.LOWEST, abs=1.5)


def test_gate_opens_before_a_word_and_shuts_behind() -> None:
    """Open 60 ms before the word, still so 200 ms behind it, 20 dB down between words; on the way, no jump."""
    heard = levels((3, -70), (2, -20), (3, -70))
    found = ride(heard, None, gate=True, even=False)
    before, at, end, behind, after = gain(found, 2.8, 2.95, 5.15, 5.3, 5.8)
    assert (before, at, end, after) == (-20, 0, 0, -20)
    assert -20 < behind < 0
    assert np.abs(np.diff(gain(found, *np.arange(0, 8, 0.001)))).max() < 0.3


def test_the_noisier_a_pause_the_further_down() -> None:
    """Noise far below the voice goes down by 20 dB; at 15 dB it ends 45 dB below; none goes down by more than 32."""
    for below, down in ((50, -20), (30, -20), (20, -25), (15, -30), (6, -32)):
        sound = levels((3, -20 - below), (2, -20), (3, -20 - below))
        voice = np.where(np.arange(len(sound)) // 50 // 3 == 1, sound, -120).astype(np.float32)
        voice[250:] = -120
        told = gain_rider.ride(Levels(sound, voice), RATE, None, gate=True, even=False)
        assert gain(told, 1, 7) == pytest.approx([down, down], abs=1)


@pytest.mark.parametrize("gate", [False, True])
@pytest.mark.parametrize("even", [False, True])
def test_without_a_word_it_is_down(gate: bool, even: bool) -> None:
    """A speaker who is never heard: the track is turned down, not off, and not raised."""
    heard = levels((4, -40))
    own = np.zeros(len(heard), np.bool_)
    assert gain(ride(heard, own, gate=gate, even=even), 1, 3) == pytest.approx(
        [gain_rider.DOWN, gain_rider.DOWN], abs=0.01
    )


def test_nothing_to_do() -> None:
    """All steps off: no curve at all."""
    assert ride(levels((4, -40)), None, gate=False, even=False) is None
