"""What a publication would do, as data: `--dry-run` prints it, the real run executes exactly it."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

from podcast_pipeline import keys, sha256
from podcast_pipeline.errors import StorageError
from podcast_pipeline.keys import Headers
from podcast_pipeline.model.release import Asset
from podcast_pipeline.storage.protocol import Source, Storage, Stored

Look = Callable[[str], Stored | None]
"""Asks the store for one object, as `Storage.stat` does."""


@dataclass(frozen=True)
class Wanted:
    """One object that should be public, and where its bytes are."""

    key: str
    source: Source
    size: int
    sha256: str

    @property
    def headers(self) -> Headers:
        return keys.headers(self.key)

    @staticmethod
    def of(asset: Asset, source: Source) -> Wanted:
        return Wanted(asset.key, source, asset.bytes, asset.sha256)

    @staticmethod
    def of_bytes(key: str, data: bytes) -> Wanted:
        return Wanted(key, data, len(data), sha256.of_bytes(data))

    def asset(self, *, hidden: bool = False) -> Asset:
        """The object as a record names it; `hidden`: without its key, which follows from a secret."""
        return Asset("" if hidden else self.key, self.size, self.headers.mime, self.sha256)


@dataclass(frozen=True)
class Action:
    """What happens to one object. `put` uploads it, `skip` finds it as it should be."""

    verb: str
    wanted: Wanted
    reason: str
    etag: str | None = None
    """Of the object that is replaced."""

    def __str__(self) -> str:
        w = self.wanted
        size, headers = f"{w.size:>11,} bytes", f"{w.headers.mime:32}  {w.headers.cache:36}"
        return f"{self.verb:4}  {size}  {w.sha256[:8]}  {headers}  {keys.masked(w.key)}  ({self.reason})"


def plan(
    wanted: Sequence[Wanted], stat: Callable[[str], Stored | None], recorded: Container[str] = ()
) -> tuple[Action, ...]:
    """The actions for `wanted`, in order, each key once; `recorded`: the SHA-256 of what records name.

    Skipped is what is stored with the same size, SHA-256, type and cache rule; ETags say nothing about content.
    Raises StorageError if a content-addressed key already holds other bytes, or would be given other ones than it
    names; a recorded object of another size is put again, as what it has to be is known.
    """
    actions = []
    for object_ in {w.key: w for w in wanted}.values():
        check_name(object_)
        stored = stat(object_.key)
        if stored is None:
            actions.append(Action("put", object_, "new"))
        elif stored.sha256 != object_.sha256 or stored.size != object_.size:
            damaged = stored.size != object_.size and object_.sha256 in recorded
            if stored.sha256 is not None and _immutable(object_.key) and not damaged:
                raise StorageError(
                    f"{object_.key}: the storage holds other bytes under this key, which names its content",
                    "somebody changed the object by hand, or it is damaged: find out why; once it is deleted there, "
                    "`podcast publish` puts it up again from build/",
                )
            actions.append(Action("put", object_, "changed" if stored.sha256 else "no digest on record", stored.etag))
        elif (stored.mime, stored.cache_control) != object_.headers:
            actions.append(Action("put", object_, "only its headers differ", stored.etag))
        else:
            actions.append(Action("skip", object_, "already there"))
    return tuple(actions)


def put(storage: Storage, wanted: Wanted) -> None:
    """Put it, whatever is there."""
    storage.put(wanted.source, wanted.key, wanted.headers, wanted.sha256)


def put_over(storage: Storage, wanted: Wanted, etag: str | None) -> None:
    """Put it in the place of the object with this ETag; None: where none is. Raises Conflict where that is not so."""
    storage.put(wanted.source, wanted.key, wanted.headers, wanted.sha256, if_match=etag, if_absent=etag is None)


def check_name(wanted: Wanted) -> None:
    """Raises StorageError where the key names other content: what is there under it would be lost."""
    if not wanted.sha256.startswith(keys.sha8(wanted.key)):
        raise StorageError(
            f"{keys.masked(wanted.key)}: names other content than that whose digest begins with {wanted.sha256[:8]}",
            "a record in feed/releases was changed by hand: bring it back from git",
        )


def _immutable(key: str) -> bool:
    return "immutable" in keys.headers(key).cache
