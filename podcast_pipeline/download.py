"""The one way to the network by HTTP: bounded in size, time and redirects, and by default to public addresses only.

Where a request may go is asked of its `Reach`, for each redirect again. No cookie or password is sent. A body that is
packed though nobody asked for it is unpacked here, as urllib3 takes a gzip that ends too early, or that something else
follows, for a whole one.

Not asked by this: S3 (boto3), the model hub (huggingface_hub), and what is no HTTP: whether a host can be reached at
all, and the last day of a certificate.
"""

from __future__ import annotations

import contextlib
import dataclasses
import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin

from podcast_pipeline import atomic, faults, sha256
from podcast_pipeline.errors import Unreachable as Unreachable
from podcast_pipeline.errors import Unwritable as Unwritable
from podcast_pipeline.progress import Progress
from podcast_pipeline.reach import Reach as Reach
from podcast_pipeline.reach import shown as shown

if TYPE_CHECKING:
    import urllib3

FEED_MOST = 20 << 20
"""Bytes of a feed."""
MEDIA_MOST = 1 << 30
"""Bytes of a media file."""
_BLOCK = 1 << 18
_MOVED = frozenset({301, 302, 303, 307, 308})
PUBLIC = Reach()


class Fetched(NamedTuple):
    """The body, and the address that answered in the end."""

    url: str
    body: bytes


class Saved(NamedTuple):
    """A file that was fetched."""

    size: int
    sha256: str
    mime: str


@dataclass(frozen=True)
class Response:
    """What an address answered, with its body still on the line; `url` is the one that answered in the end."""

    url: str
    raw: urllib3.BaseHTTPResponse
    until: float
    """The moment by which all must be read."""
    reach: Reach

    @property
    def status(self) -> int:
        return self.raw.status

    @property
    def headers(self) -> Mapping[str, str]:
        """By name, whatever its case."""
        return self.raw.headers

    @property
    def missing(self) -> int:
        """Bytes of the body that were announced and not read."""
        return self.raw.length_remaining or 0

    def blocks(self) -> Iterator[bytes]:
        """The body as it comes, nothing unpacked; one that ends too early leaves `missing`. Raises Unreachable."""
        while True:
            with _border(self.url, self.reach):
                block = self.raw.read1(_BLOCK, decode_content=False)
            if not block:
                return
            if time.monotonic() > self.until:
                raise Unreachable(f"{shown(self.url)}: too slow", "run the command again: what is there is kept")
            yield block

    def whole(self) -> Iterator[bytes]:
        """The body as it comes. Raises Unreachable, also where it is not as long as was announced."""
        yield from self.blocks()
        if self.missing:
            hint = "run the command again: it goes on from here"
            raise Unreachable(f"{shown(self.url)}: broke off {self.missing:,} bytes before its end", hint)


def read(url: str, most: int = FEED_MOST, reach: Reach = PUBLIC) -> Fetched:
    """The body at `url`, at most `most` bytes. Raises Unreachable."""
    with ask("GET", url, {}, reach) as response:
        _accept(response, 200)
        body = bytearray()
        for block in _unpacked(response, most):
            body += block
            if len(body) > most:
                hint = "this is too large to be what it should"
                raise Unreachable(f"{shown(response.url)}: more than {most:,} bytes", hint)
        return Fetched(response.url, bytes(body))


def post(url: str, form: bytes, reach: Reach = PUBLIC) -> int:
    """Send a form; the status of the answer, redirects not followed. Raises Unreachable."""
    sent = {"Content-Type": "application/x-www-form-urlencoded"}
    with ask("POST", url, sent, dataclasses.replace(reach, redirects=0), form) as response:
        return response.status


def save(url: str, path: Path, most: int = MEDIA_MOST, reach: Reach = PUBLIC, report: Progress | None = None) -> Saved:
    """Fetch `url` into the file `path`, which appears only when it is whole. Raises Unreachable, Unwritable.

    What an earlier run left in `<path>.part` is continued where the server has the same file still.
    """
    part, tag = path.with_name(f"{path.name}.part"), path.with_name(f"{path.name}.part.etag")
    have = part.stat().st_size if part.exists() and tag.exists() else 0
    resume = {"Range": f"bytes={have}-", "If-Range": tag.read_text("utf-8")} if have else {}
    with ask("GET", url, resume, reach) as response, _written(part):
        if have and (response.status == 416 or not _goes_on(response, have)):
            part.unlink()  # all was there already, or it goes on elsewhere: from the beginning
            return save(url, path, most, reach, report)
        _accept(response, 200, *([206] if have else []))
        if (coding := _coding(response)) != "identity":
            raise _packed(response, coding)
        have = have if response.status == 206 else 0
        total = have + int(response.headers.get("Content-Length") or 0)
        if total > most:
            raise Unreachable(f"{shown(response.url)}: {total:,} bytes; at most {most:,} are fetched")
        path.parent.mkdir(parents=True, exist_ok=True)
        if not have:
            # The earlier bytes go before the new tag comes: a kill in between must not join two files.
            part.unlink(missing_ok=True)
            tag.unlink(missing_ok=True)
            etag = response.headers.get("ETag", "")
            faults.point(f"fetch {path.name}")
            if etag and not etag.startswith("W/"):
                tag.write_text(etag, "utf-8")
        with open(part, "ab") as stream:
            for block in response.whole():
                faults.point(f"fetching {path.name}")
                have += stream.write(block)
                if have > most:
                    raise Unreachable(f"{shown(response.url)}: more than {most:,} bytes")
                if report is not None and total:
                    report(min(1.0, have / total))
            stream.flush()
            atomic.sync(stream.fileno())
        mime = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        digest = sha256.of_file(part)
        faults.point(f"fetched {path.name}")
        part.replace(path)
        atomic.sync_folder(path.parent)
        tag.unlink(missing_ok=True)
    return Saved(have, digest, mime)


