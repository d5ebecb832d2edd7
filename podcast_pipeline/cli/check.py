"""check: what may be wrong with episodes, before anybody else finds it."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import click

from podcast_pipeline import codec, timecode
from podcast_pipeline.cli.session import ALL, EPISODES, JSON, Session, chosen, command, once
from podcast_pipeline.errors import PodcastError

if TYPE_CHECKING:
    from podcast_pipeline.checks.episode import EpisodeReport
    from podcast_pipeline.episode.dossier import Dossier
    from podcast_pipeline.evidence.registers import Lookup
    from podcast_pipeline.model.finding import Finding
    from podcast_pipeline.model.show import Show


@command(
    EPISODES,
    ALL,
    click.option("--online", is_flag=True, help="Ask Crossref, PubMed and the links of what is cited."),
    click.option("--seal", is_flag=True, help="Show what --by said of texts that nothing binds to them, and bind it."),
    click.option(
        "--by", multiple=True, callback=once, metavar="ID", help="With --seal: whose word it is, an id of feed/people."
    ),
    click.option("--yes", is_flag=True, help="With --seal: do it without asking."),
    JSON,
)
def check(
    session: Session,
    episodes: tuple[str, ...],
    every: bool,
    online: bool,
    seal: bool,
    by: str | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Print the findings of each episode and write build/EP/check.html; exit 1 if an error stands.

    `publish` passes the same gate. Of published episodes that are not named, only what time can break is checked:
    status of references, expired credit, review dates. Planned ones without a recording wait until they are named.

    A person's word holds for exactly what it is about: a claim that was compared, an approved bio, a disclosure, a
    level of evidence, a [[waiver]], mitigation, the basis of a case. --seal shows all that a person has said of EP
    (without EP: of the show's own files) and that nothing binds yet, or that changed since; with a yes it is bound, by
    the digests in `judged`. Unbound it does not count.
    """
    if seal:
        from podcast_pipeline.cli.seal import sealed

        sealed(session, episodes, every, by, yes, as_json)
        return
    if by is not None or yes:
        raise PodcastError("--by and --yes go with --seal")
    now = datetime.now(UTC)
    reports: list[EpisodeReport] = []
    failures: list[str] = []
    for slug in chosen(session, episodes, every):
        try:
            report = _checked(session, slug, now, online, named=slug in episodes)
            reports += [report] if report is not None else []
        except PodcastError as error:
            if len(episodes) == 1:
                raise
            failures.append(f"{slug}: {error.message}")
    if as_json:
        click.echo(json.dumps([as_value(report) for report in reports], ensure_ascii=False, indent=2))
    for report in () if as_json else reports:
        _print(session, report)
    for failure in failures:
        session.say(failure)
    if failures or any(report.judged.errors for report in reports):
        raise click.exceptions.Exit(1)


def _checked(session: Session, slug: str, now: datetime, online: bool, *, named: bool) -> EpisodeReport | None:
    from podcast_pipeline import atomic
    from podcast_pipeline.checks import page
    from podcast_pipeline.checks.episode import report
    from podcast_pipeline.checks.gather import gather
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.episode import records
    from podcast_pipeline.episode.dossier import Dossier

    workspace, today = session.workspace, session.show.schedule.day(now)
    for sentence in workspace.beside(slug):
        session.say(sentence)
    earlier = records.read(workspace, slug)
    dossier = Dossier(session.show, load_episode(workspace, session.show, slug), workspace)
    if not (named or earlier or dossier.episode.tracks):
        session.say(f"{slug}: planned, nothing to check yet")
        return None
    ageing = earlier is not None and earlier.status == "published" and not named
    answers = _answers(session, dossier, today) if online else {}
    dossier = dataclasses.replace(dossier, show=_told(dossier.show, answers, today))
    outcome = report(gather(dossier, now, earlier, answers, texts=not ageing), ageing_only=ageing)
    if not ageing:
        atomic.write_text(workspace.build(slug) / "check.html", page.html(outcome, slug))
    return outcome


def _answers(session: Session, dossier: Dossier, today: date) -> dict[str, Lookup]:
    from podcast_pipeline.cli.registers import asked
    from podcast_pipeline.evidence.cited import sources

    return asked(session, sources(dossier.episode.claims, session.show.references), today)


def _told(show: Show, answers: dict[str, Lookup], today: date) -> Show:
    """The show as it would be with these answers written down: what was just heard is judged, not what was known."""
    from podcast_pipeline.evidence import registers

    known = dict(show.references)
    for id_, answer in answers.items():
        known[id_] = dataclasses.replace(known[id_], appraisal=registers.appraised(known[id_], answer, today))
    return dataclasses.replace(show, references=known)


def as_value(report: EpisodeReport) -> dict[str, Any]:
    """A report for --json."""
    return {
        "episode": report.slug,
        "findings": [_value(finding) for finding in report.judged.standing],
        "waived": [
            {**_value(finding), "name": waiver.name, "reason": waiver.reason, "expires": waiver.expires.isoformat()}
            for finding, waiver in report.judged.waived
        ],
        "not_run": list(report.not_run),
        "verified": report.verified,
        "quality": [codec.encode(item) for item in report.quality],
    }


def _value(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "file": finding.file,
        "field": finding.field,
        "time": finding.time,
        "sentence": finding.sentence,
        "fingerprint": finding.fingerprint,
    }


def _print(session: Session, report: EpisodeReport) -> None:
    from podcast_pipeline.checks.page import summary
    from podcast_pipeline.site import quality

    lines = []
    for finding in report.judged.standing:
        time = "" if finding.time is None else f" at {timecode.show(finding.time)}"
        lines.append(f"{finding}{time} [{finding.fingerprint}]\n")
    for finding, waiver in report.judged.waived:
        lines.append(f"waived {finding.code} {finding.file}: {finding.field}: {waiver.name} until {waiver.expires}\n")
    click.echo("".join(lines), nl=False)  # at once: each call flushes
    page = session.workspace.relative(session.workspace.build(report.slug) / "check.html")
    for line in quality.missing(report.quality):
        session.say(f"{report.slug}: quality: {line}")
    session.say(f"{report.slug}: {summary(report)}; see {page}")
