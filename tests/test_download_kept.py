"""Connections are kept, by name and address; nothing that is kept makes the guard weaker, and no proxy passes it."""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import needs
import pytest

from podcast_pipeline import download
from podcast_pipeline.download import Reach, Unreachable
from podcast_pipeline.errors import StorageError
from podcast_pipeline.storage import fetch
from podcast_pipeline.storage.serve import Server


@dataclass
class Host:
    """HTTPS on this computer that keeps connections, with a certificate for kept.example alone."""

    port: int
    reach: Reach
    connections: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)
    """(Host, Range) of each request."""
    bodies: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    """Path -> status, header fields, body."""
    hang_up: bool = False
    """Close the connection after the next answer, though it was to be kept."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.server.host.connections += 1  # type: ignore[attr-defined]

    def do_GET(self) -> None:
        host: Host = self.server.host  # type: ignore[attr-defined]
        host.asked.append((self.headers["Host"], self.headers.get("Range", "")))
        status, headers, body = host.bodies.get(self.path, (200, {}, b"body"))
        if status == 206 and not self.headers.get("Range"):
            status = 200
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        if host.hang_up:
            host.hang_up = False
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    """kept.example and other.example are both at 127.0.0.1, and play public hosts."""
    ca = needs.module("trustme").CA()
    ours, theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    ca.issue_cert("kept.example").configure_cert(ours)
    ca.configure_trust(theirs)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.socket = ours.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a refused certificate is no news
    made = Host(server.server_address[1], Reach(context=theirs))
    server.host = made  # type: ignore[attr-defined]
    resolve = socket.getaddrinfo

    def known(name: str, port: int, *words: Any, **options: Any) -> Any:
        return resolve("127.0.0.1" if name.endswith(".example") else name, port, *words, **options)

    monkeypatch.setattr(socket, "getaddrinfo", known)
    monkeypatch.setattr("podcast_pipeline.reach.public", lambda name, port, url: "127.0.0.1")
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


def url(host: Host, path: str = "/a", name: str = "kept.example") -> str:
    return f"https://{name}:{host.port}{path}"


def test_two_requests_one_connection(host: Host) -> None:
    """The second request needs no handshake; redirects, refusals of other paths and HEAD keep it, too."""
    host.bodies["/moved"] = (302, {"Location": "/a"}, b"")
    for path in ("/a", "/b", "/moved"):
        assert download.read(url(host, path), reach=host.reach).body == b"body"
    assert (len(host.asked), host.connections) == (4, 1)
    assert {name for name, _ in host.asked} == {f"kept.example:{host.port}"}


def test_a_connection_of_one_name_is_no_other_name_s(host: Host) -> None:
    """Two names at one address, as at a content network: the second one's certificate is checked all the same."""
    assert download.read(url(host), reach=host.reach).body == b"body"
    for _ in range(2):
        with pytest.raises(Unreachable, match="certificate is not accepted"):
            download.read(url(host, name="other.example"), reach=host.reach)
    assert len(host.asked) == 1


def test_a_certificate_that_one_reach_accepts_is_not_accepted_for_another(host: Host) -> None:
    """A kept connection belongs to whose certificates were accepted when it was made."""
    assert download.read(url(host), reach=host.reach).body == b"body"
    with pytest.raises(Unreachable, match="certificate is not accepted"):
        download.read(url(host), reach=replace(host.reach, context=None))
    assert host.reach.context is not None
    assert host.reach.context.check_hostname


