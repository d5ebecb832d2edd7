"""The board on one screen: what to do this week and who is waited for; all the rest is counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from podcast_pipeline.board import words
from podcast_pipeline.board.card import MENDING, Board, Card

HEIGHT = 24
"""Lines of a screen."""
_FORMS = ((True, 1000), (False, 1000), (True, 3), (False, 5), (False, 3), (False, 2), (False, 1))
"""From the most to the least: with the command that is next, and how many episodes of each section."""
NEWEST = 3
"""How many public episodes are listed at most."""


class ScreenSection(NamedTuple):
    """Episodes that ask for the same; of `public` ones the newest are listed, and nobody asks for the others."""

    title: str
    cards: Sequence[Card]
    public: bool = False


def lines(board: Board, height: int = HEIGHT) -> tuple[str, ...]:
    """At most `height` lines, those for the board's notices kept free: as much as there is room for."""
    head = f"{board.show}: {words.moment(board, board.at)}, {words.zone(board)}"
    sections = tuple(section for section in _sections(board) if section.cards)
    room = max(height - 2 - sum(len(notice.splitlines()) for notice in board.notices), 0)
    body: list[str] = []
    for detailed, most in _FORMS:
        body = [line for section in sections for line in _of(board, section, detailed, most)]
        if len(body) <= room:
            break
    return head, *body[:room], _rest(board)


def _sections(board: Board) -> Iterator[ScreenSection]:
    """Each episode stands in the first section that it belongs to."""
    left = list(board.by_date())

    def taken(title: str, cards: list[Card], public: bool = False) -> ScreenSection:
        slugs = {card.slug for card in cards}
        left[:] = [card for card in left if card.slug not in slugs]
        return ScreenSection(title, cards, public)

    yield taken(MENDING, [card for card in left if not card.step and not card.gone])
    left[:] = [card for card in left if not card.gone]
    yield taken("overdue", [card for card in left if board.overdue(card)])
    yield taken("due within a week", [card for card in left if board.within(card)])
    yield taken("public, and not as it should be", [card for card in left if card.public and card.trouble])
    for whom in ("reviewer", "guest", "producer"):
        waiting = [card for card in left if not card.public and card.wait is not None and card.wait.whom == whom]
        yield taken(f"waits for the {whom}", waiting)
    yield taken("scheduled", [card for card in left if not card.public])
    yield taken("public, the newest", list(left), public=True)


def _of(board: Board, section: ScreenSection, detailed: bool, most: int) -> Iterator[str]:
    shown = section.cards[: min(most, NEWEST) if section.public else most]
    count = "" if section.public or len(shown) == len(section.cards) else f" ({len(shown)} of {len(section.cards)})"
    yield f"{section.title}{count}:"
    for card in shown:
        yield f"  {line(board, card)}"
        if detailed and not section.public:
            yield f"    next: {card.then}"


def line(board: Board, card: Card, *, dated: bool = True) -> str:
    """An episode in one line: where it stands, when it goes out, who is waited for."""
    said = not dated or card.public or card.due is None or card.rolled_back
    due = "" if said else f"due {words.due(board, card)}"
    state = card.state.partition("\n")[0]  # of what is broken in several places, the first; its own status has all
    trouble = () if card.public else card.trouble
    return f"{card.slug}: " + "; ".join(part for part in (state, due, words.waits(board, card), *trouble) if part)


def _rest(board: Board) -> str:
    """Every step with its count, and of the public ones how many are what was last seen public."""
    counts = ", ".join(f"{count} {step}" for step, count in board.counts(board.cards).items())
    return f"in all: {counts or 'no episode'}{words.proven(board)}; `podcast status --all` lists them"
