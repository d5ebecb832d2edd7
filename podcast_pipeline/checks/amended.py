"""An amendment of a public episode is judged by what it changes: a verdict that is missing, and that the public form
lacks as well, of the same object, is a warning, as a correction of something else has to be able to go out.

The public form is its record, by what that says of each object (`checks/subjects.py`). What it does not show cannot be
told to be the same and is judged in full, as is all that differs, and what somebody had answered for.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

from podcast_pipeline.checks import subjects, unstated
from podcast_pipeline.checks.case import Case
from podcast_pipeline.checks.claims import UNVERIFIED
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.model.release import Release

LACKS = "what is public lacks this as well, and has not changed in it"


def lessened(case: Case, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings; a verdict that the public form lacks as well is a warning, and says so."""
    public = case.amends
    for finding in findings:
        error = public is None or finding.severity != "E" or not _lacked(case, public, finding)
        yield finding if error else _warning(finding)


def lacking(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The verdicts that are missing as they were before, each by code and place: what a record says that it lacks."""
    return tuple(_name(finding) for finding in findings if finding.lacking)


def _warning(finding: Finding) -> Finding:
    return dataclasses.replace(finding, severity="W", sentence=f"{finding.sentence}: {LACKS}", lacking=True)


def _name(finding: Finding) -> str:
    return f"{finding.code} {finding.file}: {finding.field}"


def _lacked(case: Case, public: Release, finding: Finding) -> bool:
    """Whether the public form says the same, and nobody had given this verdict on it or answered for its absence."""
    # Of a reference each record says by itself whether it was verified.
    if finding.code not in UNVERIFIED and any(waiver.code == finding.code for waiver in public.waivers):
        return False
    if public.statement is None:
        return unstated.lacked(case, public, finding, named=_name(finding) in public.lacking)
    then = subjects.subject(subjects.public(public, public.statement), finding)
    now = subjects.subject(subjects.here(case), finding)
    if then is None or now is None or then.said != now.said:
        return False
    return _name(finding) in public.lacking or not then.judged
