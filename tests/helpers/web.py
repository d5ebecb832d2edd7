"""A foreign host for the tests: HTTPS on this computer with a certificate of its own, and every way to misbehave."""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import needs

from podcast_pipeline.download import Reach


@dataclass
class Web:
    """`files` by path; `moved` answers 302; `short` cuts a body off after so many bytes, once."""

    url: str
    reach: Reach
    files: dict[str, bytes] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    short: dict[str, int] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """(path, Range) of each request."""
    posted: list[tuple[str, bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    """How the next posts are answered; 204 when it is empty."""


@contextlib.contextmanager
def serve(authority: Path | None = None) -> Iterator[Web]:
    """A host at https://localhost while the block runs; `reach` allows the private address and its certificate.

    `authority`: a file that gets the certificate of who signed it, for other processes (SSL_CERT_FILE).
    """
    ca = needs.module("trustme").CA()
    if authority is not None:
        ca.cert_pem.write_to_path(str(authority))
    ours, theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    ca.issue_cert("localhost").configure_cert(ours)
    ca.configure_trust(theirs)
    server = _Server(("127.0.0.1", 0), _Handler)
    server.socket = ours.wrap_socket(server.socket, server_side=True)
    server.web = Web(f"https://localhost:{server.server_address[1]}", Reach(private=True, context=theirs))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.web
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    web: Web
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # refused certificates and broken connections are what the tests are about


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.web.posted.append((self.path, body))
        status = self.server.web.answers.pop(0) if self.server.web.answers else 204
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        web, path = self.server.web, self.path.partition("?")[0]
        web.asked.append((self.path, self.headers.get("Range", "")))
        if path in web.moved:
            self.send_response(302)
            self.send_header("Location", web.moved[path])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if path not in web.files:
            self.send_error(404)
            return
        body, start = web.files[path], 0
        wanted = self.headers.get("Range", "")
        if wanted and self.headers.get("If-Range") == f'"{len(body)}"':
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
        self.send_response(206 if start else 200)
        self.send_header("ETag", f'"{len(body)}"')
        self.send_header("Content-Length", str(len(body) - start))
        for name, value in web.headers.get(path, {}).items():
            self.send_header(name, value)
        self.end_headers()
        end = web.short.pop(path, len(body))
        self.wfile.write(body[start:end])
