"""How far long work has come: the one function that rooms report to and bars are drawn from."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float], None]
"""Takes the share of the work that is done: 0 to 1, never going back."""


def part(report: Progress, start: float, end: float) -> Progress:
    """The `report` for a step that covers `start` to `end` of the whole."""
    return lambda share: report(start + (end - start) * min(1.0, max(0.0, share)))
