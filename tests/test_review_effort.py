"""How long a review took, by its journal."""

from __future__ import annotations

from podcast_pipeline.review.desk import effort


def line(kind: str, at: str) -> dict[str, str]:
    return {"kind": kind, "at": f"2026-01-05T{at}Z"}


def test_work_counts_and_breaks_do_not() -> None:
    """Times between two acts count up to five minutes; what follows the last sign-off does not."""
    acts = [
        line("base", "09:00:00.000"),
        line("heard", "09:00:30.000"),
        line("edit", "09:03:00.000"),
        line("edit", "13:00:00.000"),
        line("signoff", "13:02:15.000"),
        line("heard", "13:02:45.000"),
    ]
    assert effort.minutes(acts) == 5.25
    assert effort.minutes(acts[:4]) is None
    assert effort.minutes([]) is None
