"""The public check of one object: asked for as podcast apps ask for it, not looked up where it was stored."""

from __future__ import annotations

import contextlib
import hashlib
import re
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit

from podcast_pipeline import __version__, download
from podcast_pipeline.errors import StorageError
from podcast_pipeline.keys import Headers

USER_AGENT = f"podcast-pipeline/{__version__} verify"
"""So that download statistics can leave us out."""
TIMEOUT = 30.0
"""Seconds that the server may be silent."""
MOST = 64 << 20
"""Bytes that `read` takes into memory."""
PATIENCE = 6 * 3600.0
"""Seconds for one file in all."""
DELAYS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between the attempts at an address that fails in a way that often passes."""
_PLAIN = re.compile(r"[!-~]+")
_PASSING = frozenset({404, 408, 425, 429})
"""Statuses that pass, besides 5xx: right after an upload a store or its CDN may not have the object everywhere yet."""
T = TypeVar("T")
_NO_RANGES = (
    "a range of two bytes is answered with 200 and the whole file, not with 206: apps cannot jump in it and "
    "directories refuse the show; the host or its CDN must support byte ranges"
)


class NoAnswer(StorageError):
    """Nobody answers at the address, or the connection broke off."""


@dataclass
class Patience:
    """How long a publication waits for failures that often pass; `left` seconds in all, for all who ask with it."""

    left: float = 60.0
    sleep: Callable[[float], None] = time.sleep

    def delays(self) -> Iterator[None]:
        """Waits before each step but the first, as long as there is time."""
        for delay in DELAYS:
            if delay > self.left:
                return
            yield
            self.left -= delay
            self.sleep(delay)


class _Problem(NamedTuple):
    """A sentence; `passing`: it may be another one in a moment."""

    text: str
    passing: bool = False


@dataclass(frozen=True)
class Answer:
    """What a public address answered: status, header fields (names in lower case) and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def check(
    url: str,
    size: int,
    sha256: str,
    headers: Headers,
    *,
    read_body: bool = True,
    origin: str = "",
    patience: Patience | None = None,
) -> tuple[str, ...]:
    """Ask for `url` as apps do; returns one sentence for each thing that is not as planned, nothing if all is well.

    HEAD must be 200 with the exact length and type; two bytes must come as 206 (some directories refuse a host that
    sends the right bytes with 200); with `read_body` the whole is read and its sha256 compared; with `origin` (an
    address like https://player.example) a web page from there must be allowed to read it. With `patience` a 404, 5xx or
    connection that broke off is asked again. Raises StorageError if nobody answers.
    """

    def ask() -> list[_Problem]:
        problems, there = _head(url, size, headers, origin)
        if there and size > 0:
            problems += _range(url, size)
        if there and read_body:
            problems += _body(url, size, sha256)
        return problems

    problems = _settled(ask, lambda problems: any(problem.passing for problem in problems), patience)
    return tuple(f"{download.shown(url)}: {problem.text}" for problem in problems)


def read(url: str, headers: Mapping[str, str] | None = None, patience: Patience | None = None) -> Answer:
    """GET the whole of a small object, such as the feed. Raises StorageError: no answer, or more than MOST bytes."""
    return _settled(lambda: _read(url, headers or {}), lambda answer: _passes(answer.status), patience)


def _settled(ask: Callable[[], T], passing: Callable[[T], bool], patience: Patience | None) -> T:
    """What `ask` returns once it is not `passing` any more, or `patience` has ended."""
    for _ in patience.delays() if patience is not None else ():
        try:
            if not passing(result := ask()):
                return result
        except NoAnswer:
            continue
    return ask()


def _passes(status: int) -> bool:
    return status in _PASSING or status >= 500


def _read(url: str, headers: Mapping[str, str]) -> Answer:
    with _ask("GET", url, headers) as response:
        body = bytearray()
        for block in response.whole():
            body += block
            if len(body) > MOST:
                raise StorageError(
                    f"{download.shown(url)}: more than {MOST:,} bytes", "this is not a feed or page of ours"
                )
        fields = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, fields, bytes(body))


def status(url: str) -> int:
    """What HEAD answers: 404 and 410 of what is gone. Raises StorageError if nobody answers."""
    with _ask("HEAD", url, {}) as response:
        return int(response.status)


