"""The tagged file, read by FFmpeg, by mutagen and byte by byte."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import mp3
import numpy as np
import pytest
from mutagen.id3 import ID3

from podcast_pipeline.errors import AudioError, PodcastError
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.release import CitedReference, ReleasePerson
from podcast_pipeline.tag import id3, readback
from podcast_pipeline.tag.frames import audio_sha256
from podcast_pipeline.tag.tags import Cover, Tags

SECONDS = 24
HOST = ReleasePerson("alex-example", "Alex Example, MD", "host", "cast", bio="Hosts the show.")
GUEST = ReleasePerson("robin-example", "Robin Example, DO, FIPP", "guest", "cast", bio="Treats pain.\n\nTeaches.")
PRODUCER = ReleasePerson("pat-example", "Pat Example", "producer", "audio production")
REFERENCES = (
    CitedReference(
        "ref1", 1, "Example A. A title. J Ex. 2025. doi: 10.1000/one. PMID: 1.", "https://doi.org/10.1000/one", "ok"
    ),
    CitedReference("ref2", 2, "Example B. A report; 2019.", "https://example.org/report", "unknown"),
)
HOSTILE = '<script>alert(1)</script> & p < 0.05; =#\\ "quoted" [CHAPTER] a/b\x00c \ud800 \u202e 你好 🎙 é'


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mp3.make(tmp_path_factory.mktemp("id3") / "source.mp3", SECONDS, sound="anoisesrc=seed=4:amplitude=0.2")


@pytest.fixture(scope="module")
def jpeg() -> bytes:
    import io

    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", (300, 300), "navy").save(data, "JPEG")
    return data.getvalue()


def some(**more: object) -> Tags:
    basic = Tags("A title", "The Example Show", datetime(2026, 11, 21, 14, 3, tzinfo=UTC), SECONDS * 1000)
    return dataclasses.replace(basic, **more)  # type: ignore[arg-type]


def chapters(count: int) -> tuple[Chapter, ...]:
    """Every 1.1 s one, with titles whose lengths would put a length-sorting writer's frames out of order."""
    lengths = [1 + (i * 37) % 61 for i in range(count)]
    return tuple(Chapter(i * 1100 + i, f"{i} " + "x" * length + "é" * (i % 3)) for i, length in enumerate(lengths))


def on_disk(path: Path) -> list[tuple[str, bytes]]:
    """The frames of a version 2.3 tag as they stand in the file, by the letter of the standard."""
    data = path.read_bytes()
    assert data[:6] == b"ID3\x03\x00\x00"
    end = 10 + (data[6] << 21 | data[7] << 14 | data[8] << 7 | data[9])
    at, found = 10, []
    while at < end:
        size = int.from_bytes(data[at + 4 : at + 8], "big")
        assert data[at + 8 : at + 10] == b"\0\0"
        found.append((data[at : at + 4].decode("ascii"), data[at + 10 : at + 10 + size]))
        at += 10 + size
    assert at == end
    return found


@pytest.mark.parametrize("count", [0, 1, 2, 20])
def test_chapters_in_time_order_for_other_readers(source: Path, tmp_path: Path, count: int) -> None:
    """FFmpeg lists every chapter at its millisecond in time order, and the frames stand so in the file."""
    out = tmp_path / "out.mp3"
    tags = some(chapters=chapters(count))
    id3.write(source, out, tags)
    readback.verify(out, tags)
    listed = readback.by_ffmpeg(out)
    assert listed.delay == 23
    assert [title for _, title in listed.chapters] == [c.title for c in tags.chapters]
    for (start, _), chapter in zip(listed.chapters, tags.chapters, strict=True):
        assert abs(start - chapter.start) <= 1
    bodies = [body for name, body in on_disk(out) if name == "CHAP"]
    times = [int.from_bytes(body.split(b"\0", 1)[1][:4], "big") for body in bodies]
    assert times == [c.start for c in tags.chapters]
    ends = [int.from_bytes(body.split(b"\0", 1)[1][4:8], "big") for body in bodies]
    assert ends == [*times[1:], SECONDS * 1000][:count]
    tables = [body for name, body in on_disk(out) if name == "CTOC"]
    assert len(tables) == (count > 0)
    if count:
        names = b"".join(body.split(b"\0")[0] + b"\0" for body in bodies)
        assert tables[0].startswith(b"toc\0\x03" + bytes([count]) + names)


