"""Stages chapters and notes: what an app shows beside the player."""

from __future__ import annotations

from pathlib import Path

from podcast_pipeline.episode.cuts import check_claims
from podcast_pipeline.evidence.cited import cited, key_points
from podcast_pipeline.evidence.relation import NumberedCitation, phrase
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.production.material import Material
from podcast_pipeline.site import notes
from podcast_pipeline.tag.chapters import chapters_json


def write_chapters(material: Material, scratch: Path) -> None:
    text = chapters_json(material.chapters(), material.timeline().duration, marks(material))
    (scratch / "chapters.json").write_text(text, "utf-8", newline="\n")


def marks(material: Material) -> tuple[Chapter, ...]:
    """A silent chapter mark for every cited moment, with the reference's address, if the show wants them."""
    if not material.show.feed.evidence_chapters:
        return ()
    claims = material.episode.claims
    addresses = {one.number: one.url for one in cited(claims, material.show.references)}
    points = key_points(claims, material.timeline())
    return tuple(
        Chapter(point.at, _mark(one), url=addresses[one.number])
        for point in points
        for one in point.citations
        if addresses[one.number]
    )


def _mark(citation: NumberedCitation) -> str:
    """`Disputed by reference 4 (p S55)`"""
    words = phrase([citation], "reference {}".format)
    return words[0].upper() + words[1:]


def write_notes(material: Material, scratch: Path) -> None:
    chapters = material.chapters()
    file = material.workspace.relative(material.workspace.episode_toml(material.slug))
    check_claims(material.episode, material.timeline(), file)
    text = notes.notes_html(material.show, material.episode, material.timeline(), chapters, material.text().signature)
    (scratch / "notes.html").write_text(text, "utf-8", newline="\n")
