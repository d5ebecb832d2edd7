"""How long a review took, by its journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from podcast_pipeline.review.journal.journal import Record

BREAK = timedelta(minutes=5)
"""A longer time without an act is a break: nobody was at work."""


def minutes(records: Sequence[Record]) -> float | None:
    """Minutes of work up to the last sign-off, whoever worked; None where nobody has signed."""
    signed = max((place for place, record in enumerate(records) if record["kind"] == "signoff"), default=None)
    if signed is None:
        return None
    times = [datetime.fromisoformat(record["at"]) for record in records[: signed + 1]]
    worked = (after - before for before, after in pairwise(times))
    return round(sum((one for one in worked if one <= BREAK), timedelta()) / timedelta(minutes=1), 2)
