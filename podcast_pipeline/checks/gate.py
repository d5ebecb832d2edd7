"""The gate: no episode is published while an error stands. No flag skips it."""

from __future__ import annotations

from podcast_pipeline.checks.case import Case
from podcast_pipeline.checks.episode import report
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.release import UsedWaiver


def passed(case: Case) -> tuple[UsedWaiver, ...]:
    """The waivers that were used. Raises PodcastError naming every error that stands."""
    judged = report(case).judged
    if judged.errors:
        slug = case.episode.slug
        raise PodcastError(
            "\n".join(f"{finding} [{finding.fingerprint}]" for finding in judged.errors),
            f"mend these, or let a person answer for one with a [[waiver]]; `podcast check {slug}` shows everything",
        )
    return tuple(UsedWaiver(w.code, w.name, w.reason, w.expires) for _, w in judged.waived)
