"""What a publication is going to do, from the gate of each episode to the feed: decided, and nothing is sent."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from podcast_pipeline import keys
from podcast_pipeline.config.load import load_episode
from podcast_pipeline.episode import records
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.feed.public import is_public
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release, RolledBack
from podcast_pipeline.model.show import Show
from podcast_pipeline.production.release import picture
from podcast_pipeline.publish import (
    behind,
    expiry,
    feed,
    feeds,
    guard,
    history,
    imported,
    members,
    moving,
    pages,
    proof,
    rehome,
    repair,
    sealed,
)
from podcast_pipeline.publish.consent import NOTHING, Consent
from podcast_pipeline.publish.plan import Wanted, plan
from podcast_pipeline.publish.proof import Named
from podcast_pipeline.publish.public import Public
from podcast_pipeline.publish.publication import Publication
from podcast_pipeline.publish.seen import MAIN, FeedDigests, Seen, of_documents
from podcast_pipeline.storage.protocol import Storage


def due(releases: Sequence[Release], now: datetime) -> tuple[str, ...]:
    """Slugs of the scheduled episodes whose time has come."""
    return tuple(release.slug for release in releases if release.status == "scheduled" and is_public(release, now))


def prepare(
    show: Show,
    workspace: Workspace,
    slugs: Sequence[str] | None,
    storage: Storage,
    now: datetime,
    consent: Consent = NOTHING,
) -> Publication:
    """Pass the gate for each episode and plan its objects and the feed. Sends nothing. Raises PodcastError.

    Of several episodes those that do not pass are left out, and listed in `refused`. `slugs` None: what is due.
    """
    before = {release.slug: release for release in records.read_all(workspace)}
    known, held = dict(before), records.rolled_back(workspace)
    recorded = frozenset(asset.sha256 for release in known.values() for asset in release.assets)
    # First, as an hour of audio takes the gate a while: that a store cannot be reached is known at once.
    found = feed.public(storage)
    old = found[0] if found else history.newest(storage)
    look = functools.cache(storage.stat)
    base = behind.base(show, workspace, tuple(before.values()), now)
    guard.check_rollback(old, base)
    public = Public(show, storage, old, look, now)
    for marked in behind.marked(show, public, tuple(known.values()), now):
        known[marked.slug] = marked
    todo = due(tuple(known.values()), now) if slugs is None else slugs
    wanted: list[Wanted] = []
    refused: list[tuple[str, PodcastError]] = []
    removal = consent.removal
    if consent.guid_change:
        removal |= {known[slug].guid for slug in todo if slug in known}
    reinstated = []
    for slug in todo:
        try:
            if at := _rolled_back(show, workspace, slug, known, held, base):
                if not consent.reinstate:
                    raise _refusal(slug, held.get(slug), at)
                reinstated.append(slug)
            known[slug], objects = _judged(show, workspace, slug, known, held, now, consent)
        except PodcastError as error:
            if len(todo) == 1:
                raise
            refused.append((slug, error))
            continue
        wanted += objects
    reinstated = [slug for slug in reinstated if slug not in dict(refused)]
    judged = frozenset(todo) - {slug for slug, _ in refused}
    others = [one for one in known.values() if one.slug not in judged]
    for one in [one for one in others if show.members_only(one.feeds)]:
        known[one.slug], objects = sealed.moved(one, members.secret(), storage)
        wanted += objects
    moved, objects = rehome.rehomed(show, workspace, [known[one.slug] for one in others], storage, now)
    wanted += objects
    known |= {one.slug: one for one in moved}
    for one in expiry.due([known[one.slug] for one in others], now):
        known[one.slug], objects = expiry.overtaken(show, one, storage, now)
        wanted += objects
    for waiting in [one for one in known.values() if one.status == imported.WAITING]:
        known[waiting.slug], objects = imported.hosted(workspace, waiting)
        wanted += objects
    after, data = list(known.values()), None
    if found is not None or any(release.status == "published" for release in known.values()):
        cover = workspace.root / show.cover
        wanted.append(Wanted.of(picture(cover), cover))
        data = feed.rendered(show, workspace, after, now, old)
    rendered = feeds.documents(show, workspace, after, now)
    further = feeds.wanted(show, workspace, after, rendered, now)
    wanted += [one for one in further if not _document(one.key)]
    documents = [one for one in further if _document(one.key)]
    if old is not None:  # the covers are public as well, and in no record
        recorded |= {one.sha256 for one in wanted if one.key.startswith("images/")}
    actions = plan(sorted(wanted, key=lambda one: _rank(one.key)), look, recorded)
    other_feeds = plan(documents, look)
    every = rendered if data is None else {MAIN: {keys.FEED: data}, **rendered}
    changing = feeds.replaced(rendered, other_feeds, look) | ({MAIN} if data not in (None, old) else set())
    guard.check_addresses(show, other_feeds, look)
    back = {known[slug].guid for slug in reinstated}
    still = {guid: at for guid, at in base.rolled_back.items() if guid not in back}
    left = removal | still.keys()
    meant = removal | back
    stray = guard.strayed(workspace, base, before.values(), meant)
    seen = guard.check(public, every, changing, base, left, guard.named(_slugs(known, held)), stray)
    put = guard.check_pages(show, actions, public, {slug: one.release for slug, one in held.items()} | before, base)
    if data is not None:
        guard.check_head(public, data, base, reinstate=consent.reinstate and not slugs)
        moving.confirmed(show, data)
    ended = feeds.ended(show, storage, after, now)
    named = _named(show, after, data, documents)
    uploads = {action.wanted.key for action in (*actions, *other_feeds)}
    asked = tuple(one for one in named if one.key not in uploads)
    stored = proof.sizes(storage)
    lost = proof.lacking(asked, stored, storage)
    other = []
    if old == data or (old and base.feeds.get(MAIN, FeedDigests()).documents == of_documents({keys.FEED: old})):
        there = [one for one in asked if one not in lost] if lost else asked
        other = pages.abandoned(known, there, stored, base, storage, now)
    repaired = repair.mended(show, workspace, known, lost, other, stored, storage, now)
    if repaired.releases:
        known |= {one.slug: one for one in repaired.releases}
        after = list(known.values())
        named = _named(show, after, data, documents)
    return Publication(
        tuple(one for one in after if one != before.get(one.slug)),
        tuple(sorted((*actions, *repaired.actions), key=lambda action: _rank(action.wanted.key))),
        other_feeds,
        ended,
        data,
        found[0] if found else None,
        left,
        base,
        dataclasses.replace(
            seen,
            pages=base.pages | put | guard.pages_of(repaired.actions),
            taken_back="",
            records=_recorded(workspace, base, before, after, meant),
            changed={},
            rolled_back=still,
        ),
        tuple(reinstated),
        feeds.revoked(show) & frozenset(ended),
        tuple(refused),
        named,
        repaired.notices,
    )


def _recorded(
    workspace: Workspace, base: Seen, before: Mapping[str, Release], after: Sequence[Release], meant: Collection[str]
) -> dict[str, str]:
    """Guid -> digest of the record of which the feeds are made, read again only where it may be news."""
    found = {}
    for one in after:
        if one.status == "scheduled":
            continue
        if one != before.get(one.slug):
            found[one.guid] = records.digest(one)
        elif one.guid in base.records and one.guid not in base.changed and one.guid not in meant:
            found[one.guid] = base.records[one.guid]
        else:
            found[one.guid] = records.stored_digest(workspace, one.slug)
    return dict(sorted(found.items()))


def _rolled_back(
    show: Show,
    workspace: Workspace,
    slug: str,
    known: Mapping[str, Release],
    held: Mapping[str, RolledBack],
    base: Seen,
) -> datetime | None:
    """When the episode, or a newer form of it, was rolled back; None where it was not."""
    if not base.rolled_back:
        return None
    if slug in held:
        return held[slug].at
    guid = known[slug].guid if slug in known else load_episode(workspace, show, slug).guid
    return base.rolled_back.get(guid)


def _refusal(slug: str, held: RolledBack | None, at: datetime) -> PodcastError:
    if held is not None:
        return PodcastError(
            f"{slug}: was {held}, and stays so", f"mend and sign it, then `podcast publish {slug} --reinstate`"
        )
    return PodcastError(
        f"{slug}: was rolled back {at:%Y-%m-%d %H:%M %Z}, and feed/rolled-back/{slug}.json, which kept it, is not here",
        "bring the file back from git (`git log -- feed/rolled-back`); as it is built and signed here the episode "
        f"returns by `podcast publish {slug} --reinstate`",
    )


def _judged(
    show: Show,
    workspace: Workspace,
    slug: str,
    known: Mapping[str, Release],
    held: Mapping[str, RolledBack],
    now: datetime,
    consent: Consent,
) -> tuple[Release, list[Wanted]]:
    """The record and objects of an episode that may be published. Raises PodcastError.

    One that is reinstated comes back in the form that was taken back where nothing is built here, else as it is built
    and signed now.
    """
    # What judges an episode is imported where there is one: most runs, by a timer, find nothing due.
    from podcast_pipeline.publish import episode

    back = held.get(slug)
    if back is not None and not workspace.build(slug).exists():
        return back.release, []
    every = {one.release.slug: one.release for one in held.values()} | {**known}
    if back is not None:
        every[slug] = back.release
    return episode.judged(show, workspace, slug, every, now, consent)


def _slugs(known: Mapping[str, Release], held: Mapping[str, RolledBack]) -> dict[str, str]:
    """Guid -> slug."""
    return {one.guid: one.slug for one in (*(back.release for back in held.values()), *known.values())}


def _document(key: str) -> bool:
    """Whether the object is a feed, or tells robots of feeds: it goes up after everything that it names."""
    return key.endswith((".xml", ".txt"))


def _named(show: Show, releases: Sequence[Release], main: bytes | None, others: Sequence[Wanted]) -> tuple[Named, ...]:
    """What the feeds name together. Of one feed's copies for its members, which differ in their address alone, one."""
    alike = {one.key.rpartition("/")[0] if one.key.startswith("m/") else one.key: one.source for one in others}
    documents = [source for source in (main, *alike.values()) if isinstance(source, bytes)]
    base = show.storage.public_base_url
    opened = (
        sealed.opened(one, members.secret(), base) if show.members_only(one.feeds) else one
        for one in releases
        if one.status != "scheduled"
    )
    return proof.named(documents, base, opened)


def _rank(key: str) -> int:
    order = ("media/", "x/", "images/", "transcripts/", "chapters/", "episodes/")
    return next((i for i, prefix in enumerate(order) if key.startswith(prefix)), len(order))
