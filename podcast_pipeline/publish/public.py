"""What the store has public now of each feed of the show; each is read once, when it is asked for."""

from __future__ import annotations

import functools
from datetime import datetime
from typing import NamedTuple

from podcast_pipeline import keys
from podcast_pipeline.errors import FeedError, StorageError
from podcast_pipeline.feed import contents
from podcast_pipeline.feed.contents import Contents, joined
from podcast_pipeline.feed.members import PLACEHOLDER, personal
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Feed, Show
from podcast_pipeline.publish import feed, feeds, history, manifest, members, proof
from podcast_pipeline.publish.manifest import MAIN
from podcast_pipeline.publish.plan import Look, Wanted
from podcast_pipeline.storage.protocol import Storage, Stored


class _Main(NamedTuple):
    damage: str
    data: bytes | None
    contents: Contents | None


class Public:
    """`look` asks the store for an object, once. What is read is what it saw: a change in between stops the run."""

    def __init__(self, show: Show, storage: Storage, now: datetime) -> None:
        self._show, self.storage, self._now = show, storage, now
        self.look: Look = functools.cache(storage.stat)
        self._known: dict[str, tuple[Contents, ...]] = {}

    @functools.cached_property
    def stored(self) -> tuple[bytes, str] | None:
        """The main feed as it is stored, and its ETag; None where there is none."""
        return feed.public(self.storage)

    @functools.cached_property
    def _main(self) -> _Main:
        damage = ""
        if self.stored is not None:
            try:
                return _Main("", self.stored[0], contents.read(self.stored[0]))
            except FeedError as error:
                damage = error.message
        return _Main(damage, *(history.newest(self.storage) or (None, None)))

    @property
    def damage(self) -> str:
        """What is wrong with the main feed as it is stored; "" where it is whole, or not there."""
        return self._main.damage

    @property
    def main(self) -> bytes | None:
        """The main feed; where it is lost or damaged, as it was public last; None before the first publication."""
        return self._main.data

    @property
    def contents(self) -> Contents | None:
        """What `main` says."""
        return self._main.contents

    @property
    def ids(self) -> tuple[str, ...]:
        """The feeds that this machine can read: without the secret those of members are left out."""
        return (MAIN, *(feed.id for feed in members.within_reach(self._show)))

    def reads(self, release: Release) -> bool:
        """Whether this machine can read every feed that the record names."""
        return set(release.feeds) <= set(self.ids)

    def forms(self, id_: str) -> tuple[Contents, ...]:
        """What the feed says; () if nothing of it is public. A run that was killed between the addresses of members
        leaves several forms.
        """
        if id_ not in self._known:
            self._known[id_] = self._read(id_)
        return self._known[id_]

    def items(self, id_: str) -> frozenset[str] | None:
        """The guids that the feed has; None where nothing of it is public, or it cannot be read."""
        forms = self.forms(id_)
        return frozenset(guid for form in forms for guid in form.items) if forms else None

    @functools.cached_property
    def earlier(self) -> tuple[dict[str, str], ...]:
        """What the main feed said at each time that the history knows, oldest first: guid -> digest of its item."""
        return history.items(self.storage)

    @functools.cached_property
    def manifest(self) -> manifest.Read:
        """That of the main feed."""
        if self.main is None or self.contents is None:
            return manifest.Read()
        return manifest.read(self.storage, self.main, self.contents.items)

    def had(self, guid: str) -> bool:
        """Whether any main feed that the history knows has the episode, or had it until it was withdrawn."""
        return any(guid in said for said in self.earlier) or self.look(keys.withdrawn(guid)) is not None

    def _read(self, id_: str) -> tuple[Contents, ...]:
        if id_ == MAIN:
            return () if self.contents is None else (self.contents,)
        other = next(other for other in self._show.feeds if other.id == id_)
        return self._members(other) if other.private else self._pages(other)

    def _pages(self, other: Feed) -> tuple[Contents, ...]:
        newest = keys.key_of(other.url, self._show.storage.public_base_url)
        if self.look(newest) is None:
            return ()
        every = (_whole(self.get(key)) for key in (newest, *feeds.archives(self.storage, newest)))
        documents = [document for document in every if document is not None]
        return (joined(documents),) if documents else ()

    def _members(self, other: Feed) -> tuple[Contents, ...]:
        forms: dict[bytes, Contents] = {}
        for token in feeds.tokens(self._show, other.id, self._now):
            key = keys.members_feed(other.id, token)
            stored = self.look(key)
            if stored is None or any(_holds(stored, personal(data, token)) for data in forms):
                continue
            data = self.get(key).replace(token.encode(), PLACEHOLDER.encode())
            if (whole := _whole(data)) is not None:
                forms[data] = whole
        return tuple(forms.values())

    def whole(self, key: str) -> bool:
        """Whether the page under `key` is no damaged one."""
        return proof.is_whole(self.storage.get(key)[0])

    def get(self, key: str) -> bytes:
        """The object as `look` has seen it. Raises StorageError where it is another one by now."""
        data, etag = self.storage.get(key)
        stored = self.look(key)
        if stored is not None and stored.etag != etag:
            raise StorageError(
                f"{key}: somebody else wrote it while this publication ran", "run the same command again"
            )
        return data


def _whole(data: bytes) -> Contents | None:
    """The contents of a document of another feed; None of one that is cut off: it is put again, and says nothing."""
    try:
        return contents.read(data)
    except FeedError:
        return None


def _holds(stored: Stored, data: bytes) -> bool:
    return stored.size == len(data) and stored.sha256 == Wanted.of_bytes(stored.key, data).sha256


def parsed(name: str, data: bytes) -> Contents:
    """The contents of a public document. Raises FeedError naming it."""
    try:
        return contents.read(data)
    except FeedError as error:
        raise FeedError(
            f"the public {name}: {error.message}",
            "`podcast publish` puts it up again as it was; `podcast rollback` lists the earlier ones and restores one",
        ) from error
