"""A speech recogniser, as this project sees it: samples of one track in, timed words out.

The recognisers (`engines`) live behind one Protocol and are imported on use, inside the worker processes only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from podcast_pipeline.errors import TranscriptionError
from podcast_pipeline.progress import Progress

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
