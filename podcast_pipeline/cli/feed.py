"""feed: the feed as a pure function of show.toml and the releases."""

from __future__ import annotations

from datetime import datetime

from podcast_pipeline.cli.publish import NOW, instant
from podcast_pipeline.cli.session import Session, command


@command(NOW)
def feed(session: Session, now: datetime | None) -> None:
    """Render feed/feed.xml from feed/show.toml and feed/releases. The same input gives the same bytes."""
    from podcast_pipeline.publish import publication, records

    releases = records.read_all(session.workspace)
    data = publication.feed_bytes(session.show, session.workspace, releases, instant(now))
    written = publication.write_feed(session.workspace.feed_xml, data)
    session.say(f"feed/feed.xml: {len(data):,} bytes, {'written' if written else 'unchanged'}")
