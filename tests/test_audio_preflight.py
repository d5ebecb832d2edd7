"""The preflight: what can be used is described, what cannot is named, all at once."""

from __future__ import annotations

import os
from pathlib import Path

import audio
import numpy as np
import pytest
from soak import examples
from test_audio_wav import riff

from podcast_pipeline import ffmpeg
from podcast_pipeline.audio import preflight as reports
from podcast_pipeline.audio.dropouts import DropoutEar
from podcast_pipeline.audio.preflight import Preflight, preflight
from podcast_pipeline.errors import AudioError
from podcast_pipeline.model.audio import Track


def check(folder: Path, *names: str, allow_truncated: bool = False, allow_damaged: bool = False) -> Preflight:
    """Run the preflight on these files and read its report."""
    told: list[float] = []
    who = {name: "alex" if name == names[0] else Path(name).stem for name in names}  # a person each
    tracks = [
        (Track(f"raw/{name}", who[name], allow_truncated=allow_truncated, allow_damaged=allow_damaged), folder / name)
        for name in names
    ]
    preflight(tracks, folder / "preflight.json", folder / "levels.dat", told.append)
    assert told == sorted(told), "progress went back"
    assert told[-1] == 1.0
    found = reports.PREFLIGHT.load(folder / "preflight.json")
    # Behind what was found stands what is done about it, or what to do.
    assert all(finding.sentence.partition("; ")[2] for finding in found.findings), found.findings
    return found


