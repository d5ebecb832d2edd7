"""A publication is carried out: objects, records, the other feeds, the main feed last. Every step may be repeated."""

from __future__ import annotations

import contextlib
import dataclasses
from datetime import datetime

from podcast_pipeline import keys
from podcast_pipeline.episode import records
from podcast_pipeline.errors import StorageError
from podcast_pipeline.feed import contents
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import Show
from podcast_pipeline.progress import Progress
from podcast_pipeline.publish import (
    announce,
    asking,
    ending,
    facts,
    feed,
    feeds,
    guard,
    lease,
    manifest,
    proof,
    seen,
    strayed,
    upload,
)
from podcast_pipeline.publish.manifest import Manifest
from podcast_pipeline.publish.plan import Wanted
from podcast_pipeline.publish.publication import Publication
from podcast_pipeline.publish.ready import ready
from podcast_pipeline.publish.seen import Seen
from podcast_pipeline.storage import fetch
from podcast_pipeline.storage.protocol import Storage
from podcast_pipeline.storage.registry import public_address


def carry_out(
    publication: Publication,
    show: Show,
    workspace: Workspace,
    storage: Storage,
    now: datetime,
    report: Progress,
    *,
    bodies: bool = True,
) -> tuple[str, ...]:
    """Do what was planned, in the order that keeps every public feed whole. Returns warnings. Raises StorageError.

    What a hub has to be told is written down, for `announce.notify`.
    """
    if not publication.changes:
        if publication.feed is not None:
            feed.write(workspace.feed_xml, publication.feed)
        _seen(workspace, publication, publication.seen.public, now)
        return ()
    if publication.sent:
        ready(storage, workspace, now)
    with lease.held(storage, workspace) as held:
        return (*held.notices, *_carried_out(publication, show, workspace, storage, now, report, bodies, held))


def _carried_out(
    publication: Publication,
    show: Show,
    workspace: Workspace,
    storage: Storage,
    now: datetime,
    report: Progress,
    bodies: bool,
    held: lease.Lease,
) -> tuple[str, ...]:
    # What is about to be put is our own, also after a kill in between.
    if publication.sent or publication.feed_changes or publication.reinstated or publication.unmarked:
        seen.save(workspace, _begun(publication))
    upload.apply(publication.actions, storage, report, storage.capabilities.workers)
    patience = fetch.Patience()
    with public_address(show.storage, workspace) as base:
        # What is there already may come from a run that was killed before it could prove it.
        named = [action.wanted for action in publication.actions]
        workers = asking.workers(storage)
        if problems := upload.prove(named, base, bodies=bodies, patience=patience, workers=workers):
            raise StorageError(
                "\n".join(problems), "the feed is unchanged; mend the host or CDN, then run the same command again"
            )
        if publication.unmarked:  # before the records: a mark beside a record that is back is that of another copy
            held.check()
        for key in publication.unmarked:
            storage.delete(key)
        for release in publication.releases:
            records.write(workspace, release)
            if release.withdrawn is not None:
                records.remove(workspace.rolled_back_release(release.slug))
        public = _manifest_put(publication, storage)
        for slug in publication.reinstated:
            records.remove(workspace.rolled_back_release(slug))
        held.check()
        announce.note(show, workspace, storage, _changed(publication))
        upload.apply(publication.feeds, storage, report)
        for key in publication.ended:
            feeds.end(storage, key, for_good=key in publication.revoked)
        held.check()
        put = _feed_put(publication, workspace, storage, now)
        with feed.up() if put else contextlib.nullcontext():
            _seen(workspace, publication, public, now)
            late = feed.read_back(base, publication.feed or b"", patience) if put else ""
            for key in publication.stale:
                storage.delete(key)
            left = ending.end(show, workspace, publication.ending, storage, base)
    return (*([late] if late else []), *left)


def _changed(publication: Publication) -> list[Wanted]:
    """The feeds that are about to be put."""
    others = [action.wanted for action in publication.feeds if action.verb == "put"]
    main = publication.feed if publication.feed_changes else None
    return others if main is None else [*others, Wanted.of_bytes(keys.FEED, main)]


def _manifest_put(publication: Publication, storage: Storage) -> Manifest:
    """Prove all that the feeds name, and put the manifest that says so. Raises StorageError."""
    if publication.facts is None:
        return publication.seen.public
    documents = {action.wanted.key for action in publication.feeds}
    named = [entry for entry in publication.named if entry.key not in documents]
    proofs = proof.stop(named, publication.scheduled, storage, publication.known.manifest)
    made = facts.made(publication.facts, proofs)
    if made != publication.known.manifest:
        manifest.put(storage, made, publication.public_feed, publication.known)
    return made


def _begun(publication: Publication) -> Seen:
    """What is written down before anything is put: neither the feeds nor the records are new yet."""
    return dataclasses.replace(publication.seen, public=publication.base.public, changed=publication.base.changed)


def _feed_put(publication: Publication, workspace: Workspace, storage: Storage, now: datetime) -> bool:
    """Put the main feed; False if there is none or it is public already."""
    data = publication.feed
    if data is None:
        return False
    feed.write(workspace.feed_xml, data)

    def judge(public: bytes) -> None:
        if public != publication.public_feed:  # another publisher was faster
            leaving = {release.guid for release in publication.ending}
            guard.check_main(public, data, publication.base, publication.removal, leaving)
            known = manifest.read(storage, public, contents.read(public).items).manifest
            strayed.check(
                workspace, known, publication.base, records.read_all(workspace), publication.removal | leaving
            )

    return feed.put(storage, data, now, judge)


def _seen(workspace: Workspace, publication: Publication, public: Manifest, now: datetime) -> None:
    """Write down what is `public` now, if that is news; nothing is under way any more."""
    pages = publication.base.pages
    if pages:  # those that are put now, and those that a run has put which was stopped
        there = {seen.page_name(action.wanted.key) for action in publication.actions}
        put = {seen.page_name(entry.key): entry.sha256 for entry in publication.named}
        pages = {name: page for name, page in pages.items() if name not in there and put.get(name) != page}
    done = Seen(public, pages=pages, proven=now.replace(microsecond=0))
    if done != publication.base or publication.base.proven is None:
        seen.save(workspace, done)
