"""plan: what is to come, from the society's schedule."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import click

from podcast_pipeline import localtime, reading, slugs
from podcast_pipeline.cli.kinds import KINDS
from podcast_pipeline.cli.kinds import notes as questions
from podcast_pipeline.cli.new import make
from podcast_pipeline.cli.session import Session, command
from podcast_pipeline.episode import dates
from podcast_pipeline.episode.dates import PlannedDate
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.meetings import celldays, spreadsheet
from podcast_pipeline.meetings.plaintext import Meeting, Schedule
from podcast_pipeline.model.medical import DAY
from podcast_pipeline.model.show import ScheduleSettings

HOUR = time(17, 0)
"""When a planned episode is due on its day where the show has no usual time, until a person decides."""


@click.group()
def plan() -> None:
    """Planned episodes, from the society's monthly schedule."""


@command(
    click.argument("file", type=click.Path(path_type=Path), metavar="FILE"),
    click.option("--year", type=click.IntRange(2000, 2100), help="The year of dates that have none."),
    click.option(
        "--dates",
        "order",
        type=click.Choice([celldays.DAY_FIRST, celldays.MONTH_FIRST]),
        help="What 3/4/2027 means in FILE.",
    ),
    click.option("--dry-run", is_flag=True, help="Say what would be planned; write nothing."),
    name="import",
)
def import_(session: Session, file: Path, year: int | None, order: str | None, dry_run: bool) -> None:
    """Read a schedule into planned episodes of the kind lit: a line each, `March 1, topic, faculty`.

    A tab or | between the three will do as well, and the month alone where the day is open. Months without a meeting
    are left out; a line that is not understood is named. A date without a year is planned with --year alone.

    A spreadsheet is saved as CSV first, with columns called date (or month), topic and faculty. A date that can be two,
    as 3/4/2027, is planned where another row tells which, or with --dates.
    """
    schedule = _schedule(file, year, order or "")
    for sentence in schedule.said:
        session.say(f"{file}: {sentence}")
    for number, why in schedule.unread if schedule.meetings or schedule.table else ():
        session.say(f"{file}: line {number} is not planned: {why}")
    if not schedule.meetings:
        hint = "one line each: March 1, topic, faculty"
        two = "; --dates says what 3/4/2027 means" if any(" can be " in why for _, why in schedule.unread) else ""
        raise PodcastError(f"{file}: no schedule found", hint + two)
    slugs: set[str] = set()
    known = dates.planned(session.workspace)
    for meeting in schedule.meetings:
        if not meeting.topic:
            session.say(f"{meeting.when}: no meeting")
        elif (given := meeting.year or year) is None:
            click.echo(f"{meeting.when} (no year): {meeting.topic}; {meeting.faculty or 'no faculty named'}")
        else:
            _planned(session, file, meeting, given, dry_run, slugs, known)
    if year is None and any(meeting.topic and meeting.year is None for meeting in schedule.meetings):
        raise PodcastError(f"{file}: its dates have no year; nothing was written", "give the year: --year 2027")


def _schedule(file: Path, year: int | None, order: str) -> Schedule:
    """What `file` plans. Raises PodcastError for a file that is no text, by what it is."""
    try:
        return spreadsheet.schedule(reading.data(file), year, order)
    except OSError as error:
        raise PodcastError(f"{file}: cannot be read: {error.strerror}") from error
    except PodcastError as error:
        raise PodcastError(f"{file}: {error.message}", error.hint) from None


def _planned(
    session: Session,
    file: Path,
    meeting: Meeting,
    year: int,
    dry_run: bool,
    slugs: set[str],
    known: dict[str, PlannedDate],
) -> None:
    from podcast_pipeline.config import template

    try:
        due = _due(session.show.schedule, meeting, year)
    except ValueError as error:
        raise PodcastError(f"{file}: line {meeting.line}: {meeting.when} {year} is no day: {error}") from error
    slug = _slug(meeting, year, slugs)
    open_ = "" if meeting.day is not None else " (the day is open)"
    line = f"{slug}: {due:%Y-%m-%d}{open_}: {meeting.topic}; {meeting.faculty or 'no faculty named'}"
    folder = session.workspace.episode(slug)
    if folder.exists():
        session.say(f"{slug}: is there already")
        return
    click.echo(line)
    known[slug] = PlannedDate(due, frozenset({"main"}), meeting.day is None)
    if same := dates.sentence(dates.together(known).get(slug, ())):
        session.say(f"  {same}")
    if dry_run:
        return
    planned: dict[str, Any] = {"topic": meeting.topic, "when": f"{meeting.when} {year}"}
    planned |= {"faculty": meeting.faculty} if meeting.faculty else {}
    planned |= {"open": [DAY]} if meeting.day is None else {}
    values = KINDS["lit"].values | {
        "guid": str(uuid.uuid4()),
        "title": meeting.topic,
        "summary": meeting.topic,
        "publish_at": due,
        "plan": planned,
    }
    with session.locked(slug):
        make(session.workspace, slug, (), template.episode_toml(values), questions("lit"))


def _due(schedule: ScheduleSettings, meeting: Meeting, year: int) -> datetime:
    """On its day, at the usual time of day; on the first usual weekday of a month whose day is open."""
    day, usual = meeting.date(year), schedule.usual
    if usual is not None and meeting.day is None:
        day += timedelta((usual.weekday - day.weekday()) % 7)
    return localtime.instant(day, HOUR if usual is None else usual.clock, schedule.zone)


def _slug(meeting: Meeting, year: int, taken: set[str]) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", slugs.latin(meeting.topic).lower()).strip("-")
    slug = f"{year}-{meeting.month:02}-lit-{words}"[:60].rstrip("-")
    slug = slug if slug not in taken else f"{slug}-{meeting.day or len(taken)}"
    taken.add(slug)
    return slug


plan.add_command(import_)
