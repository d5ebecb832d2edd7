"""verify: the proof that listeners get what was published, and that a move loses nobody."""

from __future__ import annotations

import json
from datetime import datetime

import click

from podcast_pipeline.cli.publish import NOW, instant
from podcast_pipeline.cli.session import EPISODES, JSON, Session, chosen, command
from podcast_pipeline.errors import PodcastError

LOCALLY = "in the storage's folder, served from here (what listeners reach was not asked)"
"""Where objects are asked for of a storage that does not serve."""


@command(
    EPISODES,
    click.option("--read-data", is_flag=True, help="Read every object whole and compare its SHA-256."),
    click.option("--against", metavar="URL", help="Compare with the feed at the show's former, or next, address."),
    NOW,
    JSON,
)
def verify(
    session: Session,
    episodes: tuple[str, ...],
    read_data: bool,
    against: str | None,
    now: datetime | None,
    as_json: bool,
) -> None:
    """Prove what is public: HEAD, two bytes as 206, types and lengths of every object, and the feed itself.

    With --against also that a move loses nobody: the feed there and the public one here have the same episodes, by
    guid, date and order. Where `[move] to` names that address, it is the new one; otherwise it is the old one.
    """
    from podcast_pipeline import download
    from podcast_pipeline.episode import records
    from podcast_pipeline.publish import seen
    from podcast_pipeline.publish.verify import verify as prove
    from podcast_pipeline.storage.registry import served

    known = {release.slug: release for release in records.read_all(session.workspace)}
    slugs = chosen(session, episodes) if episodes else tuple(known)
    if unknown := [slug for slug in slugs if slug not in known]:
        raise PodcastError(f"{', '.join(unknown)}: not published from here", "see `podcast status`")
    releases = [known[slug] for slug in slugs]
    moment = instant(now)
    count, problems, hint, judged = prove(session.show, session.workspace, releases, moment, bodies=read_data)
    if against is not None:
        problems += _moved(session, against, moment)
    if judged is not None and (problems or not episodes):  # of a copy that is behind `git pull` alone changes it
        seen.judged(session.workspace, None if problems else moment, judged)
    if as_json:
        click.echo(json.dumps({"objects": count, "problems": list(problems)}, ensure_ascii=False, indent=2))
    if problems:
        raise PodcastError("\n".join(problems), hint)
    where = "on the public address" if served(session.show.storage, session.workspace) else LOCALLY
    session.say(f"{count} objects asked for {where}: all as recorded")
    if against is not None:
        session.say(f"{download.shown(against)}: the same for every subscriber")


def _moved(session: Session, url: str, now: datetime) -> tuple[str, ...]:
    """What subscribers would notice of a move between `url` and here. Raises PodcastError: one of them has no feed."""
    from podcast_pipeline import download, keys
    from podcast_pipeline.migration import compare, source
    from podcast_pipeline.storage import fetch
    from podcast_pipeline.storage.registry import public_address

    show = session.show
    theirs = source.fetch(url, download.PUBLIC).pages
    with public_address(show.storage, session.workspace) as base:
        answer = fetch.read(keys.url(base, keys.FEED))
    if answer.status != 200:
        raise PodcastError(f"{show.url}: answers {answer.status}, not 200", "publish first")
    leaving = show.move is not None and show.move.to == url
    before, after = ((answer.body,), theirs) if leaving else (theirs, (answer.body,))
    compared = compare.compare(before, after, now, url if leaving else show.url)
    for doubt in compared.doubts:
        session.say(f"  to be looked at: {doubt}")
    return compared.differences
