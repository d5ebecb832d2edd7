"""The public check: against our own server, Python's (which cannot do ranges), and hosts that misbehave."""

from __future__ import annotations

import functools
import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from podcast_pipeline import __version__, keys
from podcast_pipeline.errors import StorageError
from podcast_pipeline.storage import fetch
from podcast_pipeline.storage.serve import Server

DATA = b"sixteen bytes :)" * 1000
SHA = hashlib.sha256(DATA).hexdigest()
KEY = keys.media("042", SHA, "mp3")
PLAYER = "https://player.example"

Reply = Callable[[BaseHTTPRequestHandler, bool], None]
"""Answers one request; True: with a body."""


def check(url: str, key: str = KEY, *, read_body: bool = True, origin: str = "") -> tuple[str, ...]:
    return fetch.check(url, len(DATA), SHA, keys.headers(key), read_body=read_body, origin=origin)


def good(
    handler: BaseHTTPRequestHandler,
    with_body: bool,
    *,
    data: bytes = DATA,
    ranges: bool = True,
    announced: int | None = None,
    **headers: str,
) -> None:
    """What a well-behaved host says; the arguments make it worse."""
    asked = handler.headers.get("Range")
    body = data
    if asked and ranges:
        first, last = (int(n) for n in asked.removeprefix("bytes=").split("-"))
        body = data[first : last + 1]
    fields = {"Content-Type": "audio/mpeg", "Content-Length": str(announced or len(body))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    handler.send_response(206 if asked and ranges else 200)
    if asked and ranges:
        fields.setdefault("Content-Range", f"bytes {first}-{last}/{len(data)}")
    for name, value in fields.items():
        handler.send_header(name, value)
    handler.end_headers()
    if with_body:
        handler.wfile.write(body)


@contextmanager
def host(reply: Reply) -> Iterator[tuple[str, list[BaseHTTPRequestHandler]]]:
    """A host that answers with `reply`; gives its address and the requests it got."""
    requests: list[BaseHTTPRequestHandler] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self)
            reply(self, True)

        def do_HEAD(self) -> None:
            requests.append(self)
            reply(self, False)

        def log_message(self, *args: object) -> None:
            pass

    with _running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as url:
        yield url, requests


@contextmanager
def _running(server: ThreadingHTTPServer) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_our_own_server_passes(tmp_path: Path) -> None:
    """HEAD, range, body and the permission for web players are all in order on what we serve."""
    for key in (KEY, keys.transcript("042", SHA, "vtt"), keys.FEED):
        (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / key).write_bytes(DATA)
    with Server(tmp_path) as server:
        assert check(server.url + KEY) == ()
        assert check(server.url + keys.FEED, keys.FEED) == ()
        transcript = keys.transcript("042", SHA, "vtt")
        assert check(server.url + transcript, transcript, origin=PLAYER) == ()
        (problem,) = check(server.url + KEY, origin=PLAYER)
        assert "CORS" in problem


def test_a_host_without_ranges_fails(tmp_path: Path) -> None:
    """Python's own file server sends the right bytes with 200 to a range request: that fails, and says why."""
    (tmp_path / "x.mp3").write_bytes(DATA)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    with _running(ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=tmp_path))) as url:
        (problem,) = check(f"{url}x.mp3")
    assert problem.startswith(f"{url}x.mp3: ")
    assert "answered with 200 and the whole file, not with 206" in problem


@pytest.mark.parametrize(
    ("worse", "said"),
    [
        ({"ranges": False, "announced": 0}, "with 200 and the whole file, not with 206"),
        ({"Content_Range": "bytes 0-1/*"}, "Content-Range bytes 0-1/*, not bytes 0-1/16000"),
        ({"Content_Type": "application/octet-stream"}, "its type is application/octet-stream, not audio/mpeg"),
        ({"Content_Encoding": "gzip"}, "Content-Encoding gzip"),
        ({"data": DATA[:-1] + b"!"}, "its bytes are not the ones that were published"),
    ],
)
def test_what_is_wrong_is_said(worse: dict[str, object], said: str) -> None:
    """One wrong thing gives one sentence that names it."""
    with host(lambda handler, body: good(handler, body, **worse)) as (url, _):  # type: ignore[arg-type]
        problems = check(f"{url}x.mp3")
    assert len(problems) == 1, problems
    assert said in problems[0]


