"""rollback: make an earlier feed the public one again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from podcast_pipeline import keys, sha256
from podcast_pipeline.cli.publish import NOW, instant
from podcast_pipeline.cli.session import Session, command
from podcast_pipeline.errors import FeedError

NEWEST = 10
"""Feeds of the history that are listed unasked: each of them is loaded."""

if TYPE_CHECKING:
    from podcast_pipeline.publish.history import Kept
    from podcast_pipeline.publish.public import Public
    from podcast_pipeline.storage.protocol import Storage


@command(
    click.argument("sha8", required=False, metavar="[SHA8]"),
    click.option("--yes", is_flag=True, help="Do it; without it, the changes are shown."),
    click.option("--all", "every", is_flag=True, help="List all of them, not the newest ten alone."),
    NOW,
)
def rollback(session: Session, sha8: str | None, yes: bool, every: bool, now: datetime | None) -> None:
    """List the feeds that were public, or make one of them public again.

    Feed and pages change: the files that it names were never overwritten and are proved to be there first. What is
    taken back, with what was written down since and never published, is kept in feed/rolled-back and stays out of every
    later publication: `podcast publish EP --reinstate` brings all of it back.
    """
    from podcast_pipeline.episode import records
    from podcast_pipeline.feed.public import check_clock
    from podcast_pipeline.publish import announce, feed, moved, rollback
    from podcast_pipeline.publish.public import Public
    from podcast_pipeline.storage.registry import open_storage

    show, workspace, moment = session.show, session.workspace, instant(now)
    storage = open_storage(show.storage, workspace)
    if sha8 is None:
        _list(session, None if every else NEWEST)
        return
    with session.publishing():
        check_clock(records.read_all(workspace), moment)
        moved.check([listed.key for listed in storage.list(keys.MOVED)], storage)
        data = _without_withdrawn(session, storage, rollback.chosen(storage, sha8, show.url))
        before = Public(show, storage, moment)
        public = before.stored
        if not rollback.interrupted(show, workspace, data, public, moment):
            _level(session, before, moment, yes)
        rollback.check_whole(storage, data, show.storage.public_base_url)
        changes = rollback.changes(show, workspace, data, storage, before.manifest.manifest, moment)
        for change in changes:
            session.say(f"  {change}")
        if not yes:
            click.echo(feed.difference(public[0] if public else b"", data), nl=False)
            session.say("this is what would change in the public feed; add --yes to do it")
            return
        carried = rollback.carry_out(show, workspace, storage, data, before, changes, moment)
    done = carried.changed or bool(changes)
    session.say("the earlier feed is public again" if done else "this feed is the public one; nothing was written")
    for line in carried.notices:
        session.say(f"  {line}")
    if carried.left:
        session.say(
            f"  feed/show.toml says otherwise: {', '.join(carried.left)}. Nothing is published until the earlier "
            "values stand there, or `podcast publish --reinstate` says that yours are meant"
        )
    if done and show.feeds:
        session.say("  the other feeds follow with the next `podcast publish`")
    if done:
        session.say("  commit and push feed/: other copies of the show stop until they have it")
    for line in announce.notify(show, workspace, storage, session.say):
        session.say(f"  {line}")


def _without_withdrawn(session: Session, storage: Storage, data: bytes) -> bytes:
    """The feed without what was withdrawn since, which no rollback brings back."""
    from podcast_pipeline.episode import records
    from podcast_pipeline.feed import contents
    from podcast_pipeline.publish import feed, withdrawals

    current = feed.public(storage)
    try:
        public = contents.guids(current[0]) if current else frozenset()
    except FeedError:
        public = frozenset()
    asked, known = contents.guids(data), records.read_all(session.workspace)
    out = withdrawals.out(known) & asked | withdrawals.marks(asked - public, storage.stat)
    for release in known:
        if release.guid in out:
            session.say(f"  {release.slug}: stays out, as it was withdrawn")
    return contents.without(data, out)


def _level(session: Session, public: Public, moment: datetime, yes: bool) -> None:
    """Say what is public and was never seen here; with --yes it is taken over first, so that it can come back."""
    from podcast_pipeline.episode import records
    from podcast_pipeline.publish import behind
    from podcast_pipeline.publish.merge import merge
    from podcast_pipeline.publish.unseen import by_slug, sentences

    show, workspace = session.show, session.workspace
    releases = records.read_all(workspace)
    known = behind.base(show, workspace, releases, moment)
    if public.damage:
        session.say(f"  the public feed is damaged ({public.damage}); this mends it")
        return
    if title := behind.anothers(show, workspace, public.contents):
        session.say(f'  the public feed is that of another show, "{title}"; this puts ours in its place')
        return
    unseen = behind.differences(show, workspace, public, known, moment)
    for line in sentences(unseen, by_slug(releases)):
        session.say(f"  not seen here: it{line[1:]}")
    if not yes or not unseen:
        return
    merged = merge(show, workspace, public, moment)
    for line in merged.done:
        session.say(f"  {line}")
    if merged.open:
        raise FeedError(
            "\n".join(merged.open), "decide first: `podcast feed --merge --from-public --ours EP | --theirs EP`"
        )


def _list(session: Session, most: int | None) -> None:
    import itertools

    from podcast_pipeline.publish import feed, history
    from podcast_pipeline.storage.registry import open_storage

    storage = open_storage(session.show.storage, session.workspace)
    current = feed.public(storage)
    public = sha256.of_bytes(current[0])[:8] if current else ""
    for copy in itertools.islice(history.in_order(storage), most):
        notes = [_about(storage, copy), *(["public now"] if copy.sha8 == public else [])]
        when = datetime.strptime(copy.stamp, "%Y%m%dT%H%M%S%z")
        click.echo(f"{copy.sha8}  {when:%Y-%m-%d %H:%M %Z}  {', '.join(notes)}")
    count = len(history.kept(storage))
    if most is not None and count > most:
        session.say(f"and {count - most} earlier ones: `podcast rollback --all`")
    if current is None:
        session.say("nothing is public now" if count else "nothing is public yet")
    elif damage := feed.damage(current[0]):
        session.say(
            f"the public feed is damaged ({damage}): `podcast publish` puts it up again; or restore one of these"
        )


def _about(storage: Storage, copy: Kept) -> str:
    """What a feed of the history has, or why it cannot be restored."""
    from podcast_pipeline.errors import FeedError, StorageError
    from podcast_pipeline.feed.contents import guids

    try:
        return f"{len(guids(storage.get(copy.key)[0]))} episodes"
    except FeedError:
        return f"damaged when it was replaced: {copy.key}"
    except StorageError as error:
        return f"cannot be read: {error.message}"
