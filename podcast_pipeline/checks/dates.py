"""Checks of when an episode goes out: beside another one, or on a day that nobody has chosen."""

from __future__ import annotations

from collections.abc import Iterator

from podcast_pipeline.checks.case import Case
from podcast_pipeline.episode import dates
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.model.medical import DAY


def check(case: Case) -> Iterator[Finding]:
    """The findings on the date of an episode that is not public."""
    if case.in_catalogue:
        return
    if said := dates.sentence(case.together):
        yield case.finding("DAT01", "publish_at", f"{said}, as apps sort by it")
    plan = case.episode.plan
    if plan is not None and DAY in plan.open:
        sentence = f'the day is left open, and it goes out on {case.published}: take "day" out, or write another date'
        yield case.finding("DAT02", "plan.open", sentence)
