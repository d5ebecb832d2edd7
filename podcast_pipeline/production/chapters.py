"""Stage chapters: the episode's chapters at published times, as players read them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from podcast_pipeline.artefact import Files
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.evidence.cited import cited, key_points, sources
from podcast_pipeline.evidence.relation import NumberedCitation, phrase
from podcast_pipeline.model.chapter import Chapter, published
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.model.timeline import TIMELINE, Timeline
from podcast_pipeline.progress import Progress
from podcast_pipeline.tag.chapters import chapters_json


@dataclass(frozen=True)
class ChaptersFacts:
    file: str
    """episode.toml, as messages name it."""
    chapters: tuple[Chapter, ...]
    claims: tuple[Claim, ...] = ()
    """Those that get a silent mark, with their references; none where the show does not want marks."""
    references: dict[str, Reference] | None = None


def facts(dossier: Dossier) -> ChaptersFacts:
    episode, show = dossier.episode, dossier.show
    if not show.feed.evidence_chapters:
        return ChaptersFacts(dossier.file, episode.chapters)
    return ChaptersFacts(dossier.file, episode.chapters, episode.claims, sources(episode.claims, show.references))


def run(facts: ChaptersFacts, files: Files, scratch: Path, _: Progress) -> None:
    timeline = files.read(TIMELINE)
    chapters = published(facts.chapters, timeline, facts.file)
    text = chapters_json(chapters, timeline.duration, _marks(facts, timeline))
    (scratch / "chapters.json").write_text(text, "utf-8", newline="\n")


def _marks(facts: ChaptersFacts, timeline: Timeline) -> tuple[Chapter, ...]:
    """A silent chapter mark for every cited moment, with the reference's address."""
    addresses = {reference.number: reference.url for reference in cited(facts.claims, facts.references or {})}
    return tuple(
        Chapter(point.at, _mark(citation), url=addresses[citation.number])
        for point in key_points(facts.claims, timeline)
        for citation in point.citations
        if addresses[citation.number]
    )


def _mark(citation: NumberedCitation) -> str:
    """`Disputed by reference 4 (p S55)`"""
    words = phrase([citation], "reference {}".format)
    return words[0].upper() + words[1:]
