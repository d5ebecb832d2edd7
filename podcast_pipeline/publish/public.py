"""What the store has public now of each feed of the show; each is read once, when it is asked for."""

from __future__ import annotations

import functools
import re
from datetime import datetime

from podcast_pipeline import keys
from podcast_pipeline.errors import FeedError, StorageError
from podcast_pipeline.feed import contents
from podcast_pipeline.feed.contents import Contents, joined
from podcast_pipeline.feed.members import PLACEHOLDER, personal
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Feed, Show
from podcast_pipeline.publish import feeds, history, manifest, members
from podcast_pipeline.publish.manifest import MAIN
from podcast_pipeline.publish.plan import Look, Wanted
from podcast_pipeline.storage.protocol import Storage, Stored


class Public:
    """`main` is the main feed as it was read, None before the first publication; `look` asks the store for an object.

    What is read is what `look` has seen: an object that changes in between stops the run.
    """

    def __init__(self, show: Show, storage: Storage, main: bytes | None, look: Look, now: datetime) -> None:
        self._show, self.storage, self.main, self._now = show, storage, main, now
        self.look = look
        self._known: dict[str, tuple[Contents, ...]] = {}

    @property
    def ids(self) -> tuple[str, ...]:
        """The feeds that this machine can read: without the secret those of members are left out."""
        others = (one.id for one in self._show.feeds if one.audience != "members" or members.ready())
        return (MAIN, *others)

    def reads(self, release: Release) -> bool:
        """Whether this machine can read every feed that the record names."""
        return set(release.feeds) <= set(self.ids)

    def forms(self, id_: str) -> tuple[Contents, ...]:
        """What the feed says; () if nothing of it is public. A run that was killed between the addresses of members
        leaves several forms. Raises FeedError for a main feed that cannot be read.
        """
        if id_ not in self._known:
            self._known[id_] = self._read(id_)
        return self._known[id_]

    def items(self, id_: str) -> frozenset[str] | None:
        """The guids that the feed has; None where nothing of it is public, or it cannot be read."""
        try:
            forms = self.forms(id_)
        except FeedError:
            return None
        return frozenset(guid for form in forms for guid in form.items) if forms else None

    @functools.cached_property
    def earlier(self) -> tuple[dict[str, str], ...]:
        """What the main feed said at each time that the history knows, oldest first: guid -> digest of its item."""
        return history.items(self.storage)

    @functools.cached_property
    def manifest(self) -> manifest.Read:
        """That of the main feed. Raises FeedError for a feed that cannot be read."""
        if self.main is None:
            return manifest.Read()
        (form,) = self.forms(MAIN)
        return manifest.read(self.storage, self.main, form.items)

    def had(self, guid: str) -> bool:
        """Whether any main feed that the history knows has the episode, or had it until it was withdrawn."""
        return any(guid in said for said in self.earlier) or self.look(keys.withdrawn(guid)) is not None

    def _read(self, id_: str) -> tuple[Contents, ...]:
        if id_ == MAIN:
            return () if self.main is None else (parsed(keys.FEED, self.main),)
        feed = next(one for one in self._show.feeds if one.id == id_)
        return self._members(feed) if feed.audience == "members" else self._pages(feed)

    def _pages(self, feed: Feed) -> tuple[Contents, ...]:
        newest = keys.key_of(feed.url, self._show.storage.public_base_url)
        if self.look(newest) is None:
            return ()
        stem = newest.removesuffix(".xml")
        listed = (one.key for one in self.storage.list(f"{stem}-"))
        archives = [key for key in listed if re.fullmatch(r"-\d+\.xml", key[len(stem) :])]
        documents = [one for key in (newest, *archives) if (one := _whole(self.get(key))) is not None]
        return (joined(documents),) if documents else ()

    def _members(self, feed: Feed) -> tuple[Contents, ...]:
        forms: dict[bytes, Contents] = {}
        for token in feeds.tokens(self._show, feed.id, self._now):
            key = keys.members_feed(feed.id, token)
            stored = self.look(key)
            if stored is None or any(_holds(stored, personal(data, token)) for data in forms):
                continue
            data = self.get(key).replace(token.encode(), PLACEHOLDER.encode())
            if (whole := _whole(data)) is not None:
                forms[data] = whole
        return tuple(forms.values())

    def whole(self, key: str) -> bool:
        """Whether the page under `key` is no damaged one."""
        return self.storage.get(key)[0].rstrip().endswith(b"</html>")

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
