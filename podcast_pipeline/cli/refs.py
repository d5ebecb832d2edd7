"""refs: the reference library."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from podcast_pipeline import reading
from podcast_pipeline.cli import refscheck, registers
from podcast_pipeline.cli.session import JSON, Session, command
from podcast_pipeline.errors import EvidenceError

if TYPE_CHECKING:
    from podcast_pipeline.evidence.record import PaperRecord
    from podcast_pipeline.model.reference import Reference


_FILES = frozenset({".bib", ".bibtex", ".ris", ".nbib", ".enw", ".xml", ".json", ".csl", ".txt"})
"""How files of references end, and no identifier."""


@click.group()
def refs() -> None:
    """The reference library, feed/references.json."""


@command(JSON, name="list")
def list_(session: Session, as_json: bool) -> None:
    """One line per reference: id, title, identifiers, where it stands; --json gives the CSL-JSON records."""
    from podcast_pipeline.evidence.standing import in_words

    references = session.show.references.values()
    if as_json:
        click.echo(json.dumps([_public(reference) for reference in references], ensure_ascii=False, indent=2))
        return
    for reference in references:
        ids = [reference.doi and f"doi:{reference.doi}", reference.pmid and f"PMID {reference.pmid}", reference.pmcid]
        click.echo("  ".join(filter(None, (reference.id, reference.title, *ids, f"[{in_words(reference)}]"))))


def _public(reference: Reference) -> dict[str, Any]:
    """The record without editors' remarks and proposals."""
    return {name: value for name, value in reference.csl.items() if name != "custom"}


def _exported(reference: Reference) -> dict[str, Any]:
    """The same, with what tells how it is printed: a list of authors that is cut, short pages."""
    from podcast_pipeline.evidence.citation import printed_fields

    custom = printed_fields(reference.csl).get("custom")
    return _public(reference) | ({"custom": custom} if custom else {})


def _chosen(session: Session, ids: tuple[str, ...]) -> list[Reference]:
    library = session.show.references
    if unknown := [id_ for id_ in ids if id_ not in library]:
        raise EvidenceError(f"not in feed/references.json: {', '.join(unknown)}", "`podcast refs list` shows the ids")
    return [reference for reference in library.values() if not ids or reference.id in ids]


@command(
    click.argument("ids", nargs=-1, metavar="[ID]..."),
    click.option("--style", type=click.Choice(["pubmed", "ama"]), default="pubmed", show_default=True),
    name="format",
)
def format_(session: Session, ids: tuple[str, ...], style: str) -> None:
    """Print references, one line each, in the order of the library."""
    from podcast_pipeline.evidence import citation

    write = citation.pubmed if style == "pubmed" else citation.ama
    for reference in _chosen(session, ids):
        click.echo(write(reference))


@command(
    click.argument("ids", nargs=-1, metavar="[ID]..."),
    click.option("--format", "kind", type=click.Choice(["csl", "ris", "bibtex"]), default="csl", show_default=True),
    click.option("--episode", metavar="EP", help="Export the published episode EP itself, as what others cite."),
)
def export(session: Session, ids: tuple[str, ...], kind: str, episode: str | None) -> None:
    """Print references for another program, without editors' remarks and proposals."""
    from podcast_pipeline.evidence import bibtex, ris

    chosen = _chosen(session, ids) if episode is None else [_episode(session, episode)]
    if kind == "csl":
        click.echo(json.dumps([_exported(reference) for reference in chosen], ensure_ascii=False, indent=2))
    else:
        click.echo((ris if kind == "ris" else bibtex).write(chosen), nl=False)


def _episode(session: Session, slug: str) -> Reference:
    from podcast_pipeline import keys
    from podcast_pipeline.episode import records
    from podcast_pipeline.errors import PodcastError
    from podcast_pipeline.model.reference import Reference
    from podcast_pipeline.site.jsonld import episode_csl

    release = records.read(session.workspace, slug)
    if release is None:
        raise PodcastError(f"{slug}: is not published yet", f"`podcast publish {slug}`")
    page = keys.url(session.show.storage.public_base_url, keys.page(slug))
    return Reference(slug, episode_csl(session.show, release, page))


