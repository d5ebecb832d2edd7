"""The encode loop: the decoded MP3 meets its target, says what was measured, and is the same every time."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from pathlib import Path
from typing import Any

import audio
import mutagen.mp3
import numpy as np
import pytest
import soak
from test_audio_assemble import write_mix

from podcast_pipeline import ffmpeg, process
from podcast_pipeline.audio import lame, master, measure
from podcast_pipeline.audio.encode import encode
from podcast_pipeline.config.audio import BITRATES, CHANNELS, SAMPLE_RATES
from podcast_pipeline.errors import AudioError, PodcastError
from podcast_pipeline.model.audio import AudioSettings, Loudness


def encoded(folder: Path, sound: audio.Samples, settings: AudioSettings) -> dict[str, Any]:
    """Encode this programme to episode.mp3 in `folder`; the content of loudness.json."""
    write_mix(folder / "programme.w64", sound, settings)
    told: list[float] = []
    encode(
        folder / "programme.w64",
        settings,
        {"mp3": folder / "episode.mp3"},
        folder / "loudness.json",
        folder / "curve.json",
        told.append,
    )
    assert told == sorted(told), "progress went back"
    assert told[-1] == 1.0
    assert sorted(path.name for path in folder.glob("*.mp3")) == ["episode.mp3"]
    measured: dict[str, Any] = json.loads((folder / "loudness.json").read_text())
    return measured


def frames(data: bytes) -> list[tuple[int, int]]:
    """(kbit/s, sample rate) of every MPEG-1 layer III frame, by the frame headers alone; the file has nothing else."""
    rates = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
    found, at = [], 0
    while at < len(data):
        assert data[at] == 0xFF, f"no frame at {at}"
        assert data[at + 1] & 0xFE == 0xFA, f"no frame at {at}"
        kbps, rate = rates[data[at + 2] >> 4], (44100, 48000, 32000)[data[at + 2] >> 2 & 3]
        found.append((kbps, rate))
        at += 144000 * kbps // rate + (data[at + 2] >> 1 & 1)
    return found


SHAPES = [(2, 48000, -16.0, 128), (1, 48000, -19.0, 96), (2, 44100, -16.0, 128), (1, 44100, -19.0, 96)]


@pytest.mark.parametrize(("channels", "rate", "target", "kbps"), SHAPES)
def test_decoded_file_meets_its_target(tmp_path: Path, channels: int, rate: int, target: float, kbps: int) -> None:
    """Stereo -16 and mono -19 LUFS, true peak at most -1 dBTP, length to the sample: by other meters than ours."""
    settings = AudioSettings(channels=channels, sample_rate=rate)
    sound = audio.voice(5.0, level=-27, rate=rate)
    told = encoded(tmp_path, sound, settings)
    decoded = audio.decode(tmp_path / "episode.mp3", channels, rate)
    audio.within_limits(decoded, target, rate=rate)
    assert len(decoded) == len(sound) == told["samples"]
    assert told["target"] == target
    assert told["duration"] == 5000
    assert set(frames((tmp_path / "episode.mp3").read_bytes())) == {(kbps, rate)}


FORMS = list(itertools.product(SAMPLE_RATES, CHANNELS))
EVERY = [(*form, kbps) for form in FORMS for kbps in BITRATES]
FEW = [
    (*form, kbps)
    for number, form in enumerate(FORMS)
    for place, kbps in enumerate(BITRATES)
    if kbps in (min(BITRATES), max(BITRATES)) or place % len(FORMS) == number
]
"""The ends, where LAME would choose otherwise, of each form; of those between, each once."""


@pytest.mark.parametrize(("rate", "channels", "kbps"), soak.examples(FEW, EVERY))
def test_every_bit_rate_that_may_be_set_is_encoded(tmp_path: Path, rate: int, channels: int, kbps: int) -> None:
    """LAME never resamples by itself: frames of the rate and bit rate asked for, level, length and place as ever."""
    settings = AudioSettings(channels=channels, sample_rate=rate, bitrate=kbps)
    sound = audio.voice(3.2, level=-27, rate=rate)
    told = encoded(tmp_path, sound, settings)
    assert set(frames((tmp_path / "episode.mp3").read_bytes())) == {(kbps, rate)}
    decoded = audio.decode(tmp_path / "episode.mp3", channels, rate)
    assert len(decoded) == len(sound) == told["samples"]
    audio.within_limits(decoded, settings.target, rate=rate)
    assert late(decoded[:, 0], sound) == 0
    info = mutagen.mp3.MP3(tmp_path / "episode.mp3").info
    assert (info.sample_rate, info.channels, round(info.bitrate / 1000)) == (rate, channels, kbps)


def late(heard: audio.Samples, sound: audio.Samples) -> int:
    """By how many samples the one is later than the other: the highest place of their correlation."""
    size = 1 << (2 * len(sound)).bit_length()
    correlation = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(sound, size)), size)
    best = int(np.argmax(correlation))
    return best if best < size // 2 else best - size


def test_report_tells_what_was_measured(tmp_path: Path) -> None:
    """loudness.json holds the values of the decoded file and how they were reached."""
    told = encoded(tmp_path, audio.voice(10.0, level=-27), AudioSettings())
    decoded = audio.decode(tmp_path / "episode.mp3", 2)
    assert told["integrated"] == pytest.approx(audio.integrated(decoded), abs=0.1)
    assert told["true_peak"] == pytest.approx(audio.true_peak(decoded), abs=0.15)
    assert told["error"] == pytest.approx(told["integrated"] - told["target"], abs=0.002)
    assert told["max_short_term"] >= told["integrated"]
    assert told["range"] >= 0
    assert told["programme"] + told["gain"] == pytest.approx(told["target"], abs=2)
    assert told["ceiling"] <= -2.5
    assert 0 <= told["limiter"] < 2
    assert told["codec_correction"] == pytest.approx(0.445, abs=0.5)
    assert 1 <= told["rounds"] <= 3
    assert told["ffmpeg"] == {"version": ffmpeg.version(), "origin": ffmpeg.binary().origin}
    assert told["lameenc"] == lame.version()


def test_gapless_header_and_nothing_else(tmp_path: Path) -> None:
    """The file begins with the Info frame that makes it gapless, and has no tag: tags are another stage's work."""
    encoded(tmp_path, audio.voice(5.0), AudioSettings())
    data = (tmp_path / "episode.mp3").read_bytes()
    assert b"Info" in data[:200]
    assert b"ID3" not in data[:10]
    assert data[-128:-125] != b"TAG"