def refused(folder: Path, *names: str) -> str:
    """The text of the error that the preflight raises for these files; nothing was written."""
    with pytest.raises(AudioError) as caught:
        check(folder, *names)
    assert not (folder / "preflight.json").exists()
    return str(caught.value)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds of a voice at 44.1 kHz, 24 bit."""
    path = tmp_path_factory.mktemp("spoken") / "voice.wav"
    return audio.write_wav(path, audio.voice(6.0, level=-20, rate=44100), rate=44100, bits=24)


FORMATS = {
    "a16.wav": (["-c:a", "pcm_s16le"], "wav", "pcm_s16le", 44100),
    "a24.wav": (["-c:a", "pcm_s24le"], "wav", "pcm_s24le", 44100),
    "float.wav": (["-c:a", "pcm_f32le"], "wav", "pcm_f32le", 44100),
    "rf64.wav": (["-rf64", "always"], "wav", "pcm_s16le", 44100),
    "a.w64": ([], "w64", "pcm_s16le", 44100),
    "a.aiff": ([], "aiff", "pcm_s16be", 44100),
    "a.flac": ([], "flac", "flac", 44100),
    "a.mp3": (["-b:a", "128k"], "mp3", "mp3", 44100),
    "a.m4a": ([], "mov", "aac", 44100),
    "a.ogg": (["-c:a", "libvorbis"], "ogg", "vorbis", 44100),
    "a.opus": (["-c:a", "libopus", "-ar", "48000"], "ogg", "opus", 48000),
    "a.mka": (["-c:a", "libvorbis"], "matroska", "vorbis", 44100),
}


@pytest.mark.parametrize("name", list(FORMATS))
def test_formats(spoken: Path, tmp_path: Path, name: str) -> None:
    """Every format a recorder or editor writes is described: codec, rate, channels, length, loudness."""
    arguments, demuxer, codec, rate = FORMATS[name]
    audio.convert(spoken, tmp_path / name, *arguments)
    (track,) = check(tmp_path, name).tracks
    assert (track.file, track.person) == (f"raw/{name}", "alex")
    assert (track.source.demuxer, track.source.codec) == (demuxer, codec)
    assert (track.source.rate, track.source.channels) == (rate, 1)
    decoded = audio.decode(tmp_path / name, 1, rate)
    assert track.heard.samples == len(decoded)
    assert track.heard.duration == pytest.approx(6000, abs=1 if codec.startswith("pcm") else 30)
    assert track.heard.integrated == pytest.approx(audio.integrated(decoded, rate), abs=0.15)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_sound_of_a_video(spoken: Path, tmp_path: Path, name: str) -> None:
    """The sound of an MP4 or MKV with a picture is used."""
    audio.convert(spoken, tmp_path / name, "-f", "lavfi", "-i", "color=size=64x64:duration=9", "-c:a", "aac")
    (track,) = check(tmp_path, name).tracks
    assert track.source.codec == "aac"
    assert track.heard.duration == pytest.approx(6000, abs=50)


def test_clean_tracks_have_no_findings(spoken: Path, tmp_path: Path) -> None:
    """Two good recordings of one session raise no finding."""
    for name in ("a.wav", "b.wav"):
        audio.convert(spoken, tmp_path / name)
    assert check(tmp_path, "a.wav", "b.wav").findings == ()


def test_noise_floor_and_silence(tmp_path: Path) -> None:
    """The level of the pauses, and silence at the start and end, are measured."""
    sound = audio.voice(10.0, ((2.0, 6.0),), level=-20) + audio.noise(10.0, -65)
    audio.write_wav(tmp_path / "a.wav", sound, bits=24)
    heard = check(tmp_path, "a.wav").tracks[0].heard
    assert heard.noise_floor == pytest.approx(-65, abs=1)
    assert heard.silence.leading == pytest.approx(2000, abs=150)
    assert heard.silence.trailing == pytest.approx(4000, abs=250)
    assert heard.silence.share == pytest.approx(0.6, abs=0.1)


def test_findings(spoken: Path, tmp_path: Path) -> None:
    """Different rates, levels and lengths, surround, and a name that lies are warnings, not errors."""
    audio.write_wav(tmp_path / "a.wav", audio.voice(6.0, level=-40))
    audio.convert(spoken, tmp_path / "b.flac", "-ac", "6")
    audio.convert(audio.write_wav(tmp_path / "c.wav", audio.voice(3.0)), tmp_path / "c.mp3")
    (tmp_path / "c.mp3").replace(tmp_path / "c.wav")
    found = check(tmp_path, "a.wav", "b.flac", "c.wav").findings
    assert {f.code for f in found} == {"AUD01", "AUD07", "AUD08", "AUD10", "AUD14"}
    assert {f.severity for f in found} == {"W"}
    assert [f.sentence for f in found if f.code == "AUD01"] == ["its content is mp3; rename it to end in .mp3"]


def test_no_recording_is_larger_than_it_may(tmp_path: Path) -> None:
    """16 GB, before anything of it is decoded."""
    path = audio.write_wav(tmp_path / "large.wav", audio.voice(6.0))
    os.truncate(path, (16 << 30) + 1)
    assert "large.wav: 17.2 GB" in refused(tmp_path, "large.wav")


def test_no_recording_is_longer_than_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """12 hours; not to decode so many here, 4 seconds. Nothing behind the limit is read, and the file is named."""
    assert ffmpeg.MAX_SECONDS == 12 * 3600
    monkeypatch.setattr(ffmpeg, "MAX_SECONDS", 4)
    audio.write_wav(tmp_path / "long.wav", audio.voice(6.0))
    assert "long.wav: longer than" in refused(tmp_path, "long.wav")
    decoded = sum(len(block) for block in ffmpeg.samples(tmp_path / "long.wav", 48000))
    assert decoded == 4 * 48000


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
def test_recorder_stopped_by_force(tmp_path: Path, size: int) -> None:
    """A WAV whose length was never written is used to its last sample, with a warning."""
    samples = (audio.voice(4.0, level=-20) * 32767).astype("<i2")
    (tmp_path / "a.wav").write_bytes(riff(samples.tobytes() + b"\1", size))
    report = check(tmp_path, "a.wav")
    assert report.tracks[0].heard.samples == 192000
    assert [f.code for f in report.findings] == ["AUD01"]


@pytest.mark.parametrize("name", ["a.opus", "a.ogg"])
def test_cut_ogg_is_named(spoken: Path, tmp_path: Path, name: str) -> None:
    """An Ogg file states no length: one whose last page is missing is used, with a warning; a whole one has none."""
    path = audio.convert(spoken, tmp_path / name, *FORMATS[name][0])
    assert check(tmp_path, name).findings == ()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    assert [f.code for f in check(tmp_path, name).findings] == ["AUD01"]


def test_every_problem_of_every_track_at_once(spoken: Path, tmp_path: Path) -> None:
    """Missing, empty, truncated, text, silent: one error names them all, each with its file and what to do."""
    whole = spoken.read_bytes()
    (tmp_path / "interview.wav").write_bytes(whole)
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "cut.wav").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "notes.wav").write_text("These are my notes, not a recording.\n" * 9)
    audio.write_wav(tmp_path / "silent.wav", audio.noise(5.0, -90), bits=24)
    text = refused(tmp_path, "eighth-of-march.flac", "interview.wav", "empty.wav", "cut.wav", "notes.wav", "silent.wav")
    assert "interview.wav" not in text
    lines = [line for line in text.splitlines() if not line.startswith("  hint: ")]
    assert [line.split(": ", 1)[1].split(":")[0] for line in lines] == [
        "no such file", "the file is empty", "truncated", "not a recording", "silent",
    ]  # fmt: skip
    assert "promises 6.0 s of sound, the file holds 3.0 s" in text
    assert "it is text" in text
    assert text.count("  hint: ") == 5


def test_one_problem_is_one_line_and_a_hint(tmp_path: Path) -> None:
    """A single missing track is reported as one line with its path and a hint."""
    text = refused(tmp_path, "gone.wav")
    assert text.splitlines()[0] == f"{tmp_path / 'gone.wav'}: no such file"
    assert len(text.splitlines()) == 2


@pytest.mark.parametrize(
    ("suffix", "arguments"),
    [("flac", []), ("mp3", []), ("mka", ["-c:a", "libvorbis"]), ("m4a", []), ("m4a", ["-movflags", "+faststart"])],
)
def test_truncated_compressed_file(spoken: Path, tmp_path: Path, suffix: str, arguments: list[str]) -> None:
    """A compressed file that was cut off is refused, although a player would just stop early."""
    path = audio.convert(spoken, tmp_path / f"a.{suffix}", *arguments)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert f"a.{suffix}: " in refused(tmp_path, f"a.{suffix}")


def test_random_bytes(tmp_path: Path) -> None:
    """Bytes that are no audio are refused by what they are, whatever the name."""
    (tmp_path / "a.wav").write_bytes(np.random.default_rng(1).bytes(5000).replace(b"\xff", b"\0"))
    assert "its content is no audio format known here" in refused(tmp_path, "a.wav")


def test_mp3_magic_without_mp3(tmp_path: Path) -> None:
    """A file that only begins like an MP3 is refused."""
    (tmp_path / "a.mp3").write_bytes(b"ID3\4\0\0\0\0\0\0" + b"nothing here " * 400)
    assert "a.mp3: " in refused(tmp_path, "a.mp3")


def test_video_without_sound(tmp_path: Path) -> None:
    """A video without sound says that there is no audio in it."""
    source = audio.write_wav(tmp_path / "x.wav", audio.sine(1.0))
    audio.convert(source, tmp_path / "a.mp4", "-f", "lavfi", "-i", "color=size=64x64:duration=2", "-map", "1:v")
    assert "a.mp4: there is no audio in this file" in refused(tmp_path, "a.mp4")


def test_too_short_to_be_heard(tmp_path: Path) -> None:
    """A click of 0.1 s is refused: nothing of it can be measured."""
    audio.write_wav(tmp_path / "a.wav", audio.sine(0.1))
    assert "a.wav: lasts only 0.1 s" in refused(tmp_path, "a.wav")


def test_folder_in_place_of_a_file(tmp_path: Path) -> None:
    """A folder where a recording should be is one clear line."""
    (tmp_path / "a.wav").mkdir()
    assert "a.wav: cannot be read: Is a directory" in refused(tmp_path, "a.wav")


PLAYLISTS = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{target}\n#EXT-X-ENDLIST\n",
    "ffconcat": "ffconcat version 1.0\nfile '{target}'\n",
    "id3": "ID3\4\0\0\0\0\0\0#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{target}\n#EXT-X-ENDLIST\n",
}


@pytest.mark.parametrize("suffix", ["wav", "mp3", "m4a", "flac", "ogg", "mkv"])
@pytest.mark.parametrize("kind", list(PLAYLISTS))
def test_playlist_is_never_opened(tmp_path: Path, kind: str, suffix: str) -> None:
    """A playlist that calls itself a recording is refused, and what it points to is never opened.

    It points to a pipe without a writer: opening that would wait for ever.
    """
    target = tmp_path / "secret.wav"
    os.mkfifo(target)
    (tmp_path / f"a.{suffix}").write_text(PLAYLISTS[kind].format(target=target), "latin-1")
    assert f"a.{suffix}: " in refused(tmp_path, f"a.{suffix}")


@pytest.mark.parametrize("name", ["-i evil.wav", "a:b.wav", "it's 100% [a].wav", "a,b;c.wav"])
def test_names_are_only_names(spoken: Path, tmp_path: Path, name: str) -> None:
    """A file may be called anything: its name is never read as an option, protocol or filter."""
    (tmp_path / name).write_bytes(spoken.read_bytes())
    assert check(tmp_path, name).tracks[0].heard.duration == 6000


def codes(report: Preflight) -> list[str]:
    """The codes of the findings."""
    return [finding.code for finding in report.findings]


def test_clipping(tmp_path: Path) -> None:
    """Runs of full-scale samples are counted, with the times of the worst; a single peak at full scale is none."""
    sound = audio.voice(6.0, level=-26)
    sound[96000:96040] = 1.0
    sound[192000:192010] = -1.0
    sound[48000] = 1.0
    audio.write_wav(tmp_path / "a.wav", sound)
    report = check(tmp_path, "a.wav")
    assert report.tracks[0].heard.clipping.count == 2
    assert report.tracks[0].heard.clipping.worst == (2000, 4000)
    assert codes(report) == ["AUD03"]
    assert report.findings[0].time == 2000


@pytest.mark.parametrize(("hz", "rate"), [(50, 48000), (60, 44100), (60, 16000)])
def test_hum_is_found_with_its_lines(tmp_path: Path, hz: int, rate: int) -> None:
    """Mains hum is found at its frequency, with its harmonics and level, at any rate."""
    sound = audio.voice(25.0, ((0.5, 9.0), (12.0, 23.0)), level=-20, rate=rate) + audio.noise(25.0, -65, rate=rate)
    audio.write_wav(tmp_path / "a.wav", sound + audio.hum(25.0, hz, -45, rate), rate, bits=24)
    (track,) = check(tmp_path, "a.wav").tracks
    assert track.heard.hum is not None
    assert track.heard.hum.mains == hz
    assert track.heard.hum.lines[:3] == (hz, 2 * hz, 3 * hz)
    assert track.heard.hum.level == pytest.approx(-45 - 3 + 1.3, abs=2)


@pytest.mark.parametrize("pitch", [100.0, 120.0])
def test_a_deep_voice_is_no_hum(tmp_path: Path, pitch: float) -> None:
    """A voice at twice the mains' frequency raises nothing, with pauses and without."""
    sound = audio.voice(25.0, ((0.1, 9.0), (10.0, 24.9)), pitch=pitch, level=-20) + audio.noise(25.0, -65)
    audio.write_wav(tmp_path / "a.wav", sound, bits=24)
    assert codes(check(tmp_path, "a.wav")) == []


