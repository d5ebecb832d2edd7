"""Stretches of time in whole ms, from `start` up to, but without, `end`: one arithmetic for words, cuts and gaps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

Spans = tuple[tuple[int, int], ...]
"""Stretches in order, apart from each other, none of them empty."""


class Timed(Protocol):
    """Whatever lasts: a word, a token, a cut."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


def middle(timed: Timed) -> int:
    """The moment that says where a word belongs: its edges may lie in the pauses around it."""
    return (timed.start + timed.end) // 2


def lies_in(timed: Timed, start: int, end: int) -> bool:
    """Whether its middle lies between two moments."""
    return start <= middle(timed) < end


def overlap(timed: Timed, start: int, end: int) -> int:
    """How much of it lies between two moments."""
    return max(0, min(timed.end, end) - max(timed.start, start))


def union(spans: Iterable[tuple[int, int]]) -> Spans:
    """Stretches in any order, with those that touch or overlap united; empty ones are left out."""
    united: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(united[-1][1], end))
        else:
            united.append((start, end))
    return tuple(united)


def without(spans: Spans, holes: Spans) -> Spans:
    """`spans` less `holes`."""
    left: list[tuple[int, int]] = []
    for start, end in spans:
        for first, last in holes:
            if last <= start or first >= end:
                continue
            if first > start:
                left.append((start, first))
            start = max(start, last)
        if start < end:
            left.append((start, end))
    return tuple(left)


def length(spans: Spans) -> int:
    """Their sum."""
    return sum(end - start for start, end in spans)


def share(spans: Spans, whole: Spans) -> float:
    """How much of `whole` lies in `spans`, 0 to 1; 1 of nothing."""
    total = length(whole)
    return 1.0 if total == 0 else (total - length(without(whole, spans))) / total
