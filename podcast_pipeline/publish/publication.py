"""A publication as a value: everything that is going to happen, decided before the first byte is sent."""

from __future__ import annotations

from dataclasses import dataclass

from podcast_pipeline import codec, keys
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.release import Release
from podcast_pipeline.publish import feed
from podcast_pipeline.publish import manifest as manifests
from podcast_pipeline.publish.facts import Facts
from podcast_pipeline.publish.manifest import Read
from podcast_pipeline.publish.names import Named
from podcast_pipeline.publish.plan import Action
from podcast_pipeline.publish.seen import Seen


@dataclass(frozen=True)
class Publication:
    """`prepare` makes it, `carry_out` does it."""

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
    notices: tuple[str, ...] = ()
    """What is to be said of what was put back, and of a manifest that is not believed."""
    facts: Facts | None = None
    """What the manifest is made of, None where there is no feed."""
    scheduled: tuple[Named, ...] = ()
    """What is uploaded of scheduled episodes, and in no feed yet."""
    known: Read = Read()
    """The manifest of the public feed."""
    manifest_changes: bool = False
    ending: tuple[Release, ...] = ()
    """Withdrawn ones that have not ended: their pages and deletions follow the feeds."""
    stale: tuple[str, ...] = ()
    """Keys of pages and documents that nothing leads to any more: deleted after the feed."""
    unmarked: tuple[str, ...] = ()
    """Keys of marks that say an episode is withdrawn, of those that come back."""

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
        return self.visible or self.manifest_changes

    @property
    def visible(self) -> bool:
        """Whether any of it is for people: records, objects, feeds."""
        due = (self.releases, self.ended, self.reinstated, self.sent, self.ending, self.stale, self.unmarked)
        return any(due) or self.feed_changes

    def lines(self) -> tuple[str, ...]:
        """The plan as a person reads it."""
        size = "none before its first episode" if self.feed is None else f"{len(self.feed):,} bytes"
        feed = f"feed  {size}  {'changes' if self.feed_changes else 'unchanged'}"
        records = tuple(f"record  feed/releases/{release.slug}.json  {release.status}" for release in self.releases)
        others = [str(action) for action in self.feeds if action.verb == "put"]
        ended = [keys.masked(f"del   {key}") for key in self.ended]
        waived = [
            f"waived  {release.slug}  {waiver.code}  {waiver.name} until {waiver.expires}: {waiver.reason}"
            for release in self.releases
            for waiver in release.waivers
        ]
        lacking = [f"lacking  {release.slug}  {verdict}" for release in self.releases for verdict in release.lacking]
        back = tuple(f"reinstated  {slug}" for slug in self.reinstated)
        gone = [(release, release.withdrawn) for release in self.ending if release.withdrawn is not None]
        then = [f"withdrawn  {release.slug}  {withdrawal.kind}" for release, withdrawal in gone]
        then += [f"del   {key}" for key in (*self.stale, *(key for _, withdrawal in gone for key in withdrawal.left))]
        changes = self.facts is not None and (self.manifest_changes or self.feed_changes)
        manifest = (f"manifest  {manifests.key_of(self.facts.feed)}  changes",) if self.facts and changes else ()
        return (*map(str, self.actions), *records, *waived, *lacking, *back, *others, *ended, *manifest, feed, *then)

    def diff(self) -> str:
        """The feed's changes as a unified diff."""
        return feed.difference(self.public_feed or b"", self.feed or b"")


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