def test_noise(tmp_path: Path) -> None:
    """Noise that is loud, or close to the speech, is a warning that says what can be done."""
    audio.write_wav(tmp_path / "a.wav", audio.voice(8.0, ((0.5, 5.0),), level=-20) + audio.noise(8.0, -38), bits=24)
    report = check(tmp_path, "a.wav")
    assert codes(report) == ["AUD04"]
    assert 'denoise = "auto"' in report.findings[0].sentence


def test_channels_of_a_stereo_file(tmp_path: Path) -> None:
    """A dead channel, two equal ones, opposite polarity and a voice on each side are named, with what to do."""
    one, two = audio.voice(6.0, level=-20), audio.voice(6.0, level=-20, seed=2)
    turns = (audio.voice(6.0, ((0.2, 2.8),), level=-20), audio.voice(6.0, ((3.0, 5.8),), level=-20, seed=2))
    for name, left, right, said in (
        ("a.wav", one, one * audio.db(-50), "the right channel is silent; only the left one is used"),
        ("b.wav", one, one, "both channels are the same"),
        ("c.wav", one, -0.9 * one, "opposite polarity"),
        ("e.wav", *turns, 'channel = "left" and "right"'),
    ):
        audio.write_wav(tmp_path / name, np.stack((left, right), axis=1), bits=24)
        report = check(tmp_path, name)
        assert codes(report) == ["AUD06"]
        assert said in report.findings[0].sentence
    audio.write_wav(tmp_path / "d.wav", np.stack((one, two), axis=1), bits=24)
    assert codes(check(tmp_path, "d.wav")) == []


