"""The board as a page of its own: one HTML file without scripts, to be read, printed and sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from podcast_pipeline.board import words
from podcast_pipeline.board.card import MENDING, OUT, STEPS, Board, Card
from podcast_pipeline.site.template import environment, style, style_hash

_HERE = "podcast_pipeline.board"
NEWEST = 12
"""Public episodes that stand open on the board; the others are behind a line that opens."""


@dataclass(frozen=True, slots=True)
class Column:
    """A step and its episodes; `more` of them are behind a line that opens."""

    name: str
    anchor: str
    cards: Sequence[Card]
    more: Sequence[Card] = ()


def columns(board: Board) -> tuple[Column, ...]:
    """A column for each step, the next date at the top; before them, if need be, what stands in none."""
    ordered = board.by_date()
    mending, gone = ([card for card in ordered if not card.step and card.gone is gone] for gone in (False, True))
    drawn = [Column(MENDING, "mending", mending)] if mending else []
    for step in STEPS:
        cards = [card for card in ordered if card.step == step]
        shown = NEWEST if step == STEPS[-1] else len(cards)
        drawn.append(Column(step, step.replace(" ", "-"), cards[:shown], cards[shown:]))
    return (*drawn, *([Column(OUT, "taken-out", gone)] if gone else []))


def page(board: Board, link: Callable[[Card], str] | None = None) -> str:
    """The page. `link` gives the address of an episode's own page, "" for none; without it nothing leads away."""
    sheet = style(_HERE, "board.css")
    context = {
        "board": board,
        "language": "en",
        "columns": columns(board),
        "link": link or (lambda _: ""),
        "style": sheet,
        "style_hash": style_hash(sheet),
        "words": words,
        "overdue": sum(board.overdue(card) for card in board.cards),
    }
    return environment(_HERE).get_template("board.html").render(context)
