"""The publication of episodes, from gate to public feed. Every step may be repeated; the feed is written last."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from podcast_pipeline import atomic, codec, keys
from podcast_pipeline.errors import FeedError, PodcastError, StorageError
from podcast_pipeline.feed import rules
from podcast_pipeline.feed.cover import check_cover
from podcast_pipeline.feed.public import is_public
from podcast_pipeline.feed.render import render
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.model.release import Release, RolledBack
from podcast_pipeline.model.show import Show
from podcast_pipeline.production.release import picture
from podcast_pipeline.progress import Progress
from podcast_pipeline.publish import (
    expiry,
    feed,
    feeds,
    guard,
    history,
    imported,
    lease,
    members,
    moving,
    proof,
    reconcile,
    records,
    rehome,
    repair,
    sealed,
    seen,
    upload,
)
from podcast_pipeline.publish.announce import announce
from podcast_pipeline.publish.consent import NOTHING, Consent
from podcast_pipeline.publish.plan import Action, Wanted, plan
from podcast_pipeline.publish.proof import Named
from podcast_pipeline.publish.public import Public
from podcast_pipeline.publish.ready import ready
from podcast_pipeline.publish.seen import MAIN, Seen
from podcast_pipeline.storage.protocol import Storage
from podcast_pipeline.storage.registry import public_address


@dataclass(frozen=True)
class Publication:
    """Everything that is going to happen, decided before the first byte is sent."""

    releases: tuple[Release, ...]
    """New or changed records."""
    actions: tuple[Action, ...]
    """Objects in order: media, images, transcripts and chapters, pages."""
    feeds: tuple[Action, ...]
    """The feeds besides the main one, after everything they name."""
    ended: tuple[str, ...]
    """Keys that nobody may read any more: of revoked members, of exchanged addresses."""
    feed: bytes | None
    """None as long as no episode of the show was ever public: a feed would name a cover that is nowhere."""
    public_feed: bytes | None
    removal: frozenset[str] = frozenset()
    """Guids that may leave the public feed."""
    base: Seen = Seen()
    """What this copy of the show had seen public before."""
    seen: Seen = Seen()
    """What it has seen once everything is done."""
    reinstated: tuple[str, ...] = ()
    """Slugs that a rollback had taken back."""
    revoked: frozenset[str] = frozenset()
    """Of `ended` those that may never come back."""
    refused: tuple[tuple[str, PodcastError], ...] = ()
    """Slugs that did not pass the gate, and why; the others go out."""
    named: tuple[Named, ...] = ()
    """What the feeds name: all of it is in the storage, or among what is uploaded before them."""

    @property
    def feed_changes(self) -> bool:
        return self.feed != self.public_feed

    @property
    def uploads(self) -> int:
        """How many objects are uploaded, and asked for on the public address."""
        return sum(action.verb == "put" for action in self.actions)

    @property
    def written(self) -> int:
        """How many feeds and pages of feeds are written, the main feed aside."""
        return sum(action.verb == "put" for action in self.feeds)

    @property
    def sent(self) -> int:
        """How many objects are sent, the main feed aside."""
        return self.uploads + self.written

    @property
    def changes(self) -> bool:
        """Whether anything is left to do."""
        return bool(self.releases or self.ended or self.reinstated) or self.feed_changes or self.sent > 0

    def lines(self) -> tuple[str, ...]:
        """The plan as a person reads it."""
        size = "none before its first episode" if self.feed is None else f"{len(self.feed):,} bytes"
        feed = f"feed  {size}  {'changes' if self.feed_changes else 'unchanged'}"
        records = tuple(f"record  feed/releases/{one.slug}.json  {one.status}" for one in self.releases)
        others = [str(action) for action in self.feeds if action.verb == "put"]
        ended = [keys.masked(f"del   {key}") for key in self.ended]
        waived = [
            f"waived  {one.slug}  {waiver.code}  {waiver.name} until {waiver.expires}: {waiver.reason}"
            for one in self.releases
            for waiver in one.waivers
        ]
        back = tuple(f"reinstated  {slug}" for slug in self.reinstated)
        return (*map(str, self.actions), *records, *waived, *back, *others, *ended, feed)

    def diff(self) -> str:
        """The feed's changes as a unified diff."""
        return feed.difference(self.public_feed or b"", self.feed or b"")


def feed_bytes(
    show: Show, workspace: Workspace, releases: Sequence[Release], now: datetime, public: bytes | None = None
) -> bytes:
    """The feed of `releases`. Raises FeedError if clients would reject it, or its cover, by our own rules.

    The same bytes as the `public` feed, which name the cover by its digest, need no check again.
    A scheduled episode whose time has come is still left out: its page and transcripts go up when it is published.
    """
    cover = workspace.root / show.cover
    data = render(show, [release for release in releases if release.status != "scheduled"], now, picture(cover))
    if data == public:
        return data
    _stop(check_cover(cover, show.cover))
    inherited = frozenset(release.guid for release in releases if release.source)
    moved_to = show.move.to if show.move is not None else ""
    _stop(rules.check(data, now, feed_url=show.url, inherited=inherited, moved_to=moved_to))
    return data


