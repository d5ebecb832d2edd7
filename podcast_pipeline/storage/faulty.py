"""A storage whose every call may die or fail on purpose, before and after: what the fault tests run against."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

from podcast_pipeline import faults
from podcast_pipeline.errors import StorageError
from podcast_pipeline.keys import Headers
from podcast_pipeline.storage.protocol import Capabilities, Listed, Source, Storage, Stored, Trial


class Faulty:
    """Another storage with a fault point on both sides of each call."""

    def __init__(self, inner: Storage) -> None:
        self._inner = inner

    @property
    def capabilities(self) -> Capabilities:
        return self._inner.capabilities

    def trials(self, key: str) -> Iterable[Trial]:
        return self._inner.trials(key)

    def stat(self, key: str) -> Stored | None:
        with _points("stat", key):
            return self._inner.stat(key)

    def get(self, key: str) -> tuple[bytes, str]:
        with _points("get", key):
            return self._inner.get(key)

    def blocks(self, key: str) -> Iterator[bytes]:
        with _points("read", key):
            yield from self._inner.blocks(key)

    def take(self, source: Storage, key: str, headers: Headers, sha256: str) -> bool:
        with _points("take", key):
            return self._inner.take(source._inner if isinstance(source, Faulty) else source, key, headers, sha256)

    def put(
        self,
        source: Source,
        key: str,
        headers: Headers,
        sha256: str,
        if_match: str | None = None,
        if_absent: bool = False,
    ) -> Stored:
        with _points("put", key):
            return self._inner.put(source, key, headers, sha256, if_match, if_absent)

    def list(self, prefix: str = "") -> tuple[Listed, ...]:
        with _points("list", prefix):
            return self._inner.list(prefix)

    def delete(self, key: str) -> None:
        with _points("delete", key):
            self._inner.delete(key)

    def erase(self, key: str, *, current: bool = True) -> None:
        with _points("erase", key):
            self._inner.erase(key, current=current)

    def url(self, key: str) -> str:
        return self._inner.url(key)


@contextlib.contextmanager
def _points(call: str, key: str) -> Iterator[None]:
    try:
        faults.point(f"before {call} {key}")
        yield
        faults.point(f"after {call} {key}")
    except OSError as error:
        raise StorageError(f"{key}: {error.strerror}", "run the same command again") from error