def test_a_side_that_is_not_there(tmp_path: Path) -> None:
    """A side of a recording with one channel is refused, with what to change."""
    audio.write_wav(tmp_path / "a.wav", audio.voice(6.0, level=-20))
    tracks = [(Track("raw/a.wav", "alex", channel="left"), tmp_path / "a.wav")]
    with pytest.raises(AudioError, match="there is no left side") as caught:
        preflight(tracks, tmp_path / "preflight.json", tmp_path / "levels.dat", lambda _: None)
    assert "take `channel` out" in (caught.value.hint or "")


@pytest.mark.parametrize(("gaps", "severity"), [(2, "W"), (30, "E")])
def test_dropouts(tmp_path: Path, gaps: int, severity: str) -> None:
    """Digital silence in the middle of speech is named with its time, and an error above one per cent of a track."""
    sound = audio.sine(10.0, 200, -20) + audio.noise(10.0, -40)
    for i in range(gaps):
        start = 48000 + i * 9600
        sound[start : start + 1920] = 0.0
    audio.write_wav(tmp_path / "a.wav", sound, bits=24)
    found = [finding for finding in check(tmp_path, "a.wav").findings if finding.code == "AUD09"]
    assert [(finding.severity, finding.time) for finding in found] == [(severity, 1000)]
    assert f"{gaps} gaps" in found[0].sentence


