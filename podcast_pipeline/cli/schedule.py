"""schedule: what goes out when, and what waits for whom."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import click

from podcast_pipeline.board import screen, words
from podcast_pipeline.board.card import Board
from podcast_pipeline.cli.session import JSON, Session, command

MOST = 10
"""Lines that a publication says of what is not public."""


@command(JSON)
def schedule(session: Session, as_json: bool) -> None:
    """List what goes out when, in the show's time zone, and who is waited for. Dates are those of episode.toml."""
    from podcast_pipeline import codec
    from podcast_pipeline.board import gather

    board = gather.unpublished(session.show, session.workspace, datetime.now(UTC))
    cards = board.by_date()
    if as_json:
        rows = [
            {
                "slug": card.slug,
                "due": codec.encode(card.due),
                "local": board.local(card.due).isoformat() if card.due else None,
                "open_day": card.open_day,
                "overdue": board.overdue(card),
                "step": card.step,
                "waits_for": codec.encode(card.wait),
                "next": card.then,
            }
            for card in cards
        ]
        click.echo(json.dumps({"timezone": words.zone(board), "episodes": rows}, ensure_ascii=False, indent=2))
        return
    if not cards:
        session.say("nothing is planned: `podcast new SLUG`, or `podcast plan import FILE`")
        return
    click.echo(f"by the clocks of {words.zone(board)}")
    for card in cards:
        late = "OVERDUE " if board.overdue(card) else ""
        click.echo(f"{words.due(board, card) or 'no date':20}  {late}{screen.line(board, card, dated=False)}")
        click.echo(f"{'':20}  next: {card.then}")


def report(session: Session, board: Board) -> None:
    """Say after a publication what is not public, when it is due, and who is waited for."""
    cards = board.by_date()
    for card in cards[:MOST]:
        overdue = board.overdue(card)
        session.say(f"  {'OVERDUE: ' if overdue else ''}{screen.line(board, card)}")
        if overdue:  # it was never handed over, or not as it stands now
            session.say(f"    next: {card.then}")
    if len(cards) > MOST:
        session.say(f"  and {len(cards) - MOST} more: `podcast schedule`")