def test_every_problem_is_listed() -> None:
    """A file that is too short and of the wrong type has all of its problems reported at once."""
    with host(lambda handler, body: good(handler, body, data=DATA[:-5], Content_Type="text/html")) as (url, _):
        problems = check(f"{url}x.mp3")
    assert [problem.removeprefix(f"{url}x.mp3: ") for problem in problems] == [
        "HEAD says 15995 bytes, not 16000",
        "its type is text/html, not audio/mpeg",
        "a range of two bytes has Content-Range bytes 0-1/15995, not bytes 0-1/16000",
        "its body has 15995 bytes, not 16000",
    ]


def test_a_longer_body_is_not_read_to_its_end() -> None:
    """A host that sends for ever is left after the planned size."""
    sent = [0]

    def endless(handler: BaseHTTPRequestHandler, with_body: bool) -> None:
        if not with_body or handler.headers["Range"]:
            good(handler, with_body)
            return
        handler.send_response(200)
        handler.end_headers()
        with suppress(ConnectionError):
            while sent[0] < 100 << 20:
                handler.wfile.write(bytes(1 << 20))
                sent[0] += 1 << 20

    with host(endless) as (url, _):
        assert check(f"{url}x.mp3") == (f"{url}x.mp3: its body has more bytes, not 16000",)
    assert sent[0] < 50 << 20


def test_quick_leaves_only_the_body_out() -> None:
    """Without the body two requests are made; other bytes of the same size are then not noticed."""
    with host(lambda handler, body: good(handler, body, data=b"x" * len(DATA))) as (url, requests):
        assert check(f"{url}x.mp3", read_body=False) == ()
    assert [(r.command, r.headers["Range"]) for r in requests] == [("HEAD", None), ("GET", "bytes=0-1")]


def test_how_we_ask() -> None:
    """Every request says who asks, wants no compression, and carries neither cookie nor credential."""
    with host(lambda handler, body: good(handler, body, Set_Cookie="a=b")) as (url, requests):
        check(f"{url}x.mp3", origin=PLAYER)
    assert len(requests) == 3
    for request in requests:
        assert request.headers["User-Agent"] == f"podcast-pipeline/{__version__} verify"
        assert request.headers["Accept-Encoding"] == "identity"
        assert request.headers["Cookie"] is None
        assert request.headers["Authorization"] is None


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_an_object_that_is_not_there(status: int) -> None:
    """A refused HEAD is the only problem: nothing further is asked, as some CDNs keep a 404."""
    with host(lambda handler, body: handler.send_error(status)) as (url, requests):
        assert check(f"{url}x.mp3") == (f"{url}x.mp3: HEAD answered {status}, not 200",)
    assert len(requests) == 1


def _redirect(handler: BaseHTTPRequestHandler, status: int, to: str) -> None:
    handler.send_response(status)
    handler.send_header("Location", to)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_measurement_prefix_is_followed(status: int) -> None:
    """Proclaim#1424: through a redirect HEAD stays HEAD and the range stays a range."""
    with (
        host(good) as (url, requests),
        host(lambda handler, body: _redirect(handler, status, f"{url}x.mp3")) as (prefix, _),
    ):
        assert check(f"{prefix}x.mp3") == ()
    assert [(r.command, r.headers["Range"]) for r in requests] == [
        ("HEAD", None),
        ("GET", "bytes=0-1"),
        ("GET", None),
    ]


def test_a_redirect_in_a_circle() -> None:
    """A host that redirects to itself is a problem, not a hang."""
    with host(lambda handler, body: _redirect(handler, 302, "/x.mp3")) as (url, _):
        assert check(f"{url}x.mp3") == (f"{url}x.mp3: HEAD answered 302, not 200",)


def _break_off(handler: BaseHTTPRequestHandler, with_body: bool) -> None:
    good(handler, False)
    if with_body:
        handler.wfile.write(b"si")
        handler.wfile.flush()
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        handler.connection.close()


def test_a_body_that_breaks_off() -> None:
    """A connection that ends early is a clear error, not a traceback."""
    with host(lambda handler, body: good(handler, body, data=DATA[:100], announced=16000)) as (url, _):
        problems = check(f"{url}x.mp3")
        assert problems[-1].endswith("its body has 100 bytes, not 16000")
    with host(_break_off) as (url, _), pytest.raises(StorageError, match="broke off"):
        check(f"{url}x.mp3")


