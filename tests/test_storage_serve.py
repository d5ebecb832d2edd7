"""The loopback server, asked by http.client, raw sockets and FFmpeg."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import json
import os
import socket
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from podcast_pipeline import ffmpeg, process
from podcast_pipeline.errors import StorageError
from podcast_pipeline.storage.serve import Server

BASE = "https://podcast.example.org/show/"
MP3 = "media/042/12345678.mp3"
BODY = bytes(range(256)) * 40
FEED = f'<rss><a href="{BASE}feed.xml"/><b>{BASE.rstrip("/")}</b><c>https://podcast.example.org/shows</c></rss>'
FILES = {
    MP3: BODY,
    "feed.xml": FEED.encode(),
    "transcripts/042/12345678.json": json.dumps({"url": f"{BASE}{MP3}"}).encode(),
    "transcripts/042/12345678.vtt": f"WEBVTT\n\nNOTE {BASE}\n".encode(),
    "chapters/042/12345678.json": b"{}",
    "episodes/042/index.html": f'<a href="{BASE}{MP3}">listen</a>'.encode(),
    "images/12345678.jpg": b"\xff\xd8\xff",
    "media/042/00000000.mp3": b"",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "public"
    for key, data in FILES.items():
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


@pytest.fixture
def server(root: Path) -> Iterator[Server]:
    with Server(root) as running:
        yield running


def ask(server: Server, path: str, method: str = "GET", /, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(server.url.split("/")[2], timeout=120)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def raw(server: Server, request: str) -> bytes:
    host, port = server.url.split("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=120) as stream:
        stream.sendall(request.encode("latin-1"))
        answer = b""
        while data := stream.recv(1 << 16):
            answer += data
        return answer


@pytest.mark.parametrize(
    ("key", "mime", "cache"),
    [
        (MP3, "audio/mpeg", "public, max-age=31536000, immutable"),
        ("feed.xml", "application/rss+xml; charset=utf-8", "public, max-age=300, stale-while-revalidate=60"),
        ("transcripts/042/12345678.json", "application/json", "public, max-age=31536000, immutable"),
        ("transcripts/042/12345678.vtt", "text/vtt; charset=utf-8", "public, max-age=31536000, immutable"),
        ("chapters/042/12345678.json", "application/json+chapters", "public, max-age=31536000, immutable"),
        ("episodes/042/index.html", "text/html; charset=utf-8", "public, max-age=300"),
        ("images/12345678.jpg", "image/jpeg", "public, max-age=31536000, immutable"),
    ],
)
def test_get_and_head(server: Server, key: str, mime: str, cache: str) -> None:
    """Without replacement every object comes byte for byte, and HEAD says the same as GET without a body."""
    whole, body = ask(server, f"/{key}")
    head, nothing = ask(server, f"/{key}", "HEAD")
    assert body == FILES[key]
    assert nothing == b""
    for response in (whole, head):
        assert response.status == 200
        assert response.headers["Content-Length"] == str(len(FILES[key]))
        assert response.headers["Content-Type"] == mime
        assert response.headers["Cache-Control"] == cache
        assert response.headers["Accept-Ranges"] == "bytes"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["ETag"] == f'"{hashlib.sha256(FILES[key]).hexdigest()}"'
        open_to_players = key.startswith(("transcripts/", "chapters/"))
        assert response.headers["Access-Control-Allow-Origin"] == ("*" if open_to_players else None)


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-1", 0, 1),
        ("bytes=0-", 0, len(BODY) - 1),
        ("bytes=100-199", 100, 199),
        ("bytes=10000-99999999", 10000, len(BODY) - 1),
        ("bytes=-1", len(BODY) - 1, len(BODY) - 1),
        ("bytes=-999999", 0, len(BODY) - 1),
        (f"bytes={len(BODY) - 1}-", len(BODY) - 1, len(BODY) - 1),
    ],
)
def test_ranges(server: Server, wanted: str, first: int, last: int) -> None:
    """A range is answered with 206, its place, and exactly its bytes."""
    response, body = ask(server, f"/{MP3}", Range=wanted)
    assert response.status == 206
    assert response.headers["Content-Range"] == f"bytes {first}-{last}/{len(BODY)}"
    assert response.headers["Content-Length"] == str(last - first + 1)
    assert body == BODY[first : last + 1]


@pytest.mark.parametrize("wanted", [f"bytes={len(BODY)}-", "bytes=99999999-99999999", "bytes=-0"])
def test_ranges_outside(server: Server, wanted: str) -> None:
    """A range beyond the end is 416 with the length that there is."""
    response, body = ask(server, f"/{MP3}", Range=wanted)
    assert response.status == 416
    assert response.headers["Content-Range"] == f"bytes */{len(BODY)}"
    assert body == b""


def test_range_of_nothing(server: Server) -> None:
    """Of an empty file there is no first byte; the whole is empty."""
    assert ask(server, "/media/042/00000000.mp3", Range="bytes=0-1")[0].status == 416
    assert ask(server, "/media/042/00000000.mp3")[0].headers["Content-Length"] == "0"


@pytest.mark.parametrize(
    "wanted",
    ["bytes=0-1,5-6", "bytes=5-2", "bytes=a-b", "bytes=-", "seconds=0-1", "bytes=" + "9" * 5000 + "-", "bytes=٣-"],
)
def test_ranges_that_are_ignored(server: Server, wanted: str) -> None:
    """Several ranges at once and nonsense are answered with the whole, as HTTP allows."""
    if not wanted.isascii():
        wanted = wanted.encode().decode("latin-1")
    response, body = ask(server, f"/{MP3}", Range=wanted)
    assert response.status == 200
    assert body == BODY


def test_if_range(server: Server) -> None:
    """A resumed download gets its range only of the object it began with, else the whole new one."""
    etag = ask(server, f"/{MP3}", "HEAD")[0].headers["ETag"]
    assert ask(server, f"/{MP3}", Range="bytes=5-", If_Range=etag)[0].status == 206
    response, body = ask(server, f"/{MP3}", Range="bytes=5-", If_Range='"another"')
    assert response.status == 200
    assert body == BODY


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_not_modified(server: Server, method: str) -> None:
    """A client that has the object gets 304 without a body, also for weak tags, lists and *; others get it whole."""
    etag = ask(server, "/feed.xml")[0].headers["ETag"]
    for known in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        response, body = ask(server, "/feed.xml", method, If_None_Match=known)
        assert response.status == 304
        assert response.headers["ETag"] == etag
        assert body == b""
    assert ask(server, "/feed.xml", method, If_None_Match='"x"')[0].status == 200


def test_a_changed_file_has_another_tag(server: Server, root: Path) -> None:
    """The tag follows the bytes at once, also when a file is changed in place and keeps its size."""
    before = ask(server, "/feed.xml")[0].headers["ETag"]
    with open(root / "feed.xml", "r+b") as stream:
        stream.write(b"<RSS>")
    response, body = ask(server, "/feed.xml", If_None_Match=before)
    assert response.status == 200
    assert response.headers["ETag"] == f'"{hashlib.sha256(body).hexdigest()}"'


def test_pages_of_folders(server: Server) -> None:
    """A page is found by its folder; without the slash the client is sent there, so that relative links work."""
    response, body = ask(server, "/episodes/042/?from=feed")
    assert response.status == 200
    assert body == FILES["episodes/042/index.html"]
    response, _ = ask(server, "/episodes/042")
    assert response.status == 301
    assert response.headers["Location"] == "/episodes/042/"


def test_own_address_in_what_is_sent(root: Path) -> None:
    """With `replace`, feed, JSON and page name this server; lengths and tags fit what is sent; files stay."""
    with Server(root, replace=BASE) as server:
        feed, body = ask(server, "/feed.xml")
        assert body.decode() == (
            f'<rss><a href="{server.url}feed.xml"/><b>{server.url.rstrip("/")}</b>'
            "<c>https://podcast.example.org/shows</c></rss>"
        )
        assert feed.headers["Content-Length"] == str(len(body))
        assert feed.headers["ETag"] == f'"{hashlib.sha256(body).hexdigest()}"'
        assert ask(server, "/feed.xml", If_None_Match=feed.headers["ETag"])[0].status == 304
        assert ask(server, "/feed.xml", Range="bytes=2-9")[1] == body[2:10]
        assert ask(server, "/feed.xml", "HEAD")[0].headers["Content-Length"] == str(len(body))
        named = json.loads(ask(server, "/transcripts/042/12345678.json")[1])["url"]
        assert named == f"{server.url}{MP3}"
        assert ask(server, named.removeprefix(server.url.rstrip("/")))[1] == BODY
        assert f'"{server.url}{MP3}"'.encode() in ask(server, "/episodes/042/")[1]
        for untouched in (MP3, "transcripts/042/12345678.vtt"):
            assert ask(server, f"/{untouched}")[1] == FILES[untouched]
    assert all((root / key).read_bytes() == data for key, data in FILES.items())


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/media/",
        "/media/042/",
        "/media",
        "/.lock",
        "/../secret.html",
        "/media/../../secret.html",
        "/%2e%2e/secret.html",
        "/..%2fsecret.html",
        "//etc/passwd",
        "/etc/passwd",
        "/media/042/12345678.mp3/",
        "/media/042/12345678.mp3%00.html",
        "/MEDIA/042/12345678.mp3",
        "/link.html",
        "/folder/secret.html",
        "/folder",
        "/pipe.html",
        "/keys.pem",
        "/media/042/.12345678.mp3.1234.tmp",
        "/" + "a" * 5000,
    ],
)
def test_nothing_else_is_served(server: Server, root: Path, path: str) -> None:
    """No listing, nothing outside the root by dots, encodings or links, no temporary, no other type."""
    (root.parent / "secret.html").write_text("secret")
    (root / "link.html").symlink_to(root.parent / "secret.html")
    (root / "folder").symlink_to(root.parent)
    (root / ".lock").touch()
    (root / "keys.pem").write_text("secret")
    (root / "media/042/.12345678.mp3.1234.tmp").write_text("secret")
    os.mkfifo(root / "pipe.html")
    answer = raw(server, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"secret" not in answer
    assert b"\r\nX-Content-Type-Options: nosniff\r\n" in answer


def test_a_link_inside_is_a_file(server: Server, root: Path) -> None:
    """A link that stays inside the root is served; so is a root that is itself a link to another disk."""
    (root / "again.html").symlink_to(root / "episodes/042/index.html")
    assert ask(server, "/again.html")[0].status == 200
    (root.parent / "elsewhere").symlink_to(root)
    with Server(root.parent / "elsewhere") as other:
        assert ask(other, f"/{MP3}")[1] == BODY


@pytest.mark.parametrize(
    "hosts",
    [
        "Host: evil.example\r\n",
        "Host: 127.0.0.1.evil.example\r\n",
        "",
        "Host: 127.0.0.1\r\nHost: evil.example\r\n",
        "Host: [::1\r\n",
    ],
)
def test_other_names_are_turned_away(server: Server, hosts: str) -> None:
    """A page of another site that points its own name here (DNS rebinding) gets nothing."""
    answer = raw(server, f"GET /feed.xml HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 421 ")
    assert b"<rss>" not in answer


def test_our_names_are_served(server: Server) -> None:
    """localhost and 127.0.0.1 are us, with any port: it may be forwarded."""
    for host in ("localhost", "127.0.0.1:1234", "LOCALHOST:80"):
        answer = raw(server, f"GET /feed.xml HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200 ")


def test_only_loopback(server: Server) -> None:
    """Nobody else on the network reaches the server: 127.0.0.2 is this computer under another address."""
    port = int(server.url.rstrip("/").rsplit(":", 1)[1])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), timeout=120)


def test_one_connection_for_several_requests(server: Server) -> None:
    """A connection is kept; a body that nobody asked for is not taken for the next request."""
    connection = http.client.HTTPConnection(server.url.split("/")[2], timeout=120)
    for _ in range(3):
        connection.request("GET", f"/{MP3}", headers={"Range": "bytes=0-9"})
        assert connection.getresponse().read() == BODY[:10]
        assert connection.sock is not None
    answer = raw(
        server,
        "GET /feed.xml HTTP/1.1\r\nHost: localhost\r\nContent-Length: 36\r\n\r\n"
        "GET /secret HTTP/1.1\r\nHost: localhost",
    )
    assert answer.count(b"HTTP/1.1 ") == 1


def test_other_methods_are_refused(server: Server) -> None:
    """Nothing can be changed over HTTP."""
    for method in ("PUT", "POST", "DELETE"):
        assert ask(server, "/feed.xml", method)[0].status == 501


def test_no_compression(server: Server) -> None:
    """A body is never packed on the way, so that its length is the one the feed states."""
    _, body = ask(server, "/feed.xml", Accept_Encoding="gzip")
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(body)


def test_memory_does_not_grow_with_the_file(root: Path) -> None:
    """A file of 64 MB passes in blocks."""
    with open(root / "media/042/99999999.mp3", "wb") as stream:
        stream.truncate(64 << 20)
    with Server(root) as server:
        tracemalloc.start()
        try:
            connection = http.client.HTTPConnection(server.url.split("/")[2], timeout=120)
            connection.request("GET", "/media/042/99999999.mp3")
            response, total = connection.getresponse(), 0
            while data := response.read(1 << 18):
                total += len(data)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert total == 64 << 20
    assert peak < 8 << 20


def test_a_client_that_goes_away(server: Server, root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Somebody who stops listening leaves no message, and the next client is served."""
    with open(root / "media/042/99999999.mp3", "wb") as stream:
        stream.truncate(64 << 20)
    host, port = server.url.split("/")[2].split(":")
    for _ in range(3):
        with socket.create_connection((host, int(port)), timeout=120) as stream:
            stream.sendall(b"GET /media/042/99999999.mp3 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            stream.recv(1000)
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # reset, not a polite end
    assert ask(server, f"/{MP3}")[1] == BODY
    assert capfd.readouterr() == ("", "")


def test_a_port_that_is_taken(server: Server, root: Path) -> None:
    """The port is named, with what to do."""
    port = int(server.url.rstrip("/").rsplit(":", 1)[1])
    with pytest.raises(StorageError, match=f"port {port} of 127.0.0.1") as caught:
        Server(root, port)
    assert "--port" in str(caught.value)
    with pytest.raises(StorageError, match="0 to 65535"):
        Server(root, 70000)


def test_ffmpeg_plays_from_the_middle(root: Path) -> None:
    """FFmpeg, which asks for ranges, hears the same from the server as from the file, also after a jump."""
    path, program = root / "media/042/aaaaaaaa.mp3", ffmpeg.binary().path
    tone = "aevalsrc=sin(2*PI*t*(200+20*t)):s=24000:d=30"
    process.run([program, "-nostdin", "-f", "lavfi", "-i", tone, "-b:a", "64k", "-f", "mp3", str(path)])

    def sound(source: str) -> bytes:
        return process.run([program, "-nostdin", "-ss", "20", "-i", source, "-t", "2", "-f", "s16le", "pipe:1"])[0]

    with Server(root) as server:
        assert sound(f"{server.url}media/042/aaaaaaaa.mp3") == sound(str(path))
    assert len(sound(str(path))) == 2 * 2 * 24000
