"""Files that other programs put beside those of people: never read, always named; and the marks and spellings that they
leave in files and names.
"""

from __future__ import annotations

import codecs
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shows import TINY, ShowDir

from podcast_pipeline import charset, filenames, handwritten, reading, tomltext
from podcast_pipeline.errors import ConfigError

pytest_plugins = ["shows"]
LITTER = (
    "._{}", "~${}", ".#{}", "#{}#", "{}~", ".{}.icloud", ".{}.swp", "{s} (1){e}", "{s} 2{e}", "{s} copy{e}",
    "{s} - Copy{e}", "{s} - Kopie (2){e}", "Copy of {}", "{s} (conflicted copy 2026-11-30 101010){e}",
    "{s} (Alex Example's conflicted copy 2026-11-30){e}", "{s}.sync-conflict-20261130-101010-ABCDEF7{e}",
    "{s}_conflict-20261130-101010{e}", "{s}-DESKTOP-A1B2C3{e}", "{s}-Alexs-MacBook{e}", "{s}_LOCAL_4711{e}",
)  # fmt: skip
SYSTEM = (".DS_Store", "Thumbs.db", "desktop.ini", "Icon\r", ".directory", "@eaDir")


def called(pattern: str, name: str) -> str:
    path = Path(name)
    return pattern.format(name, s=path.stem, e=path.suffix)


@pytest.mark.parametrize("pattern", LITTER)
def test_what_other_programs_make_is_told_by_its_name(pattern: str) -> None:
    for name in ("alex-example.toml", "042-a-title.json"):
        assert filenames.made_by(called(pattern, name)), called(pattern, name)


@given(st.from_regex(r"[a-z0-9](-?[a-z0-9]+){0,5}(\.(toml|json))?", fullmatch=True))
def test_no_name_of_a_show_is_taken_for_one(name: str) -> None:
    """`guest-conflict-copy`, `042-old` and `download.toml` may be a person's and an episode's."""
    assert filenames.made_by(name) == ""


def test_a_show_full_of_them(published: ShowDir) -> None:
    """In every folder that is read: each is named, none is read, and the show is as it was without them."""
    clean = published.podcast("status", "--all").out, published.podcast("check", TINY).out
    wanted: set[str] = set()
    for folder, name in (
        ("feed", "show.toml"),
        ("feed/people", "example-host.toml"),
        ("feed/releases", f"{TINY}.json"),
    ):
        for pattern in LITTER:
            path = published.root / folder / called(pattern, name)
            path.write_bytes(b"\0\5\26\7 no text at all")
            if path.name.removesuffix(".icloud").endswith(Path(name).suffix):
                wanted.add(f"{folder}/{path.name}")
    for pattern in ("{} (1)", "{} (conflicted copy 2026-11-30)", "{}-DESKTOP-A1B2C3", "Guest Talk"):
        path = published.root / "episodes" / pattern.format(TINY)
        path.mkdir()
        (path / "episode.toml").write_bytes((published.root / "episodes" / TINY / "episode.toml").read_bytes())
        wanted.add(f"episodes/{path.name}")
    (published.root / "feed/people/example-guest.JPEG").write_bytes(b"")
    wanted.add("feed/people/example-guest.JPEG")
    (published.root / "feed/people/.#example-guest.toml").symlink_to("alex@example.org.1234:1700000000")
    wanted.add("feed/people/.#example-guest.toml")
    folders = ("feed", "feed/people", "feed/releases", "episodes", f"episodes/{TINY}", f"episodes/{TINY}/raw", "public",
               "public/images", f"public/episodes/{TINY}", f"build/{TINY}", f"build/{TINY}/.records")  # fmt: skip
    for folder in folders:
        for name in (*SYSTEM, "._feed.xml"):
            (published.root / folder / name).write_bytes(b"\0\5\26\7")
    (published.root / "build" / TINY / ".records" / "._probe.json").write_bytes(b"\0\5\26\7")
    said = published.podcast("status", "--all")
    assert said.out == clean[0]
    assert {line.split(" is passed over")[0].strip("'\"") for line in said.err.splitlines()} == wanted
    (published.root / "episodes" / TINY / "review (conflicted copy 2026-11-30).jsonl").write_bytes(b"")
    checked = published.podcast("check", TINY)
    assert checked.out == clean[1]
    assert f"episodes/{TINY}/review (conflicted copy 2026-11-30).jsonl' is passed over" in checked.err
    for words in (("verify",), ("publish",), ("feed",)):
        published.podcast(*words)
    assert {path.name for path in published.root.rglob("*.DS_Store")} == {".DS_Store"}


