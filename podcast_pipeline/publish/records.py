"""The committed records of what was published: feed/releases/<slug>.json."""

from __future__ import annotations

from pathlib import Path

from podcast_pipeline import atomic, codec, faults
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release, RolledBack


def read(workspace: Workspace, slug: str) -> Release | None:
    """The record of one episode; None if it was never published."""
    path = workspace.release(slug)
    return _load(path) if path.exists() else None


def rolled_back(workspace: Workspace) -> dict[str, RolledBack]:
    """What a rollback took back, by slug: it stays out of every feed until somebody reinstates it."""
    paths = sorted(workspace.rolled_back.glob("*.json"))
    return {path.stem: codec.load(RolledBack, path) for path in paths}


def set_aside(workspace: Workspace, held: RolledBack) -> None:
    """Keep what was taken back; of two rollbacks the first one has the newest form, which stays."""
    path = workspace.rolled_back_release(held.release.slug)
    if not path.exists():
        atomic.write_json(path, codec.encode(held))


def remove(path: Path) -> None:
    """Remove a record, for good also when the power goes."""
    if path.exists():
        faults.point(f"remove {path.name}")
        path.unlink()
        atomic.sync_folder(path.parent)


def read_all(workspace: Workspace) -> tuple[Release, ...]:
    """All records, by slug. Raises PodcastError if one is damaged or two share a guid."""
    found = tuple(_load(path) for path in sorted(workspace.releases.glob("*.json")))
    seen: dict[str, str] = {}
    for release in found:
        if release.guid in seen:
            raise PodcastError(
                f"feed/releases: {seen[release.guid]} and {release.slug} have the same guid",
                "a guid is never copied: remove the record of the episode that was made by copying a folder",
            )
        seen[release.guid] = release.slug
    return found


_known: dict[Path, tuple[tuple[int, int, int], Release]] = {}


def _load(path: Path) -> Release:
    # A command asks several times; a record is frozen, and a file that was replaced has another inode or time.
    about = path.stat()
    seen = (about.st_ino, about.st_size, about.st_mtime_ns)
    if path not in _known or _known[path][0] != seen:
        _known[path] = (seen, codec.load(Release, path))
    return _known[path][1]


def write(workspace: Workspace, release: Release) -> None:
    """Keep the record of `release`, whole or not at all."""
    atomic.write_json(workspace.release(release.slug), codec.encode(release))
