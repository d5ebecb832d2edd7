"""import: a feed of another host into this show; and the proof that a move loses nobody."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from podcast_pipeline.cli.session import JSON, Session, command
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace

if TYPE_CHECKING:
    from podcast_pipeline.cli.init import Addresses
    from podcast_pipeline.migration.bring import Arrival

PARTS = ("feed", "episodes")
"""Where an import writes, besides the show directory itself."""


@command(
    click.argument("source", metavar="URL|FILE", required=False),
    click.option("--media", is_flag=True, help="Fetch audio, transcripts, chapters and pictures, byte for byte."),
    click.option(
        "--dry-run", is_flag=True, help="Try all of it on a copy, with --media ask for each file; write nothing."
    ),
    click.option("--owner-confirmed", is_flag=True, help="The feed is locked, and its owner wants this import."),
    click.option("--url", "address", metavar="URL", help="The new public address of the feed, ending in /feed.xml."),
    click.option("--verify", nargs=2, metavar="OLD NEW", help="Compare two feeds: does the move lose anybody?"),
    JSON,
    name="import",
)
def import_(
    session: Session,
    source: str | None,
    media: bool,
    dry_run: bool,
    owner_confirmed: bool,
    address: str | None,
    verify: tuple[str, str] | None,
    as_json: bool,
) -> None:
    """Bring a show over from another host: settings, people, episodes and their records. Overwrites nothing.

    Every guid is copied character for character, so that nobody gets an episode twice. Without --media the files stay
    where they are until you fetch them. Run it again at any time: only what is new is added.
    """
    from podcast_pipeline import atomic, download
    from podcast_pipeline.cli.init import PLACEHOLDER, addresses
    from podcast_pipeline.engine import lock
    from podcast_pipeline.migration import bring
    from podcast_pipeline.migration.trial import trial

    if verify is not None:
        _verify(session, *verify, as_json)
        return
    if source is None:
        raise click.UsageError("name the feed: its https address, or a saved file")
    workspace, new_address = _workspace(session), addresses(address or PLACEHOLDER)
    if dry_run:
        with trial(workspace) as copy:
            arrival = bring.look(copy, source, download.PUBLIC, datetime.now(UTC), confirmed=owner_confirmed)
            _written(session, copy, arrival, new_address)
            _told(session, arrival, "would be added")
            refused, would = _tried(session, copy, arrival) if media else ({}, {})
            _accounted(session, copy, arrival, refused | would, as_json)
        session.say("nothing was written")
        if refused:
            raise PodcastError("\n".join(refused.values()), "the real run would bring all but these")
        return
    fresh = not workspace.show_toml.exists()
    with lock.hold(workspace.build_root / ".locks" / "publish", "the show", session.wait):
        atomic.sweep(
            workspace.root, *(Path(folder) for part in PARTS for folder, _, _ in os.walk(workspace.root / part))
        )
        arrival = bring.look(workspace, source, download.PUBLIC, datetime.now(UTC), confirmed=owner_confirmed)
        _written(session, workspace, arrival, new_address)
        _told(session, arrival, "added")
        failed = _media(session, workspace, arrival) if media else {}
        kept = _accounted(session, workspace, arrival, failed, as_json)
        bring.keep(workspace, arrival, kept)
    if fresh and address is None:
        session.say("feed/show.toml: podcast.example.org is a placeholder; set url and public_base_url")
    if failed:
        raise PodcastError(
            "\n".join(dict.fromkeys(failed.values())), "run the same command again: what is there is kept"
        )


def _workspace(session: Session) -> Workspace:
    """The show here, or the folder that becomes one; a folder that was named is never another show that it lies in."""
    if session.directory is not None:
        return Workspace(session.directory.absolute())
    try:
        return session.workspace
    except PodcastError:
        return Workspace(Path.cwd().absolute())


def _starters() -> dict[str, bytes]:
    from podcast_pipeline.cli.init import ATTRIBUTES, IGNORED

    return {".gitignore": IGNORED.encode(), ".gitattributes": ATTRIBUTES.encode(), "feed/references.json": b"[]\n"}


def _told(session: Session, arrival: Arrival, done: str) -> None:
    for line in arrival.sentences():
        session.say(f"  {line}")
    for line in itertools.chain.from_iterable(arrival.document.values()):
        session.detail(f"  {line}")
    for release in arrival.new:
        session.detail(f"  {release.slug}: {release.guid}")
    session.say(f"{arrival.source}: {len(arrival.new)} episodes {done}, {arrival.unchanged} unchanged")


def _written(session: Session, workspace: Workspace, arrival: Arrival, address: Addresses) -> None:
    from podcast_pipeline import download
    from podcast_pipeline.migration import bring

    for line in bring.write(workspace, arrival, *address, _starters(), download.PUBLIC):
        session.say(f"  {line}")


def _media(session: Session, workspace: Workspace, arrival: Arrival) -> dict[str, str]:
    """Fetch the files; address -> why it failed."""
    from podcast_pipeline import download
    from podcast_pipeline.migration import bring

    with session.bars() as watch:
        count, said, failed = bring.fetch(workspace, arrival, download.PUBLIC, watch)
    for line in said:
        session.say(f"  {line}")
    session.say(f"{count} audio files fetched; `podcast publish` puts them online")
    return failed


def _tried(session: Session, workspace: Workspace, arrival: Arrival) -> tuple[dict[str, str], dict[str, str]]:
    from podcast_pipeline import download
    from podcast_pipeline.migration import bring

    with session.bar("asking for the files") as report:
        refused, would = bring.tried(workspace, arrival, download.PUBLIC, report)
    session.say(f"{len(would)} files would be fetched, {len(refused)} could not be")
    return refused, would


def _accounted(
    session: Session, workspace: Workspace, arrival: Arrival, failed: Mapping[str, str], as_json: bool
) -> dict[str, Any]:
    """The proof that the show renders and that clients would read it, and the ledger of what became of the source."""
    from podcast_pipeline.config.load import load_show
    from podcast_pipeline.episode import records
    from podcast_pipeline.migration import bring
    from podcast_pipeline.migration.ledger import book
    from podcast_pipeline.publish import feed, imported

    show, releases = load_show(workspace), records.read_all(workspace)
    now = datetime.now(UTC)
    releases = bring.published(show, workspace, releases, now)
    data = feed.rendered(show, workspace, releases, now)
    feed.write(workspace.feed_xml, data)
    session.say(f"feed/feed.xml: {len(data):,} bytes, rendered and checked")
    if remote := imported.elsewhere(releases):
        session.say(f"{len(remote)} episodes are still served by the old host: --media fetches their files")
    ledger = bring.accounted(workspace, arrival, releases, data, show.storage.public_base_url, failed)
    document = book.document(ledger) | arrival.document
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    for line in book.lines(ledger):
        session.say(f"  {line}")
    return document


def _verify(session: Session, old: str, new: str, as_json: bool) -> None:
    from podcast_pipeline import download
    from podcast_pipeline.migration import source
    from podcast_pipeline.migration.compare import compare
    from podcast_pipeline.migration.ledger import book

    before, after = (source.fetch(name, download.PUBLIC) for name in (old, new))
    with session.bar("comparing") as report:
        address = new if source.is_url(new) else None
        compared = compare(before.pages, after.pages, datetime.now(UTC), address, report)
    noticed = compared.differences
    base = f"{after.url.rpartition('/')[0]}/" if after.url else ""
    ledger = book.ledger(before.pages, after.pages, download.shown(old), before.url, base)
    if as_json:
        document = {"differences": noticed, "doubts": compared.doubts, **book.document(ledger)}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        for line in noticed:
            click.echo(line)
    for line in (*book.lines(ledger), *(f"to be looked at: {doubt}" for doubt in compared.doubts)):
        session.say(f"  {line}")
    if noticed:
        raise PodcastError(f"{len(noticed)} differences: subscribers of {download.shown(old)} would notice them")
    open_ = f", but for {len(compared.doubts)} places to be looked at" if compared.doubts else ""
    session.say(f"{download.shown(new)}: the same for every subscriber of {download.shown(old)}{open_}")
