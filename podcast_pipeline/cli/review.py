"""review: the page on which a person reads, hears, corrects and signs."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from podcast_pipeline.cli.session import Session, command
from podcast_pipeline.errors import PodcastError

if TYPE_CHECKING:
    from podcast_pipeline.review.subject import Subject

EPISODE = click.argument("episode", metavar="EP")
PORT = click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="0: any free one (default).")
QUIETLY = click.option("--no-browser", is_flag=True, help="Print the address only.")
EXPORT = click.option(
    "--export", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write FILE.docx, .html or .txt."
)
IMPORT = click.option(
    "--import",
    "source",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE.docx",
    help="Take a corrected Word document back.",
)
BY = click.option("--by", metavar="ID", help="Who corrected the document: an id of feed/people.")


@command(EPISODE, PORT, QUIETLY, EXPORT, IMPORT, BY)
def review(
    session: Session,
    episode: str,
    port: int,
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
    from podcast_pipeline.review.subject import Subject

    subject = Subject(session.show, load_episode(session.workspace, session.show, episode), session.workspace)
    if export is not None:
        _export(session, subject, export)
    elif source is not None:
        _import(session, subject, source, by)
    else:
        _page(session, subject, port, no_browser)


def _page(session: Session, subject: Subject, port: int, no_browser: bool) -> None:
    from podcast_pipeline.review import server
    from podcast_pipeline.review.desk import Desk, held
    from podcast_pipeline.review.security import HOST, START, Sessions

    slug = subject.slug
    with contextlib.closing(server.bind(port)) as listener:
        sessions, address = Sessions(), f"http://{HOST}:{listener.getsockname()[1]}/"
        with held(subject, address), contextlib.closing(Desk(subject)) as desk:
            for note in desk.notes:
                session.say(f"{slug}: {note}")
            if not subject.review_audio.exists():
                session.say(
                    f"{slug}: build/{slug}/review.wav is missing, so nothing can be heard: `podcast build {slug}`"
                )
            listener.listen(64)
            url = f"{address.rstrip('/')}{START}{sessions.token()}"
            click.echo(url)
            session.say("this address opens once; Ctrl-C ends the page")
            if not no_browser:
                import webbrowser

                webbrowser.open(url)
            server.serve(desk, listener, sessions, lambda: _pauses(desk.subject))


def _pauses(subject: Subject) -> list[tuple[int, int]]:
    from podcast_pipeline.production.material import Material
    from podcast_pipeline.production.offers import pauses

    return pauses(Material(subject.show, subject.episode, subject.workspace))


def _export(session: Session, subject: Subject, path: Path) -> None:
    from podcast_pipeline import atomic
    from podcast_pipeline.model.timeline import Timeline
    from podcast_pipeline.review import exchange
    from podcast_pipeline.review.desk import Desk, held
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


def _import(session: Session, subject: Subject, path: Path, by: str | None) -> None:
    from podcast_pipeline.review import exchange
    from podcast_pipeline.review.desk import Desk, held

    if by is None or by not in subject.show.people:
        known = ", ".join(subject.show.people) or "none yet"
        raise PodcastError("--import: say who corrected the document", f"--by ID, an id of feed/people: {known}")
    with held(subject), contextlib.closing(Desk(subject)) as desk:
        changed = exchange.take_back(desk, path, by)
        desk.project(by)
    session.say(f"{subject.slug}: {changed} paragraphs changed by {subject.name(by)}")
