"""What the page asks its server: each answer is JSON, a file, or a refusal in words."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from typing import TYPE_CHECKING

from podcast_pipeline import codec
from podcast_pipeline.episode.judged import Facts
from podcast_pipeline.loopback.answer import Body, answer, body, encoded, file, known, tagged
from podcast_pipeline.loopback.refusal import Outdated, Refused, Unconditional
from podcast_pipeline.loopback.security import Sessions
from podcast_pipeline.loopback.server import address
from podcast_pipeline.review.desk import approval, glossary
from podcast_pipeline.review.desk.desk import Desk, EditConflict, now
from podcast_pipeline.review.journal.journal import JournalError
from podcast_pipeline.review.journal.strict import ID, head, text
from podcast_pipeline.review.page.view import Asks, Pauses, Viewer, nothing

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

IDLE = 3.0
"""Seconds after the last change until transcript.json is written."""
OPENING = "x-opening"
"""The header in which a page says which opening of the journal it has seen."""
_REV = re.compile(r'"r([0-9]{1,9})"')


class Api:
    """The answers. Whatever touches the journal runs in a thread of its own, one after the other."""

    def __init__(self, desk: Desk, sessions: Sessions, port: int, pauses: Pauses = tuple, asks: Asks = nothing) -> None:
        self.desk, self.viewer, self.sessions, self.port = desk, Viewer(desk, pauses, asks), sessions, port
        self._learning = threading.Lock()
        self.changed = 0.0
        """When the last line was written (monotonic seconds); 0: all is written to transcript.json."""

    def transcript(self, request: Request) -> Response:
        etag = f'"{self.desk.opening}-{self.desk.state.seq}"'
        return known(request, etag) or tagged(request, etag, encoded(self.viewer.whole()))

    def changes(self, request: Request) -> Response:
        since = request.query_params.get("since", "")
        if not since.isascii() or not since.isdigit() or len(since) > 9:
            raise Refused("since=N is needed")
        return answer(self.viewer.changes(int(since)))

    def offers(self, _: Request) -> Response:
        return answer(self.viewer.offers())

    def verdict(self, request: Request) -> Response:
        by = request.query_params.get("by", "")
        return answer({**self.viewer.verdict(by if ID.fullmatch(by) else ""), "asked": self.viewer.asked()})

    def audio(self, _: Request) -> Response:
        return file(self.desk.subject.built("review.wav"), "audio/wav")

    def final(self, _: Request) -> Response:
        return file(self.desk.subject.mp3, "audio/mpeg")

    def peaks(self, _: Request) -> Response:
        return file(self.desk.subject.built("peaks.dat"), "application/octet-stream")

    async def put(self, request: Request) -> Response:
        wanted = await self._asked(request)
        match = request.headers.get("if-match")
        if match is None:
            raise Unconditional("If-Match with the paragraph's revision is needed")
        revision = _REV.fullmatch(match.strip())
        if revision is None:
            raise Refused(f"If-Match {match!r} is no revision")
        extra = sorted(set(wanted) - {"op", "by", "text", "undoes"})
        if extra:
            raise Refused(f'unknown field "{extra[0]}"')
        wanted |= {"kind": "edit", "p": request.path_params["id"], "rev": int(revision[1])}
        return await self._act(wanted)

    async def ops(self, request: Request) -> Response:
        wanted = await self._asked(request)
        if wanted.get("kind") in ("edit", "heard"):
            raise Refused("edits and heard stretches have routes of their own")
        return await self._act(wanted)

    async def heard(self, request: Request) -> Response:
        wanted = await self._asked(request)
        return await self._act({**wanted, "kind": "heard"})

    async def _asked(self, request: Request) -> Body:
        """The body of what touches the journal: from a page that has seen this opening of it. Raises Refused."""
        wanted = await body(request)
        opening = request.headers.get(OPENING)
        if opening is None:
            raise Unconditional(f"{OPENING} with the opening of the journal that the page has seen is needed")
        if opening != self.desk.opening:
            raise Outdated("the journal was opened again since this page was loaded")
        return wanted

    async def _act(self, wanted: Body) -> Response:
        from starlette.concurrency import run_in_threadpool

        return await run_in_threadpool(self._acted, wanted)

    def _acted(self, wanted: Body) -> Response:
        head(wanted)
        before = self.desk.state.seq
        since = wanted.pop("since", before)
        try:
            seq = self.desk.act(wanted)
        except EditConflict as conflict:
            current = [self.viewer.paragraph(id_) for id_ in conflict.ids]
            return answer({"error": conflict.message, "paragraphs": current}, 412)
        act = self.desk.journal.lines[seq - 1].act
        if self.desk.state.seq > before and (act.rewords or act.recuts):
            self.changed = time.monotonic()
        since = since if type(since) is int and 0 <= since <= before else before
        view = {"done": seq, **self.viewer.changes(min(since, seq - 1))}
        if act.made:
            view["made"] = act.made
        return answer(view)

    async def signoff(self, request: Request) -> Response:
        from starlette.concurrency import run_in_threadpool

        return await run_in_threadpool(self._signed, await self._asked(request))

    def _signed(self, wanted: Body) -> Response:
        op, by = head(wanted)
        known = {"op", "by", "role", "audio_sha256", "transcript_sha256", "statement_sha256", "withdraw"}
        if extra := sorted(set(wanted) - known):
            raise Refused(f'unknown field "{extra[0]}"')
        if wanted.get("withdraw"):
            approval.withdraw(self.desk, by, op, by if wanted["withdraw"] == "own" else "")
            return answer(self.viewer.changes(self.desk.state.seq))
        verdict = self.viewer.verdict(by)
        judged = {"audio": "audio_sha256", "text": "transcript_sha256", "rest of what is printed": "statement_sha256"}
        for what, name in judged.items():
            if wanted.get(name) != verdict[name]:
                return answer({"error": f"the {what} changed while you were reading", **verdict}, 409)
        if verdict["errors"]:
            return answer({"error": "this cannot be signed yet", **verdict}, 409)
        role = text(wanted.get("role", ""), 200).strip()
        seen = wanted["statement_sha256"]
        approval.sign(self.desk, self.viewer.checklist, by, role, now(), op, lambda facts, _: _as_seen(facts, seen))
        self.changed = 0.0
        return answer(self.viewer.changes(self.desk.state.seq))

    async def redact(self, request: Request) -> Response:
        from starlette.concurrency import run_in_threadpool

        return await run_in_threadpool(self._redacted, await self._asked(request))

    def _redacted(self, wanted: Body) -> Response:
        op, by = head(wanted)
        ids = wanted.get("ids")
        if set(wanted) != {"op", "by", "ids"} or not isinstance(ids, list) or not all(map(ID.fullmatch, map(str, ids))):
            raise Refused("a list of cuts is needed, and nothing else")
        self.desk.redact(ids, by, op)
        self.changed = time.monotonic()
        return answer({"done": self.desk.state.seq})

    async def glossary(self, request: Request) -> Response:
        from starlette.concurrency import run_in_threadpool

        return await run_in_threadpool(self._learned, await body(request))

    def _learned(self, wanted: Body) -> Response:
        head(wanted)
        if set(wanted) != {"op", "by", "text", "heard"}:
            raise Refused("a word is needed, how it was heard, and nothing else")
        said, was = (" ".join(text(wanted[name], 100).split()) for name in ("text", "heard"))
        if not said or not was:
            raise Refused("an empty word is none")
        with self._learning:
            self.viewer.learn(glossary.add(self.desk.subject.workspace.terms, said, was))
        return answer({"text": said})

    async def invite(self, request: Request) -> Response:
        await body(request)
        return answer({"url": address(self.port, self.sessions)})

    def idle(self) -> None:
        """Write transcript.json once nothing has changed for a while."""
        if self.changed and time.monotonic() - self.changed > IDLE:
            self.changed = 0.0
            with contextlib.suppress(JournalError):
                self.desk.project()


def _as_seen(facts: Facts, seen: str) -> None:
    """Raises Refused where what is printed changed in the moment of signing."""
    if codec.digest(facts) != seen:
        raise Refused("the rest of what is printed changed while you were reading")
