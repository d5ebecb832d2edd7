"""The one door to the network for references: polite (named, slow, cached); tests put recorded replies in its place."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from podcast_pipeline import __version__, atomic, download, reading, sha256
from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.numeral import whole

MOST = 8 << 20
"""Bytes of one reply."""
PAUSE = 0.34
"""Seconds between two requests to a host: at most three a second, which NCBI allows without a key."""
FAILURES = 3
"""After so many failed answers in a row a host is asked no more by this run."""
_AGAIN = {429, 500, 502, 503, 504}


@dataclass(frozen=True)
class Reply:
    """What an address answered; `url` is the last one after redirects, header names are in lower case."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes


class Web(Protocol):
    """Asks one address. Raises EvidenceError where nobody answers; a reply with any status is a reply."""

    def get(self, url: str, accept: str = "") -> Reply: ...


@dataclass
class Polite:
    """Asks slowly, under a name with a contact, tries again when told to, and keeps replies in `cache` for an hour.

    No longer: what is said to be checked today was asked today. An older reply with an ETag is asked for with it, and
    stands where nothing has changed. A host that does not answer is not asked again for the next paper.
    """

    cache: Path
    contact: str
    keep: timedelta = timedelta(hours=1)
    timeout: float = 20.0
    """Seconds that a server may be silent."""
    tries: int = 3
    sleep: Callable[[float], None] = time.sleep
    _last: dict[str, float] = field(default_factory=dict)
    _failed: dict[str, int] = field(default_factory=dict)

    def get(self, url: str, accept: str = "") -> Reply:
        place = self.cache / f"{sha256.of_bytes(f'{accept} {url}'.encode())[:32]}.json"
        kept, fresh = self._kept(place)
        if kept is not None and fresh:
            return kept
        etag = kept.headers.get("etag", "") if kept is not None else ""
        reply = self._ask(url, {"Accept": accept} if accept else {}, etag)
        if reply.status == 304 and kept is not None:
            reply = kept
        if reply.status in (200, 404):
            value = {
                "at": datetime.now(UTC).isoformat(),
                "status": reply.status,
                "url": reply.url,
                "headers": dict(reply.headers),
                "body": reply.body.decode("latin-1"),
            }
            atomic.write_json(place, value)
        return reply

    def _kept(self, place: Path) -> tuple[Reply | None, bool]:
        """The reply of an earlier run, and whether it is young enough to stand by itself."""
        try:
            value = json.loads(reading.text(place))
            fresh = datetime.now(UTC) - datetime.fromisoformat(value["at"]) <= self.keep
            return Reply(value["status"], value["url"], value["headers"], value["body"].encode("latin-1")), fresh
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None, False  # a damaged cache is asked again

    def _ask(self, url: str, headers: dict[str, str], etag: str) -> Reply:
        host = urlsplit(url).netloc
        if self._failed.get(host, 0) >= FAILURES:
            raise EvidenceError(f"{host} did not answer before, and was not asked again", "try again later")
        headers |= {"If-None-Match": etag} if etag else {}
        reason = ""
        for attempt in range(self.tries):
            self.sleep(max(0.0, self._last.get(host, 0.0) + PAUSE - time.monotonic()))
            self._last[host] = time.monotonic()
            try:
                reply = self._once(url, headers)
            except download.Unreachable as error:
                reason = error.message
                continue
            if reply.status not in _AGAIN:
                self._failed[host] = 0
                return reply
            if attempt == self.tries - 1:
                self._failed[host] = self._failed.get(host, 0) + 1
                return reply
            told = whole(reply.headers.get("retry-after", ""))
            self.sleep(1.0 + attempt if told is None else min(told, 30.0))
        self._failed[host] = FAILURES
        raise EvidenceError(f"{host} did not answer: {reason}", "the network is needed; try again later")

    def _once(self, url: str, headers: Mapping[str, str]) -> Reply:
        if not url.startswith(("https://", "http://")):
            raise EvidenceError(f"{url}: only http and https addresses are asked")
        agent = f"podcast-pipeline/{__version__} (mailto:{self.contact})"
        reach = download.Reach(private=True, proxy=True, silence=self.timeout, redirects=10, agent=agent)
        with download.ask("GET", url, headers, reach) as response:
            body = bytearray()
            for block in response.whole():
                body += block
                if len(body) > MOST:
                    raise EvidenceError(f"{url}: more than {MOST:,} bytes", "this is no record of a paper")
            fields = {name.lower(): value for name, value in response.headers.items()}
            return Reply(response.status, response.url, fields, bytes(body))
