"""The feed as bytes: a pure function of the show, the releases and an instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from podcast_pipeline import keys
from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed.extension import MAIN, ChannelTags, EpisodeTags, Frame, media_type
from podcast_pipeline.feed.public import is_public
from podcast_pipeline.feed.text import clean
from podcast_pipeline.model.release import Asset, Release
from podcast_pipeline.model.show import Show


def render(show: Show, releases: Sequence[Release], now: datetime, cover: Asset, frame: Frame = MAIN) -> bytes:
    """RSS 2.0 with the episodes of the feed `frame.id` that are public at `now`, newest first; `cover` is its picture.

    The same values give the same bytes on any machine: nothing is read but the arguments, and the dates of the channel
    are the newest of its episodes, never the clock. Raises FeedError where a value cannot stand in a feed.
    """
    from feedgen.feed import FeedGenerator

    if not cover.key.endswith((".jpg", ".png")):
        raise FeedError(f"{cover.key}: the cover must be a .jpg or .png", "save it as JPEG or PNG")
    public = shown(releases, now, frame)
    feed = FeedGenerator()
    tags = partial(ChannelTags, show, cover, bool(public), frame)
    feed.register_extension("tags", tags, atom=False, rss=True)
    try:
        _channel(feed, show, cover)
        _dates(feed, public)
        for release in public:
            feed.add_entry(_entry(show, release), order="append")
        data: bytes = feed.rss_str(pretty=True)
    except ValueError as error:
        raise FeedError(
            f"the feed cannot be written: {error}", "see title, link, description in feed/show.toml"
        ) from error
    return data


def shown(releases: Sequence[Release], now: datetime, frame: Frame = MAIN) -> list[Release]:
    """The episodes of the feed `frame.id` that are public at `now`, newest first."""
    public = sorted((r for r in releases if frame.id in r.feeds and is_public(r, now)), key=lambda r: r.guid)
    public.sort(key=lambda r: r.publish_at.astimezone(UTC), reverse=True)
    return public


def _channel(feed: Any, show: Show, cover: Asset) -> None:
    title, link = clean(show.title), clean(show.link)
    feed.title(title)
    feed.description(clean(show.description))
    feed.link(href=link, rel="alternate")
    feed.language(clean(show.language))
    feed.image(url=cover.address(show.storage.public_base_url), title=title, link=link)
    feed.generator("podcast-pipeline")  # without version: an upgrade alone must not change a feed
    feed.docs("")
    if show.copyright:
        feed.copyright(clean(show.copyright))


def _dates(feed: Any, public: Sequence[Release]) -> None:
    instants = [instant for r in public for instant in (r.publish_at, r.updated_at) if instant]
    if instants:
        newest = max(instant.astimezone(UTC) for instant in instants)
        feed.lastBuildDate(newest)
        feed.pubDate(newest)


def _entry(show: Show, release: Release) -> Any:
    from feedgen.entry import FeedEntry

    base, enclosure = show.storage.public_base_url, release.enclosure
    entry = FeedEntry()
    entry.register_extension("tags", partial(EpisodeTags, show, release), atom=False, rss=True)
    entry.title(clean(release.title))
    entry.link(href=release.link or _page(show, release), rel="alternate")
    # feedgen puts the notes into an empty description
    entry.description(clean(release.description) or clean(release.title), isSummary=True)
    if notes := clean(release.notes):
        entry.content(notes, type="CDATA")
    entry.guid(release.guid, permalink=False)  # EpisodeTags says otherwise where another host did
    entry.enclosure(url=enclosure.address(base), length=enclosure.bytes, type=media_type(enclosure))
    entry.pubDate(release.publish_at.astimezone(UTC))
    return entry


def _page(show: Show, release: Release) -> str:
    """The episode's page; the show's where another host gave none, as nothing has made one here."""
    base = show.storage.public_base_url
    if release.page is None and release.source == "import":
        return show.link
    return release.page.address(base) if release.page is not None else keys.url(base, keys.page(release.slug))