@contextlib.contextmanager
def ask(
    method: str, url: str, headers: Mapping[str, str], reach: Reach, body: bytes | None = None
) -> Iterator[Response]:
    """The answer to one request, whatever its status, through redirects: after too many, the last of them.

    The connection is kept for the next request where the body was read to its end. Raises Unreachable.
    """
    until, current = time.monotonic() + reach.whole, url
    sent = {"User-Agent": reach.agent, "Accept-Encoding": "identity", **headers}
    for left in range(reach.redirects, -1, -1):
        with _answer(method, current, sent, reach, body) as raw:
            location = raw.headers.get("Location") if raw.status in _MOVED else None
            if not location or not left:
                yield Response(current, raw, until, reach)
                return
        try:
            current = urljoin(current, location)
        except ValueError as error:
            raise Unreachable(f"{shown(current)}: redirects to what is no address") from error


@contextlib.contextmanager
def _answer(
    method: str, url: str, headers: Mapping[str, str], reach: Reach, body: bytes | None
) -> Iterator[urllib3.BaseHTTPResponse]:
    from podcast_pipeline import pools

    way, target = reach.way(url)
    with _border(url, reach):
        raw = pools.send(way, method, target, headers, body, reach.context, reach.silence)
    try:
        yield raw
        pools.give_back(raw)
    finally:
        raw.close()


def _accept(response: Response, *statuses: int) -> None:
    """Raises Unreachable for an answer with another status."""
    if response.status in statuses:
        return
    if response.status in _MOVED and response.headers.get("Location"):
        raise Unreachable(f"{shown(response.url)}: more than {response.reach.redirects} redirects")
    raise Unreachable(f"{shown(response.url)}: answers {response.status}, not 200")


def _goes_on(response: Response, have: int) -> bool:
    """Whether a part that is sent is the one that was asked for."""
    stated = response.headers.get("Content-Range", "")
    return response.status != 206 or not stated or stated.startswith(f"bytes {have}-")


def _coding(response: Response) -> str:
    return response.headers.get("Content-Encoding", "").strip().lower() or "identity"


def _unpacked(response: Response, most: int) -> Iterator[bytes]:
    """The body, of one that is packed what is in it: one byte above `most` at the most. Raises Unreachable."""
    if (coding := _coding(response)) == "identity":
        yield from response.whole()
        return
    if coding not in ("gzip", "x-gzip"):
        raise _packed(response, coding)
    unzip, left = zlib.decompressobj(31), most + 1
    try:
        for block in response.whole():
            while block:
                if unzip.eof:  # a file of several members
                    unzip = zlib.decompressobj(31)
                data = unzip.decompress(block, left)
                left -= len(data)
                yield data
                block = unzip.unused_data
    except zlib.error as error:
        raise Unreachable(f"{shown(response.url)}: is no whole gzip, though it says so") from error
    if not unzip.eof:
        raise Unreachable(f"{shown(response.url)}: broke off: its gzip ends too early")


def _packed(response: Response, coding: str) -> Unreachable:
    return Unreachable(
        f"{shown(response.url)}: is sent with Content-Encoding {coding}, though not asked for",
        "its host must send files as they are",
    )


@contextlib.contextmanager
def _written(path: Path) -> Iterator[None]:
    """A disk that fails in the block is Unwritable, with the file's name."""
    try:
        yield
    except OSError as error:
        raise Unwritable(f"{path}: cannot be written: {error.strerror}", "free some space, then again") from error


@contextlib.contextmanager
def _border(url: str, reach: Reach) -> Iterator[None]:
    """What urllib3, ssl or the system raises in the block leaves it as Unreachable, caused by what was raised first."""
    from podcast_pipeline import pools

    try:
        yield
    except pools.ERRORS as error:
        root = pools.root(error)
        hint = "check the address and the network, then run the command again"
        raise Unreachable(f"{shown(url)}: {pools.meaning(root, reach.silence)}", hint) from root
