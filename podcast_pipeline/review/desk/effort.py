"""How long a review took, by its journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from podcast_pipeline.review.journal.acts.signoff import Signoff
from podcast_pipeline.review.journal.line import Line

BREAK = timedelta(minutes=5)
"""A longer time without an act is a break: nobody was at work."""


def minutes(lines: Sequence[Line]) -> float | None:
    """Minutes of work up to the last sign-off, whoever worked; None where nobody has signed."""
    signed = max((place for place, line in enumerate(lines) if isinstance(line.act, Signoff)), default=None)
    if signed is None:
        return None
    times = [datetime.fromisoformat(line.at) for line in lines[: signed + 1]]
    worked = (after - before for before, after in pairwise(times))
    return round(sum((one for one in worked if one <= BREAK), timedelta()) / timedelta(minutes=1), 2)
