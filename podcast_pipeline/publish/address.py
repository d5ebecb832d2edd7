"""The addresses of the feeds: where they are put, or elsewhere, where what answers there is looked at first."""

from __future__ import annotations

from collections.abc import Collection

from podcast_pipeline import download, keys, xmltree
from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed import contents
from podcast_pipeline.feed.names import clark
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish.manifest import Manifest
from podcast_pipeline.storage.protocol import Storage

_OTHERS = ("m/", "feeds/history/")
"""Where documents lie that are no public feed's own."""


def confirmed(show: Show, public: bytes | None, reach: download.Reach | None = None) -> frozenset[str]:
    """The guids that the main feed's address has where that lies elsewhere, a proxy's or a redirection's; else none.

    `public`: the main feed as it is public. Raises FeedError where the address does not answer with this show.
    """
    own = keys.url(show.storage.public_base_url, keys.FEED)
    if show.url == own:
        return frozenset()
    hint = (
        f"the feed is put at {own}: write that as url; an address elsewhere has to lead there before it is written; "
        "a show that moves: `podcast storage move`"
    )
    try:
        there = contents.read(download.read(show.url, reach=download.PUBLIC if reach is None else reach).body)
    except download.Unreachable as error:
        raise FeedError(f"feed/show.toml: url: {error.message}", hint) from error
    except FeedError as error:
        raise FeedError(f"feed/show.toml: url: {show.url}: {error.message}", hint) from error
    guid = there.channel.findtext(clark("podcast:guid"))
    if guid != show.guid and (guid or public is None or not contents.guids(public) & there.items.keys()):
        raise FeedError(f"feed/show.toml: url: {show.url} is another show (podcast:guid {guid or 'none'})", hint)
    return frozenset(there.items)


def target_confirmed(show: Show, feed: bytes, reach: download.Reach | None = None) -> None:
    """Raises FeedError unless the feed at `[move] to` is this show with all of these episodes."""
    if show.move is None:
        return
    target = show.move.to
    hint = "apps move every subscriber there and nobody can call them back: publish the show there first"
    if target == show.url:
        raise FeedError(f"feed/show.toml: [move] to: {target} is the feed itself", "remove [move] once it has moved")
    try:
        data = download.read(target, reach=download.PUBLIC if reach is None else reach).body
        there = contents.guids(data)
    except (download.Unreachable, FeedError) as error:
        raise FeedError(f"feed/show.toml: [move] to: {error.message}", hint) from error
    own = xmltree.parse(data)
    guid = own.findtext(f"channel/{clark('podcast:guid')}")
    if guid != show.guid:
        raise FeedError(f"feed/show.toml: [move] to: {target} is another show (podcast:guid {guid})", hint)
    if lost := sorted(contents.guids(feed) - there):
        raise FeedError(f"feed/show.toml: [move] to: {target} lacks {len(lost)} episodes: {', '.join(lost[:5])}", hint)


def problem(show: Show, data: bytes, reach: download.Reach | None = None) -> str:
    """What is wrong with the feed's address where that lies elsewhere: not this show, or behind the feed `data`."""
    try:
        there = confirmed(show, data, reach)
    except FeedError as error:
        return f"{error.message}: {error.hint}"
    if show.url == keys.url(show.storage.public_base_url, keys.FEED) or not (lost := contents.guids(data) - there):
        return ""
    count = f"{len(lost)} episode{'s' if len(lost) > 1 else ''}"
    return f"{show.url}: lacks {count} of the feed: what serves that address lags behind"


def strayed(show: Show, known: Manifest, storage: Storage, listing: Collection[str] | None = None) -> list[str]:
    """A sentence for each further feed that is public at another address than feed/show.toml says.

    `known`: what is public; `listing`: every key of the storage, where that was listed already.
    """
    base, lines = show.storage.public_base_url, []
    for feed in show.feeds:
        key, head = feed.url.removeprefix(keys.url(base, "")), known.head(feed.id)
        if feed.private or not head:
            continue
        listing = listing if listing is not None else {listed.key for listed in storage.list()}
        if key in listing:
            continue
        others = (other for other in sorted(listing) if other.endswith(".xml") and not other.startswith(_OTHERS))
        lines += [
            f"feed/show.toml: feeds: {feed.id}: url: {feed.url}: the feed is public at {keys.url(base, other)}, and "
            "its subscribers stay there: write that address back; at another address it is a feed with another id"
            for other in others
            if _head(storage, other) == head
        ]
    return lines


def kept(show: Show, known: Manifest, storage: Storage, listing: Collection[str]) -> None:
    """Raises FeedError where a further feed would be put at another address than the one that it has in public."""
    if lines := strayed(show, known, storage, listing):
        raise FeedError("\n".join(lines), "`git log -p feed/show.toml` has the address as it was")


def _head(storage: Storage, key: str) -> str:
    try:
        return contents.read(storage.get(key)[0]).head
    except FeedError:  # damaged: it is nobody's
        return ""
