"""refs check: what is wrong with the library, and what registers say of it now."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from podcast_pipeline.cli import registers
from podcast_pipeline.cli.session import JSON, Session, command

if TYPE_CHECKING:
    from podcast_pipeline.evidence.registers import Lookup
    from podcast_pipeline.model.reference import Reference

MUST = frozenset({"CIT02", "CIT13", "CIT17", "CIT19", "CIT20"})
"""Findings on the library that no episode can waive for itself."""


@command(
    click.option("--online", is_flag=True, help="Ask Crossref and PubMed for every reference (`make watch`)."),
    click.option("--retractions", type=click.Path(path_type=Path), help="A dated copy of the Retraction Watch CSV."),
    JSON,
)
def check(session: Session, online: bool, retractions: Path | None, as_json: bool) -> None:
    """Check the library: identifiers, consistency, status. With a register, write feed/appraisals.toml.

    Reports what changed since the last time, which published episodes cite it, and whose review or credit has lapsed.
    Exit 1 where a person must act: something changed, a page does not say yet what has lapsed, a register did not
    answer, an identifier or a level is wrong.
    """
    from podcast_pipeline.evidence import changes
    from podcast_pipeline.evidence.cited import verified_line

    today, before = session.show.schedule.day(datetime.now(UTC)), session.show.references
    answers = _answers(session, before, online, retractions, today)
    stale: tuple[str, ...] = ()
    if answers:
        with session.publishing():
            stale = registers.written(session, before, answers, today)
    answers = {id_: answer for id_, answer in answers.items() if id_ not in stale}
    after = session.show.references
    changed = [id_ for id_ in answers if changes.is_reportable(before[id_], after[id_])]
    words = {id_: said for id_ in answers if (said := changes.sentences(before[id_], after[id_]))}
    rows = list(_findings(session, answers, today))
    failed = [f"{id_}: {problem}" for id_, answer in answers.items() for problem in answer.problems]
    failed += [f"{id_}: was changed while the registers were asked: ask again" for id_ in stale]
    episodes, lapsed = _citing(session, changed) if answers else {}, _lapsed(session)
    if as_json:
        value = {"findings": rows, "changed": words, "episodes": episodes, "lapsed": lapsed, "failed": failed}
        value["verified"] = verified_line(session.show.references.values())
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
    else:
        for row in rows:
            click.echo(f"{row['severity']} {row['code']} {row['id']}: {row['field']}: {row['sentence']}")
        for id_, said in words.items():
            click.echo(f"changed {id_}: {'; '.join(said)}")
        for slug, ids in episodes.items():
            click.echo(f"{slug}: cites {', '.join(ids)}: `podcast build {slug} --force`, then `podcast publish {slug}`")
        for slug, lines in lapsed.items():
            click.echo(f"{slug}: {' '.join(lines)} `podcast publish` says so on its page")
        click.echo(f"references {verified_line(session.show.references.values())}")
        for line in failed:
            session.say(line)
    if failed or changed or episodes or lapsed or any(row["code"] in MUST for row in rows):
        raise click.exceptions.Exit(1)


def _answers(
    session: Session, references: dict[str, Reference], online: bool, retractions: Path | None, today: date
) -> dict[str, Lookup]:
    from podcast_pipeline.evidence import watch
    from podcast_pipeline.evidence.registers import ask

    if not online and retractions is None:
        return {}
    watched = None
    if retractions is not None:
        dois, pmids = {one.doi for one in references.values()}, {one.pmid for one in references.values()}
        watched = watch.read(retractions, dois - {""}, pmids - {""})
    door = registers.web(session) if online else None
    with session.bar("registers") as report:
        return ask(references, door, watched, today, report)


def _findings(session: Session, answers: dict[str, Lookup], today: date) -> Any:
    from podcast_pipeline.checks import duplicates
    from podcast_pipeline.checks import references as one
    from podcast_pipeline.checks.codes import CODES
    from podcast_pipeline.evidence.registers import Lookup
    from podcast_pipeline.evidence.standing import in_words
    from podcast_pipeline.model.appraisal import GONE

    library = session.show.references
    for id_, reference in library.items():
        answer = answers.get(id_, Lookup())
        said = one.everything(reference, answer, today, one.IN_CATALOGUE, session.show.people)
        if reference.status.state in GONE:
            yield _row("CIT03", "E", id_, "status", in_words(reference))
        for code, field, sentence, severity in said:
            yield _row(code, severity or CODES[code].severity, id_, field, sentence)
    for first, second in duplicates.near_duplicates(library):
        yield _row("CIT11", "N", second, "title", f"is nearly that of {first}")


def _row(code: str, severity: str, id_: str, field: str, sentence: str) -> dict[str, str]:
    return {"code": code, "severity": severity, "id": id_, "field": field, "sentence": sentence}


def _citing(session: Session, changed: Sequence[str]) -> dict[str, list[str]]:
    """Published episodes that cite what changed, or print as not verified what a register has confirmed since."""
    from podcast_pipeline.episode import records
    from podcast_pipeline.evidence import identity
    from podcast_pipeline.model.appraisal import NOT_VERIFIED

    known = {id_ for id_, reference in session.show.references.items() if identity.verified(reference)}
    citing = {}
    for release in records.read_all(session.workspace):
        printed = {each.id: each.status.startswith(NOT_VERIFIED) for each in release.references}
        if ids := [id_ for id_, unverified in printed.items() if id_ in changed or (unverified and id_ in known)]:
            citing[release.slug] = ids
    return citing


def _lapsed(session: Session) -> dict[str, tuple[str, ...]]:
    """Published episodes whose page does not say yet that their review is overdue or their credit over."""
    from podcast_pipeline.episode import records
    from podcast_pipeline.site import lapse

    now = datetime.now(UTC)
    due = lapse.due(records.read_all(session.workspace), now)
    return {release.slug: lapse.lapsed(release, lapse.today(release, now)) for release in due}
