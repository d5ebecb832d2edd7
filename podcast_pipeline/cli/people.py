"""people: the registry, what is missing in it, what an episode states of it, the host's script, and forgetting."""

from __future__ import annotations

import json
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from podcast_pipeline.cli.session import JSON, Session, command, confirmed
from podcast_pipeline.errors import PodcastError

if TYPE_CHECKING:
    from datetime import date

    from podcast_pipeline.model.person import Person
    from podcast_pipeline.people.sought import Sought
    from podcast_pipeline.publish.holdings import Holding


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

    today = session.show.schedule.day(datetime.now(UTC))
    rows = []
    for person in session.show.people.values():
        for code, field, sentence, graver in _found(session, person, today):
            severity = graver or CODES[code].severity
            file = f"feed/people/{person.id}.toml"
            rows.append({"code": code, "severity": severity, "file": file, "field": field, "sentence": sentence})
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for row in rows:
            click.echo(f"{row['severity']} {row['code']} {row['file']}: {row['field']}: {row['sentence']}")
    if any(row["severity"] == "E" for row in rows):
        raise click.exceptions.Exit(1)


def _found(session: Session, person: Person, today: date) -> list[tuple[str, str, str, str]]:
    from podcast_pipeline.checks import people as checks
    from podcast_pipeline.checks.disclosures import attestation_ends
    from podcast_pipeline.episode import verdicts

    findings = list(checks.entry(person, today))
    picture = session.workspace.headshot(person.id)
    if "headshot" in person.publish and picture.is_file():
        findings += checks.picture(person, picture)
    shown = picture if "headshot" in person.publish and picture.is_file() else None
    void = [("PER04", "bio", sentence, severity) for sentence, severity in checks.unapproved(person, shown)]
    if why := verdicts.sentence(verdicts.disclosed(person)):
        void.append(("DIS01", "disclosure", why, ""))
    declared = person.disclosure
    if declared.collected is None or not (declared.none_attested or declared.relationships):
        findings.append(("DIS01", "disclosure", "has declared nothing: due for every clinical episode"))
    elif today > attestation_ends(declared.collected):
        findings.append(
            ("DIS02", "disclosure.collected", f"of {declared.collected.isoformat()} has expired: ask again")
        )
    return [*((*finding, "") for finding in findings), *void]


@command(click.argument("episode", metavar="EP"))
def statement(session: Session, episode: str) -> None:
    """Print the disclosures of EP as they stand on top of its notes, for the host to read aloud."""
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.people.part import declared
    from podcast_pipeline.people.printed import cast, disclosures

    written = load_episode(session.workspace, session.show, episode)
    for line in disclosures(cast(declared(session.show, written).people, written), written):
        click.echo(line)


@command(click.argument("episode", metavar="EP"))
def script(session: Session, episode: str) -> None:
    """Print the host's script of EP: how names are pronounced, what to say first, disclosures, order, claims, end."""
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.people.part import declared
    from podcast_pipeline.site.script import host_script

    written = load_episode(session.workspace, session.show, episode)
    click.echo(host_script(declared(session.show, written), written), nl=False)


