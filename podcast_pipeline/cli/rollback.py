"""rollback: make an earlier feed the public one again."""

from __future__ import annotations

from datetime import datetime

import click

from podcast_pipeline.cli.publish import NOW, instant
from podcast_pipeline.cli.session import Session, command


@command(
    click.argument("sha8", required=False, metavar="[SHA8]"),
    click.option("--yes", is_flag=True, help="Do it; without it, the changes are shown."),
    NOW,
)
def rollback(session: Session, sha8: str | None, yes: bool, now: datetime | None) -> None:
    """List the feeds that were public, or make one of them public again.

    Only the feed changes: what it names was never overwritten and is proved to be there first. The feed that is taken
    back is written down, and `podcast publish` does not bring it back unless --reinstate says so.
    """
    from podcast_pipeline.publish import feed, lease, rollback
    from podcast_pipeline.storage.registry import open_storage, public_address

    show = session.show
    storage = open_storage(show.storage, session.workspace)
    if sha8 is None:
        _list(session)
        return
    with session.publishing():
        data = rollback.chosen(storage, sha8)
        if not yes:
            found = feed.public(storage)
            click.echo(feed.difference(found[0] if found else b"", data), nl=False)
            session.say("this is what would change in the public feed; add --yes to do it")
            return
        with lease.held(storage, session.workspace) as notices:
            changed = rollback.restore(storage, data, show.storage.public_base_url, instant(now))
        with public_address(show.storage, session.workspace) as base:
            late = feed.read_back(base, data)
    session.say("the earlier feed is public again" if changed else "this feed is the public one; nothing was written")
    for line in filter(None, (*notices, late)):
        session.say(f"  {line}")
    if changed and show.feeds:
        session.say("  the other feeds of the show are as they were: correct the episode and publish it")


def _list(session: Session) -> None:
    import hashlib

    from podcast_pipeline.publish import feed, history
    from podcast_pipeline.storage.registry import open_storage

    storage = open_storage(session.show.storage, session.workspace)
    found = feed.public(storage)
    public = hashlib.sha256(found[0]).hexdigest()[:8] if found else ""
    for one in history.kept(storage):
        data, _ = storage.get(one.key)
        notes = [f"{len(feed.guids(data))} episodes"]
        notes += ["public now"] if one.sha8 == public else []
        notes += ["withdrawn"] if history.withdrawn(storage, data) else []
        when = datetime.strptime(one.stamp, "%Y%m%dT%H%M%S%z")
        click.echo(f"{one.sha8}  {when:%Y-%m-%d %H:%M %Z}  {', '.join(notes)}")
    if not found:
        session.say("nothing is public yet")
