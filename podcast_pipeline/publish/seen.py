"""What this copy of the show has last seen public: feed/publication.json, committed beside the feed."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from podcast_pipeline import atomic, codec, reading
from podcast_pipeline.episode import records
from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed import contents
from podcast_pipeline.feed.contents import Contents
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release, RolledBack

MAIN = "main"
HINT = (
    "take one side of it from git (`git checkout --theirs feed/publication.json`), then `podcast feed --merge "
    "--from-public`"
)


@dataclass(frozen=True)
class FeedDigests:
    """A feed as it stood in public, as digests: what it said can be compared with them, and not be read from them."""

    documents: str = ""
    """Of its documents with their keys, "" where they were not all of ours: equal means that nothing has changed."""
    head: str = ""
    items: dict[str, str] = field(default_factory=dict)
    """By guid."""


@dataclass(frozen=True)
class Seen:
    """`feeds` by id. What a run is about to put is written down first: after a kill it is known as our own."""

    feeds: dict[str, FeedDigests] = field(default_factory=dict)
    begun: dict[str, FeedDigests] = field(default_factory=dict)
    """Of each feed what is about to change."""
    pages: dict[str, str] = field(default_factory=dict)
    """Digest of the key of a page that is about to change -> digest of the page."""
    taken_back: str = ""
    """Digest of the head that a rollback took back, where feed/show.toml still says it."""
    rollback: str = ""
    """SHA-256 of the feed that a rollback is about to restore."""
    records: dict[str, str] = field(default_factory=dict)
    """Guid -> digest of the record of which the public item was made."""
    changed: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Guid -> digest of that record, and of what a command has made of it since, or is about to: of no other one."""
    rolled_back: dict[str, datetime] = field(default_factory=dict)
    """Guid -> when it was taken back: it returns by --reinstate alone, also where feed/rolled-back has lost it."""


def load(workspace: Workspace) -> Seen | None:
    """What was seen; of a show without the file, what its committed feed says; None if it has neither.

    Raises FeedError where git has left both sides of a conflict in the file, or it is damaged.
    """
    path = workspace.publication
    if path.exists():
        try:
            return codec.decode(Seen, json.loads(reading.data(path)))
        except OSError as error:
            raise FeedError(f"{workspace.relative(path)}: cannot be read: {error.strerror}") from error
        except (ValueError, TypeError, RecursionError) as error:
            raise FeedError(f"{workspace.relative(path)}: cannot be read: {error}", HINT) from error
    if not workspace.feed_xml.exists():
        return None
    try:
        feed = contents.read(reading.data(workspace.feed_xml))
    except FeedError as error:
        raise FeedError(f"feed/feed.xml: {error.message}", "take one side of it from git") from error
    return Seen({MAIN: FeedDigests("", feed.head, feed.items)})


def save(workspace: Workspace, seen: Seen) -> None:
    """Write it down; a file that says so already is not touched."""
    text = json.dumps(codec.encode(seen), ensure_ascii=False, indent=2) + "\n"
    path = workspace.publication
    try:
        if reading.text(path) == text:
            return
    except (FileNotFoundError, UnicodeDecodeError):
        pass
    atomic.write_text(path, text)


def note(workspace: Workspace, release: Release) -> Release:
    """`release` as the next revision of its record; that it is meant, unlike one that was edited, is written down."""
    known = load(workspace) if workspace.publication.exists() else None
    published = known.records.get(release.guid, "") if known is not None else ""
    release = following(workspace, release, records.read(workspace, release.slug), published)
    if known is not None:
        change = (published, records.digest(release))
        save(workspace, dataclasses.replace(known, changed=known.changed | {release.guid: change}))
    return release


def following(workspace: Workspace, release: Release, before: Release | None, published: str) -> Release:
    """`release` as the record that follows `before`, which stands here; that one where it says the same.

    `published`: digest of the public record. `release` may name further records that it follows.
    """
    if before is None:
        return dataclasses.replace(release, revision=max(1, release.revision))
    if dataclasses.replace(release, revision=before.revision, replaces=before.replaces) == before:
        return before if set(release.replaces) <= set(before.replaces) else release
    digest = records.stored_digest(workspace, before.slug)
    further = [one for one in release.replaces if one not in before.replaces]
    earlier = () if digest == published else before.replaces
    replaces = tuple(dict.fromkeys((digest, *earlier, *further)))
    return dataclasses.replace(release, revision=max(before.revision + 1, release.revision), replaces=replaces)


def kept_out(seen: Seen, held: Iterable[RolledBack]) -> dict[str, datetime]:
    """Guid -> when it was taken back, of all that may return by --reinstate alone: by `seen` and by what is `held`."""
    return dict(sorted((seen.rolled_back | {one.release.guid: one.at for one in held}).items()))


def of(feed: Contents, documents: str = "") -> FeedDigests:
    return FeedDigests(documents, feed.head, dict(sorted(feed.items.items())))


def of_documents(data: Mapping[str, bytes]) -> str:
    """The digest of documents by their keys."""
    total = hashlib.sha256()
    for key, document in sorted(data.items()):
        total.update(f"{key} {hashlib.sha256(document).hexdigest()}\n".encode())
    return total.hexdigest()


def masked(key: str) -> str:
    """The digest under which a key is written down: that of a page for members nobody may know."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]
