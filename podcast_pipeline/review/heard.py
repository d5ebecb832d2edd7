"""Which part of the recording somebody listened to."""

from __future__ import annotations

from collections.abc import Iterable

Spans = tuple[tuple[int, int], ...]
"""Stretches of time in ms, rising, apart from each other."""


def merged(spans: Iterable[tuple[int, int]]) -> Spans:
    """`spans` in order, with those that touch or overlap united; empty ones are left out."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def without(spans: Spans, holes: Spans) -> Spans:
    """`spans` less `holes`."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        for first, last in holes:
            if last <= start or first >= end:
                continue
            if first > start:
                found.append((start, first))
            start = max(start, last)
        if start < end:
            found.append((start, end))
    return tuple(found)


def length(spans: Spans) -> int:
    """Sum in ms."""
    return sum(end - start for start, end in spans)


def share(spans: Spans, whole: Spans) -> float:
    """How much of `whole` was heard, 0 to 1."""
    total = length(whole)
    return 1.0 if total == 0 else (total - length(without(whole, spans))) / total
