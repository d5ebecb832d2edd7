"""One publisher at a time where the store obeys no conditions: an object that says who publishes, and until when."""

from __future__ import annotations

import contextlib
import json
import platform
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from podcast_pipeline import keys, sha256
from podcast_pipeline.errors import PodcastError, StorageError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.publish.plan import Wanted, put
from podcast_pipeline.storage.protocol import Conflict, Storage

KEY = "publishing.json"
LENGTH = timedelta(minutes=30)
"""After this long the lease of a run that was killed has ended."""
RENEWED = 600.0
"""Seconds after which a run that is still at work renews it."""
SETTLE = 2.0
"""Seconds between writing and reading: of two who found it free at the same moment only the later one reads itself."""
NOTICE = "this store is said to obey no conditions: only one person should publish at a time"


def _clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Lease:
    """What is to be said of it, and whether it is still ours: `check` raises Conflict where somebody else has it."""

    notices: tuple[str, ...]
    check: Callable[[], None]


@contextlib.contextmanager
def held(
    storage: Storage,
    workspace: Workspace,
    clock: Callable[[], datetime] = _clock,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Lease]:
    """Nobody else publishes while the block runs. Raises Conflict while somebody else does.

    A store that obeys conditions needs no lease. It is renewed as long as the block runs; a computer that was asleep
    for longer may have lost it, so ask `check` before anything public is replaced. What a killed run left holds others
    up until it ends, but never the same show directory on the same computer: there the lock of the kernel says that
    nobody else is at work. Nothing is deleted, as publishing needs no right to delete.
    """
    if storage.capabilities.conditional:
        yield Lease((), lambda: None)
        return
    owner = sha256.of_bytes(f"{platform.node()} {workspace.root}".encode())[:16]

    def take() -> None:
        _refuse_others(storage, owner, clock())
        _write(storage, owner, clock() + LENGTH)

    take()
    sleep(SETTLE)
    _refuse_others(storage, owner, clock())
    ended = threading.Event()
    renewal = threading.Thread(target=_renew, args=(take, ended), daemon=True)
    renewal.start()
    try:
        yield Lease((NOTICE,), take)
    finally:
        ended.set()
        renewal.join()
        with contextlib.suppress(PodcastError):  # it ends by itself
            _refuse_others(storage, owner, clock())
            _write(storage, owner, clock())


def _renew(take: Callable[[], None], ended: threading.Event) -> None:
    while not ended.wait(RENEWED):
        with contextlib.suppress(PodcastError):  # tried again; whoever puts a feed asks `check` first
            take()


def _refuse_others(storage: Storage, owner: str, now: datetime) -> None:
    if storage.stat(KEY) is None:
        return
    try:
        said = json.loads(storage.get(KEY)[0])
        other, until = str(said["owner"]), datetime.fromisoformat(said["until"])
        if other != owner and now < until:
            raise Conflict(
                f"{KEY}: somebody else publishes to this store, at the latest until {until:%Y-%m-%d %H:%M %Z}",
                "wait for them, then publish again; what a killed run left ends by itself",
            )
    except (ValueError, KeyError, TypeError) as error:
        raise StorageError(f"{KEY}: is damaged", "delete it once nobody publishes") from error


def _write(storage: Storage, owner: str, until: datetime) -> None:
    text = json.dumps({"owner": owner, "until": until.isoformat(timespec="seconds")})
    put(storage, Wanted.of_bytes(keys.check_key(KEY), f"{text}\n".encode()))
