"""The sound for the review page: every sample where it was, nothing folded down, nothing lost at the ends."""

from __future__ import annotations

import math
import wave
from collections.abc import Sequence
from pathlib import Path

import audio
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast_pipeline.audio import proxy
from podcast_pipeline.errors import PodcastError


def halved(path: Path, channels: Sequence[audio.Samples], rate: int = 48000, block: int = 48000) -> audio.Samples:
    """What the file at `path` holds when these channels were written into it, `block` samples at a time."""
    count = len(channels[0])
    with proxy.writing(path, rate, len(channels), count) as put:
        for first in range(0, count, block):
            put([np.asarray(one[first : first + block], np.float32) for one in channels])
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, rate // 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32767


@pytest.mark.parametrize("rate", [48000, 44100])
@pytest.mark.parametrize("hz", [50.0, 997.0, 5000.0, 9000.0])
def test_what_is_heard_of_speech_is_where_it_was_and_as_loud(tmp_path: Path, hz: float, rate: int) -> None:
    """Up to 9 kHz (of 48) every second sample of the sound, within the 16 bits and a tenth of a dB."""
    sound = audio.sine(1.0, hz * rate / 48000, -6, rate)
    found = halved(tmp_path / "a.wav", [sound], rate)
    inner = slice(50, -50)
    assert found[inner] == pytest.approx(sound[::2][inner] * math.sqrt(0.5), abs=0.004)


@pytest.mark.parametrize("hz", [15000.0, 16000.0, 20000.0, 23900.0])
def test_what_is_above_is_not_folded_down(tmp_path: Path, hz: float) -> None:
    found = halved(tmp_path / "a.wav", [audio.sine(1.0, hz, -6)])
    assert np.sqrt(np.mean(found[50:-50] ** 2)) < audio.db(-9 - 3 - 40)


def test_both_channels_are_heard_and_full_scale_is_not_passed(tmp_path: Path) -> None:
    left, right = audio.sine(0.5, 440, -6), audio.sine(0.5, 1000, -6)
    found = halved(tmp_path / "a.wav", [left, right])
    assert found[50:-50] == pytest.approx(((left + right) / 2)[::2][50:-50], abs=0.003)
    loud = halved(tmp_path / "b.wav", [5 * left, 5 * left])
    assert loud.max() == pytest.approx(1.0, abs=0.001)
    assert loud.min() == pytest.approx(-1.0, abs=0.001)


@given(count=st.integers(1, 400), block=st.integers(1, 90))
def test_blocks_and_ends_do_not_matter(tmp_path_factory: pytest.TempPathFactory, count: int, block: int) -> None:
    """In whatever blocks it comes: the same samples, one for every two, the first and the last ones included."""
    folder = tmp_path_factory.mktemp("halved", numbered=True)
    sound = audio.noise(0.02, -20)[:count]
    whole = halved(folder / "whole.wav", [sound], block=1000)
    assert len(whole) == -(-count // 2)
    assert halved(folder / "parts.wav", [sound], block=block).tolist() == whole.tolist()
    # With silence around it nothing else comes out.
    around = np.concatenate((np.zeros(40), sound, np.zeros(40)))
    assert halved(folder / "around.wav", [around])[20 : 20 + len(whole)].tolist() == whole.tolist()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_named(tmp_path: Path) -> None:
    (tmp_path / "review.wav").symlink_to("/dev/full")
    with pytest.raises(PodcastError, match=r"review\.wav: no room to write 480,000 bytes"):
        halved(tmp_path / "review.wav", [audio.noise(10.0)])