def test_marks_and_spellings_that_other_programs_leave(raw: ShowDir) -> None:
    """A byte order mark in every TOML, kept when the file is changed; a recording that macOS has spelt its own way."""
    for path in [*(raw.root / "feed").rglob("*.toml"), *(raw.root / "episodes").rglob("*.toml")]:
        path.write_bytes(codecs.BOM_UTF8 + path.read_bytes())
    toml, sound = raw.root / "episodes" / TINY / "episode.toml", raw.root / "episodes" / TINY / "raw"
    toml.write_text(toml.read_text("utf-8").replace("raw/guest.flac", "raw/Jörg.flac"), "utf-8")
    (sound / "guest.flac").rename(sound / unicodedata.normalize("NFD", "Jörg.flac"))
    assert "Jörg.flac" in raw.podcast("build", TINY, "--until", "probe").err
    with handwritten.changing(toml) as document:
        document["title"] = "Another"
    text = handwritten.text_of(toml)
    handwritten.write(toml, text, tomltext.SetKey("title", "Other", '"Other"'))
    assert toml.read_bytes().startswith(codecs.BOM_UTF8 + b"guid")
    (sound / ".Jörg.flac.icloud").write_bytes(b"bplist00")
    (sound / unicodedata.normalize("NFD", "Jörg.flac")).rename(sound / "Georg.flac")
    assert "iCloud has not downloaded it" in raw.podcast("build", TINY, code=1).err
    (sound / ".Jörg.flac.icloud").unlink()
    assert 'did you mean "Georg.flac"' in raw.podcast("build", TINY, code=1).err
    person = raw.root / "feed/people/example-host.toml"
    person.write_text(person.read_text("utf-8-sig"), "utf-16")
    said = raw.podcast("status", code=1).err
    assert "feed/people/example-host.toml: is UTF-16 text: save it as UTF-8" in said
    with pytest.raises(ConfigError, match="UTF-16"):
        handwritten.text_of(person)


TEXTS = (
    "Dr. Jürgen Müller; “Ärzte” – don’t", "é à Thérèse naïve, ça", "Straße 5 µg ± 2", "5 € it’s", "café\rthé\r",
    "ÄRZTE IN KÖLN", "Øyvind Ångström",
)  # fmt: skip


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman"])
def test_the_encoding_is_told_by_the_bytes(codec: str) -> None:
    """And said where it is not the one that everybody expects."""
    names = {"cp": charset.WINDOWS, "ma": charset.MAC}
    for text in TEXTS:
        read = charset.decoded(text.encode(codec))
        assert read.text == text
        assert read.encoding == names.get(codec[:2], codec[:6].upper() if "16" in codec else charset.UTF8)
        assert bool(read.said) == ("utf-8" not in codec)
    with pytest.raises(UnicodeDecodeError):
        charset.decoded(b"\xff\x00\x01 no text\x00")


def test_names_that_other_computers_cannot_hold(raw: ShowDir, tmp_path: Path) -> None:
    for name in ("con", "NUL.wav", "aux", "com1.flac", "take.", "take ", "a:b.wav"):
        assert filenames.fault(name), name
    for name in ("console", "aux-in.wav", "042-con", "Jörg.flac"):
        assert not filenames.fault(name), name
    assert "device" in raw.podcast("new", "con", code=1).err
    for name in ("aux.flac", "HOST.flac"):  # the second differs from raw/host.flac in capitals alone
        (tmp_path / name).write_bytes((raw.root / "episodes" / TINY / "raw/host.flac").read_bytes())
    assert "device" in raw.podcast("track", TINY, f"{tmp_path}/aux.flac=example-guest", code=1).err
    assert "two tracks" in raw.podcast("track", TINY, f"{tmp_path}/HOST.flac=example-guest", code=1).err


def test_a_file_that_may_be_meant(tmp_path: Path, raw: ShowDir) -> None:
    (tmp_path / "schedule.txt").write_text("x", "utf-8")
    (tmp_path / "._shedule.txt").write_text("x", "utf-8")
    with pytest.raises(FileNotFoundError) as caught:
        reading.data(tmp_path / "Shedule.txt")
    assert caught.value.strerror == 'no such file; did you mean "schedule.txt"?'
    assert str(tmp_path / "Shedule.txt") in str(caught.value)
    (tmp_path / "papers.bib").write_text("", "utf-8")
    (tmp_path / "corrected.docx").write_text("", "utf-8")
    assert 'did you mean "papers.bib"?' in raw.podcast("refs", "add", str(tmp_path / "paper.bib"), code=1).err
    said = raw.podcast("review", TINY, "--import", str(tmp_path / "correct.docx"), code=2).err
    assert 'did you mean "corrected.docx"?' in said
