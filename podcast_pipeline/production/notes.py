"""Stage notes: what an app shows beside the player."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from podcast_pipeline import timecode
from podcast_pipeline.artefact import Files
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.episode.statement import stated
from podcast_pipeline.episode.verdicts import holding
from podcast_pipeline.errors import ConfigError
from podcast_pipeline.model.chapter import published
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.statement import Statement
from podcast_pipeline.model.text import TEXT
from podcast_pipeline.model.timeline import TIMELINE, Timeline
from podcast_pipeline.progress import Progress
from podcast_pipeline.site.notes import notes_html


@dataclass(frozen=True)
class NotesFacts:
    file: str
    """episode.toml, as messages name it."""
    statement: Statement


def facts(dossier: Dossier) -> NotesFacts:
    return NotesFacts(dossier.file, stated(dossier.show, dossier.episode))


def run(facts: NotesFacts, files: Files, scratch: Path, _: Progress) -> None:
    timeline, record = files.read(TIMELINE), files.read(TEXT)
    statement = holding(facts.statement, record.claimed)
    chapters = published(statement.chapters, timeline, facts.file)
    _refuse_unheard(statement.claims, timeline, facts.file)
    text = notes_html(statement, timeline, chapters, record.signature)
    (scratch / "notes.html").write_text(text, "utf-8", newline="\n")


def _refuse_unheard(claims: Sequence[Claim], timeline: Timeline, file: str) -> None:
    """Raise ConfigError naming every claim of which nothing is heard: notes and page would cite silence."""
    gone = []
    for i, claim in enumerate(claims, 1):
        until = claim.until if claim.until is not None else claim.at + 1
        if timeline.start_of(claim.at) >= timeline.end_of(until) and timeline.to_published(claim.at) is None:
            gone.append(
                f'{file}: claim[{i}].at: "{timecode.exact(claim.at)}": all of "{claim.id}" is cut; remove the claim'
            )
    if gone:
        raise ConfigError(gone, "or take the cut back")
