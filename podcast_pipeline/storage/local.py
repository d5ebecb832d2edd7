"""Local storage: the show directory's `public/`, written atomically, conditions decided under a lock."""

from __future__ import annotations

import contextlib
import fcntl
import os
import weakref
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from podcast_pipeline import atomic, keys
from podcast_pipeline.digests import Digests
from podcast_pipeline.errors import StorageError
from podcast_pipeline.keys import Headers
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import StorageSettings
from podcast_pipeline.storage import digest
from podcast_pipeline.storage.protocol import Absent, Capabilities, Conflict, Listed, Source, Storage, Stored, Trial

# No key starts with a dot, so this name is neither listed nor served.
_LOCK = ".lock"


def inside(root: Path, key: str) -> Path:
    """The file of `key` under `root`. Raises PodcastError if `key` is no key, StorageError if a link leads outside."""
    path = root / keys.check_key(key)
    if not _within(path, root):
        raise StorageError(f"{path}: a link leads out of the storage", f"remove the link; {root} holds files only")
    return path


def _within(path: Path, root: Path) -> bool:
    # Not Path.resolve, which raises what no file operation raises for links that go in a circle.
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


class LocalStorage:
    """Objects are files under `public/`; type and cache rule follow from the key; the ETag is the quoted SHA-256.

    What was read once is remembered in build/: a listing tells the ETag of each file that is still as it was then.
    """

    def __init__(self, settings: StorageSettings, workspace: Workspace) -> None:
        self._root = workspace.public
        self._base = settings.public_base_url
        self._digests = Digests(workspace.stored)
        weakref.finalize(self, self._digests.save)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(str(self._root.absolute()), conditional=True, remote=False, serves=False, workers=1)

    def trials(self, key: str) -> Iterable[Trial]:  # noqa: ARG002  as every backend
        return ()

    def stat(self, key: str) -> Stored | None:
        path = inside(self._root, key)
        try:
            if not path.is_file():
                return None
            with open(path, "rb") as stream:
                about, sha256 = os.fstat(stream.fileno()), self._digests.opened(stream, str(path))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise digest.unreadable(path, error) from error
        mime, cache = keys.headers(key)
        modified = datetime.fromtimestamp(about.st_mtime, UTC)
        return Stored(key, about.st_size, sha256, mime, cache, f'"{sha256}"', modified)

    def get(self, key: str) -> tuple[bytes, str]:
        path = inside(self._root, key)
        try:
            with open(path, "rb") as stream:
                return stream.read(), f'"{self._digests.opened(stream, str(path))}"'
        except FileNotFoundError as error:
            raise Absent(f"{path}: no such object", "`podcast publish` puts it there") from error
        except OSError as error:
            raise digest.unreadable(path, error) from error

    def blocks(self, key: str) -> Iterator[bytes]:
        path = inside(self._root, key)
        try:
            with open(path, "rb") as stream:
                yield from iter(lambda: stream.read(digest.BLOCK), b"")
        except FileNotFoundError as error:
            raise Absent(f"{path}: no such object", "`podcast publish` puts it there") from error
        except OSError as error:
            raise digest.unreadable(path, error) from error

    def take(self, source: Storage, key: str, headers: Headers, sha256: str) -> bool:  # noqa: ARG002  as every backend
        return False

    def put(
        self,
        source: Source,
        key: str,
        headers: Headers,
        sha256: str,
        if_match: str | None = None,
        if_absent: bool = False,
    ) -> Stored:
        path = inside(self._root, key)
        if headers != keys.headers(key):
            raise StorageError(f"{path}: local storage sends every file as {keys.headers(key).mime}, by its key")
        digest.measure(source, sha256)
        with self._locked():
            if if_absent or if_match is not None:
                now = self.stat(key)
                if now is not None and now.sha256 == sha256:
                    return now
                if (now is not None) if if_absent else (now is None or now.etag != if_match):
                    raise Conflict(f"{path}: changed in the meantime", "run the command again")
            if isinstance(source, bytes):
                atomic.write_bytes(path, source)
            else:
                atomic.copy(source, path)
            stored = self.stat(key)
        if stored is None or stored.sha256 != sha256:
            raise StorageError(f"{path}: {source!s:.200} changed while it was copied", "publish again")
        return stored

    def list(self, prefix: str = "") -> tuple[Listed, ...]:
        folder = prefix.rpartition("/")[0]
        start, skipped = os.path.join(self._root, folder), len(str(self._root)) + 1  # noqa: PTH118  as scandir's paths
        stored = []
        try:
            for entry in atomic.files(start):
                key = entry.path[skipped:]
                if key.startswith(prefix) and keys.is_key(key) and not (entry.is_symlink() and self._astray(entry)):
                    with contextlib.suppress(FileNotFoundError):  # removed meanwhile
                        about = entry.stat()
                        sha256 = self._digests.known(entry.path, about)
                        stored.append(Listed(key, about.st_size, f'"{sha256}"' if sha256 else ""))
        except OSError as error:
            raise digest.unreadable(Path(error.filename or start), error) from error
        return tuple(sorted(stored))

    def _astray(self, link: os.DirEntry[str]) -> bool:
        """Whether a link leads to nothing, or out of the storage: then nobody gets anything under its name."""
        return not (link.is_file() and _within(Path(link), self._root))

    def delete(self, key: str) -> None:
        path = inside(self._root, key)
        with self._locked():
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise StorageError(f"{path}: cannot be deleted: {error.strerror}") from error

    def erase(self, key: str, *, current: bool = True) -> None:
        if current:
            self.delete(key)

    def url(self, key: str) -> str:
        return keys.url(self._base, keys.check_key(key))

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        # Held for one write, so waiting for it is short. The kernel frees it when a process dies.
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            lock = open(self._root / _LOCK, "ab")  # noqa: SIM115  closed below
        except OSError as error:
            raise StorageError(f"{self._root}: cannot be written: {error.strerror}") from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