def save(url: str, path: Path) -> None:
    """GET a file into `path`. Raises StorageError: no answer, one that broke off, or another status than 200."""
    with _ask("GET", url, {}) as response, open(path, "wb") as stream:
        if response.status != 200:
            raise StorageError(f"{download.shown(url)}: GET answered {response.status}, not 200")
        for block in response.whole():
            stream.write(block)


def _head(url: str, size: int, headers: Headers, origin: str) -> tuple[list[_Problem], bool]:
    """What is wrong, and whether anything is there at all."""
    with _ask("HEAD", url, {"Origin": origin} if origin else {}) as response:
        if response.status != 200:
            return [_Problem(f"HEAD answered {response.status}, not 200", _passes(response.status))], False
        answered = response.headers
    problems = []
    if answered.get("Content-Length") != str(size):
        problems.append(f"HEAD says {answered.get('Content-Length', 'no')} bytes, not {size}")
    if (encoding := answered.get("Content-Encoding", "identity")) != "identity":
        problems.append(f"sent with Content-Encoding {encoding}, though not asked for: its length in the feed is wrong")
    if _type(answered.get("Content-Type", "")) != _type(headers.mime):
        problems.append(f"its type is {answered.get('Content-Type', 'missing')}, not {headers.mime}")
    if origin and answered.get("Access-Control-Allow-Origin") not in ("*", origin):
        problems.append("web players may not read it: no Access-Control-Allow-Origin (the bucket needs a CORS rule)")
    return list(map(_Problem, problems)), True


def _range(url: str, size: int) -> list[_Problem]:
    last = min(1, size - 1)
    with _ask("GET", url, {"Range": f"bytes=0-{last}"}) as response:
        status, answered = response.status, response.headers.get("Content-Range", "missing")
        if status == 200:
            return [_Problem(_NO_RANGES)]
        if status != 206:
            return [_Problem(f"a range of two bytes is answered with {status}, not with 206", _passes(status))]
        got = 0
        for block in response.blocks():
            got += len(block)
            if got > last + 1:
                break
    if answered != f"bytes 0-{last}/{size}":
        return [_Problem(f"a range of two bytes has Content-Range {answered}, not bytes 0-{last}/{size}")]
    return [] if got == last + 1 else [_Problem(f"a range of {last + 1} bytes came with {got}")]


def _body(url: str, size: int, sha256: str) -> list[_Problem]:
    total, digest = 0, hashlib.sha256()
    with _ask("GET", url, {}) as response:
        if response.status != 200:
            return [_Problem(f"GET answered {response.status}, not 200", _passes(response.status))]
        # One byte more than planned is enough to know.
        for block in response.blocks():
            total += len(block)
            digest.update(block)
            if total > size:
                break
        broken = total < size and response.missing > 0
    if total != size:
        return [_Problem(f"its body has {'more' if total > size else total} bytes, not {size}", broken)]
    if digest.hexdigest() != sha256:
        got = digest.hexdigest()[:8]
        return [_Problem(f"its bytes are not the ones that were published (sha256 {got}, not {sha256[:8]})")]
    return []


@contextlib.contextmanager
def _ask(method: str, url: str, headers: Mapping[str, str]) -> Iterator[download.Response]:
    """The response, whatever its status. Raises StorageError if there is none, or if it breaks off in the block."""
    _check_address(url)
    reach = download.Reach(private=True, proxy=True, silence=TIMEOUT, whole=PATIENCE, redirects=10, agent=USER_AGENT)
    try:
        with download.ask(method, url, headers, reach) as response:
            yield response
    except download.Unreachable as error:
        if isinstance(error.__cause__, ssl.SSLCertVerificationError):
            hint = "renew the certificate of the public address, or set the computer's clock"
            raise StorageError(error.message, hint) from error
        hint = "check the network and [storage] public_base_url in feed/show.toml"
        raise NoAnswer(error.message, hint) from error


def _check_address(url: str) -> None:
    """A public address is plain ASCII, http or https, without user or space. Raises StorageError."""
    with contextlib.suppress(ValueError):
        parts = urlsplit(url)
        plain = _PLAIN.fullmatch(url) is not None and parts.scheme in ("http", "https") and "@" not in parts.netloc
        if plain and parts.hostname and parts.port != 0:
            return
    raise StorageError(
        f'"{download.shown(url)}" is not a public address', "write it as in https://podcast.example.org/"
    )


def _type(value: str) -> str:
    return value.replace(" ", "").lower()