def test_every_frame(source: Path, tmp_path: Path, jpeg: bytes) -> None:
    """Each fact lands in the frame that other programs look in."""
    out = tmp_path / "out.mp3"
    tags = some(
        number=4, season=2, cover=Cover(jpeg, "image/jpeg"), people=(HOST, GUEST, PRODUCER), language="en-us",
        orcids=((GUEST.name, "0000-0002-1825-0097"),), summary="One line.\nAnd another.",
        disclosure="Robin Example has nothing to disclose.\nAlex Example has nothing to disclose.",
        references=REFERENCES, transcript="Alex Example, MD: Hello.\nRobin Example, DO, FIPP: Hi.",
        copyright="The Example Society", page="https://podcast.example.org/episodes/four/",
        reviewed="Alex Example, MD, 2026-11-20", encoder="LAME, 128 kbit/s",
        chapters=(Chapter(0, "One"), Chapter(9000, "Zwei", url="https://example.org/ü")),
    )  # fmt: skip
    id3.write(source, out, tags)
    readback.verify(out, tags)
    tag = ID3(out, translate=False)
    text = {
        "TIT2": "A title", "TALB": "The Example Show", "TPE1": "Alex Example, MD; Robin Example, DO, FIPP",
        "TRCK": "4", "TPOS": "2", "TYER": "2026", "TDAT": "2111", "TIME": "1403", "TCON": "Podcast",
        "TLAN": "eng", "TLEN": "24000", "TCOP": "2026 The Example Society", "TSSE": "LAME, 128 kbit/s",
        "TXXX:GUEST": "Robin Example, DO, FIPP", "TXXX:ORCID": "Robin Example, DO, FIPP 0000-0002-1825-0097",
        "TXXX:BIO": "Robin Example, DO, FIPP: Treats pain. Teaches.", "TXXX:REVIEWED": "Alex Example, MD, 2026-11-20",
        "TXXX:DISCLOSURE": "Robin Example has nothing to disclose. Alex Example has nothing to disclose.",
        "COMM::eng": "One line.\nAnd another.", "COMM:Disclosure:eng": tags.disclosure,
        "COMM:References:eng": "1. Example A. A title. J Ex. 2025. doi: 10.1000/one. PMID: 1.\n"
        "2. Example B. A report; 2019. https://example.org/report",
        "USLT::eng": tags.transcript,
    }  # fmt: skip
    assert {key: str(tag[key]) for key in text} == text
    assert tag["IPLS"].people == [["producer", "Pat Example"]]
    assert tag["WOAF"].url == "https://podcast.example.org/episodes/four/"
    assert tag["WXXX:References"].url == "https://podcast.example.org/episodes/four/#references"
    assert (tag["APIC:"].type, tag["APIC:"].mime, tag["APIC:"].data) == (3, "image/jpeg", jpeg)
    assert tag["CHAP:chp1"].sub_frames["WXXX:"].url == "https://example.org/%C3%BC"
    assert not set(tag) - set(text) - {
        "IPLS", "WOAF", "WXXX:References", "APIC:", "CTOC:toc", "CHAP:chp0", "CHAP:chp1"
    }  # fmt: skip
    heard = readback.by_ffmpeg(out)
    expected = {
        "title": "A title", "artist": text["TPE1"], "album": "The Example Show", "track": "4", "disc": "2",
        "genre": "Podcast", "date": "2026-11-21 14:03", "language": "eng", "comment": "One line.\nAnd another.",
        "copyright": "2026 The Example Society", "BIO": text["TXXX:BIO"], "References": text["COMM:References:eng"],
        "lyrics-eng": tags.transcript,
    }  # fmt: skip
    assert {key: heard.tags.get(key) for key in expected} == expected
    assert heard.picture


def test_a_bare_episode(source: Path, tmp_path: Path) -> None:
    """What is not known is not written: no empty frames, the show stands for the voices."""
    out = tmp_path / "out.mp3"
    id3.write(source, out, some())
    readback.verify(out, some())
    names = [name for name, _ in on_disk(out)]
    assert names == ["TIT2", "TPE1", "TALB", "TYER", "TDAT", "TIME", "TCON", "TLAN", "TLEN"]


def test_short_frames_first_picture_last(source: Path, tmp_path: Path, jpeg: bytes) -> None:
    """A player that reads the start of the file finds title and chapters before transcript and picture."""
    out = tmp_path / "out.mp3"
    id3.write(source, out, some(cover=Cover(jpeg, "image/jpeg"), transcript="x" * 50_000, chapters=chapters(3)))
    names = [name for name, _ in on_disk(out)]
    assert names.index("TIT2") == 0
    assert names.index("CTOC") < names.index("CHAP") < names.index("USLT")
    assert names[-1] == "APIC"


