"""The recognisers, a file and a row each; a row says what is known of one without importing it."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import NamedTuple, cast

from podcast_pipeline.errors import ConfigError, TranscriptionError
from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.nearest import meant
from podcast_pipeline.transcribe import cores
from podcast_pipeline.transcribe.engine import Transcriber

CONVERSION, CHECKPOINT = "a CTranslate2 folder", "a .pt checkpoint"
"""What a model can be."""


class Engine(NamedTuple):
    """What is known of an engine without importing it."""

    place: str
    """module:attribute of the Transcriber."""
    packages: tuple[str, ...]
    """Distributions whose versions are recorded; the first is the engine itself."""
    module: str
    """What `podcast doctor` imports to see whether it works."""
    hint: str
    """How it is installed."""
    model: str = CONVERSION
    arithmetic: tuple[str, str] = ("int8", "float16")
    """What it computes in where the show leaves it open: on a processor, on a graphics card."""
    chooses: bool = True
    """Whether [transcribe] compute_type can ask for another."""
    memory: tuple[int, int] = (350, 2)
    """Of a worker, from measurements with tiny.en and base: MB, and how many times the weights on top."""


ENGINES = {
    "faster-whisper": Engine(
        "podcast_pipeline.transcribe.engines.faster_whisper:FasterWhisper",
        ("faster-whisper", "ctranslate2"),
        "faster_whisper",
        'pip install "faster-whisper>=1.2.1,<2"',
    ),
    "openai-whisper": Engine(
        "podcast_pipeline.transcribe.engines.openai_whisper:OpenaiWhisper",
        ("openai-whisper", "torch"),
        "whisper",
        "pip install torch==2.13.0\n"
        "        pip install --no-deps openai-whisper==20250625\n"
        "        pip install numba tiktoken tqdm more-itertools numpy",
        model=CHECKPOINT,
        arithmetic=("float32", "float16"),
        chooses=False,
        memory=(900, 4),
    ),
}
"""Name in [transcribe] engine -> what is known of it."""


def find(name: str) -> Engine:
    """The engine called `name`. Raises ConfigError with the names there are."""
    if name in ENGINES:
        return ENGINES[name]
    raise ConfigError(
        f'[transcribe] engine: there is no engine "{name}"{meant(name, ENGINES)}', f"engines: {', '.join(ENGINES)}"
    )


def versions(name: str) -> dict[str, str]:
    """What the engine consists of: its own version as `version`, the others under their names. Loads nothing.

    Raises ConfigError for an unknown engine, TranscriptionError with the install lines for one that is not there.
    """
    import importlib.metadata

    engine, parts = find(name), {"name": name}
    for key, package in zip(("version", *engine.packages[1:]), engine.packages, strict=True):
        try:
            parts[key] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError as error:
            raise TranscriptionError(
                f"the engine {name} needs {package}, which is not installed", engine.hint
            ) from error
    return parts


def precision(settings: TranscribeSettings) -> str:
    """The arithmetic that is used: the show's, where it names one and the engine can, else the engine's usual one."""
    engine = find(settings.engine)
    usual = engine.arithmetic[cores.gpu()]
    return settings.compute_type if engine.chooses and settings.compute_type != "auto" else usual


def load(place: str, model: Path, compute_type: str) -> Transcriber:
    """Import and construct the engine at `place` (module:attribute). Takes seconds; workers only."""
    module, attribute = place.split(":")
    return cast("Transcriber", getattr(importlib.import_module(module), attribute)(model, compute_type))
