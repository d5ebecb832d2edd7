"""refs: the reference library."""

from __future__ import annotations

import json

import click

from podcast_pipeline.cli.session import JSON, Session, command
from podcast_pipeline.errors import EvidenceError


@click.group()
def refs() -> None:
    """The reference library, feed/references.json."""


@command(JSON, name="list")
def list_(session: Session, as_json: bool) -> None:
    """One line per reference: id, title, identifiers; --json gives the CSL-JSON records, without editors' remarks."""
    references = session.show.references.values()
    if as_json:
        records = [{name: value for name, value in one.csl.items() if name != "custom"} for one in references]
        click.echo(json.dumps(records, ensure_ascii=False, indent=2))
        return
    for reference in references:
        ids = [reference.doi and f"doi:{reference.doi}", reference.pmid and f"PMID {reference.pmid}", reference.pmcid]
        click.echo(f"{reference.id}  {reference.title}  {'  '.join(filter(None, ids))}")


@command(
    click.argument("ids", nargs=-1, metavar="[ID]..."),
    click.option("--style", type=click.Choice(["pubmed", "ama"]), default="pubmed", show_default=True),
    name="format",
)
def format_(session: Session, ids: tuple[str, ...], style: str) -> None:
    """Print references, one line each, in the order of the library."""
    from podcast_pipeline.evidence import citation

    library = session.show.references
    if unknown := [one for one in ids if one not in library]:
        raise EvidenceError(f"not in feed/references.json: {', '.join(unknown)}", "`podcast refs list` shows the ids")
    write = citation.pubmed if style == "pubmed" else citation.ama
    for reference in library.values():
        if not ids or reference.id in ids:
            click.echo(write(reference))


refs.add_command(list_)
refs.add_command(format_)
