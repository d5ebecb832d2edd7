"""How long a review took, by its journal."""

from __future__ import annotations

import dataclasses

from podcast_pipeline.review.desk import effort
from podcast_pipeline.review.journal.act import Act
from podcast_pipeline.review.journal.acts.base import Base
from podcast_pipeline.review.journal.acts.edit import Edit
from podcast_pipeline.review.journal.acts.heard import Heard
from podcast_pipeline.review.journal.acts.signoff import Signoff
from podcast_pipeline.review.journal.line import Line, written
from podcast_pipeline.review.journal.stamp import Stamp

SIGNOFF = Signoff(name="", role="", audio_sha256="", transcript_sha256="")
ACTS: dict[str, Act] = {
    "base": Base(machine_sha256="", language="en"),
    "heard": Heard(spans=((0, 1),)),
    "edit": Edit(p="p1", base=1, text="So."),
    "signoff": SIGNOFF,
}


def line(kind: str, at: str) -> Line:
    return written(ACTS[kind], Stamp(1, f"2026-01-05T{at}Z", "alex"), "")


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


def test_what_is_done_after_the_signature_that_stands_is_not_counted() -> None:
    """Neither a later sign-off whose signature was never written, nor who listens afterwards; of lines of before, which
    have no such time, the last sign-off counts."""
    signed = dataclasses.replace(SIGNOFF, signed_at="2026-01-05T09:02:00Z")
    lines = [
        line("base", "09:00:00.000"),
        written(signed, Stamp(2, "2026-01-05T09:02:00.500Z", "alex"), ""),
        line("heard", "09:03:00.000"),
        line("signoff", "09:04:00.000"),
    ]
    assert effort.minutes(lines, "2026-01-05T09:02:00Z") == 2.01
    assert effort.minutes(lines, "2026-01-05T10:00:00Z") == effort.minutes(lines) == 4.0