def _greets(handler: BaseHTTPRequestHandler, body: bool) -> None:
    handler.wfile.write(b"220 mail.example ESMTP\r\n")


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused, silent, no HTTP, no such name: one line each, with the address."""
    with ExitStack() as stack:
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        monkeypatch.setattr(fetch, "TIMEOUT", 0.5)
        with pytest.raises(StorageError, match=r"/x\.mp3: no answer within"):
            check(f"http://127.0.0.1:{silent.getsockname()[1]}/x.mp3")
        closed = silent.getsockname()[1]
    with pytest.raises(StorageError, match="nobody listens there"):
        check(f"http://127.0.0.1:{closed}/x.mp3")
    with (
        host(_greets) as (url, _),
        pytest.raises(StorageError, match="no HTTP"),
    ):
        check(f"{url}x.mp3")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/x.mp3",
        "x.mp3",
        "http:///x.mp3",
        "http://127.0.0.1/x.mp3 ",
        "http://127.0.0.1/a b.mp3",
        "http://127.0.0.1/ä.mp3",
        "http://127.0.0.1:99999/x.mp3",
        "http://127.0.0.1:x/x.mp3",
        "http://127.0.0.1:0/x.mp3",
        "https://someone:hunter2@podcast.example.org/x.mp3",
        "http://[::1/x.mp3",
        "",
    ],
)
def test_what_is_no_public_address(url: str) -> None:
    """anytime_podcast_player#77: a space in an address is an error, never stripped; so is every other scheme."""
    with pytest.raises(StorageError, match="is not a public address"):
        check(url)


def test_secrets_of_an_address_stay_out_of_messages() -> None:
    """Neither user and password nor a signature is repeated."""
    with pytest.raises(StorageError) as caught:
        check("http://127.0.0.1:1/x.mp3?X-Amz-Signature=abcdef")
    assert "http://127.0.0.1:1/x.mp3: nobody" in str(caught.value)
    assert "abcdef" not in str(caught.value)
    with pytest.raises(StorageError, match=r"https://podcast\.example\.org/x\.mp3") as caught:
        check("https://someone:hunter2@podcast.example.org/x.mp3")
    assert "hunter2" not in str(caught.value)


def test_read_the_feed_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small object comes whole with its status and header fields; one that is far too large is refused."""
    (tmp_path / "feed.xml").write_bytes(b"<rss/>")
    with Server(tmp_path) as server:
        answer = fetch.read(f"{server.url}feed.xml")
        assert (answer.status, answer.body) == (200, b"<rss/>")
        assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"
        again = fetch.read(f"{server.url}feed.xml", {"If-None-Match": answer.headers["etag"]})
        assert (again.status, again.body) == (304, b"")
        assert fetch.read(f"{server.url}other.xml").status == 404
        monkeypatch.setattr(fetch, "MOST", 5)
        with pytest.raises(StorageError, match="more than 5 bytes"):
            fetch.read(f"{server.url}feed.xml")


def test_a_proxy_is_not_asked_for_this_computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy of a hospital's network plays no part in checking the local storage."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    (tmp_path / "feed.xml").write_bytes(b"<rss/>")
    with Server(tmp_path) as server:
        assert fetch.read(f"{server.url}feed.xml").status == 200


def test_what_passes_is_waited_out_within_one_patience() -> None:
    """404 and 5xx are asked again with growing pauses; all objects share the time, so a dead host takes no hours."""
    answers, waited = [404, 503], list[float]()

    def reply(handler: BaseHTTPRequestHandler, with_body: bool) -> None:
        if not answers:
            good(handler, with_body)
            return
        handler.send_response(answers.pop(0))
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with host(reply) as (url, requests):
        patience = fetch.Patience(20, waited.append)
        ask = functools.partial(fetch.check, f"{url}/{KEY}", len(DATA), SHA, keys.headers(KEY), patience=patience)
        assert ask() == ()
        assert (waited, len(requests)) == ([0.5, 1.0], 5)
        answers[:] = [404] * 99
        assert ask() == (f"{url}/{KEY}: HEAD answered 404, not 200",)
        assert ask() == (f"{url}/{KEY}: HEAD answered 404, not 200",)
        assert sum(waited) <= 20
        asked = len(requests)
        fetch.check(f"{url}/{KEY}", len(DATA), SHA, keys.headers(KEY))
        assert len(requests) == asked + 1  # `verify` says what is so now
        answers[:] = [403]
        before = len(waited)
        patience.left = 20.0
        assert ask() == (f"{url}/{KEY}: HEAD answered 403, not 200",)
        assert len(waited) == before
