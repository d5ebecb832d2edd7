"""doctor: every tool, version and setting, and where each comes from."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from podcast_pipeline.cli.session import JSON, Session, command
from podcast_pipeline.errors import PodcastError

if TYPE_CHECKING:
    from podcast_pipeline.cli.diagnosis import Row


@command(
    click.option("--storage", is_flag=True, help="Instead: try the storage and its public address with small objects."),
    click.option("--handover", is_flag=True, help="Instead: what the next producer needs: stores, domains, who signs."),
    JSON,
)
def doctor(session: Session, storage: bool, handover: bool, as_json: bool) -> None:
    """Show every tool, version and setting, and where each comes from. Fetches nothing.

    Works outside a show too. Exit 1 only if something is missing that the work needs. Secrets are never printed. With
    --storage small objects are put, asked for as Apple and the apps ask, and removed: what the store and the public
    address really do. With --handover: what a producer who leaves has to hand over, secrets by name alone.
    """
    rows = tuple(_rows(session, storage, handover))
    problems = [row.problem for row in rows if row.problem]
    if as_json:
        entries = [row._asdict() for row in rows]
        click.echo(json.dumps({"rows": entries, "problems": problems}, ensure_ascii=False, indent=2))
    elif sys.stdout.isatty():
        _tables(rows)
    else:
        for row in rows:
            click.echo(f"{row.group}: {row.name}: {row.value}{f' ({row.origin})' if row.origin else ''}")
    if problems:
        raise PodcastError("\n".join(problems))
    if not handover:
        session.say("nothing is missing")


def _rows(session: Session, storage: bool, handover: bool) -> Iterable[Row]:
    from podcast_pipeline.cli import diagnosis, trials
    from podcast_pipeline.cli import handover as succession

    if storage and handover:
        raise PodcastError("--storage and --handover are two questions: ask one at a time")
    if storage:
        return trials.rows(session)
    return succession.rows(session) if handover else diagnosis.rows(session)


def _tables(rows: Sequence[Row]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    for group, members in itertools.groupby(rows, lambda row: row.group):
        table = Table(title=group, title_justify="left", show_header=False, box=box.SIMPLE)
        for row in members:
            style = "red" if row.problem else ""
            table.add_row(Text(row.name), Text(row.value, style), Text(row.origin, "dim"))
        console.print(table)