def test_same_bytes_every_time(tmp_path: Path) -> None:
    """The same programme gives the same MP3, byte for byte."""
    digests = set()
    for _ in range(2):
        encoded(tmp_path, audio.voice(6.0), AudioSettings())
        digests.add(hashlib.sha256((tmp_path / "episode.mp3").read_bytes()).hexdigest())
    assert len(digests) == 1


@pytest.mark.parametrize("channels", [1, 2])
def test_hot_programme(tmp_path: Path, channels: int) -> None:
    """Levelled speech with peaks far beyond full scale and square-edged clipping still meets target and peak."""
    sound = np.clip(audio.voice(8.0, level=-4, seed=2), -1, 1) * 1.8
    encoded(tmp_path, sound, AudioSettings(channels=channels))
    decoded = audio.decode(tmp_path / "episode.mp3", channels)
    audio.within_limits(decoded, -16 if channels == 2 else -19)


def test_quiet_programme(tmp_path: Path) -> None:
    """A programme at -40 LUFS is raised to the target."""
    told = encoded(tmp_path, audio.voice(10.0, level=-40), AudioSettings())
    audio.within_limits(audio.decode(tmp_path / "episode.mp3", 2), -16)
    assert told["gain"] > 20


def test_own_target(tmp_path: Path) -> None:
    """A loudness and a true peak set by the show are what the file is measured against."""
    told = encoded(tmp_path, audio.voice(10.0), AudioSettings(loudness=-20.0, true_peak=-3.0))
    decoded = audio.decode(tmp_path / "episode.mp3", 2)
    audio.within_limits(decoded, -20, limit=-3.0)
    assert told["true_peak_limit"] == -3.0


def refused(folder: Path, sound: audio.Samples, settings: AudioSettings) -> str:
    """The error that encoding this programme raises; no report is left."""
    with pytest.raises(AudioError) as caught:
        encoded(folder, sound, settings)
    assert not (folder / "loudness.json").exists()
    return str(caught.value)


def test_too_short(tmp_path: Path) -> None:
    """Less than three seconds is an error, not a wild gain."""
    assert "the programme lasts 2.0 s" in refused(tmp_path, audio.voice(2.0), AudioSettings())


def test_silence(tmp_path: Path) -> None:
    """A programme with nothing above -70 LUFS is an error, not a gain of 60 dB."""
    text = refused(tmp_path, audio.noise(5.0, -85), AudioSettings())
    assert "silent: nothing is above -70 LUFS" in text


def test_gain_beyond_reason(tmp_path: Path) -> None:
    """More than 30 dB of gain is refused with the level that was found."""
    text = refused(tmp_path, audio.voice(5.0, level=-58), AudioSettings())
    assert "the programme is at -55.9 LUFS: it would need +39.9 dB" in text


def test_target_out_of_reach(tmp_path: Path) -> None:
    """Where the limiter cannot reach the target within the rounds, nothing is accepted: the miss is named."""
    sound = np.zeros(48000 * 8)
    sound[::4800] = 1.0
    text = refused(tmp_path, sound, AudioSettings(loudness=-10.0))
    assert "the MP3 misses its target after 3 rounds" in text
    assert re.search(r"the limiter takes \d+\.\d LU, its highest peaks are at 0:0\d", text)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_full_disk(tmp_path: Path) -> None:
    """A disk without room stops the encoding with one line, and no half-made file stays."""
    (tmp_path / "episode.round1.mp3").symlink_to("/dev/full")
    with pytest.raises(PodcastError, match="no room to write"):
        encoded(tmp_path, audio.voice(5.0), AudioSettings())
    assert not list(tmp_path.glob("*.mp3"))


