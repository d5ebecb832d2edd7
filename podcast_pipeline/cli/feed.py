"""feed: the feed as a pure function of show.toml and the releases."""

from __future__ import annotations

from datetime import datetime

from podcast_pipeline.cli.publish import NOW, instant
from podcast_pipeline.cli.session import Session, command


@command(NOW)
def feed(session: Session, now: datetime | None) -> None:
    """Render feed/feed.xml from feed/show.toml and feed/releases. The same input gives the same bytes."""
    from podcast_pipeline.publish import publication, records

    workspace, moment = session.workspace, instant(now)
    with session.publishing():
        releases = records.read_all(workspace)
        data = publication.feed_bytes(session.show, workspace, releases, moment)
        written = publication.write_feed(workspace.feed_xml, data)
    session.say(f"feed/feed.xml: {len(data):,} bytes, {'written' if written else 'unchanged'}")
    if late := publication.due(workspace, moment):
        session.say(f"  not in it yet, but due: {', '.join(late)} (`podcast publish`)")
