"""Recordings by their bytes: whatever programs put before, behind and between the sound, all of it is decoded; and what
is no recording is refused by what it is."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import audio
import numpy as np
import pytest
from test_audio_preflight import check, refused
from test_audio_wav import riff

from podcast_pipeline import ffmpeg
from podcast_pipeline.container import wav
from podcast_pipeline.container.opening import opening
from podcast_pipeline.errors import AudioError
from podcast_pipeline.model.finding import Finding

RATE = 8000
SECONDS = 1.5


def numbers(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)


ID3 = b"ID3\3\0\0\0\0\1\x48TIT2\0\0\0\x06\0\0\0Hello".ljust(210, b"\0")
ID3V1 = b"TAG" + b"Hello".ljust(125, b"\0")
_ITEM = numbers(5, 0) + b"Title\0Hello"
APE = b"".join((
    b"APETAGEX", numbers(2000, len(_ITEM) + 32, 1, 0xA0000000), bytes(8), _ITEM,
    b"APETAGEX", numbers(2000, len(_ITEM) + 32, 1, 0x80000000), bytes(8),
))  # fmt: skip
AROUND: tuple[Callable[[bytes], bytes], ...] = (
    lambda sound: ID3 + sound + bytes(70_000),
    lambda sound: bytes(4096) + sound + APE + ID3V1,
    lambda sound: bytes(100) + ID3 + sound + ID3,
)
FORMS = {
    "a.wav": (),
    "adpcm.wav": ("-c:a", "adpcm_ima_wav"),
    "mp3.wav": ("-c:a", "libmp3lame"),
    "a.flac": (),
    "a.mp3": (),
    "a.aac": (),
    "a.ogg": (),
    "a.m4a": (),
    "a.amr": (),
    "a.wma": (),
    "a.wv": (),
    "a.tta": (),
    "a.au": (),
    "a.aiff": (),
    "a.ac3": ("-ar", "48000"),
    "a.w64": (),
    "a.avi": (),
    "a.mpg": ("-ar", "48000"),
}
"""And A-law, GSM and the like in WAV are decoded by the same lines."""


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A voice in all those forms, written by one FFmpeg."""
    folder = tmp_path_factory.mktemp("forms")
    plain = audio.write_wav(folder / "plain.wav", audio.voice(SECONDS, ((0.05, 1.45),), rate=RATE), RATE)
    outputs = [word for name, codec in FORMS.items() for word in (*codec, str(folder / name))]
    audio.convert(plain, Path(outputs[-1]), *outputs[:-1])
    return folder


def sound(path: Path, channels: int = 1) -> np.ndarray:
    return np.concatenate(list(ffmpeg.samples(path, RATE, channels=channels)))


def said(folder: Path, name: str) -> list[Finding]:
    """What the preflight says of the file itself."""
    return [finding for finding in check(folder, name).findings if finding.code == "AUD01"]


@pytest.mark.parametrize("name", list(FORMS))
def test_tags_and_zeros_around_the_sound_change_nothing(forms: Path, tmp_path: Path, name: str) -> None:
    """ID3 and APE tags, room that was taken beforehand, before and behind: the same samples come of it, all of them,
    and its content names it whatever it is called."""
    whole, path = (forms / name).read_bytes(), tmp_path / "a.bin"
    expected = sound(forms / name)
    assert len(expected) == pytest.approx(SECONDS * RATE, abs=0.2 * RATE)
    for around in AROUND:
        path.write_bytes(around(whole))
        assert opening(path).container == opening(forms / name).container
        assert np.array_equal(sound(path), expected)


SAMPLES = (audio.voice(3.0, ((0.05, 2.9),)) * 32767).astype("<i2").tobytes()
WHOLE, ONE = len(SAMPLES), 96_000
LIST = b"LIST" + numbers(5) + b"abcde\0"
UNWRITTEN = (0, 0xFFFFFFFF, 0x7FFFF000, 0x80000000, 0xFFFFFFDB)
LENGTHS: dict[str, tuple[bytes, float, str]] = {
    **{f"unwritten {size:#x}": (riff(SAMPLES, size), 3, "its end was never written") for size in UNWRITTEN},
    "unwritten, a chunk behind": (riff(SAMPLES, 0xFFFFFFFF) + LIST, 3, "its end was never written"),
    "shorter": (riff(SAMPLES, ONE), 3, "promises 1.0 s of sound, the file holds 3.0 s"),
    "shorter, a chunk behind": (riff(SAMPLES, ONE) + LIST, 3, "promises 1.0 s"),
    "two chunks of samples": (riff(SAMPLES[:ONE]) + b"data" + numbers(WHOLE - ONE) + SAMPLES[ONE:], 3, "1.0 s"),
    "two files joined": (riff(SAMPLES) + riff(SAMPLES), 6, "promises 3.0 s of sound, the file holds 6.0 s"),
    "right, a chunk behind": (riff(SAMPLES) + LIST, 3, ""),
    "right, a chunk cut off": (riff(SAMPLES) + LIST[:10], 3, ""),
    "right, room behind": (riff(SAMPLES) + bytes(50_000), 3, ""),
    "odd chunk without padding": (riff(SAMPLES, before=b"LIST" + numbers(13) + b"INFOISFT\1\0\0\0x"), 3, "are wrong"),
    "a chunk says too much": (riff(SAMPLES, before=b"LIST" + numbers(900) + b"abcdef"), 3, "are wrong"),
    "a chunk says far too much": (riff(SAMPLES, before=b"LIST" + numbers(0xFFFFFFF0) + b"abcdef"), 3, "are wrong"),
}


