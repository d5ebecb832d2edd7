"""How long a review took, by its journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from podcast_pipeline.review.journal.acts.signoff import Signoff
from podcast_pipeline.review.journal.line import Line

BREAK = timedelta(minutes=5)
"""A longer time without an act is a break: nobody was at work."""


def minutes(lines: Sequence[Line], signed_at: str = "") -> float | None:
    """Minutes of work up to a sign-off, whoever worked; None where nobody has signed.

    `signed_at` is the time that the signature has; without it, or where no line has it, the last sign-off counts.
    """
    signed = [place for place, line in enumerate(lines) if isinstance(line.act, Signoff)]
    if not signed:
        return None
    last = next((place for place in signed if _time(lines[place]) == signed_at), signed[-1])
    times = [datetime.fromisoformat(line.at) for line in lines[: last + 1]]
    worked = (after - before for before, after in pairwise(times))
    return round(sum((pause for pause in worked if pause <= BREAK), timedelta()) / timedelta(minutes=1), 2)


def _time(line: Line) -> str:
    return line.act.signed_at or "" if isinstance(line.act, Signoff) else ""
