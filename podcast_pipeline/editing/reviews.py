"""Review pages that the desk has opened: each the same as `podcast review` serves, on the episode's own port."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass

from podcast_pipeline.config.load import load_episode
from podcast_pipeline.editing.episodes import Episodes
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.loopback import server as loopback
from podcast_pipeline.loopback.security import START, Sessions
from podcast_pipeline.review.desk.desk import Desk
from podcast_pipeline.review.desk.hold import held, publish_address
from podcast_pipeline.review.desk.offered import pauses
from podcast_pipeline.review.page import server
from podcast_pipeline.review.page.view import Asks, nothing


@dataclass(frozen=True)
class _Open:
    port: int
    sessions: Sessions


class Reviews:
    """As a context: they are closed with the desk, and what is read there is written into transcript.json."""

    def __init__(self, episodes: Episodes, asks: Asks = nothing) -> None:
        self._episodes, self._stack, self._lock = episodes, contextlib.ExitStack(), threading.Lock()
        self._asks = asks
        self._open: dict[str, _Open] = {}

    def __enter__(self) -> Reviews:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def address(self, slug: str) -> str:
        """A launch address of the episode's review page, which is opened if it is not yet.

        Raises PodcastError where another process has it open, with that page's address, or nothing can be reviewed.
        """
        with self._lock:
            if slug not in self._open:
                self._open[slug] = self._opened(slug)
            there = self._open[slug]
            return loopback.address(there.port, there.sessions)

    def _opened(self, slug: str) -> _Open:
        workspace, show = self._episodes.workspace, self._episodes.show()
        subject = Dossier(show, load_episode(workspace, show, slug), workspace)
        with contextlib.ExitStack() as stack:
            lock = stack.enter_context(held(subject))
            listener, said = loopback.bound(None, workspace.episode(slug))
            stack.enter_context(listener)
            desk = stack.enter_context(contextlib.closing(Desk(subject)))
            desk.notes += said
            there = _Open(listener.getsockname()[1], Sessions())
            publish_address(lock, loopback.address(there.port, there.sessions).split(START)[0] + "/")
            stack.enter_context(server.beside(desk, listener, there.sessions, lambda: pauses(desk.subject), self._asks))
            self._stack.push(stack.pop_all())
        return there
