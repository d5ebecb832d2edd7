"""The committed records of what was published: feed/releases/<slug>.json."""

from __future__ import annotations

import dataclasses
import json
import os
import re
from collections.abc import Callable, Container, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from podcast_pipeline import atomic, codec, reading, sha256
from podcast_pipeline.digests import identity
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release, RolledBack

T = TypeVar("T")
_CONFLICT = re.compile(
    r"^<{7,} .*\n((?:.*\n)*?)(?:^\|{7,}.*\n(?:.*\n)*?)?^={7,}\n((?:.*\n)*?)^>{7,} .*\n?", re.MULTILINE
)
"""What git leaves of both sides of a conflict, with or without what was there before both; where both have renamed the
file its marks are longer."""


def read(workspace: Workspace, slug: str) -> Release | None:
    """The record of one episode; None if it was never published."""
    path = workspace.release(slug)
    return load(path) if path.exists() else None


def rolled_back(workspace: Workspace) -> dict[str, RolledBack]:
    """What a rollback took back, by slug: it stays out of every feed until somebody reinstates it."""
    return {path.stem: held(path) for path in workspace.listed(workspace.rolled_back, "*.json")}


def held(path: Path) -> RolledBack:
    """The same of what was taken back."""
    name = _name(path)
    hint = (
        "`podcast feed --merge --from-public` keeps one side of a conflict; else take it from git as it was "
        f"(`git log {name}`): without the file nobody knows that the episode was rolled back"
    )
    aside = codec.load(RolledBack, path, name, hint)
    _of_its_name(path, aside.release)
    return aside


def set_aside(workspace: Workspace, aside: RolledBack) -> None:
    """Keep what was taken back; of two rollbacks the first one has the newest form, which stays."""
    path = workspace.rolled_back_release(aside.release.slug)
    if not path.exists():
        atomic.write_json(path, codec.encode(aside))


def remove(path: Path) -> None:
    """Remove a record, for good also when the power goes."""
    if path.exists():
        atomic.remove(path)


def read_all(workspace: Workspace, believed: Container[str] = ()) -> tuple[Release, ...]:
    """All records, by slug. Raises PodcastError if one is damaged or two share a guid. `believed` as in `kept`."""
    return tuple(record.release for record in kept(workspace, believed).values())


def every(workspace: Workspace) -> tuple[Release, ...]:
    """All records, those first that were rolled back; of an episode that has both the last one counts."""
    return (*(back.release for back in rolled_back(workspace).values()), *read_all(workspace))


def kept(workspace: Workspace, believed: Container[str] = ()) -> dict[str, StoredRecord]:
    """All records with their digests, by slug. Raises PodcastError as `read_all` does.

    A record whose digest is `believed` is just what this program wrote: its fields are not looked through again.
    """
    seen: dict[str, str] = {}
    every: dict[str, StoredRecord] = {}
    for path in workspace.listed(workspace.releases, "*.json"):
        record = _load(str(path), path.stat(), believed)
        guid, slug = record.release.guid, record.release.slug
        if guid in seen:
            old, new = sorted((every[seen[guid]].release, record.release), key=lambda release: release.revision)
            if old.slug in new.former:
                raise PodcastError(
                    f"feed/releases: {old.slug} is being renamed, and was interrupted",
                    f"`podcast rename {old.slug} {new.slug}` finishes it; renamed by another copy of the show: "
                    "`podcast feed --merge --from-public`",
                )
            raise PodcastError(
                f"feed/releases: {seen[guid]} and {slug} have the same guid",
                "renamed by two copies of the show: `podcast feed --merge --from-public`; else remove the record of "
                "the episode that was made by copying a folder: a guid is never copied",
            )
        seen[guid] = slug
        every[slug] = record
    return every


class StoredRecord(NamedTuple):
    """A record that was read: the file as it was then, its digest, and what stands in it."""

    identity: list[int]
    sha256: str
    release: Release


_known: dict[str, StoredRecord] = {}


def load(path: Path) -> Release:
    """The record in this file. Raises PodcastError, and says how to a record that can be read again."""
    return _load(str(path), path.stat()).release


