"""Waivers: a named person answers for one finding, for a while; what is never waived, never is."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from podcast_pipeline.checks import responsible
from podcast_pipeline.checks.case import Case
from podcast_pipeline.checks.codes import CODES
from podcast_pipeline.episode import verdicts
from podcast_pipeline.evidence import identity
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.model.release import UsedWaiver
from podcast_pipeline.model.waiver import Waiver, says_nothing
from podcast_pipeline.people import eligible

TOGETHER = frozenset({"CIT03", "CIT19"})
"""Codes for which two different people answer: a paper that is gone, and one that no register knows."""
UNVERIFIED = "CIT21"
ANSWERED_FOR = "a person answers for all of them: `podcast refs unreached {} --by ID --reason TEXT`"
"""What can be done of an episode, by its slug, for which no register answers and which cannot wait."""
"""What one person answers for at once where the registers do not answer."""
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
    if why := next((why for id_ in waiver.by if (why := case.show.why_no_verdict(id_))), ""):
        return why
    own = responsible.subjects(case, finding)
    if all(id_ in own for id_ in waiver.by):
        return f"is about {', '.join(waiver.by)}, and nobody answers for what is their own: somebody else has to"
    if finding.code in TOGETHER:
        signer = {each.by for each in case.signature.signers} if case.signature is not None else set()
        if len(eligible.persons(case.show, {*waiver.by, *signer} - own)) < 2:
            return "needs two different people, of whom the one who signs may be one: names = [...]"
    if why := says_nothing(waiver.reason):
        return f"its reason {why}"
    if waiver.expires < day:
        return f"expired on {waiver.expires.isoformat()}"
    longest = LONGEST[finding.severity]
    if waiver.expires > day + longest:
        return f"reaches more than {longest.days} days ahead"
    return ""


def unbound(case: Case, waiver: Waiver) -> str:
    """Why what somebody said of a finding is not bound to it; "" where it is."""
    public = case.amends.waivers if case.amends is not None else ()
    if not waiver.judged and any(_used(known) == _used(waiver) and not known.judged for known in public):
        return ""  # what is public was published with it, before a word was bound to anything
    return verdicts.sentence(verdicts.answered(waiver, case.episode.guid), case.episode.slug)


def _as_before(case: Case, number: int, waiver: Waiver) -> Finding:
    """That somebody's word on a finding is bound to nothing, as it was when this was published."""
    sentence = (
        f"{waiver.code} {waiver.fingerprint}: is bound to nothing: what is public was published with it like this"
    )
    return dataclasses.replace(case.finding("WAI01", f"waiver[{number}]", sentence), severity="W", lacking=True)


def _used(waiver: Waiver | UsedWaiver) -> tuple[object, ...]:
    return waiver.code, waiver.name, waiver.reason, waiver.expires


def judge(case: Case, findings: Sequence[Finding]) -> Judged:
    """Apply the episode's waivers, by the day of publication. A waiver that does not count is itself a finding."""
    by_mark = {(finding.code, finding.fingerprint): finding for finding in findings}
    covered: dict[tuple[str, str], Waiver] = {}
    faults: list[Finding] = []
    for i, waiver in enumerate(case.episode.waivers, 1):
        key = (waiver.code, waiver.fingerprint)
        if problem := fault(case, waiver, by_mark.get(key), case.published) or unbound(case, waiver):
            faults.append(case.finding("WAI01", f"waiver[{i}]", f"{waiver.code} {waiver.fingerprint}: {problem}"))
        else:
            covered[key] = waiver
            faults += [] if waiver.judged else [_as_before(case, i, waiver)]
    not_reached, problems = _not_reached(case, [f for f in findings if (f.code, f.fingerprint) not in covered])
    covered |= not_reached
    faults += problems
    standing = tuple(f for f in findings if (f.code, f.fingerprint) not in covered)
    waived = tuple((by_mark[key], waiver) for key, waiver in covered.items())
    return Judged((*standing, *faults), waived)


def _not_reached(case: Case, findings: Sequence[Finding]) -> tuple[dict[tuple[str, str], Waiver], tuple[Finding, ...]]:
    """The one answer for all references that no register could be asked about, as a waiver of each, or its fault.

    It counts for a few days by the calendar, also where the episode is overdue: the registers answer again.
    """
    said, day = case.episode.not_reached, case.show.schedule.day(case.public)
    if said is None:
        return {}, ()
    reason = f"the registers did not answer on {said.on.isoformat()}: {said.reason}"
    same = {
        f"{each.id}."
        for each in case.cited
        if said.judged.get(each.id) == identity.judged(each, said.by, said.on, said.reason)
    }
    covered = {
        (finding.code, finding.fingerprint): Waiver(finding.code, finding.fingerprint, said.by, reason, said.expires)
        for finding in findings
        if finding.code == UNVERIFIED and finding.field.startswith(tuple(same))
    }
    by_mark = {finding.fingerprint: finding for finding in findings}
    own = [dataclasses.replace(waiver, reason=said.reason) for waiver in covered.values()]
    problems = [fault(case, waiver, by_mark[waiver.fingerprint], day) for waiver in own]
    problems += [f"{said.on.isoformat()} lies in the future"] if said.on > day else []
    if problem := next(filter(None, problems), ""):
        return {}, (case.finding("WAI01", "not_reached", f"{problem}; ask the registers again"),)
    return covered, ()
