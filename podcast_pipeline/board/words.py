"""The board in words: days, hours and who is waited for, alike on the terminal and on paper."""

from __future__ import annotations

from datetime import datetime

from podcast_pipeline import months
from podcast_pipeline.board.card import MENDING, OUT, STEPS, Board, Card

_STEPS = (
    "written down with its date; nothing of it is recorded yet",
    "it has recordings, and they are not mixed as they are now",
    "the recordings are mixed, and its words not recognised as they are now",
    "its words are recognised; nobody has begun to correct them",
    "somebody has begun to read and correct it, and no sign-off holds for what is here",
    "signed off as it is here, and nobody has named it to `podcast publish` yet",
    "handed over by `podcast publish EP`: the first `podcast publish` after its date, a timer's too, makes it public",
    "in the feed",
)
MEANINGS = {
    **dict(zip(STEPS, _STEPS, strict=True)),
    MENDING: "a file cannot be read, or it was rolled back, or its withdrawal has not ended: somebody has to act",
    OUT: "out of every feed, and nobody is waited for",
    "overdue": "its date has passed and it is not public; `next` says what it needs",
    "as proven": "public, and made of the very record that is here, as far as was seen last",
    "published": "in the feed since that hour",
    "withdrawn": "out of every feed for good: `podcast withdraw EP --reinstate` alone brings it back",
    "rolled back": "taken back by `podcast rollback`: `podcast publish EP --reinstate` alone brings it back",
    "imported": "it came from another host as it is, and was not reviewed here",
    "stale": "made of something else than what is here now: `podcast build` makes it again",
    "void": "sound, words or what is printed changed since it was signed, or its journal does not tell of it: "
    "`podcast signoff EP --by ID` shows what changed",
}
"""What `podcast status` says, by its words."""


def due(board: Board, card: Card) -> str:
    """When it goes out or went, in the show's time zone: `Thu 2026-12-03 06:00`; its month where the day is open."""
    if card.due is None:
        return ""
    at = board.local(card.due)
    return f"{at:%Y-%m}, the day is open" if card.open_day else moment(board, card.due)


def moment(board: Board, at: datetime) -> str:
    """An instant in the show's time zone: `Thu 2026-12-03 06:00`."""
    local = board.local(at)
    return f"{months.SHORT_DAYS[local.weekday()]} {local:%Y-%m-%d %H:%M}"


def day(board: Board, at: datetime) -> str:
    return f"{board.local(at):%Y-%m-%d}"


def waits(board: Board, card: Card) -> str:
    """`waits for the reviewer (Alex Example) since 2026-11-30`; "" where nobody is waited for."""
    if card.wait is None:
        return ""
    name = f" ({card.wait.name})" if card.wait.name else ""
    since = f" since {day(board, card.wait.since)}" if card.wait.since else ""
    return f"waits for the {card.wait.whom}{name}{since}"


def zone(board: Board) -> str:
    """The zone that all hours are told in."""
    return str(board.at.tzinfo)


def proven(board: Board) -> str:
    """How many of the public ones are just what was last seen public, and when that was."""
    public = [card for card in board.cards if card.public]
    if not public:
        return ""
    same = sum(card.proven for card in public)
    when = f" on {day(board, board.seen)}" if board.seen is not None and same else ""
    if same == len(public):
        return f" (as proven{when})"
    by_record = f"{len(public) - same} by {'its record' if len(public) - same == 1 else 'their records'} alone"
    return f" ({same} as proven{when}, {by_record}: `podcast verify`)" if same else f" ({by_record}: `podcast verify`)"
