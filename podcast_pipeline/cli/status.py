"""status: where every episode stands, and what is next."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from podcast_pipeline import codec
from podcast_pipeline.board import screen, words
from podcast_pipeline.board.card import BROKEN, Board, Card
from podcast_pipeline.cli.session import EPISODES, JSON, Session, chosen, command
from podcast_pipeline.errors import PodcastError

if TYPE_CHECKING:
    from podcast_pipeline.episode.quality import Quality
    from podcast_pipeline.production.accuracy import ReviewedCard


@command(
    EPISODES,
    click.option("--all", "every", is_flag=True, help="Every episode, by its date."),
    JSON,
    click.option(
        "--html", "page", type=click.Path(path_type=Path), metavar="FILE", help="Draw the board as a page, to print."
    ),
)
def status(session: Session, episodes: tuple[str, ...], every: bool, as_json: bool, page: Path | None) -> None:
    """Show where the episodes stand: what is due, who is waited for since when, and what is next.

    At most one screen; --all lists every episode by its date; with EP: what is stale and why. Days of waiting are
    those of the files on this computer.
    """
    from podcast_pipeline.board import gather

    slugs = chosen(session, episodes) if episodes and not every else None
    board = gather.board(session.show, session.workspace, datetime.now(UTC), slugs)
    if page is not None:
        _drawn(session, board, page)
    elif as_json:
        rows = [_value(session, board, card) for card in board.cards]
        click.echo(json.dumps({"show": board.show, "episodes": rows}, ensure_ascii=False, indent=2))
    elif not board.cards:
        session.say("no episodes yet: `podcast new SLUG` makes one")
    elif every:
        _listed(board)
    elif slugs is not None:
        _detailed(session, board)
    else:
        for line in screen.lines(board):
            click.echo(_cut(line))
    for notice in board.notices:
        session.say(notice)
    if board.fault is not None:
        raise board.fault
    if any(card.state.startswith(BROKEN) for card in board.cards):
        click.get_current_context().exit(1)


def _cut(line: str) -> str:
    """A line as wide as the terminal, where there is one: a longer one would take two."""
    width = shutil.get_terminal_size().columns
    return line if not sys.stdout.isatty() or len(line) <= width else f"{line[: width - 1]}…"


def _listed(board: Board) -> None:
    """Every episode in a line: what is to come, then what is public."""
    for card in board.by_date():
        due = words.due(board, card) if card.due is not None else "no date"
        click.echo(f"{due:20}  {card.place:13}  {screen.line(board, card, dated=False)}")


def _drawn(session: Session, board: Board, path: Path) -> None:
    from podcast_pipeline import atomic
    from podcast_pipeline.board.page import page

    atomic.write_text(path, page(board))
    session.say(f"{path}: the board of {len(board.cards)} episodes")


def _detailed(session: Session, board: Board) -> None:
    for card in board.cards:
        click.echo(f"{card.slug}: {card.state}")
        if card.due is not None and not card.public:
            click.echo(f"  due: {words.due(board, card)}{', OVERDUE' if board.overdue(card) else ''}")
        if card.wait is not None:
            click.echo(f"  {words.waits(board, card)}")
        for line in card.trouble if not card.public else ():
            click.echo(f"  {line}")
        for name, reasons in card.stale.items():
            click.echo(f"  {name}: {'; '.join(reasons)}")
        quality, _ = _said(session, card.slug)
        if quality.card:
            click.echo(f"  quality: {quality.line}")
        for line in quality.missing if not card.public else ():
            click.echo(f"    {line}")
        if quality.references:
            click.echo(f"  references: {quality.references}")
        if card.public:
            click.echo(f"  public{words.proven(board)}")
        click.echo(f"  next: {card.then}")


def _value(session: Session, board: Board, card: Card) -> dict[str, Any]:
    """A card for `--json`."""
    quality, accuracy = _said(session, card.slug)
    row: dict[str, Any] = {"slug": card.slug, "state": card.state}
    row |= {"rolled_back": card.rolled_back.isoformat()} if card.rolled_back else {}
    row |= {"stale": card.stale, "next": card.then}
    row |= {"quality": quality.line, "references": quality.references}
    row |= {"missing": list(quality.missing), "accuracy": codec.encode(accuracy)}
    row |= {"title": card.title, "step": card.step, "due": codec.encode(card.due), "overdue": board.overdue(card)}
    row |= {"waits_for": codec.encode(card.wait), "proven": card.proven, "trouble": list(card.trouble)}
    return row


def _said(session: Session, slug: str) -> tuple[Quality, ReviewedCard | None]:
    """What an episode would print of its own quality, and its accuracy card; nothing of a broken one."""
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.episode import quality
    from podcast_pipeline.episode.dossier import Dossier
    from podcast_pipeline.production import accuracy

    try:
        dossier = Dossier(session.show, load_episode(session.workspace, session.show, slug), session.workspace)
        return quality.planned(dossier), accuracy.built(dossier)
    except PodcastError:
        return quality.Quality(), None
