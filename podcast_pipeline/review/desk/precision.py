"""How often a cause of the check list was right to ask: the share of its items that led to an edit."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from podcast_pipeline import keys, reading
from podcast_pipeline.review.desk.checklist import Checklist
from podcast_pipeline.review.desk.item import MUST
from podcast_pipeline.review.journal.line import Line
from podcast_pipeline.review.journal.projection import Aligned
from podcast_pipeline.review.journal.replay import apply
from podcast_pipeline.review.journal.state import State

ENOUGH = 200
"""Items of a cause after which its precision is believed."""
LOW = 0.25
"""Share under which a cause that need not be checked is not asked about any more."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Items that somebody decided, and those of them that led to an edit."""

    asked: int = 0
    led: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.asked + other.asked, self.led + other.led)

    @property
    def is_low(self) -> bool:
        return self.asked >= ENOUGH and self.led < LOW * self.asked


def tally(lines: Iterable[Line], checklist: Checklist) -> dict[str, Tally]:
    """For each cause how its items ended, by the journal: the words changed, or were found correct."""
    state, aligned = State(), Aligned()
    ends: dict[str, bool] = {}
    """Item -> whether it led to an edit; the last end counts, and an undone one does not."""
    typed: set[str] = set()
    """Items in what people wrote: the machine has no part in them."""
    for line in lines:
        act = line.act
        touched = act.touched(state) if act.rewords else ()
        before = _items(state, aligned, checklist, touched)
        apply(state, line)
        after = _items(state, aligned, checklist, touched)
        ends |= dict.fromkeys(before - after - typed, True)
        typed |= after - before - ends.keys()
        for id_ in after - before:
            ends.pop(id_, None)
        # Of several only some were shown: they count where somebody answered.
        shown = _items(state, aligned, checklist, act.found_right)
        ends = {**{id_: False for id_ in shown if _cause(id_) in MUST}, **ends}
        for id_, changed in act.decided.items():
            if changed is None:
                ends.pop(id_, None)
            else:
                ends[id_] = changed
    asked = Counter(map(_cause, ends))
    led = Counter(_cause(id_) for id_, edited in ends.items() if edited)
    return {cause: Tally(asked[cause], led[cause]) for cause in asked}


def _cause(id_: str) -> str:
    return id_.rsplit("-", 2)[0]


def _items(state: State, aligned: Aligned, checklist: Checklist, ids: Iterable[str]) -> set[str]:
    paragraphs = [state.paragraphs[id_] for id_ in ids if id_ in state.paragraphs]
    return {item.id for p in paragraphs for item in checklist.of(state, p, aligned(state, p))}


def of_show(episodes: Path) -> dict[str, Tally]:
    """The sum over all signed episodes below `episodes`, as each sign-off recorded it."""
    total: dict[str, Tally] = {}
    for path in sorted(path for path in episodes.glob("*/review.jsonl") if keys.is_slug(path.parent.name)):
        for cause, (asked, led) in _recorded(path).items():
            total[cause] = total.get(cause, Tally()) + Tally(asked, led)
    return total


def _recorded(path: Path) -> Mapping[str, list[int]]:
    """What the last sign-off of a journal recorded. A damaged journal is reported where it is opened, not here."""
    try:
        data = reading.data(path)
        at = data.rfind(b'"kind":"signoff"')
        start = data.rfind(b"\n", 0, at) + 1
        precision: dict[str, list[int]] = (
            json.loads(data[start : data.index(b"\n", at)])["precision"] if at >= 0 else {}
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}
    return precision


def silent(tallies: Mapping[str, Tally], always: Iterable[str]) -> Iterator[str]:
    """The causes that are off: they need not be checked, were seldom right, and nobody asked to keep them."""
    for cause, tally in tallies.items():
        if tally.is_low and cause not in MUST and cause not in always:
            yield cause
