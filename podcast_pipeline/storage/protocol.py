"""What every object storage can do. The publishing protocol is written against this and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from podcast_pipeline.errors import StorageError
from podcast_pipeline.keys import Headers

Source = Path | bytes
"""What is uploaded: a file, or bytes that are at hand."""


class Conflict(StorageError):
    """The condition of a put failed: somebody else wrote the object in the meantime. Read it again, then decide."""


class Absent(StorageError):
    """There is no object under the key that was to be read."""


class Listed(NamedTuple):
    """One object of a listing. `size` in bytes; `etag` as `stat` has it, "" where the listing does not tell."""

    key: str
    size: int
    etag: str = ""


class Trial(NamedTuple):
    """One thing that was tried or is known of a store; `problem` says what to do, "" where all is well."""

    name: str
    value: str
    why: str
    problem: str = ""
    hinders: bool = True
    """Whether nothing may be published with this problem; `podcast doctor --storage` calls every one an error."""


@dataclass(frozen=True)
class Capabilities:
    """What differs between storages, for all who ask; a class of one's own states it, a wrapper hands it on."""

    place: str
    """Where the objects lie, for people and for what is remembered of earlier trials; without a credential."""
    conditional: bool
    """`if_match` and `if_absent` hold whoever else writes. Where not, one publisher at a time holds a lease."""
    remote: bool
    """Another computer keeps the objects: it is tried once a month whether it does what is said here."""
    serves: bool = True
    """The public address answers by itself. Where not, `place` is a folder with a file for each object, which is served
    on this computer while it is proved, and nobody is told of a new episode."""
    lists: bool = True
    """`list` is complete right after a put. No show is published to a storage without it."""
    presigns: bool = False
    """It can make addresses that end by themselves."""
    workers: int = 4
    """Uploads side by side: four are enough for any line out of a studio."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One object as the storage holds it. `sha256` is None where nobody recorded it; `etag` is opaque, with quotes.

    An ETag is compared with earlier ETags of the same object only, never with a digest: stores compute it as they like.
    """

    key: str
    size: int
    sha256: str | None
    mime: str
    cache_control: str
    etag: str
    modified: datetime | None = field(default=None, compare=False)
    """By the store's clock; known after `stat`."""


class Storage(Protocol):
    """Objects under keys. Every method raises StorageError: unreachable, refused, or `key` is no key (PodcastError).

    A backend is built from (StorageSettings, Workspace) and touches neither network nor disk before the first call.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What it can do, known without asking anybody."""
        ...

    def trials(self, key: str) -> Iterable[Trial]:  # noqa: ARG002  for the backends
        """What only this backend can try or tell (`podcast doctor --storage`); `key` is free to be written."""
        return ()

    def stat(self, key: str) -> Stored | None:
        """What is stored under `key`, None if nothing is."""
        ...

    def get(self, key: str) -> tuple[bytes, str]:
        """The whole object and its ETag, for small objects such as the feed. Raises Absent if there is none."""
        ...

    def put(
        self,
        source: Source,
        key: str,
        headers: Headers,
        sha256: str,
        if_match: str | None = None,
        if_absent: bool = False,
    ) -> Stored:
        """Store `source`, whole or not at all, and return what is stored now.

        `sha256` is what the source is known to hold: other bytes are refused. `if_match`: only over the object with
        this ETag; `if_absent`: only where there is none. Raises Conflict if that is not so, unless the object already
        is what was to be stored (our own earlier attempt, whose answer was lost).
        """
        ...

    def list(self, prefix: str = "") -> tuple[Listed, ...]:
        """All objects whose keys start with `prefix`, sorted by key. Names that are no keys of ours are left out."""
        ...

    def delete(self, key: str) -> None:
        """Remove the object; it need not exist."""
        ...

    def erase(self, key: str, *, current: bool = True) -> None:
        """Remove every earlier version of the object where the store keeps such, and the `current` one, for good.

        Raises StorageError where the store keeps a version that may not be removed.
        """
        if current:
            self.delete(key)

    def url(self, key: str) -> str:
        """The public address of `key`, under the public base address: what the feed says, never a signed address."""
        ...

    def blocks(self, key: str) -> Iterator[bytes]:
        """The whole object, block by block: one that does not fit into memory, too. Raises Absent if there is none."""
        yield self.get(key)[0]

    def take(self, source: Storage, key: str, headers: Headers, sha256: str) -> bool:  # noqa: ARG002
        """Store the object that `source` has under the same key, without its bytes passing here; False: it cannot.

        `sha256` is written down for it as for a put; what has arrived is still to be proven.
        """
        return False
