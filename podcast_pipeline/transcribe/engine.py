"""A speech recogniser, as this project sees it: samples of one track in, timed words out.

The engines (`faster`, `openai`) live behind one Protocol and are imported on use, inside the worker processes only.
"""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from podcast_pipeline.errors import ConfigError, TranscriptionError
from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.progress import Progress
from podcast_pipeline.transcribe import cores

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 16000
"""Samples per second that every Whisper model and the speech detector expect."""

HOT_TOKENS = 223
"""Tokens of hot words that the libraries take."""

TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Tried in turn while a result looks wrong by the three thresholds below."""
BEST_OF = 4
"""Readings to choose from at temperatures above 0. A fifth, as is usual, takes a worker with base over 450 MB."""
COMPRESSION_THRESHOLD = 2.4
LOGPROB_THRESHOLD = -1.0
NO_SPEECH_THRESHOLD = 0.6


@dataclass(frozen=True, slots=True)
class Scores:
    """What the recogniser says of a whole segment: mean log probability, compression ratio, share of no speech."""

    logprob: float
    compression: float
    no_speech: float


@dataclass(frozen=True, slots=True)
class RawWord:
    """One word with its punctuation, outer spaces stripped. Times in ms; from an engine they count from the block."""

    text: str
    start: int
    end: int
    probability: float
    track: str
    segment: Scores
    residue: bool = False
    """Made up at the end of a block, see `is_residue`: it is recorded, and left out."""


@dataclass(frozen=True, slots=True)
class Options:
    """What may differ from one show to another; everything else is fixed in the engines."""

    language: str
    beam_size: int
    hotwords: str = ""
    """Terms the recogniser is told to expect; for the second run alone, which gives no words, only suggestions."""


class Transcriber(Protocol):
    """Constructed with a model (folder or file, as `models.resolve` found it) and a compute type.

    It sees samples and options only: no file, no speech detection, no speaker. The same samples give the same words.
    """

    def transcribe(self, samples: NDArray[np.float32], track: str, options: Options, heard: Progress) -> list[RawWord]:
        """The words of one block: float32, mono, 16 kHz; `heard` is told the seconds of it that are done.

        Joined with single spaces, the words of a segment give the segment's text. Raises TranscriptionError.
        """
        ...

    def spoken(self, samples: NDArray[np.float32]) -> tuple[str, float] | None:
        """The language of up to 30 s of speech and its probability; None where the model knows only one."""
        ...


def check_hotwords(hotwords: str, tokens: int) -> None:
    """Raises TranscriptionError for more tokens than the libraries take: what is beyond they cut off silently."""
    if tokens > HOT_TOKENS:
        raise TranscriptionError(f"too many hot words: {hotwords}", "shorten them in feed/terms.toml")


def is_residue(seek: int, samples: int, segment: Scores) -> bool:
    """Whether a segment was made up from what was left over at the end of a block.

    Whisper reads on where its last segment ended. When that leaves under a second, it often fills it with "Thank you.";
    where it also doubts what it wrote (threshold of the log probability), nobody said it. `seek` is in 10 ms.
    """
    return samples - seek * RATE // 100 < RATE and segment.logprob < LOGPROB_THRESHOLD


class Part(NamedTuple):
    """A piece of text as Whisper times it: often a word, with its leading space; sometimes half of one."""

    text: str
    start: float
    end: float
    probability: float


_UNSPACED = frozenset({"zh", "yue", "ja", "th", "lo", "my"})
"""Languages written without spaces between words, where a part is a word."""


def words_of(parts: Iterable[Part], segment: Scores, track: str, language: str) -> list[RawWord]:
    """Whole words from the timed parts of one segment.

    Whisper times "non-cancer" as " non" and "-cancer": what does not begin with a space continues the word before it,
    which then counts as no more probable than its least probable part.
    """
    words: list[RawWord] = []
    for part in parts:
        text = part.text.strip()
        start, end = round(part.start * 1000), round(part.end * 1000)
        probability = float(part.probability)
        if words and language not in _UNSPACED and not part.text.startswith(" "):
            last = words.pop()
            text, start, end = last.text + text, last.start, max(end, last.end)
            probability = min(probability, last.probability)
        if text:
            words.append(RawWord(text, start, end, probability, track, segment))
    return words


class Engine(NamedTuple):
    """What is known of an engine without importing it."""

    place: str
    """module:attribute of the Transcriber."""
    packages: tuple[str, ...]
    """Distributions whose versions are recorded; the first is the engine itself."""
    hint: str
    """How it is installed."""


ENGINES = {
    "faster-whisper": Engine(
        "podcast_pipeline.transcribe.faster:FasterWhisper",
        ("faster-whisper", "ctranslate2"),
        'pip install "faster-whisper>=1.2.1,<2"',
    ),
    "openai-whisper": Engine(
        "podcast_pipeline.transcribe.openai:OpenaiWhisper",
        ("openai-whisper", "torch"),
        "pip install torch==2.13.0\n"
        "        pip install --no-deps openai-whisper==20250625\n"
        "        pip install numba tiktoken tqdm more-itertools numpy",
    ),
}


def find(name: str) -> Engine:
    """The engine called `name`. Raises ConfigError with the names there are."""
    if name in ENGINES:
        return ENGINES[name]
    near = difflib.get_close_matches(name, ENGINES, 1)
    raise ConfigError(
        f'[transcribe] engine: there is no engine "{name}"' + (f'; did you mean "{near[0]}"?' if near else ""),
        f"engines: {', '.join(ENGINES)}",
    )


def versions(name: str) -> dict[str, str]:
    """What the engine consists of: its own version as `version`, the others under their names. Loads nothing.

    Raises ConfigError for an unknown engine, TranscriptionError with the install lines for one that is not there.
    """
    import importlib.metadata

    engine, found = find(name), {"name": name}
    for key, package in zip(("version", *engine.packages[1:]), engine.packages, strict=True):
        try:
            found[key] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError as error:
            raise TranscriptionError(
                f"the engine {name} needs {package}, which is not installed", engine.hint
            ) from error
    return found


def precision(settings: TranscribeSettings) -> str:
    """The arithmetic that is used: `auto` is int8, on a graphics card float16; openai-whisper knows no other on each
    than float32 and float16."""
    if settings.engine == "openai-whisper":
        return "float16" if cores.gpu() else "float32"
    usual = "float16" if cores.gpu() else "int8"
    return usual if settings.compute_type == "auto" else settings.compute_type


def load(place: str, model: Path, compute_type: str) -> Transcriber:
    """Import and construct the engine at `place` (module:attribute). Takes seconds; workers only."""
    module, attribute = place.split(":")
    return cast("Transcriber", getattr(importlib.import_module(module), attribute)(model, compute_type))
