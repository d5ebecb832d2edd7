"""The mix: all tracks in one, nothing moved in time, every voice equally loud."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import audio
import numpy as np
import pytest
from test_audio_wav import riff

from podcast_pipeline.audio.mix import mix
from podcast_pipeline.audio.preflight import preflight
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.audio import AudioSettings, Track

PLAIN = AudioSettings(channels=1, highpass=0, gate=False, level="none")
"""A chain that changes nothing."""


def mixed(folder: Path, settings: AudioSettings, *tracks: Track, output: str = "mix.w64") -> audio.Samples:
    """Preflight and mix these tracks of `folder`; the decoded result."""
    pairs = [(track, folder / track.file) for track in tracks]
    told: list[float] = []
    preflight(pairs, folder / "preflight.json", lambda _: None)
    mix(pairs, settings, folder / output, told.append, preflight=folder / "preflight.json")
    assert told == sorted(told), "progress went back"
    assert told[-1] == 1.0
    return audio.decode(folder / output, settings.channels, settings.sample_rate)


@pytest.mark.parametrize("source", [48000, 44100, 16000])
@pytest.mark.parametrize("rate", [48000, 44100])
@pytest.mark.parametrize("level", ["dynaudnorm", "speechnorm", "none"])
def test_nothing_moves_in_time(tmp_path: Path, source: int, rate: int, level: str) -> None:
    """Noise sent through the whole chain comes out 0 samples later, in the same polarity and length."""
    sound = audio.noise(5.0, -25, rate=source) * (1 + 0.5 * audio.sine(5.0, 3, 0, rate=source))
    audio.write_wav(tmp_path / "a.wav", sound, rate=source, bits=24)
    result = mixed(tmp_path, AudioSettings(level=level, sample_rate=rate), Track("a.wav", "alex")).sum(axis=1)
    reference = audio.decode(tmp_path / "a.wav", 1, rate)[:, 0]
    assert audio.lag(reference, result) == 0
    both = min(len(reference), len(result))
    assert np.dot(reference[:both], result[:both]) > 0
    assert len(result) == 5 * rate


def test_last_sound_survives(tmp_path: Path) -> None:
    """A tone that ends with the last sample is whole to its end."""
    sound = audio.voice(6.0, ((0.5, 4.0),), level=-20)
    sound[-24000:] += audio.sine(0.5, 440, -20)
    audio.write_wav(tmp_path / "a.wav", sound, bits=24)
    end = mixed(tmp_path, AudioSettings(channels=1), Track("a.wav", "alex"))[-24000:, 0]
    halves = [float(np.std(end[8000:16000])), float(np.std(end[-8000:]))]
    assert halves[1] == pytest.approx(halves[0], rel=0.2)
    assert abs(end[-300:]).max() > 0.5 * abs(end).max()


def test_sum_is_a_sum(tmp_path: Path) -> None:
    """With everything switched off the mix is the sum of the tracks times their gain, also after the end of one."""
    one, two = audio.voice(4.0, level=-20, seed=1), audio.voice(2.5, level=-20, seed=2)
    audio.write_wav(tmp_path / "a.wav", one, bits=24)
    audio.write_wav(tmp_path / "b.wav", two, bits=24)
    result = mixed(tmp_path, PLAIN, Track("a.wav", "alex", gain=6.0), Track("b.wav", "robin", gain=-6.0))[:, 0]
    expected = one * audio.db(6.0)
    expected[: len(two)] += two * audio.db(-6.0)
    assert len(result) == len(one)
    assert np.abs(result - expected).max() < 1e-5


def test_sum_may_pass_full_scale(tmp_path: Path) -> None:
    """The intermediate is not limited: peaks beyond full scale are kept."""
    for name in ("a.wav", "b.wav"):
        audio.write_wav(tmp_path / name, audio.sine(1.0, 440, -1.0))
    result = mixed(tmp_path, PLAIN, Track("a.wav", "alex"), Track("b.wav", "robin"))
    assert result.max() == pytest.approx(2 * audio.db(-1.0), rel=1e-3)


@pytest.mark.parametrize("rate", [48000, 44100])
def test_offset(tmp_path: Path, rate: int) -> None:
    """An offset shifts a track later by whole samples and makes the mix longer."""
    sound = audio.voice(2.0, level=-20, rate=rate)
    audio.write_wav(tmp_path / "a.wav", sound, rate=rate, bits=24)
    settings = AudioSettings(channels=1, highpass=0, gate=False, level="none", sample_rate=rate)
    result = mixed(tmp_path, settings, Track("a.wav", "alex", offset=1250))[:, 0]
    shift = 1250 * rate // 1000
    # An even number of samples, as W64 has chunks of 8 bytes.
    assert len(result) == len(sound) + shift + (len(sound) + shift) % 2
    assert not result[:shift].any()
    assert np.abs(result[shift : shift + len(sound)] - sound).max() < 1e-5


def test_default_places(tmp_path: Path) -> None:
    """Two tracks sit 20 % left and right with constant power; one alone sits in the middle."""
    audio.write_wav(tmp_path / "a.wav", audio.sine(2.0, 440))
    audio.write_wav(tmp_path / "b.wav", audio.sine(2.0, 660))
    stereo = AudioSettings(highpass=0, gate=False, level="none")
    result = mixed(tmp_path, stereo, Track("a.wav", "alex"), Track("b.wav", "robin"))
    spectrum = np.abs(np.fft.rfft(result, axis=0)) / len(result) * 2
    first, second = spectrum[880], spectrum[1320]
    assert first[0] / first[1] == pytest.approx(second[1] / second[0], rel=1e-3)
    assert first[0] / first[1] == pytest.approx(1 / np.tan(0.8 * np.pi / 4), rel=1e-3)
    assert np.sum(first**2) == pytest.approx(audio.db(-20) ** 2, rel=1e-3)
    alone = mixed(tmp_path, stereo, Track("a.wav", "alex"))
    assert np.abs(alone[:, 0] - alone[:, 1]).max() < 1e-6


def test_stereo_track_keeps_its_image(tmp_path: Path) -> None:
    """A stereo recording stays as wide as it is, and its own pan turns one side down."""
    sides = np.stack((audio.sine(1.0, 440), audio.sine(1.0, 660, -30)), axis=1)
    audio.write_wav(tmp_path / "a.wav", sides, bits=24)
    stereo = AudioSettings(highpass=0, gate=False, level="none")
    assert np.abs(mixed(tmp_path, stereo, Track("a.wav", "alex")) - sides).max() < 1e-5
    left = mixed(tmp_path, stereo, Track("a.wav", "alex", pan=-1.0))
    assert np.abs(left[:, 1]).max() < 1e-6
    assert np.abs(left[:, 0]).max() > audio.db(-20)


def test_mono_programme_of_a_stereo_track(tmp_path: Path) -> None:
    """For a mono programme both sides of a stereo recording are heard."""
    audio.write_wav(tmp_path / "a.wav", np.stack((audio.sine(1.0, 440), audio.sine(1.0, 660)), axis=1))
    spectrum = np.abs(np.fft.rfft(mixed(tmp_path, PLAIN, Track("a.wav", "alex"))[:, 0]))
    assert spectrum[440] == pytest.approx(spectrum[660], rel=1e-3)


def test_high_pass(tmp_path: Path) -> None:
    """Rumble at 25 Hz falls by 15 dB or more, a voice at 300 Hz by less than 0.5 dB."""
    audio.write_wav(tmp_path / "a.wav", audio.sine(4.0, 25) + audio.sine(4.0, 300), bits=24)
    settings = AudioSettings(channels=1, gate=False, level="none")
    spectrum = np.abs(np.fft.rfft(mixed(tmp_path, settings, Track("a.wav", "alex"))[:, 0])) / 96000
    change = 20 * np.log10(spectrum[[100, 1200]] / audio.db(-20))
    assert change[0] < -15
    assert abs(change[1]) < 0.5


def test_pauses_become_quieter(tmp_path: Path) -> None:
    """The gate turns the noise of a pause down, and the leveller does not bring it back: voice to pause gains 8 dB."""
    sound = audio.voice(12.0, ((0.5, 5.0), (8.0, 11.5)), level=-23) + audio.noise(12.0, -58)
    audio.write_wav(tmp_path / "a.wav", sound, bits=24)
    result = mixed(tmp_path, AudioSettings(channels=1), Track("a.wav", "alex"))[:, 0]

    def distance(samples: audio.Samples) -> float:
        talk, pause = samples[48000:216000], samples[288000:360000]
        return float(20 * np.log10(np.std(talk) / np.std(pause)))

    assert distance(result) > distance(sound) + 8


@pytest.mark.parametrize("level", ["dynaudnorm", "speechnorm"])
def test_voices_become_equally_loud(tmp_path: Path, level: str) -> None:
    """Two speakers recorded 18 dB apart are within 2 LU of each other in the mix."""
    turns = [(at, at + 4.7) for at in np.arange(0.0, 40.0, 5.0)]
    for name, own, loudness, seed in (("a", turns[0::2], -16, 1), ("b", turns[1::2], -34, 2)):
        sound = audio.voice(40.0, tuple(own), pitch=90 + 60 * seed, level=loudness, seed=seed)
        audio.write_wav(tmp_path / f"{name}.wav", sound + audio.noise(40.0, -75, seed), bits=24)
    result = mixed(tmp_path, AudioSettings(level=level), Track("a.wav", "alex"), Track("b.wav", "robin"))
    heard = [
        audio.integrated(np.concatenate([result[int(a * 48000) : int(b * 48000)] for a, b in own]))
        for own in (turns[0::2], turns[1::2])
    ]
    assert abs(heard[0] - heard[1]) < 2


@pytest.mark.parametrize("loudness", [-48, -12])
def test_gate_follows_the_level(tmp_path: Path, loudness: float) -> None:
    """The gate's threshold follows the recording: a very quiet voice is not gated away, a loud one is still gated."""
    sound = audio.voice(8.0, ((0.5, 4.0),), level=loudness) + audio.noise(8.0, loudness - 35)
    audio.write_wav(tmp_path / "a.wav", sound, bits=24)
    settings = AudioSettings(channels=1, highpass=0, level="none")
    result = mixed(tmp_path, settings, Track("a.wav", "alex"))[:, 0]
    talk, pause = slice(48000, 168000), slice(260000, 380000)
    assert np.std(result[talk]) / np.std(sound[talk]) > audio.db(-1.0)
    assert np.std(result[pause]) / np.std(sound[pause]) < audio.db(-10)


