"""`[storage] options` as a storage of one's own wants them: read into its own type, every unknown key refused."""

from __future__ import annotations

from typing import TypeVar

from podcast_pipeline import codec
from podcast_pipeline.errors import StorageError
from podcast_pipeline.model.show import StorageSettings

T = TypeVar("T")


def read(kind: type[T], settings: StorageSettings) -> T:
    """The options of the show as `kind`, a frozen dataclass. Raises StorageError naming the first that does not fit."""
    try:
        return codec.decode(kind, dict(settings.options))
    except ValueError as error:
        place = str(error).removeprefix(kind.__name__).removeprefix(".")
        raise StorageError(
            f"feed/show.toml: [storage] options: {place}",
            f"{settings.backend} reads: {', '.join(kind.__annotations__)}",
        ) from error
