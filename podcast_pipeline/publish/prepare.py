"""What a publication is going to do, from the gate of each episode to the feed: decided, and nothing is sent."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from podcast_pipeline import keys
from podcast_pipeline.config.load import load_episode
from podcast_pipeline.episode import dates, records
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.feed.public import is_public
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release, RolledBack
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import (
    behind,
    expiry,
    feed,
    feeds,
    guard,
    imported,
    members,
    moved,
    moving,
    names,
    proof,
    recordpage,
    rehome,
    rename,
    repair,
    sealed,
    showfiles,
    stale,
    withdraw,
    withdrawals,
)
from podcast_pipeline.publish import manifest as manifests
from podcast_pipeline.publish.consent import NOTHING, Consent
from podcast_pipeline.publish.manifest import Facts, Manifest
from podcast_pipeline.publish.names import Named
from podcast_pipeline.publish.noticed import noticed
from podcast_pipeline.publish.plan import Wanted, plan
from podcast_pipeline.publish.public import Public
from podcast_pipeline.publish.publication import Publication
from podcast_pipeline.publish.seen import MAIN, FeedDigests, Seen, following, of_documents
from podcast_pipeline.publish.unseen import by_slug
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
    before = {release.slug: release for release in records.read_all(workspace)}
    held = records.rolled_back(workspace)
    # First, as an hour of audio takes the gate a while: that a store cannot be reached is known at once.
    current = feed.public(storage)
    damage = feed.damage(current[0]) if current is not None else ""
    old = feed.whole(current, storage)
    look = functools.cache(storage.stat)
    base = behind.base(show, workspace, tuple(before.values()), now)
    guard.check_rollback(old, base)
    public = Public(show, storage, old, look, now)
    marked = {release.slug: release for release in behind.marked(show, public, tuple(before.values()), now)}
    taken = {release.guid for release in marked.values()}
    draft = _Draft(before | marked | {release.slug: withdraw.with_page(show, release) for release in consent.withdrawn})
    todo = due(workspace, tuple(draft.known.values()), now) if slugs is None else slugs
    removal = consent.removal
    if consent.guid_change:
        removal |= {draft.known[slug].guid for slug in todo if slug in draft.known}
    leaving = withdrawals.leaving(draft.known.values())
    draft.wanted += [withdrawals.mark(release) for release in draft.known.values() if release.guid in leaving]
    _judge(draft, show, workspace, todo, held, base, storage, now, consent)
    _carry_along(draft, show, workspace, todo, storage, now)
    proven = public.manifest.manifest
    draft.known = {
        slug: _revised(workspace, release, before.get(slug), base, proven) for slug, release in draft.known.items()
    }

    after, data = tuple(draft.known.values()), None
    if current is not None or any(release.status == "published" for release in after):
        draft.wanted += showfiles.wanted(show, workspace)
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
    withdrawals.check(after, public, base, look, returning)
    back = {draft.known[slug].guid for slug in draft.reinstated}
    still = {guid: at for guid, at in base.rolled_back.items() if guid not in back | leaving}
    left, meant = removal | still.keys() | leaving, removal | back | leaving | returning
    every = rendered if data is None else {MAIN: {keys.FEED: data}, **rendered}
    changing = feeds.replaced(rendered, other_feeds, look) | ({MAIN} if data not in (None, old) else set())
    guard.check_addresses(show, other_feeds, look)
    stray = guard.strayed(workspace, base, before.values(), meant)
    seen = guard.check(public, every, changing, base, left, by_slug(_slugs(draft.known, held)), stray, leaving)
    guard.check_records(workspace, proven, base, before.values(), meant | taken)
    put = guard.check_pages(show, actions, public, {slug: aside.release for slug, aside in held.items()} | before, base)
    if data is not None:
        guard.check_head(public, data, base, reinstate=consent.reinstate and not slugs)
        moving.confirmed(show, data)

    uploads = {action.wanted.key for action in actions if action.verb == "put"}
    uploads |= {action.wanted.key for action in other_feeds}
    named = _named(show, after, data, documents)
    asked = [entry for entry in named if entry.key not in uploads]
    as_seen = old == data or (old is not None and _as_seen(old, base))
    held_objects = proof.held(storage)
    moved.check(held_objects, storage)
    repaired = repair.mended(
        show, workspace, draft.known, asked, base if as_seen else None, proven, held_objects, storage, now
    )
    if repaired.releases:
        again = (_revised(workspace, made, before.get(made.slug), base, proven) for made in repaired.releases)
        after = tuple((draft.known | {release.slug: release for release in again}).values())
        named = _named(show, after, data, documents)
    digests = _recorded(workspace, base, before, after, meant)
    scheduled = _scheduled(show, after)
    facts = None
    if data is not None:
        facts = Facts(
            data,
            {other.id: manifests.masked(other.id) for other in show.feeds if other.audience == "members"},
            seen.feeds,
            after,
            digests | {each.guid: _digest(workspace, each, before) for each in after if not each.listed},
            (*(entry for entry in named if not _document(entry.key)), *scheduled),
            _public(show, data, documents),
            still,
            "",
            proven,
            removal,
        )
    known_proofs = {**repaired.proofs, **proof.judge(scheduled, held_objects, storage, proven).proofs}
    ended, unknown = feeds.ended(show, storage, after, now)
    notices = [f"the public feed is damaged ({damage}): it is put up again"] if damage else []
    notices += feeds.unlisted(unknown)
    return Publication(
        tuple(release for release in after if release != before.get(release.slug)),
        tuple(sorted((*actions, *repaired.actions), key=lambda action: _rank(action.wanted))),
        other_feeds,
        ended,
        data,
        current[0] if current else None,
        left,
        base,
        dataclasses.replace(
            seen,
            pages=base.pages | put | guard.pages_of(repaired.actions),
            taken_back="",
            records=digests,
            changed={},
            rolled_back=still,
        ),
        tuple(draft.reinstated),
        feeds.revoked(show) & frozenset(ended),
        tuple(draft.refused),
        named,
        (*notices, *repaired.notices, *filter(None, [public.manifest.fault])),
        facts,
        scheduled,
        public.manifest,
        facts is not None and manifests.made(facts, known_proofs) != proven,
        tuple(release for release in after if release.guid in leaving),
        (*stale.archives(show, rendered, storage), *stale.pages(show, old, removal, after)),
        tuple(key for guid in sorted(returning) if look(key := keys.withdrawn(guid)) is not None),
    )


def _revised(workspace: Workspace, release: Release, before: Release | None, base: Seen, known: Manifest) -> Release:
    """`release` with its place among the revisions of its record; `before` stands here."""
    entry = known.entry(release.guid)
    if before is None:
        return following(workspace, manifests.follows(release, known), None, "")
    published = entry.record if entry is not None else base.records.get(before.guid, "")
    return following(workspace, release, before, published)


def _digest(workspace: Workspace, release: Release, before: Mapping[str, Release]) -> str:
    same = release == before.get(release.slug)
    return records.stored_digest(workspace, release.slug) if same else records.digest(release)


def _as_seen(main: bytes, base: Seen) -> bool:
    """Whether the public main feed is, to the byte, what this copy has last seen."""
    return base.feeds.get(MAIN, FeedDigests()).documents == of_documents({keys.FEED: main})


@dataclass
class _Draft:
    """What the steps of `prepare` fill in one after the other."""

    known: dict[str, Release]
    """The records as they will be, by slug."""
    wanted: list[Wanted] = field(default_factory=list)
    """The objects that what is new in them names."""
    refused: list[tuple[str, PodcastError]] = field(default_factory=list)
    reinstated: list[str] = field(default_factory=list)

    def take(self, release: Release, objects: Iterable[Wanted]) -> None:
        self.known[release.slug] = release
        self.wanted += objects


def _judge(
    draft: _Draft,
    show: Show,
    workspace: Workspace,
    todo: Sequence[str],
    held: Mapping[str, RolledBack],
    base: Seen,
    storage: Storage,
    now: datetime,
    consent: Consent,
) -> None:
    """The episodes `todo` as they may be published. Raises PodcastError where the only one may not."""
    for slug in todo:
        try:
            if (release := draft.known.get(slug)) is not None and release.withdrawn is not None:
                draft.take(*withdraw.judged(show, workspace, release, draft.known, storage, now, consent))
                continue
            at = _rolled_back(show, workspace, slug, draft.known, held, base)
            if at is not None and not consent.reinstate:
                raise _refusal(slug, held.get(slug), at)
            draft.take(*_judged(show, workspace, slug, draft.known, held, now, consent))
        except PodcastError as error:
            if len(todo) == 1:
                raise
            draft.refused.append((slug, error))
        else:
            draft.reinstated += [slug] if at is not None else []


def _carry_along(
    draft: _Draft, show: Show, workspace: Workspace, todo: Sequence[str], storage: Storage, now: datetime
) -> None:
    """The other records, where something else than a publication changes them: addresses, lapsed content, an import."""
    judged = frozenset(todo) - {slug for slug, _ in draft.refused}
    others = [slug for slug in draft.known if slug not in judged]
    for release in [draft.known[slug] for slug in others if show.members_only(draft.known[slug].feeds)]:
        draft.take(*sealed.moved(release, members.secret(), storage))
    moved, objects = rehome.rehomed(show, workspace, [draft.known[slug] for slug in others], storage, now)
    draft.known |= {release.slug: release for release in moved}
    draft.wanted += objects
    draft.known |= {slug: noticed(draft.known[slug], show.notices, now) for slug in others}
    again, objects = rename.pages(show, workspace, {slug: draft.known[slug] for slug in others}, storage, now)
    draft.known |= {release.slug: release for release in again}
    draft.wanted += objects
    for release in expiry.due([draft.known[slug] for slug in others], now):
        draft.take(*expiry.overtaken(show, release, storage, now))
    for release in [draft.known[slug] for slug in judged if slug in draft.known and imported.paged(draft.known[slug])]:
        if (made := recordpage.from_record(show, release, storage, now)) is not None:  # with what was corrected since
            draft.take(made[0], [made[1]])
    former = imported.former_pages(show, draft.known.values())
    for release in [release for release in draft.known.values() if imported.due(release)]:
        draft.take(*imported.hosted(show, workspace, release, former, now))


def _recorded(
    workspace: Workspace, base: Seen, before: Mapping[str, Release], after: Sequence[Release], meant: Collection[str]
) -> dict[str, str]:
    """Guid -> digest of the record of which the feeds are made, read again only where it may be news."""
    found = {}
    for one in after:
        if not one.listed:
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
    every = {back.release.slug: back.release for back in held.values()} | {**known}
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
        if one.listed
    )
    return proof.named(documents, base, opened)


def _scheduled(show: Show, releases: Iterable[Release]) -> tuple[Named, ...]:
    """What is uploaded of scheduled episodes: their sound."""
    base, ready = show.storage.public_base_url, members.ready()
    opened = (
        sealed.opened(one, members.secret(), base) if show.members_only(one.feeds) else one
        for one in releases
        if one.status == "scheduled" and one.withdrawn is None and (ready or not show.members_only(one.feeds))
    )
    return tuple(
        Named(one.enclosure.key, one.enclosure.bytes, one.enclosure.sha256, one.slug)
        for one in opened
        if not one.enclosure.url
    )


def _public(show: Show, main: bytes, others: Iterable[Wanted]) -> frozenset[str]:
    """Keys that the feeds name which everybody may read."""
    documents = [one.source for one in others if one.key.endswith(".xml") and not one.key.startswith("m/")]
    return frozenset(
        key
        for document in (main, *documents)
        if isinstance(document, bytes)
        for key in names.named(document, show.storage.public_base_url)
    )


def _rank(wanted: Wanted) -> int:
    order = ("media/", "x/", "images/", "transcripts/", "chapters/", "episodes/")
    return next((i for i, prefix in enumerate(order) if wanted.key.startswith(prefix)), len(order))
