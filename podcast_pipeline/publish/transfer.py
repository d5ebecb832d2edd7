"""The objects of one storage brought to another one, each proven there by size and SHA-256. Nothing is deleted."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from podcast_pipeline import atomic, keys, reading, sha256
from podcast_pipeline.errors import PodcastError, StorageError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.progress import Progress
from podcast_pipeline.publish import asking, history, lease, names
from podcast_pipeline.storage.protocol import Conflict, Listed, Storage, Stored

_HERE = frozenset({lease.KEY, keys.MOVED})
"""What is said of one storage alone."""
_SCRATCH = ".transfer-"


@dataclass(frozen=True)
class Content:
    """What a storage holds: objects, feeds (the main one last), and what publishing never makes, which is left."""

    objects: tuple[Listed, ...]
    feeds: tuple[Listed, ...]
    strange: tuple[Listed, ...]


def content(storage: Storage) -> Content:
    """One listing, sorted out."""
    every = [stored for stored in storage.list() if stored.key not in _HERE and not stored.key.startswith("probe/")]
    strange = [stored for stored in every if not names.ours(stored.key)]
    feeds = [stored for stored in every if is_feed(stored.key)]
    objects = [stored for stored in every if names.ours(stored.key) and not is_feed(stored.key)]
    return Content(tuple(objects), tuple(sorted(feeds, key=lambda feed: feed.key == keys.FEED)), tuple(strange))


def is_feed(key: str) -> bool:
    """Whether the key is one at which apps ask for a feed."""
    return key.endswith(".xml") and ("/" not in key or key.startswith("m/"))


def check_target(source: Storage, target: Storage, feed: bytes | None) -> None:
    """Raises StorageError where the target has a feed that is neither `feed` nor an earlier one of the source."""
    if target.stat(keys.FEED) is None:
        return
    there = target.get(keys.FEED)[0]
    sha8 = sha256.of_bytes(there)[:8]
    if there != feed and all(kept.sha8 != sha8 for kept in history.kept(source)):
        raise StorageError(
            f"{target.capabilities.place}: has a feed that the present storage never had: another show's, or somebody "
            "publishes there",
            "name an empty bucket, prefix or folder; if the show was moved there by others: `git pull`",
        )


@dataclass
class Transfer:
    """From `source` to `target`; `expected`: key -> the SHA-256 that records have of it.

    What was proven is remembered in build/, with the ETag that the target then had: a run that was stopped goes on.
    """

    source: Storage
    target: Storage
    expected: Mapping[str, str]
    workspace: Workspace
    report: Progress
    damaged: list[str] = field(default_factory=list)
    """Keys of objects that no record has and that hold other bytes than their names say: they are left."""
    _proven: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def bring(self, wanted: Iterable[Listed]) -> int:
        """Copy and prove each; the number of those that were copied. Raises StorageError for the first failure."""
        todo, place = list(wanted), self.target.capabilities.place
        self._proven = _remembered(self.workspace).get(place, {})
        there = {stored.key for stored in self.target.list()}
        total, done, copied = sum(stored.size for stored in todo), 0, 0
        with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=_folder(self.workspace)) as scratch:
            try:
                for item, new in self._each(todo, there, Path(scratch)):
                    done, copied = done + item.size, copied + new
                    self.report(done / total if total else 1.0)
            finally:
                _remember(self.workspace, place, self._proven)
        return copied

    def _each(self, todo: list[Listed], there: set[str], scratch: Path) -> Iterator[tuple[Listed, bool]]:
        def bring(numbered: tuple[int, Listed]) -> bool:
            number, item = numbered
            return self._one(item, item.key in there, scratch / str(number))

        yield from zip(todo, asking.each(bring, [*enumerate(todo)], self.target.capabilities.workers), strict=True)

    def _one(self, item: Listed, there: bool, scratch: Path) -> bool:
        """Bring one object; whether it had to be copied."""
        key, headers = item.key, keys.headers(item.key)
        present = self.target.stat(key) if there else None
        sha256 = self._digest(key)
        if key not in self.expected and not sha256.startswith(keys.sha8(key)):
            with self._lock:
                self.damaged.append(key)
            return False
        copied = present is None or (present.size, present.sha256) != (item.size, sha256)
        if present is None or copied or (present.mime, present.cache_control) != headers:
            present = self._copy(item, sha256, present, scratch)
        if self._proven.get(key) != (present.etag, item.size, sha256):
            self._prove(item, sha256)
            with self._lock:
                self._proven[key] = (present.etag, item.size, sha256)
        return copied

    def _digest(self, key: str) -> str:
        """What the object should hold: by the records, else by what the source wrote down, else as it is read."""
        if key in self.expected:
            return self.expected[key]
        stored = self.source.stat(key)
        return (stored.sha256 if stored is not None else None) or measured(self.source.blocks(key))[1]

    def _copy(self, item: Listed, sha256: str, present: Stored | None, scratch: Path) -> Stored:
        key, headers = item.key, keys.headers(item.key)
        if self.target.take(self.source, key, headers, sha256) and (stored := self.target.stat(key)) is not None:
            return stored
        with open(scratch, "wb") as stream:
            got = measured(self.source.blocks(key), stream.write)
        self._same(item, sha256, got, self.source)
        try:
            etag = present.etag if present is not None else None
            return self.target.put(scratch, key, headers, sha256, etag, present is None)
        except Conflict as error:
            raise StorageError(
                f"{keys.masked(key)}: somebody else wrote it while it was copied", "run the same command again"
            ) from error
        finally:
            scratch.unlink(missing_ok=True)

    def _prove(self, item: Listed, sha256: str) -> None:
        got = measured(self.target.blocks(item.key))
        if got != (item.size, sha256):
            with contextlib.suppress(PodcastError):  # else the next run would take it for copied
                self.target.delete(item.key)
            self._same(item, sha256, measured(self.source.blocks(item.key)), self.source)
            self._same(item, sha256, got, self.target)

    def _same(self, item: Listed, sha256: str, got: tuple[int, str], where: Storage) -> None:
        if got != (item.size, sha256):
            raise StorageError(
                f"{keys.masked(item.key)}: is damaged in {where.capabilities.place}: {got[0]:,} bytes with sha256 "
                f"{got[1][:8]}, not {item.size:,} with {sha256[:8]}",
                "`podcast storage repair` mends it; then run the same command again"
                if where is self.source
                else "run the same command again; if it happens again, that storage changes what it is given",
            )


def measured(blocks: Iterable[bytes], write: Callable[[bytes], object] = len) -> tuple[int, str]:
    """Size and SHA-256 of all blocks, each of which is also given to `write`."""
    size, digest = 0, hashlib.sha256()
    for block in blocks:
        size += len(block)
        digest.update(block)
        write(block)
    return size, digest.hexdigest()


def _folder(workspace: Workspace) -> Path:
    """Where copies pass through; what a killed run left there is removed."""
    workspace.build_root.mkdir(parents=True, exist_ok=True)
    for left in workspace.build_root.glob(f"{_SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)
    return workspace.build_root


def _remembered(workspace: Workspace) -> dict[str, dict[str, tuple[str, int, str]]]:
    """Place -> key -> ETag, size and SHA-256 of what was proven there."""
    try:
        known = json.loads(reading.text(workspace.transferred))
        return {
            place: {key: (str(etag), int(size), str(sha256)) for key, (etag, size, sha256) in proofs.items()}
            for place, proofs in known.items()
        }
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _remember(workspace: Workspace, place: str, proven: Mapping[str, tuple[str, int, str]]) -> None:
    atomic.write_json(workspace.transferred, {**_remembered(workspace), place: proven})
