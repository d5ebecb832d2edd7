"""What the desk's page asks its server: each answer is JSON, a file, or a refusal in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from podcast_pipeline.editing.asked import BadFieldError, OtherValueError, asked
from podcast_pipeline.editing.episodes import Episodes
from podcast_pipeline.editing.listing import listed
from podcast_pipeline.editing.proposals import proposed
from podcast_pipeline.editing.recording import Sounding
from podcast_pipeline.editing.reviews import Reviews
from podcast_pipeline.editing.sheet import described
from podcast_pipeline.loopback.answer import Body, answer, body, encoded, file, known, tagged
from podcast_pipeline.loopback.security import POLICY, Sessions
from podcast_pipeline.loopback.server import address
from podcast_pipeline.site.template import style_hash

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


Board = Callable[[Callable[[str], str]], str]
"""Draws the board as a page, with the address that each slug has."""


class DeskApi:
    """The answers; files are read and written in threads, one writer of an episode after the other."""

    def __init__(self, episodes: Episodes, reviews: Reviews, sessions: Sessions, port: int, board: Board) -> None:
        """`board` draws where every episode stands; it is asked as often as somebody looks."""
        self.episodes, self.reviews, self.sessions, self.port = episodes, reviews, sessions, port
        self.draw = board

    def show(self, _: Request) -> Response:
        """The show: its people and references to choose from, its episodes, and the keys that are edited."""
        show = self.episodes.show()
        return answer(
            {
                "title": show.title,
                "language": show.language,
                "people": {person.id: person.display for person in show.people.values()},
                "references": {id_: reference.title for id_, reference in show.references.items()},
                "keys": described(),
                "episodes": listed(self.episodes.workspace),
            }
        )

    def episode(self, request: Request) -> Response:
        slug = self._slug(request)
        view = self.episodes.view(slug)
        view["recording"] = self._recording(slug).revision
        etag = f'"{view["revision"]}-{len(view["problems"])}-{bool(view["public"])}-{view["recording"]}"'
        return known(request, etag) or tagged(request, etag, encoded(view))

    def recording(self, request: Request) -> Response:
        slug = self._slug(request)
        recording = self._recording(slug)
        etag = f'"{recording.revision}"'
        if (same := known(request, etag)) is not None:
            return same
        people = self.episodes.show().people.values()
        return tagged(request, etag, encoded(recording.view({person.id: person.display for person in people})))

    def audio(self, request: Request) -> Response:
        return file(self._recording(self._slug(request)).sound, "audio/wav")

    def peaks(self, request: Request) -> Response:
        return file(self._recording(self._slug(request)).peaks, "application/octet-stream")

    def board(self, _: Request) -> Response:
        """The board as a page, each episode with the address where it is edited."""
        from starlette.responses import HTMLResponse

        page = self.draw(lambda slug: f"/#{slug}")
        style = page.partition("<style>")[2].partition("</style>")[0]
        policy = POLICY.replace("style-src 'self'", f"style-src 'sha256-{style_hash(style)}'")
        return HTMLResponse(page, headers={"content-security-policy": policy})

    def quality(self, request: Request) -> Response:
        """What the episode would print of its own quality as it stands, and what is missing for more."""
        return answer(self.episodes.quality(self._slug(request)))

    def proposals(self, request: Request) -> Response:
        return answer(proposed(self.episodes.workspace, self.episodes.show(), self._slug(request)))

    async def review(self, request: Request) -> Response:
        from starlette.concurrency import run_in_threadpool

        await body(request)
        return answer({"url": await run_in_threadpool(self.reviews.address, self._slug(request))})

    async def edit(self, request: Request) -> Response:
        from starlette.concurrency import run_in_threadpool

        wanted = await body(request)
        return await run_in_threadpool(self._edited, request, wanted)

    def _edited(self, request: Request, wanted: Body) -> Response:
        slug = self._slug(request)
        try:
            return answer(self.episodes.edit(slug, asked(wanted)))
        except BadFieldError as error:
            return answer({"error": error.message, "problems": error.problems}, error.status)
        except OtherValueError as error:
            said = {"error": error.message, "key": error.key, "mine": error.mine, "theirs": error.theirs}
            return answer({**said, "episode": self.episodes.view(slug)}, error.status)

    async def invite(self, request: Request) -> Response:
        await body(request)
        return answer({"url": address(self.port, self.sessions)})

    def _slug(self, request: Request) -> str:
        return self.episodes.slug(request.path_params["slug"])

    def _recording(self, slug: str) -> Sounding:
        return Sounding(self.episodes.workspace, slug)
