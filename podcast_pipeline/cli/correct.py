"""correct: a published episode is put right, and says so."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from podcast_pipeline.cli.session import Session, command


@command(
    click.argument("episode", metavar="EP"),
    click.option("--note", required=True, metavar="TEXT", help="What was wrong and what is right, in one sentence."),
    click.option("--by", default="", metavar="ID", help="Who answers for it (default: who signed the episode)."),
)
def correct(session: Session, episode: str, note: str, by: str) -> None:
    """Add a dated correction to a published episode; its guid stays, so that nobody gets it twice.

    Correct transcript.json, sign, `build --force`, then this, then `publish`: notes and page end with the dated line,
    and the changed words are kept under episodes/EP/corrections. New sound goes out by `publish --replace`.
    """
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.episode.dossier import Dossier
    from podcast_pipeline.publish import behind
    from podcast_pipeline.publish import correct as corrections
    from podcast_pipeline.site.corrections import line
    from podcast_pipeline.storage.registry import open_storage

    workspace, show = session.workspace, session.show
    dossier = Dossier(show, load_episode(workspace, show, episode), workspace)
    with session.publishing(), session.locked(episode):
        storage = open_storage(show.storage, workspace)
        behind.up_to_date(show, workspace, episode, storage, datetime.now(UTC))
        correction, difference, again = corrections.correct(dossier, note, by, storage, datetime.now(UTC))
    session.say(f"{episode}: {'is written down already: ' if again else ''}{line(correction)}")
    if difference:
        click.echo(difference, nl=False)
    if not dossier.episode.tracks:  # nothing can be built, so what the record says is published
        session.say("the feed and the notes say so after `podcast publish`")
        return
    how = f"`podcast publish --replace {episode}`" if correction.kind == "audio" else f"`podcast publish {episode}`"
    session.say(f"the feed, the notes and the page say so after {how}")
