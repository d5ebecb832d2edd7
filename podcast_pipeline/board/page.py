"""The board as a page of its own: one HTML file without scripts, to be read, printed and sent."""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from podcast_pipeline.board import words
from podcast_pipeline.board.card import MENDING, OUT, STEPS, Board, Card

if TYPE_CHECKING:
    from jinja2 import Environment

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
    style = resources.files("podcast_pipeline.board").joinpath("static/board.css").read_text("utf-8")
    context = {
        "board": board,
        "columns": columns(board),
        "link": link or (lambda _: ""),
        "style": style,
        "style_hash": base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        "words": words,
        "overdue": sum(board.overdue(card) for card in board.cards),
    }
    return _environment().get_template("board.html").render(context)


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("podcast_pipeline.board"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["ours"] = Markup  # for the style sheet alone
    return environment
