"""new: an episode's folder, with its identity, settings to fill in, and the recordings."""

from __future__ import annotations

import itertools
import re
import shutil
import uuid
from datetime import datetime, timedelta
from typing import Any

import click

from podcast_pipeline import filenames, localtime, months
from podcast_pipeline.cli.kinds import KINDS
from podcast_pipeline.cli.kinds import notes as questions
from podcast_pipeline.cli.session import Session, command
from podcast_pipeline.engine import lock
from podcast_pipeline.episode.recordings import NewTrack
from podcast_pipeline.errors import ConfigError, PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.episode import CONTENT_CLASSES
from podcast_pipeline.model.medical import DATE

NOTICE = timedelta(days=1)
"""What a team needs at least: an earlier usual time is not proposed."""
# A link definition that nothing refers to: Markdown's only comment that is not shown.
NOTES = "[comment]: # (Show notes in Markdown. People, references, chapters are added by themselves. Links: https.)\n"


@command(
    click.argument("episode", metavar="EP"),
    click.option("--title", metavar="TEXT", help="The episode's title (default: from EP)."),
    click.option(
        "--track",
        "tracks",
        multiple=True,
        metavar="FILE=PERSON",
        help="Copy a recording; who speaks on it. Repeat. A voice on each side: FILE=left:PERSON, FILE=right:PERSON.",
    ),
    click.option(
        "--publish-at",
        metavar="TIME",
        help="When it becomes public: 2026-12-01T06:00:00-08:00; without an offset, by the clocks of the show.",
    ),
    click.option("--kind", type=click.Choice(list(KINDS)), help="Start from the template of this kind of episode."),
    click.option("--type", "type_", type=click.Choice(["full", "trailer", "bonus"]), help="What apps call it."),
    click.option(
        "--content-class",
        type=click.Choice(CONTENT_CLASSES),
        help="Whether drugs, devices or procedures are discussed: a person says so, here or in episode.toml.",
    ),
)
def new(
    session: Session,
    episode: str,
    title: str | None,
    tracks: tuple[str, ...],
    publish_at: str | None,
    kind: str | None,
    type_: str | None,
    content_class: str | None,
) -> None:
    """Make the episode EP: episodes/EP with episode.toml, notes.md and copies of the recordings.

    Without --publish-at it is due at the show's next usual time that no other episode has ([schedule] in
    feed/show.toml), else a week from now, or weeks; a trailer has no day, and goes out as soon as it is signed. The
    first --track is the host's, the others are guests'. `podcast track` brings recordings later.
    """
    from podcast_pipeline.config import template
    from podcast_pipeline.episode import dates
    from podcast_pipeline.episode import recordings as files

    workspace = session.workspace
    folder = workspace.episode(episode)
    if why := filenames.fault(episode):
        raise PodcastError(f'"{episode}": {why}', "name the episode otherwise; nothing was changed")
    if folder.exists():
        raise PodcastError(f"{workspace.relative(folder)}: exists already", "name another episode; nothing was changed")
    if workspace.releases.exists():
        from podcast_pipeline.publish import rename

        rename.check_free(workspace, episode)
    values = _values(session, episode, title, publish_at, type_)
    values |= KINDS[kind].values if kind else {}
    values |= {"content_class": content_class} if content_class else {}
    recordings = files.asked(session.show, tracks)
    if recordings:
        values["track"] = [recording.track for recording in recordings]
        values["person"] = files.parts(recordings)
    with lock.hold(workspace.build_root / ".locks" / episode, episode, session.wait):
        make(workspace, episode, recordings, template.episode_toml(values), questions(kind) if kind else "")
    due, undated = values["publish_at"], DATE in values.get("plan", {}).get("open", ())
    when = f"due {months.SHORT_DAYS[due.weekday()]} {due:%Y-%m-%d %H:%M %z}"
    session.say(f"{workspace.relative(folder)}: made, {'goes out as soon as it is signed' if undated else when}")
    if same := dates.sentence(dates.together(dates.planned(workspace)).get(episode, ())):
        session.say(f"  {same}")
    wanted = f"{'' if content_class else 'content_class, '}summary, people, chapters, claims"
    session.say(f"next: fill in episode.toml ({wanted}); `podcast explain KEY` tells of each key")
    if not recordings:
        session.say(f"      podcast track {episode} RECORDING=PERSON")
    session.say(f"      podcast build {episode}")


def _values(
    session: Session, slug: str, title: str | None, publish_at: str | None, type_: str | None
) -> dict[str, Any]:
    from podcast_pipeline.config import types
    from podcast_pipeline.config.table import BadValueError

    schedule = session.show.schedule
    words = re.sub(r"^\d+-", "", slug).replace("-", " ")
    problems = []
    values: dict[str, Any] = {"guid": str(uuid.uuid4()), "title": words[:1].upper() + words[1:]}
    try:
        values |= {"title": types.line(title)} if title is not None else {}
    except BadValueError as error:
        problems.append(f"--title: {error}")
    try:
        if publish_at is None:
            values["publish_at"] = _due(session, type_)
        else:
            where = schedule.zone if schedule.timezone else None
            values["publish_at"] = localtime.written(publish_at, where, schedule.usual)
    except ValueError as error:
        problems.append(f"--publish-at: {error}")
    if problems:
        raise ConfigError(problems)
    values |= {"kind": type_} if type_ not in (None, "full") else {}
    values |= {"plan": {"open": [DATE]}} if publish_at is None and type_ == "trailer" else {}
    return values | {"summary": values["title"]}


def _due(session: Session, type_: str | None) -> datetime:
    """When a new episode goes out: at the next usual time of the show that is free, else a week from now."""
    from podcast_pipeline.episode import dates

    schedule, now = session.show.schedule, datetime.now().astimezone()
    hour = now.replace(minute=0, second=0, microsecond=0)
    if type_ == "trailer":
        return localtime.fixed(hour.astimezone(schedule.zone) if schedule.timezone else hour)
    taken = {date.at for date in dates.planned(session.workspace).values()}
    if schedule.usual is None:
        weeks = (localtime.fixed(hour + timedelta(weeks=number)) for number in itertools.count(1))
        return next(at for at in weeks if at not in taken)
    return next(at for at in schedule.usual.after(now + NOTICE, schedule.zone) if at not in taken)


def make(workspace: Workspace, slug: str, recordings: tuple[NewTrack, ...], toml: str, questions: str = "") -> None:
    """Beside its final place, then renamed: a kill leaves no half episode."""
    from podcast_pipeline import atomic

    scratch = workspace.episodes / f".{slug}.tmp"
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        scratch.mkdir(parents=True)
        (scratch / "raw").mkdir()
        for file, source in {recording.file: recording.source for recording in recordings}.items():
            atomic.copy(source, scratch / file)
        atomic.write_text(scratch / "notes.md", NOTES + questions)
        atomic.write_text(scratch / "episode.toml", toml)
        atomic.move(scratch, workspace.episode(slug))
    except OSError as error:
        raise atomic.failure(workspace.episodes, 0, error) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
