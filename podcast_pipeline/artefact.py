"""Files that are values: what a stage makes, by its name and its type; and what a stage was given to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from podcast_pipeline import atomic, codec
from podcast_pipeline.errors import PodcastError

T = TypeVar("T")


@dataclass(frozen=True)
class Artefact(Generic[T]):
    """A JSON file below build/<slug>/, as a value of `kind`. The constant stands beside the type that it names."""

    name: str
    kind: type[T]

    def read(self, folder: Path) -> T:
        """The value in `folder`. Raises PodcastError naming file and field, and what to do."""
        return self.load(folder / self.name)

    def load(self, path: Path) -> T:
        """The value in the file `path`, wherever it lies. Raises PodcastError as `read` does."""
        return codec.load(self.kind, path, hint="delete it and run `podcast build` again")

    def write(self, folder: Path, value: T) -> None:
        """Write it into `folder`, whole or not at all. Raises PodcastError."""
        atomic.write_json(folder / self.name, codec.encode(value))


@dataclass(frozen=True)
class Files:
    """The declared inputs of a stage by name, whether they are there or not; nothing else can be asked for."""

    inputs: Mapping[str, Path]

    def path(self, what: str | Artefact[T]) -> Path:
        """Where it is. Raises PodcastError for what the stage does not declare: a mistake in the program."""
        name = what if isinstance(what, str) else what.name
        if name not in self.inputs:
            raise PodcastError(f"{name} is no declared input of this stage: this is a mistake in the program")
        return self.inputs[name]

    def read(self, what: Artefact[T]) -> T:
        """The value in a declared file. Raises PodcastError."""
        return what.load(self.path(what))
