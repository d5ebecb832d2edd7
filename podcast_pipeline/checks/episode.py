"""All checks of one episode: one list of findings, sorted, with the waivers applied."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from podcast_pipeline.checks import amended
from podcast_pipeline.checks.case import Case
from podcast_pipeline.checks.codes import CODES, KNOWN
from podcast_pipeline.checks.waivers import Judged, judge
from podcast_pipeline.episode import quality
from podcast_pipeline.evidence import identity
from podcast_pipeline.evidence.cited import verified_line
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.site.quality import Criterion


@dataclass(frozen=True)
class EpisodeReport:
    """What `check` says of one episode. `not_run`: codes that need a register that was not asked.

    `verified`: how many of its references a register has confirmed to exist, "" where it cites nothing.
    """

    slug: str
    judged: Judged
    not_run: tuple[str, ...]
    verified: str = ""
    quality: tuple[Criterion, ...] = ()
    """The quality card as it would be printed; empty where only what time can break is asked."""


def families() -> Iterator[Callable[[Case], Iterable[Finding]]]:
    """What looks for the checks of CODES, each module once; waivers are judged after them."""
    for name in dict.fromkeys(code.family for code in CODES.values() if code.family != "waivers"):
        yield importlib.import_module(f"podcast_pipeline.checks.{name}").check


def report(case: Case, *, ageing_only: bool = False) -> EpisodeReport:
    """Run every check; with `ageing_only` those alone that time can break, for a published episode."""
    findings = [finding for family in families() for finding in family(case)]
    if ageing_only:
        findings = [finding for finding in findings if KNOWN[finding.code].ages]
    ordered = sorted(dict.fromkeys(amended.lessened(case, findings)), key=_order)
    judged = judge(case, ordered)
    if ageing_only:
        judged = Judged(tuple(f for f in judged.standing if f.code != "WAI01"), judged.waived)
    said = () if ageing_only else _quality(case)
    verified = verified_line(case.cited) if case.cited else ""
    return EpisodeReport(case.episode.slug, judged, _not_run(case), verified, said)


def _quality(case: Case) -> tuple[Criterion, ...]:
    """Of what would be printed: no verdict that is void."""
    void = case.signature is not None and not case.holds
    signature = None if void else case.signature
    return quality.of(case.show, case.episode, case.claimed, signature, void=void).card


def _order(finding: Finding) -> tuple[object, ...]:
    return ("EWN".index(finding.severity), finding.code, finding.file, finding.time or 0, finding.field)


def _not_run(case: Case) -> tuple[str, ...]:
    """Starred checks: those on status run as soon as all cited references have one, the others with the network."""
    if case.answers or not case.cited:
        return ()
    known = {"CIT03", "CIT04"} if all(reference.status.known for reference in case.cited) else set()
    known |= {"CIT19", "CIT20"} if all(identity.answered(reference) for reference in case.cited) else set()
    return tuple(code for code, check in CODES.items() if check.register and code not in known)
