"""storage: the show's files in another place, and damaged ones mended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from podcast_pipeline import keys
from podcast_pipeline.cli.publish import NOW, instant
from podcast_pipeline.cli.session import ExistingFile, Session, command

if TYPE_CHECKING:
    from podcast_pipeline.model.show import StorageSettings
    from podcast_pipeline.publish.relocation import Ends

TO = click.option(
    "--to",
    "to",
    required=True,
    metavar="FILE",
    type=ExistingFile(),
    help="A TOML file with the [storage] table of the other place, as in feed/show.toml.",
)
DRY = click.option("--dry-run", is_flag=True, help="Say what would be done; send nothing.")


@click.group()
def storage() -> None:
    """The files of a show in another bucket or folder, proven; what is damaged there mended.

    Nothing is deleted at the former place, and a run that was stopped goes on where it was.
    """


@command(TO, DRY, NOW)
def move(session: Session, to: Path, dry_run: bool, now: datetime | None) -> None:
    """Move the show to another storage: everything is brought there and proven, then feed/show.toml says so.

    Where the public address stays, its name has to lead to the new storage afterwards. Where it changes, the feed is
    published there, and the former feeds send their subscribers to it (itunes:new-feed-url). Until all is proven
    nothing changes for listeners.
    """
    from podcast_pipeline.config.load import load_storage
    from podcast_pipeline.errors import PodcastError
    from podcast_pipeline.publish import announce, relocation
    from podcast_pipeline.storage.registry import open_storage

    workspace, moment, settings = session.workspace, instant(now), load_storage(to)
    with session.publishing():
        going = relocation.under_way(workspace)
        if going is not None and going.new == session.show.storage != settings:
            raise PodcastError(
                f"a move to {going.new.public_base_url} was begun here and has not ended",
                "run it again with the same file first",
            )
        begun = going is not None and going.old != session.show.storage
        if session.show.storage == settings and not begun:
            session.say("feed/show.toml says so already, and no move is under way: nothing was done")
            return
        if session.show.storage != settings:
            between = relocation.ends(session.show, workspace, settings)
            if dry_run:
                _foretold(session, between, settings)
                return
            with session.bar("move") as report:
                brought = relocation.begin(session.show, workspace, between, settings, to, moment, report)
            session.say(f"{brought.copied} objects copied; every one is proven by size and SHA-256")
            session.say("feed/show.toml names the new place")
            for line in brought.notices:
                session.say(f"  {line}")
            _left(session, between, brought.damaged)
            del session.__dict__["show"]  # read again, as it was changed
        if dry_run:
            session.say("everything is brought over and proven; what is left is the new feed and the former ones")
            return
        going = relocation.under_way(workspace)
        if going is not None and going.old != session.show.storage:
            with session.bar("publish") as report:
                for line in relocation.finish(session.show, workspace, going, moment, report):
                    session.say(f"  {line}")
            _advise(session, going.old, settings)
        store = open_storage(session.show.storage, workspace)
    for line in announce.notify(session.show, workspace, store, session.say):
        session.say(f"  {line}")


@command(TO, DRY, NOW)
def copy(session: Session, to: Path, dry_run: bool, now: datetime | None) -> None:
    """Copy everything to another storage, feeds last, each object proven by size and SHA-256; the show stays here.

    Again and again, it copies what is new: a second place from which the show can be served.
    """
    from podcast_pipeline.config.load import load_storage
    from podcast_pipeline.publish import relocation

    settings = load_storage(to)
    with session.publishing():
        between = relocation.ends(session.show, session.workspace, settings)
        if dry_run:
            _foretold(session, between, settings)
            return
        with session.bar("copy") as report:
            brought = relocation.copy(session.show, session.workspace, between, instant(now), report)
    total = len(between.content.objects) + len(between.content.feeds)
    there = total - len(brought.damaged)
    session.say(f"{brought.copied} objects copied; all {there} are there, proven by size and SHA-256")
    _left(session, between, brought.damaged)


def _foretold(session: Session, between: Ends, settings: StorageSettings) -> None:
    from podcast_pipeline.publish.relocation import same_address

    there = dict.fromkeys(listed.key for listed in between.target.list())
    todo = [*between.content.objects, *between.content.feeds]
    for listed in todo:
        verb = "look" if listed.key in there else "copy"
        click.echo(f"{verb}  {listed.size:>11,} bytes  {keys.masked(listed.key)}")
    size = sum(listed.size for listed in todo if listed.key not in there)
    session.say(
        f"from {between.source.capabilities.place} to {between.target.capabilities.place}: {size:,} bytes to copy"
    )
    if not same_address(session.show.storage, settings):
        session.say(f"  a move also publishes every feed anew at {settings.public_base_url}")
    _left(session, between)


def _left(session: Session, between: Ends, damaged: Sequence[str] = ()) -> None:
    for key in damaged:
        session.say(f"  {keys.masked(key)}: holds other bytes than its name says, and no record names it: it was left")
    if between.content.strange:
        session.say(
            f"  {len(between.content.strange)} objects with names that publishing never makes stay where they are"
        )
        for listed in between.content.strange:
            session.detail(f"    {listed.key}")


def _advise(session: Session, old: StorageSettings, new: StorageSettings) -> None:
    """What is left to people."""
    from podcast_pipeline.publish.relocation import same_address

    session.say(f"moved; the files of the former place stay where they are: {old.public_base_url}")
    if same_address(old, new):
        session.say("  let the name of the public address lead to the new storage, then `podcast verify --read-data`")
    else:
        session.say(
            "  let the former address answer 301 to the new one, for good; its files are needed as long as apps ask"
        )
        session.say(
            "  tell Apple, Spotify and other directories the new address, then `podcast verify --against` the former"
        )
    session.say("  commit and push feed/: other copies of the show stop until they have it")
    session.say(
        "  `podcast withdraw --purge` does not reach the former place: what has to go must be deleted there as well"
    )


@command(
    click.option(
        "--from",
        "copy_",
        metavar="FILE",
        type=ExistingFile(),
        help="A TOML file with the [storage] table of a copy that may have what is damaged here.",
    ),
    click.option("--read-data", is_flag=True, help="Read every object whole and compare its SHA-256."),
    DRY,
    NOW,
)
def repair(session: Session, copy_: Path | None, read_data: bool, dry_run: bool, now: datetime | None) -> None:
    """Put back what the storage has lost or damaged: from build/, the show's own files, or a copy of the storage.

    Looked at is every object that the records name, by size, digest and headers; a feed that is damaged becomes what it
    was. Only bytes with the recorded digest are put, and each is asked for on the public address afterwards.
    """
    import tempfile

    from podcast_pipeline.config.load import load_storage
    from podcast_pipeline.episode import records
    from podcast_pipeline.errors import StorageError
    from podcast_pipeline.publish import damage, lease, moved, proof, upload
    from podcast_pipeline.publish import repair as repairs
    from podcast_pipeline.storage import fetch
    from podcast_pipeline.storage.registry import open_storage, public_address

    show, workspace, moment = session.show, session.workspace, instant(now)
    with session.publishing(), tempfile.TemporaryDirectory(prefix="podcast-repair-") as scratch:
        store = open_storage(show.storage, workspace)
        moved.check([listed.key for listed in store.list(keys.MOVED)], store)
        releases = {release.slug: release for release in records.read_all(workspace)}
        wanted = damage.recorded(show, workspace, releases.values())
        with session.bar("repair") as report:
            harmed = damage.damaged(wanted, store, report, read_data=read_data)
        second = open_storage(load_storage(copy_), workspace) if copy_ is not None else None
        mending = damage.mending(show, workspace, releases, harmed, second, Path(scratch), moment)
        feeds = list(damage.documents(show, workspace, tuple(releases.values()), store, moment))
        for action in (*mending.actions, *feeds):
            click.echo(f"{keys.masked(action.wanted.key)}: {action.reason}")
        if not dry_run and (mending.actions or feeds):
            with lease.held(store, workspace) as held:
                for action in mending.actions:
                    damage.put(action, store)
                held.check()
                upload.apply(feeds, store, lambda _: None)
            with public_address(show.storage, workspace) as base:
                mended = [action.wanted for action in (*mending.actions, *feeds)]
                problems = upload.prove(mended, base, bodies=True, patience=fetch.Patience())
            if problems:
                raise StorageError("\n".join(problems), "it is mended in the storage; mend its host or CDN, then again")
    count = len(mending.actions) + len(feeds)
    session.say(f"{len(wanted)} objects looked at; {count} {'to be ' if dry_run and count else ''}put back")
    if mending.nowhere:
        lost = {harm.wanted: harm.fault for harm in mending.nowhere}
        raise StorageError(proof.listed(lost), repairs.help_for(lost, releases))


for verb in (move, copy, repair):
    storage.add_command(verb)
