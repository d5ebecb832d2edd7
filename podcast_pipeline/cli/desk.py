"""desk: the page of the show, on which what people write of its episodes is edited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import click

from podcast_pipeline.cli.session import Session, command

EPISODE = click.argument("episode", metavar="[EP]", required=False)
PORT = click.option(
    "--port", type=click.IntRange(0, 65535), metavar="N", help="Default: the show's own, always the same. 0: any."
)
QUIETLY = click.option("--no-browser", is_flag=True, help="Print the address only.")


@command(EPISODE, PORT, QUIETLY)
def desk(session: Session, episode: str | None, port: int | None, no_browser: bool) -> None:
    """Open the page of the show: the board, and of every episode what people write of it, edited while it is heard.

    That is chapters, summary, people, dates and claims, with proposals from the transcript; the review page is beside.
    What is changed is saved at once in episodes/EP/episode.toml, where comments, order and all else stay as they are.
    A file that somebody else has changed meanwhile is merged key by key; where both changed the same, both values are
    shown. With EP the page opens there. The server answers this computer only: from another one, use an SSH tunnel.
    """
    from podcast_pipeline.cli.review import asked
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.editing import server
    from podcast_pipeline.errors import ConfigError
    from podcast_pipeline.loopback import server as loopback
    from podcast_pipeline.loopback.security import Sessions

    workspace = session.workspace
    listener, said = loopback.bound(port, workspace.root)
    with listener:
        if episode is not None and episode not in workspace.slugs():
            load_episode(workspace, session.show, episode)  # says which there are
        try:
            _ = session.show
        except ConfigError as error:
            said.append(error.message)
        for note in said:
            session.say(note)
        sessions = Sessions()
        url = loopback.address(listener.getsockname()[1], sessions) + (f"#{episode}" if episode else "")
        click.echo(url)
        session.say("this address opens once; Ctrl-C ends the page")
        if not no_browser:
            import webbrowser

            webbrowser.open(url)
        server.serve(workspace, listener, sessions, lambda link: _board(session, link), asked)


def _board(session: Session, link: Callable[[str], str]) -> str:
    """Where every episode stands now, as a page; `link` gives the address of each."""
    from podcast_pipeline.board import gather
    from podcast_pipeline.board.page import page
    from podcast_pipeline.config.load import load_show

    board = gather.board(load_show(session.workspace), session.workspace, datetime.now(UTC))
    known = set(session.workspace.slugs())
    return page(board, lambda card: link(card.slug) if card.slug in known else "")
