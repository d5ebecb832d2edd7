"""What the preflight heard in the recordings, as findings that a person can waive."""

from __future__ import annotations

from collections.abc import Iterator

from podcast_pipeline.checks.case import Case
from podcast_pipeline.model.finding import Finding


def check(case: Case) -> Iterator[Finding]:
    """All of them, at published times; nothing before the recordings were heard."""
    for one in case.heard_in_tracks:
        place = one.file or "track"
        # The sentence holds measured numbers: a waiver names the finding, not its third digit.
        yield case.finding(one.code, place, one.sentence, subject=place, time=one.time, severity=one.severity)
