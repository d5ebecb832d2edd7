"""SHA-256 of files, remembered by size, modification time and inode, so that a no-op reads no content."""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path

from podcast_pipeline import atomic, sha256
from podcast_pipeline.errors import PodcastError

_SETTLED = 100_000_000
"""Nanoseconds. A file changed more recently could change again within one tick of the file system's clock."""


class Digests:
    """Digests of the files of one show directory; `save` keeps them for the next run."""

    def __init__(self, root: Path, cache: Path) -> None:
        self._root, self._cache = root, cache
        self._changed = False
        try:
            self._known: dict[str, list[object]] = json.loads(cache.read_text("utf-8"))
        except (OSError, ValueError):
            self._known = {}  # only a cache: lost or torn, it is made again

    def __call__(self, path: Path) -> str | None:
        """The digest of `path`; None if there is no such file. Raises PodcastError if it cannot be read."""
        try:
            stat = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        key = str(path)
        seen = [stat.st_size, stat.st_mtime_ns, stat.st_ino]
        known = self._known.get(key)
        if known is not None and known[:3] == seen:
            return str(known[3])
        try:
            digest = sha256.of_file(path)
        except OSError as error:
            raise PodcastError(f"{path}: cannot be read: {error.strerror}") from error
        if time.time_ns() - stat.st_mtime_ns > _SETTLED:
            self._known[key] = [*seen, digest]
            self._changed = True
        return digest

    def learn(self, path: Path, digest: str) -> None:
        """Remember a digest that the caller computed from the very bytes that are now at `path`."""
        stat = path.stat()
        self._known[str(path)] = [stat.st_size, stat.st_mtime_ns, stat.st_ino, digest]
        self._changed = True

    def save(self) -> None:
        """Keep what was learned; files that are gone are forgotten."""
        if self._changed:
            kept = {key: value for key, value in self._known.items() if Path(key).exists()}
            with contextlib.suppress(PodcastError):  # no room for it: the next run reads the files again
                atomic.write_text(self._cache, json.dumps(kept))
            self._changed = False