def test_the_date_is_utc(source: Path, tmp_path: Path) -> None:
    """An evening in New York is the next day's date in the tag, as in the feed."""
    out = tmp_path / "out.mp3"
    evening = datetime(2026, 12, 31, 21, 30, tzinfo=timezone(timedelta(hours=-5)))
    id3.write(source, out, some(published=evening))
    assert readback.by_ffmpeg(out).tags["date"] == "2027-01-01 02:30"


def test_hostile_text_arrives_as_text(source: Path, tmp_path: Path) -> None:
    """Markup, separators, a NUL, half a surrogate, other scripts: read back whole, minus what no tag can hold."""
    out = tmp_path / "out.mp3"
    person = dataclasses.replace(GUEST, name=HOSTILE, bio=HOSTILE * 500)
    tags = some(
        title=HOSTILE + "\r\nsecond line", summary=HOSTILE, transcript=f"{HOSTILE}\r\n[CHAPTER]\nSTART=1\n;x",
        people=(person, dataclasses.replace(PRODUCER, name=HOSTILE)), disclosure=HOSTILE,
        chapters=(Chapter(0, HOSTILE), Chapter(5000, "=;#\\"), Chapter(9000, HOSTILE * 20)),
    )  # fmt: skip
    id3.write(source, out, tags)
    readback.verify(out, tags)
    kept = HOSTILE.replace("\x00", "").replace("\ud800", "")
    clean = " ".join(kept.split())
    heard = readback.by_ffmpeg(out)
    assert heard.tags["title"] == f"{clean} second line"
    assert heard.tags["lyrics-eng"] == f"{kept}\n[CHAPTER]\nSTART=1\n;x"
    assert heard.chapters[0] == (0, clean)
    assert len(ID3(out)["TXXX:BIO"].text[0]) > 30_000


@pytest.mark.parametrize("letter", ["a", "é", "🎙"])
def test_a_long_transcript(source: Path, tmp_path: Path, letter: str) -> None:
    """60,000 characters of transcript come back to the letter, in plain and in other scripts."""
    out = tmp_path / "out.mp3"
    text = "\n".join(letter * 59 for _ in range(1000))
    id3.write(source, out, some(transcript=text, chapters=chapters(3)))
    assert readback.by_ffmpeg(out).tags["lyrics-eng"] == text
    assert str(ID3(out)["USLT::eng"]) == text
    encoding = on_disk(out)[-1][1][0]
    assert encoding == (0 if letter == "a" else 1)


def test_the_sound_is_untouched(source: Path, tmp_path: Path, jpeg: bytes) -> None:
    """Same frames, same Info header, same samples: not one more or less is played than before."""
    out = tmp_path / "out.mp3"
    id3.write(source, out, some(cover=Cover(jpeg, "image/jpeg"), chapters=chapters(5), transcript="x" * 60_000))
    frames = mp3.bare(source)
    assert out.read_bytes().endswith(frames)
    assert b"Info" in frames[:64]
    before, after = mp3.decoded(source), mp3.decoded(out)
    assert len(after) == SECONDS * 48000
    assert np.array_equal(before, after)


def test_other_tags_other_file_same_digest(source: Path, tmp_path: Path, jpeg: bytes) -> None:
    """A new title, cover or transcript changes the file, never the digest of its sound."""
    every = [some(), some(title="Another"), some(cover=Cover(jpeg, "image/jpeg")), some(transcript="Hello.")]
    files, sounds = set(), set()
    for i, tags in enumerate(every):
        out = tmp_path / f"{i}.mp3"
        id3.write(source, out, tags)
        files.add(hashlib.sha256(out.read_bytes()).hexdigest())
        sounds.add(audio_sha256(out))
    assert len(files) == 4
    assert sounds == {audio_sha256(source)}


def test_tagging_again_leaves_the_old_tags_behind(source: Path, tmp_path: Path) -> None:
    """A file that carries ID3v2, APE and ID3v1 gets the new tag only, byte for byte as from the bare file."""
    from mutagen.apev2 import APEv2

    direct, dressed, again = tmp_path / "direct.mp3", tmp_path / "dressed.mp3", tmp_path / "again.mp3"
    id3.write(source, direct, some(title="Old"))
    dressed.write_bytes(direct.read_bytes())
    ape = APEv2()
    ape["Title"] = "Older"
    ape.save(dressed)
    ID3(dressed).save(dressed, v1=2)
    id3.write(source, direct, some())
    id3.write(dressed, again, some())
    assert again.read_bytes() == direct.read_bytes()


