"""feed members: who may read which feed. A member's address is printed once, where it is issued."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import click

from podcast_pipeline.cli.session import JSON, Session, command
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.show import Feed

MEMBER = click.argument("member", metavar="MEMBER")
FEED = click.argument("feed", metavar="FEED")


@click.group(invoke_without_command=True)
@click.option("--end-unknown", is_flag=True, help="List the addresses in the storage that are in no row of the list.")
@click.option("--yes", is_flag=True, help="With --end-unknown: end them for good.")
@click.pass_context
def members(ctx: click.Context, end_unknown: bool, yes: bool) -> None:
    """The addresses of members: PODCAST_MEMBERS names the list, PODCAST_FEED_SECRET holds the secret.

    A member's id says nothing about the person: names stay in the society's own books. Revoking ends new episodes; what
    was downloaded stays, and a copied address of a file works until `rekey`. A row that is taken out of the list by
    hand ends nothing: --end-unknown lists such addresses, and with --yes ends them; once the episodes are public at
    their present addresses, also files under those of a former secret.
    """
    if ctx.invoked_subcommand is None:
        if not end_unknown:
            raise click.exceptions.NoArgsIsHelpError(ctx)
        _end_unknown(ctx.obj, yes)
    elif end_unknown or yes:
        raise click.UsageError("--end-unknown and --yes stand alone")


def _feed(session: Session, id_: str) -> Feed:
    known = [feed for feed in session.show.feeds if feed.private]
    for feed in known:
        if feed.id == id_:
            return feed
    names = ", ".join(feed.id for feed in known) or "none"
    raise PodcastError(
        f'"{id_}" is no feed for members; in feed/show.toml: {names}', '[[feeds]] with audience = "members"'
    )


@command(
    MEMBER,
    FEED,
    click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="The day on which it ends."),
)
def issue(session: Session, member: str, feed: str, expires: datetime | None) -> None:
    """Give MEMBER an address of FEED and print it; the next `podcast publish` puts the feed there."""
    from podcast_pipeline.publish import members as rows

    table, secret = _feed(session, feed), rows.secret(session.show)
    with session.publishing():
        every, issued = rows.issue(rows.read(), member, feed, expires.date() if expires else None)
        rows.write(every)
    click.echo(table.url.replace("{token}", issued.token(secret)))
    session.say(f"{member}: may read {feed} after the next `podcast publish`; give the address to nobody else")


@command(MEMBER, FEED)
def revoke(session: Session, member: str, feed: str) -> None:
    """End the address of MEMBER: the next `podcast publish` deletes the feed there."""
    from podcast_pipeline.publish import members as rows

    _feed(session, feed)
    with session.publishing():
        rows.write(rows.revoke(rows.read(), member, feed))
    session.say(f"{member}: ends with the next `podcast publish`")


@command(click.argument("episode", metavar="EP"))
def rekey(session: Session, episode: str) -> None:
    """Exchange the addresses of the files of EP, an episode for members; its guid stays. Apps may download it again."""
    import dataclasses

    from podcast_pipeline.episode import records
    from podcast_pipeline.publish import behind, sealed, seen
    from podcast_pipeline.publish import members as rows
    from podcast_pipeline.storage.registry import open_storage

    show, workspace = session.show, session.workspace
    with session.publishing():
        release = records.read(workspace, episode)
        if release is None or not show.members_only(release.feeds):
            raise PodcastError(f"{episode}: is not published, or not for members only", "see `podcast status`")
        storage = open_storage(show.storage, workspace)
        behind.up_to_date(show, workspace, episode, storage, datetime.now(UTC))
        if again := sealed.exchanged(release, rows.secret(show), storage):
            changed = dataclasses.replace(release, media_epoch=release.media_epoch + 1)
            changed = seen.note(workspace, changed)
            records.write(workspace, changed)
    said = "" if again else "its addresses are being exchanged already; "
    session.say(f"{episode}: {said}`podcast publish` moves its files and deletes the former ones")


def _end_unknown(session: Session, yes: bool) -> None:
    from podcast_pipeline import keys
    from podcast_pipeline.episode import records
    from podcast_pipeline.publish import behind, feeds, sealed
    from podcast_pipeline.publish import members as rows
    from podcast_pipeline.storage.registry import open_storage

    show, workspace = session.show, session.workspace
    with session.publishing():
        storage = open_storage(show.storage, workspace)
        unknown = feeds.unknown(show, storage)
        hidden = [release for release in records.read_all(workspace) if show.members_only(release.feeds)]
        files = sealed.forgotten(hidden, rows.secret(show), storage)
        if files and yes:  # those of an episode that others have published since follow from no record here
            behind.level(show, workspace, storage, datetime.now(UTC))
        for key in files if yes else ():
            storage.delete(key)
        for key in unknown:
            click.echo(keys.masked(key))
            if yes:
                feeds.end(storage, key, for_good=True)
    then = "nothing to do" if not unknown else "ended for good" if yes else "add --yes to end them for good"
    session.say(f"{len(unknown)} members' addresses that the list does not know: {then}")
    if files:
        done = "deleted" if yes else "add --yes to delete them"
        session.say(f"{len(files)} files for members at addresses that no episode has: {done}")


@command(JSON, name="list")
def list_(session: Session, as_json: bool) -> None:
    """All members by id and feed, with the last characters of their address."""
    from podcast_pipeline.publish import members as rows

    secret, today = rows.secret(session.show), session.show.schedule.day(datetime.now(UTC))
    entries = [
        {
            "member": member.id,
            "feed": member.feed,
            "state": "active" if member.active(today) else "ended",
            "expires": member.expires.isoformat() if member.expires else None,
            "token": f"...{member.token(secret)[-4:]}",
        }
        for member in rows.read()
    ]
    if as_json:
        click.echo(json.dumps(entries, indent=2))
        return
    for row in entries:
        until = f" until {row['expires']}" if row["expires"] else ""
        click.echo(f"{row['member']}  {row['feed']}  {row['state']}{until}  {row['token']}")
    if not entries:
        session.say("no members yet: `podcast feed members issue MEMBER FEED`")


for verb in (issue, revoke, rekey, list_):
    members.add_command(verb)
