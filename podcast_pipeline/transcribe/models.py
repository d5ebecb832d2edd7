"""Finding a model: the first of three routes that has it wins, and each that misses says why.

1. An explicit path: PODCAST_MODEL_PATH, or a path in the setting `model`.
2. An installed package (`packages`), if its weights have the known sha256.
3. The hub's cache, then its download (`hub`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from podcast_pipeline import reading
from podcast_pipeline.digests import Digests
from podcast_pipeline.errors import ConfigError, TranscriptionError
from podcast_pipeline.nearest import meant
from podcast_pipeline.transcribe import engines, hub, packages

_WHOLE = ("model.bin", "config.json", "tokenizer.json")


class Model(NamedTuple):
    """Weights on this computer. `origin`: path, package or hub; `path`: a folder, or a file for openai-whisper."""

    name: str
    path: Path
    sha256: str
    origin: str

    @property
    def bytes(self) -> int:
        return _weights(self.path).stat().st_size


class Route(NamedTuple):
    """One way to a model, as `doctor` shows it: what it is, where it leads (None: it missed), and why."""

    name: str
    path: Path | None
    why: str


def resolve(name: str, engine: str) -> Model:
    """The model `name` for `engine`, fetched from the network if need be; its weights are hashed.

    Raises ConfigError for a name or path that cannot be right, TranscriptionError for a model that is broken, not the
    one it claims to be, or nowhere (within 2 s, without retries).
    """
    for route in origins(name, engine):
        if route.path is not None:
            return _checked(name, route)
    fetch: Callable[[str], Path] = hub.download if _converted(engine) else hub.download_checkpoint
    return _checked(name, Route("hub", fetch(name), "just fetched"))


def origins(name: str, engine: str) -> tuple[Route, ...]:
    """The routes in their order, up to the one that wins; never downloads. Raises ConfigError: a wrong name or path."""
    routes = []
    for look in (_explicit, _package, _hub):
        routes.append(look(name, engine))
        if routes[-1].path is not None:
            break
    return tuple(routes)


def _explicit(name: str, engine: str) -> Route:
    variable, kind = os.environ.get("PODCAST_MODEL_PATH"), engines.find(engine).model
    if not variable and not _is_path(name):
        if name not in hub.CONVERTED:
            raise ConfigError(
                f'[transcribe] model: there is no model "{name}"{meant(name, hub.CONVERTED)}',
                f"models: {', '.join(hub.CONVERTED)}; or the path of {kind}",
            )
        return Route("path", None, "PODCAST_MODEL_PATH is not set")
    said = f"PODCAST_MODEL_PATH: {variable}" if variable else f"[transcribe] model: {name}"
    path = Path(variable or name).expanduser().absolute()
    if not path.exists():
        raise ConfigError(f"{said}: there is nothing at this place", f"it should be {kind}")
    if path.is_dir() != (kind == engines.CONVERSION):
        raise ConfigError(f"{said}: the engine {engine} needs {kind}", "name another model or another engine")
    return Route("path", path, said)


def _package(name: str, engine: str) -> Route:
    package = packages.PACKAGES.get(name) if _converted(engine) else None
    if package is None:
        return Route("package", None, f'no package holds "{name}" for {engine}')
    parts = packages.locate(package)
    if parts is None:
        return Route("package", None, f"not installed: {package.distribution}")
    return Route("package", packages.assembled(package, name, parts), package.distribution)


def _hub(name: str, engine: str) -> Route:
    path = hub.cached(name) if _converted(engine) else hub.checkpoint(name)
    return Route("hub", path, "in the cache" if path else "not in the cache")


def _converted(engine: str) -> bool:
    return engines.find(engine).model == engines.CONVERSION


def _is_path(name: str) -> bool:
    return "/" in name or os.sep in name or name.startswith("~") or name.endswith(".pt")


def is_relative(name: str) -> bool:
    """Whether `name` is a path that says nothing of where it starts."""
    return _is_path(name) and not name.startswith("~") and not Path(name).is_absolute()


def _weights(path: Path) -> Path:
    return path / "model.bin" if path.is_dir() else path


def _checked(name: str, route: Route) -> Model:
    path = route.path
    assert path is not None
    if path.is_dir():
        # Without tokenizer.json the library would fetch one from the network, in the middle of loading.
        missing = [file for file in _WHOLE if not (path / file).is_file()]
        if not any(path.glob("vocabulary.*")):
            missing.append("vocabulary.txt")
        if not missing and _mels(path) != 80 and not (path / "preprocessor_config.json").is_file():
            missing.append("preprocessor_config.json")
        if missing:
            raise TranscriptionError(
                f"{path}: the model is not complete: {', '.join(missing)} missing", "fetch the model again"
            )
    digest = remembered(_weights(path))
    known = packages.PACKAGES.get(name)
    if route.name == "package" and known is not None and digest != known.sha256:
        raise packages.wrong(known, digest)
    if route.name == "hub" and path.is_file() and digest != hub.CHECKPOINTS[name]:
        raise TranscriptionError(
            f"{path}: this is not the model {name} (wrong sha256)", "delete the file; it is fetched again"
        )
    return Model(
        path.stem if route.name == "path" and path.is_file() else path.name if route.name == "path" else name,
        path,
        digest,
        route.name,
    )


def _mels(folder: Path) -> int:
    """Rows of the spectrogram the model wants: 128 from large-v3 on, as its vocabulary is one token longer."""
    return 128 if len(config(folder).get("lang_ids") or []) >= 100 else 80


def config(folder: Path) -> dict[str, Any]:
    """What `config.json` of a conversion says. Raises TranscriptionError if it is broken."""
    path = folder / "config.json"
    try:
        said: dict[str, Any] = json.loads(reading.text(path))
    except (OSError, ValueError, RecursionError) as error:
        raise TranscriptionError(f"{path}: this model is broken: {error}", "fetch the model again") from error
    return said


def remembered(path: Path) -> str:
    """SHA-256 of a large file; remembered, so that a model of gigabytes is read once. Raises TranscriptionError."""
    digests = Digests(packages.cache() / "sha256.json")
    digest = digests(path.resolve())
    if digest is None:
        raise TranscriptionError(f"{path}: no such file", "fetch the model again")
    digests.save()  # a cache that cannot be written costs time, nothing else
    return digest
