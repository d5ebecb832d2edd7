"""The review page's server: static files, the API, the audio. Only on this computer."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from podcast_pipeline.loopback import server
from podcast_pipeline.loopback.answer import answer
from podcast_pipeline.loopback.security import Sessions
from podcast_pipeline.review.desk.desk import Desk
from podcast_pipeline.review.page.api import Api
from podcast_pipeline.review.page.view import Asks, Pauses, nothing

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp


def application(api: Api) -> ASGIApp:
    """The whole server as an ASGI application."""
    from starlette.routing import Route

    slug = api.desk.subject.slug
    routes = [Route("/episode", lambda _: answer(slug))]
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
    return server.application(routes, "review/page/static", api.sessions, api.port, "podcast review")


def serve(
    desk: Desk, listener: socket.socket, sessions: Sessions, pauses: Pauses = tuple, asks: Asks = nothing
) -> None:
    """Answer until Ctrl-C; then transcript.json is written."""
    api = Api(desk, sessions, listener.getsockname()[1], pauses, asks)
    with _written(api):
        server.run(application(api), listener, api.idle)


@contextlib.contextmanager
def beside(
    desk: Desk, listener: socket.socket, sessions: Sessions, pauses: Pauses = tuple, asks: Asks = nothing
) -> Iterator[None]:
    """Answer while the block runs, beside another page of this process; then transcript.json is written."""
    api = Api(desk, sessions, listener.getsockname()[1], pauses, asks)
    with _written(api), server.beside(application(api), listener, api.idle):
        yield


@contextlib.contextmanager
def _written(api: Api) -> Iterator[None]:
    try:
        yield
    finally:
        if api.desk.journal.fault is None and api.changed:
            api.desk.project()
