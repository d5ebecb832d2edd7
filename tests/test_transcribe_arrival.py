"""Whose voice it is, by the microphone that it reaches first: whatever the gains, the clocks and the echoes."""

from __future__ import annotations

from pathlib import Path

import audio
import numpy as np
import pytest
from test_transcribe_bleed import GUEST, HOST, decoded, late, two

from podcast_pipeline.transcribe.arrival import SharedWord, VoiceDelays, arrival
from podcast_pipeline.transcribe.engine import RATE
from podcast_pipeline.transcribe.pcm import Pcm


def shared(shift: int = 0) -> list[SharedWord]:
    """Words of half a second of both, at the times of the guest's track, and how much louder they are there."""
    spans = [
        (round(1000 * at) + shift, apart)
        for turns, apart in ((HOST, -14.0), (GUEST, 14.0))
        for start, end in turns
        for at in np.arange(start, end - 0.4, 0.5)
    ]
    return [SharedWord(start, start + 450, apart) for start, apart in sorted(spans)]


def between(host: tuple[Pcm, int], guest: tuple[Pcm, int], words: list[SharedWord]) -> VoiceDelays:
    times = arrival(host, guest, words)
    assert times is not None
    return times


@pytest.mark.parametrize("gain", [-40, 0, 15])
def test_each_voice_reaches_its_own_microphone_first(gain: float, tmp_path: Path) -> None:
    """Both delays are found, and each word of either voice is its speaker's, whatever the gain."""
    host, guest = two(tmp_path, gain=gain)
    times = between((host, 0), (guest, 0), shared())
    assert (times.theirs, times.mine, times.sure) == (8, -8, True)
    sides = [times.first(word.start, word.end) for word in shared()]
    assert all(side in (0, 1 if word.apart > 0 else -1) for side, word in zip(sides, shared(), strict=True))
    assert sum(side != 0 for side in sides) >= 0.9 * len(sides)
    assert {times.alone(start, start + 1000) for start in (4000, 10_000)} == {1}
    assert {times.alone(start, start + 1000) for start in (1000, 7000, 13_500)} == {-1}


def test_no_clock_needs_to_be_right(tmp_path: Path) -> None:
    """A recorder that began earlier than its offset says shifts both delays alike, and no word changes its speaker."""
    host, guest = two(tmp_path)
    times = between((host, 0), (guest, 150), shared(150))
    assert (times.theirs, times.mine, times.sure) == (8 - 150, -8 - 150, True)
    assert times.first(4150, 4900) == 1
    assert times.first(1150, 1900) == -1


def test_an_echo_is_no_second_voice(tmp_path: Path) -> None:
    """One voice alone, with a strong reflection on the other microphone: nothing tells two voices apart."""
    voice = audio.voice(16, HOST, pitch=110, level=-24, seed=3, rate=RATE)
    host = decoded(tmp_path / "host.pcm", voice + audio.noise(16, -66, 5, RATE))
    echo = late(voice, 8, -14) + late(voice, 14, -15)
    guest = decoded(tmp_path / "guest.pcm", echo + audio.noise(16, -66, 6, RATE))
    words = [word for word in shared() if word.apart < 0]
    assert not between((host, 0), (guest, 0), words).sure


def test_silence_tells_nothing(tmp_path: Path) -> None:
    """Where one of the two is muted no voice is the first, and where nobody is heard by both there are no delays."""
    host = two(tmp_path)[0]
    sound = audio.decode(tmp_path / "guest.wav", 1, RATE)[:, 0].copy()
    sound[9 * RATE :] = 0
    muted = decoded(tmp_path / "muted.pcm", sound)
    times = between((host, 0), (muted, 0), [word for word in shared() if word.end < 9000])
    assert times.sure
    assert times.first(10_000, 11_000) == times.alone(10_000, 11_000) == 0
    apart = two(tmp_path, db=-100)
    assert arrival((apart[0], 0), (apart[1], 0), shared()) is None
