"""serve: the local storage as a podcast host, on this computer only."""

from __future__ import annotations

import contextlib

import click

from podcast_pipeline.cli.session import Session, command
from podcast_pipeline.errors import PodcastError


@command(
    click.option("--port", type=click.IntRange(0, 65535), default=8733, show_default=True, help="0: any free one.")
)
def serve(session: Session, port: int) -> None:
    """Serve the local storage on 127.0.0.1 with ranges and the right types, so that a podcast app can subscribe.

    In what is sent, the show's public address is replaced by this server's. Prints the feed's address; Ctrl-C ends it.
    """
    from podcast_pipeline import keys
    from podcast_pipeline.storage.serve import Server

    public = session.workspace.public
    if not (public / keys.FEED).is_file():
        raise PodcastError(
            f"{session.workspace.relative(public)}/: nothing is published here yet", "`podcast publish EP`"
        )
    server = Server(public, port, replace=session.show.storage.public_base_url)
    click.echo(f"{server.url}{keys.FEED}")
    session.say("subscribe to this address in a podcast app on this computer, or open a page:")
    for page in sorted(public.glob("episodes/*/index.html")):
        session.say(f"  {server.url}{page.relative_to(public).as_posix()}")
    with contextlib.suppress(KeyboardInterrupt):  # how it is meant to end
        server.serve_forever()
