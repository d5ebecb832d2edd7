"""A page's server in a thread of its own, and a client that speaks HTTP to it as anybody might."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import uvicorn

from podcast_pipeline.loopback.security import Sessions


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@contextlib.contextmanager
def answering(app: Any, listener: socket.socket) -> Iterator[None]:
    """The application at this socket, while the block runs."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield
    server.should_exit = True
    thread.join()


class LoopbackClient:
    """Every header is the caller's."""

    def __init__(self, port: int, sessions: Sessions) -> None:
        self.port, self.sessions = port, sessions
        self.cookie = ""

    def raw(self, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        connection.close()
        return answer

    def login(self) -> None:
        answer = self.raw("GET", f"/start/{self.sessions.token()}", {"Host": self.host})
        assert answer.status == 303
        self.cookie = answer.headers["set-cookie"].split(";")[0]

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def get(self, path: str, **headers: str) -> Answer:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.raw("GET", path, {"Host": self.host, "Cookie": self.cookie, **given})

    def send(self, method: str, path: str, value: Any, leave_out: tuple[str, ...] = (), **headers: str) -> Answer:
        usual = {"Host": self.host, "Cookie": self.cookie, "Origin": f"http://{self.host}"}
        given = {name.replace("_", "-"): text for name, text in headers.items()}
        whole = {**usual, "Content-Type": "application/json", **given}
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.raw(method, path, {k: v for k, v in whole.items() if k not in leave_out}, body)
