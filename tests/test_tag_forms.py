"""The forms beside the MP3: tagged, with chapters, read back by other programs, and in the feed."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

import audio
from lxml import etree
from mutagen.mp4 import MP4
from mutagen.oggopus import OggOpus
from shows import BASE, SIGNER, ShowDir, named

from podcast_pipeline import ffmpeg

pytest_plugins = ["shows"]


def chapters(path: Path) -> list[tuple[int, str]]:
    """Start (ms) and title of every chapter, by FFmpeg."""
    argv = [ffmpeg.binary().path, "-nostdin", "-v", "error", "-i", str(path), "-f", "ffmetadata", "-"]
    found, start = [], 0
    for row in subprocess.run(argv, check=True, capture_output=True, text=True).stdout.split("[CHAPTER]")[1:]:
        fields = dict(line.split("=", 1) for line in row.strip().splitlines() if "=" in line)
        one, over = (int(part) for part in fields["TIMEBASE"].split("/"))
        start = round(int(fields["START"]) * 1000 * one / over)
        found.append((start, fields["title"]))
    return found


def test_alternates_from_recording_to_feed(built: ShowDir) -> None:
    """With `formats` set, M4A and Opus are made, tagged with chapters and cover, published, and in the feed.

    Encoding and tagging again gives the same files.
    """
    built.edit("feed/show.toml", "channels = 2", 'formats = ["mp3", "m4a", "opus"]\nchannels = 2')
    assert {"encode", "tag", "release"} <= built.ran()
    files = [built.build / f"{built.slug}.{suffix}" for suffix in ("mp3", "m4a", "opus")]
    first = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    assert {"encode", "tag"} <= built.ran("--force", "--until", "tag")
    assert [hashlib.sha256(file.read_bytes()).hexdigest() for file in files] == first
    wanted = json.loads((built.build / "chapters.json").read_text())["chapters"]
    expected = [(round(one["startTime"] * 1000), one["title"]) for one in wanted]
    for suffix in ("m4a", "opus"):
        path = built.build / f"{built.slug}.{suffix}"
        found = chapters(path)
        assert [title for _, title in found] == [title for _, title in expected]
        assert all(abs(one[0] - two[0]) <= 1 for one, two in zip(found, expected, strict=True))
        before, after = (audio.decode(one, 2) for one in (built.build / f"programme.{suffix}", path))
        assert (before == after).all()
    tags = MP4(built.build / f"{built.slug}.m4a").tags
    assert tags["\xa9nam"] == ["A tiny episode"]
    assert bytes(tags["covr"][0])[:2] in (b"\xff\xd8", b"\x89P")
    comments = OggOpus(built.build / f"{built.slug}.opus")
    assert comments["title"] == ["A tiny episode"]
    assert comments["chapter002name"] == ["The guest"]
    data = (built.build / f"{built.slug}.m4a").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat"), "a player would have to fetch the end first"
    built.podcast("signoff", built.slug, "--by", SIGNER, "--yes")
    built.podcast("build", built.slug)
    built.podcast("publish", built.slug)
    feed = (built.public / "feed.xml").read_bytes()
    alternates = etree.fromstring(feed).findall(".//{https://podcastindex.org/namespace/1.0}alternateEnclosure")
    assert [one.get("type") for one in alternates] == ["audio/mpeg", "audio/x-m4a", "audio/ogg"]
    for key in named(feed):
        if key.endswith((".m4a", ".opus")):
            assert hashlib.sha256((built.public / key).read_bytes()).hexdigest()[:8] == Path(key).stem
    assert BASE.encode() in feed


def test_mp3_is_always_made(raw: ShowDir) -> None:
    """Formats without mp3 are refused: it is the one that every app plays."""
    raw.edit("feed/show.toml", "channels = 2", 'formats = ["opus"]\nchannels = 2')
    assert 'audio.formats: does not hold "mp3"' in raw.podcast("build", code=1).err
