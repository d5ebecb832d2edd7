"""Tell a WebSub hub of each changed feed, once its public address serves the new bytes. Never a reason to fail.

A hub that is told earlier would fetch the old bytes. What it was not told yet is kept in build/: the next run goes on.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from podcast_pipeline import atomic, codec, download, keys, reading, sha256
from podcast_pipeline.errors import StorageError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish.plan import Wanted
from podcast_pipeline.storage import fetch
from podcast_pipeline.storage.protocol import Storage

AGAIN = (2.0, 4.0)
"""Seconds until a hub that fails is asked again."""
MOST = timedelta(minutes=15)
"""A cache that may keep a feed for longer than this is not waited for; the next run asks it again."""
PAUSES = (1.0, 30.0)
"""Seconds between two looks at the public address: the first, and the longest."""
_AGE = re.compile(r"\b(?:s-maxage|max-age)=(\d{1,9})")


def _clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Untold:
    """A feed that the hub was not told of: what its address has to serve first, and when that was put."""

    sha256: str
    at: datetime


@dataclass(frozen=True)
class _Hub:
    address: str
    reach: download.Reach
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]


def note(
    show: Show,
    workspace: Workspace,
    storage: Storage,
    changed: Iterable[Wanted],
    clock: Callable[[], datetime] = _clock,
) -> None:
    """Write down, before they are put, which feeds change. A storage that serves nobody is a trial: nobody is told."""
    addresses = _addresses(show) if show.announce.websub and storage.capabilities.serves else {}
    new = {action.key: Untold(action.sha256, clock()) for action in changed if action.key in addresses}
    if new:
        _write(workspace, _read(workspace) | new)


def notify(
    show: Show,
    workspace: Workspace,
    storage: Storage,
    say: Callable[[str], None],
    reach: download.Reach | None = None,
    clock: Callable[[], datetime] = _clock,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[str]:
    """Tell the hub what it was not told yet, once the public address serves it; yields what waits for the next run.

    A feed that changed just now is waited for as long as caches may keep the earlier one; one of an earlier run is
    looked at once. The hub gets `hub.mode=publish` and the feed's address. `say`: before it takes long.
    """
    waiting, addresses = _read(workspace), _addresses(show)
    hub = _Hub(show.announce.websub, download.PUBLIC if reach is None else reach, clock, sleep)
    for key, untold in waiting.items():
        problem = ""
        if hub.address and key in addresses and _is_ours(storage, key, untold):
            problem = _notified(hub, addresses[key], keys.url(show.storage.public_base_url, key), untold, say)
        if problem:
            yield f"{problem}: the next `podcast publish` tells {download.shown(hub.address)}"
        else:
            waiting = {other: untold for other, untold in waiting.items() if other != key}
            _write(workspace, waiting)


def _is_ours(storage: Storage, key: str, untold: Untold) -> bool:
    """Whether the store still has what was put: whoever has put something else since tells the hub."""
    stored = storage.stat(key)
    return stored is not None and stored.sha256 in (untold.sha256, None)


def _notified(hub: _Hub, topic: str, address: str, untold: Untold, say: Callable[[str], None]) -> str:
    """Why the hub was not told of `topic`; "" if it was."""
    if not _served(hub, address, untold, say):
        return f"{address}: does not serve the new feed yet"
    form = urlencode({"hub.mode": "publish", "hub.url": topic}).encode()
    reason = ""
    for delay in (0.0, *AGAIN):
        if delay:
            hub.sleep(delay)
        try:
            status = download.post(hub.address, form, hub.reach)
        except download.Unreachable as error:
            reason = error.message
            continue
        if 200 <= status < 300:
            return ""
        reason = f"{download.shown(hub.address)} answered {status}"
    return f"{topic}: the hub was not told of the change ({reason})"


def _served(hub: _Hub, address: str, untold: Untold, say: Callable[[str], None]) -> bool:
    """Whether the address serves what was put; waits as long as what it answers may be kept by caches."""
    (pause, longest), until, told = PAUSES, untold.at, False
    while True:
        try:
            answer = fetch.read(address)
            if answer.status == 200 and sha256.of_bytes(answer.body) == untold.sha256:
                return True
            until = untold.at + _kept(answer.headers.get("cache-control", "") or keys.headers(keys.FEED).cache)
        except StorageError:
            until = untold.at + _kept(keys.headers(keys.FEED).cache)
        left = (until - hub.clock()).total_seconds()
        if left <= 0:
            return False
        if not told:
            say(f"waiting until {address} serves the new feed, so that the hub can be told: at most {left:.0f} s")
            told = True
        hub.sleep(min(pause, left))
        pause = min(2 * pause, longest)


def _kept(cache: str) -> timedelta:
    """How long a cache may keep an answer with this Cache-Control, as far as it is waited for."""
    return min(MOST, max((timedelta(seconds=int(age)) for age in _AGE.findall(cache)), default=timedelta(0)))


def _addresses(show: Show) -> dict[str, str]:
    """Key of each feed that everybody may read -> its address, as it names itself."""
    base = show.storage.public_base_url
    others = {keys.key_of(feed.url, base): feed.url for feed in show.feeds if not feed.private}
    return {keys.FEED: show.url, **others}


def _read(workspace: Workspace) -> dict[str, Untold]:
    try:
        known = json.loads(reading.text(workspace.untold))
        return {key: codec.decode(Untold, told) for key, told in known.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _write(workspace: Workspace, waiting: dict[str, Untold]) -> None:
    if waiting:
        atomic.write_json(workspace.untold, codec.encode(waiting))
    else:
        atomic.remove(workspace.untold)
