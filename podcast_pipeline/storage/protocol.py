"""What every object storage can do. The publishing protocol is written against this and nothing else."""

from __future__ import annotations

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


class Unlisted(StorageError):
    """The storage cannot say what it holds: every object has to be asked for by its key."""


class Listed(NamedTuple):
    """One object of a listing. `size` in bytes."""

    key: str
    size: int


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
        """All objects whose keys start with `prefix`, sorted by key. Names that are no keys of ours are left out.

        Raises Unlisted where the storage cannot tell.
        """
        ...

    def delete(self, key: str) -> None:
        """Remove the object; it need not exist."""
        ...

    def url(self, key: str) -> str:
        """The public address of `key`, under the public base address: what the feed says, never a signed address."""
        ...
