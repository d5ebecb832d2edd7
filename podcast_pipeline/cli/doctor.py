"""doctor: every tool, version and setting, and where each comes from."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from podcast_pipeline.cli.session import JSON, Session, command
from podcast_pipeline.errors import PodcastError

if TYPE_CHECKING:
    from podcast_pipeline.cli.diagnosis import Row


@command(
    click.option("--storage", is_flag=True, help="Instead: try the storage and its public address with small objects."),
    JSON,
)
def doctor(session: Session, storage: bool, as_json: bool) -> None:
    """Show every tool, version and setting, and where each comes from. Fetches nothing.

    Works outside a show too. Exit 1 only if something is missing that the work needs. Secrets are never printed. With
    --storage small objects are put, asked for as Apple and the apps ask, and removed: what the store and the public
    address really do.
    """
    from podcast_pipeline.cli import diagnosis
    from podcast_pipeline.cli.trials import rows as tried

    rows = tuple(tried(session) if storage else diagnosis.rows(session))
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
    session.say("nothing is missing")


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