def test_meter_reads_a_known_tone(tmp_path: Path) -> None:
    """A 997 Hz sine at full scale in one channel is -3.01 LUFS and 0 dBTP (BS.1770)."""
    one_side = np.stack((audio.sine(10.0, 997, 0), np.zeros(480000)), axis=1)
    path = audio.write_wav(tmp_path / "a.wav", one_side, bits=24)
    found = measure.loudness(path, 48000)
    assert found.loudness.integrated == pytest.approx(-3.01, abs=0.02)
    assert found.loudness.true_peak == pytest.approx(0.0, abs=0.05)
    assert found.samples == 480000


def test_meter_sees_the_last_moment(tmp_path: Path) -> None:
    """A peak in the last 100 ms counts, although the per-frame values end before it."""
    sound = audio.sine(5.03, 997, -40)
    sound[-500:-400] = audio.sine(100 / 48000, 997, -1)
    path = audio.write_wav(tmp_path / "a.wav", sound, bits=24)
    assert measure.loudness(path, 48000).loudness.true_peak == pytest.approx(-1, abs=0.4)


def test_meter_on_a_damaged_file(tmp_path: Path) -> None:
    """What cannot be decoded to its end is not measured: the file is named, and what is the matter."""
    path = tmp_path / "a.mp3"
    audio.convert(audio.write_wav(tmp_path / "a.wav", audio.voice(5.0)), path, "-b:a", "96k")
    whole = path.read_bytes()
    path.write_bytes(whole[:20000] + bytes(range(256)) * 40 + whole[30240:])
    with pytest.raises(AudioError, match=r"a\.mp3: damaged, cut off"):
        measure.loudness(path, 48000)
    path.write_bytes(b"no sound at all")
    with pytest.raises(AudioError, match=r"a\.mp3: not a recording"):
        measure.loudness(path, 48000)


@pytest.mark.parametrize("name", ["a:b'c[d],e;f%20=g\\h.mp3", " -i.mp3", "Gerät 1.mp3"])
def test_meter_takes_a_name_as_it_is(tmp_path: Path, name: str) -> None:
    """No sign in a file's name means anything to what decodes it."""
    audio.convert(audio.write_wav(tmp_path / "a.wav", audio.sine(5.0, 997, -20)), tmp_path / "a.mp3", "-b:a", "96k")
    (tmp_path / "a.mp3").rename(tmp_path / name)
    assert measure.loudness(tmp_path / name, 44100).loudness.integrated == pytest.approx(-23.0 - 0.45, abs=0.1)


def test_meter_on_pictures_alone(tmp_path: Path) -> None:
    """A video without sound is named as that, not as silence."""
    path = tmp_path / "a.mp4"
    process.run([ffmpeg.binary().path, *ffmpeg.QUIET, "-f", "lavfi", "-i", "testsrc=duration=1", str(path)])
    with pytest.raises(AudioError, match=r"a\.mp4: damaged, cut off, or without sound"):
        measure.loudness(path, 48000)


def test_meter_on_silence(tmp_path: Path) -> None:
    """Silence has no loudness: minus infinity, from which no gain can be made by accident."""
    path = audio.write_wav(tmp_path / "a.wav", np.zeros(240000))
    assert measure.loudness(path, 48000).loudness.integrated == -np.inf


def made(integrated: float, true_peak: float, limited: float = -16.0) -> master.Round:
    """A round whose file measured like this."""
    found = measure.Measurement(Loudness(integrated, true_peak, 3.0), integrated + 2, 480000)
    return master.Round(master.Master(4.0, -2.5, 0.445), limited, found)


def test_correction_puts_back_what_the_codec_took() -> None:
    """The next round adds exactly what was lost between limiter and decoder, and leaves a good ceiling alone."""
    after = master.corrected(made(-16.4, -2.0), AudioSettings())
    assert after.correction == pytest.approx(0.845)
    assert after.ceiling == -2.5


def test_correction_lowers_the_ceiling_by_the_excess() -> None:
    """A decoded peak above the aim lowers the ceiling by the excess and a tenth."""
    assert master.corrected(made(-16.0, -0.9), AudioSettings()).ceiling == pytest.approx(-3.2)


def test_best_round_is_the_one_that_breaks_no_limit() -> None:
    """A file within both limits ranks before one nearer to the target with too high a peak."""
    settings = AudioSettings()
    assert made(-16.15, -1.1).rank(settings) < made(-16.0, -0.9).rank(settings)
    assert made(-16.0, -1.6).rank(settings) < made(-16.1, -1.2).rank(settings)
    assert not made(-16.0, -0.99).usable(settings)
    assert not made(-16.21, -2.0).usable(settings)
