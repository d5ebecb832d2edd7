"""import: a feed of another host into this show; and the proof that a move loses nobody."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from podcast_pipeline.cli.session import Session, command
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace

if TYPE_CHECKING:
    from podcast_pipeline.migration.bring import Arrival

PARTS = ("feed", "episodes")
"""Where an import writes, besides the show directory itself."""


@command(
    click.argument("source", metavar="URL|FILE", required=False),
    click.option("--media", is_flag=True, help="Fetch audio, transcripts, chapters and pictures, byte for byte."),
    click.option("--dry-run", is_flag=True, help="Say what would be written; write nothing."),
    click.option("--owner-confirmed", is_flag=True, help="The feed is locked, and its owner wants this import."),
    click.option("--url", "address", metavar="URL", help="The new public address of the feed, ending in /feed.xml."),
    click.option("--verify", nargs=2, metavar="OLD NEW", help="Compare two feeds: does the move lose anybody?"),
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
) -> None:
    """Bring a show over from another host: settings, people, episodes and their records. Overwrites nothing.

    Every guid is copied character for character, so that nobody gets an episode twice. Without --media the files stay
    where they are until you fetch them. Run it again at any time: only what is new is added.
    """
    from podcast_pipeline import atomic, download
    from podcast_pipeline.cli.init import PLACEHOLDER, addresses
    from podcast_pipeline.engine import lock
    from podcast_pipeline.migration import bring

    if verify is not None:
        _verify(session, *verify)
        return
    if source is None:
        raise click.UsageError("name the feed: its https address, or a saved file")
    workspace, new_address = _workspace(session), addresses(address or PLACEHOLDER)
    if dry_run:
        _told(session, bring.look(workspace, source, download.PUBLIC, confirmed=owner_confirmed), "would be added")
        return
    fresh = not workspace.show_toml.exists()
    with lock.hold(workspace.build_root / ".locks" / "publish", "the show", session.wait):
        atomic.sweep(
            workspace.root, *(Path(folder) for part in PARTS for folder, _, _ in os.walk(workspace.root / part))
        )
        arrival = bring.look(workspace, source, download.PUBLIC, confirmed=owner_confirmed)
        for line in bring.write(workspace, arrival, *new_address, _starters(), download.PUBLIC):
            session.say(f"  {line}")
        _told(session, arrival, "added")
        if media:
            _media(session, workspace, arrival)
        _rendered(session, workspace)
    if fresh and address is None:
        session.say("feed/show.toml: podcast.example.org is a placeholder; set url and public_base_url")


def _workspace(session: Session) -> Workspace:
    """The show here, or the folder that becomes one."""
    try:
        return session.workspace
    except PodcastError:
        return Workspace((session.directory or Path.cwd()).absolute())


def _starters() -> dict[str, bytes]:
    from podcast_pipeline.cli.init import ATTRIBUTES, IGNORED

    return {".gitignore": IGNORED.encode(), ".gitattributes": ATTRIBUTES.encode(), "feed/references.json": b"[]\n"}


def _told(session: Session, arrival: Arrival, done: str) -> None:
    for line in arrival.sentences():
        session.say(f"  {line}")
    for release in arrival.new:
        session.detail(f"  {release.slug}: {release.guid}")
    session.say(f"{arrival.source}: {len(arrival.new)} episodes {done}, {arrival.unchanged} unchanged")


def _media(session: Session, workspace: Workspace, arrival: Arrival) -> None:
    from podcast_pipeline import download
    from podcast_pipeline.migration import bring

    with session.bars() as watch:
        count, said, failed = bring.fetch(workspace, arrival, download.PUBLIC, watch)
    for line in said:
        session.say(f"  {line}")
    session.say(f"{count} audio files fetched; `podcast publish` puts them online")
    if failed:
        raise PodcastError("\n".join(failed), "run the same command again: what is there is kept")


def _rendered(session: Session, workspace: Workspace) -> None:
    """The proof that the show renders and that clients would read it."""
    from podcast_pipeline.config.load import load_show
    from podcast_pipeline.episode import records
    from podcast_pipeline.publish import feed, imported

    releases = records.read_all(workspace)
    data = feed.rendered(load_show(workspace), workspace, releases, datetime.now(UTC))
    feed.write(workspace.feed_xml, data)
    session.say(f"feed/feed.xml: {len(data):,} bytes, rendered and checked")
    if remote := imported.elsewhere(releases):
        session.say(f"{len(remote)} episodes are still served by the old host: --media fetches their files")


def _verify(session: Session, old: str, new: str) -> None:
    from podcast_pipeline import download
    from podcast_pipeline.migration import source
    from podcast_pipeline.migration.compare import differences

    before, after = (source.fetch(one, download.PUBLIC) for one in (old, new))
    found = differences(before.pages, after.pages, datetime.now(UTC), new if source.is_url(new) else None)
    for line in found:
        click.echo(line)
    if found:
        raise PodcastError(f"{len(found)} differences: subscribers of {download.shown(old)} would notice them")
    session.say(f"{download.shown(new)}: the same for every subscriber of {download.shown(old)}")