@pytest.mark.parametrize(("start", "seconds"), [(1.0, 0.03), (3.383, 0.6), (3.4, 1.0), (5.999, 6.0), (2.5, 9.9)])
def test_a_dropout_is_as_long_as_it_is(start: float, seconds: float) -> None:
    """Wherever the borders of blocks are; above ten seconds a microphone was off."""
    for length, told in ((seconds, True), (seconds + 10, False)):
        ear, sound = DropoutEar(8000), audio.noise(24.0, -20, rate=8000).astype(np.float32)[:, None]
        first, last = round(start * 8000), round((start + length) * 8000)
        sound[first:last] = 0
        for at in range(0, len(sound), 16000):
            ear.hear(sound[at : at + 16000])
        assert [gap[:2] for gap in ear.gaps] == [(first, last)] * told


def test_pauses_of_digital_silence_are_no_dropouts(tmp_path: Path) -> None:
    """A call that is silent between sentences, as meeting programs record it, raises nothing."""
    audio.write_wav(tmp_path / "a.wav", audio.voice(8.0, ((0.5, 3.0), (5.0, 7.5)), level=-20))
    assert codes(check(tmp_path, "a.wav")) == []


def test_telephone(tmp_path: Path) -> None:
    """Telephone sound is named, whether the file has 8 kHz or was blown up to 48 kHz; so are few kilobits."""
    phone = audio.write_wav(tmp_path / "phone.wav", audio.voice(6.0, level=-20, rate=8000), rate=8000)
    audio.convert(phone, tmp_path / "blown.wav", "-ar", "48000")
    for name in ("phone.wav", "blown.wav"):
        assert codes(check(tmp_path, name)) == ["AUD13"]
    wide = audio.write_wav(tmp_path / "wide.wav", audio.voice(6.0, level=-20) + audio.noise(6.0, -55))
    audio.convert(wide, tmp_path / "small.mp3", "-b:a", "32k")
    assert "AUD13" in codes(check(tmp_path, "small.mp3"))


