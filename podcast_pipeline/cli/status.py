"""status: where every episode stands, and what is next."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import click

from podcast_pipeline.cli.session import ALL, EPISODES, JSON, Session, chosen, command
from podcast_pipeline.engine.decide import Decider, Decision
from podcast_pipeline.engine.digest import Digests
from podcast_pipeline.errors import PodcastError


@command(EPISODES, ALL, JSON)
def status(session: Session, episodes: tuple[str, ...], every: bool, as_json: bool) -> None:
    """Show the stage of every episode, what is stale and why, and what is next."""
    digests = Digests(session.workspace.root, session.workspace.build_root / ".digests.json")
    rows = [_row(session, slug, digests) for slug in chosen(session, episodes, every)]
    digests.save()
    if as_json:
        click.echo(json.dumps({"show": session.show.title, "episodes": rows}, ensure_ascii=False, indent=2))
        return
    if not rows:
        session.say("no episodes yet: `podcast new SLUG` makes one")
    for row in rows:
        click.echo(f"{row['slug']}: {row['state']}")
        for name, reasons in row["stale"].items():
            click.echo(f"  {name}: {'; '.join(reasons)}")
        click.echo(f"  next: {row['next']}")


def _row(session: Session, slug: str, digests: Digests) -> dict[str, Any]:
    try:
        return _known(session, slug, digests)
    except PodcastError as error:
        fix = f"mend it, then `podcast status {slug}`"
        return {"slug": slug, "state": f"broken: {error.message}", "stale": {}, "next": error.hint or fix}


def _known(session: Session, slug: str, digests: Digests) -> dict[str, Any]:
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.pipeline import stages
    from podcast_pipeline.publish import records

    workspace = session.workspace
    release = records.read(workspace, slug)
    if release is not None:
        overdue = release.status == "scheduled" and release.publish_at <= datetime.now(UTC)
        state = f"{release.status} {release.publish_at:%Y-%m-%d %H:%M %Z}" + (" OVERDUE" if overdue else "")
        then = "`podcast publish`" if overdue else f"`podcast verify {slug}`"
        return {"slug": slug, "state": state, "stale": {}, "next": then}
    episode = load_episode(workspace, session.show, slug)
    if not episode.tracks:
        return {"slug": slug, "state": "planned", "stale": {}, "next": "put the recordings into raw/ and name them"}
    plan = Decider(stages(session.show, episode, workspace), workspace.root, digests).plan()
    stale = {decision.stage.name: list(decision.reasons) for decision in plan if decision.stale}
    edited = [path.name for decision in plan for path in decision.edited]
    if edited:
        stale["edited by hand"] = edited
    state, then = _next(session, slug, plan, stale)
    return {"slug": slug, "state": state, "stale": stale, "next": then}


def _next(session: Session, slug: str, plan: tuple[Decision, ...], stale: dict[str, list[str]]) -> tuple[str, str]:
    from podcast_pipeline.review import signoff

    if stale:
        built = sum(not decision.stale for decision in plan)
        return f"{built} of {len(plan)} stages fresh", f"`podcast build {slug}`"
    if signoff.read(session.workspace.signoff_json(slug)) is None:
        return "built, not signed off", f"read and hear it, then `podcast signoff {slug} --by ID`"
    return "built and signed off", f"`podcast publish {slug}`"
