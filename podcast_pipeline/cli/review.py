"""review: the page on which a person reads, hears, corrects and signs."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from podcast_pipeline.cli.session import ExistingFile, Session, command
from podcast_pipeline.errors import PodcastError

if TYPE_CHECKING:
    from podcast_pipeline.episode.dossier import Dossier

EPISODE = click.argument("episode", metavar="EP")
PORT = click.option(
    "--port", type=click.IntRange(0, 65535), metavar="N", help="Default: the episode's own, always the same. 0: any."
)
QUIETLY = click.option("--no-browser", is_flag=True, help="Print the address only.")
EXPORT = click.option(
    "--export", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write FILE.docx, .html or .txt."
)
IMPORT = click.option(
    "--import",
    "source",
    type=ExistingFile(),
    metavar="FILE.docx",
    help="Take a corrected Word document back.",
)
BY = click.option("--by", metavar="ID", help="Who corrected the document: an id of feed/people.")


@command(EPISODE, PORT, QUIETLY, EXPORT, IMPORT, BY)
def review(
    session: Session,
    episode: str,
    port: int | None,
    no_browser: bool,
    export: Path | None,
    source: Path | None,
    by: str | None,
) -> None:
    """Open the page on which EP is read, heard, corrected, cut and signed off.

    Everything is saved as it is typed, in episodes/EP/review.jsonl; Ctrl-C ends the page. The server answers this
    computer only: from another one, use an SSH tunnel.
    """
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.episode.dossier import Dossier

    subject = Dossier(session.show, load_episode(session.workspace, session.show, episode), session.workspace)
    if export is not None:
        _export(session, subject, export)
    elif source is not None:
        _import(session, subject, source, by)
    else:
        _page(session, subject, port, no_browser)


def _page(session: Session, subject: Dossier, port: int | None, no_browser: bool) -> None:
    from podcast_pipeline.loopback import server as loopback
    from podcast_pipeline.loopback.security import START, Sessions
    from podcast_pipeline.review.desk.desk import Desk
    from podcast_pipeline.review.desk.hold import held, publish_address
    from podcast_pipeline.review.page import server

    slug = subject.slug
    with held(subject) as lock:
        listener, said = loopback.bound(port, session.workspace.episode(slug))
        with listener, contextlib.closing(Desk(subject)) as desk:
            sessions = Sessions()
            url = loopback.address(listener.getsockname()[1], sessions)
            publish_address(lock, f"{url.split(START)[0]}/")
            desk.notes += said
            for note in desk.notes:
                session.say(f"{slug}: {note}")
            if not subject.built("review.wav").exists():
                session.say(
                    f"{slug}: build/{slug}/review.wav is missing, so nothing can be heard: `podcast build {slug}`"
                )
            click.echo(url)
            session.say("this address opens once; Ctrl-C ends the page")
            if not no_browser:
                import webbrowser

                webbrowser.open(url)
            server.serve(desk, listener, sessions, lambda: _pauses(desk.subject), asked)


def _pauses(subject: Dossier) -> list[tuple[int, int]]:
    from podcast_pipeline.review.desk.offered import pauses

    return pauses(subject)


def asked(subject: Dossier) -> tuple[str, ...]:
    """What publication would refuse of an episode that is signed as it stands now."""
    from podcast_pipeline.checks import gate

    return gate.ahead(subject, datetime.now(UTC))


def _export(session: Session, subject: Dossier, path: Path) -> None:
    from podcast_pipeline import atomic
    from podcast_pipeline.model.timeline import Timeline
    from podcast_pipeline.review.desk import exchange
    from podcast_pipeline.review.desk.desk import Desk
    from podcast_pipeline.review.desk.hold import held
    from podcast_pipeline.transcript import writers

    suffix = path.suffix.lower()
    if suffix not in (".docx", ".html", ".txt"):
        raise PodcastError(f"{path}: the transcript is written as .docx, .html or .txt")
    with held(subject), contextlib.closing(Desk(subject)) as desk:
        transcript = desk.transcript()
        if suffix == ".docx":
            exchange.write_docx(desk, path)
        else:
            last = max((word.end for word in transcript.words), default=0) + 1
            source, note = Timeline.assemble(1000, [(last, 0)]), "For review: times are those of the recording"
            if suffix == ".html":
                atomic.write_text(path, writers.html(transcript, source, note, title=subject.episode.title))
            else:
                atomic.write_text(path, writers.plain(transcript, source, note))
    session.say(f"{path}: {len(transcript.paragraphs)} paragraphs")


def _import(session: Session, subject: Dossier, path: Path, by: str | None) -> None:
    from podcast_pipeline.review.desk import exchange
    from podcast_pipeline.review.desk.desk import Desk
    from podcast_pipeline.review.desk.hold import held

    if by is None or by not in subject.show.people:
        known = ", ".join(subject.show.people) or "none yet"
        raise PodcastError("--import: say who corrected the document", f"--by ID, an id of feed/people: {known}")
    with held(subject), contextlib.closing(Desk(subject)) as desk:
        taken = exchange.take_back(desk, path, by)
        desk.project(by)
    slug = subject.slug
    session.say(f"{slug}: {taken.edited} paragraphs changed by {subject.name(by)}")
    if taken.asked:
        session.say(
            f"{slug}: {taken.asked} more were changed here since the document was written: both texts are kept,"
            f" the document's as a question with the paragraph (`podcast review {slug}`)"
        )
    for refused in taken.refused:
        session.say(f"{slug}: not taken, a question now: {refused}")
    for remark in taken.remarks:
        session.say(f"{slug}: a question now: {remark}")
    for note in taken.notes:
        session.say(f"{slug}: {note}")
