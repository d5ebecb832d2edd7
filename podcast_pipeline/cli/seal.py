"""check --seal: a person's word is bound to what it is about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from podcast_pipeline.cli.session import Session, chosen, confirmed
from podcast_pipeline.errors import PodcastError

if TYPE_CHECKING:
    from pathlib import Path

    from podcast_pipeline.episode.sealing import Sealable


def sealed(session: Session, episodes: tuple[str, ...], every: bool, by: str | None, yes: bool, as_json: bool) -> None:
    """Show what `by` has said that nothing binds to its object as that is now, ask once, and bind it."""
    from podcast_pipeline.episode import sealing

    if by is None:
        raise PodcastError("nobody's word is sealed without a name", "add --by ID, an id of feed/people")
    texts, given = _given(session, chosen(session, episodes, every) if episodes or every else ())
    if by not in session.show.people or session.show.people[by].forgotten:
        raise PodcastError(f'"{by}" is not in feed/people', "`podcast people list` shows the ids")
    void = sealing.void(given)
    own = [sealable for sealable in void if sealable.verdict.by == by]
    for sealable in () if as_json else own:
        _show(session, sealable)
    others = sorted({sealable.verdict.by for sealable in void} - {by})
    if others:
        session.say(f"left as it is: the word of {', '.join(others)}, which is theirs to say")
    if own:
        count = f"{len(own)} text{'' if len(own) == 1 else 's'}"
        confirmed(yes, f"Does {session.show.people[by].display} say so of {count}, as shown?")
        sealing.seal(own, texts)
    if as_json:
        click.echo(json.dumps([_value(session, sealable) for sealable in own], ensure_ascii=False, indent=2))
    none = f"nothing to seal: all that {by} has said is bound to what it is about"
    session.say(f"sealed: {len(own)}" if own else none)


def _given(session: Session, slugs: tuple[str, ...]) -> tuple[dict[Path, str], list[Sealable]]:
    """Every file with a verdict, as it is before anything is read of it; and the verdicts."""
    from podcast_pipeline import handwritten
    from podcast_pipeline.config.load import load_episode, load_show
    from podcast_pipeline.episode import sealing
    from podcast_pipeline.episode.dossier import Dossier

    workspace = session.workspace
    files = [workspace.episode_toml(slug) for slug in slugs]
    texts = {path: handwritten.text_of(path) for path in files if path.is_file()}
    show = load_show(workspace)
    dossiers = [Dossier(show, load_episode(workspace, show, slug), workspace) for slug in slugs]
    return texts, [sealable for dossier in dossiers for sealable in sealing.of_episode(dossier)]


def _why(sealable: Sealable) -> str:
    changed = sealable.verdict.changed
    return f"changed since: {', '.join(changed)}" if changed else "not sealed yet"


def _show(session: Session, sealable: Sealable) -> None:
    verdict = sealable.verdict
    place = f"{session.workspace.relative(sealable.path)}: {sealable.name}"
    click.echo(f"{place}: {verdict.by}, {verdict.at}; {_why(sealable)}")
    for line in sealable.text:
        click.echo(f"    {line}")


def _value(session: Session, sealable: Sealable) -> dict[str, Any]:
    return {
        "file": session.workspace.relative(sealable.path),
        "name": sealable.name,
        "by": sealable.verdict.by,
        "at": f"{sealable.verdict.at}",
        "changed": list(sealable.verdict.changed),
        "text": list(sealable.text),
        "judged": sealable.verdict.sealed,
    }
