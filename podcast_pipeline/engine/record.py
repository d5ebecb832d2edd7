"""A Record: what a stage's last success was made from, and what came out."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from podcast_pipeline import atomic, codec
from podcast_pipeline.engine.stage import Stage
from podcast_pipeline.errors import PodcastError


@dataclass(frozen=True)
class Record:
    """Digests are SHA-256 by path relative to the show directory; None for an optional input that was absent."""

    version: int
    settings: dict[str, Any]
    inputs: dict[str, str | None]
    outputs: dict[str, str | None]
    seconds: float
    tools: dict[str, str] = field(default_factory=dict)
    """Recorded, never compared: another FFmpeg does not rebuild the archive."""


def path(stage: Stage) -> Path:
    return _path(stage.folder, stage.name)


def _path(folder: Path, name: str) -> Path:
    return folder / ".records" / f"{name}.json"


def load(stage: Stage) -> Record | None:
    """The stage's record; None if there is none, or none that can be read: then the stage runs again.

    Raises PodcastError for one that a newer version wrote.
    """
    return read(stage.folder, stage.name)


def read(folder: Path, name: str) -> Record | None:
    """The record of the stage `name` in `folder`, as `load` gives it."""
    hint = "update this program; or delete the file: then the stage runs again"
    try:
        return codec.load(Record, _path(folder, name), hint=hint)
    except PodcastError as error:
        if isinstance(error.__cause__, codec.UnknownField):
            raise
        return None


def drop(stage: Stage) -> None:
    """Forget the last success, before its outputs are touched."""
    atomic.remove(path(stage))


def save(stage: Stage, record: Record) -> None:
    """Write the record, as the last act of a success."""
    atomic.write_json(path(stage), codec.encode(record))
