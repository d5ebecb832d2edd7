"""Own speech: what stands above a microphone's own noise, whatever that is; and never a word of it is lost."""

from __future__ import annotations

from pathlib import Path

import audio
import numpy as np
import pytest

from podcast_pipeline.audio import preflight as reports
from podcast_pipeline.audio.dominance import AcousticPath, owners
from podcast_pipeline.audio.gain_rider import ride
from podcast_pipeline.audio.mix import mix
from podcast_pipeline.audio.voice_activity import NOTHING, Levels, VoiceEar, speaking
from podcast_pipeline.model.audio import AudioSettings, Track

TURNS = ((1.0, 6.0), (11.0, 15.0), (19.0, 23.5))
SECONDS = 24.0


def fan(seconds: float, level: float, seed: int = 3) -> audio.Samples:
    """Noise that falls by 6 dB in an octave above some 300 Hz, and a blade."""
    white = audio.noise(seconds + 1, 0, seed)
    kernel = np.exp(-np.arange(300) * 2 * np.pi * 300 / audio.RATE)
    sound = np.convolve(white, kernel, "full")[audio.RATE // 2 :][: round(seconds * audio.RATE)]
    sound = sound / np.std(sound) + audio.sine(seconds, 184, -6)
    return np.asarray(sound / np.std(sound) * audio.db(level))


def above(sound: audio.Samples, block: int = 96000, rate: int = audio.RATE) -> np.ndarray:
    ear = VoiceEar(rate)
    for at in range(0, len(sound), block):
        ear.hear(sound[at : at + block, None].astype(np.float32))
    return ear.result()


@pytest.mark.parametrize(("noise", "lost"), [(-70.0, -50.0), (-35.0, -45.0), (-26.0, -40.0)])
def test_speech_stands_above_any_steady_noise(noise: float, lost: float) -> None:
    """A voice at -20 dBFS in a fan 50, 15 and 6 dB below it: pauses are closed, and next to nothing of it is lost.

    What is lost is its energy in what the gain takes off. In the loudest noise that lies below the noise beside it.
    """
    voice = audio.voice(SECONDS, TURNS, level=-20)
    levels = above(voice + fan(SECONDS, noise))
    own = ride(Levels(levels, levels), 50, None, gate=True, even=False)
    assert own is not None
    gain = own.factors((np.arange(len(levels)) + 0.5) / 50)
    said = np.square(voice).reshape(len(levels), -1).sum(axis=1)
    assert 10 * np.log10(np.sum(said * (1 - gain) ** 2) / np.sum(said) + 1e-12) < lost
    for start, end in ((7.0, 10.5), (16.0, 18.5)):
        assert (gain[round(start * 50) : round(end * 50)] < 0.11).all()


def test_a_soft_word_is_one_beside_somebody_whom_the_microphone_hears() -> None:
    """A word 25 dB below the voice in a long turn of somebody else, who arrives at -12 dB; beside a car as loud, it is
    none."""
    level = np.full(30 * 50, NOTHING, np.float32)
    level[: 3 * 50] = 0
    level[10 * 50 : 20 * 50] = level[21 * 50 : 29 * 50] = -12
    level[1010:1025] = -25
    heard = level > NOTHING
    passing = speaking(level, heard, 50)
    heard &= level != -12
    beside = speaking(level, heard, 50)
    assert passing[:150].all()
    assert not passing[1010:1025].any()
    assert np.array_equal(np.flatnonzero(beside), [*range(150), *range(1010, 1025)])


def test_levels_do_not_hang_on_how_they_were_read_or_on_lost_packets() -> None:
    """Blocks of any length give the same; digital silence is no noise floor; a vowel held for 2.5 s is no noise."""
    sound = audio.voice(SECONDS, TURNS, level=-20) + fan(SECONDS, -45)
    whole = above(sound)
    assert np.array_equal(whole, above(sound, 31007))
    gone = sound.copy()
    gone[round(7.5 * audio.RATE) : round(9.5 * audio.RATE)] = 0
    assert (above(gone)[round(9.7 * 50) : round(10.8 * 50)] == NOTHING).all()
    held = slice(round(7.2 * audio.RATE), round(9.7 * audio.RATE))
    tone = sum(audio.sine(2.5, hz, -26) for hz in (140, 280, 420, 700, 980, 1260))
    sound[held] += tone
    assert (above(sound)[round(7.3 * 50) : round(9.6 * 50)] > -40).all()


@pytest.mark.parametrize("rate", [8000, 11025, 44100, 88200])
def test_any_rate_has_as_many_levels_as_the_other_measure(rate: int) -> None:
    """One for every 20 ms, of whole samples; a tone over silence stands there as loud as it is."""
    sound = np.concatenate((audio.noise(1.0, -90, rate=rate), audio.sine(1.0, 997, -20, rate)))
    levels = above(sound, 7777, rate)
    assert len(levels) == len(sound) // (rate // 50)
    assert np.median(levels[55:95]) == pytest.approx(-23, abs=1.5)


@pytest.mark.parametrize("late", [0.0, 12.0, 90.0, 400.0])
def test_crosstalk_is_judged_at_its_delay(late: float) -> None:
    """An echo is compared with what was said when it left: shut where it is heard, open for the own word beside it."""
    said, own = np.full(200, NOTHING, np.float32), np.full(200, NOTHING, np.float32)
    said[40:80] = -20
    heard = round(late / 20)
    own[40 + heard : 80 + heard] = -42
    own[120:150] = -22
    mine = owners([own, said], [0, 0], {(0, 1): AcousticPath(-22.0, late)})[0]
    assert mine is not None
    assert not mine[40 + heard : 80 + heard].any()
    assert mine[120:150].all()


def test_a_fan_under_a_silent_guest_and_an_echo_of_a_call(tmp_path: Path) -> None:
    """From recordings to the mix: while the host speaks the guest's fan is 15 dB lower than in a plain mix, and so is
    the echo that the guest sends back 300 ms late, which the report calls one."""
    host = audio.voice(30.0, ((0.5, 7.0), (14.0, 21.0)), pitch=110, level=-20, seed=3)
    guest = audio.voice(30.0, ((7.5, 13.5), (22.0, 29.0)), pitch=200, level=-20, seed=4)
    echo = np.roll(host, round(0.3 * audio.RATE)) * audio.db(-18)
    noise = fan(30.0, -36)
    audio.write_wav(tmp_path / "host.wav", host + audio.noise(30.0, -75, 5), bits=24)
    audio.write_wav(tmp_path / "guest.wav", guest + echo + noise, bits=24)
    tracks = [(Track(f"{name}.wav", name), tmp_path / f"{name}.wav") for name in ("host", "guest")]
    report, levels = tmp_path / "preflight.json", tmp_path / "levels.dat"
    reports.preflight(tracks, report, levels, lambda _: None)
    told = reports.PREFLIGHT.load(report)
    (pair,) = told.bleed
    # Its level is that above the noise: part of it is in the fan.
    assert pair.file == "guest.wav"
    assert pair.level == pytest.approx(-22, abs=4)
    assert pair.delay == pytest.approx(300, abs=1)
    assert any(finding.code == "AUD11" and "echo of a call" in finding.sentence for finding in told.findings)
    muted = [(Track("host.wav", "host", gain=-120.0, level="none"), tracks[0][1]), tracks[1]]
    mix(
        muted, AudioSettings(channels=1, highpass=0, level="none"), tmp_path / "mix.w64", lambda _: None,
        preflight=report, levels=levels, peaks=tmp_path / "peaks.dat", review=tmp_path / "review.wav",
    )  # fmt: skip
    made = audio.decode(tmp_path / "mix.w64", 1)[:, 0]

    def power(sound: audio.Samples, start: float, end: float) -> float:
        part = sound[round(start * audio.RATE) : round(end * audio.RATE)]
        return float(10 * np.log10(np.mean(part**2)))

    plain = guest + echo + noise
    for start, end in ((1.0, 6.5), (15.0, 20.5)):
        assert power(made, start, end) < power(plain, start, end) - 15
    for start, end in ((8.0, 13.0), (22.5, 28.5)):
        assert power(made, start, end) == pytest.approx(power(plain, start, end), abs=0.3)
    # Levels that were made before the noise of each track was known are read, too: its noise is shut out all the same.
    older = levels.read_bytes()[: len(levels.read_bytes()) // 2]
    levels.write_bytes(older)
    assert [len(each.voice) for each in reports.levels(told, levels)] == [1500, 1500]
    assert (reports.levels(told, levels)[1].voice[round(13.8 * 50) : round(14.2 * 50)] == NOTHING).all()
