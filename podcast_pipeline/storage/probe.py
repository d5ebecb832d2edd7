"""What a store really does: tried with small objects of our own, which are removed again.

Stores that speak S3 accept headers that they ignore: whether a condition or digest is obeyed shows when it fails.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator

from podcast_pipeline import keys, sha256
from podcast_pipeline.errors import PodcastError, StorageError
from podcast_pipeline.storage.protocol import Conflict, Storage, Stored, Trial

_ONE_WRITER = (
    "say so ([storage] s3 conditional = false; a class of your own: in its capabilities), and let only one person "
    "publish at a time"
)


def store(storage: Storage) -> Iterator[Trial]:
    """Put, conditions, digests, metadata. Raises StorageError: the store cannot be reached, or refuses a plain put."""
    key = f"probe/{secrets.token_hex(8)}.txt"
    try:
        _put(storage, key, b"first")
        yield Trial("put", "works", "everything starts with it")
        if storage.capabilities.conditional:
            yield _conditions(storage, key)
        else:
            yield Trial("conditional writes", "not used", "this store is said to obey none: one person publishes")
        yield from storage.trials(key)
        yield _metadata(storage, key)
    finally:
        with contextlib.suppress(PodcastError):
            storage.delete(key)


def _put(storage: Storage, key: str, data: bytes, if_match: str | None = None, if_absent: bool = False) -> Stored:
    return storage.put(data, key, keys.headers(key), sha256.of_bytes(data), if_match, if_absent)


def _conditions(storage: Storage, key: str) -> Trial:
    why = "two people who publish at once lose nothing"
    ignored = []
    for name, match, absent in (("If-None-Match", None, True), ("If-Match", f'"{"0" * 32}"', False)):
        try:
            _put(storage, key, name.encode(), match, absent)
        except Conflict:
            continue
        except StorageError as error:
            return Trial("conditional writes", f"refused ({error.message})", why, f"{name} is refused: {_ONE_WRITER}")
        ignored.append(name)
    if ignored:
        names = " and ".join(ignored)
        return Trial("conditional writes", f"{names} ignored", why, f"the store ignores {names}: {_ONE_WRITER}")
    return Trial("conditional writes", "obeyed", why)


def _metadata(storage: Storage, key: str) -> Trial:
    why = "what is stored already is not sent again"
    _put(storage, key, b"last")
    stored = storage.stat(key)
    if stored is None or stored.sha256 is None:
        return Trial("metadata", "lost", why, "the store forgets the SHA-256 of objects: all is sent every time")
    if (stored.mime, stored.cache_control) != keys.headers(key):
        return Trial("metadata", f"type {stored.mime}", why, "the store changes Content-Type or Cache-Control")
    return Trial("metadata", "kept", why)
