"""What a publication is going to do, from the gate of each episode to the feed: decided, and nothing is sent."""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from podcast_pipeline import keys, sha256
from podcast_pipeline.episode import records
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import (
    address,
    behind,
    facts,
    feed,
    feeds,
    guard,
    moved,
    naming,
    proof,
    repair,
    showfiles,
    stale,
    strayed,
    withdrawals,
)
from podcast_pipeline.publish.consent import NOTHING, Consent
from podcast_pipeline.publish.draft import Draft, drafted, revised
from podcast_pipeline.publish.facts import Facts, Said
from podcast_pipeline.publish.manifest import MAIN, masked, overlaid
from podcast_pipeline.publish.names import Named
from podcast_pipeline.publish.noticed import taken_off, unanswered
from podcast_pipeline.publish.plan import Action, Wanted, plan
from podcast_pipeline.publish.publication import Publication
from podcast_pipeline.publish.repair import Repair
from podcast_pipeline.publish.seen import Seen
from podcast_pipeline.publish.start import Start, started
from podcast_pipeline.publish.unseen import by_slug, of_show
from podcast_pipeline.storage.protocol import Storage


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
    start = started(show, workspace, storage, now)
    draft = drafted(start, slugs, consent)
    address.confirmed(show, start.public.main)
    address.kept(show, start.base.public, storage, start.listing)
    moved.check(start.listing, storage)
    documents = _documents(start, draft)
    change = _compared(start, draft, documents, consent)
    if documents.main is not None:
        guard.check_head(start.public, documents.main, start.base, reinstate=consent.reinstate and not slugs)
        address.target_confirmed(show, documents.main)
    stated = naming.stated(show, documents.main, [action.wanted for action in documents.others])
    repaired = _repaired(start, draft, documents, naming.named(show, draft.after, stated))
    draft.known |= {made.slug: revised(start, made) for made in repaired.releases}
    return _publication(start, draft, documents, change, stated, repaired)


class Documents(NamedTuple):
    """The feeds as they will be, and what is put of objects and, after them, of feeds besides the main one."""

    main: bytes | None
    """None as long as no episode of the show was ever public."""
    rendered: dict[str, dict[str, bytes]]
    """The documents of each other feed, by id and key."""
    objects: tuple[Action, ...]
    others: tuple[Action, ...]


def _documents(start: Start, draft: Draft) -> Documents:
    show, workspace, now, public, after = start.show, start.workspace, start.now, start.public, draft.after
    wanted, main = [*draft.wanted], None
    if public.stored is not None or any(release.status == "published" for release in after):
        wanted += [
            file
            for file in showfiles.wanted(show, workspace)
            if not proof.by_listing(Named(file.key, file.size, file.sha256, ""), start.listing, start.proven)
        ]
        main = feed.rendered(show, workspace, after, now, public.main)
    rendered = feeds.documents(show, workspace, after, now)
    further = feeds.wanted(show, workspace, after, rendered, now)
    wanted += [object_ for object_ in further if not _is_document(object_.key)]
    recorded = frozenset(asset.sha256 for release in start.before.values() for asset in release.assets)
    if public.main is not None:  # the covers are public as well, and in no record
        recorded |= {object_.sha256 for object_ in wanted if object_.key.startswith("images/")}
    objects = plan(sorted(wanted, key=_rank), public.look, recorded)
    return Documents(main, rendered, objects, plan([each for each in further if _is_document(each.key)], public.look))


class Alteration(NamedTuple):
    """What is public and will be other, once nothing stands against that. Sets are of guids."""

    said: Said
    feeds: frozenset[str]
    """Ids of the feeds of which something public is replaced."""
    left: frozenset[str]
    """Those that may leave the public feed."""
    meant: frozenset[str]
    """Those that somebody takes out or brings back."""
    returning: frozenset[str]
    """Withdrawn ones that come back."""
    outs: dict[str, datetime]
    """`masked` guid -> when it was taken out, of what stays out."""
    pages: dict[str, str]
    """`guard.check_pages`."""


def _compared(start: Start, draft: Draft, documents: Documents, consent: Consent) -> Alteration:
    """Hold what will be against what is public and was seen. Raises FeedError for what would be undone unseen."""
    show, public, base, before = start.show, start.public, start.base, tuple(start.before.values())
    returning, back = draft.guids(consent.returning), draft.guids(draft.reinstated)
    ended = {masked(guid) for guid in back | draft.leaving | returning | withdrawals.out(draft.after)}
    outs = {name: at for name, at in base.public.outs.items() if name not in ended}
    out = {guid for guid in public.items(MAIN) or () if outs and masked(guid) in outs}
    left, meant = draft.removal | out | draft.leaving, draft.removal | back | draft.leaving | returning
    main = {} if documents.main is None else {MAIN: {keys.FEED: documents.main}}
    changing = feeds.replaced(documents.rendered, documents.others, public.look)
    changing |= {MAIN} if documents.main not in (None, public.main) else set()
    guard.check_addresses(show, documents.others, public.look)
    compare = functools.partial(
        guard.check, public, main | documents.rendered, changing, base, left,
        by_slug((*(aside.release for aside in draft.rolled_back.values()), *draft.after)),
        strayed.among(start.workspace, base, before, meant), draft.leaving,
    )  # fmt: skip
    said = behind.check(
        show, start.workspace, public, base, before, draft.after, compare,
        returning=returning, meant=meant, marked=draft.marked,
    )  # fmt: skip
    paged = {slug: aside.release for slug, aside in draft.rolled_back.items()} | start.before
    pages = guard.check_pages(show, documents.objects, public, paged, base)
    return Alteration(said, changing, left, meant, returning, outs, pages)


