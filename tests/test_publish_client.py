"""A listener's app: the server in a process of its own, the feed read by podcastparser, the enclosure downloaded."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

import needs
import pytest
from shows import ShowDir, tree

pytest_plugins = ["shows"]
pytestmark = pytest.mark.slow


@dataclass
class Host:
    """A running `podcast serve`."""

    show: ShowDir
    feed: str


@pytest.fixture
def host(published: ShowDir) -> Iterator[Host]:
    """The published tiny show behind the real command."""
    argv = [sys.executable, "-u", "-m", "podcast_pipeline", "-C", str(published.root), "serve", "--port", "0"]
    server = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ})
    try:
        assert server.stdout is not None
        yield Host(published, server.stdout.readline().strip())
    finally:
        server.kill()
        server.communicate()


def ask(url: str, method: str = "GET", **headers: str) -> tuple[int, Message, bytes]:
    """Status, fields and body of an answer, by a plain client."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=named, method=method), timeout=120) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.headers, refusal.read()


def test_a_client_subscribes_and_downloads(host: Host) -> None:
    """podcastparser reads the feed from the server; the enclosure has the record's length and sha256."""
    podcastparser = needs.module("podcastparser")
    with urllib.request.urlopen(host.feed, timeout=120) as stream:
        parsed = podcastparser.parse(host.feed, stream)
    release = host.show.release
    (episode,) = parsed["episodes"]
    assert parsed["title"] == "The PSPS Podcast"
    assert episode["guid"] == release.guid
    assert episode["title"] == release.title
    assert abs(episode["total_time"] * 1000 - release.duration) <= 500
    assert [chapter["start"] for chapter in episode["chapters"]] == [c.start // 1000 for c in release.chapters]
    (enclosure,) = episode["enclosures"]
    assert enclosure["file_size"] == release.enclosure.bytes
    assert enclosure["mime_type"] == "audio/mpeg"
    assert enclosure["url"].startswith(host.feed.removesuffix("feed.xml"))
    status, _, body = ask(enclosure["url"])
    assert status == 200
    assert len(body) == release.enclosure.bytes
    assert hashlib.sha256(body).hexdigest() == release.enclosure.sha256


def test_a_player_jumps_in_the_file(host: Host) -> None:
    """HEAD has the length and type; a range is 206 with exactly these bytes; one beyond the end is 416."""
    release = host.show.release
    url = host.feed.replace("feed.xml", release.enclosure.key)
    whole = (host.show.public / release.enclosure.key).read_bytes()
    status, fields, body = ask(url, "HEAD")
    assert (status, body) == (200, b"")
    assert (fields["Content-Length"], fields["Content-Type"]) == (str(len(whole)), "audio/mpeg")
    status, fields, body = ask(url, Range="bytes=0-1")
    assert (status, body, fields["Content-Range"]) == (206, whole[:2], f"bytes 0-1/{len(whole)}")
    status, fields, body = ask(url, Range="bytes=50000-50099")
    assert (status, body) == (206, whole[50000:50100])
    status, fields, body = ask(url, Range="bytes=-500")
    assert (status, body) == (206, whole[-500:])
    status, fields, _ = ask(url, Range=f"bytes={len(whole)}-")
    assert (status, fields["Content-Range"]) == (416, f"bytes */{len(whole)}")


def test_everything_the_feed_names_is_there(host: Host) -> None:
    """Every address in the served feed is answered with the type of its kind; none leads to the public address."""
    from lxml import etree

    _, _, feed = ask(host.feed)
    assert b"https://podcast.example.org" not in feed
    base = host.feed.removesuffix("feed.xml")
    texts = [text for e in etree.fromstring(feed).iter() for text in (*e.attrib.values(), e.text or "")]
    urls = {text for text in texts if text.startswith(base) and text != base}
    assert len(urls) > 7
    types = {"mp3": "audio/mpeg", "png": "image/png", "xml": "application/rss+xml", "srt": "application/x-subrip"}
    for url in urls:
        status, fields, body = ask(url, Origin="https://player.example")
        assert status == 200, url
        assert len(body) == int(fields["Content-Length"])
        wanted = types.get(url.rsplit(".", 1)[-1], "")
        assert fields["Content-Type"].startswith(wanted), url
        if "/transcripts/" in url or "/chapters/" in url:
            assert fields["Access-Control-Allow-Origin"] == "*"


def test_serving_changes_nothing_on_disk(host: Host) -> None:
    """The address is replaced in what is sent, not in what is stored."""
    before = tree(host.show.public)
    for key in before:
        ask(host.feed.replace("feed.xml", key))
    assert tree(host.show.public) == before
    assert b"https://podcast.example.org" in (host.show.public / "feed.xml").read_bytes()


def test_ctrl_c_ends_the_server(published: ShowDir) -> None:
    """Ctrl-C is how a server ends: exit code 0 and nothing said about it; its port is free again."""
    argv = [sys.executable, "-u", "-m", "podcast_pipeline", "-q", "-C", str(published.root), "serve", "--port", "0"]
    server = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert server.stdout is not None
    feed = server.stdout.readline().strip()
    assert ask(feed, "HEAD")[0] == 200
    server.send_signal(signal.SIGINT)
    _, said = server.communicate(timeout=120)
    assert (server.returncode, said) == (0, "")
    with socket.create_server(("127.0.0.1", int(feed.split(":")[2].split("/")[0]))):
        pass


def test_nothing_to_serve_is_said(raw: ShowDir) -> None:
    """Before the first publication `serve` is one line and exit code 1."""
    said = raw.podcast("serve", "--port", "0", code=1)
    assert said.lines == ["public/: nothing is published here yet"]
    assert "podcast publish" in said.err
