"""What a store really does: tried with small objects of our own, which are removed again.

Stores that speak S3 accept headers that they ignore: whether a condition or digest is obeyed shows when it fails.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import secrets
from collections.abc import Iterator
from typing import NamedTuple

from podcast_pipeline import keys
from podcast_pipeline.errors import PodcastError, StorageError
from podcast_pipeline.storage.protocol import Conflict, Storage, Stored
from podcast_pipeline.storage.s3 import S3Storage

_ONE_WRITER = "set [storage] s3 conditional = false, and let only one person publish at a time"


class Found(NamedTuple):
    """One thing that was tried; `problem` says what to do, "" where all is well."""

    name: str
    value: str
    why: str
    problem: str = ""


def store(storage: Storage) -> Iterator[Found]:
    """Put, conditions, digests, metadata. Raises StorageError: the store cannot be reached, or refuses a plain put."""
    key = f"probe/{secrets.token_hex(8)}.txt"
    try:
        _put(storage, key, b"first")
        yield Found("put", "works", "everything starts with it")
        if isinstance(storage, S3Storage) and not storage.settings.conditional:
            yield Found("conditional writes", "not used", "[storage] s3 conditional = false: one person publishes")
        else:
            yield _conditions(storage, key)
        if isinstance(storage, S3Storage):
            yield _digest(storage, key)
            yield _metadata(storage, key)
    finally:
        with contextlib.suppress(PodcastError):
            storage.delete(key)


def _put(storage: Storage, key: str, data: bytes, if_match: str | None = None, if_absent: bool = False) -> Stored:
    return storage.put(data, key, keys.headers(key), hashlib.sha256(data).hexdigest(), if_match, if_absent)


def _conditions(storage: Storage, key: str) -> Found:
    why = "two people who publish at once lose nothing"
    ignored = []
    for name, match, absent in (("If-None-Match", None, True), ("If-Match", f'"{"0" * 32}"', False)):
        try:
            _put(storage, key, name.encode(), match, absent)
        except Conflict:
            continue
        except StorageError as error:
            return Found("conditional writes", f"refused ({error.message})", why, f"{name} is refused: {_ONE_WRITER}")
        ignored.append(name)
    if ignored:
        names = " and ".join(ignored)
        return Found("conditional writes", f"{names} ignored", why, f"the store ignores {names}: {_ONE_WRITER}")
    return Found("conditional writes", "obeyed", why)


def _digest(storage: S3Storage, key: str) -> Found:
    from botocore.exceptions import ClientError

    why = "bytes that are damaged on the way are refused"
    wrong = base64.b64encode(hashlib.sha256(b"other bytes").digest()).decode("ascii")
    try:
        storage.client().put_object(**storage.name(key), Body=b"these bytes", ChecksumSHA256=wrong)
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        return Found("SHA-256 on arrival", f"checked ({code[:40]})", why)
    # No problem: every object is read back on its public address before the feed changes.
    return Found("SHA-256 on arrival", "ignored; reading back finds damage", why)


def _metadata(storage: S3Storage, key: str) -> Found:
    why = "what is stored already is not sent again"
    _put(storage, key, b"last")
    stored = storage.stat(key)
    if stored is None or stored.sha256 is None:
        return Found("metadata", "lost", why, "the store drops x-amz-meta headers: everything is sent every time")
    if (stored.mime, stored.cache_control) != keys.headers(key):
        return Found("metadata", f"type {stored.mime}", why, "the store changes Content-Type or Cache-Control")
    return Found("metadata", "kept", why)
