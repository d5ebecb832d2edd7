"""The page's server: static files, the API, the audio. Only on this computer."""

from __future__ import annotations

import contextlib
import hashlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.review.desk.desk import Desk
from podcast_pipeline.review.page.api import Api, absent, answer, refused
from podcast_pipeline.review.page.security import HOST, START, Guard, Sessions
from podcast_pipeline.review.page.view import Pauses

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

_TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


def application(api: Api) -> ASGIApp:
    """The whole server as an ASGI application."""
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.routing import Route

    slug = api.desk.subject.slug
    handlers: dict[Any, Any] = {PodcastError: refused, HTTPException: absent}
    routes = [Route(f"{START}{{token}}", api.start), Route("/episode", lambda _: answer(slug)), *_static()]
    reads: dict[str, Callable[[Request], Response]] = {
        "transcript": api.transcript, "changes": api.changes, "offers": api.offers, "verdict": api.verdict,
        "audio": api.audio, "final": api.final, "peaks": api.peaks,
    }  # fmt: skip
    routes += [Route(f"/e/{slug}/{name}", handler) for name, handler in reads.items()]
    routes.append(Route(f"/e/{slug}/p/{{id}}", api.put, methods=["PUT"]))
    writes = {
        "ops": api.ops, "heard": api.heard, "signoff": api.signoff, "invite": api.invite, "redact": api.redact,
        "glossary": api.glossary,
    }  # fmt: skip
    routes += [Route(f"/e/{slug}/{name}", handler, methods=["POST"]) for name, handler in writes.items()]
    return Guard(Starlette(routes=routes, exception_handlers=handlers), api.sessions, api.port)


def _static() -> Iterator[Any]:
    """The page's own files, read once: no path ever comes from an address."""
    from starlette.responses import Response
    from starlette.routing import Route

    def fixed(data: bytes, kind: str) -> Callable[[Request], Response]:
        return lambda _: Response(data, media_type=kind)

    for entry in files("podcast_pipeline.review.page").joinpath("static").iterdir():
        kind = _TYPES.get(entry.name.rsplit(".", 1)[-1])
        if kind is not None:
            path = "/" if entry.name == "index.html" else f"/static/{entry.name}"
            yield Route(path, fixed(entry.read_bytes(), kind))


def own_port(subject: Dossier) -> int:
    """The port of this episode's page, the same at every start: a browser keeps what it holds unsaved by the port.

    From the digest of the folder's path, between 20000 and 31999: below what systems give to programs that ask for any.
    """
    folder = str(subject.workspace.episode(subject.slug).resolve())
    return 20000 + int(hashlib.sha256(folder.encode("utf-8", "surrogateescape")).hexdigest(), 16) % 12000


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


def serve(desk: Desk, listener: socket.socket, sessions: Sessions, pauses: Pauses = tuple) -> None:
    """Answer until Ctrl-C; then transcript.json is written."""
    import uvicorn

    api = Api(desk, sessions, listener.getsockname()[1], pauses)
    # No access log: a line of it would hold the launch token.
    config = uvicorn.Config(
        application(api),
        log_level="error",
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            api.idle()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    # Whoever ends this politely gets transcript.json as well: uvicorn hands both signals on when it has stopped.
    earlier = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])
    finally:
        signal.signal(signal.SIGTERM, earlier)
        over.set()
        watcher.join()
        if desk.journal.fault is None and api.changed:
            desk.project()
