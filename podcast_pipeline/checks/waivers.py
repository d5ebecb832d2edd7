"""Waivers: a named person answers for one finding, for a while; what is never waived, never is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from podcast_pipeline.checks.case import Case
from podcast_pipeline.checks.codes import CODES
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.model.waiver import Waiver

SHORTEST_REASON = 20
LONGEST = {"E": timedelta(days=90), "W": timedelta(days=365), "N": timedelta(days=365)}
"""How far ahead of the day of publication a waiver may reach."""


@dataclass(frozen=True)
class Judged:
    """Findings that stand, and those that a waiver covers with the waiver."""

    standing: tuple[Finding, ...]
    waived: tuple[tuple[Finding, Waiver], ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.standing if finding.severity == "E")


def fault(case: Case, waiver: Waiver, finding: Finding | None, day: date) -> str:
    """Why `waiver` does not count on `day`; "" if it does."""
    if waiver.code not in CODES:
        return f'"{waiver.code}" is no code of a check'
    if not CODES[waiver.code].waived:
        return f"{waiver.code} is never waived"
    if finding is None:
        return "matches no finding: the text has changed, or the fault is mended; remove it"
    if waiver.name not in case.show.people:
        return f'"{waiver.name}" is not in feed/people'
    if len(waiver.reason.strip()) < SHORTEST_REASON:
        return f"its reason has fewer than {SHORTEST_REASON} characters"
    if waiver.expires < day:
        return f"expired on {waiver.expires.isoformat()}"
    longest = LONGEST[finding.severity]
    if waiver.expires > day + longest:
        return f"reaches more than {longest.days} days ahead"
    return ""


def judge(case: Case, findings: Sequence[Finding]) -> Judged:
    """Apply the episode's waivers, by the day of publication. A waiver that does not count is itself a finding."""
    by_mark = {(finding.code, finding.fingerprint): finding for finding in findings}
    covered: dict[tuple[str, str], Waiver] = {}
    faults: list[Finding] = []
    for i, waiver in enumerate(case.episode.waivers, 1):
        key = (waiver.code, waiver.fingerprint)
        if problem := fault(case, waiver, by_mark.get(key), case.published):
            faults.append(case.finding("WAI01", f"waiver[{i}]", f"{waiver.code} {waiver.fingerprint}: {problem}"))
        else:
            covered[key] = waiver
    standing = tuple(f for f in findings if (f.code, f.fingerprint) not in covered)
    waived = tuple((by_mark[key], waiver) for key, waiver in covered.items())
    return Judged((*standing, *faults), waived)