def test_a_name_that_moves_to_a_private_address_is_refused_though_a_connection_is_kept(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is asked for, and its addresses are checked, at every request."""
    assert download.read(url(host), reach=host.reach).body == b"body"
    monkeypatch.undo()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(socket.AF_INET, 1, 6, "", ("127.0.0.1", host.port))])
    with pytest.raises(Unreachable, match="not a public address"):
        download.read(url(host), reach=host.reach)
    assert len(host.asked) == 1


def test_a_connection_that_ended_meanwhile_is_made_again(host: Host) -> None:
    """Servers close kept connections when they like: nobody sees it."""
    host.hang_up = True
    for _ in range(3):
        assert download.read(url(host), reach=host.reach).body == b"body"
    assert (len(host.asked), host.connections) == (3, 2)


def test_a_body_that_was_not_read_to_its_end_leaves_nothing_behind(host: Host) -> None:
    """What is left of a body that is too large is not taken for the next answer."""
    host.bodies["/large"] = (200, {}, bytes(3_000_000))
    with pytest.raises(Unreachable, match="more than 1,000 bytes"):
        download.read(url(host, "/large"), 1000, host.reach)
    host.bodies["/none"] = (404, {}, b"not here")
    with pytest.raises(Unreachable, match="answers 404"):
        download.read(url(host, "/none"), reach=host.reach)
    assert download.read(url(host), reach=host.reach).body == b"body"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"no gzip at all", "is no whole gzip"),
        (gzip.compress(b"feed" * 1000)[:-9], "its gzip ends too early"),
        (gzip.compress(b"feed") + b"rubbish", "is no whole gzip"),
    ],
    ids=["other", "cut", "longer"],
)
def test_a_damaged_gzip_is_one_line(host: Host, body: bytes, said: str) -> None:
    """It was a traceback of zlib, or half a feed that was taken for a whole one."""
    host.bodies["/feed"] = (200, {"Content-Encoding": "gzip"}, body)
    with pytest.raises(Unreachable, match=said):
        download.read(url(host, "/feed"), reach=host.reach)


def test_a_gzip_of_several_members_is_read_whole(host: Host) -> None:
    """What follows the first member was dropped without a word; the bound holds for all of them."""
    host.bodies["/feed"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"one") + gzip.compress(b"two"))
    assert download.read(url(host, "/feed"), reach=host.reach).body == b"onetwo"
    host.bodies["/bomb"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(900)) * 1000)
    with pytest.raises(Unreachable, match="more than 1,000 bytes"):
        download.read(url(host, "/bomb"), 1000, host.reach)


def test_what_is_packed_unasked_is_refused(host: Host, tmp_path: Path) -> None:
    """A file that is sent as gzip was kept as gzip under the name of a sound file."""
    host.bodies["/a.mp3"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"sound"))
    with pytest.raises(Unreachable, match="is sent with Content-Encoding gzip, though not asked for"):
        download.save(url(host, "/a.mp3"), tmp_path / "a.mp3", reach=host.reach)
    host.bodies["/feed"] = (200, {"Content-Encoding": "br"}, b"?")
    with pytest.raises(Unreachable, match="Content-Encoding br"):
        download.read(url(host, "/feed"), reach=host.reach)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("end", [b"0\r\n\r\n", b"", b"5\r\nbo"], ids=["whole", "without its end", "within a block"])
def test_a_body_in_chunks_is_whole_or_refused(host: Host, end: bytes) -> None:
    """Its length is announced by nothing but its end."""

    class Chunked(_Handler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"4\r\nbody\r\n3\r\nand\r\n" + end)
            self.close_connection = not end.startswith(b"0")

    with ThreadingHTTPServer(("127.0.0.1", 0), Chunked) as server:
        server.host, before = host, host.connections  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        place, reach = f"http://127.0.0.1:{server.server_address[1]}/feed", Reach(private=True)
        if end.startswith(b"0"):
            assert [download.read(place, reach=reach).body for _ in range(2)] == [b"bodyand"] * 2
            assert host.connections == before + 1
        else:
            with pytest.raises(Unreachable, match="broke off"):
                download.read(place, reach=reach)
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "stated"), [(416, "bytes */4"), (206, "bytes 0-3/4")], ids=["nothing is left", "another part"]
)
def test_what_cannot_go_on_begins_again(host: Host, tmp_path: Path, status: int, stated: str) -> None:
    """A run killed after the last byte could never finish: 416 for ever; and parts of two places were joined."""
    host.bodies["/a.mp3"] = (206, {"Content-Range": stated, "ETag": '"1"'}, b"body")
    (tmp_path / "a.mp3.part").write_bytes(b"body")
    (tmp_path / "a.mp3.part.etag").write_text('"1"')
    if status == 416:
        ranged = _Handler.do_GET

        def refusing(self: Any) -> None:
            if self.headers.get("Range"):
                host.bodies["/a.mp3"] = (416, {"Content-Range": stated}, b"")
            ranged(self)
            host.bodies["/a.mp3"] = (206, {"ETag": '"1"'}, b"body")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(_Handler, "do_GET", refusing)
            saved = download.save(url(host, "/a.mp3"), tmp_path / "a.mp3", reach=host.reach)
    else:
        saved = download.save(url(host, "/a.mp3"), tmp_path / "a.mp3", reach=host.reach)
    assert [asked for _, asked in host.asked] == ["bytes=4-", ""]
    assert (saved.size, (tmp_path / "a.mp3").read_bytes()) == (4, b"body")
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp3"]


def test_a_part_that_nobody_asked_for_is_refused(host: Host, tmp_path: Path) -> None:
    """The first bytes of a file, sent as 206 to a request for the whole, are not the file."""

    class Partial(_Handler):
        def do_GET(self) -> None:
            self.send_response(206)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"bo")

    with ThreadingHTTPServer(("127.0.0.1", 0), Partial) as server:
        server.host = host  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        place = f"http://127.0.0.1:{server.server_address[1]}/a.mp3"
        with pytest.raises(Unreachable, match="answers 206, not 200"):
            download.save(place, tmp_path / "a.mp3", reach=Reach(private=True))
        server.shutdown()


def test_a_server_that_has_ended_answers_nobody(tmp_path: Path) -> None:
    """Connections that are kept end with our own server."""
    (tmp_path / "feed.xml").write_bytes(b"<rss/>")
    with Server(tmp_path) as server:
        place = f"{server.url}feed.xml"
        for _ in range(2):
            assert fetch.read(place).body == b"<rss/>"
    with pytest.raises(StorageError, match="nobody listens"):
        fetch.read(place)


def test_a_proxy_is_for_what_is_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked with the whole address and its own password; a foreign address never goes by it."""
    with pytest.raises(ValueError, match="no address can be checked"):
        Reach(proxy=True)
    seen: list[str] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        with listener.accept()[0] as client:
            seen.append(client.recv(1 << 16).decode("ascii"))
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")

    threading.Thread(target=answer, daemon=True).start()
    monkeypatch.setenv("http_proxy", f"http://office:hidden@127.0.0.1:{listener.getsockname()[1]}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert fetch.read("http://podcast.example/feed.xml").body == b"ok"
    assert seen[0].startswith("GET http://podcast.example/feed.xml HTTP/1.1\r\n")
    assert "proxy-authorization: basic b2zmawnlomhpzgrlbg==" in seen[0].lower()
    listener.close()
    with pytest.raises(StorageError) as caught:
        fetch.read("http://podcast.example/feed.xml")
    assert "hidden" not in str(caught.value)
    asked: list[Any] = []

    def connect(address: Any, *_: Any, **__: Any) -> Any:
        asked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setenv("no_proxy", "podcast.example")
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(StorageError, match="nobody listens"):
        fetch.read("http://podcast.example/feed.xml")
    assert asked == [("podcast.example", 80)]


def test_a_proxy_carries_what_is_encrypted_unread(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked for a way to the name, once for two requests; the certificate is the host's, not the proxy's."""
    ways: list[str] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def carry(one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(1 << 16):
                other.sendall(data)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                client = listener.accept()[0]
                ways.append(client.recv(1 << 16).decode("ascii").partition("\r\n")[0])
                upstream = socket.create_connection(("127.0.0.1", host.port))
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                for pair in ((client, upstream), (upstream, client)):
                    threading.Thread(target=carry, args=pair, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    monkeypatch.setenv("https_proxy", f"127.0.0.1:{listener.getsockname()[1]}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    own = replace(host.reach, private=True, proxy=True)
    assert [download.read(url(host), reach=own).body for _ in range(2)] == [b"body"] * 2
    assert [way.split()[:2] for way in ways] == [["CONNECT", f"kept.example:{host.port}"]]
    with pytest.raises(Unreachable, match="certificate is not accepted"):
        download.read(url(host, name="other.example"), reach=own)
    listener.close()


def test_an_address_of_ipv6_is_asked() -> None:
    """Its brackets stand in the address and in Host, and nowhere else."""

    class Six(HTTPServer):
        address_family = socket.AF_INET6

    seen: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers["Host"])
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    try:
        server = Six(("::1", 0), Answers)
    except OSError:
        pytest.skip("no IPv6 here")
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    place = f"[::1]:{server.server_address[1]}"
    assert fetch.read(f"http://{place}/feed.xml").body == b"ok"
    assert seen == [place]
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("module", ["cli", "download", "storage.fetch", "evidence.web", "transcribe.hub"])
def test_help_needs_no_http(module: str) -> None:
    """`podcast --help` imports no client; neither does a module before its first request."""
    program = (
        f"import sys, podcast_pipeline.{module}; print(sorted({{'urllib3', 'urllib.request'}} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout == b"[]\n"
