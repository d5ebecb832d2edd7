"""The gate: no episode is published while an error stands. No flag skips it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from podcast_pipeline.checks import amended
from podcast_pipeline.checks.case import Case
from podcast_pipeline.checks.episode import report
from podcast_pipeline.checks.gather import gather
from podcast_pipeline.checks.waivers import ANSWERED_FOR, UNVERIFIED
from podcast_pipeline.episode import records
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.model.release import UsedWaiver


def ahead(dossier: Dossier, now: datetime) -> tuple[str, ...]:
    """What the gate would have against the episode if it were signed as it stands, but for what a publication asks the
    registers. Told before somebody signs: a word that is given again afterwards may be printed anew, and void it."""
    case = gather(dossier, now, records.read(dossier.workspace, dossier.slug))
    return tuple(str(error) for error in report(case).judged.errors if error.code != UNVERIFIED)


class Passed(NamedTuple):
    """Why it may be published: the waivers that were used, and the verdicts that the public form lacks as well."""

    waivers: tuple[UsedWaiver, ...]
    lacking: tuple[str, ...]


def _way_out(slug: str, errors: Sequence[Finding]) -> str:
    """What to do about them: registers that were not reached are asked again, everything else is mended."""
    if all(finding.code == UNVERIFIED for finding in errors):
        return f"`podcast publish {slug}`, which asks the registers; where none answers, {ANSWERED_FOR.format(slug)}"
    return f"mend these, or let a person answer for one with a [[waiver]]; `podcast check {slug}` shows everything"


def passed(case: Case) -> Passed:
    """What its record says of the gate. Raises PodcastError naming every error that stands."""
    judged = report(case).judged
    if judged.errors:
        raise PodcastError(
            "\n".join(f"{finding} [{finding.fingerprint}]" for finding in judged.errors),
            _way_out(case.episode.slug, judged.errors),
        )
    used = dict.fromkeys(UsedWaiver(w.code, w.name, w.reason, w.expires, w.names, w.judged) for _, w in judged.waived)
    return Passed(tuple(used), amended.lacking(judged.standing))
