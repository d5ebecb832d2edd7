"""feed: render the feeds; check any feed; the addresses of members."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from podcast_pipeline import reading
from podcast_pipeline.cli.members import members
from podcast_pipeline.cli.publish import NOW, instant
from podcast_pipeline.cli.session import JSON, Session
from podcast_pipeline.errors import FeedError, PodcastError

if TYPE_CHECKING:
    from podcast_pipeline.model.finding import Finding
    from podcast_pipeline.model.release import Release

OWN = "our own"
ALIKE = 3
"""So many findings of one rule about one element are shown; a habit of the host stands in every item."""


@click.group(invoke_without_command=True)
@click.option(
    "--check", "checked", metavar="[FILE|URL]", is_flag=False, flag_value=OWN, help="Judge a feed, ours or any other."
)
@click.option("--merge", is_flag=True, help="Bring this copy of the show and another one together.")
@click.option(
    "--from-public", is_flag=True, help="With --merge: take over what the public feed has and no copy can give."
)
@click.option(
    "--ours", multiple=True, metavar="EP", help="With --merge: this episode stays as it is here; `show`: the rest."
)
@click.option("--theirs", multiple=True, metavar="EP", help="With --merge: this episode becomes what is public.")
@NOW
@JSON
@click.pass_context
def feed(
    ctx: click.Context,
    checked: str | None,
    merge: bool,
    from_public: bool,
    ours: tuple[str, ...],
    theirs: tuple[str, ...],
    now: datetime | None,
    as_json: bool,
) -> None:
    """Render feed/feed.xml from feed/show.toml and feed/releases. The same input gives the same bytes.

    With --check nothing is rendered: the feed is judged by every rule that keeps clients from losing episodes. Each
    finding has the number of its rule and says who suffers. Exit 1 if there is an error. Where a FILE or URL is named,
    an error is what a client or directory suffers from; what is our own custom, or tolerated, is a warning there.

    With --merge --from-public what others have published and nobody can push any more becomes records here: of a lost
    computer, of a timer's copy. Unpublished work stays; where both changed, --ours or --theirs decides.
    """
    session: Session = ctx.obj
    if ctx.invoked_subcommand is not None:
        return
    if merge != from_public or ((ours or theirs) and not merge):
        raise click.UsageError("--merge and --from-public go together; --ours and --theirs belong to them")
    if checked is not None:
        _check(session, checked, instant(now), as_json)
    elif merge:
        _merge(session, instant(now), frozenset(ours), frozenset(theirs))
    else:
        _render(session, instant(now))


feed.add_command(members)


def _render(session: Session, moment: datetime) -> None:
    from podcast_pipeline.episode import records
    from podcast_pipeline.publish import feed
    from podcast_pipeline.publish.draft import due

    workspace = session.workspace
    with session.publishing():
        releases = records.read_all(workspace)
        data = feed.rendered(session.show, workspace, releases, moment)
        written = feed.write(workspace.feed_xml, data)
        others = _others(session, releases, moment)
    session.say(f"feed/feed.xml: {len(data):,} bytes, {'written' if written else 'unchanged'}")
    if others:
        session.say(f"build/feeds: {others} documents of the other feeds")
    if late := due(workspace, releases, moment):
        session.say(f"  not in it yet, but due: {', '.join(late)} (`podcast publish`)")


def _merge(session: Session, moment: datetime, ours: frozenset[str], theirs: frozenset[str]) -> None:
    from podcast_pipeline.episode import records
    from podcast_pipeline.publish import feed
    from podcast_pipeline.publish.merge import merge
    from podcast_pipeline.publish.public import Public
    from podcast_pipeline.storage.registry import open_storage

    show, workspace = session.show, session.workspace
    with session.publishing():
        storage = open_storage(show.storage, workspace)
        public = Public(show, storage, moment)
        if not any(public.forms(id_) for id_ in public.ids):
            if _begun_anew(session):
                return
            raise FeedError(f"{show.url}: nothing is public", "there is nothing to take over; `podcast publish`")
        merged = merge(show, workspace, public, moment, ours, theirs)
        if public.main is not None and not merged.open:
            del session.__dict__["show"]  # show.toml may have changed
            data = feed.rendered(session.show, workspace, records.read_all(workspace), moment, public.main)
            feed.write(workspace.feed_xml, data)
    for line in merged.done:
        session.say(line)
    if merged.open:
        raise FeedError(
            "\n".join(("changed here and by others; publishing from here", *merged.open)),
            "look at both, then the same command with `--ours EP` or `--theirs EP` for each (`show`: the show itself)",
        )
    if not merged.done:
        session.say("this copy of the show has seen all that is public; no record was written")


def _begun_anew(session: Session) -> bool:
    """Whether feed/publication.json could not be read and is gone now, of a show that has published nothing yet."""
    from podcast_pipeline import atomic
    from podcast_pipeline.episode import records
    from podcast_pipeline.publish import seen

    workspace = session.workspace
    if any(release.status == "published" for release in records.read_all(workspace)):
        return False
    try:
        seen.load(workspace)
    except FeedError:
        atomic.remove(workspace.publication)
        session.say(f"{workspace.relative(workspace.publication)}: could not be read; nothing is public: it is gone")
        return True
    return False


def _others(session: Session, releases: tuple[Release, ...], moment: datetime) -> int:
    """The other feeds under build/feeds, as `publish` would upload them; without the secret those of members wait."""
    import dataclasses

    from podcast_pipeline import atomic
    from podcast_pipeline.publish import feeds, members

    show = session.show
    if not members.ready():
        waiting = [other.id for other in show.feeds if other.private]
        if waiting:
            session.say(
                f"{', '.join(waiting)}: for members; {members.SECRET} and {members.FILE} are needed to render it"
            )
        show = dataclasses.replace(show, feeds=tuple(other for other in show.feeds if not other.private))
    count = 0
    rendered = feeds.documents(show, session.workspace, releases, moment)
    for upload in feeds.wanted(show, session.workspace, releases, rendered, moment):
        if upload.key.endswith(".xml") and isinstance(upload.source, bytes):
            name = upload.key.removeprefix("m/")  # a member's address, where it is one
            private = name != upload.key
            atomic.write_bytes(session.workspace.build_root / "feeds" / name, upload.source, private=private)
            count += 1
    return count


def _check(session: Session, source: str, moment: datetime, as_json: bool) -> None:
    from podcast_pipeline import download
    from podcast_pipeline.episode import records
    from podcast_pipeline.feed import rules

    if source == OWN:
        workspace, show = session.workspace, session.show
        name, data = workspace.relative(workspace.feed_xml), _bytes(workspace.feed_xml)
        inherited = frozenset(release.guid for release in records.read_all(workspace) if release.source)
        moved = show.move.to if show.move else ""
        findings = rules.check(data, moment, feed_url=show.url, file=name, inherited=inherited, moved_to=moved)
    elif source.startswith(("https://", "http://")):
        name = download.shown(source)
        answer = download.read(source, reach=download.PUBLIC)
        url = source if answer.url == source else None
        findings = rules.check(_unpacked(session, answer.body, name), moment, feed_url=url, file=name, foreign=True)
    else:
        name, data = source, _bytes(Path(source))
        findings = rules.check(_unpacked(session, data, name), moment, file=name, foreign=True)
    _told(findings, name, as_json)


def _unpacked(session: Session, data: bytes, name: str) -> bytes:
    from podcast_pipeline.feed.foreign.document import unpacked

    plain = unpacked(data)
    if not plain and data:
        raise FeedError(f"{name}: packed by gzip, and damaged or too large", "save it unpacked")
    if plain != data:
        session.say(f"{name}: packed by gzip; what is in it is judged")
    return plain


def _bytes(path: Path) -> bytes:
    from podcast_pipeline.download import FEED_MOST

    try:
        return reading.data(path, FEED_MOST)
    except OSError as error:
        raise FeedError(
            f"{path}: {error.strerror}", "name a file or an https address; `podcast feed` renders ours"
        ) from error


def _alike(findings: tuple[Finding, ...]) -> list[list[Finding]]:
    """The findings, errors first, those of one rule at one place of several items together."""
    import re

    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in sorted(findings, key=lambda finding: "EWN".index(finding.severity)):
        key = (finding.severity, finding.code, re.sub(r"\[\d+\]", "", finding.field))
        groups.setdefault(key, []).append(finding)
    return list(groups.values())


def _told(findings: tuple[Finding, ...], name: str, as_json: bool) -> None:
    from podcast_pipeline.feed.rules.affected import AFFECTED

    count = {severity: sum(finding.severity == severity for finding in findings) for severity in "EWN"}
    if as_json:
        rows = [
            {"rule": finding.code, "severity": finding.severity, "file": finding.file, "line": finding.line}
            | {"field": finding.field}
            | {"sentence": finding.sentence, "suffers": AFFECTED[finding.code]}
            for finding in findings
        ]
        click.echo(json.dumps({"feed": name, "errors": count["E"], "findings": rows}, ensure_ascii=False, indent=2))
    else:
        for like in _alike(findings):
            for finding in like[:ALIKE]:
                click.echo(f"{finding}\n    {AFFECTED[finding.code]}")
            if len(like) > ALIKE:
                click.echo(
                    f"    and {len(like) - ALIKE} more {like[0].severity} {like[0].code} like it; --json lists all"
                )
        click.echo(f"{name}: {count['E']} errors, {count['W']} warnings, {count['N']} remarks", err=True)
    if count["E"]:
        raise PodcastError(f"{name}: breaks {count['E']} rules that make clients lose episodes")
