"""Who may talk to the page's server: this computer, the browser that was let in, and no other site through it."""

from __future__ import annotations

import hmac
import secrets
import threading
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOST = "127.0.0.1"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; media-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'"
)
_HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_SAFE = ("GET", "HEAD")
START = "/start/"


class Sessions:
    """Launch tokens, each good for one exchange, and the cookies given for them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: list[str] = []
        self._cookies: list[str] = []

    def token(self) -> str:
        """A new launch token (256 bit)."""
        with self._lock:
            self._tokens.append(secrets.token_urlsafe(32))
            return self._tokens[-1]

    def exchange(self, token: str) -> str | None:
        """The cookie for a launch token, once."""
        with self._lock:
            for known in self._tokens:
                if hmac.compare_digest(known.encode(), token.encode("utf-8", "replace")):
                    self._tokens.remove(known)
                    self._cookies.append(secrets.token_urlsafe(32))
                    return self._cookies[-1]
        return None

    def knows(self, cookie: str) -> bool:
        given = cookie.encode("utf-8", "replace")
        with self._lock:
            return any(hmac.compare_digest(known.encode(), given) for known in self._cookies)


class Guard:
    """The outermost layer: refuses before anything is looked at, and puts the same headers on every answer."""

    def __init__(self, app: ASGIApp, sessions: Sessions, port: int, command: str) -> None:
        """`command` is what a person runs to get an address."""
        self.app, self.sessions, self.port, self.command = app, sessions, port, command
        self.cookie = f"{command.replace(' ', '-')}-{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message.get("headers", ())}
                headers = [*message.get("headers", ()), *(pair for pair in _HEADERS if pair[0] not in own)]
                kinds = [value for name, value in headers if name == b"content-type"]
                if not any(kind.startswith((b"audio/", b"application/octet-stream")) for kind in kinds):
                    headers = [pair for pair in headers if pair[0] != b"cache-control"]
                    headers.append((b"cache-control", b"no-store"))
                message = {**message, "headers": headers}
            await send(message)

        refusal = self._refusal(scope)
        if refusal is None:
            await self.app(scope, receive, sealed)
            return
        from starlette.responses import PlainTextResponse

        status, text = refusal
        await PlainTextResponse(text, status)(scope, receive, sealed)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        # Under DNS rebinding Origin and Host agree with each other, so the host itself must be ours.
        ours = {f"{HOST}:{self.port}", f"localhost:{self.port}"}
        if len(headers.get("host", [])) != 1 or headers["host"][0] not in ours:
            return 421, "not this server's name"
        path, method = scope["path"], scope["method"]
        if path.startswith(START):
            return None if method in _SAFE else (405, "the address is opened, nothing is sent to it")
        if not self._let_in(headers.get("cookie", [])):
            return 401, f"open the address that `{self.command}` printed; it works once"
        if (
            path != "/"
            and "/static/" not in path
            and headers.get("sec-fetch-site", [""])[0] in ("cross-site", "same-site")
        ):
            return 403, "another site asks through your browser"
        if method not in _SAFE:
            if headers.get("origin") != [f"http://{headers['host'][0]}"]:
                return 403, "not from this page"
            kind = headers.get("content-type", [""])[0].split(";")[0].strip().lower()
            if kind != "application/json":
                return 415, "application/json is needed"
        return None

    def _let_in(self, cookies: list[str]) -> bool:
        for line in cookies:
            try:
                parsed = SimpleCookie(line)
            except CookieError:
                continue
            if self.cookie in parsed and self.sessions.knows(parsed[self.cookie].value):
                return True
        return False
