"""The mark in a storage from which a show was moved: a copy of it that does not know publishes nothing there.

Everybody may read it: it names the feed's new address, and no bucket.
"""

from __future__ import annotations

import json
from collections.abc import Container

from podcast_pipeline import keys
from podcast_pipeline.errors import StorageError
from podcast_pipeline.publish.plan import Wanted, put
from podcast_pipeline.storage.protocol import Storage


def mark(storage: Storage, url: str) -> None:
    """Write down that the feed is at `url` now."""
    put(storage, Wanted.of_bytes(keys.MOVED, f"{json.dumps({'feed': url})}\n".encode()))


def unmark(storage: Storage) -> None:
    """The show is here, or back here."""
    if storage.stat(keys.MOVED) is not None:
        storage.delete(keys.MOVED)


def check(listing: Container[str], storage: Storage) -> None:
    """Raises StorageError where the storage, which has the keys `listing`, is marked."""
    if keys.MOVED not in listing:
        return
    try:
        url = str(json.loads(storage.get(keys.MOVED)[0])["feed"])
    except (ValueError, KeyError, TypeError):
        url = "another storage"
    raise StorageError(
        f"the show was moved to {url}, and nothing is published to {storage.capabilities.place} any more",
        "`git pull` brings the new [storage]; a move that was stopped here goes on by the same `podcast storage move`; "
        f"to stay here after all, delete {keys.MOVED} there",
    )
