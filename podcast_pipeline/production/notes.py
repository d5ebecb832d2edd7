"""Stages chapters and notes: what an app shows beside the player."""

from __future__ import annotations

from pathlib import Path

from podcast_pipeline.production.cuts import check_claims
from podcast_pipeline.production.material import Material
from podcast_pipeline.site import notes
from podcast_pipeline.tag.chapters import chapters_json


def write_chapters(material: Material, scratch: Path) -> None:
    text = chapters_json(material.chapters(), material.timeline().duration)
    (scratch / "chapters.json").write_text(text, "utf-8", newline="\n")


def write_notes(material: Material, scratch: Path) -> None:
    chapters = material.chapters()
    file = material.workspace.relative(material.workspace.episode_toml(material.slug))
    check_claims(material.episode, material.timeline(), file)
    text = notes.notes_html(material.show, material.episode, material.timeline(), chapters, material.signature())
    (scratch / "notes.html").write_text(text, "utf-8", newline="\n")
