"""track: the recordings of an episode that is not public yet."""

from __future__ import annotations

from collections.abc import Iterator

import click

from podcast_pipeline.cli.session import Session, command
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.medical import DAY


@command(
    click.argument("episode", metavar="EP"),
    click.argument("recordings", nargs=-1, metavar="FILE=PERSON..."),
    click.option(
        "--reclock", is_flag=True, help="Let recordings have their own time, and move all times that were written."
    ),
    click.option("--yes", is_flag=True, help="Do not ask."),
)
def track(session: Session, episode: str, recordings: tuple[str, ...], reclock: bool, yes: bool) -> None:
    """Bring recordings into EP: each is copied to raw/ and named in episode.toml, whose comments stay.

    Whoever has a track already gets the new file in its place; the earlier one stays in raw/. Two files of one name
    are called by their persons. A voice on each side: FILE=left:PERSON FILE=right:PERSON. A planned episode is
    recorded from then on; whom its schedule names and what that left open is said until it is settled.

    --reclock: an episode that has cuts, chapters, claims or a review keeps the clock that these were made on, also
    where its recordings are found to lack time or to be on clocks of their own (AUD10, AUD16). This accepts the new
    clock: it shows what changes in episode.toml, asks, and writes all of it at once.
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
    if reclock and recordings:
        raise click.UsageError("--reclock is about the recordings that are there: bring new ones in first")
    if reclock:
        _reclock(session, episode, yes)
        return
    if not recordings:
        raise click.UsageError("Missing argument 'FILE=PERSON...'.")
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


def _reclock(session: Session, episode: str, yes: bool) -> None:
    import tomllib

    from podcast_pipeline import handwritten
    from podcast_pipeline.audio.preflight import PREFLIGHT
    from podcast_pipeline.cli.session import confirmed
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.digests import Digests
    from podcast_pipeline.engine.decide import Decider
    from podcast_pipeline.episode import reclock
    from podcast_pipeline.pipeline import stages

    workspace, path = session.workspace, session.workspace.episode_toml(episode)
    with session.locked(episode), handwritten.alone(path):
        every = stages(session.show, load_episode(workspace, session.show, episode), workspace)
        if reasons := Decider(every, workspace.root, Digests(workspace.digests)).decide(every[0]).reasons:
            raise PodcastError(
                f"{episode}: nobody has listened to its recordings as they are now ({reasons[0]})",
                f"`podcast build {episode} --until probe` does, and says what it finds",
            )
        text = handwritten.text_of(path)
        asked = reclock.reclocking(PREFLIGHT.read(workspace.build(episode)), tomllib.loads(text))
        if not asked.tracks:
            session.say(f"{episode}: every recording is on the clock that counts; nothing was written")
            return
        for line in asked.lines():
            session.say(line)
        confirmed(yes, f"Let {episode} have this clock?")
        handwritten.write(path, text, *asked.changes)
    session.say(f"next: `podcast build {episode}`: the words are recognised again, and what people made of them stays")