def _repaired(start: Start, draft: Draft, documents: Documents, named: Sequence[Named]) -> Repair:
    """What puts back what the storage has lost of what the feeds name. Raises Lost."""
    public, base = start.public.main, start.base
    uploads = {action.wanted.key for action in documents.objects if action.verb == "put"}
    uploads |= {action.wanted.key for action in documents.others}
    asked = [entry for entry in named if entry.key not in uploads]
    as_seen = public == documents.main or (public is not None and base.public.feed == sha256.of_bytes(public))
    return repair.mended(
        start.show, start.workspace, draft.known, asked, base if as_seen else None, start.proven, start.listing,
        start.storage, start.now,
    )  # fmt: skip


def _publication(
    start: Start, draft: Draft, documents: Documents, change: Alteration, stated: naming.Stated, repaired: Repair
) -> Publication:
    show, storage, public, base, proven = start.show, start.storage, start.public, start.base, start.proven
    after, before = draft.after, start.before
    named, scheduled = naming.named(show, after, stated), naming.scheduled(show, after)
    digests = _recorded(start, after, change.meant)
    proofs = {**repaired.proofs, **proof.judge(scheduled, start.listing, storage, proven).proofs}
    made = None
    if documents.main is not None:
        made = Facts(
            documents.main,
            facts.called(show),
            change.said,
            after,
            digests,
            (*(entry for entry in named if not _is_document(entry.key)), *scheduled),
            naming.public(stated),
            change.outs,
            proven,
            draft.removal,
        )
    seen = overlaid(base.public, change.said.forms, digests) if made is None else facts.made(made, proofs)
    put = base.pages | change.pages | guard.pages_of(repaired.actions)
    ended, unknown = feeds.ended(show, storage, after, start.now)
    return Publication(
        releases=tuple(release for release in after if release != before.get(release.slug)),
        actions=tuple(sorted((*documents.objects, *repaired.actions), key=lambda action: _rank(action.wanted))),
        feeds=documents.others,
        ended=ended,
        feed=documents.main,
        public_feed=public.stored[0] if public.stored else None,
        removal=change.left,
        base=base,
        seen=Seen(seen, facts.news(seen, base.public), put),
        reinstated=tuple(draft.reinstated),
        revoked=feeds.revoked(show) & frozenset(ended),
        refused=tuple(draft.refused),
        named=named,
        notices=(*_notices(start, after, change, unknown), *repaired.notices, *filter(None, [public.manifest.fault])),
        facts=made,
        scheduled=scheduled,
        known=public.manifest,
        manifest_changes=made is not None and seen != proven,
        ending=tuple(release for release in after if release.guid in draft.ending),
        stale=(
            *stale.archives(show, documents.rendered, storage),
            *stale.pages(show, public.main, draft.removal, after),
        ),
        unmarked=tuple(
            key for guid in sorted(change.returning) if public.look(key := keys.withdrawn(guid)) is not None
        ),
    )


def _notices(start: Start, after: Sequence[Release], change: Alteration, unknown: Sequence[str]) -> list[str]:
    """What is to be said of the feeds; `unknown`: members' addresses that the list of members does not know."""
    public = start.public
    notices = [f"the public feed is damaged ({public.damage}): it is put up again"] if public.damage else []
    notices += feeds.unlisted(unknown)
    if MAIN in change.feeds and not public.damage:
        notices += filter(None, [of_show(form, change.said.forms[MAIN]) for form in public.forms(MAIN)])
    for release in after:
        notices += taken_off(start.before.get(release.slug, release), release)
    return [*notices, *unanswered(start.show.notices, after, start.now)]


def _recorded(start: Start, after: Sequence[Release], meant: Collection[str]) -> dict[str, str]:
    """Guid -> digest of each record as it will be. One that nobody has changed stays the published one, which is that
    of the public manifest where what was seen here is older than the record.
    """
    digests, base = {}, start.base
    for release in after:
        before, published = start.stored.get(release.slug), base.records(release.guid)
        if before is None or release != before.release:
            digests[release.guid] = records.digest(release)
            continue
        here = digests[release.guid] = records.digest_of(before)
        if len(published) == 1 and release.listed and release.guid not in {*base.changed, *meant}:
            (known,) = published
            digests[release.guid] = here if here == start.proven.record(release.guid) else known
    return digests


def _is_document(key: str) -> bool:
    """Whether the object is a feed, or tells robots of feeds: it goes up after everything that it names."""
    return key.endswith((".xml", ".txt"))


def _rank(wanted: Wanted) -> int:
    order = ("media/", "x/", "images/", "transcripts/", "chapters/", "episodes/")
    return next((i for i, prefix in enumerate(order) if wanted.key.startswith(prefix)), len(order))
