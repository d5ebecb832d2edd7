"""A withdrawal is carried to its end, once no feed has the episode: its page, then the deletions, then the question
whether anything of it still answers. Every step may be repeated."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Iterable, Iterator

from podcast_pipeline import atomic, keys
from podcast_pipeline.episode import records
from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed import contents
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.withdrawal import Withdrawal
from podcast_pipeline.publish import history, traces, upload, withdraw
from podcast_pipeline.publish.plan import plan
from podcast_pipeline.storage import fetch
from podcast_pipeline.storage.local import inside
from podcast_pipeline.storage.protocol import Storage

GONE = (404, 410)
DENIED = 403


def end(show: Show, workspace: Workspace, releases: Iterable[Release], storage: Storage, base: str) -> tuple[str, ...]:
    """Carry the withdrawals of these records to their end, as far as that can be; returns what is to be said.

    The records then say what is left. `base`: where the public is asked. Raises StorageError where a page cannot be
    put or an object not be deleted: the same command goes on from there.
    """
    said: list[str] = []
    for release in releases:
        assert release.withdrawn is not None
        wanted = withdraw.pages(show, release)
        upload.apply(plan(wanted, storage.stat), storage, lambda _: None)
        wrong = upload.prove(wanted, base, bodies=True)
        said += wrong
        if release.withdrawn.purge:
            _delete(show, workspace, release, storage)
        left, listed = tuple(_answering(show, release, base)), tuple(_listed(show, release.guid, base))
        state = dataclasses.replace(release.withdrawn, left=left, done=not (wrong or left or listed))
        ended = dataclasses.replace(release, withdrawn=state)
        records.write(workspace, ended)
        said += [f"{release.slug}: {url} still has it: a cache lags behind" for url in listed]
        said += [f"{release.slug}: {address} still answers" for address in withdraw.addresses(show, ended)]
    return tuple(said)


def problems(show: Show, release: Release, base: str) -> Iterator[str]:
    """What is public of a withdrawn episode and should not be, and what is wrong with the page in its place."""
    if (page := release.page) is not None:
        wanted = withdraw.pages(show, release)
        recorded = [dataclasses.replace(each, size=page.bytes, sha256=page.sha256) for each in wanted]
        yield from upload.prove(recorded, base, bodies=True)
    answering = dataclasses.replace(release, withdrawn=_left(release, _answering(show, release, base)))
    yield from (f"{release.slug}: withdrawn, and {url} still answers" for url in withdraw.addresses(show, answering))
    yield from (f"{release.slug}: withdrawn, and {url} still has it" for url in _listed(show, release.guid, base))


def _left(release: Release, left: Iterable[str]) -> Withdrawal:
    assert release.withdrawn is not None
    return dataclasses.replace(release.withdrawn, left=tuple(left))


def _delete(show: Show, workspace: Workspace, release: Release, storage: Storage) -> None:
    assert release.withdrawn is not None
    folders = traces.folders(show, release)
    for one in release.withdrawn.left:
        key = traces.key(one, folders)
        if key.startswith("feeds/history/") and storage.stat(key) is not None:
            history.leave_out(storage, key, frozenset({release.guid}))
        storage.erase(key)
        local = inside(workspace.public, key)
        if local.exists():  # of a show that was moved to a bucket
            atomic.remove(local)
    for key in _rewritten(show, release, storage):
        storage.erase(key, current=False)
    for path in traces.here(workspace, release):
        atomic.remove_tree(path)


def _rewritten(show: Show, release: Release, storage: Storage) -> Iterator[str]:
    """Keys that stay and had something of the episode: its pages, and the feeds."""
    yield from (page.key for page in withdraw.pages(show, release))
    yield keys.FEED
    for feed in show.feeds:
        if feed.id in release.feeds:
            start = feed.url.partition("{")[0].removesuffix(".xml")
            stem = start.removeprefix(f"{show.storage.public_base_url.rstrip('/')}/")
            yield from (one.key for one in storage.list(stem) if one.key.endswith(".xml"))


def _answering(show: Show, release: Release, base: str) -> Iterator[str]:
    """What of `left`, and of the sound, the public address still has."""
    assert release.withdrawn is not None
    folders = traces.folders(show, release) if release.withdrawn.left else ()
    sound = [release.enclosure.key] if release.withdrawn.purge and release.enclosure.key else []
    denied: bool | None = None
    for key in dict.fromkeys((*release.withdrawn.left, *sound)):
        status = fetch.status(keys.url(base, traces.key(key, folders)))
        if status == DENIED and denied is None:
            denied = _denies(base)
        if status not in GONE and not (status == DENIED and denied):
            yield key


def _denies(base: str) -> bool:
    """Whether the host says 403 of a name that nobody ever had, as a bucket that lists nothing to strangers: there it
    says that nothing is there (Amazon S3, GetObject: without s3:ListBucket a missing key is 403 Forbidden)."""
    return fetch.status(keys.url(base, f"media/{secrets.token_hex(8)}/{secrets.token_hex(4)}.mp3")) == DENIED


def _listed(show: Show, guid: str, base: str) -> Iterator[str]:
    """The addresses of public feeds that still have the episode, as a cache may."""
    own = show.storage.public_base_url
    for url in (show.url, *(feed.url for feed in show.feeds if not feed.private)):
        address = keys.url(base, keys.key_of(url, own))
        answer = fetch.read(address)
        try:
            if answer.status == 200 and guid in contents.guids(answer.body):
                yield url
        except FeedError:
            continue
