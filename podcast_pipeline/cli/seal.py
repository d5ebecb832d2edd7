"""check --seal: a person's word is bound to what it is about."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from podcast_pipeline.cli.session import Session, chosen, confirmed
from podcast_pipeline.errors import PodcastError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from podcast_pipeline.episode.sealing import Sealable


def sealed(session: Session, episodes: tuple[str, ...], every: bool, by: str | None, yes: bool, as_json: bool) -> None:
    """Show what `by` has said that nothing binds to its object as that is now, ask once, and bind it."""
    from podcast_pipeline.episode import sealing

    if by is None:
        raise PodcastError("nobody's word is sealed without a name", "add --by ID, an id of feed/people")
    texts, given = _given(session, chosen(session, episodes, every) if episodes or every else ())
    if why := session.show.why_no_verdict(by):
        raise PodcastError(why, "`podcast people list` shows the ids")
    void = sealing.void(given)
    own = [sealable for sealable in void if by in sealable.verdict.missing]
    dated = sealing.dated(own, session.show.schedule.day(datetime.now(UTC)))
    own = [sealable for sealable in own if sealable not in dated]
    if not as_json and own:
        findings = _findings(session, own)
        for sealable in own:
            _show(session, sealable, by, findings)
    others = sorted({id_ for sealable in void for id_ in sealable.verdict.missing} - {by})
    if others:
        session.say(f"left as it is: the word of {', '.join(others)}, which is theirs to say")
    if own:
        count = f"{len(own)} text{'' if len(own) == 1 else 's'}"
        confirmed(yes, f"Does {session.show.people[by].display} say so of {count}, as shown?")
        sealing.seal(own, texts, by)
    if as_json:
        click.echo(json.dumps([_value(session, sealable, by) for sealable in own], ensure_ascii=False, indent=2))
    none = f"nothing to seal: all that {by} has said is bound to what it is about"
    if own or not dated:
        session.say(f"sealed: {len(own)}" if own else none)
    if dated:
        raise PodcastError("\n".join(_dated(session, each) for each in dated), HOW_DATED)


HOW_DATED = (
    "write the day on which this was said: `approved_by_subject` of a bio, `collected` of a disclosure, whose earlier "
    "form stays, seal and all, as a [[disclosure.attestation]]; then seal again"
)


def _dated(session: Session, sealable: Sealable) -> str:
    place, verdict = f"{session.workspace.relative(sealable.path)}: {sealable.name}", sealable.verdict
    return f"{place} says something else than {verdict.by} sealed there (changed: {', '.join(verdict.changed)})"


def _given(session: Session, slugs: tuple[str, ...]) -> tuple[dict[Path, str], list[Sealable]]:
    """Every file with a verdict, as it is before anything is read of it; and the verdicts, each once."""
    from podcast_pipeline import handwritten
    from podcast_pipeline.config.load import load_episode, load_show
    from podcast_pipeline.episode import sealing
    from podcast_pipeline.episode.dossier import Dossier

    workspace = session.workspace
    files = [workspace.episode_toml(slug) for slug in slugs]
    files += [*workspace.listed(workspace.people, "*.toml"), workspace.appraisals, workspace.notices]
    texts = {path: handwritten.text_of(path) for path in files if path.is_file()}
    show = load_show(workspace)
    if not slugs:
        return texts, [
            *sealing.of_people(show, workspace, show.people),
            *sealing.of_papers(show, workspace, show.references),
            *sealing.of_notices(show, workspace),
        ]
    dossiers = [Dossier(show, load_episode(workspace, show, slug), workspace) for slug in slugs]
    for dossier in dossiers:
        if not dossier.transcribed and any(claim.checked_by for claim in dossier.episode.claims):
            session.say(f"{dossier.slug}: a claim is compared as it is said: sealed once there is a transcript")
    every = (sealable for dossier in dossiers for sealable in sealing.of_episode(dossier))
    return texts, list({(sealable.path, sealable.table): sealable for sealable in every}.values())


def _why(sealable: Sealable) -> str:
    changed = sealable.verdict.changed
    return f"changed since: {', '.join(changed)}" if changed else "not sealed yet"


def _findings(session: Session, own: list[Sealable]) -> dict[str, str]:
    """Fingerprint -> finding, of the episodes in which somebody answers for one."""
    from podcast_pipeline.checks.episode import report
    from podcast_pipeline.checks.gather import gather
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.episode import records
    from podcast_pipeline.episode.dossier import Dossier

    findings: dict[str, str] = {}
    for slug in dict.fromkeys(sealable.path.parent.name for sealable in own if sealable.table[0] == "waiver"):
        dossier = Dossier(session.show, load_episode(session.workspace, session.show, slug), session.workspace)
        judged = report(gather(dossier, datetime.now(UTC), records.read(session.workspace, slug))).judged
        every = (*judged.standing, *(finding for finding, _ in judged.waived))
        findings |= {finding.fingerprint: f"{finding}" for finding in every}
    return findings


def _show(session: Session, sealable: Sealable, by: str, findings: Mapping[str, str]) -> None:
    verdict = sealable.verdict
    place = f"{session.workspace.relative(sealable.path)}: {sealable.name}"
    click.echo(f"{place}: {by}, {verdict.at}; {_why(sealable)}")
    lines = list(sealable.text)
    if sealable.table[0] == "waiver":
        lines.insert(1, findings.get(lines[0].rpartition(" ")[2], "matches no finding: remove it"))
    for line in filter(None, lines):
        click.echo(f"    {line}")


def _value(session: Session, sealable: Sealable, by: str) -> dict[str, Any]:
    return {
        "file": session.workspace.relative(sealable.path),
        "name": sealable.name,
        "by": by,
        "at": f"{sealable.verdict.at}",
        "changed": list(sealable.verdict.changed),
        "text": list(sealable.text),
        "judged": sealable.verdict.sealed(by),
    }
