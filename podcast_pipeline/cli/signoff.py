"""signoff: a person answers for the current audio and transcript."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from podcast_pipeline.cli.session import Session, command
from podcast_pipeline.errors import PodcastError

EPISODE = click.argument("episode", metavar="EP")
BY = click.option("--by", metavar="ID", help="Who signs: an id of feed/people.")
ROLE = click.option("--role", default="", metavar="ROLE", help="In which capacity, as shown: physician reviewer.")
WITHDRAW = click.option("--withdraw", is_flag=True, help="Take the sign-off back.")


@command(EPISODE, BY, ROLE, WITHDRAW)
def signoff(session: Session, episode: str, by: str | None, role: str, withdraw: bool) -> None:
    """Bind a person's name to the current audio and transcript of EP.

    Writes episodes/EP/transcript.json (from the machine's words if it is not there yet) and signoff.json. Any later
    change of the audio or of a word voids it, and nothing is published without it.
    """
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.episode.dossier import Dossier
    from podcast_pipeline.review.desk import signing

    dossier = Dossier(session.show, load_episode(session.workspace, session.show, episode), session.workspace)
    if withdraw:
        with session.locked(episode):
            signing.withdraw(dossier)
        session.say(f"{episode}: the sign-off is withdrawn")
        return
    if by is None:
        raise PodcastError("nobody signs without a name", f"podcast signoff {episode} --by ID, an id of feed/people")
    with session.locked(episode):
        signature = signing.sign(dossier, by, role, datetime.now(UTC))
    session.say(f"{episode}: signed off by {signature.name}; now `podcast build {episode}`, then publish")
    if signature.example:
        session.say("  this person is invented: a real show needs a real reader")
    session.say(
        f"  audio {signature.audio_sha256[:8]}, transcript {signature.transcript_sha256[:8]}: any change voids it"
    )
