"""rollback: make an earlier feed the public one again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from podcast_pipeline.cli.publish import NOW, instant
from podcast_pipeline.cli.session import Session, command

if TYPE_CHECKING:
    from podcast_pipeline.storage.protocol import Storage


@command(
    click.argument("sha8", required=False, metavar="[SHA8]"),
    click.option("--yes", is_flag=True, help="Do it; without it, the changes are shown."),
    NOW,
)
def rollback(session: Session, sha8: str | None, yes: bool, now: datetime | None) -> None:
    """List the feeds that were public, or make one of them public again.

    Only the feed changes: what it names was never overwritten and is proved to be there first. What is taken back is
    kept in feed/rolled-back and stays out of every later publication: `podcast publish EP --reinstate` brings it back.
    """
    from podcast_pipeline.publish import feed, lease, rollback
    from podcast_pipeline.storage.registry import open_storage, public_address

    show, workspace, moment = session.show, session.workspace, instant(now)
    storage = open_storage(show.storage, workspace)
    if sha8 is None:
        _list(session)
        return
    with session.publishing():
        data = rollback.chosen(storage, sha8, show.url)
        public = feed.public(storage)
        if not rollback.interrupted(show, workspace, data, public, moment):
            _level(session, storage, public, moment, yes)
        rollback.check_whole(storage, data, public, show.storage.public_base_url)
        changes = rollback.changes(show, workspace, data, storage, moment)
        for change in changes:
            session.say(f"  {change}")
        if not yes:
            click.echo(feed.difference(public[0] if public else b"", data), nl=False)
            session.say("this is what would change in the public feed; add --yes to do it")
            return
        with lease.held(storage, workspace) as notices:
            rollback.begin(show, workspace, data, public, moment)
            changed = rollback.restore(storage, data, public, show.storage.public_base_url, moment)
            rollback.write(workspace, changes, moment)
        left = rollback.public_again(show, workspace, data, changes, moment)
        feed.write(workspace.feed_xml, data)
        with public_address(show.storage, workspace) as base:
            late = feed.read_back(base, data)
    done = changed or bool(changes)
    session.say("the earlier feed is public again" if done else "this feed is the public one; nothing was written")
    for line in filter(None, (*notices, late)):
        session.say(f"  {line}")
    if left:
        session.say(
            f"  feed/show.toml says otherwise: {', '.join(left)}. Nothing is published until the earlier values stand "
            "there, or `podcast publish --reinstate` says that yours are meant"
        )
    if done and show.feeds:
        session.say("  the other feeds follow with the next `podcast publish`")
    if done:
        session.say("  commit and push feed/: other copies of the show stop until they have it")


def _level(session: Session, storage: Storage, current: tuple[bytes, str] | None, moment: datetime, yes: bool) -> None:
    """Say what is public and was never seen here; with --yes it is taken over first, so that it can come back."""
    from podcast_pipeline.episode import records
    from podcast_pipeline.errors import FeedError
    from podcast_pipeline.publish import behind
    from podcast_pipeline.publish.merge import merge
    from podcast_pipeline.publish.public import Public
    from podcast_pipeline.publish.seen import MAIN
    from podcast_pipeline.publish.unseen import by_slug, sentences

    show, workspace = session.show, session.workspace
    public = Public(show, storage, current[0] if current else None, storage.stat, moment)
    releases = records.read_all(workspace)
    known = behind.base(show, workspace, releases, moment)
    try:
        public.forms(MAIN)
    except FeedError as error:
        session.say(f"  {error.message}")  # a damaged public feed is what a rollback mends
        return
    unseen = behind.differences(show, workspace, public, known, moment)
    for line in sentences(unseen, by_slug({release.guid: release.slug for release in releases})):
        session.say(f"  not seen here: it{line[1:]}")
    if not yes or not unseen:
        return
    merged = merge(show, workspace, public, moment)
    if merged.open:
        raise FeedError(
            "\n".join(merged.open), "decide first: `podcast feed --merge --from-public --ours EP | --theirs EP`"
        )


def _list(session: Session) -> None:
    import hashlib

    from podcast_pipeline.errors import FeedError
    from podcast_pipeline.feed.contents import guids
    from podcast_pipeline.publish import feed, history
    from podcast_pipeline.storage.registry import open_storage

    storage = open_storage(session.show.storage, session.workspace)
    current = feed.public(storage)
    public = hashlib.sha256(current[0]).hexdigest()[:8] if current else ""
    for copy in history.kept(storage):
        data, _ = storage.get(copy.key)
        try:
            notes = [f"{len(guids(data))} episodes"]
        except FeedError:
            notes = [f"damaged when it was replaced: {copy.key}"]
        notes += ["public now"] if copy.sha8 == public else []
        when = datetime.strptime(copy.stamp, "%Y%m%dT%H%M%S%z")
        click.echo(f"{copy.sha8}  {when:%Y-%m-%d %H:%M %Z}  {', '.join(notes)}")
    if not current:
        session.say("nothing is public yet")
