"""build, normalize, transcribe, tag: run what is stale."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import click

from podcast_pipeline.cli.session import ALL, EPISODES, Session, chosen, command
from podcast_pipeline.digests import Digests
from podcast_pipeline.engine import execute
from podcast_pipeline.engine.decide import Decider
from podcast_pipeline.engine.stage import Stage, needed
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.denoising import DENOISING
from podcast_pipeline.model.finding import Finding

JOBS = click.option("-j", "jobs", type=click.IntRange(min=0), default=0, metavar="N", help="Recognisers side by side.")
FORCE = click.option("--force", is_flag=True, help="Run fresh stages too, overwrite edits; thaw published episodes.")
DRY = click.option("--dry-run", is_flag=True, help="Say what would run and why; change nothing.")
UNTIL = click.option("--until", metavar="STAGE", help="Run this stage and what it needs, nothing else.")


@command(EPISODES, ALL, UNTIL, DRY, FORCE, JOBS)
def build(
    session: Session, episodes: tuple[str, ...], every: bool, until: str, dry_run: bool, force: bool, jobs: int
) -> None:
    """Run what is stale, of the named episodes or of all.

    Whether a stage is stale is decided by content: files, settings, and the stage's version. `podcast -v build` shows
    the reasons. Published episodes are frozen; --force thaws them. Ctrl-C loses nothing: the same command goes on.
    """
    slugs = chosen(session, episodes, every)
    if not slugs:
        session.say("no episodes yet: `podcast new SLUG` makes one")
    failed = []
    digests = Digests(session.workspace.digests)
    for slug in slugs:
        try:
            _one(session, digests, slug, until, dry_run, force, jobs)
        except PodcastError as error:
            if len(slugs) == 1:
                raise
            failed.append(f"{slug}: {error}")
    if failed:
        raise PodcastError("\n".join(failed))


def _one(session: Session, digests: Digests, slug: str, until: str, dry_run: bool, force: bool, jobs: int) -> None:
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.episode import records

    workspace = session.workspace
    earlier = records.read(workspace, slug)
    published = earlier is not None and earlier.status == "published"
    if published and not force:
        session.say(f"{slug}: published, frozen (--force thaws it)")
        return
    if earlier is not None and earlier.withdrawn is not None and not force:
        session.say(f"{slug}: {earlier.withdrawn}: not built (--force builds it)")
        return
    episode = load_episode(workspace, session.show, slug)
    if not episode.tracks:
        session.say(f"{slug}: planned, there is nothing to build yet: `podcast track {slug} FILE=PERSON`")
        return
    from podcast_pipeline.pipeline import stages  # all that makes sound and words: not for a frozen back catalogue

    every = stages(session.show, episode, workspace, jobs)
    decider = Decider(needed(every, until) if until else every, workspace.root, digests)
    again = force and not published
    if dry_run:
        for decision in decider.plan():
            edited = [f"{path.name}: {execute.EDITED}" for path in decision.edited]
            reasons = [*decision.reasons, *edited] or ["--force" if again else "fresh"]
            click.echo(f"{slug}: {decision.stage.name}: {'; '.join(reasons)}")
        return
    with session.locked(slug), session.progress(slug) as watch:
        # What is wrong with a recording is told before hours of work are spent on it.
        ran = {} if again or until == "probe" else _probed(session, every, slug, decider, watch, force)
        # Of a published episode only what is stale is made again: its sound stays what listeners have.
        ran |= execute.build(decider, watch, force=again, overwrite=force)
    if until == "probe":
        _heard(session, slug)
    if not ran:
        session.say(f"{slug}: up to date")
    else:
        session.say(f"{slug}: " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in ran.items()))
    if "transcribe" in ran:
        _doubts(session, slug)
    if "denoise" in ran:
        _say(session, slug, DENOISING.read(workspace.build(slug)).findings)
    if not until or "encode" in ran:
        _measured(session, slug)


def _probed(
    session: Session, every: tuple[Stage, ...], slug: str, decider: Decider, watch: execute.Watch, overwrite: bool
) -> dict[str, float]:
    """Hear the recordings through first, where that is due, and say what was found; seconds per stage that ran."""
    probe = needed(every, "probe")
    stale = any(decider.decide(stage).stale for stage in probe)
    if not stale or not any(stage.name == "probe" for stage in decider.stages):
        return {}
    # Edited outputs are refused before anything is touched: that is asked of all stages, not of this one alone.
    if not overwrite and any(decider.decide(stage).edited for stage in decider.stages):
        return {}
    ran = execute.build(Decider(probe, session.workspace.root, decider.digests), watch, overwrite=overwrite)
    _heard(session, slug)
    return ran


def _heard(session: Session, slug: str) -> None:
    """The findings of the preflight, on stderr: they are no result but what a person should know."""
    from podcast_pipeline.audio.preflight import PREFLIGHT

    _say(session, slug, PREFLIGHT.read(session.workspace.build(slug)).findings)


def _say(session: Session, slug: str, findings: Iterable[Finding]) -> None:
    for finding in findings:
        where = f"{finding.file}: " if finding.file else ""
        session.say(f"{slug}: {finding.severity} {finding.code} {where}{finding.sentence}")


def _doubts(session: Session, slug: str) -> None:
    """What an editor should know at once: another language than the configured one, unnamed voices, open places."""
    from podcast_pipeline.transcribe.report import QUALITY

    with contextlib.suppress(PodcastError):
        report = QUALITY.read(session.workspace.build(slug))
        for place in report.places:
            if place.code == "language":
                session.say(f"{slug}: W {place.track}: {place.say}")
        if report.unverified:
            session.say(f"{slug}: W whose voices these are is not known: name them on the review page")
        session.say(f"{slug}: {report.must} places to hear: `podcast transcribe {slug} --report`")


def _measured(session: Session, slug: str) -> None:
    from podcast_pipeline.audio.report import LOUDNESS

    with contextlib.suppress(PodcastError):
        measured = LOUDNESS.read(session.workspace.build(slug))
        loud, peak = f"{measured.integrated:.1f} LUFS", f"{measured.true_peak:.1f} dBTP"
        session.say(f"{slug}: {loud}, true peak {peak}, measured on the decoded MP3")


def _until(stage: str, text: str, name: str) -> click.Command:
    def run(_: Session, episodes: tuple[str, ...], every: bool, force: bool, jobs: int) -> None:
        click.get_current_context().invoke(
            build, episodes=episodes, every=every, until=stage, dry_run=False, force=force, jobs=jobs
        )

    run.__doc__ = text
    return command(EPISODES, ALL, FORCE, JOBS, name=name)(run)


normalize = _until("encode", "Clean, level, mix, encode and measure: `build --until encode`.", "normalize")


@command(EPISODES, ALL, FORCE, JOBS, click.option("--report", is_flag=True, help="Print what an editor must hear."))
def transcribe(session: Session, episodes: tuple[str, ...], every: bool, force: bool, jobs: int, report: bool) -> None:
    """Recognise the words of every track: `build --until transcribe`; --report prints what to hear again.

    The report is kept as build/EP/transcript.report.json, and as a page with a timeline: transcript.report.html.
    """
    click.get_current_context().invoke(
        build, episodes=episodes, every=every, until="transcribe", dry_run=False, force=force, jobs=jobs
    )
    for slug in chosen(session, episodes, every) if report else ():
        _reported(session, slug)


def _reported(session: Session, slug: str) -> None:
    from podcast_pipeline.transcribe import report

    path = session.workspace.build(slug) / report.QUALITY.name
    try:
        quality = report.QUALITY.load(path)
    except PodcastError as error:
        error.hint = f"`podcast build {slug} --until transcribe --force` makes it"
        raise
    click.echo(f"{slug}: {session.workspace.relative(path.with_suffix('.html'))}")
    for line in report.lines(quality):
        click.echo(f"  {line}")


tag = _until("tag", "Write chapters, people, references and transcript into the MP3: `build --until tag`.", "tag")