def _load(file: str, about: os.stat_result, believed: Container[str] = ()) -> StoredRecord:
    # A command asks several times, and a record is frozen.
    seen = identity(about)
    record = _known.get(file)
    if record is None or record.identity != seen:
        path = Path(file)
        name = _name(path)
        hint = (
            "`podcast feed --merge --from-public` makes it what is public; of an episode that is not public, take it "
            f"from git: one side of a conflict (`git checkout --ours {name}`, or `--theirs`), or as it was "
            f"(`git log {name}`)"
        )
        try:
            data = reading.data(path)
        except OSError as error:
            raise PodcastError(f"{name}: cannot be read: {error.strerror}") from error
        digest = _digest(data)
        release = codec.decoded(Release, data, name, hint, known=digest in believed)
        record = _known[file] = StoredRecord(seen, digest, _of_its_name(path, release))
    return record


def _digest(data: bytes) -> str:
    """SHA-256, whatever git makes of line ends."""
    return sha256.of_bytes(data.replace(b"\r\n", b"\n") if b"\r" in data else data)


def _name(path: Path) -> str:
    """A record's file as messages name it."""
    return f"feed/{path.parent.name}/{path.name}"


def _of_its_name(path: Path, release: Release) -> Release:
    if release.slug != path.stem:
        raise PodcastError(
            f"{_name(path)}: is the record of {release.slug}, by its slug",
            "a record keeps its name and its slug: bring the file back from git",
        )
    return release


def write(workspace: Workspace, release: Release) -> None:
    """Keep the record of `release`, whole or not at all."""
    atomic.write_text(workspace.release(release.slug), _text(release))


def _text(release: Release) -> str:
    value = codec.encode(_bare(release))
    return json.dumps({**value, "seal": codec.digest_of_json(value)}, ensure_ascii=False, indent=2) + "\n"


def _bare(release: Release) -> Release:
    return dataclasses.replace(release, seal="")


def untouched(release: Release) -> bool:
    """Whether the record is as this program wrote it, and nobody has edited it by hand."""
    return release.seal == codec.digest(_bare(release))


def digest(release: Release) -> str:
    """SHA-256 of the file that keeps this record, once it is `settled`."""
    return sha256.of_bytes(_text(settled(release)).encode())


def stored_digest(workspace: Workspace, slug: str) -> str:
    """The same of the record that stands here, whatever git makes of line ends."""
    path = workspace.release(slug)
    return digest_of(_load(str(path), path.stat()))


def digest_of(record: StoredRecord) -> str:
    """`digest` of a record that was read, whatever git has made of its line ends."""
    return record.sha256 if settled(record.release) is record.release else digest(record.release)


def content(workspace: Workspace, release: Release) -> str:
    """SHA-256 by which the very values of `release` go: of its record as it was read here, else of themselves."""
    import msgspec

    record = _known.get(f"{workspace.releases}/{release.slug}.json")
    return (
        record.sha256
        if record is not None and record.release is release
        else sha256.of_bytes(msgspec.json.encode(release))
    )


def settled(release: Release) -> Release:
    """The record without what a run only notes of its own progress: it is the same one before and after."""
    if release.withdrawn is not None and (release.withdrawn.left or release.withdrawn.done):
        return dataclasses.replace(release, withdrawn=dataclasses.replace(release.withdrawn, left=(), done=False))
    return release


def digests(workspace: Workspace) -> Mapping[str, str]:
    """Guid -> digest of every record that feeds are made of."""
    return {each.release.guid: digest_of(each) for each in kept(workspace).values() if each.release.listed}


def broken(workspace: Workspace) -> tuple[Path, ...]:
    """The records that cannot be read, of what was taken back too: most often git has left both sides of a conflict."""
    return (
        *(path for path in workspace.listed(workspace.releases, "*.json") if _fails(load, path)),
        *(path for path in workspace.listed(workspace.rolled_back, "*.json") if _fails(held, path)),
    )


def _fails(reader: Callable[[Path], object], path: Path) -> bool:
    try:
        reader(path)
    except PodcastError:
        return True
    return False


def sides(decode: Callable[[Any], T], path: Path) -> tuple[T, ...]:
    """Both sides of a conflict that git has left in a file, ours first, as far as `decode` accepts them."""
    text = reading.data(path).decode("utf-8", "replace")
    sides = []
    for side in (1, 2) if _CONFLICT.search(text) else ():
        try:
            sides.append(decode(json.loads(_CONFLICT.sub(rf"\{side}", text))))
        except (ValueError, TypeError, RecursionError):
            continue
    return tuple(sides)
