"""A front before an object store: HTTPS with a certificate of its own, or plain HTTP; it counts, and it can misbehave.

It stands where a content delivery network stands (HTTPS, to the public), or on the way of uploads (HTTP): requests and
answers pass as they are, bodies, ranges and headers included. `forget_ranges` and `replaced` make it a bad host.
"""

from __future__ import annotations

import contextlib
import http.client
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import needs

_OF_ONE_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "expect"}


class Request(NamedTuple):
    """One request that passed; `scheme` is https for the public's way, http for the way of uploads."""

    scheme: str
    method: str
    path: str


@dataclass
class Front:
    """A running front. Paths in `replaced` are as asked for: /bucket/prefix/key."""

    url: str
    requests: list[Request]
    """What was asked for, in order; two fronts may share one list."""
    replaced: dict[str, bytes] = field(default_factory=dict)
    """Path -> the bytes that are sent instead of the store's, as by a cache that is not up to date."""
    cached: dict[str, bytes] = field(default_factory=dict)
    """Path -> what it goes on answering with, whatever the store has, as a cache that nobody has purged."""
    failing: dict[str, list[int]] = field(default_factory=dict)
    """Path -> the statuses of the next answers; 0 closes the connection without any."""
    denies: bool = False
    """Answer 403 where nothing is, as a bucket that lists nothing to strangers."""
    forget_ranges: bool = False
    """Answer a Range with 200 and the whole body."""


@contextlib.contextmanager
def front(store: str, requests: list[Request], authority: Path | None = None) -> Iterator[Front]:
    """Pass everything on to the store at `store` (http://host:port) while the block runs.

    With `authority` it speaks HTTPS as localhost; the authority's certificate is written there, for SSL_CERT_FILE.
    """
    server = _Server(("127.0.0.1", 0), _Handler)
    server.store = urlsplit(store).netloc
    if authority is not None:
        ca = needs.module("trustme").CA()
        ca.cert_pem.write_to_path(str(authority))
        server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ca.issue_cert("localhost", "127.0.0.1").configure_cert(server.tls)
    name = "http://127.0.0.1" if authority is None else "https://localhost"
    server.front = Front(f"{name}:{server.server_address[1]}", requests)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.front
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    store: str
    front: Front
    tls: ssl.SSLContext | None = None

    def finish_request(self, request: Any, client_address: Any) -> None:
        # In the connection's own thread: a slow handshake holds up nobody else.
        if self.tls is not None:
            request = self.tls.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # a client that breaks off is no news


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        front, path = self.server.front, self.path.partition("?")[0]
        front.requests.append(Request(urlsplit(front.url).scheme, self.command, path))
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if statuses := front.failing.get(path):
            self._fail(statuses.pop(0))
            return
        if (cached := front.cached.get(path)) is not None:
            self._send_cached(cached)
            return
        dropped = _OF_ONE_CONNECTION | ({"range"} if front.forget_ranges else set())
        headers = {name: value for name, value in self.headers.items() if name.lower() not in dropped}
        upstream = http.client.HTTPConnection(self.server.store, timeout=30)
        with contextlib.closing(upstream):
            # The Host header goes along as it came: it is part of what was signed.
            upstream.request(self.command, self.path, body or None, headers)
            answer = upstream.getresponse()
            self._send(answer, front.replaced.get(path) if answer.status == 200 else None)

    do_HEAD = do_PUT = do_POST = do_DELETE = do_GET

    def _send(self, answer: http.client.HTTPResponse, instead: bytes | None) -> None:
        data = answer.read() if instead is None else instead
        length = str(len(data))
        if self.command == "HEAD" and instead is None:
            length = answer.headers.get("Content-Length", "0")
        status = 403 if answer.status == 404 and self.server.front.denies else answer.status
        self.send_response_only(status, answer.reason if status == answer.status else None)
        for name, value in answer.getheaders():
            if name.lower() not in {*_OF_ONE_CONNECTION, "content-length"}:
                self.send_header(name, value)
        self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD" and answer.status not in (204, 304):
            self.wfile.write(data)

    def _send_cached(self, data: bytes) -> None:
        self.send_response_only(200)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Age", "60")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _fail(self, status: int) -> None:
        self.close_connection = True
        if status:
            self.send_response_only(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, *args: object) -> None:
        pass