@command(
    click.argument("id_", metavar="ID"),
    click.option("--name", "names", multiple=True, metavar="TEXT", help="Look for this spelling of the name as well."),
    click.option("--dry-run", is_flag=True, help="List everything, change nothing."),
    click.option("--yes", is_flag=True, help="Do it without asking."),
    JSON,
)
def forget(session: Session, id_: str, names: tuple[str, ...], dry_run: bool, yes: bool, as_json: bool) -> None:
    """List every place that holds a person, do what may be done at once, and say what remains and why.

    Looked for are id, names (also_known_as, as printed in earlier records), ORCID, NPI, picture and voice: in feed/,
    episodes/, build/ and in every object of the storage. The entry in feed/people becomes an id without facts, the
    picture is deleted, and transcripts say "Former participant" beside the words, which somebody has to sign anew.
    Published records are never touched: for each episode the commands are said that take the person off it. Run it
    again after them: what is listed then is what is left.
    """
    from podcast_pipeline.publish import forget

    with nullcontext() if dry_run else session.publishing():
        person, held = _held(session, id_, names)
        known = session.show.people.get(id_)
        example = known is not None and known.example
        today = session.show.schedule.day(datetime.now(UTC))
        day = known.forgotten_on if known is not None and known.forgotten_on is not None else today
        todo = forget.to_do(session.workspace, id_, day, example)
        report = _told(session, forget.left(held, id_), todo, tuple(forget.stays(id_, person.names)))
        if not as_json:
            _print_held(session, report)
        if todo and not dry_run:
            confirmed(yes, f"Reduce {id_} to an id, for good?")
            with session.locked(*forget.labelled(session.workspace, id_)):
                forget.carry_out(session.workspace, id_, day, example)
            session.say(f"{id_}: is an id without facts; commit and push feed/people")
    if as_json:
        report["done"] = not dry_run
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))


def _held(session: Session, id_: str, names: tuple[str, ...]) -> tuple[Sought, tuple[Holding, ...]]:
    """Whom we look for, and where that person is held. Raises PodcastError: nobody here is called so."""
    from podcast_pipeline import sha256
    from podcast_pipeline.episode import records
    from podcast_pipeline.nearest import meant
    from podcast_pipeline.people.sought import sought
    from podcast_pipeline.production.asset import picture
    from podcast_pipeline.publish import holdings
    from podcast_pipeline.storage.registry import open_storage

    show, workspace = session.show, session.workspace
    releases = records.every(workspace)
    if id_ not in show.people and not any(person.id == id_ for release in releases for person in release.people):
        raise PodcastError(
            f'"{id_}" is not in feed/people{meant(id_, show.people)}', "`podcast people list` has the ids"
        )
    headshot, digests = workspace.headshot(id_), []
    if headshot.is_file():
        digests = [sha256.of_file(headshot)]
        with suppress(PodcastError):  # no picture, whatever it is called
            digests.append(picture(headshot).sha256)
    person = sought(id_, show.people.get(id_), releases, digests, names)
    with session.bar("forget") as report:
        return person, holdings.held(show, workspace, open_storage(show.storage, workspace), person, report)


def _told(
    session: Session, held: tuple[Holding, ...], todo: tuple[str, ...], stays: tuple[str, ...]
) -> dict[str, object]:
    """The report as JSON has it: places by episode, "" of none, each with what takes the person off."""
    from podcast_pipeline.episode import records
    from podcast_pipeline.publish import forget

    known = {release.slug: release for release in records.read_all(session.workspace)}
    episodes = []
    for slug in sorted({holding.episode for holding in held}):
        own = [holding for holding in held if holding.episode == slug]
        places = [
            {"place": session.shown(holding.place), "public": holding.public, "kind": holding.kind, "by": holding.by}
            for holding in own
        ]
        status = known[slug].status if slug in known else "not published"
        remedies = list(forget.remedies(slug, own, known.get(slug)))
        episodes.append({"episode": slug, "status": status if slug else "", "places": places, "remedies": remedies})
    return {"does": list(todo), "episodes": episodes, "stays": list(stays)}


def _print_held(session: Session, report: dict[str, Any]) -> None:
    for row in report["does"]:
        click.echo(row)
    for episode in report["episodes"]:
        click.echo(f"{episode['episode']} ({episode['status']})" if episode["episode"] else "of no single episode")
        for place in episode["places"]:
            name = f"{'public: ' if place['public'] else ''}{place['place']}"
            click.echo(f"  {name}  {place['kind']}, by {', '.join(place['by'])}")
        for remedy in episode["remedies"]:
            click.echo(f"  -> {remedy}")
    if not report["episodes"]:
        session.say("no file here and no public object holds more of this person")
    for row in report["stays"]:
        click.echo(f"stays: {row}")


for verb in (list_, check, statement, script, forget):
    people.add_command(verb)
