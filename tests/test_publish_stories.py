"""What went wrong for other podcasts, each once: named after the report, so that it is not told of this one."""

from __future__ import annotations

import http.server
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from lxml import etree
from shows import BASE, ShowDir, copied, missing, named, podcast
from test_publish_guard import GUID, OTHER, second

from podcast_pipeline import keys
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.feed.contents import guids
from podcast_pipeline.storage import fetch
from podcast_pipeline.storage.serve import Server

pytest_plugins = ["shows"]
MAGIC = {"mp3": (b"ID3", "audio/mpeg"), "png": (b"\x89PNG", "image/png"), "jpg": (b"\xff\xd8\xff", "image/jpeg")}


def feed(show: ShowDir) -> etree._Element:
    return etree.fromstring((show.public / "feed.xml").read_bytes())


def test_azuracast_8594_length_is_bytes(published: ShowDir) -> None:
    """The enclosure's length is the byte count of the stored object, not a duration."""
    (enclosure,) = feed(published).iterfind("channel/item/enclosure")
    path = published.public / keys.key_of(enclosure.get("url"), BASE)
    assert enclosure.get("length") == str(path.stat().st_size)
    assert path.stat().st_size > 10_000


def test_this_american_life_archive_8_and_podly_216_another_address_no_new_guid(published: ShowDir) -> None:
    """When every file gets another address, every guid stays: nobody downloads the back catalogue again."""
    before = guids((published.public / "feed.xml").read_bytes())
    text = (published.root / "feed" / "show.toml").read_text("utf-8")
    (published.root / "feed" / "show.toml").write_text(text.replace(BASE, "https://moved.example.net/pod/"), "utf-8")
    published.podcast("feed")
    data = (published.root / "feed" / "feed.xml").read_bytes()
    assert guids(data) == before == {GUID}
    assert b"https://moved.example.net/pod/media/" in data
    assert BASE.encode() + b"media/" not in data


def test_u2vpodcast_21_guid_is_no_address(published: ShowDir) -> None:
    """Every guid that is no address says so: apps would try to open it."""
    found = [guid.get("isPermaLink") for guid in feed(published).iterfind("channel/item/guid")]
    assert found == ["false"]


def test_proclaim_1424_through_a_redirect(published: ShowDir) -> None:
    """Behind a counting redirect HEAD and ranges still work; one that forgets ranges, or the suffix, is told."""
    asset = published.release.enclosure
    with Server(published.public) as server:

        class Counting(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(302)
                self.send_header("Location", f"{server.url.rstrip('/')}/{asset.key}")
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_HEAD = do_GET

            def log_message(self, *args: object) -> None:
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counting) as front:
            threading.Thread(target=front.serve_forever, daemon=True).start()
            url = f"http://127.0.0.1:{front.server_address[1]}/count/{asset.key}"
            assert fetch.check(url, asset.bytes, asset.sha256, keys.headers(asset.key)) == ()
            assert any(
                "its type is" in one for one in fetch.check(url, asset.bytes, asset.sha256, keys.headers("a.png"))
            )
            front.shutdown()


def test_fossified_38_bytes_are_what_suffix_and_type_say(published: ShowDir) -> None:
    """Of every enclosure and picture the first bytes, the suffix and the declared type agree."""
    types = {one.get("url"): one.get("type") for one in feed(published).iterfind("channel/item/enclosure")}
    seen = set()
    for key in named((published.public / "feed.xml").read_bytes()):
        suffix = key.rsplit(".", 1)[-1]
        if suffix in MAGIC:
            magic, mime = MAGIC[suffix]
            assert (published.public / key).read_bytes().startswith(magic)
            assert types.get(BASE + key, mime) == mime == keys.headers(key).mime
            seen.add(suffix)
    assert {"mp3", "png"} <= seen


@pytest.mark.parametrize("bad", ["media/042/ab.mp3 ", " media/042/ab.mp3", "media/042/a b.mp3", "media/042/ab.mp3\n"])
def test_anytime_podcast_player_77_no_space_in_addresses(bad: str) -> None:
    """A space anywhere in a key or address is an error; nothing is trimmed in silence."""
    with pytest.raises(PodcastError):
        keys.check_key(bad)
    with pytest.raises(PodcastError):
        keys.key_of(BASE + bad, BASE)
    good = "media/042/abababab.mp3"
    assert keys.key_of(keys.url(BASE, good), BASE) == good


