"""The publication of episodes, from gate to public feed. Every step may be repeated; the feed is written last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from podcast_pipeline import atomic, codec, keys
from podcast_pipeline.errors import FeedError, PodcastError, StorageError
from podcast_pipeline.feed.cover import check_cover
from podcast_pipeline.feed.public import is_public
from podcast_pipeline.feed.render import render
from podcast_pipeline.feed.rules import check
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.production.release import picture
from podcast_pipeline.progress import Report
from podcast_pipeline.publish import (
    feed,
    feeds,
    history,
    imported,
    lapses,
    lease,
    members,
    mending,
    moving,
    proof,
    records,
    rehome,
    sealed,
    upload,
)
from podcast_pipeline.publish.announce import announce
from podcast_pipeline.publish.consent import NOTHING, Consent
from podcast_pipeline.publish.plan import Action, Wanted, plan
from podcast_pipeline.publish.proof import Named
from podcast_pipeline.publish.ready import ready
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
        return bool(self.releases) or self.feed_changes or self.sent > 0 or bool(self.ended)

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
        return (*map(str, self.actions), *records, *waived, *others, *ended, feed)

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
    inherited = frozenset(release.guid for release in releases if release.source == "import")
    moved_to = show.move.to if show.move is not None else ""
    _stop(check(data, now, feed_url=show.url, inherited=inherited, moved_to=moved_to))
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
    slugs: Sequence[str],
    storage: Storage,
    now: datetime,
    consent: Consent = NOTHING,
) -> Publication:
    """Pass the gate for each episode and plan its objects and the feed. Sends nothing. Raises PodcastError.

    Of several episodes those that do not pass are left out, and listed in `refused`.
    """
    known = {release.slug: release for release in records.read_all(workspace)}
    recorded = frozenset(asset.sha256 for release in known.values() for asset in release.assets)
    # First, as an hour of audio takes the gate a while: that a store cannot be reached is known at once.
    found = feed.public(storage)
    old = found[0] if found else None
    wanted: list[Wanted] = []
    changed: list[Release] = []
    refused: list[tuple[str, PodcastError]] = []
    removal = consent.removal
    if consent.guid_change:
        removal |= {known[slug].guid for slug in slugs if slug in known}
    for slug in slugs:
        # What judges an episode is imported where there is one: most runs, by a timer, find nothing due.
        from podcast_pipeline.publish import episode

        try:
            release, objects = episode.judged(show, workspace, slug, known, now, consent)
        except PodcastError as error:
            if len(slugs) == 1:
                raise
            refused.append((slug, error))
            continue
        wanted += objects
        if release != known.get(slug):
            changed.append(release)
        known[slug] = release
    judged = frozenset(slugs) - {slug for slug, _ in refused}
    others = [one for one in known.values() if one.slug not in judged]
    for one in [one for one in others if show.members_only(one.feeds)]:
        known[one.slug], objects = sealed.moved(one, members.secret(), storage)
        wanted += objects
        if known[one.slug] != one:
            changed.append(known[one.slug])
    moved, objects = rehome.rehomed(show, workspace, [known[one.slug] for one in others], storage, now)
    wanted += objects
    changed += moved
    known |= {one.slug: one for one in moved}
    for one in lapses.due([known[one.slug] for one in others], now):
        known[one.slug], objects = lapses.overtaken(show, one, storage, now)
        wanted += objects
        if objects:
            changed.append(known[one.slug])
    for waiting in [one for one in known.values() if one.status == imported.WAITING]:
        known[waiting.slug], objects = imported.hosted(workspace, waiting)
        wanted += objects
        changed.append(known[waiting.slug])
    data = None
    if found is not None or any(release.status == "published" for release in known.values()):
        cover = workspace.root / show.cover
        wanted.append(Wanted.of(picture(cover), cover))
        data = feed_bytes(show, workspace, list(known.values()), now, old)
        if data != old:
            feed.guard(data, old, removal)
            if not consent.reinstate and history.withdrawn(storage, data):
                raise FeedError(
                    "this very feed was taken back by `podcast rollback`",
                    "correct the episode first; `podcast publish --reinstate` makes the same feed public again",
                )
        moving.confirmed(show, data)
    after = list(known.values())
    further = feeds.wanted(show, workspace, after, now)
    wanted += [one for one in further if not _document(one.key)]
    documents = [one for one in further if _document(one.key)]
    if old is not None:  # the covers are public as well, and in no record
        recorded |= {one.sha256 for one in wanted if one.key.startswith("images/")}
    actions = plan(sorted(wanted, key=lambda one: _rank(one.key)), storage.stat, recorded)
    other_feeds = plan(documents, storage.stat)
    ended = feeds.ended(show, storage, after, now)
    named = _named(show, after, data, documents)
    uploads = {action.wanted.key for action in (*actions, *other_feeds)}
    asked = tuple(one for one in named if one.key not in uploads)
    held = proof.sizes(storage, asked)
    back = mending.mended(show, workspace, known, proof.lacking(asked, held, storage), held, storage, now)
    actions = tuple(sorted((*actions, *back), key=lambda action: _rank(action.wanted.key)))
    written = tuple(known[slug] for slug in dict.fromkeys(one.slug for one in changed))
    return Publication(written, actions, other_feeds, ended, data, old, removal, tuple(refused), named)


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
    report: Report,
    *,
    bodies: bool = True,
) -> tuple[str, ...]:
    """Do what was planned, in the order that keeps every public feed whole. Returns warnings. Raises StorageError."""
    if not publication.changes:
        if publication.feed is not None:
            write_feed(workspace.feed_xml, publication.feed)
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
    report: Report,
    bodies: bool,
) -> tuple[str, ...]:
    workers = 1 if show.storage.backend == "local" else upload.WORKERS
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
        upload.apply(publication.feeds, storage, report)
        for key in publication.ended:
            storage.delete(key)
        if publication.feed is None:
            return ()
        write_feed(workspace.feed_xml, publication.feed)
        if publication.feed_changes and history.withdrawn(storage, publication.feed):
            history.set_withdrawn(storage, publication.feed, False, now)
        if not feed.put(storage, publication.feed, now, removal=publication.removal):
            return ()
        late = feed.read_back(base, publication.feed)
    # A hub that is told before the new bytes are there would fetch the old ones.
    return (late,) if late else announce(show)


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
