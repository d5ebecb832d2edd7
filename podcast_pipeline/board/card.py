"""A Card is where one episode stands; the Board is all of them at one moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from podcast_pipeline.errors import PodcastError

STEPS = ("planned", "recorded", "mixed", "transcribed", "in review", "signed", "scheduled", "public")
"""The way of an episode, in order."""
BROKEN = "broken"
MENDING, OUT = "needs mending", "taken out"
"""Where those stand that are at no step: somebody has to do something, or nobody."""
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Wait:
    """Who is waited for, since when. `whom`: guest, reviewer or producer; `name` where it is known."""

    whom: str
    since: datetime | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One episode. `step`: one of STEPS, "" for what stands outside them: broken, or taken out of the feed."""

    slug: str
    title: str
    step: str
    state: str
    """What there is to say of it, in one line."""
    then: str
    """What is next: a command."""
    due: datetime | None = None
    """When it goes out, or went."""
    open_day: bool = False
    """The schedule names its month alone."""
    wait: Wait | None = None
    proven: bool = False
    """Public, of the very record that is here, as far as was seen last."""
    trouble: tuple[str, ...] = ()
    """What is not as it should be, beyond the step itself: a verdict that is void or has ended, a correction that
    nobody can read yet."""
    stale: dict[str, list[str]] = field(default_factory=dict)
    """Stage -> why it is to run again."""
    rolled_back: datetime | None = None

    @property
    def public(self) -> bool:
        return self.step == STEPS[-1]

    @property
    def gone(self) -> bool:
        """Whether it was taken out of every feed, and nobody is waited for."""
        return not self.step and self.wait is None

    @property
    def place(self) -> str:
        """The step, or what stands at its place."""
        return self.step or (OUT if self.gone else MENDING)


@dataclass(frozen=True)
class Board:
    """`at` is now, in the show's time zone: all days and hours are said in it."""

    show: str
    at: datetime
    cards: tuple[Card, ...]
    notices: tuple[str, ...] = ()
    """What is to be said of the show as a whole: what is public differs from what is here."""
    seen: datetime | None = None
    """When it was last proven that what is public is what is here."""
    fault: PodcastError | None = None
    """Why it is not known what was last seen public, and what mends that."""

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.at.tzinfo)

    def overdue(self, card: Card) -> bool:
        """Whether its date has passed and it is not public; a day that is open passes with its month."""
        if card.due is None or card.public or card.rolled_back:
            return False
        if card.open_day:
            return _month(self.local(card.due).date()) < _month(self.at.date())
        return card.due <= self.at

    def within(self, card: Card, span: timedelta = WEEK) -> bool:
        """Whether it goes out from now on until `span` has passed."""
        return card.due is not None and not card.public and self.at < card.due <= self.at + span

    def by_date(self) -> tuple[Card, ...]:
        """What is to come first, the next at the top; then what is public, the newest at the top."""
        coming = [card for card in self.cards if not card.public]
        return (*sorted(coming, key=_date), *self.released)

    @property
    def released(self) -> tuple[Card, ...]:
        """What is public, the newest first."""
        return tuple(sorted((card for card in self.cards if card.public), key=_date, reverse=True))

    def counts(self, cards: Iterable[Card]) -> dict[str, int]:
        """How many of `cards` stand at each step, in the order of the steps, then what stands in none."""
        counted = Counter(card.place for card in cards)
        return {step: counted[step] for step in (*STEPS, MENDING, OUT) if counted[step]}


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _date(card: Card) -> tuple[bool, float, str]:
    """By date; what has none comes last."""
    return card.due is None, card.due.timestamp() if card.due else 0.0, card.slug
