"""The accuracy card of an episode: what the machine wrote, against the text of record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from podcast_pipeline import atomic
from podcast_pipeline.errors import ConfigError, PodcastError
from podcast_pipeline.model.release import Accuracy
from podcast_pipeline.production.material import Material
from podcast_pipeline.transcript import accuracy, document
from podcast_pipeline.transcript.accuracy import Said
from podcast_pipeline.transcript.lexicon import lexicon


def write(material: Material, scratch: Path) -> None:
    """`accuracy.json`: the card, once there is a corrected text; {"schema": 1} before."""
    reviewed = material.reviewed_transcript()
    value: dict[str, Any] = {"schema": 1}
    if reviewed is not None:
        value = against(material, accuracy.of(reviewed), [(cut.start, cut.end) for cut in reviewed.cuts])
    atomic.write_json(scratch / "accuracy.json", value)


def against(material: Material, reference: list[Said], cuts: list[tuple[int, int]]) -> dict[str, Any]:
    """The card of the machine's transcript against `reference`; what `cuts` take out counts on neither side."""
    language = material.episode.transcribe.language
    known = lexicon(material.show.terms.words, [person.name for person in material.people], language)
    return accuracy.card(reference, accuracy.of(material.machine_transcript(), cuts), known, language)


def kept(material: Material) -> Accuracy | None:
    """What the release record holds of the card; None while nobody has signed the text that it is taken against."""
    if material.signature() is None:
        return None
    try:
        value = json.loads(material.built("accuracy.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if value.get("wer") is None:
        return None
    critical = value["critical"]
    return Accuracy(
        value["wer"], value["words"], value["lost"], value["invented"], critical["rate"], critical["terms"],
        value["normalizer"],
    )  # fmt: skip


def reference(path: Path) -> tuple[list[Said], list[tuple[int, int]]]:
    """A text to compare with: a transcript.json, or plain text. Raises ConfigError for anything else."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as UTF-8 text", "give a transcript.json or a plain text") from error
    if path.suffix == ".json":
        found = document.read(path)
        return accuracy.of(found), [(cut.start, cut.end) for cut in found.cuts]
    if not text.strip():
        raise PodcastError(f"{path}: is empty", "a reference is the text of what was said")
    return [Said("", text)], []
