"""people: the registry, what is missing in it, what an episode states of it, and the host's script."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from podcast_pipeline.cli.session import JSON, Session, command

if TYPE_CHECKING:
    from datetime import date

    from podcast_pipeline.model.person import Person


@click.group()
def people() -> None:
    """Who speaks and works on the show: feed/people."""


@command(JSON, name="list")
def list_(session: Session, as_json: bool) -> None:
    """One line per person: id, name, credentials, when they disclosed."""
    rows = [_row(person) for person in session.show.people.values()]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(f"{row['id']}  {row['name']}  {row['disclosed']}{'  (invented)' if row['example'] else ''}")


def _row(person: Person) -> dict[str, object]:
    declared = person.disclosure
    if declared.collected is None:
        disclosed = "has disclosed nothing"
    elif declared.relationships:
        disclosed = f"{len(declared.relationships)} relationships, {declared.collected.isoformat()}"
    else:
        disclosed = f"none attested, {declared.collected.isoformat()}" if declared.none_attested else "incomplete"
    return {
        "id": person.id,
        "name": person.display,
        "orcid": person.orcid if "orcid" in person.publish else "",
        "disclosed": disclosed,
        "example": person.example,
    }


@command(JSON)
def check(session: Session, as_json: bool) -> None:
    """Check the registry: check digits, bios, credentials, pictures, disclosures; exit 1 if an error is found."""
    from podcast_pipeline.checks.codes import CODES

    today = datetime.now(UTC).date()
    rows = []
    for person in session.show.people.values():
        for code, field, sentence in _found(session, person, today):
            severity = CODES[code].severity
            file = f"feed/people/{person.id}.toml"
            rows.append({"code": code, "severity": severity, "file": file, "field": field, "sentence": sentence})
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for row in rows:
            click.echo(f"{row['severity']} {row['code']} {row['file']}: {row['field']}: {row['sentence']}")
    if any(row["severity"] == "E" for row in rows):
        raise click.exceptions.Exit(1)


def _found(session: Session, person: Person, today: date) -> list[tuple[str, str, str]]:
    from podcast_pipeline.checks import people as checks
    from podcast_pipeline.checks.disclosures import attestation_ends

    found = list(checks.entry(person, today))
    picture = session.workspace.headshot(person.id)
    if "headshot" in person.publish and picture.is_file():
        found += checks.picture(person, picture)
    declared = person.disclosure
    if declared.collected is None or not (declared.none_attested or declared.relationships):
        found.append(("DIS01", "disclosure", "has declared nothing: due for every clinical episode"))
    elif today > attestation_ends(declared.collected):
        found.append(("DIS02", "disclosure.collected", f"of {declared.collected.isoformat()} has expired: ask again"))
    return found


@command(click.argument("episode", metavar="EP"))
def statement(session: Session, episode: str) -> None:
    """Print the disclosures of EP as they stand on top of its notes, for the host to read aloud."""
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.people.printed import cast, disclosures

    written = load_episode(session.workspace, session.show, episode)
    for line in disclosures(cast(session.show.people, written), written):
        click.echo(line)


@command(click.argument("episode", metavar="EP"))
def script(session: Session, episode: str) -> None:
    """Print the host's script of EP: how names are pronounced, what to say first, disclosures, order, claims, end."""
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.site.script import host_script

    click.echo(host_script(session.show, load_episode(session.workspace, session.show, episode)), nl=False)


for one in (list_, check, statement, script):
    people.add_command(one)
