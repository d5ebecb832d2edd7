"""withdraw: an episode leaves every feed for good."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from podcast_pipeline.cli.publish import NOW, asked, instant
from podcast_pipeline.cli.session import Session, command, confirmed
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.withdrawal import KINDS

if TYPE_CHECKING:
    from podcast_pipeline.model.release import Release
    from podcast_pipeline.publish.publication import Publication


@command(
    click.argument("episode", metavar="EP"),
    click.option(
        "--kind",
        type=click.Choice(KINDS),
        help="Somebody who is heard wants it (consent), it is wrong (error), or the law asks for it (legal).",
    ),
    click.option("--reason", default="", metavar="TEXT", help="Why: stays in the record, printed of an error alone."),
    click.option("--public", default="", metavar="TEXT", help="What its page says in place of the set sentence."),
    click.option("--purge", is_flag=True, help="Delete its files, too, here and in the storage with older versions."),
    click.option("--reinstate", is_flag=True, help="Bring it back: judged like any publication."),
    click.option("--yes", is_flag=True, help="Do it without asking."),
    NOW,
)
def withdraw(
    session: Session,
    episode: str,
    kind: str | None,
    reason: str,
    public: str,
    purge: bool,
    reinstate: bool,
    yes: bool,
    now: datetime | None,
) -> None:
    """Take an episode out of every feed for good; a page in its place says so.

    No gate is passed. The feeds are put without it first, then the page, then with --purge everything of it is
    deleted, and its addresses are asked until they answer 404 or 410: run it again, it goes on. For consent and legal
    the page names nobody and no claim, and no search engine lists it; of an error title, claims and reason stay. It
    never comes back, by no rollback, import or merge of any copy of the show, but by --reinstate.
    """
    if reinstate and (kind or reason or public or purge):
        raise click.UsageError("--reinstate takes no other option")
    with session.publishing(), session.locked(episode):
        if reinstate:
            _reinstate(session, episode, yes, instant(now))
        else:
            _withdraw(session, episode, (kind or "", reason, public), purge, yes, instant(now))


def _withdraw(
    session: Session, slug: str, said: tuple[str, str, str], purge: bool, yes: bool, moment: datetime
) -> None:
    from podcast_pipeline.episode import records
    from podcast_pipeline.publish import withdraw
    from podcast_pipeline.publish.consent import Consent
    from podcast_pipeline.publish.prepare import prepare
    from podcast_pipeline.storage.registry import open_storage

    show, workspace = session.show, session.workspace
    storage = open_storage(show.storage, workspace)
    known = {release.slug: release for release in records.read_all(workspace)}
    kind, reason, public = said
    record = withdraw.withdrawn(
        workspace, show, slug, known, records.rolled_back(workspace), storage, moment,
        kind=kind, reason=reason, public=public, purge=purge,
    )  # fmt: skip
    assert record.withdrawn is not None
    planned = prepare(show, workspace, (), storage, moment, Consent(withdrawn=(record,)))
    if known.get(slug) != record:
        _announced(session, record)
        confirmed(yes, f"Withdraw {slug}?")
    _carried_out(session, planned, moment)
    _told(session, records.load(workspace.release(slug)), any(ended.slug == slug for ended in planned.ending))


def _announced(session: Session, record: Release) -> None:
    """What the public will read, and what is deleted."""
    from podcast_pipeline.publish import withdraw
    from podcast_pipeline.site import tombstone

    assert record.withdrawn is not None
    if withdraw.pages(session.show, record):
        session.say(f"{record.slug}: its page will say:")
        for line in tombstone.text(record):
            session.say(f"  | {line}")
    if record.withdrawn.purge:
        session.say(f"  {len(record.withdrawn.left)} objects are deleted, and what is built here; nobody undoes that")
    else:
        session.say("  its files stay at their addresses, for who knows them: --purge deletes them")


def _told(session: Session, record: Release, news: bool) -> None:
    from podcast_pipeline.publish import withdraw

    assert record.withdrawn is not None
    if not news:
        session.say(f"{record.slug}: is {record.withdrawn}; nothing was written")
        return
    session.say(f"{record.slug}: is {record.withdrawn}: no feed has it")
    addresses = withdraw.addresses(session.show, record)
    if not record.withdrawn.done:
        session.say(f"  not complete: `podcast withdraw {record.slug}` asks again")
    if addresses:
        session.say("  purge these in the CDN's own console:")
        for address in addresses:
            click.echo(address)
    for line in withdraw.unreachable(record):
        session.say(f"  {line}")
    session.say("  commit and push feed/: other copies of the show stop until they have it")


def _reinstate(session: Session, slug: str, yes: bool, moment: datetime) -> None:
    from podcast_pipeline.episode import records
    from podcast_pipeline.publish import seen, withdrawals
    from podcast_pipeline.publish.consent import Consent
    from podcast_pipeline.publish.prepare import prepare
    from podcast_pipeline.storage.registry import open_storage

    show, workspace = session.show, session.workspace
    storage = open_storage(show.storage, workspace)
    release = records.read(workspace, slug)
    if release is None:
        raise PodcastError(f"{slug}: has no record, so it was not withdrawn", "`podcast status` lists the episodes")
    begun = release.withdrawn is None and (
        (seen.load(workspace) or seen.Seen()).returns(release.guid)
        or withdrawals.marked(storage, release.guid) is not None
    )
    if release.withdrawn is None and not begun:
        session.say(f"{slug}: is not withdrawn; nothing was written")
        return
    todo = () if begun else (slug,)
    planned = prepare(show, workspace, todo, storage, moment, Consent(returning=frozenset({slug})))
    asked(session, planned, {slug}, storage, yes)
    confirmed(yes, f"{slug} was {release.withdrawn or 'withdrawn'}. Bring it back into the feeds?")
    _carried_out(session, planned, moment)
    session.say(f"{slug}: is back")
    session.say("  commit and push feed/: other copies of the show stop until they have it")


def _carried_out(session: Session, planned: Publication, moment: datetime) -> None:
    from podcast_pipeline.publish import announce
    from podcast_pipeline.publish.carry_out import carry_out
    from podcast_pipeline.storage.registry import open_storage

    for line in planned.lines():
        session.detail(line)
    storage = open_storage(session.show.storage, session.workspace)
    with session.bar("withdraw") as report:
        for line in carry_out(planned, session.show, session.workspace, storage, moment, report):
            session.say(f"  {line}")
    for line in announce.notify(session.show, session.workspace, storage, session.say):
        session.say(f"  {line}")