@pytest.mark.slow
def test_two_clones_publish_at_once(signed: ShowDir) -> None:
    """Two people publish two episodes into one storage at the same moment: one may have to pull, nobody loses."""
    clone = copied(signed, signed.root.parent / "clone")
    other = second(clone)
    signed.public.mkdir()
    (clone.root / "public").symlink_to(signed.public)
    argv = [sys.executable, "-m", "podcast_pipeline", "-C"]
    runs = [
        subprocess.Popen([*argv, str(root), "publish", slug], stderr=subprocess.PIPE, text=True)
        for root, slug in ((signed.root, "001-tiny"), (clone.root, "002-other"))
    ]
    said = [run.communicate(timeout=120)[1] for run in runs]
    assert 0 in [run.returncode for run in runs], said
    for run, text in zip(runs, said, strict=True):
        assert run.returncode == 0 or "git pull" in text or "somebody else wrote" in text, text
    assert missing(signed.public) == []
    for one, two in ((signed, clone), (clone, signed)):
        for path in one.workspace.releases.glob("*.json"):
            if not (two.workspace.releases / path.name).exists():
                shutil.copyfile(path, two.workspace.releases / path.name)
    clone.podcast("publish", "002-other")
    signed.podcast("publish", "001-tiny")
    assert guids((signed.public / "feed.xml").read_bytes()) == {GUID, OTHER}
    assert missing(signed.public) == []
    assert other.slug == "002-other"


def test_a_clock_that_is_wrong(published: ShowDir) -> None:
    """A clock two years off changes no date of an episode, loses nothing, and collects nothing that is in use."""
    before = feed(published).findtext("channel/item/pubDate")
    published.correct()
    published.podcast("signoff", published.slug, "--by", "example-host", "--yes")
    published.podcast("build", "--force")
    published.podcast("publish", published.slug, "--now", "2024-01-01T00:00:00Z")
    assert feed(published).findtext("channel/item/pubDate") == before
    history = sorted(path.name for path in (published.public / "feeds" / "history").iterdir())
    assert len(history) == 2
    assert published.podcast("publish", "--gc", "--yes", "--now", "2099-01-01T00:00:00Z").code == 0
    assert missing(published.public) == []
    assert "nothing was written" in published.podcast("publish").err


def test_ffmpeg_has_limits(tmp_path: Path) -> None:
    """Whatever is called ffmpeg runs with bounded memory, processor time and file size; other programs do not."""
    from podcast_pipeline import process

    for name in ("ffmpeg-linux", "other"):
        script = tmp_path / name
        script.write_text("#!/bin/sh\nulimit -v; ulimit -t; ulimit -f\n", "utf-8")
        script.chmod(0o755)
    limited = process.run([str(tmp_path / "ffmpeg-linux")])[0].decode().split()
    memory, seconds, blocks = (int(value) for value in limited)
    assert memory * 1024 == process.DECODER["RLIMIT_AS"]
    assert seconds == process.DECODER["RLIMIT_CPU"]
    assert blocks * 512 == process.DECODER["RLIMIT_FSIZE"]
    assert "unlimited" in process.run([str(tmp_path / "other")])[0].decode()


def test_secrets_in_the_shell_stay_there(published: ShowDir, monkeypatch: pytest.MonkeyPatch) -> None:
    """No command says a credential of the environment, with -v, and none is written into any file of the show."""
    planted = {
        "AWS_SECRET_ACCESS_KEY": "planted/secret/of/this/shell",
        "AWS_SESSION_TOKEN": "planted-session-token",
        "HF_TOKEN": "hf_plantedtoken",
        "HTTPS_PROXY": "http://user:plantedpassword@127.0.0.1:9",
    }
    for name, value in planted.items():
        monkeypatch.setenv(name, value)
    commands = ["status", "build", "publish", "publish --dry-run", "publish --gc", "rollback", "verify", "feed"]
    commands += ["doctor", "doctor --storage", "check 001-tiny", "people check"]
    said = ""
    for words in commands:
        found = podcast("-v", "-C", str(published.root), *words.split())
        said += found.out + found.err
    assert len(said) > 1000
    secrets = [*list(planted.values())[:3], "plantedpassword"]
    assert [one for one in secrets if one in said] == []
    for path in published.root.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not [one for one in secrets if one.encode() in data], path
    assert re.search(r"AWS_SECRET_ACCESS_KEY: set \(not shown\)", said)
