"""Damaged recordings: what is lost is named with its length and place; where a person takes the rest, silence stands
there and all that follows keeps its time, for every reader."""

from __future__ import annotations

import os
from pathlib import Path

import audio
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from soak import examples
from test_audio_preflight import check, codes, refused
from test_audio_wav import riff
from test_sound_stamps import marked, off, places
from test_sound_track import heard

from podcast_pipeline.audio.source import look
from podcast_pipeline.container import frames
from podcast_pipeline.container.opening import opening
from podcast_pipeline.errors import AudioError
from podcast_pipeline.sound import decode, stamps
from podcast_pipeline.sound.track import Sound
from podcast_pipeline.sound.unchanged import unchanged

SECONDS = 12.0
KINDS: dict[str, tuple[str, ...]] = {
    "a.mp3": ("-b:a", "128k"),
    "vbr.mp3": ("-q:a", "4"),
    "plain.mp3": ("-b:a", "96k", "-write_xing", "0"),
    "a.aac": (),
    "a.amr": ("-ar", "8000"),
    "a.flac": (),
    "a.wv": (),
    "a.tta": (),
    "alac.m4a": ("-c:a", "alac"),
    "alac.caf": ("-c:a", "alac"),
    "a.m4a": (),
    "a.wma": (),
    "a.ts": ("-c:a", "aac"),
    "a.mpg": (),
    "a.opus": ("-page_duration", "200000"),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A voice with three bursts at known times, in every kind of file."""
    folder = tmp_path_factory.mktemp("whole")
    plain = audio.write_wav(folder / "plain.wav", marked(SECONDS))
    for name, arguments in KINDS.items():
        audio.convert(plain, folder / name, *arguments)
    return folder


def hurt(path: Path, target: Path, *spans: tuple[float, float], seed: int = 1) -> Path:
    """The file with random bytes in these shares of it."""
    data, random = bytearray(path.read_bytes()), np.random.default_rng(seed)
    for start, end in spans:
        first, last = round(start * len(data)), round(end * len(data))
        data[first:last] = random.bytes(last - first)
    target.write_bytes(data)
    return target


@pytest.mark.parametrize("name", list(KINDS))
def test_what_follows_damage_keeps_its_time(whole: Path, tmp_path: Path, name: str) -> None:
    """Random bytes from 3 to 4 s: the bursts behind it are where they were, and silence lies between."""
    path = hurt(whole / name, tmp_path / name, (3 / SECONDS, 4 / SECONDS))
    source = look(path, allow_damaged=True)
    told = stamps.look(path, source.demuxer, damaged=True)
    sound = Sound(gaps=told.gaps, per_second=source.rate, damaged=True)
    decoded = np.concatenate(list(decode.samples(path, sound, audio.RATE)))
    # How many frames are lost only their bytes tell, where they are not counted; and AMR's are found in random bytes.
    near = 120 if name in ("a.aac", "a.amr") else 2
    late = [off(decoded, audio.RATE, number, at) for number, at in enumerate(places(SECONDS))]
    before = np.concatenate(list(decode.samples(whole / name, Sound(), audio.RATE)))
    usual = [off(before, audio.RATE, number, at) for number, at in enumerate(places(SECONDS))]
    assert late == pytest.approx(usual, abs=near)
    assert 0.5 < told.missing / source.rate < 2.5
    assert not np.any(decoded[round(3.6 * audio.RATE) : round(3.7 * audio.RATE)]) or name == "a.amr"


def test_damage_is_named_with_its_place_and_the_way_on(whole: Path, tmp_path: Path) -> None:
    """Without a word it is refused; with allow_damaged every reader has it in time, and a finding lists each place."""
    hurt(whole / "a.mp3", tmp_path / "a.mp3", (0.25, 0.26), (0.5, 0.51))
    error = refused(tmp_path, "a.mp3")
    assert "s are lost, at 0:0" in error
    assert "allow_damaged = true" in error
    taken = heard(tmp_path, "a.mp3", damaged=True)
    (finding,) = [finding for finding in taken.told.findings if finding.code == "AUD16"]
    assert finding.severity == "W"
    assert "in 2 places" in finding.sentence
    assert "at 0:02.9" in finding.sentence
    assert "0:05.9" in finding.sentence
    (track,) = taken.told.tracks
    assert [(round(start, -2), round(end, -2)) for start, end in track.missing] == [(3000, 3100), (6000, 6100)]
    for sound, rate in ((taken.mono[:, 0], 48000), (taken.review[:, 0], 24000), (taken.recogniser[0], 16000)):
        assert len(sound) == pytest.approx(SECONDS * rate, abs=0.05 * rate)
        assert [off(sound, rate, number, at) for number, at in enumerate(places(SECONDS))] == pytest.approx(
            [0] * 3, abs=1
        )


@pytest.mark.parametrize("name", ["a.flac", "a.mp3", "a.caf", "a.au", "a.wav", "a.avi"])
def test_cut_files_are_used_as_far_as_they_go(whole: Path, tmp_path: Path, name: str) -> None:
    """Refused with the way on; taken, and said, where a person says so."""
    data = audio.convert(whole / "plain.wav", tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: len(data) * 2 // 3 - 7])
    assert "allow_damaged = true" in refused(tmp_path, name)
    report = check(tmp_path, name, allow_damaged=True)
    assert report.tracks[0].heard.duration == pytest.approx(8000, abs=500), "so much of its bytes"
    assert "AUD01" in codes(report)


@pytest.mark.parametrize("name", ["a.flac", "a.wv", "a.tta"])
def test_a_flipped_bit_is_no_noise(whole: Path, tmp_path: Path, name: str) -> None:
    """The check sum of a lossless packet is compared: a wrong one was played as noise without a word."""
    data = bytearray((whole / name).read_bytes())
    data[len(data) // 2] ^= 0x55
    (tmp_path / name).write_bytes(data)
    assert "allow_damaged = true" in refused(tmp_path, name)
    told = stamps.look(tmp_path / name, look(tmp_path / name).demuxer, damaged=True)
    assert len(told.gaps) == 1


def test_bytes_that_are_no_sound_are_named(whole: Path, tmp_path: Path) -> None:
    """A sector of another file in the middle of a WAV is noise at full scale, which nothing in the file tells."""
    data = bytearray((whole / "plain.wav").read_bytes())
    first = 44 + 2 * round(4.5 * audio.RATE)
    data[first : first + 4096] = np.random.default_rng(1).bytes(4096)
    (tmp_path / "a.wav").write_bytes(data)
    (sentence,) = [finding.sentence for finding in check(tmp_path, "a.wav").findings if finding.code == "AUD01"]
    assert "noise at full scale" in sentence
    assert "at 0:04.500" in sentence
    (tmp_path / "a.wav").write_bytes((whole / "plain.wav").read_bytes())
    assert "AUD01" not in codes(check(tmp_path, "a.wav"))


def test_a_programme_stream_that_ends_in_a_packet_is_said(whole: Path, tmp_path: Path) -> None:
    """FFmpeg plays what there is without a word."""
    data = (whole / "a.mpg").read_bytes()
    assert not opening(whole / "a.mpg").unfinished
    (tmp_path / "a.mpg").write_bytes(data[: len(data) * 2 // 3 - 7])
    assert "its end was never written" in check(tmp_path, "a.mpg").findings[0].sentence


def floats(path: Path, sound: np.ndarray) -> Path:
    """A WAV of 32-bit floating point."""
    data = riff(sound.astype("<f4").tobytes())
    path.write_bytes(data[:20] + b"\3\0\1\0\x80\xbb\0\0\0\xee\2\0\4\0\x20\0" + data[36:])
    return path


def test_samples_that_are_no_numbers_become_silence(tmp_path: Path) -> None:
    """They are counted and named, be they NaN, infinite or above any scale; the sound around them is as it was, in
    every reader. Whole numbers that were written as floating point are no sound at that level."""
    sound = audio.voice(4.0, level=-20)
    floats(tmp_path / "b.wav", sound * 32767)
    assert "dB above full scale" in refused(tmp_path, "b.wav")
    sound[72000:72003], sound[96000], sound[120000] = np.nan, np.inf, -1e30
    floats(tmp_path / "a.wav", sound)
    expected = "5 samples are no numbers (NaN, infinite or beyond any scale), at 0:01.500, 0:02.000, 0:02.500"
    assert expected in refused(tmp_path, "a.wav")
    taken = heard(tmp_path, "a.wav", damaged=True)
    assert "5 samples of no number" in taken.told.findings[0].sentence
    assert np.max(np.abs(taken.mono[:, 0] - np.where(np.abs(sound) < 1, sound, 0))) < 1e-3
    assert np.all(np.isfinite(taken.recogniser[0]))


def test_an_opus_with_a_long_pre_skip_is_whole(tmp_path: Path) -> None:
    """Its header says that the first 1.37 s are not played: they are not missing at its end."""
    skipped = 65535 - 312  # the encoder's own
    plain = np.concatenate((audio.noise(skipped / audio.RATE, -20), marked(SECONDS)))
    audio.convert(audio.write_wav(tmp_path / "plain.wav", plain), tmp_path / "a.opus", "-page_duration", "200000")
    data = bytearray((tmp_path / "a.opus").read_bytes())
    head = data.index(b"OpusHead")
    data[head + 10 : head + 12], data[22:26], sum_ = b"\xff\xff", bytes(4), 0
    for byte in data[: head + 19]:
        for bit in range(7, -1, -1):
            sum_ = (sum_ << 1 ^ 0x04C11DB7 * ((sum_ >> 31) ^ (byte >> bit & 1))) & 0xFFFFFFFF
    data[22:26] = sum_.to_bytes(4, "little")
    (tmp_path / "a.opus").write_bytes(data)
    audio.convert(tmp_path / "a.opus", tmp_path / "a.mka", "-c", "copy")
    for name in ("a.opus", "a.mka"):
        report = check(tmp_path, name)
        assert not {"AUD01", "AUD16"} & set(codes(report)), name
        assert report.tracks[0].heard.duration == pytest.approx(SECONDS * 1000, abs=1)
        decoded = np.concatenate(list(decode.samples(tmp_path / name, report.tracks[0].sound, audio.RATE)))
        assert off(decoded, audio.RATE, 0, 1.0) == pytest.approx(0, abs=1)


def test_the_sound_that_is_marked_to_be_played_is_taken(tmp_path: Path) -> None:
    """Of two sounds the second has the default flag: it is used, which is said, and the first is named as unused."""
    first = audio.write_wav(tmp_path / "first.wav", audio.voice(3.0, level=-20, seed=3))
    second = audio.write_wav(tmp_path / "second.wav", audio.voice(3.0, level=-20, seed=4, rate=16000), 16000)
    arguments = ("-i", str(second), "-map", "0", "-map", "1", "-disposition:a:0", "0", "-disposition:a:1", "default")
    for name in ("a.mka", "a.mp4"):
        audio.convert(first, tmp_path / name, *arguments, *(("-c:a", "pcm_s16le") if name == "a.mka" else ()))
        report = check(tmp_path, name)
        assert report.tracks[0].sound.stream == 2
        assert report.tracks[0].source.rate == 16000
        said = " ".join(finding.sentence for finding in report.findings)
        assert "its stream 2 is marked as the one to play" in said
        assert "stream 1 of the file has sound that is in no track" in said


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    """By its name and with what to do, be it that it grows, is written anew, or goes."""
    path = audio.write_wav(tmp_path / "a.wav", audio.sine(1.0))
    decoded = decode.samples(path, Sound(), 48000, block=4800)
    next(decoded)
    with path.open("ab") as stream:
        stream.write(bytes(480))
    with pytest.raises(AudioError, match=r"a\.wav: changed while it was read .*\n.*wait until"):
        list(decoded)
    with pytest.raises(AudioError, match="changed while"), unchanged(path):
        os.utime(path, (1, 1))
    with pytest.raises(AudioError, match="it is gone"), unchanged(path):
        path.unlink()


@settings(max_examples=examples(8, 400), deadline=None)
@given(st.lists(st.tuples(st.floats(0.03, 0.95), st.integers(1, 3000)), min_size=1, max_size=6), st.integers(0, 2**20))
def test_any_damage_leaves_whole_frames_in_their_order(whole: Path, places: list[tuple[float, int]], seed: int) -> None:
    """Wherever bytes are wrong, pieces do not overlap, hold whole frames alone, and what is lost has a place."""
    data, random = bytearray((whole / "vbr.mp3").read_bytes()), np.random.default_rng(seed)
    for share, count in places:
        at = round(share * len(data))
        data[at : at + count] = random.bytes(len(data[at : at + count]))
    walk = frames.walk(bytes(data), frames.mpeg)
    assert walk is not None
    edges = [edge for chain in walk.chains for edge in (chain.start, chain.end)]
    assert edges == sorted(edges)
    assert sum(chain.frames for chain in walk.chains) == walk.frames
    assert edges[-1] <= len(data)
