"""The history of the public feed: every feed that was public."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from podcast_pipeline import keys, sha256
from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed import contents
from podcast_pipeline.feed.contents import Contents
from podcast_pipeline.storage.protocol import Absent, Storage

_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"feeds/history/(\d{8}T\d{6}Z)-([0-9a-f]{8})\.xml")


@dataclass(frozen=True)
class Kept:
    """One feed of the history: its key, when it became public (as 20261121T140311Z), how its SHA-256 begins."""

    key: str
    stamp: str
    sha8: str


def kept(storage: Storage) -> tuple[Kept, ...]:
    """All feeds of the history, newest first."""
    matches = [_NAME.fullmatch(stored.key) for stored in storage.list("feeds/history/")]
    return tuple(sorted((Kept(m[0], m[1], m[2]) for m in matches if m), key=lambda copy: copy.key, reverse=True))


def newest(storage: Storage) -> tuple[bytes, Contents] | None:
    """The feed that became public last, of those that can be read; None where there is no history."""
    return next(_readable(storage, newest_first=True), None)


def items(storage: Storage) -> tuple[dict[str, str], ...]:
    """What each feed of the history that can be read says: guid -> digest of its item; the oldest feed first."""
    return tuple(feed.items for _, feed in _readable(storage))


def notes(storage: Storage, guid: str) -> Iterator[str]:
    """The notes of an episode in each feed of the history that has it, the newest first."""
    for _, feed in _readable(storage, newest_first=True):
        if (item := feed.elements.get(guid)) is not None:
            yield contents.text(item, "content:encoded")


def _readable(storage: Storage, *, newest_first: bool = False) -> Iterator[tuple[bytes, Contents]]:
    for copy in in_order(storage, newest_first=newest_first):
        try:
            data, _ = storage.get(copy.key)
            yield data, contents.read(data)
        except (FeedError, Absent):  # damaged in public, and kept as it was when it was replaced; or gone meanwhile
            continue


def in_order(storage: Storage, *, newest_first: bool = True) -> Iterator[Kept]:
    """All feeds of the history by age; those of one second are told apart by the store's clock, when they come up."""

    def stored(copy: Kept) -> float:
        about = storage.stat(copy.key)
        return about.modified.timestamp() if about is not None and about.modified is not None else 0.0

    every = sorted(kept(storage), key=lambda copy: copy.key, reverse=newest_first)
    for _, second in itertools.groupby(every, lambda copy: copy.stamp):
        alike = list(second)
        yield from sorted(alike, key=stored, reverse=newest_first) if len(alike) > 1 else alike


def keep(storage: Storage, data: bytes, now: datetime) -> None:
    """Put a copy of the feed `data` into the history unless it is there, as its newest one whatever the clock says."""
    digest, every = sha256.of_bytes(data), kept(storage)
    if any(copy.sha8 == digest[:8] for copy in every):
        return
    # Clocks differ, and a storage that was copied tells only when it was: the order is that of the names.
    later = [datetime.strptime(copy.stamp, _STAMP).replace(tzinfo=UTC) + timedelta(seconds=1) for copy in every[:1]]
    key = keys.feed_history(max([now.astimezone(UTC), *later]).strftime(_STAMP), digest)
    storage.put(data, key, keys.headers(key), digest)


def leave_out(storage: Storage, key: str, guids: frozenset[str]) -> None:
    """Keep the feed under `key` without these episodes, in its place in the history; nothing of a damaged one.

    The former copy is deleted by whoever asks for it: it stays until this one is there.
    """
    match = _NAME.fullmatch(key)
    if match is None:
        return
    data, _ = storage.get(key)
    try:
        rest = contents.without(data, guids)
    except FeedError:
        return
    digest = sha256.of_bytes(rest)
    ours = keys.feed_history(match[1], digest)
    if ours != key and not any(copy.sha8 == digest[:8] for copy in kept(storage)):
        storage.put(rest, ours, keys.headers(ours), digest)
