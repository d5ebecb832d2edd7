"""The digest of the audio frames: what it leaves out, what it notices, what it refuses."""

from __future__ import annotations

import contextlib
import hashlib
import io
from pathlib import Path

import mp3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast_pipeline.errors import AudioError
from podcast_pipeline.tag.frames import audio_range, audio_sha256


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bare frames of a short MP3, Info frame included."""
    return mp3.bare(mp3.make(tmp_path_factory.mktemp("mp3") / "plain.mp3", 1.5))


def id3v2(data: bytes, *, footer: bool = False) -> bytes:
    size = bytes(len(data) >> shift & 0x7F for shift in (21, 14, 7, 0))
    head = b"\x04\x00" + (b"\x10" if footer else b"\x00") + size
    return b"ID3" + head + data + (b"3DI" + head if footer else b"")


def id3v1() -> bytes:
    return (b"TAG" + b"Title").ljust(127, b"\0") + b"\xff"


def ape(*, header: bool = True, footer: bool = True) -> bytes:
    item = (5).to_bytes(4, "little") + bytes(4) + b"Title\0" + b"Hello"

    def block(is_header: bool) -> bytes:
        flags = (0x80000000 if header else 0) | (0x20000000 if is_header else 0) | (0 if footer else 0x40000000)
        size = len(item) + (32 if footer else 0)
        numbers = (2000, size, 1, flags)
        return b"APETAGEX" + b"".join(n.to_bytes(4, "little") for n in numbers) + bytes(8)

    return (block(True) if header else b"") + item + (block(False) if footer else b"")


def lyrics3v2() -> bytes:
    body = b"LYRICSBEGIN" + b"IND00003100" + b"LYR00005Hello"
    return body + f"{len(body):06}".encode() + b"LYRICS200"


def lyrics3v1() -> bytes:
    return b"LYRICSBEGIN" + b"[00:01]Hello\r\n" + b"LYRICSEND"


DRESSES = {
    "none": (b"", b""),
    "one ID3v2": (id3v2(b"\0" * 500), b""),
    "three ID3v2, one empty": (id3v2(b"x" * 9) + id3v2(b"") + id3v2(b"\0" * 40), b""),
    "ID3v2 with footer in front": (id3v2(b"\0" * 40, footer=True), b""),
    "ID3v2 appended": (b"", id3v2(b"y" * 300, footer=True)),
    "ID3v1": (b"", id3v1()),
    "ID3v1 twice": (b"", id3v1() + id3v1()),
    "ID3v1 extended": (b"", b"TAG+".ljust(227, b"\0") + id3v1()),
    "APE appended": (b"", ape()),
    "APE without header": (b"", ape(header=False)),
    "APE in front": (ape(), b""),
    "APE in front without footer": (ape(footer=False), b""),
    "APE and ID3v1": (b"", ape() + id3v1()),
    "Lyrics3 v2 and ID3v1": (b"", lyrics3v2() + id3v1()),
    "Lyrics3 v1 and ID3v1": (b"", lyrics3v1() + id3v1()),
    "everything": (id3v2(b"a") + ape(), ape() + id3v2(b"b", footer=True) + lyrics3v2() + id3v1()),
}


@pytest.mark.parametrize("dress", DRESSES)
def test_tags_are_not_part_of_the_digest(plain: bytes, tmp_path: Path, dress: str) -> None:
    """The digest is that of the frames alone, whatever tags stand around them."""
    front, back = DRESSES[dress]
    path = tmp_path / "dressed.mp3"
    path.write_bytes(front + plain + back)
    assert audio_sha256(path) == hashlib.sha256(plain).hexdigest()
    assert audio_range(path) == (len(front), len(front) + len(plain))


def test_tags_written_by_mutagen_are_not_part_of_the_digest(plain: bytes, tmp_path: Path) -> None:
    """A file tagged by an independent library with ID3v2, ID3v1 and APE keeps its digest."""
    from mutagen.apev2 import APEv2
    from mutagen.id3 import APIC, ID3, TIT2

    data = io.BytesIO(plain)
    apes = APEv2()
    apes["Title"] = "Hello"
    apes.save(data)
    tag = ID3()
    tag.add(TIT2(encoding=3, text="Hello"))
    tag.add(APIC(encoding=0, mime="image/jpeg", type=3, desc="", data=b"\xff\xfb" * 5000))
    tag.save(data, v1=2)
    path = tmp_path / "mutagen.mp3"
    path.write_bytes(data.getvalue())
    assert path.read_bytes()[-128:-125] == b"TAG"
    assert b"APETAGEX" in path.read_bytes()
    assert audio_sha256(path) == hashlib.sha256(plain).hexdigest()


@pytest.mark.parametrize("where", [0.002, 0.5, 0.9999])
def test_one_changed_byte_of_sound_changes_the_digest(plain: bytes, tmp_path: Path, where: float) -> None:
    """A byte changed in the Info frame, in the middle or at the end is noticed."""
    at = max(10, int(len(plain) * where))
    path = tmp_path / "changed.mp3"
    path.write_bytes(plain[:at] + bytes([plain[at] ^ 1]) + plain[at + 1 :])
    assert audio_sha256(path) != hashlib.sha256(plain).hexdigest()


def test_lower_sample_rates_are_mp3_too(tmp_path: Path) -> None:
    """MPEG 2 and 2.5 files have other frame lengths and are read all the same."""
    for rate in (16000, 8000):
        path = mp3.make(tmp_path / f"{rate}.mp3", 1, rate=rate)
        assert audio_sha256(path) == hashlib.sha256(mp3.bare(path)).hexdigest()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"These are my notes, not a recording.\n" * 50,
        b"RIFF\x24\0\0\0WAVEfmt " + bytes(4000),
        id3v2(b"\0" * 2000),
        id3v2(b"") + id3v1(),
        b"\xff\xfb\x94\x00" + bytes(5000),
        b"\xff\xff\xff\xff" * 2000,
        ape(),
        b"TAG",
        b"ID3\x04",
        b"APETAGEX" + b"\xff" * 24,
    ],
)
def test_what_is_no_mp3_is_refused(tmp_path: Path, content: bytes) -> None:
    """Text, WAV, tags without sound and a lone sync word get one clear line with the file's name."""
    path = tmp_path / "no.mp3"
    path.write_bytes(content)
    with pytest.raises(AudioError, match=r"no\.mp3: not an MP3"):
        audio_sha256(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A file that is not there is an AudioError, not a traceback."""
    with pytest.raises(AudioError, match=r"gone\.mp3: cannot be read"):
        audio_sha256(tmp_path / "gone.mp3")


PARTS = [
    b"ID3",
    b"3DI",
    b"TAG",
    b"TAG+",
    b"APETAGEX",
    b"LYRICSBEGIN",
    b"LYRICS200",
    b"LYRICSEND",
    b"000017",
    b"\xff\xfb\x94\0",
]


@given(st.lists(st.one_of(st.sampled_from(PARTS), st.binary(max_size=40)), max_size=12))
def test_broken_tags_never_crash(tmp_path_factory: pytest.TempPathFactory, parts: list[bytes]) -> None:
    """Pieces of tags with impossible sizes end in an AudioError or a digest, nothing else, and soon."""
    path = tmp_path_factory.getbasetemp() / "broken.mp3"
    path.write_bytes(b"".join(parts))
    with contextlib.suppress(AudioError):
        assert len(audio_sha256(path)) == 64
