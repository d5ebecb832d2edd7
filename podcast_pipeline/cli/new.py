"""new: an episode's folder, with its identity, settings to fill in, and the recordings."""

from __future__ import annotations

import re
import shutil
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import click

from podcast_pipeline import ffmpeg
from podcast_pipeline.cli.kinds import KINDS
from podcast_pipeline.cli.kinds import notes as questions
from podcast_pipeline.cli.session import Session, command
from podcast_pipeline.engine import lock
from podcast_pipeline.errors import ConfigError, PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.sound.stamps import STAMPED

# A link definition that nothing refers to: Markdown's only comment that is not shown.
NOTES = "[comment]: # (Show notes in Markdown. People, references, chapters are added by themselves. Links: https.)\n"


class NewTrack(NamedTuple):
    source: Path
    person: str
    channel: str
    """left or right where the file holds a voice on each side, else ""."""

    @property
    def file(self) -> str:
        """Its place in the episode's folder."""
        return f"raw/{self.source.name}"

    def beside(self, other: NewTrack) -> bool:
        """Whether these are the two sides of one file."""
        return self.source == other.source and {self.channel, other.channel} == {"left", "right"}

    @property
    def track(self) -> dict[str, str]:
        """Its [[track]]. A clock is named where it matters, so that the episode keeps it once it has times."""
        named = {"channel": self.channel, "clock": "stamps" if ffmpeg.demuxer(self.source) in STAMPED else ""}
        return {"file": self.file, "person": self.person} | {name: value for name, value in named.items() if value}


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
    click.option("--publish-at", metavar="TIME", help="When it becomes public: 2026-12-01T06:00:00-08:00."),
    click.option("--kind", type=click.Choice(list(KINDS)), help="Start from the template of this kind of episode."),
)
def new(
    session: Session,
    episode: str,
    title: str | None,
    tracks: tuple[str, ...],
    publish_at: str | None,
    kind: str | None,
) -> None:
    """Make the episode EP: episodes/EP with episode.toml, notes.md and copies of the recordings.

    Without --publish-at it is due a week from now. The first --track is the host's, the others are guests'.
    """
    from podcast_pipeline.config import template

    workspace = session.workspace
    folder = workspace.episode(episode)
    if folder.exists():
        raise PodcastError(f"{workspace.relative(folder)}: exists already", "name another episode; nothing was changed")
    values = _values(episode, title, publish_at) | (KINDS[kind].values if kind else {"content_class": "clinical"})
    recordings = _recordings(session, tracks)
    if recordings:
        values["track"] = [recording.track for recording in recordings]
        people = dict.fromkeys(recording.person for recording in recordings)
        values["person"] = [{"ref": id_, "role": "guest" if i else "host"} for i, id_ in enumerate(people)]
    with lock.hold(workspace.build_root / ".locks" / episode, episode, session.wait):
        make(workspace, episode, recordings, template.episode_toml(values), questions(kind) if kind else "")
    session.say(f"{workspace.relative(folder)}: made, due {values['publish_at']:%Y-%m-%d %H:%M %z}")
    session.say("next: fill in episode.toml (summary, people, chapters, claims)")
    if not recordings:
        session.say("      put the recordings into raw/ and name each in a [[track]]")
    session.say(f"      podcast build {episode}")


def _values(slug: str, title: str | None, publish_at: str | None) -> dict[str, Any]:
    from podcast_pipeline.config import types
    from podcast_pipeline.config.table import BadValueError

    week = (datetime.now().astimezone() + timedelta(days=7)).replace(minute=0, second=0, microsecond=0)
    words = re.sub(r"^\d+-", "", slug).replace("-", " ")
    problems = []
    values: dict[str, Any] = {"guid": str(uuid.uuid4())}
    for key, read, given, default in (
        ("title", types.line, title, words[:1].upper() + words[1:]),
        ("publish_at", types.instant, publish_at, week),
    ):
        try:
            values[key] = default if given is None else read(given)
        except BadValueError as error:
            problems.append(f"--{key.replace('_', '-')}: {error}")
    if problems:
        raise ConfigError(problems)
    return values | {"summary": values["title"]}


def _recordings(session: Session, tracks: tuple[str, ...]) -> tuple[NewTrack, ...]:
    """The recordings, each looked at before anything is written."""
    from podcast_pipeline.config import types
    from podcast_pipeline.config.table import BadValueError

    recordings: list[NewTrack] = []
    for text in tracks:
        file, _, who = text.rpartition("=")
        channel, _, person = who.rpartition(":")
        if not file:
            raise PodcastError(f'--track "{text}": not FILE=PERSON', "write --track recording.wav=example-guest")
        recording = NewTrack(Path(file), person, channel)
        try:
            if channel:
                types.choice("left", "right")(channel)
            types.one_of(session.show.people, "feed/people")(person)
            types.path(recording.file)
        except BadValueError as error:
            raise ConfigError(f"--track {text}: {error}", "every voice has a file in feed/people") from None
        ffmpeg.demuxer(recording.source)
        if any(other.source.stem == recording.source.stem and not other.beside(recording) for other in recordings):
            raise PodcastError(f'--track {text}: two recordings are called "{recording.source.stem}"', "rename one")
        recordings.append(recording)
    return tuple(recordings)


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
        scratch.rename(workspace.episode(slug))
        atomic.sync_folder(workspace.episodes)
    except OSError as error:
        raise atomic.failure(workspace.episodes, 0, error) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
