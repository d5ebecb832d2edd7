"""status: where every episode stands, and what is next."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from podcast_pipeline import keys
from podcast_pipeline.cli.session import ALL, EPISODES, JSON, Session, chosen, command
from podcast_pipeline.digests import Digests
from podcast_pipeline.engine.decide import Decider, Decision
from podcast_pipeline.errors import PodcastError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from podcast_pipeline.episode.dossier import Dossier
    from podcast_pipeline.model.release import Release, RolledBack
    from podcast_pipeline.publish.seen import Seen

BROKEN = "broken"


@command(EPISODES, ALL, JSON)
def status(session: Session, episodes: tuple[str, ...], every: bool, as_json: bool) -> None:
    """Show the stage of every episode, what is stale and why, and what is next."""
    from podcast_pipeline.publish import dropped

    digests = Digests(session.workspace.digests)
    slugs = chosen(session, episodes, every)
    past = _past(session)
    if not episodes or every:
        slugs = tuple(
            sorted(
                {
                    *slugs,
                    *past.held,
                    *(slug for slug, release in (past.records or {}).items() if release.status != "scheduled"),
                }
            )
        )
    rows = [_row(session, slug, digests, past) for slug in slugs]
    digests.save()
    for row in rows if episodes or as_json else ():
        row["quality"], row["references"] = _quality(session, row["slug"])
    if as_json:
        from podcast_pipeline.production import accuracy

        for row in rows:
            row["accuracy"] = accuracy.built(session.workspace.build(row["slug"]))
        click.echo(json.dumps({"show": session.show.title, "episodes": rows}, ensure_ascii=False, indent=2))
    elif not rows:
        session.say("no episodes yet: `podcast new SLUG` makes one")
    for row in rows if not as_json else ():
        click.echo(f"{row['slug']}: {row['state']}")
        for name, reasons in row["stale"].items():
            click.echo(f"  {name}: {'; '.join(reasons)}")
        if row.get("quality"):
            click.echo(f"  quality: {row['quality']}")
        if row.get("references"):
            click.echo(f"  references: {row['references']}")
        click.echo(f"  next: {row['next']}")
    _public(session)
    for line in dropped.sentences(session.show, (past.records or {}).values(), past.seen):
        session.say(line)
    if any(row["state"].startswith(BROKEN) for row in rows):
        click.get_current_context().exit(1)


def _public(session: Session) -> None:
    """Say so if a storage in a folder has another feed than feed/feed.xml. Of one that serves `verify` tells."""
    from podcast_pipeline.storage.registry import open_storage

    try:
        storage = open_storage(session.show.storage, session.workspace).capabilities
    except PodcastError as error:
        session.say(str(error))
        return
    ours, public = session.workspace.feed_xml, Path(storage.place) / keys.FEED
    here = not storage.serves and ours.exists() and public.exists()
    if not here or ours.read_bytes() == public.read_bytes():
        return
    from podcast_pipeline.publish import guard, seen  # only here, as all that publishes comes with it

    try:
        guard.check_rollback(public.read_bytes(), seen.load(session.workspace) or seen.Seen())
    except PodcastError as error:
        session.say(str(error))
    else:
        session.say("the public feed differs from feed/feed.xml: `podcast publish`, or see `podcast rollback`")


class _Past(NamedTuple):
    """Records and what was rolled back, by slug, and what was seen public; None and nothing where git is at odds."""

    records: Mapping[str, Release] | None
    held: Mapping[str, RolledBack]
    seen: Seen


def _past(session: Session) -> _Past:
    from podcast_pipeline.episode import records
    from podcast_pipeline.publish import seen

    workspace = session.workspace
    held = records.rolled_back(workspace)
    try:
        known = {release.slug: release for release in records.read_all(workspace)}
        return _Past(known, held, seen.load(workspace) or seen.Seen())
    except PodcastError:  # the episode's row says so, or what publishes
        return _Past(None, held, seen.Seen())


def _row(session: Session, slug: str, digests: Digests, past: _Past) -> dict[str, Any]:
    from podcast_pipeline.episode import records

    try:
        release = records.read(session.workspace, slug) if past.records is None else past.records.get(slug)
        return _known(slug, release, past) or _in_work(session, slug, release, digests, past)
    except PodcastError as error:
        fix = f"mend it, then `podcast status {slug}`"
        return {"slug": slug, "state": f"{BROKEN}: {error.message}", "stale": {}, "next": error.hint or fix}


def _quality(session: Session, slug: str) -> tuple[str, str]:
    """The computed items of the quality card, and how many references are verified; nothing of a broken episode."""
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.episode.dossier import Dossier
    from podcast_pipeline.evidence.cited import sources, verified_line
    from podcast_pipeline.people.printed import cast
    from podcast_pipeline.site import quality

    try:
        episode = load_episode(session.workspace, session.show, slug)
        signature = Dossier(session.show, episode, session.workspace).signature()
    except PodcastError:
        return "", ""
    known = session.show.references
    cited = sources(episode.claims, known).values()
    card = quality.card(episode, known, cast(session.show.people, episode), signature)
    return quality.line(card), verified_line(cited) if cited else ""


def _known(slug: str, release: Release | None, past: _Past) -> dict[str, Any] | None:
    """By its record; None for what is in work. A back catalogue is told of without a look at its sources."""
    from podcast_pipeline.publish import expiry, imported, pending
    from podcast_pipeline.site import lapse

    if (held := past.held.get(slug)) is not None:
        return _out(slug, str(held), release, held.at)
    if release is not None and release.guid in past.seen.rolled_back:
        return _out(slug, "rolled back", release, past.seen.rolled_back[release.guid])
    if release is not None and release.status != "scheduled":
        state = f"{release.status} {release.publish_at:%Y-%m-%d %H:%M %Z}"
        if release.source == "adopted":
            state += ", taken over from the public feed"
        if release.source == "import":
            state += ", imported: not reviewed here" + ("; the old host serves it" if release.enclosure.url else "")
        if release.status == imported.WAITING:
            return {"slug": slug, "state": state, "stale": {}, "next": "`podcast publish` puts its files online"}
        if then := pending.sentence(release):
            return {"slug": slug, "state": state, "stale": {}, "next": then}
        if lapsed := lapse.lapsed(release, datetime.now(UTC).date()):
            state = " ".join((f"{state}.", *lapsed))
            if expiry.due([release], datetime.now(UTC)):
                return {"slug": slug, "state": state, "stale": {}, "next": "`podcast publish` says so on its page"}
        return {"slug": slug, "state": state, "stale": {}, "next": f"`podcast verify {slug}`"}
    return None


def _in_work(session: Session, slug: str, release: Release | None, digests: Digests, past: _Past) -> dict[str, Any]:
    """By its sources and what is built of them."""
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.episode.dossier import Dossier
    from podcast_pipeline.pipeline import stages

    workspace = session.workspace
    episode = load_episode(workspace, session.show, slug)
    if release is None and episode.guid in past.seen.rolled_back:
        return _out(slug, "rolled back", None, past.seen.rolled_back[episode.guid])
    if not episode.tracks:
        state = "planned" + (f", with {episode.plan.faculty}" if episode.plan and episode.plan.faculty else "")
        return {"slug": slug, "state": state, "stale": {}, "next": "put the recordings into raw/ and name them"}
    plan = Decider(stages(session.show, episode, workspace), workspace.root, digests).plan()
    stale = {decision.stage.name: list(decision.reasons) for decision in plan if decision.stale}
    if edited := [path.name for decision in plan for path in decision.edited]:
        stale["edited by hand"] = edited
    state, then = _next(Dossier(session.show, episode, workspace), plan, stale, release)
    return {"slug": slug, "state": state, "stale": stale, "next": then}


def _out(slug: str, what: str, release: Release | None, at: datetime) -> dict[str, Any]:
    """The row of what was rolled back; `release`: what is public of it."""
    where = "it is in no feed" if release is None else "an earlier form of it is public"
    then = f"mend and sign it, then `podcast publish {slug} --reinstate`"
    return {"slug": slug, "state": f"{what}: {where}", "rolled_back": at.isoformat(), "stale": {}, "next": then}


def _next(
    dossier: Dossier, plan: tuple[Decision, ...], stale: dict[str, list[str]], release: Release | None
) -> tuple[str, str]:
    from podcast_pipeline.review.desk import signing

    slug = dossier.slug
    if stale:
        built = sum(not decision.stale for decision in plan)
        return f"{built} of {len(plan)} stages fresh", f"`podcast build {slug}`"
    reasons = signing.missing(dossier)
    if reasons:
        if unnamed := _unnamed(dossier):
            reasons = (*reasons, f"voices without a verified name: {', '.join(unnamed)}")
        return f"built, {'; '.join(reasons)}", f"read and hear it, then `podcast signoff {slug} --by ID`"
    if release is None:
        return "built and signed off", f"`podcast publish {slug}`"
    overdue = release.publish_at <= datetime.now(UTC)
    state = f"scheduled {release.publish_at:%Y-%m-%d %H:%M %Z}{' OVERDUE' if overdue else ''}"
    return state, "`podcast publish`" if overdue else "`podcast publish`, when its time has come"


def _unnamed(dossier: Dossier) -> tuple[str, ...]:
    """Voices in the text of record that are nobody's of feed/people: S1, S2; "nobody" where none is told apart."""
    speakers = {paragraph.speaker for paragraph in dossier.transcript().paragraphs}
    return tuple(sorted(speaker or "nobody" for speaker in speakers - set(dossier.show.people)))
