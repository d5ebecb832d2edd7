"""The local storage over HTTP on this computer only: whole files, ranges, conditions, the right types."""

from __future__ import annotations

import contextlib
import io
import os
import re
import socket
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedReader
from pathlib import Path
from socketserver import TCPServer
from types import TracebackType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from podcast_pipeline import keys, sha256
from podcast_pipeline.errors import PodcastError, StorageError
from podcast_pipeline.storage import digest
from podcast_pipeline.storage.local import inside

HOST = "127.0.0.1"
# A page of another site that points its own name at 127.0.0.1 must not read this server through the browser.
_OUR_NAMES = {HOST, "localhost"}
_REPLACED = ("application/rss+xml", "application/json", "application/json+chapters", "text/html")
_FOR_WEB_PLAYERS = ("transcripts/", "chapters/")
_RANGE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))")


class _Entity(NamedTuple):
    """What a key is answered with: an open stream, its length in bytes, its ETag."""

    stream: BufferedReader | io.BytesIO
    size: int
    etag: str


class Server:
    """Serves the folder `root` at `url` (http://127.0.0.1:PORT/); port 0 takes a free one.

    `replace` is a public base address: in the feeds, JSON and HTML that are sent, it is replaced by our own, so that a
    client can subscribe here; files on disk stay as they are. None sends every object byte for byte.
    Use it as a context manager (a thread answers while the block runs) or call `serve_forever`.
    """

    def __init__(self, root: Path, port: int = 0, replace: str | None = None) -> None:
        try:
            self._http = _HTTPServer((HOST, port), _Handler)
        except OSError as error:
            raise StorageError(
                f"port {port} of {HOST} cannot be used: {error.strerror}", "choose another: --port N, or 0 for any"
            ) from error
        except OverflowError as error:
            raise StorageError(f"port {port}: ports run from 0 to 65535") from error
        self._http.root = root
        self.url = f"http://{HOST}:{self._http.server_address[1]}/"
        if replace is not None:
            # The address ends there: https://podcast.example.org is not part of https://podcast.example.organics.net
            pattern = re.escape(replace.rstrip("/")) + r"(?![A-Za-z0-9:-]|\.[A-Za-z0-9])"
            self._http.replacement = (re.compile(pattern.encode()), self.url.rstrip("/").encode())

    def serve_forever(self) -> None:
        """Answer until interrupted, then close."""
        try:
            self._http.serve_forever()
        finally:
            self._http.server_close()

    def __enter__(self) -> Server:
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


class _HTTPServer(ThreadingHTTPServer):
    root: Path
    replacement: tuple[re.Pattern[bytes], bytes] | None = None
    request_queue_size = 64

    def __init__(self, *words: Any) -> None:
        self._open: set[Any] = set()
        super().__init__(*words)

    def get_request(self) -> tuple[Any, Any]:
        request, address = super().get_request()
        self._open.add(request)
        return request, address

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        # Clients keep connections for their next request: a server that has ended answers none of them.
        super().server_close()
        for request in tuple(self._open):
            with contextlib.suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)

    def server_bind(self) -> None:
        # HTTPServer's own asks the name service what 127.0.0.1 is called: slow or hopeless without a network.
        TCPServer.server_bind(self)

    def handle_error(self, request: object, client_address: object) -> None:
        # A player that stops in the middle of a file closes the connection: nothing to report.
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    server: _HTTPServer
    protocol_version = "HTTP/1.1"
    server_version = "podcast-pipeline"
    sys_version = ""
    timeout = 60
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        pass

    def end_headers(self) -> None:
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def _answer(self, with_body: bool) -> None:
        if "Content-Length" in self.headers or "Transfer-Encoding" in self.headers:
            self.close_connection = True  # a body that nobody reads must not be taken for the next request
        if not self._for_us():
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return
        # Keys are plain ASCII: nothing is decoded, so nothing can hide in an encoding.
        key = self.path.partition("?")[0].removeprefix("/")
        if key == "" or key.endswith("/"):
            key += "index.html"
        try:
            path, headers = inside(self.server.root, key), keys.headers(key)
            stream = open(path, "rb") if path.is_file() else None  # noqa: SIM115  closed below
        except (PodcastError, OSError):
            stream = None
        if stream is None:
            self._absent(key)
            return
        with stream:
            self._send(key, headers, self._entity(stream, headers), with_body)

    def _for_us(self) -> bool:
        hosts = self.headers.get_all("Host") or []
        try:
            return len(hosts) == 1 and urlsplit(f"//{hosts[0]}").hostname in _OUR_NAMES
        except ValueError:
            return False

    def _absent(self, key: str) -> None:
        try:
            folder = inside(self.server.root, f"{key}/index.html").is_file()
        except (PodcastError, OSError):
            folder = False
        if not folder:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self.send_response(HTTPStatus.MOVED_PERMANENTLY)
        self.send_header("Location", f"/{key}/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _entity(self, stream: BufferedReader, headers: keys.Headers) -> _Entity:
        if self.server.replacement is None or headers.mime.split(";")[0] not in _REPLACED:
            return _Entity(stream, os.fstat(stream.fileno()).st_size, f'"{digest.of_file(stream)}"')
        theirs, ours = self.server.replacement
        data = theirs.sub(ours, stream.read())
        return _Entity(io.BytesIO(data), len(data), f'"{sha256.of_bytes(data)}"')

    def _send(self, key: str, headers: keys.Headers, entity: _Entity, with_body: bool) -> None:
        start, length, status = 0, entity.size, HTTPStatus.OK
        if _matches(self.headers.get("If-None-Match", ""), entity.etag):
            status = HTTPStatus.NOT_MODIFIED
        elif with_body and "Range" in self.headers and self.headers.get("If-Range", entity.etag) == entity.etag:
            status, start, length = _part(self.headers["Range"].strip(), entity.size)
        self.send_response(status)
        self.send_header("ETag", entity.etag)
        self.send_header("Cache-Control", headers.cache)
        self.send_header("Accept-Ranges", "bytes")
        if key.startswith(_FOR_WEB_PLAYERS):
            self.send_header("Access-Control-Allow-Origin", "*")
        if status == HTTPStatus.PARTIAL_CONTENT:
            self.send_header("Content-Range", f"bytes {start}-{start + length - 1}/{entity.size}")
        elif status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            self.send_header("Content-Range", f"bytes */{entity.size}")
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", headers.mime)
            self.send_header("Content-Length", str(length))
        self.end_headers()
        if with_body and length and status != HTTPStatus.NOT_MODIFIED:
            # By the kernel where it can, else in blocks: memory does not grow with the file.
            sent = self.connection.sendfile(entity.stream, start, length)
            self.close_connection = self.close_connection or sent != length


def _matches(wanted: str, etag: str) -> bool:
    # If-None-Match compares weakly: a proxy may have put W/ in front of our tag.
    return wanted.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in wanted.split(","))


def _part(wanted: str, size: int) -> tuple[HTTPStatus, int, int]:
    # (status, first byte, length). What is no single range of bytes may be ignored: the whole is sent (RFC 9110, 14.2).
    match = _RANGE.fullmatch(wanted)
    if match is None:
        return HTTPStatus.OK, 0, size
    first, last, suffix = match.groups()
    if suffix is not None:
        start, end = max(0, size - int(suffix)), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < int(first):
            return HTTPStatus.OK, 0, size
    if start >= end:
        return HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, 0, 0
    return HTTPStatus.PARTIAL_CONTENT, start, end - start
