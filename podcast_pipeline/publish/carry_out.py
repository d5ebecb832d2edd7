"""A publication is carried out: objects, records, the other feeds, the main feed last. Every step may be repeated."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from podcast_pipeline.episode import records
from podcast_pipeline.errors import StorageError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import Show
from podcast_pipeline.progress import Progress
from podcast_pipeline.publish import feed, feeds, guard, lease, proof, seen, upload
from podcast_pipeline.publish.announce import announce
from podcast_pipeline.publish.publication import Publication
from podcast_pipeline.publish.ready import ready
from podcast_pipeline.publish.seen import Seen
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
    """Do what was planned, in the order that keeps every public feed whole. Returns warnings. Raises StorageError."""
    if not publication.changes:
        if publication.feed is not None:
            feed.write(workspace.feed_xml, publication.feed)
        _seen(workspace, publication)
        return ()
    if publication.sent:
        ready(storage, workspace, now)
    with lease.held(storage, workspace) as notices:
        return (*notices, *_carried_out(publication, show, workspace, storage, now, report, bodies))


def _carried_out(
    publication: Publication,
    show: Show,
    workspace: Workspace,
    storage: Storage,
    now: datetime,
    report: Progress,
    bodies: bool,
) -> tuple[str, ...]:
    # What is about to be put is our own, also after a kill in between.
    if publication.sent or publication.feed_changes:
        seen.save(workspace, _begun(publication))
    upload.apply(publication.actions, storage, report, storage.capabilities.workers)
    with public_address(show.storage, workspace) as base:
        # What is there already may come from a run that was killed before it could prove it.
        named = [action.wanted for action in publication.actions]
        if problems := upload.prove(named, base, bodies=bodies):
            raise StorageError(
                "\n".join(problems), "the feed is unchanged; mend the host or CDN, then run the same command again"
            )
        for release in publication.releases:
            records.write(workspace, release)
        if publication.feed_changes or any(action.verb == "put" for action in publication.feeds):
            documents = {action.wanted.key for action in publication.feeds}
            proof.stop([entry for entry in publication.named if entry.key not in documents], storage)
        for slug in publication.reinstated:
            records.remove(workspace.rolled_back_release(slug))
        upload.apply(publication.feeds, storage, report)
        for key in publication.ended:
            feeds.end(storage, key, for_good=key in publication.revoked)
        late = _feed_put(publication, workspace, storage, now, base)
        _seen(workspace, publication)
    # A hub that is told before the new bytes are there would fetch the old ones.
    return announce(show, storage.capabilities) if late == "" else (late,) if late else ()


def _begun(publication: Publication) -> Seen:
    """What is written down before anything is put: neither the feeds nor the records are new yet."""
    base = publication.base
    new = sorted(publication.seen.records.items() - base.records.items())
    changed = base.changed | {guid: (base.records.get(guid, ""), digest) for guid, digest in new}
    return dataclasses.replace(publication.seen, feeds=base.feeds, records=base.records, changed=changed)


def _feed_put(publication: Publication, workspace: Workspace, storage: Storage, now: datetime, base: str) -> str | None:
    """Put the main feed; None if there is none or it is public already, else what its public address says of it."""
    data = publication.feed
    if data is None:
        return None
    feed.write(workspace.feed_xml, data)

    def judge(public: bytes) -> None:
        if public != publication.public_feed:  # another publisher was faster
            guard.check_main(public, data, publication.base, publication.removal)

    return feed.read_back(base, data) if feed.put(storage, data, now, judge) else None


def _seen(workspace: Workspace, publication: Publication) -> None:
    """Write down what is public now, if that is news; nothing is under way any more."""
    there = {seen.masked(action.wanted.key) for action in publication.actions}
    pages = {key: digest for key, digest in publication.base.pages.items() if key not in there}
    done = dataclasses.replace(publication.seen, begun={}, pages=pages, rollback="")
    if done != publication.base:
        seen.save(workspace, done)
