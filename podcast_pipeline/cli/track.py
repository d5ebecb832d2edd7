"""track: the recordings of an episode that is not public yet."""

from __future__ import annotations

from collections.abc import Iterator

import click

from podcast_pipeline.cli.session import Session, command
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.medical import DAY


@command(
    click.argument("episode", metavar="EP"),
    click.argument("recordings", nargs=-1, required=True, metavar="FILE=PERSON..."),
)
def track(session: Session, episode: str, recordings: tuple[str, ...]) -> None:
    """Bring recordings into EP: each is copied to raw/ and named in episode.toml, whose comments stay.

    Whoever has a track already gets the new file in its place; the earlier one stays in raw/. Two files of one name
    are called by their persons. A voice on each side: FILE=left:PERSON FILE=right:PERSON. A planned episode is
    recorded from then on; whom its schedule names and what that left open is said until it is settled.
    """
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.episode import recordings as files
    from podcast_pipeline.episode import records

    workspace = session.workspace
    release = records.read(workspace, episode)
    if release is not None and release.status != "scheduled":
        raise PodcastError(
            f"{episode}: is {release.status}: listeners have its sound",
            f"put the corrected recording into episodes/{episode}/raw/ over the one that it replaces, "
            f"`podcast build {episode} --force`, sign, then `podcast publish --replace {episode}`",
        )
    load_episode(workspace, session.show, episode)
    brought = files.asked(session.show, recordings)
    with session.locked(episode):
        tracked = load_episode(workspace, session.show, episode)
        for line in files.bring(workspace, tracked, brought):
            session.say(f"{episode}: {line}" if not line.startswith(" ") else line)
        for line in _left(session, episode):
            session.say(f"  {line}")
    session.say(f"next: `podcast build {episode}`")


def _left(session: Session, episode: str) -> Iterator[str]:
    """What the schedule says of a planned episode, and its recordings do not settle."""
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.people import part

    tracked = load_episode(session.workspace, session.show, episode)
    if absent := part.absent(session.show, tracked):
        yield (
            f"the schedule names {absent}, who has no part in it yet: bring that recording, too, or write in [plan] "
            "faculty who spoke"
        )
    if tracked.plan is not None and DAY in tracked.plan.open:
        yield 'the schedule leaves the day open: write publish_at, and take "day" out of `open` in [plan]'
