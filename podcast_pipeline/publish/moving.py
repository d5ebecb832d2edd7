"""A feed that moves: its subscribers follow itunes:new-feed-url, so the target is looked at first."""

from __future__ import annotations

from podcast_pipeline import download, xmltree
from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed.contents import guids
from podcast_pipeline.feed.names import clark
from podcast_pipeline.model.show import Show


def confirmed(show: Show, feed: bytes, reach: download.Reach | None = None) -> None:
    """Raises FeedError unless the feed at `[move] to` is this show with all of these episodes."""
    if show.move is None:
        return
    target = show.move.to
    hint = "apps move every subscriber there and nobody can call them back: publish the show there first"
    if target == show.url:
        raise FeedError(f"feed/show.toml: [move] to: {target} is the feed itself", "remove [move] once it has moved")
    try:
        data = download.read(target, reach=download.PUBLIC if reach is None else reach).body
        there = guids(data)
    except (download.Unreachable, FeedError) as error:
        raise FeedError(f"feed/show.toml: [move] to: {error.message}", hint) from error
    own = xmltree.parse(data)
    guid = own.findtext(f"channel/{clark('podcast:guid')}")
    if guid != show.guid:
        raise FeedError(f"feed/show.toml: [move] to: {target} is another show (podcast:guid {guid})", hint)
    if lost := sorted(guids(feed) - there):
        raise FeedError(f"feed/show.toml: [move] to: {target} lacks {len(lost)} episodes: {', '.join(lost[:5])}", hint)