@command(click.argument("sources", nargs=-1, required=True, metavar="DOI|PMID|FILE..."))
def add(session: Session, sources: tuple[str, ...]) -> None:
    """Add references by identifier, or from files (CSL-JSON, RIS, BibTeX, NBIB, XML of PubMed or EndNote).

    A DOI comes from Crossref, with the PMID and PMCID that PubMed has for it. What is in the library already stays as
    it is; a record that names another paper under an identifier that is there is said, and left out. A file or record
    that cannot be used is named; the others are added. What is read otherwise than it stands in a file, such as the
    dash of a DOI, or cannot be read in a record that is added, is said. What a record says against its paper, a
    retraction above all, is said and written to feed/appraisals.toml, also of a paper that is there already. Exit 1
    where a file or a record was left out.
    """
    from podcast_pipeline.checks.references import as_pubmed
    from podcast_pipeline.config.load import load_show
    from podcast_pipeline.evidence import intake
    from podcast_pipeline.evidence.lookup import look_up
    from podcast_pipeline.model.reference import Reference

    problems: list[str] = []
    notes: list[str] = []
    records: list[PaperRecord] = []
    files = [source for source in sources if Path(source).is_file()]
    for source in files:
        try:
            read = intake.read_file(Path(source))
        except EvidenceError as error:
            problems.append(f"{error.message}{error.hint and f' ({error.hint})'}")
            continue
        problems += [f"{source}: {problem}" for problem in read.problems]
        notes += [f"{source}: {note}" for note in read.notes]
        records += read.records
    missing = [source for source in sources if source not in files and Path(source).suffix.lower() in _FILES]
    problems += [f"{source}: no such file{reading.meant(Path(source))}" for source in missing]
    imported = look_up([source for source in sources if source not in (*files, *missing)], registers.web(session))
    problems += imported.problems
    notes += imported.notes
    records += [dataclasses.replace(record, revised="") for record in imported.records]  # asked today
    with session.publishing():
        have = load_show(session.workspace).references  # as they are now: somebody may have added to them meanwhile
        added = intake.add(have, records)
        intake.append(session.workspace.references, added.records)
        against = _told(session, have, [*zip(added.ids, records, strict=True)])
    for record in added.records:
        click.echo(record["id"])
    for line in against:
        session.say(line)
    for csl in added.records:
        for fault in as_pubmed(Reference(csl["id"], csl)):
            session.say(f"{csl['id']}: {fault.sentence}")
    for line in (*added.known, *notes, *added.notes, *problems, *added.problems):
        session.say(line)
    if problems or added.problems:
        raise click.exceptions.Exit(1)


def _told(session: Session, have: dict[str, Reference], added: Sequence[tuple[str, PaperRecord]]) -> list[str]:
    """What the records say of their papers, one sentence each; what stands against a paper is written down."""
    from podcast_pipeline.evidence import journal, registers
    from podcast_pipeline.model.reference import Reference

    today, lines = session.show.schedule.day(datetime.now(UTC)), []
    entries: dict[str, Reference] = {}
    for id_, paper in added:
        name = id_ or paper.title
        lines += [f"{name}: {remark}" for remark in paper.remarks]
        if not id_:
            lines += [f"{name}: {notice.kind}, and not added" for notice in paper.stated_notices]
            continue
        before = entries.get(id_) or have.get(id_) or Reference(id_, paper.csl)
        after = registers.with_record(before, paper, today)
        for notice in paper.stated_notices:
            where = f" ({notice.id})" if notice.id else ""
            lines.append(f"{name}: {notice.kind}{where}: {paper.title}; feed/appraisals.toml says so")
        if after != before.appraisal and paper.stated_notices:
            entries[id_] = Reference(id_, before.csl, after)
    if entries:
        appraised = {id_: entry.appraisal for id_, entry in entries.items() if entry.appraisal is not None}
        journal.write(session.workspace.appraisals, appraised)
    return lines


for verb in (list_, format_, add, refscheck.check, export, registers.seen, registers.unreached):
    refs.add_command(verb)
