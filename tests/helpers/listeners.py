"""What listeners get of a show, read by programs of others: a web server, feedparser, podcastparser."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import feedparser
import podcastparser
from shows import BASE, named

from podcast_pipeline import keys
from podcast_pipeline.feed import contents
from podcast_pipeline.feed.contents import own_addresses
from podcast_pipeline.publish import feed
from podcast_pipeline.publish.manifest import MAIN
from podcast_pipeline.storage.protocol import Absent, Storage


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of `folder` on Python's own web server, in a process of its own, while the block runs."""
    argv = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(folder)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout is not None
            yield f"http://127.0.0.1:{server.stdout.readline().split(' port ')[1].split()[0]}"
        finally:
            server.kill()


def fetched(url: str) -> bytes | None:
    """What the address answers with; None for 404."""
    try:
        with urllib.request.urlopen(url, timeout=120) as answer:
            data: bytes = answer.read()
            return data
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        return None


@functools.lru_cache(maxsize=64)
def entries(data: bytes) -> frozenset[str]:
    """The guids of a feed for those who subscribe, in two programs; each entry has its file."""
    parsed = feedparser.parse(data)
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert all(len(entry.enclosures) == 1 for entry in parsed.entries)
    episodes = podcastparser.parse(f"{BASE}feed.xml", io.BytesIO(data))["episodes"]
    guids = frozenset(entry.id for entry in parsed.entries)
    assert {episode["guid"] for episode in episodes} == guids
    return guids


@dataclass(frozen=True)
class Listeners:
    """Those who have subscribed to the show in `storage`, whose files are served below the address `url`."""

    storage: Storage
    url: str

    @functools.cached_property
    def feeds(self) -> dict[str, bytes]:
        """Each public document by its feed: `main`, another one's id, or a member's key; with the address BASE."""
        main = feed.public(self.storage)
        if main is None:
            return {}
        base = own_addresses(main[0])[0].removesuffix(keys.FEED)
        others = {key.removesuffix(".xml"): key for key in self.held if key.endswith(".xml") and _is_feed(key)}
        documents = {MAIN: main[0]}
        for id_, key in others.items():
            with contextlib.suppress(Absent):
                documents[id_] = self.storage.get(key)[0]
        return {id_: data.replace(base.encode(), BASE.encode()) for id_, data in documents.items()}

    @functools.cached_property
    def held(self) -> dict[str, int]:
        """Every key with its length in bytes."""
        return {stored.key: stored.size for stored in self.storage.list()}

    def items(self, id_: str = MAIN) -> dict[str, str]:
        """Guid -> digest of its item in this feed."""
        return dict(_items(self.feeds[id_])) if id_ in self.feeds else {}

    def forms(self) -> dict[tuple[str, str], str]:
        """(feed, guid) -> digest of the item, of every feed."""
        return {(id_, guid): digest for id_ in self.feeds for guid, digest in self.items(id_).items()}

    def missing(self) -> list[str]:
        """What a feed names and the storage does not hold, with the length that it states."""
        wanted = {key: length for data in self.feeds.values() for key, length in _named(data)}
        held = self.held
        return [key for key, length in wanted.items() if key not in held or length not in (None, held[key])]

    def check(self) -> None:
        """Every feed can be read, and whatever it names is served, with the bytes that its name says."""
        for id_, data in self.feeds.items():
            assert entries(data) == self.items(id_).keys(), id_
            for key, length in _named(data):
                body = fetched(f"{self.url}/{key}")
                assert body is not None, f"{id_}: {key} is not there"
                assert length in (None, len(body)), f"{id_}: {key} is {len(body)} bytes long"
                assert key.endswith(".html") or hashlib.sha256(body).hexdigest()[:8] == keys.sha8(key), key


def _is_feed(key: str) -> bool:
    return key != keys.FEED and (key.startswith("m/") or "/" not in key)


@functools.lru_cache(maxsize=256)
def _items(data: bytes) -> tuple[tuple[str, str], ...]:
    return tuple(contents.read(data).items.items())


@functools.lru_cache(maxsize=256)
def _named(data: bytes) -> tuple[tuple[str, int | None], ...]:
    """Keys of what it names, without feeds, with the lengths that it states."""
    return tuple((key, length) for key, length in named(data).items() if not key.endswith(".xml"))
