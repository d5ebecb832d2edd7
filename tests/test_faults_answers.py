"""A web page in place of an answer: of a store, of Crossref, of PubMed. One line that says who answered so."""

from __future__ import annotations

import hashlib
import http.server
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from podcast_pipeline.errors import EvidenceError, PodcastError, StorageError
from podcast_pipeline.evidence import crossref, pubmed
from podcast_pipeline.evidence.web import Reply
from podcast_pipeline.keys import Headers
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import S3Settings, StorageSettings
from podcast_pipeline.storage.protocol import Storage
from podcast_pipeline.storage.registry import open_storage

PAGES = (
    b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><p>Welcome<br></body></html>",
    b"<html><body>It works</body></html>",
    b"",
    b"{}",
)


class Portal(http.server.BaseHTTPRequestHandler):
    """Answers everything with a page and 200, as portals of hotels and proxies do."""

    page = PAGES[0]

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(self.page)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(self.page)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _answer

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    """A bucket behind such a portal."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "example")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Portal) as portal:
        threading.Thread(target=portal.serve_forever, daemon=True).start()
        settings = S3Settings("bucket", endpoint_url=f"http://127.0.0.1:{portal.server_address[1]}")
        yield open_storage(StorageSettings("https://podcast.example.org/", "s3", settings), Workspace(Path("none")))
        portal.shutdown()


@pytest.mark.parametrize("page", PAGES, ids=["page", "tidy page", "nothing", "JSON"])
def test_a_portal_in_place_of_a_store(store: Storage, page: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody takes a page for a list of nothing, nor for an object; every request ends in a sentence."""
    monkeypatch.setattr(Portal, "page", page)
    put = partial(store.put, b"x", "media/a/b.txt", Headers("text/plain", "no-cache"), hashlib.sha256(b"x").hexdigest())
    with pytest.raises(StorageError, match=r"127\.0\.0\.1.* (does not answer as an S3 store does|refused)"):
        store.list()
    for ask in (partial(store.stat, "media/a/b.txt"), partial(store.get, "media/a/b.txt"), put):
        with pytest.raises(PodcastError, match=r"s3://bucket/.*(127\.0\.0\.1|boto3 gave up)"):
            ask()


@pytest.mark.parametrize("page", [*PAGES, b"[" * 100_000, b"<a>" * 100_000, b"\xff\0"])
def test_a_portal_in_place_of_a_register(page: bytes) -> None:
    """Whatever comes with 200, nested without end too, is no record."""
    reply = Reply(200, "https://register.example/works", {}, page)
    asks: tuple[Callable[[], object], ...] = (
        lambda: crossref.read(reply),
        lambda: pubmed.read(reply),
        lambda: pubmed.number("10.1000/x", _Answers(reply)),
    )
    for ask in asks:
        with pytest.raises(EvidenceError, match=r"register\.example/works"):
            ask()


class _Answers:
    def __init__(self, reply: Reply) -> None:
        self._reply = reply

    def get(self, url: str, accept: str = "") -> Reply:
        return self._reply
