"""signoff: a person answers for the current audio, transcript, and what is printed with them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from podcast_pipeline.cli.session import Session, command, once
from podcast_pipeline.errors import PodcastError

if TYPE_CHECKING:
    from podcast_pipeline.episode.dossier import Dossier
    from podcast_pipeline.episode.judged import Facts
    from podcast_pipeline.episode.readable import ReadPart
    from podcast_pipeline.review.desk.rereading import Rereading

EPISODE = click.argument("episode", metavar="EP")
BY = click.option(
    "--by",
    multiple=True,
    callback=once,
    metavar="ID",
    help="Who signs, or takes a signature back: an id of feed/people.",
)
ROLE = click.option("--role", default="", metavar="ROLE", help="In which capacity, as shown: physician reviewer.")
WITHDRAW = click.option("--withdraw", is_flag=True, help="Take the sign-off back; with --by, that of ID alone.")
YES = click.option("--yes", is_flag=True, help="It was read: sign without the question.")


@command(EPISODE, BY, ROLE, WITHDRAW, YES)
def signoff(session: Session, episode: str, by: str | None, role: str, withdraw: bool, yes: bool) -> None:
    """Bind a person's name to the sound and the words of EP, and to everything that is printed with them.

    Shows all that will carry the name: title, notes, claims, references, people, disclosures ...; on a second time what
    changed since, with what it was. Then it asks, and writes episodes/EP/transcript.json (from the machine's words if
    it is not there yet), signoff.json and a line of review.jsonl. Any later change of what was signed voids it, and
    nothing is published without it. Where nothing changed since, the signature stands, and nothing is written.

    Where show or episode ask for two signatures (signoffs = 2), a second person signs the very same: one of the two
    says nothing in it. `--withdraw --by ID` takes back one of them.
    """
    from podcast_pipeline.checks import gate
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.episode import validity
    from podcast_pipeline.episode.dossier import Dossier
    from podcast_pipeline.review.desk import signing

    dossier = Dossier(session.show, load_episode(session.workspace, session.show, episode), session.workspace)
    if withdraw:
        with session.locked(episode):
            signing.withdraw(dossier, by or "")
        session.say(f"{episode}: the sign-off is withdrawn{f', that of {dossier.name(by)}' if by else ''}")
        return
    if by is None:
        raise PodcastError("nobody signs without a name", f"podcast signoff {episode} --by ID, an id of feed/people")

    def read(_: Facts, shown: Rereading) -> None:
        _show(episode, dossier.name(by), shown)
        if standing := _standing(dossier, by, role, shown):
            raise _Stands(standing)
        for error in gate.ahead(dossier, datetime.now(UTC)):
            session.say(f"{episode}: publication will refuse it: {error}")
        if not yes:
            _ask(episode, by)

    try:
        with session.locked(episode):
            signature = signing.sign(dossier, by, role, datetime.now(UTC), read)
    except _Stands as stands:
        session.say(f"{episode}: {stands}")
        return
    missing = validity.second(dossier, signature, dossier.written_transcript())
    then = f"it {missing}" if missing else f"now `podcast build {episode}`, then publish"
    session.say(f"{episode}: signed off by {signature.names}; {then}")
    if dossier.show.people[by].example:
        session.say("  this person is invented: a real show needs a real reader")
    digests = f"audio {signature.audio_sha256[:8]}, transcript {signature.transcript_sha256[:8]}"
    session.say(f"  {digests}, what is printed {signature.statement_sha256[:8]}: any change voids it")


class _Stands(Exception):
    """What is to be signed is signed by this very person; the words say since when."""


def _standing(dossier: Dossier, by: str, role: str, shown: Rereading) -> str:
    """Since when `by` has signed exactly this in this capacity; "" where there is something to sign."""
    from podcast_pipeline.episode import signoff as signoffs
    from podcast_pipeline.episode import validity

    if not shown.signed_before or shown.printed or shown.heard:
        return ""
    void = validity.unsigned(dossier)
    if void and not signoffs.missing(void):
        return ""
    signed = dossier.signed()
    signers = signed.signature.signers if signed is not None else ()
    own = next((signer for signer in signers if signer.by == by and role in ("", signer.role)), None)
    waits = f"; it {void[0]}" if void else ""
    return f"signed off by {own.name} on {own.at:%Y-%m-%d}, and nothing was written{waits}" if own is not None else ""


def _show(episode: str, name: str, shown: Rereading) -> None:
    marks = "(- as it was, + as it is now)"
    if shown.replaces:
        click.echo(f"{episode}: this replaces the sign-off by {shown.replaces}")
    if shown.heard:
        click.echo(f"{episode}: what changed of sound and words {marks}:")
        _parts(shown.heard)
    if not shown.signed_before:
        click.echo(f"{episode}: everything that will carry the name of {name}, beside sound and words:")
    elif shown.printed:
        click.echo(f"{episode}: what changed of what is printed since {name} signed last {marks}:")
    else:
        what = "of what is printed" if shown.heard else "of sound, words and what is printed"
        click.echo(f"{episode}: nothing changed {what} since {name} signed last")
    _parts(shown.printed)


def _parts(parts: Sequence[ReadPart]) -> None:
    for part in parts:
        click.echo(f"{part.name}:")
        for line in part.lines:
            click.echo(f"  {line.mark} {line.text}" if line.mark else f"  {line.text}")


def _ask(episode: str, by: str) -> None:
    if not sys.stdin.isatty():
        raise PodcastError(
            f"{episode}: nobody is there to be asked, and nothing is signed unread",
            f"read it in a terminal, or after that: `podcast signoff {episode} --by {by} --yes`",
        )
    if not click.confirm("Sign this?", default=False, err=True):
        raise PodcastError(f"{episode}: not signed")