def _stop(findings: Sequence[Finding]) -> None:
    if errors := [str(finding) for finding in findings if finding.severity == "E"]:
        raise FeedError("\n".join(errors))


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
    base = reconcile.base(show, workspace, tuple(before.values()), now)
    guard.check_rollback(old, base)
    public = Public(show, storage, old, look, now)
    for marked in reconcile.marked(show, public, tuple(known.values()), now):
        known[marked.slug] = marked
    todo = due(tuple(known.values()), now) if slugs is None else slugs
    wanted: list[Wanted] = []
    refused: list[tuple[str, PodcastError]] = []
    removal = consent.removal
    if consent.guid_change:
        removal |= {known[slug].guid for slug in todo if slug in known}
    reinstated = tuple(slug for slug in todo if slug in held) if consent.reinstate else ()
    for slug in todo:
        try:
            known[slug], objects = _judged(show, workspace, slug, known, held, now, consent)
        except PodcastError as error:
            if len(todo) == 1:
                raise
            refused.append((slug, error))
            continue
        wanted += objects
    reinstated = tuple(slug for slug in reinstated if slug not in dict(refused))
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
        data = feed_bytes(show, workspace, after, now, old)
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
    pages = guard.check_pages(show, actions, public, {slug: one.release for slug, one in held.items()} | before, base)
    left = removal | {one.release.guid for one in held.values() if one.release.slug not in reinstated}
    # Who names an episode means its form here; a timer's run means no more than what is due.
    meant = left | {known[slug].guid for slug in judged if slugs is not None and slug in known}
    stray = guard.strayed(workspace, base, before.values(), meant)
    seen = guard.check(public, every, changing, base, left, guard.named(_slugs(known, held)), stray)
    if data is not None:
        guard.check_head(public, data, base, reinstate=consent.reinstate and not slugs)
        moving.confirmed(show, data)
    ended = feeds.ended(show, storage, after, now)
    named = _named(show, after, data, documents)
    uploads = {action.wanted.key for action in (*actions, *other_feeds)}
    asked = tuple(one for one in named if one.key not in uploads)
    stored = proof.sizes(storage, asked)
    back = repair.mended(show, workspace, known, proof.lacking(asked, stored, storage), stored, storage, now)
    return Publication(
        tuple(one for one in after if one != before.get(one.slug)),
        tuple(sorted((*actions, *back), key=lambda action: _rank(action.wanted.key))),
        other_feeds,
        ended,
        data,
        found[0] if found else None,
        left,
        base,
        dataclasses.replace(
            seen,
            pages=base.pages | pages,
            taken_back="",
            records=_recorded(workspace, base, before, after, meant),
            changed={},
        ),
        reinstated,
        feeds.revoked(show) & frozenset(ended),
        tuple(refused),
        named,
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

    One that was rolled back comes back with consent only: in the form that was taken back where nothing is built here,
    else as it is built and signed now.
    """
    # What judges an episode is imported where there is one: most runs, by a timer, find nothing due.
    from podcast_pipeline.publish import episode

    back = held.get(slug)
    if back is not None and not consent.reinstate:
        raise PodcastError(
            f"{slug}: was {back}, and stays so",
            f"mend and sign it, then `podcast publish {slug} --reinstate`",
        )
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


def _named(show: Show, releases: Sequence[Release], feed: bytes | None, others: Sequence[Wanted]) -> tuple[Named, ...]:
    """What the feeds name together. Of one feed's copies for its members, which differ in their address alone, one."""
    alike = {one.key.rpartition("/")[0] if one.key.startswith("m/") else one.key: one.source for one in others}
    documents = [source for source in (feed, *alike.values()) if isinstance(source, bytes)]
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
            write_feed(workspace.feed_xml, publication.feed)
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
    workers = 1 if show.storage.backend == "local" else upload.WORKERS
    # What is about to be put is our own, also after a kill in between.
    if publication.sent or publication.feed_changes:
        seen.save(workspace, _begun(publication))
    upload.apply(publication.actions, storage, report, workers)
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
            proof.stop([one for one in publication.named if one.key not in documents], storage)
        for slug in publication.reinstated:
            records.remove(workspace.rolled_back_release(slug))
        upload.apply(publication.feeds, storage, report)
        for key in publication.ended:
            feeds.end(storage, key, for_good=key in publication.revoked)
        late = _feed_put(publication, workspace, storage, now, base)
        _seen(workspace, publication)
    # A hub that is told before the new bytes are there would fetch the old ones.
    return announce(show) if late == "" else (late,) if late else ()


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
    write_feed(workspace.feed_xml, data)

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


def write_feed(path: Path, data: bytes) -> bool:
    """Write feed/feed.xml; False if it already has these bytes: then it is not touched."""
    if path.exists() and path.read_bytes() == data:
        return False
    atomic.write_bytes(path, data)
    return True


def as_json(publication: Publication) -> object:
    """The plan for `--json`."""
    return {
        "actions": [
            {"verb": a.verb, "key": keys.masked(a.wanted.key), "bytes": a.wanted.size, "sha256": a.wanted.sha256,
             "type": a.wanted.headers.mime, "cache": a.wanted.headers.cache, "reason": a.reason}
            for a in (*publication.actions, *publication.feeds)
        ],
        "ended": [keys.masked(key) for key in publication.ended],
        "releases": codec.encode([release.slug for release in publication.releases]),
        "feed_changes": publication.feed_changes,
    }  # fmt: skip
