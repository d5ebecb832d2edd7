"""Was this file digested already: the one memory of it, for builds, stores, models and sign-offs."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import time
from collections.abc import Callable
from io import BufferedReader
from pathlib import Path

from podcast_pipeline import atomic, reading, sha256
from podcast_pipeline.errors import PodcastError

_SETTLED = 100_000_000
"""Nanoseconds. A file changed more recently could change again within one tick of the file system's clock."""


class Digests:
    """Digests of files, each remembered for as long as it is the same file: by size, inode, and both its times, as
    programs that copy set the one of modification.

    `cache` is a file that keeps them for the next run, by `save`; None: for this one. `of` is what digests a file.
    """

    def __init__(self, cache: Path | None = None, of: Callable[[Path], str] = sha256.of_file) -> None:
        self._cache, self._of, self._changed = cache, of, False

    @functools.cached_property
    def _known(self) -> dict[str, object]:
        """Read when the first file is asked of: of a store of thousands it takes a while."""
        if self._cache is not None:
            # Only a cache: lost, torn or of somebody else, it is made again.
            with contextlib.suppress(OSError, ValueError, RecursionError):
                kept = json.loads(reading.text(self._cache))
                return kept if isinstance(kept, dict) else {}
        return {}

    def __call__(self, path: Path) -> str | None:
        """The digest of `path`; None if there is no such file. Raises PodcastError if it cannot be read."""
        try:
            about = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        try:
            return self._remembered(str(path), about, lambda: self._of(path))
        except OSError as error:
            raise PodcastError(f"{path}: cannot be read: {error.strerror}") from error

    def known(self, path: str, about: os.stat_result) -> str:
        """What is remembered of the file at `path`, which is now as `about` says; "" of one that was never read."""
        match self._known.get(path):
            case [*known, str(digest)] if known == identity(about):
                return digest
        return ""

    def opened(self, stream: BufferedReader, path: str = "") -> str:
        """SHA-256 of the whole open file, whatever its name leads to by now; remembered by `path`. Raises OSError."""
        about = os.fstat(stream.fileno())

        def digested() -> str:
            stream.seek(0)
            return hashlib.file_digest(stream, "sha256").hexdigest()

        return self._remembered(path or f"{about.st_dev}:{about.st_ino}", about, digested)

    def _remembered(self, key: str, about: os.stat_result, digested: Callable[[], str]) -> str:
        if digest := self.known(key, about):
            return digest
        digest = digested()
        if time.time_ns() - about.st_ctime_ns > _SETTLED:
            self._keep(key, about, digest)
        return digest

    def _keep(self, key: str, about: os.stat_result, digest: str) -> None:
        self._known[key] = [*identity(about), digest]
        self._changed = True

    def learn(self, path: Path, digest: str) -> None:
        """Remember a digest that the caller computed from the very bytes that are now at `path`."""
        self._keep(str(path), path.stat(), digest)

    def save(self) -> None:
        """Keep what was learned; files that are gone are forgotten."""
        if self._changed and self._cache is not None:
            kept = {key: value for key, value in self._known.items() if Path(key).exists()}
            with contextlib.suppress(PodcastError):  # no room for it: the next run reads the files again
                atomic.write_text(self._cache, json.dumps(kept))
            self._changed = False


def identity(about: os.stat_result) -> list[int]:
    """What is equal as long as it is the same file with the same content."""
    return [about.st_size, about.st_ino, about.st_mtime_ns, about.st_ctime_ns]
