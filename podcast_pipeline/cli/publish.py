"""publish: what listeners get."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import click

from podcast_pipeline.cli.session import EPISODES, JSON, Session, chosen, command, confirmed
from podcast_pipeline.errors import PodcastError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from podcast_pipeline.layout import Workspace
    from podcast_pipeline.model.release import Release
    from podcast_pipeline.publish.publication import Publication
    from podcast_pipeline.storage.protocol import Storage

NOW = click.option(
    "--now", type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%SZ"]), help="Decide what is due as of then."
)


LATE = timedelta(hours=24)
"""How long after its date an episode may become public before apps sort it among older ones."""


def instant(now: datetime | None) -> datetime:
    """The instant to judge by: --now, else the clock."""
    if now is None:
        return datetime.now(UTC)
    return now if now.tzinfo else now.replace(tzinfo=UTC)


@command(
    EPISODES,
    click.option("--dry-run", is_flag=True, help="Print the exact plan and the feed's changes; send nothing."),
    click.option("--quick", is_flag=True, help="Do not read the uploaded bodies back (HEAD and ranges are checked)."),
    click.option("--replace", is_flag=True, help="The named episodes get new audio: same guid, a new address."),
    click.option("--allow-guid-change", is_flag=True, help="Listeners may get the named episodes a second time."),
    click.option("--allow-removal", multiple=True, metavar="GUID", help="This episode may leave the public feed."),
    click.option("--reinstate", is_flag=True, help="What `podcast rollback` took back of the named episodes returns."),
    click.option("--gc", "rubbish", is_flag=True, help="Instead: list objects that nothing names any more."),
    click.option("--yes", is_flag=True, help="Do not ask: --gc deletes, --reinstate brings unread corrections along."),
    NOW,
    JSON,
)
def publish(
    session: Session,
    episodes: tuple[str, ...],
    dry_run: bool,
    quick: bool,
    now: datetime | None,
    as_json: bool,
    rubbish: bool,
    yes: bool,
    replace: bool,
    allow_guid_change: bool,
    allow_removal: tuple[str, ...],
    reinstate: bool,
) -> None:
    """Upload, verify on the public address, and update the feed last.

    An episode goes out by its name: at once, or, where its publish_at is still to come, as soon as `publish` runs after
    it, by a timer too; until then only its audio is uploaded. Without a name nothing goes out that was never named: one
    that was signed after its date is listed as overdue, with the command. An episode must be built and signed off; no
    flag skips that: of several, those that are not are named at the end, and the others go out. Every step may be
    repeated: run it again after any interruption.
    """
    from podcast_pipeline.board import gather
    from podcast_pipeline.cli import registers, schedule
    from podcast_pipeline.cli.collect import collect
    from podcast_pipeline.episode import records
    from podcast_pipeline.publish import announce, imported, publication, rendering, seen
    from podcast_pipeline.publish.carry_out import carry_out
    from podcast_pipeline.publish.consent import Consent
    from podcast_pipeline.publish.draft import due
    from podcast_pipeline.publish.prepare import prepare
    from podcast_pipeline.publish.repair import Lost
    from podcast_pipeline.storage.registry import open_storage

    if (replace or allow_guid_change) and not episodes:
        raise click.UsageError("--replace and --allow-guid-change need the names of the episodes they are meant for")
    if rubbish:
        if episodes:
            raise click.UsageError("--gc looks at everything: it takes no episodes")
        collect(session, instant(now), delete=yes and not dry_run)
        return
    consent = Consent(replace, allow_guid_change, frozenset(allow_removal), reinstate)
    workspace, show, moment = session.workspace, session.show, instant(now)
    with session.publishing():
        known = records.read_all(workspace, rendering.read_whole(workspace))
        awaited = due(workspace, known, moment)
        slugs = chosen(session, episodes) if episodes else awaited
        with session.locked(*slugs):
            if not dry_run:
                registers.confirm(session, slugs)
                show = session.show
            storage = open_storage(show.storage, workspace)
            try:
                planned = prepare(show, workspace, slugs if episodes else None, storage, moment, consent)
            except Lost:
                if not dry_run:
                    with contextlib.suppress(PodcastError):  # what is lost is the news, also where no room is left
                        seen.judged(workspace, None)
                raise
            said = _dates(workspace, known, planned.releases, moment)
            if as_json:
                click.echo(json.dumps(publication.as_json(planned), indent=2))
            if dry_run:
                _planned(session, planned, said, plain=not as_json)
                return
            for line in planned.lines():
                session.detail(line)
            asked(session, planned, planned.reinstated, storage, yes)
            with session.bar("publish") as report:
                late = carry_out(planned, show, workspace, storage, moment, report, bodies=not quick)
    if remote := imported.elsewhere(known):
        said += (f"{len(remote)} episodes are still served by the old host: `podcast import SOURCE --media`",)
    if replace and planned.changes:
        said += ("apps that keep an episode's address go on playing the earlier file; others load it again",)
    left = _left(session, planned)
    board = None if episodes else gather.unpublished(show, workspace, moment)
    _told(session, planned, late, open_ends=board is not None and bool(left.open or board.cards))
    _waiting(session, planned, left)
    _said(session, announce.notify(show, workspace, storage, session.say))
    _said(session, said)
    if board is not None:
        schedule.report(session, board)
    _refuse(planned)


def _planned(session: Session, planned: Publication, said: Sequence[str], *, plain: bool) -> None:
    """What a publication would do, and what it would leave; `plain`: the plan itself, for people."""
    if plain:
        click.echo("\n".join(planned.lines()))
        click.echo(planned.diff(), nl=False)
        _verified(session, planned)
    _waiting(session, planned, _left(session, planned))
    _said(session, said)
    _refuse(planned)


def _dates(
    workspace: Workspace, known: Sequence[Release], releases: Sequence[Release], now: datetime
) -> tuple[str, ...]:
    """What is to be said of the dates of episodes that become public now, or are handed over for later."""
    from podcast_pipeline.episode import dates

    public = {release.slug for release in known if release.status != "scheduled"}
    ours = (release for release in releases if release.withdrawn is None and not release.source)
    coming = [release for release in ours if release.slug not in public]
    together = dates.together(dates.planned(workspace, public)) if coming else {}
    said = []
    for release in coming:
        if release.status == "published" and release.publish_at < now - LATE:
            when = f"{release.publish_at:%Y-%m-%d %H:%M %Z}"
            said.append(f"{release.slug}: dated {when}, more than a day ago: apps sort it below newer ones")
        if same := dates.sentence(together.get(release.slug, ())):
            said.append(f"{release.slug}: {same}")
    return tuple(said)


def _said(session: Session, lines: Iterable[str]) -> None:
    for line in lines:
        session.say(f"  {line}")


def asked(session: Session, planned: Publication, back: Collection[str], storage: Storage, yes: bool) -> None:
    """Say which corrections of the episodes that come back nobody has read yet, and ask whether they are meant."""
    from podcast_pipeline.publish.pending import never_public

    returning = [release for release in planned.releases if release.slug in back]
    unread = [(release.slug, line) for release in returning for line in never_public(release, storage)]
    for slug, line in unread:
        session.say(f"{slug}: comes back with a correction that was never public: {line}")
    if unread:
        confirmed(yes, "Make that public now?")


def _refuse(planned: Publication) -> None:
    """Raises PodcastError for the episodes that were left out; the others have gone their way by now."""
    if planned.refused:
        raise PodcastError("\n".join(f"{slug}: {error}" for slug, error in planned.refused))


class _Left(NamedTuple):
    """What is written down or signed here, and not public."""

    releases: Mapping[str, Release]
    """All records by slug, as they will be."""
    needs: Mapping[str, tuple[str, ...]]
    """Slug -> what its corrections still need, as `pending.left` has it."""
    void: Mapping[str, str]
    """Slug of a public episode of which something was changed here that nobody has signed -> why. Those that were
    refused say it themselves."""

    @property
    def open(self) -> bool:
        return bool(self.void) or any(self.needs[slug] or self.releases[slug].pending for slug in self.releases)


def _left(session: Session, planned: Publication) -> _Left:
    from podcast_pipeline.digests import Digests
    from podcast_pipeline.episode import records
    from podcast_pipeline.publish import pending

    show, workspace = session.show, session.workspace
    digests, refused = Digests(workspace.digests), {slug for slug, _ in planned.refused}
    here = records.read_all(workspace)
    every = {release.slug: release for release in (*here, *planned.releases)}
    needs = {slug: pending.left(show, workspace, release, digests) for slug, release in every.items()}
    asked = (release for release in here if release.slug not in refused)
    void = {release.slug: pending.unsigned(show, workspace, release, digests) for release in asked}
    return _Left(every, needs, {slug: why for slug, why in void.items() if why})


def _waiting(session: Session, planned: Publication, left: _Left) -> None:
    """Which corrections are not public yet, and what makes them so; which feeds are renewed by nobody, and why."""
    from podcast_pipeline.publish import dropped, members, pending

    if unlisted := members.unlisted(session.show, left.releases.values()):
        session.say(unlisted)
    for line in planned.notices:
        session.say(line)
    for line in dropped.sentences(session.show, left.releases.values(), planned.seen):
        session.say(line)
    for slug, release in sorted(left.releases.items()):
        if then := pending.sentence(release, left.needs[slug]):
            session.say(f"{slug}: {then}")
    for slug, why in left.void.items():
        session.say(f"{slug}: what is here is not public: {why}; read it, then `podcast amend {slug} --by ID`")


def _verified(session: Session, planned: Publication) -> None:
    """How many references of each episode a register has confirmed to exist."""
    from podcast_pipeline.evidence.cited import verified_line

    for release in planned.releases:
        if release.references:
            session.say(f"{release.slug}: references {verified_line(release.references)}")


def _told(session: Session, planned: Publication, late: tuple[str, ...], *, open_ends: bool) -> None:
    if not planned.visible:
        settled = "nothing is due" if open_ends else "everything is published and up to date"
        done = "nothing was published" if planned.refused else settled
        session.say(f"{done}; nothing was written{' but the manifest of the feed' if planned.changes else ''}")
        return
    for slug in planned.reinstated:
        session.say(f"{slug}: is reinstated")
    for release in planned.releases:
        when = f"is scheduled for {release.publish_at:%Y-%m-%d %H:%M %Z}"
        when = f"is {release.withdrawn}" if release.withdrawn is not None else when
        session.say(f"{release.slug}: {'is public' if release.status == 'published' else when}")
        for verdict in release.lacking:
            session.say(f"  without a verdict, as it was before: {verdict}")
        if release.lapsed:
            session.say(f"  its page says: {' '.join(release.lapsed)}")
    _verified(session, planned)
    sent = [f"{planned.uploads} objects uploaded and verified"] if planned.uploads else []
    sent += [f"{planned.written} other documents written"] if planned.written else []
    sent.append(f"all {len(planned.named)} objects that the feeds name are in the storage")
    session.say(f"{'; '.join(sent)}; feed: {session.show.url}")
    for line in late:
        session.say(f"  {line}")
