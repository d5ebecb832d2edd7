"""status: where every episode stands, and what is next."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from podcast_pipeline import codec
from podcast_pipeline.board.card import BROKEN, Board, Card
from podcast_pipeline.cli.session import ALL, EPISODES, JSON, Session, chosen, command
from podcast_pipeline.errors import PodcastError


@command(
    EPISODES,
    ALL,
    JSON,
    click.option(
        "--html", "page", type=click.Path(path_type=Path), metavar="FILE", help="Draw the board as a page, to print."
    ),
)
def status(session: Session, episodes: tuple[str, ...], every: bool, as_json: bool, page: Path | None) -> None:
    """Show the stage of every episode, what is stale and why, and what is next."""
    from podcast_pipeline.board import gather

    slugs = chosen(session, episodes) if episodes and not every else None
    board = gather.board(session.show, session.workspace, datetime.now(UTC), slugs)
    if page is not None:
        _drawn(session, board, page)
    elif as_json:
        rows = [_value(session, board, card) for card in board.cards]
        click.echo(json.dumps({"show": board.show, "episodes": rows}, ensure_ascii=False, indent=2))
    else:
        _listed(session, board, detailed=slugs is not None)
    for notice in board.notices:
        session.say(notice)
    if any(card.state.startswith(BROKEN) for card in board.cards):
        click.get_current_context().exit(1)


def _drawn(session: Session, board: Board, path: Path) -> None:
    from podcast_pipeline import atomic
    from podcast_pipeline.board.page import page

    atomic.write_text(path, page(board))
    session.say(f"{path}: the board of {len(board.cards)} episodes")


def _listed(session: Session, board: Board, *, detailed: bool) -> None:
    if not board.cards:
        session.say("no episodes yet: `podcast new SLUG` makes one")
    for card in board.cards:
        click.echo(f"{card.slug}: {card.state}")
        for name, reasons in card.stale.items():
            click.echo(f"  {name}: {'; '.join(reasons)}")
        quality, references = _quality(session, card.slug) if detailed else ("", "")
        if quality:
            click.echo(f"  quality: {quality}")
        if references:
            click.echo(f"  references: {references}")
        click.echo(f"  next: {card.then}")


def _value(session: Session, board: Board, card: Card) -> dict[str, Any]:
    """A card for `--json`."""
    from podcast_pipeline.production import accuracy

    row: dict[str, Any] = {"slug": card.slug, "state": card.state}
    row |= {"rolled_back": card.rolled_back.isoformat()} if card.rolled_back else {}
    row |= {"stale": card.stale, "next": card.then}
    row["quality"], row["references"] = _quality(session, card.slug)
    row["accuracy"] = accuracy.built(session.workspace.build(card.slug))
    row |= {"title": card.title, "step": card.step, "due": codec.encode(card.due), "overdue": board.overdue(card)}
    row |= {"waits_for": codec.encode(card.wait), "proven": card.proven, "trouble": list(card.trouble)}
    return row


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
