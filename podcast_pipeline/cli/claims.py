"""claims: from the transcript, proposals for a person to accept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from podcast_pipeline import timecode
from podcast_pipeline.cli.session import JSON, Session, command
from podcast_pipeline.errors import EvidenceError, PodcastError

if TYPE_CHECKING:
    from podcast_pipeline.evidence.suggest import ClaimSuggestion

EPISODE = click.argument("episode", metavar="EP")


@click.group()
def claims() -> None:
    """Claims of an episode, with their moments and references."""


@command(EPISODE, JSON)
def suggest(session: Session, episode: str, as_json: bool) -> None:
    """Propose claims: sentences of EP's transcript with numbers, studies, percentages, and references that are near."""
    proposals = _suggestions(session, episode)
    if as_json:
        rows = [
            {"id": s.id, "at": s.at, "until": s.until, "text": s.text, "why": list(s.why), "refs": list(s.refs)}
            for s in proposals
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for proposal in proposals:
        near = f"  near: {', '.join(proposal.refs)}" if proposal.refs else ""
        click.echo(f"{proposal.id}  {timecode.show(proposal.at)}  {proposal.text}  ({', '.join(proposal.why)}){near}")
    session.say(f"{len(proposals)} proposals; `podcast claims accept {episode} ID` writes one into episode.toml")


@command(
    EPISODE,
    click.argument("ids", nargs=-1, required=True, metavar="ID..."),
    click.option(
        "--ref", "refs", multiple=True, metavar="REF", help="The reference instead of those proposed. Repeat."
    ),
    click.option("--checked-by", "by", metavar="ID", help="Who has compared them with their references."),
)
def accept(session: Session, episode: str, ids: tuple[str, ...], refs: tuple[str, ...], by: str | None) -> None:
    """Write proposals into EP's episode.toml, behind the claims that are there; comments and order stay.

    With --checked-by it is said of them that somebody has compared them with their references as they are now. Else
    whoever does that later writes `checked_by` and `checked` there, and `podcast check EP --seal` binds it.
    """
    import dataclasses

    from podcast_pipeline.evidence import accept as writer

    if by is not None and (why := session.show.why_no_verdict(by)):
        raise EvidenceError(why, "`podcast people list` shows the ids")
    if unknown := [ref for ref in refs if ref not in session.show.references]:
        raise EvidenceError(f"not in feed/references.json: {', '.join(unknown)}", "`podcast refs list` shows the ids")
    with session.locked(episode):
        proposals = {proposal.id: proposal for proposal in _suggestions(session, episode)}
        if missing := [id_ for id_ in ids if id_ not in proposals]:
            raise EvidenceError(f"no such proposal: {', '.join(missing)}", f"`podcast claims suggest {episode}`")
        chosen = [dataclasses.replace(proposals[id_], refs=refs or proposals[id_].refs) for id_ in dict.fromkeys(ids)]
        path = session.workspace.episode_toml(episode)
        written = writer.append(path, chosen, by or "", session.show.schedule.day(datetime.now(UTC)))
        for id_ in written:
            click.echo(id_)
        if by is not None:
            _seal(session, episode, written, by)
    left = "" if by is not None else ": compare each with its reference, then write checked_by and checked"
    session.say(f"{session.workspace.relative(path)}{left}")


def _seal(session: Session, slug: str, ids: tuple[str, ...], by: str) -> None:
    from podcast_pipeline import handwritten
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.episode import sealing
    from podcast_pipeline.episode.dossier import Dossier

    path = session.workspace.episode_toml(slug)
    texts = {path: handwritten.text_of(path)}
    dossier = Dossier(session.show, load_episode(session.workspace, session.show, slug), session.workspace)
    names = {f"claim[{id_}]" for id_ in ids}
    sealing.seal((each for each in sealing.of_episode(dossier) if each.name in names), texts, by)


def _suggestions(session: Session, slug: str) -> tuple[ClaimSuggestion, ...]:
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.episode.dossier import Dossier
    from podcast_pipeline.evidence import suggest as proposals
    from podcast_pipeline.transcript.spoken import sentences

    episode = load_episode(session.workspace, session.show, slug)
    dossier = Dossier(session.show, episode, session.workspace)
    heard = dossier.workspace.transcript_json(slug).is_file() or dossier.built("transcript.machine.json").is_file()
    if not heard:
        raise PodcastError(f"{slug}: there is no transcript yet", f"`podcast transcribe {slug}` makes one")
    return proposals.suggest(sentences(dossier.transcript()), episode.claims, session.show.references)


claims.add_command(suggest)
claims.add_command(accept)