def test_the_same_input_gives_the_same_bytes(source: Path, tmp_path: Path, jpeg: bytes) -> None:
    """No clock, no padding, no order of a set: two runs in two processes write the same file."""
    import subprocess
    import sys

    program = (
        "import sys, datetime; from pathlib import Path\n"
        "from podcast_pipeline.tag import id3; from podcast_pipeline.tag.tags import Tags\n"
        "from podcast_pipeline.model.chapter import Chapter\n"
        "tags = Tags('T', 'S', datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC), 24000,\n"
        "    disclosure='D', summary='s', transcript='é', chapters=(Chapter(0, 'b'), Chapter(2000, 'a')))\n"
        "id3.write(Path(sys.argv[1]), Path(sys.argv[2]), tags)\n"
    )
    outputs = []
    for seed in ("1", "2"):
        out = tmp_path / f"{seed}.mp3"
        subprocess.run(
            [sys.executable, "-c", program, str(source), str(out)],
            check=True, env={"PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo" if seed == "2" else "UTC"},
        )  # fmt: skip
        outputs.append(out.read_bytes())
    assert outputs[0] == outputs[1]


def test_the_source_is_only_read(source: Path, tmp_path: Path) -> None:
    """The untagged file stays as it was, also when writing fails; tagging in place is refused."""
    before = source.read_bytes()
    id3.write(source, tmp_path / "out.mp3", some())
    with pytest.raises(FileNotFoundError):
        id3.write(source, tmp_path / "no" / "folder.mp3", some())
    with pytest.raises(ValueError, match="in place"):
        id3.write(source, source, some())
    link = tmp_path / "link.mp3"
    link.symlink_to(source)
    with pytest.raises(ValueError, match="in place"):
        id3.write(source, link, some())
    assert source.read_bytes() == before


def test_no_mp3_no_output(tmp_path: Path) -> None:
    """A source that is no MP3 is named, and nothing is written."""
    text = tmp_path / "text.mp3"
    text.write_text("not sound")
    with pytest.raises(AudioError, match=r"text\.mp3: not an MP3"):
        id3.write(text, tmp_path / "out.mp3", some())
    assert not (tmp_path / "out.mp3").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": "Another"}, "TIT2"),
        ({"number": 5}, "TRCK"),
        ({"chapters": ()}, "CHAP:chp0, which should not be there"),
        ({"chapters": (Chapter(0, "One"), Chapter(9003, "Two"))}, "CHAP:chp0"),
        ({"transcript": "Hallo."}, "USLT"),
        ({"people": (HOST,)}, "TPE1"),
    ],
)
def test_reading_back_names_the_first_difference(
    source: Path, tmp_path: Path, change: dict[str, object], said: str
) -> None:
    """A file that says something else than the tags is refused with the frame that differs."""
    out = tmp_path / "out.mp3"
    tags = some(number=4, chapters=(Chapter(0, "One"), Chapter(9000, "Two")), transcript="Hello.")
    id3.write(source, out, tags)
    readback.verify(out, tags)
    with pytest.raises(PodcastError, match=rf"out\.mp3: .*({said})"):
        readback.verify(out, dataclasses.replace(tags, **change))  # type: ignore[arg-type]


def test_chapters_out_of_order_in_the_file_are_noticed(source: Path, tmp_path: Path) -> None:
    """The same frames in the order of their length are refused, as FFmpeg lists them so."""
    out = tmp_path / "out.mp3"
    tags = some(chapters=(Chapter(0, "The longest title of all"), Chapter(9000, "Short")))
    id3.write(source, out, tags)
    ID3(out, translate=False).save(out, v2_version=3)
    with pytest.raises(PodcastError, match="FFmpeg finds chapter 1 at 0:09"):
        readback.verify(out, tags)


def test_a_dropped_info_header_does_not_move_chapters(source: Path, tmp_path: Path) -> None:
    """Without the Info frame FFmpeg skips no run-in and reports plain starts: the sum is the same."""
    bare = tmp_path / "bare.mp3"
    bare.write_bytes(mp3.bare(source)[384:])
    out = tmp_path / "out.mp3"
    tags = some(chapters=chapters(4))
    id3.write(bare, out, tags)
    assert readback.by_ffmpeg(out).delay == 0
    readback.verify(out, tags)


@pytest.mark.parametrize(
    ("tag", "code"),
    [("en", "eng"), ("en-US", "eng"), ("de", "deu"), ("zh_CN", "zho"), ("deu", "deu"), ("x", "XXX"), ("", "XXX")],
)
def test_language_codes(tag: str, code: str) -> None:
    """Two letters with or without region become the three letters of ISO 639-2."""
    from podcast_pipeline.tag.language import three_letters

    assert three_letters(tag) == code