@pytest.mark.parametrize("kind", list(LENGTHS))
def test_lengths_in_a_wav_that_are_not_true(tmp_path: Path, kind: str) -> None:
    """All samples are used, no other byte is taken for one, and what the header says otherwise is said."""
    data, seconds, words = LENGTHS[kind]
    (tmp_path / "a.wav").write_bytes(data)
    assert opening(tmp_path / "a.wav").container == "wav"
    made = np.concatenate(list(ffmpeg.samples(tmp_path / "a.wav", audio.RATE)))
    right = np.frombuffer(SAMPLES, "<i2") / 32768
    assert len(made) == pytest.approx(seconds * audio.RATE, abs=30)
    assert np.array_equal(made[: ONE // 2], right[: ONE // 2])
    if seconds == 3:
        assert np.array_equal(made[-ONE // 2 :], right[-ONE // 2 :])
    remarks = " ".join(opening(tmp_path / "a.wav").remarks)
    assert words in remarks if "never" not in words else opening(tmp_path / "a.wav").unfinished
    if kind in ("shorter", "unwritten 0x0", "odd chunk without padding"):
        (finding,) = said(tmp_path, "a.wav")
        assert words in finding.sentence


def wide(samples: bytes, *form: int, extra: bytes = b"", before: bytes = b"") -> bytes:
    """A WAV with this format chunk: kind, channels, rate, bytes per second, bytes of a frame, bits."""
    head = b"fmt " + numbers(16 + len(extra)) + struct.pack("<HHIIHH", *form) + extra
    body = b"WAVE" + head + before + b"data" + numbers(len(samples)) + samples
    return b"RIFF" + numbers(len(body)) + body


def test_samples_of_every_width_stand_where_they_stand(tmp_path: Path) -> None:
    """24 bits in 32, named in the frame or in an extensible header; frames of nonsense; and each behind a chunk whose
    byte of padding is missing, where no other reader finds them."""
    voice = audio.voice(1.0, ((0.05, 0.9),))
    whole = np.round(voice * (2**23 - 1)).astype("<i4")
    in32, in24 = (whole << 8).astype("<i4").tobytes(), whole.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    floats = voice.astype("<f4").tobytes()
    valid = struct.pack("<HHIH", 22, 24, 4, 1) + bytes.fromhex("000000001000800000aa00389b71")
    odd = b"bext" + numbers(5) + b"abcde"
    for before in (b"", odd):
        for data in (
            wide(in32, 1, 1, 48000, 192000, 4, 24, before=before),
            wide(in32, 0xFFFE, 1, 48000, 192000, 4, 32, extra=valid, before=before),
            wide(in24, 1, 1, 48000, 144000, 3, 24, before=before),
            wide(in24, 1, 1, 48000, 77, 7, 24, before=before),
            wide(floats, 3, 1, 48000, 192000, 4, 32, before=before),
        ):
            (tmp_path / "a.wav").write_bytes(data)
            made = np.concatenate(list(ffmpeg.samples(tmp_path / "a.wav", audio.RATE)))
            assert np.abs(made - voice).max() < 1e-6


def test_sizes_that_wrapped_at_4_gb(tmp_path: Path) -> None:
    """A WAV of 4.3 GB whose header counts on from zero holds all its samples (a file with a hole)."""
    path, size = tmp_path / "a.wav", (1 << 32) + ONE
    path.write_bytes(riff(b"", ONE))
    with open(path, "r+b") as stream:
        stream.truncate(44 + size)
    header = wav.read(path)
    assert (header.size, header.declared) == (size, ONE)
    opened = opening(path)
    assert opened.part is None
    assert "-ignore_length" in opened.options
    assert "all of it is used" in opened.remarks[0]


def test_joined_files_are_heard_one_after_the_other(tmp_path: Path) -> None:
    """MP3s of three rates, with and without tags between them: each note is there, and the seams are named."""
    parts = []
    written: tuple[tuple[int, tuple[str, ...]], ...] = ((44100, ()), (48000, ("-b:a", "64k")), (22050, ("-q:a", "5")))
    for number, (rate, arguments) in enumerate(written):
        note = audio.write_wav(tmp_path / "note.wav", audio.sine(2.0, 300 + 200 * number, rate=rate), rate)
        parts.append(audio.convert(note, tmp_path / f"{number}.mp3", *arguments).read_bytes())
    (path := tmp_path / "a.mp3").write_bytes(parts[0] + ID3V1 + APE + parts[1] + bytes(1000) + parts[2])
    made = np.concatenate(list(ffmpeg.samples(path, 48000)))
    assert len(made) == pytest.approx(6 * 48000, abs=0.15 * 48000)
    for number in range(3):
        heard = np.abs(np.fft.rfft(made[(2 * number) * 48000 + 24000 :][:48000]))
        assert int(np.argmax(heard)) == 300 + 200 * number
    (finding,) = said(tmp_path, "a.mp3")
    assert "3 files were joined in it, at 0:02." in finding.sentence
    single = tmp_path / "b.mp3"
    single.write_bytes(ID3 + parts[0] + ID3V1)
    assert opening(single).part is None, "an ordinary MP3 is opened as ever"
    assert not opening(single).lenient


def test_a_chained_ogg_of_other_rates_is_heard_to_its_end(tmp_path: Path) -> None:
    """Vorbis of two rates and numbers of channels, FLAC and Opus, one behind the other: each note is there, said."""
    written = (("ogg", 44100, "1"), ("ogg", 48000, "2"), ("oga", 32000, "1"), ("opus", 48000, "1"))
    chain = b""
    for number, (suffix, rate, channels) in enumerate(written):
        note = audio.write_wav(tmp_path / "note.wav", audio.sine(1.5, 300 + 200 * number, rate=rate), rate)
        chain += audio.convert(note, tmp_path / f"{number}.{suffix}", "-ac", channels).read_bytes()
    (tmp_path / "a.ogg").write_bytes(chain)
    report = check(tmp_path, "a.ogg")
    assert report.tracks[0].heard.duration == pytest.approx(6000, abs=30)
    assert "4 recordings were joined in it, of 44100 Hz with 1 channel, 48000 Hz with 2" in report.findings[0].sentence
    made = np.concatenate(list(ffmpeg.samples(tmp_path / "a.ogg", 48000)))
    for number in range(len(written)):
        heard = np.abs(np.fft.rfft(made[round((1.5 * number + 0.25) * 48000) :][:48000]))
        assert int(np.argmax(heard)) == 300 + 200 * number
    (tmp_path / "b.ogg").write_bytes((tmp_path / "0.ogg").read_bytes() * 2)
    assert opening(tmp_path / "b.ogg").links == (), "of one form FFmpeg reads them as ever"


def test_frames_that_begin_or_end_in_the_middle(forms: Path, tmp_path: Path) -> None:
    """A stream that was recorded from its middle on, and one that ends within a frame: what is whole is used, said."""
    for name in ("a.mp3", "a.aac", "a.amr"):
        whole = (forms / name).read_bytes()
        (tmp_path / name).write_bytes(whole[:-7])
        assert opening(tmp_path / name).unfinished
        assert len(sound(tmp_path / name)) == pytest.approx(SECONDS * RATE, abs=0.12 * RATE)
        if name != "a.amr":
            third = next(at for at in range(len(whole) // 3, len(whole)) if whole[at] != 0xFF)  # no frame begins there
            (tmp_path / name).write_bytes(whole[third:])
            assert "it begins behind them" in opening(tmp_path / name).remarks[0]
            for first in b"<{[":  # as the first byte of anything may be
                (tmp_path / name).write_bytes(bytes([first]) + whole[third + 1 :])
                assert opening(tmp_path / name).container == name.partition(".")[2]
            assert 0.5 * RATE < len(sound(tmp_path / name)) < 1.3 * RATE


def test_an_mp4_whose_recorder_was_killed(tmp_path: Path) -> None:
    """In fragments, wherever it ends: what is there, said. With its index at the end: nobody knows where the sound is,
    and that is the reason given. With the index at the beginning: cut off, by so many bytes."""
    plain = audio.write_wav(tmp_path / "plain.wav", audio.voice(6.0, ((0.05, 5.9),)))
    pieces = ("-movflags", "frag_keyframe+empty_moov", "-frag_duration", "500000")
    for codec, inside in (("aac", "data"), ("pcm_s16le", "index")):
        whole = audio.convert(plain, tmp_path / "whole.mov", "-c:a", codec, *pieces).read_bytes()
        end = len(whole) * 3 // 4
        (tmp_path / "a.mov").write_bytes(whole[: end if inside == "data" else whole.rfind(b"moof", 0, end) + 30])
        report = check(tmp_path, "a.mov")
        assert "its end was never written" in report.findings[0].sentence
        assert 3400 < report.tracks[0].heard.duration < 4700
    (tmp_path / "none").mkdir()
    whole = audio.convert(plain, tmp_path / "whole.m4a").read_bytes()
    (tmp_path / "a.m4a").write_bytes(whole[: len(whole) // 2])
    assert "a.m4a: its index (moov) was never written" in refused(tmp_path / "none", "../a.m4a")
    whole = audio.convert(plain, tmp_path / "fast.m4a", "-movflags", "+faststart").read_bytes()
    (tmp_path / "a.m4a").write_bytes(whole[:-5000])
    assert "a.m4a: truncated: 5,000 bytes are missing at its end" in refused(tmp_path / "none", "../a.m4a")
    report = check(tmp_path, "a.m4a", allow_truncated=True)
    assert 5000 < report.tracks[0].heard.duration < 5900
    assert "it is used as far as it goes" in report.findings[0].sentence


def test_cut_containers_are_not_shortened_in_silence(forms: Path, tmp_path: Path) -> None:
    """WMA and AVI say how large they are: FFmpeg plays a part of one without a word."""
    for name in ("a.wma", "a.avi"):
        (tmp_path / name).write_bytes((forms / name).read_bytes()[:-2000])
        assert f"{name}: truncated: 2,000 bytes are missing" in refused(tmp_path, name)


def test_what_is_left_out_of_damaged_files_is_said(forms: Path, tmp_path: Path) -> None:
    """FFmpeg passes over them without an error: a page of an Ogg with another check sum, the half packet at the end of
    a stream without a length, a third of a second less than promised, what no box of fragments can be."""
    plain = audio.write_wav(tmp_path / "plain.wav", audio.voice(3.0, ((0.05, 2.9),), rate=RATE), RATE)
    for name, codec in (
        ("a.ogg", ("-c:a", "libopus", "-page_duration", "500000")),
        ("a.webm", ("-c:a", "libopus", "-live", "1")),
        ("a.aiff", ()),
        ("a.mp4", ("-movflags", "frag_keyframe+empty_moov", "-frag_duration", "500000")),
    ):
        audio.convert(plain, tmp_path / name, *codec)
    ogg = bytearray((tmp_path / "a.ogg").read_bytes())
    ogg[len(ogg) // 2] ^= 1
    (tmp_path / "a.ogg").write_bytes(ogg)
    for name, less in (("a.webm", 100), ("a.aiff", RATE // 3 * 2)):
        (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-less])
    fragments = (tmp_path / "a.mp4").read_bytes()
    at = fragments.rfind(b"moof", 0, len(fragments) // 2) - 4
    (tmp_path / "a.mp4").write_bytes(fragments[:at] + fragments[at - 300 :])
    for name, words in {
        "a.ogg": 'FFmpeg says "CRC mismatch"',
        "a.webm": 'FFmpeg says "File ended prematurely"',
        "a.aiff": "0.3 s less could be decoded",
        "a.mp4": f"from byte {at:,} of {len(fragments) + 300:,} on it cannot be read",
    }.items():
        assert words in " ".join(finding.sentence for finding in said(tmp_path, name)), name


FOREIGN: dict[bytes, str] = {
    b"": "the file is empty",
    bytes(5000): "there is nothing in it but zero bytes",
    ID3: "there is nothing in it but tags",
    b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n": "a Git LFS pointer",
    b"/annex/objects/SHA256E-s1--00.wav\n": "a git-annex pointer",
    b"bplist00\xd4" + bytes(100): "iCloud",
    b"\0\x05\x16\x07\0\x02\0\0Mac OS X" + bytes(100): "what a Mac keeps",
    b"%PDF-1.7\n%\xe2\xe3": "a PDF document",
    b"PK\x03\x04\x14\0\6\0" + bytes(30) + b"[Content_Types].xml": "a ZIP archive",
    b"7z\xbc\xaf\x27\x1c\0\4": "a 7z archive",
    b"\x1f\x8b\x08\0" + bytes(20): "packed with gzip",
    bytes(257).replace(b"\0", b"a") + b"ustar\0" + bytes(200): "a tar archive",
    b"SQLite format 3\0" + bytes(100): "Audacity",
    b"\x89PNG\r\n\x1a\n" + bytes(20): "a picture (PNG)",
    b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(99): "a picture (JPEG)",
    b"\0\0\0\x18ftypheic" + bytes(99): "a picture (HEIC",
    b"RIFF\x20\0\0\0WEBPVP8 " + bytes(20): "a picture (WebP)",
    b"RIFF\x20\0\0\0sfbk" + bytes(20): "a SoundFont",
    b"FORM\0\0\0\x20ILBM" + bytes(20): 'an IFF file of the kind "ILBM"',
    b"MThd\0\0\0\6\0\1": "MIDI: notes",
    b"d8:announce35:http://tracker.example/announce": "a torrent file",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600): "a document of an old Microsoft Office",
    b"{\\rtf1\\ansi Hello}": "a Rich Text document",
    b"\n<!DOCTYPE html>\n<html><head><title>Sign in</title>": "a web page",
    b"\xef\xbb\xbf<HTML><BODY>404</BODY></HTML>": "a web page",
    b"<?xml version='1.0'?><sesx version='1.9'/>": "text (XML)",
    b'{"error": "not found"}': "text (JSON)",
    "Meine Notizen, keine Aufnahme.".encode("utf-16"): "it is text",
    "MZ und BZ, für März.".encode("cp1252"): "it is text",
    b"MZ\x90\0\3\0\0\0": "a program for Windows",
    b"[InternetShortcut]\r\nURL=https://podcast.example.org/\r\n": "a link to a web page",
    b"#EXTM3U\nother.wav\n": "a playlist",
    b"Salted__" + bytes(range(99)): "encrypted (OpenSSL)",
    b"age-encryption.org/v1\n-> X25519 ": "encrypted (age)",
    b"\0\0\0\x1cftypM4P \0\0\0\0" + bytes(30): "copy protection of iTunes",
    b"\0\0\0\x1cftypaax \0\0\0\0" + bytes(30): "copy protection of Audible",
    b"\0\0\0\x10ftypM4A \0\0\0\0\0\0\0\x18moov\0\0\0\x10stsdenca\0\0\0\0": "its sound is encrypted",
    b"\3ds2\0\0" + bytes(range(99)): "a dictation (DS2)",
    b"MZ\x90\0\3\0" + bytes(range(99)): "a program for Windows",
    b"L\0\0\0\x01\x14\x02\0" + bytes(60): "a shortcut of Windows",
    b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0": "the file is cut off inside its header",
    b"\x80\x90\xa0" + bytes(range(1, 200)): "its content is no audio format known here",
}


def test_what_is_no_recording_is_refused_by_what_it_is(tmp_path: Path) -> None:
    """Every kind under the name of a recording, with what to do; nothing of it is given to FFmpeg."""
    for data, words in FOREIGN.items():
        (tmp_path / "voice.wav").write_bytes(data)
        with pytest.raises(AudioError) as caught:
            opening(tmp_path / "voice.wav")
        assert words in caught.value.message, data[:20]
        assert caught.value.hint, data[:20]


def test_what_cannot_be_read_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No permission, a folder, nothing there: each with what to do."""
    path = audio.write_wav(tmp_path / "a.wav", audio.sine(0.1))

    def forbidden(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr("podcast_pipeline.reading.open", forbidden, raising=False)
        with pytest.raises(AudioError, match=r"a\.wav: cannot be read: Permission denied") as caught:
            opening(path)
    assert "chmod" in (caught.value.hint or "")
    with pytest.raises(AudioError, match="Is a directory"):
        opening(tmp_path)
    with pytest.raises(AudioError, match="no such file"):
        opening(tmp_path / "b.wav")


def test_float_above_full_scale_is_not_clipped(tmp_path: Path) -> None:
    """A voice up to +9 dBFS in 32-bit float is whole; flat tops in it are clips at whatever level they are."""
    voice = audio.voice(4.0, level=-20)
    voice *= audio.db(9) / np.abs(voice).max()
    for limit, clips in ((9.0, False), (2.0, True), (1.0, True)):
        made = np.clip(voice, -limit, limit).astype("<f4").tobytes()
        (tmp_path / "a.wav").write_bytes(wide(made, 3, 1, 48000, 192000, 4, 32))
        report = check(tmp_path, "a.wav")
        assert bool(report.tracks[0].heard.clipping.count) is clips
        assert ("AUD03" in [finding.code for finding in report.findings]) is clips
