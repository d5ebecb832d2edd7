"""The door to the network: named, slow, cached, patient, and against a real server."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.evidence.web import Polite


class Server(http.server.ThreadingHTTPServer):
    """Answers what `script` says, one entry a request: status, headers, body; keeps what was asked."""

    def __init__(self) -> None:
        self.script: list[tuple[int, dict[str, str], bytes]] = []
        self.asked: list[dict[str, str]] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/works/10.1000/x"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(dict(self.headers.items()))
        status, headers, body = self.server.script.pop(0)
        if status == 0:  # no answer at all
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def web(tmp_path: Path, slept: list[float]) -> Polite:
    return Polite(tmp_path / "cache", "office@example.org", timeout=60.0, sleep=slept.append)


def test_a_reply_is_named_and_kept(server: Server, web: Polite) -> None:
    """The request says who asks and whom to write to; the second one needs no network, also with non-UTF-8 bytes."""
    server.script = [(200, {"Content-Type": "application/json"}, b'{"\xff": 1}')]
    first = web.get(server.url, "application/json")
    assert (first.status, first.body) == (200, b'{"\xff": 1}')
    assert web.get(server.url, "application/json").body == first.body
    assert len(server.asked) == 1
    assert server.asked[0]["User-Agent"].endswith("(mailto:office@example.org)")
    assert server.asked[0]["Accept"] == "application/json"


def test_old_and_damaged_replies_are_asked_again(server: Server, web: Polite, tmp_path: Path) -> None:
    """A cache that is too old, or that somebody broke, is not used."""
    server.script = [(200, {}, b"1"), (200, {}, b"2"), (200, {}, b"3")]
    assert web.get(server.url).body == b"1"
    web.keep = timedelta(0)
    assert web.get(server.url).body == b"2"
    web.keep = timedelta(days=1)
    (file,) = (tmp_path / "cache").iterdir()
    file.write_text("{", "utf-8")
    assert web.get(server.url).body == b"3"


def test_it_waits_when_told_to(server: Server, web: Polite, slept: list[float]) -> None:
    """After 429 with Retry-After it waits that long; a failure is not kept."""
    server.script = [(429, {"Retry-After": "7"}, b""), (503, {}, b""), (200, {}, b"ok")]
    assert web.get(server.url).body == b"ok"
    assert 7.0 in slept
    server.script = [(500, {}, b"")] * 3
    assert web.get(f"{server.url}?other").status == 500
    server.script = [(200, {}, b"now")]
    assert web.get(f"{server.url}?other").body == b"now"


def test_requests_to_one_host_are_spaced(server: Server, web: Polite, slept: list[float]) -> None:
    """There are at most three requests a second to one host."""
    server.script = [(200, {}, b"1"), (200, {}, b"2")]
    web.get(server.url)
    web.get(f"{server.url}?2")
    assert slept[0] == 0.0
    assert 0.0 < slept[1] <= 0.34


def test_nobody_answers(server: Server, web: Polite) -> None:
    """A dropped connection and a closed port are one clear line after three tries."""
    server.script = [(0, {}, b"")] * 3
    with pytest.raises(EvidenceError, match="did not answer"):
        web.get(server.url)
    assert len(server.asked) == 3
    with pytest.raises(EvidenceError, match=r"127\.0\.0\.1:1 did not answer"):
        web.get("http://127.0.0.1:1/x")


def test_an_old_reply_stands_where_nothing_has_changed(server: Server, web: Polite) -> None:
    """It is asked for with its ETag; 304 says that it is as it was, and it is young again."""
    server.script = [(200, {"ETag": '"v1"'}, b"1"), (304, {}, b""), (200, {"ETag": '"v2"'}, b"2")]
    assert web.get(server.url).body == b"1"
    web.keep = timedelta(0)
    assert (web.get(server.url).status, web.get(server.url).body) == (200, b"2")
    assert [headers.get("If-None-Match") for headers in server.asked] == [None, '"v1"', '"v1"']
    web.keep = timedelta(days=1)
    assert web.get(server.url).body == b"2"
    assert len(server.asked) == 3


def test_a_host_that_fails_is_left_alone(server: Server, web: Polite) -> None:
    """One that does not answer is not asked for the next paper; one in trouble is given up after three of them."""
    server.script = [(503, {}, b"")] * 9
    for n in range(3):
        assert web.get(f"{server.url}{n}").status == 503
    with pytest.raises(EvidenceError, match="was not asked again"):
        web.get(server.url)
    assert len(server.asked) == 9


def test_a_redirect_is_told(server: Server, web: Polite) -> None:
    """The reply names the last address, so that a moved page is seen."""
    home = server.url.partition("/works")[0] + "/"
    server.script = [(302, {"Location": home}, b""), (200, {}, b"home")]
    assert web.get(server.url).url == home


def test_only_http(web: Polite, tmp_path: Path) -> None:
    """A file of this computer is never read."""
    with pytest.raises(EvidenceError, match="only http and https"):
        web.get(f"file://{tmp_path}/x")
