"""The plan of a publication, and the feed as a pure function of show and releases."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from shows import ShowDir, tree

from podcast_pipeline import keys
from podcast_pipeline.errors import StorageError
from podcast_pipeline.publish.plan import Wanted, plan
from podcast_pipeline.storage.protocol import Stored

pytest_plugins = ["shows"]
SHA = "ab" * 32
MP3, PAGE = "media/042/abababab.mp3", "episodes/042/index.html"


def stored(key: str, size: int = 3, sha256: str | None = SHA, mime: str = "", cache: str = "") -> Stored:
    headers = keys.headers(key)
    return Stored(key, size, sha256, mime or headers.mime, cache or headers.cache, '"etag"')


@pytest.mark.parametrize(
    ("found", "verb", "reason"),
    [
        (None, "put", "new"),
        (stored(PAGE), "skip", "already there"),
        (stored(PAGE, size=4), "put", "changed"),
        (stored(PAGE, sha256="cd" * 32), "put", "changed"),
        (stored(PAGE, sha256=None), "put", "no digest on record"),
        (stored(PAGE, mime="text/html"), "put", "only its headers differ"),
        (stored(PAGE, cache="no-cache"), "put", "only its headers differ"),
    ],
)
def test_what_is_skipped(found: Stored | None, verb: str, reason: str) -> None:
    """Skipped is only what has the same size, digest, type and cache rule; what is replaced is named by its ETag."""
    (action,) = plan([Wanted(PAGE, b"abc", 3, SHA)], lambda _: found)
    assert (action.verb, action.reason) == (verb, reason)
    assert action.etag == (found.etag if found and verb == "put" else None)


def test_content_addressed_keys_are_never_overwritten() -> None:
    """Other bytes under a key that names its content stop the plan; a missing digest there is repaired."""
    wanted = [Wanted(MP3, b"abc", 3, SHA)]
    with pytest.raises(StorageError, match=MP3):
        plan(wanted, lambda key: stored(key, sha256="cd" * 32))
    (action,) = plan(wanted, lambda key: stored(key, sha256=None))
    assert action.verb == "put"


def test_each_key_once() -> None:
    """A picture that two people share is planned once."""
    wanted = Wanted(MP3, b"abc", 3, SHA)
    assert len(plan([wanted, wanted], lambda _: None)) == 1


def test_the_dry_run_prints_what_the_run_does(signed: ShowDir) -> None:
    """--dry-run prints exactly the actions that -v publish then carries out, and the feed's changes; sends nothing."""
    before = tree(signed.root, ".locks")
    dry = signed.podcast("publish", "001-tiny", "--dry-run").out
    assert tree(signed.root, ".locks") == before
    lines, diff = dry.split("--- public\n")
    real = signed.podcast("-v", "publish", "001-tiny").err
    assert real.startswith(lines)
    planned = {line.split("  (")[0].split()[-1]: line for line in lines.splitlines() if line.startswith("put")}
    written = {key for key in tree(signed.public) if not key.startswith((".", "feed", "manifests/"))}
    assert set(planned) == written
    for key, line in planned.items():
        size = f"{(signed.public / key).stat().st_size:,} bytes"
        assert size in line
        assert all(one in line for one in keys.headers(key))
    feed = (signed.public / "feed.xml").read_text("utf-8")
    assert "".join(line[1:] for line in diff.splitlines(keepends=True)[2:]) == feed
    again = signed.podcast("publish", "001-tiny", "--dry-run").out
    assert {line.split()[0] for line in again.splitlines()} == {"skip", "feed"}


def test_the_plan_as_json(signed: ShowDir) -> None:
    """--json --dry-run prints one document with every object, and nothing else on stdout."""
    value = json.loads(signed.podcast("publish", "001-tiny", "--dry-run", "--json").out)
    assert {action["verb"] for action in value["actions"]} == {"put"}
    assert value["releases"] == ["001-tiny"]
    assert value["feed_changes"] is True
    mp3 = next(action for action in value["actions"] if action["key"].startswith("media/"))
    assert mp3["bytes"] == signed.mp3.stat().st_size
    assert mp3["type"] == "audio/mpeg"
    assert "immutable" in mp3["cache"]


def test_the_feed_on_disk_is_the_stored_one(published: ShowDir) -> None:
    """feed/feed.xml, the stored feed and its copy in the history are the same bytes."""
    feed = (published.root / "feed" / "feed.xml").read_bytes()
    assert (published.public / "feed.xml").read_bytes() == feed
    (history,) = (published.public / "feeds" / "history").iterdir()
    assert history.read_bytes() == feed


def test_a_fresh_clone_renders_the_same_feed(published: ShowDir, tmp_path: Path) -> None:
    """Without build/, public/ and audio, under another locale, time zone and hash seed: the same bytes."""
    clone = tmp_path / "clone"
    shutil.copytree(published.root, clone, ignore=shutil.ignore_patterns("build", "public", "raw", "feed.xml"))
    environment = {**os.environ, "LANG": "C", "TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7"}
    argv = [sys.executable, "-m", "podcast_pipeline", "-C", str(clone), "feed"]
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=True)
    assert "written" in done.stderr
    feed = (clone / "feed" / "feed.xml").read_bytes()
    assert feed == (published.root / "feed" / "feed.xml").read_bytes()
    assert "unchanged" in published.podcast("feed").err


def test_the_feed_of_an_earlier_day(published: ShowDir) -> None:
    """--now renders the feed as of then: before its date the episode is not in it."""
    assert b"A tiny episode" in (published.root / "feed" / "feed.xml").read_bytes()
    published.podcast("feed", "--now", "2020-01-06T08:59:59Z")
    assert b"A tiny episode" not in (published.root / "feed" / "feed.xml").read_bytes()


def test_a_new_show_title_reaches_the_feed_without_an_episode(published: ShowDir) -> None:
    """`publish` without episodes puts a changed title or cover into the feed; frozen releases stay as they are."""
    record = published.workspace.release("001-tiny").read_bytes()
    published.edit("feed/show.toml", 'title = "The PSPS Podcast"', 'title = "Another Podcast"')
    said = published.podcast("-v", "publish").err
    assert "feed" in said
    feed = (published.public / "feed.xml").read_text("utf-8")
    assert "<title>Another Podcast</title>" in feed
    assert published.workspace.release("001-tiny").read_bytes() == record
    assert "nothing was written" in published.podcast("publish").err
