"""The desk's server: static files, the API, the sound. Only on this computer."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from podcast_pipeline.editing.api import Board, DeskApi
from podcast_pipeline.editing.episodes import Episodes
from podcast_pipeline.editing.reviews import Reviews
from podcast_pipeline.layout import Workspace
from podcast_pipeline.loopback import server
from podcast_pipeline.loopback.security import Sessions
from podcast_pipeline.review.page.view import Asks

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp


def application(api: DeskApi) -> ASGIApp:
    """The whole server as an ASGI application."""
    from starlette.routing import Route

    routes = [Route("/show", api.show), Route("/board", api.board), Route("/invite", api.invite, methods=["POST"])]
    reads: dict[str, Callable[[Request], Response]] = {
        "episode": api.episode, "recording": api.recording, "proposals": api.proposals,
        "quality": api.quality, "audio": api.audio, "peaks": api.peaks,
    }  # fmt: skip
    routes += [Route(f"/e/{{slug}}/{name}", handler) for name, handler in reads.items()]
    routes += [
        Route("/e/{slug}/edit", api.edit, methods=["POST"]),
        Route("/e/{slug}/review", api.review, methods=["POST"]),
    ]
    return server.application(routes, "editing/static", api.sessions, api.port, "podcast desk")


def serve(workspace: Workspace, listener: socket.socket, sessions: Sessions, board: Board, asks: Asks) -> None:
    """Answer until Ctrl-C. Of this page nothing is left to be done then: what is saved is on the disk."""
    episodes = Episodes(workspace)
    with Reviews(episodes, asks) as reviews:
        api = DeskApi(episodes, reviews, sessions, listener.getsockname()[1], board)
        server.run(application(api), listener)