def test_recorder_stopped_by_force(tmp_path: Path) -> None:
    """A WAV without a length is mixed to its last sample, beside a compressed track."""
    sound = audio.voice(4.0, level=-20)
    (tmp_path / "a.wav").write_bytes(riff((sound * 32767).astype("<i2").tobytes(), 0))
    other = audio.write_wav(tmp_path / "x.wav", audio.voice(3.0, level=-30, seed=2))
    audio.convert(other, tmp_path / "b.flac")
    result = mixed(tmp_path, PLAIN, Track("a.wav", "alex"), Track("b.flac", "robin"))
    assert len(result) == len(sound)


def test_same_bytes_every_time(tmp_path: Path) -> None:
    """The same tracks give the same file, byte for byte."""
    audio.write_wav(tmp_path / "a.wav", audio.voice(5.0, seed=1, rate=24000), rate=24000)
    audio.write_wav(tmp_path / "b.wav", audio.voice(4.0, seed=2, rate=44100), rate=44100)
    for name in ("one.w64", "two.w64"):
        mixed(tmp_path, AudioSettings(), Track("a.wav", "alex"), Track("b.wav", "robin"), output=name)
    assert (tmp_path / "one.w64").read_bytes() == (tmp_path / "two.w64").read_bytes()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_full_disk(tmp_path: Path) -> None:
    """A disk without room is one line that names the file, not a page of FFmpeg."""
    audio.write_wav(tmp_path / "a.wav", audio.voice(5.0))
    (tmp_path / "mix.w64").symlink_to("/dev/full")
    with pytest.raises(PodcastError, match=r"mix\.w64: no room to write") as caught:
        mixed(tmp_path, AudioSettings(), Track("a.wav", "alex"))
    assert len(str(caught.value).splitlines()) == 2


def test_file_size_limit(tmp_path: Path) -> None:
    """A limit on file sizes (quota, ulimit) is reported in the same way."""
    audio.write_wav(tmp_path / "a.wav", audio.voice(5.0))
    script = (
        "import resource, pathlib, test_audio_mix as t\n"
        "from podcast_pipeline.errors import PodcastError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
        "try:\n    t.mixed(pathlib.Path('.').absolute(), t.AudioSettings(), t.Track('a.wav', 'alex'))\n"
        "except PodcastError as error:\n    print(error)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    ran = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert "mix.w64: no room to write" in ran.stdout, ran.stderr
