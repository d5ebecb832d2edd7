"""What of the storage is lost or damaged, and the bytes that mend it: from build/, the show's own files, or a copy."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from podcast_pipeline import keys, sha256
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.progress import Progress
from podcast_pipeline.publish import (
    asking,
    feed,
    feeds,
    history,
    members,
    pages,
    plan,
    rename,
    repair,
    sealed,
    showfiles,
    withdraw,
)
from podcast_pipeline.publish.names import Named
from podcast_pipeline.publish.plan import Action, Wanted, check_name
from podcast_pipeline.publish.proof import ABSENT, is_whole
from podcast_pipeline.publish.transfer import measured
from podcast_pipeline.storage.protocol import Source, Storage

OTHER = "holds other bytes than were put there"


class Damaged(NamedTuple):
    """An object that is not as it was put; `etag` of what is there."""

    wanted: Named
    fault: str
    etag: str | None = None


class Mending(NamedTuple):
    """What mends the storage, and what nothing here can mend."""

    actions: tuple[Action, ...]
    nowhere: tuple[Damaged, ...]


def recorded(show: Show, workspace: Workspace, releases: Iterable[Release]) -> tuple[Named, ...]:
    """Every object that the records name, of scheduled episodes what is uploaded; those for members with the secret."""
    known: dict[str, Named] = {}
    published = False
    for release in releases:
        if (shown := sealed.readable(show, release)) is None:
            continue
        published |= release.status == "published"
        uploaded = {"published": shown.assets, "scheduled": (shown.enclosure,)}
        for asset in uploaded.get(release.status, ()):
            if asset.key and not asset.url:
                known[asset.key] = Named(asset.key, asset.bytes, asset.sha256, release.slug)
    for key, cover in showfiles.covers(show, workspace).items() if published else ():
        known.setdefault(key, Named(key, cover.bytes, cover.sha256, ""))
    return tuple(known.values())


def damaged(wanted: Sequence[Named], storage: Storage, report: Progress, *, read_data: bool) -> tuple[Damaged, ...]:
    """Those that are not there as recorded: size, digest as the storage tells it, headers; with `read_data` every byte.

    A page that is whole and another one than the record's is perhaps a colleague's: it is left.
    """
    total, done, harmed = sum(entry.size or 0 for entry in wanted), 0, []
    answers = asking.each(lambda entry: _asked(entry, storage, read_data), wanted, asking.workers(storage))
    for entry, harm in zip(wanted, answers, strict=True):
        harmed += [harm] if harm is not None else []
        done += entry.size or 0
        report(done / total if total else 1.0)
    return tuple(harmed)


def _asked(entry: Named, storage: Storage, read_data: bool) -> Damaged | None:
    stored = storage.stat(entry.key)
    if stored is None:
        return Damaged(entry, ABSENT)
    is_page = keys.is_page(entry.key)
    if is_page and stored.sha256 != entry.sha256 and is_whole(storage.get(entry.key)[0]):
        return None
    if stored.size != entry.size:
        return Damaged(entry, f"has {stored.size:,} bytes in the storage, not {entry.size:,}", stored.etag)
    if stored.sha256 is not None and stored.sha256 != entry.sha256:
        return Damaged(entry, OTHER, stored.etag)
    if (read_data or stored.sha256 is None) and measured(storage.blocks(entry.key))[1] != entry.sha256:
        return Damaged(entry, OTHER, stored.etag)
    if (stored.mime, stored.cache_control) != keys.headers(entry.key):
        return Damaged(
            entry, f"is served as {stored.mime or 'nothing'} ({stored.cache_control or 'no rule'})", stored.etag
        )
    return None


def mending(
    show: Show,
    workspace: Workspace,
    releases: Mapping[str, Release],
    harmed: Sequence[Damaged],
    copy: Storage | None,
    scratch: Path,
    now: datetime,
) -> Mending:
    """What puts back the `harmed` objects: from here, or from the storage `copy`; its files pass through `scratch`."""
    due = {harm.wanted.sha256: harm.wanted.size for harm in harmed if harm.wanted.size is not None}
    here, actions, nowhere = repair.files(workspace, due), [], []
    for number, harm in enumerate(harmed):
        entry = harm.wanted
        source: Source | None = here.get(entry.sha256)
        if source is None and keys.is_page(entry.key) and entry.owner in releases:
            source = pages.exact(show, workspace, releases[entry.owner], entry.sha256, now)
        if source is None and copy is not None:
            source = _from(copy, entry, scratch / str(number))
        if source is None or entry.size is None:
            nowhere.append(harm)
            continue
        wanted = Wanted(entry.key, source, entry.size, entry.sha256)
        check_name(wanted)
        actions.append(Action("put", wanted, harm.fault, harm.etag))
    return Mending(tuple(actions), tuple(nowhere))


def _from(copy: Storage, entry: Named, path: Path) -> Path | None:
    """The object of the copy, where it has the recorded bytes."""
    with contextlib.suppress(PodcastError), open(path, "wb") as stream:
        if measured(copy.blocks(entry.key), stream.write) == (entry.size, entry.sha256):
            return path
    path.unlink(missing_ok=True)
    return None


def put(action: Action, storage: Storage) -> None:
    """Put the recorded bytes in the place of what is there; of a page only over the one that was looked at."""
    wanted, page = action.wanted, keys.is_page(action.wanted.key)
    if page:
        plan.put_over(storage, wanted, action.etag)
    else:  # its key names these bytes; a storage that tells their digest still would put nothing under a condition
        plan.put(storage, wanted)


def documents(
    show: Show, workspace: Workspace, releases: Sequence[Release], storage: Storage, now: datetime
) -> Iterator[Action]:
    """The feeds whose bytes are not those that were put: the main one as it was public last, others made anew."""
    current, about = feed.public(storage), storage.stat(keys.FEED)
    rotten = current is not None and about is not None and about.sha256 not in (sha256.of_bytes(current[0]), None)
    if current is None or rotten or feed.damage(current[0]):
        last = history.newest(storage)
        fault = "is not in the storage" if current is None else OTHER
        if last is not None:
            yield Action("put", Wanted.of_bytes(keys.FEED, last[0]), fault, current[1] if current is not None else None)
    if any(other.private for other in show.feeds) and not members.ready():
        return
    for release in releases:
        for made in withdraw.pages(show, release) if release.withdrawn is not None else rename.forwards(show, release):
            if (stored := storage.stat(made.key)) is None:
                yield Action("put", made, ABSENT)
            elif stored.size != made.size:
                yield Action("put", made, OTHER, stored.etag)
    rendered = feeds.documents(show, workspace, releases, now)
    for wanted in feeds.wanted(show, workspace, releases, rendered, now):
        stored = storage.stat(wanted.key) if isinstance(wanted.source, bytes) else None
        if (
            stored is not None
            and stored.sha256 == wanted.sha256
            and sha256.of_bytes(storage.get(wanted.key)[0]) != wanted.sha256
        ):
            yield Action("put", wanted, OTHER, stored.etag)
