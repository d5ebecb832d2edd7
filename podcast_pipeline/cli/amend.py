"""amend: one way for any change of a published episode, step by step."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from podcast_pipeline.cli.session import Session, command, once
from podcast_pipeline.errors import PodcastError

if TYPE_CHECKING:
    from podcast_pipeline.publish.amendment import Amendment

MOST = 8
"""Steps of one run: built, signed, built again with the signature, corrected, published."""


@command(
    click.argument("episode", metavar="EP"),
    click.option(
        "--by", multiple=True, callback=once, metavar="ID", help="Who has read and heard it, and signs in this call."
    ),
    click.option("--role", default="", metavar="ROLE", help="In which capacity: physician reviewer."),
    click.option("--note", default="", metavar="TEXT", help="What was wrong and what is right, for the correction."),
    click.option(
        "--step", default="", metavar="NAME", help="Only the next step, if it is this: build, sign, correct ..."
    ),
    click.option("--dry-run", is_flag=True, help="Say what changed and what is next; change nothing."),
    click.option("--yes", is_flag=True, help="Do not ask before each step. It signs nothing: that needs --by."),
)
def amend(
    session: Session, episode: str, by: str | None, role: str, note: str, step: str, dry_run: bool, yes: bool
) -> None:
    """Bring what was changed of a published episode to its listeners: build, sign, correct, publish, step by step.

    Before each step it says what differs from what is public, which verdicts do not stand any more, and what listeners
    will notice. It stops where a person has to speak: whoever signs is named by --by in that call, and other words or
    sound need --note, which stands dated in notes, feed and page. Run it again after any stop: it goes on from there.
    """
    from podcast_pipeline.publish.amendment import STEPS, lines

    if step and step not in STEPS:
        raise PodcastError(f'--step: "{step}" is no step', f"steps: {', '.join(STEPS)}")
    signed = False
    for _ in range(MOST):
        amended = _look(session, episode)
        for line in lines(episode, amended):
            session.say(line)
        if dry_run or not amended.step:
            return
        if step and amended.step != step:
            raise PodcastError(f"{episode}: the next step is {amended.step}, not {step}", "leave --step out to go on")
        if amended.step == "sign" and signed:
            raise PodcastError(f"{episode}: {amended.void[0]}", f"`podcast amend {episode} --by ID`, whoever that is")
        _person(episode, amended, by or "", note)
        if not yes and amended.step != "sign" and not _agreed(amended.step):  # what is signed is shown, then asked for
            session.say(f"{episode}: stopped before {amended.step}; nothing of it was done")
            return
        _take(episode, amended, by or "", role, note, yes=yes)
        signed = signed or amended.step == "sign"
        if step:
            return
    raise PodcastError(f"{episode}: is not public as it is here after {MOST} steps", f"`podcast status {episode}`")


def _look(session: Session, slug: str) -> Amendment:
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.digests import Digests
    from podcast_pipeline.engine.decide import Decider
    from podcast_pipeline.episode import records
    from podcast_pipeline.episode.dossier import Dossier
    from podcast_pipeline.pipeline import stages
    from podcast_pipeline.publish import seen
    from podcast_pipeline.publish.amendment import amendment

    workspace = session.workspace
    public = records.read(workspace, slug)
    if public is None or public.status != "published" or public.withdrawn is not None:
        raise PodcastError(
            f"{slug}: is not public, so there is nothing to amend", f"`podcast status {slug}` says what is next"
        )
    episode = load_episode(workspace, session.show, slug)
    if not episode.tracks:
        raise PodcastError(
            f"{slug}: nothing can be built of it here", f"`podcast correct {slug} --note TEXT`, then publish"
        )
    dossier = Dossier(session.show, episode, workspace)
    decider = Decider(stages(session.show, episode, workspace), workspace.root, Digests(workspace.digests))
    last = seen.load(workspace) or seen.Seen()
    waiting = last.public.record(public.guid) not in ("", records.stored_digest(workspace, slug))
    return amendment(dossier, public, decider, datetime.now(UTC), waiting=waiting)


def _person(slug: str, amended: Amendment, by: str, note: str) -> None:
    """Raises PodcastError where only a person can say what is needed, and has not."""
    if amended.step == "sign" and not by:
        raise PodcastError(
            f"{slug}: somebody who answers for it has to read and hear it, and sign",
            f"`podcast review {slug}`; or, after that, `podcast amend {slug} --by ID`: no other option signs",
        )
    if amended.step == "mend":
        raise PodcastError(
            f"{slug}: the gate would stop it: {'; '.join(amended.void)}", f"mend it, then `podcast amend {slug}`"
        )
    if amended.step == "correct" and not note:
        raise PodcastError(
            f"{slug}: other words or sound go out with a dated correction",
            f'`podcast amend {slug} --note "what was wrong, and what is right"`',
        )


def _agreed(step: str) -> bool:
    if not sys.stdin.isatty():
        raise PodcastError(f"{step}: nobody is there to be asked", "--yes goes on without asking")
    return click.confirm(f"{step}?", default=True, err=True)


def _take(slug: str, amended: Amendment, by: str, role: str, note: str, *, yes: bool) -> None:
    """One step, by the command that a person would give."""
    from podcast_pipeline.cli.build import build
    from podcast_pipeline.cli.correct import correct
    from podcast_pipeline.cli.publish import publish
    from podcast_pipeline.cli.signoff import signoff

    context = click.get_current_context()
    if amended.step == "build":
        context.invoke(build, episodes=(slug,), every=False, until="", dry_run=False, force=True, jobs=0)
    elif amended.step == "sign":
        context.invoke(signoff, episode=slug, by=by, role=role, withdraw=False, yes=yes)
    elif amended.step == "correct":
        context.invoke(correct, episode=slug, note=note, by=by)
    else:
        if note and not amended.said:
            context.invoke(correct, episode=slug, note=note, by=by)
        context.invoke(
            publish, episodes=(slug,), dry_run=False, quick=False, now=None, as_json=False, rubbish=False, yes=False,
            replace=amended.sound, allow_guid_change=False, allow_removal=(), reinstate=False,
        )  # fmt: skip
