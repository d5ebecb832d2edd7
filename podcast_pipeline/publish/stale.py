"""Objects at addresses of their own that nothing leads to any more: they are deleted once the feed is without them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from podcast_pipeline import keys
from podcast_pipeline.errors import FeedError, PodcastError
from podcast_pipeline.feed import contents
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import feeds, items
from podcast_pipeline.storage.protocol import Storage


def archives(show: Show, rendered: Mapping[str, Mapping[str, bytes]], storage: Storage) -> tuple[str, ...]:
    """Pages of feeds that have fewer of them now; `rendered`: the documents of each feed, by id and key."""
    gone = []
    for feed in show.feeds:
        if feed.private or not feed.page_size:
            continue
        stored = feeds.archives(storage, keys.key_of(feed.url, show.storage.public_base_url))
        gone += [key for key in stored if key not in rendered[feed.id]]
    return tuple(gone)


def pages(show: Show, public: bytes | None, removed: frozenset[str], releases: Iterable[Release]) -> tuple[str, ...]:
    """The pages of the episodes `removed` (guids), as the public feed names them, but for those that a record has."""
    if public is None or not removed:
        return ()
    try:
        elements = contents.read(public).elements
    except FeedError:  # damaged in public: it names nothing
        return ()
    kept = {items.page_key(show, release) for release in releases if release.guid not in removed}
    gone = []
    for guid in removed & elements.keys():
        try:
            key = keys.key_of(contents.text(elements[guid], "link"), show.storage.public_base_url)
        except PodcastError:  # at another host, or the show's own page
            continue
        if keys.is_page(key) and key not in kept:
            gone.append(key)
    return tuple(sorted(gone))
