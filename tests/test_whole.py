"""The whole way of a new show, through the real command: init, new, build, signoff, build, publish, build again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import forked
import pytest

from podcast_pipeline import ffmpeg, process

ROOT = Path(__file__).parent.parent
RAW = ROOT / "episodes" / "bmj-statement-demo" / "raw"


def podcast(show: Path, *words: str, code: int = 0) -> str:
    said = forked.podcast({**os.environ, "HF_HUB_OFFLINE": "1"}, "-C", str(show), *words)
    assert said.code == code, said.err
    return said.out + said.err


@pytest.mark.slow
def test_a_new_show_goes_all_the_way(tmp_path: Path) -> None:
    """A show made by `init` with an episode made by `new` is built, signed, published and verified; again: no work."""
    show, tracks = tmp_path / "show", []
    for name in ("host", "guest"):
        cut = tmp_path / f"{name}.wav"
        arguments = ["-ss", "5.5", "-t", "5", "-i", str(RAW / f"{name}.flac"), str(cut)]
        process.run([ffmpeg.binary().path, *ffmpeg.QUIET, *arguments])
        tracks.append(cut)
    podcast(tmp_path, "init", str(show), "--title", "A Test Show", "--url", "https://podcast.example.org/feed.xml")
    for person in ("example-host", "example-guest"):
        shutil.copy(ROOT / "feed" / "people" / f"{person}.toml", show / "feed" / "people" / f"{person}.toml")
    settings = show / "feed" / "show.toml"
    assert "[transcribe]" in settings.read_text("utf-8")
    named = [f"{path}={person}" for path, person in zip(tracks, ("example-host", "example-guest"), strict=True)]
    options = [word for one in named for word in ("--track", one)]
    podcast(show, "new", "001-first", "--title", "A first episode", "--content-class", "clinical", *options)
    text = settings.read_text("utf-8").replace("[transcribe]", '[transcribe]\nmodel = "tiny.en"', 1)
    settings.write_text(text.replace("[review]", '[review]\nmust_check = "warn"', 1), "utf-8")
    assert "never built" in podcast(show, "status", "001-first")
    assert "measured on the decoded MP3" in podcast(show, "build", "001-first")
    assert "nobody has signed" in podcast(show, "publish", "001-first", code=1)
    assert "a real reader" in podcast(show, "signoff", "001-first", "--by", "example-host", "--yes")
    podcast(show, "build", "001-first")
    now = ("--now", "2100-01-01T00:00:00Z")
    assert "is public" in podcast(show, "publish", "001-first", *now)
    assert "all as recorded" in podcast(show, "verify", "--read-data", *now)
    assert "frozen" in podcast(show, "build")
    assert "nothing was written" in podcast(show, "publish", "001-first", *now)
