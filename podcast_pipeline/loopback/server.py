"""The server of a page: its own files, one socket on this computer, and the end of it."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from podcast_pipeline import sha256
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.loopback.answer import absent, refused
from podcast_pipeline.loopback.security import HOST, START, Guard, Sessions

if TYPE_CHECKING:
    import uvicorn
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
SHARED = "loopback/static"


def application(routes: Sequence[Any], static: str, sessions: Sessions, port: int, command: str) -> ASGIApp:
    """A page's whole server: `routes`, the files of `static`, a folder of this package, and its page.html as "/".

    That stands in the frame of all such pages. `command` is what a person runs to get an address.
    """
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.routing import Route

    handlers: dict[Any, Any] = {PodcastError: refused, HTTPException: absent}

    def start(request: Request) -> Response:
        from starlette.responses import PlainTextResponse, RedirectResponse

        cookie = sessions.exchange(request.path_params["token"])
        if cookie is None:
            return PlainTextResponse(f"this address has been used; start `{command}` again, or use its menu", 401)
        response = RedirectResponse("/", 303)
        response.set_cookie(guard.cookie, cookie, httponly=True, samesite="strict", path="/")
        return response

    fixed = [Route("/", _fixed(_framed(static), "text/html")), *_static(static), *_static(SHARED)]
    app = Starlette(routes=[Route(f"{START}{{token}}", start), *fixed, *routes], exception_handlers=handlers)
    guard = Guard(app, sessions, port, command)
    return guard


def _fixed(data: bytes, kind: str) -> Callable[[Request], Response]:
    from starlette.responses import Response

    return lambda _: Response(data, media_type=kind)


def _framed(folder: str) -> bytes:
    """The page.html of a folder in the frame; its style sheet and first script are called the same everywhere."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    templates = Environment(
        loader=PackageLoader("podcast_pipeline", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    return templates.get_template(f"{folder}/page.html").render(static=folder).encode()


def _static(folder: str) -> Iterator[Any]:
    """The files of a folder, read once: no path ever comes from an address. They are called as in the package, so that
    scripts find each other by the same names as for whoever checks their types."""
    from starlette.routing import Route

    for entry in files("podcast_pipeline").joinpath(folder).iterdir():
        kind = _TYPES.get(entry.name.rsplit(".", 1)[-1])
        if kind is not None:
            yield Route(f"/{folder}/{entry.name}", _fixed(entry.read_bytes(), kind))


def own_port(folder: Path) -> int:
    """The port of a folder's page, the same at every start: a browser keeps what it holds unsaved by the port.

    From the digest of the folder's path, between 20000 and 31999: below what systems give to programs that ask for any.
    """
    name = str(folder.resolve())
    return 20000 + int(sha256.of_bytes(name.encode("utf-8", "surrogateescape")), 16) % 12000


def bind(port: int) -> socket.socket:
    """A listening socket on this computer alone; port 0 takes a free one. Raises PodcastError if it is taken."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(64)
    except OSError as error:
        listener.close()
        raise PodcastError(f"port {port} cannot be used: {error.strerror}", "--port 0 takes a free one") from error
    return listener


def bound(port: int | None, folder: Path) -> tuple[socket.socket, list[str]]:
    """The socket of a folder's page, and what is to be said about its port. Raises PodcastError if `port` is taken."""
    if port is not None:
        return bind(port), []
    own = own_port(folder)
    try:
        return bind(own), []
    except PodcastError as error:
        said = f"{error.message}, so the page has another port this time; what a browser kept unsaved at {own} "
        return bind(0), [f"{said}is offered when the page is there again"]


def address(port: int, sessions: Sessions) -> str:
    """A fresh launch address of the page that listens there."""
    return f"http://{HOST}:{port}{START}{sessions.token()}"


def _server(app: ASGIApp) -> uvicorn.Server:
    import uvicorn

    # No access log: a line of it would hold the launch token.
    config = uvicorn.Config(
        app, log_level="error", access_log=False, lifespan="off", server_header=False, timeout_graceful_shutdown=3
    )
    return uvicorn.Server(config)


@contextlib.contextmanager
def _watching(idle: Callable[[], None]) -> Iterator[None]:
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            idle()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def run(app: ASGIApp, listener: socket.socket, idle: Callable[[], None] = lambda: None) -> None:
    """Answer until Ctrl-C, or until whoever ends this politely does; `idle` is called twice a second."""
    # uvicorn hands both signals on when it has stopped: what is to be done at the end is done for both.
    earlier = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with _watching(idle), contextlib.suppress(KeyboardInterrupt):
            _server(app).run(sockets=[listener])
    finally:
        signal.signal(signal.SIGTERM, earlier)


@contextlib.contextmanager
def beside(app: ASGIApp, listener: socket.socket, idle: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Answer in a thread of its own while the block runs, beside another page of this process."""
    server = _server(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    with _watching(idle):
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join()
