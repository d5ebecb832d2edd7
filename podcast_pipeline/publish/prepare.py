"""What a publication is going to do, from the gate of each episode to the feed: decided, and nothing is sent."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from podcast_pipeline import keys, sha256
from podcast_pipeline.episode import dates, records
from podcast_pipeline.episode.records import StoredRecord
from podcast_pipeline.feed.public import check_clock, is_public
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release, RolledBack
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import (
    address,
    behind,
    feed,
    feeds,
    guard,
    moved,
    moving,
    naming,
    proof,
    repair,
    showfiles,
    stale,
    withdraw,
    withdrawals,
)
from podcast_pipeline.publish import facts as facts_
from podcast_pipeline.publish.consent import NOTHING, Consent
from podcast_pipeline.publish.draft import Draft, carry_along, judge
from podcast_pipeline.publish.facts import Facts
from podcast_pipeline.publish.manifest import MAIN, Manifest, masked, overlaid
from podcast_pipeline.publish.names import Named
from podcast_pipeline.publish.noticed import taken_off
from podcast_pipeline.publish.plan import Wanted, plan
from podcast_pipeline.publish.public import Public
from podcast_pipeline.publish.publication import Publication
from podcast_pipeline.publish.revision import following, follows
from podcast_pipeline.publish.seen import Seen
from podcast_pipeline.publish.unseen import by_slug, of_show
from podcast_pipeline.storage.protocol import Storage


def due(workspace: Workspace, releases: Sequence[Release], now: datetime) -> tuple[str, ...]:
    """Slugs of the scheduled episodes whose time has come, by the record or, moved forward, by episode.toml."""
    return tuple(
        release.slug
        for release in releases
        if release.status == "scheduled" and (is_public(release, now) or _moved_up(workspace, release.slug, now))
    )


def _moved_up(workspace: Workspace, slug: str, now: datetime) -> bool:
    date = dates.written(workspace, slug)
    return date is not None and date <= now


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
    stored = records.kept(workspace)
    before = {slug: record.release for slug, record in stored.items()}
    check_clock(before.values(), now)
    held = records.rolled_back(workspace)
    # First, as an hour of audio takes the gate a while: that a store cannot be reached is known at once.
    look = functools.cache(storage.stat)
    public = Public(show, storage, look, now)
    current, old, damage = public.stored, public.main, public.damage
    base = behind.base(show, workspace, tuple(before.values()), now)
    guard.check_rollback(old, base)
    marked = {release.slug: release for release in behind.marked(show, public, tuple(before.values()), now)}
    taken = {release.guid for release in marked.values()}
    draft = Draft(before | marked | {release.slug: withdraw.with_page(show, release) for release in consent.withdrawn})
    withdrawals.check_seen(consent.withdrawn, before.values(), base, storage)
    withdrawals.check_address(show, consent.withdrawn, public)
    held_objects = proof.held(storage)
    draft.known |= {each.slug: each for each in withdraw.reopened(show, draft.known.values(), held_objects)}
    todo = due(workspace, tuple(draft.known.values()), now) if slugs is None else slugs
    removal = consent.removal
    if consent.guid_change:
        removal |= {draft.known[slug].guid for slug in todo if slug in draft.known}
    others = [release for slug, release in draft.known.items() if slug not in consent.returning]
    leaving = withdrawals.leaving(others, look, [draft.known[release.slug] for release in consent.withdrawn])
    ending = leaving | withdrawals.halfway(others, base)
    for release in [release for release in draft.known.values() if release.guid in ending]:
        draft.take(withdraw.with_page(show, release), [withdrawals.mark(release)])
    # What a run was bringing back that was stopped goes on; one that others have withdrawn since is marked, and stops.
    resumed = _resumed(workspace, draft.known.values(), base)
    draft.reinstated += sorted(resumed)
    held = {slug: aside for slug, aside in held.items() if slug not in resumed}
    judge(
        draft, show, workspace, todo, held, base, storage, now,
        dataclasses.replace(consent, returning=consent.returning | resumed),
    )  # fmt: skip
    carry_along(draft, show, workspace, todo, storage, now)
    proven = public.manifest.manifest
    draft.known = {
        slug: _revised(workspace, release, before.get(slug), base, proven) for slug, release in draft.known.items()
    }

    address.confirmed(show, old)
    address.kept(show, base.public, storage, held_objects)
    moved.check(held_objects, storage)
    after, data = tuple(draft.known.values()), None
    if current is not None or any(release.status == "published" for release in after):
        draft.wanted += [
            file
            for file in showfiles.wanted(show, workspace)
            if not proof.by_listing(Named(file.key, file.size, file.sha256, ""), held_objects, proven)
        ]
        data = feed.rendered(show, workspace, after, now, old)
    rendered = feeds.documents(show, workspace, after, now)
    further = feeds.wanted(show, workspace, after, rendered, now)
    documents = [object_ for object_ in further if _document(object_.key)]
    wanted = [*draft.wanted, *(object_ for object_ in further if not _document(object_.key))]
    recorded = frozenset(asset.sha256 for release in before.values() for asset in release.assets)
    if old is not None:  # the covers are public as well, and in no record
        recorded |= {object_.sha256 for object_ in wanted if object_.key.startswith("images/")}
    actions, other_feeds = plan(sorted(wanted, key=_rank), look, recorded), plan(documents, look)

    returning = {draft.known[slug].guid for slug in consent.returning}
    back = {draft.known[slug].guid for slug in draft.reinstated}
    gone = {release.guid for release in after if release.withdrawn is not None}
    ended_outs = {masked(guid) for guid in back | leaving | returning | gone}
    still = {name: at for name, at in base.public.outs.items() if name not in ended_outs}
    out = {guid for guid in public.items(MAIN) or () if still and masked(guid) in still}
    left, meant = removal | out | leaving, removal | back | leaving | returning
    every = rendered if data is None else {MAIN: {keys.FEED: data}, **rendered}
    changing = feeds.replaced(rendered, other_feeds, look) | ({MAIN} if data not in (None, old) else set())
    guard.check_addresses(show, other_feeds, look)
    stray = guard.strayed(workspace, base, before.values(), meant)
    compare = functools.partial(
        guard.check, public, every, changing, base, left, by_slug(_slugs(draft.known, held)), stray, leaving
    )
    said = behind.check(
        show, workspace, public, base, tuple(before.values()), after, compare,
        returning=returning, meant=meant, marked=taken,
    )  # fmt: skip
    put = guard.check_pages(show, actions, public, {slug: aside.release for slug, aside in held.items()} | before, base)
    if data is not None:
        guard.check_head(public, data, base, reinstate=consent.reinstate and not slugs)
        moving.confirmed(show, data)

    uploads = {action.wanted.key for action in actions if action.verb == "put"}
    uploads |= {action.wanted.key for action in other_feeds}
    stated = naming.stated(show, data, documents)
    named = naming.named(show, after, stated)
    asked = [entry for entry in named if entry.key not in uploads]
    as_seen = old == data or (old is not None and _as_seen(old, base))
    repaired = repair.mended(
        show, workspace, draft.known, asked, base if as_seen else None, proven, held_objects, storage, now
    )
    if repaired.releases:
        again = (_revised(workspace, made, before.get(made.slug), base, proven) for made in repaired.releases)
        after = tuple((draft.known | {release.slug: release for release in again}).values())
        named = naming.named(show, after, stated)
    digests = _recorded(stored, base, proven, after, meant)
    scheduled = naming.scheduled(show, after)
    facts = None
    if data is not None:
        facts = Facts(
            data,
            facts_.called(show),
            said,
            after,
            digests,
            (*(entry for entry in named if not _document(entry.key)), *scheduled),
            naming.public(stated),
            still,
            proven,
            removal,
        )
    proofs = {**repaired.proofs, **proof.judge(scheduled, held_objects, storage, proven).proofs}
    ended, unknown = feeds.ended(show, storage, after, now)
    notices = [f"the public feed is damaged ({damage}): it is put up again"] if damage else []
    notices += feeds.unlisted(unknown)
    if MAIN in changing and not damage:
        notices += filter(None, [of_show(form, said.forms[MAIN]) for form in public.forms(MAIN)])
    for release in after:
        notices += taken_off(before.get(release.slug, release), release)
    planned = overlaid(base.public, said.forms, digests) if facts is None else facts_.made(facts, proofs)
    return Publication(
        tuple(release for release in after if release != before.get(release.slug)),
        tuple(sorted((*actions, *repaired.actions), key=lambda action: _rank(action.wanted))),
        other_feeds,
        ended,
        data,
        current[0] if current else None,
        left,
        base,
        Seen(planned, facts_.news(planned, base.public), base.pages | put | guard.pages_of(repaired.actions)),
        tuple(draft.reinstated),
        feeds.revoked(show) & frozenset(ended),
        tuple(draft.refused),
        named,
        (*notices, *repaired.notices, *filter(None, [public.manifest.fault])),
        facts,
        scheduled,
        public.manifest,
        facts is not None and planned != proven,
        tuple(release for release in after if release.guid in ending),
        (*stale.archives(show, rendered, storage), *stale.pages(show, old, removal, after)),
        tuple(key for guid in sorted(returning) if look(key := keys.withdrawn(guid)) is not None),
    )


def _revised(workspace: Workspace, release: Release, before: Release | None, base: Seen, known: Manifest) -> Release:
    """`release` with its place among the revisions of its record; `before` stands here."""
    entry = known.entry(release.guid)
    if before is None:
        return following(workspace, follows(release, known), None, "")
    published = entry.record if entry is not None else base.public.record(before.guid)
    return following(workspace, release, before, published)


def _resumed(workspace: Workspace, releases: Iterable[Release], base: Seen) -> frozenset[str]:
    """Slugs of those whose records say that they are back, by a run that was stopped before a feed was known to."""
    back = (release for release in releases if release.withdrawn is None and base.returns(release.guid))
    return frozenset(
        release.slug for release in back if base.returns(release.guid, records.stored_digest(workspace, release.slug))
    )


def _as_seen(main: bytes, base: Seen) -> bool:
    """Whether the public main feed is, to the byte, what this copy has last seen."""
    return base.public.feed == sha256.of_bytes(main)


def _recorded(
    stored: Mapping[str, StoredRecord], base: Seen, proven: Manifest, after: Sequence[Release], meant: Collection[str]
) -> dict[str, str]:
    """Guid -> digest of each record as it will be. One that nobody has changed stays the published one, which is that
    of the public manifest where what was seen here is older than the record.
    """
    digests = {}
    for release in after:
        before, published = stored.get(release.slug), base.records(release.guid)
        if before is None or release != before.release:
            digests[release.guid] = records.digest(release)
            continue
        here = digests[release.guid] = records.digest_of(before)
        if len(published) == 1 and release.listed and release.guid not in {*base.changed, *meant}:
            (known,) = published
            digests[release.guid] = here if here == proven.record(release.guid) else known
    return digests


def _slugs(known: Mapping[str, Release], held: Mapping[str, RolledBack]) -> dict[str, str]:
    """Guid -> slug."""
    return {one.guid: one.slug for one in (*(back.release for back in held.values()), *known.values())}


def _document(key: str) -> bool:
    """Whether the object is a feed, or tells robots of feeds: it goes up after everything that it names."""
    return key.endswith((".xml", ".txt"))


def _rank(wanted: Wanted) -> int:
    order = ("media/", "x/", "images/", "transcripts/", "chapters/", "episodes/")
    return next((i for i, prefix in enumerate(order) if wanted.key.startswith(prefix)), len(order))
