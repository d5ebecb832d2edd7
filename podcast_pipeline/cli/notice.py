"""notice: what became known after publication, on every episode that it concerns; their sound stays."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from podcast_pipeline.cli.session import JSON, Session, command, confirmed
from podcast_pipeline.errors import PodcastError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from podcast_pipeline.model.notice import ListenerNotice
    from podcast_pipeline.model.release import Release

_NEW = "# Notices on published episodes (`podcast notice add`). One ends by a day: ended = 2027-03-01.\n"
LONGEST = 500


@click.group()
def notice() -> None:
    """What became known of a paper or drug since: a recall, a boxed warning, a retracted trial (feed/notices.toml)."""


@command(
    click.option("--reference", default="", metavar="ID", help="For every episode that cites this reference."),
    click.option("--drug", default="", metavar="TEXT", help="For every episode that names this drug, said or written."),
    click.option("--text", required=True, metavar="TEXT", help="What listeners have to know, in a sentence or two."),
    click.option("--by", required=True, metavar="ID", help="Who answers for it: an id of feed/people."),
    click.option("--yes", is_flag=True, help="Write it also where no published episode is concerned."),
)
def add(session: Session, reference: str, drug: str, text: str, by: str, yes: bool) -> None:
    """Write a dated notice; the next `podcast publish` puts it on page, notes and feed of the episodes it concerns.

    It stands first in notes and description and in a banner on the page. Sound, captions, guid and place in the feed
    stay as they are. Episodes that are published later get it as well, if they cite the paper or write the name; one
    that concerns no published episode is written only after that was asked. It leaves the episodes by a day, `ended`,
    in its entry of feed/notices.toml; where an entry that is public is not there any more, `publish` stops.
    """
    from podcast_pipeline import handwritten
    from podcast_pipeline.episode import verdicts
    from podcast_pipeline.model.notice import ListenerNotice
    from podcast_pipeline.publish.noticed import stands

    show, workspace = session.show, session.workspace
    text, drug = " ".join(text.split()), " ".join(drug.split())
    if bool(reference) == bool(drug):
        raise PodcastError("a notice is of one paper (--reference ID) or of one drug (--drug TEXT)")
    if reference and reference not in show.references:
        raise PodcastError(
            f'--reference: "{reference}" is not in feed/references.json', "`podcast refs list` has the ids"
        )
    if why := show.why_no_verdict(by):
        raise PodcastError(f"--by: {why}", "say who answers for the notice")
    if not text or len(text) > LONGEST:
        raise PodcastError(
            f"--text: one or two sentences, at most {LONGEST} characters", "say what became known, and where"
        )
    today = show.schedule.day(datetime.now(UTC))
    added = ListenerNotice(today, by, text, reference, drug)
    standing = (known for known in show.notices if stands(known, today))
    if any((known.text, known.reference, known.drug) == (text, reference, drug) for known in standing):
        session.say("this notice is written down already")
        return
    concerned = list(_concerned(session, added))
    if not concerned:
        session.say(f"no published episode {'cites ' if reference else 'names '}{reference or drug}")
        confirmed(yes, "Write the notice for episodes to come?")
    spoken = [slug for slug, release, said in concerned if said and not release]
    with session.publishing(), handwritten.changing(workspace.notices, _NEW) as document:
        judged = verdicts.noticed(replace(added, episodes=tuple(spoken))).sealed(by)
        table = {"day": added.day, "by": by, "text": text, "reference": reference, "drug": drug, "episodes": spoken}
        table["judged"] = judged
        handwritten.tables(document, "notice").append(_table(table))
    for slug, _, said in concerned:
        session.say(f"{slug}: gets it{' (the name is said in it)' if said else ''}")
    count = f"{len(concerned)} published episode{'' if len(concerned) == 1 else 's'}"
    later = "it is written down, and stands on no episode yet"
    session.say(f"{count}; it is public after `podcast publish`" if concerned else later)


@command(JSON, name="list")
def list_(session: Session, as_json: bool) -> None:
    """All notices, and on which published episodes they stand or will stand with the next `podcast publish`."""
    from podcast_pipeline.publish.noticed import stands

    today = session.show.schedule.day(datetime.now(UTC))
    standing = []
    for entry in session.show.notices:
        concerned = _concerned(session, entry, heard=False) if stands(entry, today) else ()
        standing.append((entry, [slug for slug, written, _ in concerned if written]))
    if as_json:
        rows = [
            {
                "day": entry.day.isoformat(),
                "by": entry.by,
                "text": entry.text,
                "reference": entry.reference,
                "drug": entry.drug,
                "ended": entry.ended.isoformat() if entry.ended is not None else None,
                "episodes": slugs,
            }
            for entry, slugs in standing
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for entry, slugs in standing:
        nowhere = "no episode" if stands(entry, today) else f"ended {entry.ended}"
        where = ", ".join(slugs) or nowhere
        click.echo(f"{entry.day}  {entry.reference or entry.drug}  {entry.text}  ({entry.by}; {where})")
    if not standing:
        session.say("no notices: `podcast notice add --help` tells")


notice.add_command(add)
notice.add_command(list_)


def _table(values: dict[str, object]) -> object:
    import tomlkit

    table = tomlkit.table()
    for name, value in values.items():
        if value:
            table.add(name, value)
    return table


def _concerned(session: Session, entry: ListenerNotice, *, heard: bool = True) -> Iterator[tuple[str, bool, bool]]:
    """Slug, whether record or file say that it concerns this published episode, and whether its words alone do: what
    was spoken, and another name of that medicine, brand or substance.
    """
    from podcast_pipeline import brands
    from podcast_pipeline.episode import records
    from podcast_pipeline.publish.noticed import concerns

    others = brands.names(entry.drug) if entry.drug else ()
    for release in records.read_all(session.workspace):
        if not release.listed:
            continue
        written = concerns(entry, release)
        said = heard and not written and bool(entry.drug)
        said = said and (
            any(concerns(replace(entry, drug=name), release) for name in others)
            or _says(session, release, (entry.drug, *others))
        )
        if written or said:
            yield release.slug, written, said


def _says(session: Session, release: Release, drugs: Iterable[str]) -> bool:
    from podcast_pipeline.publish.noticed import names
    from podcast_pipeline.transcript import document

    path = session.workspace.transcript_json(release.slug)
    if not path.is_file():
        session.say(f"{release.slug}: its transcript is not here: only its notes were searched")
        return False
    text = " ".join(word.text for word in document.read(path).words)
    return any(names(drug, text) for drug in drugs)