def two_microphones(folder: Path, seconds: float = 40.0, ppm: float = 0.0) -> None:
    """host.wav, and guest.wav that hears the host 12 ms later and 26 dB lower, on a clock that is slower by `ppm`."""
    turns = [(at, at + 4.7) for at in np.arange(0.3, seconds - 5, 5.0)]
    host = audio.voice(seconds, tuple(turns[0::2]), pitch=110, level=-20, seed=3)
    guest = audio.voice(seconds, tuple(turns[1::2]), pitch=200, level=-22, seed=4)
    guest = guest + np.roll(host, 576) * audio.db(-26)
    if ppm:
        time = np.arange(len(guest))
        guest = np.interp(time * (1 - ppm * 1e-6), time, guest)
    audio.write_wav(folder / "host.wav", host + audio.noise(seconds, -70, 5), bits=24)
    audio.write_wav(folder / "guest.wav", guest + audio.noise(seconds, -70, 6), bits=24)


def test_bleed(tmp_path: Path) -> None:
    """What one microphone hears of the other is found with delay and level; the other direction, silent, is not."""
    two_microphones(tmp_path)
    report = check(tmp_path, "host.wav", "guest.wav")
    (bleed,) = report.bleed
    assert (bleed.file, bleed.source) == ("raw/guest.wav", "raw/host.wav")
    assert bleed.delay == pytest.approx(12.0, abs=0.2)
    assert bleed.level == pytest.approx(-26, abs=1)
    assert bleed.drift == 0
    assert codes(report) == ["AUD11"]


def test_a_muted_microphone_does_not_pull_the_level_of_bleed(tmp_path: Path) -> None:
    """Three quarters of the track are muted: what it hears in the rest is as loud as before."""
    two_microphones(tmp_path, 60.0)
    sound = audio.decode(tmp_path / "guest.wav", 1)[:, 0].copy()
    sound[: len(sound) * 3 // 4] = 0
    audio.write_wav(tmp_path / "guest.wav", sound)
    (bleed,) = check(tmp_path, "host.wav", "guest.wav").bleed
    assert bleed.delay == pytest.approx(12.0, abs=0.2)
    assert bleed.level == pytest.approx(-26, abs=1)


@pytest.mark.parametrize("ppm", examples((100.0,), (100.0, -40.0)))
def test_clocks_that_drift_apart(tmp_path: Path, ppm: float) -> None:
    """A drift of two recorders is reported with its size."""
    two_microphones(tmp_path, 80.0, ppm)
    report = check(tmp_path, "host.wav", "guest.wav")
    (drift,) = [finding for finding in report.findings if finding.code == "AUD10"]
    assert f"{abs(ppm):.0f} ppm" in drift.sentence
    assert report.bleed[0].drift == pytest.approx(ppm, abs=2)


def test_one_track_twice_as_long(tmp_path: Path) -> None:
    """A track that lasts twice as long as the other is named with both lengths, and used."""
    audio.write_wav(tmp_path / "a.wav", audio.voice(8.0, level=-20))
    audio.write_wav(tmp_path / "b.wav", audio.voice(16.0, level=-20, seed=2))
    (found,) = check(tmp_path, "a.wav", "b.wav").findings
    assert found.code == "AUD10"
    assert "raw/a.wav 0:08.000, raw/b.wav 0:16.000" in found.sentence


def test_truncated_file_that_is_accepted(spoken: Path, tmp_path: Path) -> None:
    """allow_truncated of older shows uses what there is of a cut WAV, with a warning."""
    (tmp_path / "a.wav").write_bytes(spoken.read_bytes()[: 44 + 44100 * 3 * 4])
    report = check(tmp_path, "a.wav", allow_truncated=True)
    assert report.tracks[0].heard.duration == pytest.approx(4000, abs=5)
    assert codes(report) == ["AUD01"]


def test_best_and_widest_files(tmp_path: Path) -> None:
    """96 kHz in 24 bits is heard as it is; 5.1 channels are mixed down, with a warning."""
    wide = audio.voice(5.0, level=-20, rate=96000) + audio.noise(5.0, -70, rate=96000)
    audio.write_wav(tmp_path / "a.wav", wide, rate=96000, bits=24)
    assert codes(check(tmp_path, "a.wav")) == []
    audio.convert(tmp_path / "a.wav", tmp_path / "b.wav", "-af", "pan=5.1|FC=c0|FL=0.2*c0|FR=0.1*c0")
    assert codes(check(tmp_path, "b.wav")) == ["AUD14"]
