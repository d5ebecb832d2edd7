"""accuracy: how right the machine was."""

from __future__ import annotations

import json
from pathlib import Path

import click

from podcast_pipeline import codec
from podcast_pipeline.cli.session import JSON, Session, command
from podcast_pipeline.errors import PodcastError


@command(
    click.argument("episode", metavar="EP"),
    click.option(
        "--reference",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="What was really said: plain text, or a transcript.json. Without it: the corrected transcript.",
    ),
    JSON,
)
def accuracy(session: Session, episode: str, reference: Path | None, as_json: bool) -> None:
    """Compare the machine's transcript with what was said: word error rate, critical terms, words lost and invented.

    Words are compared as Whisper's own normaliser writes them. A corrected transcript gives a lower bound: what nobody
    corrected counts as right.
    """
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.episode.dossier import Dossier
    from podcast_pipeline.production import accuracy as production

    dossier = Dossier(session.show, load_episode(session.workspace, session.show, episode), session.workspace)
    path = reference or session.workspace.transcript_json(episode)
    if reference is None and not path.exists():
        raise PodcastError(
            f"{episode}: nobody has corrected the transcript yet, so there is nothing to compare with",
            f"`podcast review {episode}`; or --reference FILE with what was said",
        )
    card = production.card(dossier, path)
    if as_json:
        click.echo(json.dumps(codec.encode(card), ensure_ascii=False, indent=2))
        return
    click.echo(f"{episode}: machine against {session.workspace.relative(path)}")
    for line in production.lines(card):
        click.echo(f"  {line}")
