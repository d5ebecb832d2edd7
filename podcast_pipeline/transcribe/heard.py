"""What the recogniser heard on one track, kept as `words/<track>.json`: a new recording of one track re-runs that one.

Times are those of the recording itself; the track's offset and its person can change without a new recognition.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from podcast_pipeline import codec
from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.transcribe import engine as engines
from podcast_pipeline.transcribe.engine import RawWord, Scores

VERSION = 1
"""Of the method: speech detection, blocks, word times. A change of it makes every kept file stale."""
SHORTEST = 10
"""ms. The recogniser gives some words no length at all."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Words, in order, and speech of one track in ms; `forced`: where a block had to end in the middle of speech."""

    key: str
    sha256: str
    duration: int
    speech: tuple[tuple[int, int], ...]
    forced: tuple[int, ...]
    words: tuple[RawWord, ...]


def key(sha256: str, engine: Mapping[str, str], model_sha256: str, settings: TranscribeSettings) -> str:
    """The digest of all that the words of one track depend on: the recording, the engine, the model, the settings."""
    precision = engines.precision(settings)
    parts = [VERSION, sha256, dict(engine), model_sha256, settings.language, precision, settings.beam_size]
    return hashlib.sha256(codec.canonical(parts).encode()).hexdigest()


def in_order(words: Sequence[RawWord], duration: int) -> tuple[RawWord, ...]:
    """Words of one track in the order they were said, each at least 10 ms long, none before the one before it ends.

    Starts stand where they can: a word that runs into the next one is shortened first.
    """
    found: list[RawWord] = []
    floor = 0
    for place, word in enumerate(words):
        following = words[place + 1].start if place + 1 < len(words) else duration
        start = max(word.start, floor)
        end = max(start + SHORTEST, min(word.end, following))
        found.append(replace(word, start=start, end=end))
        floor = end
    return tuple(found)


def shifted(heard: Heard, offset: int) -> Heard:
    """The same on the source timeline, where the track begins `offset` ms late (early, if negative).

    What would lie before the start of the programme is not in it: such words are left out.
    """

    def at(ms: int) -> int:
        return max(0, ms + offset)

    return replace(
        heard,
        speech=tuple((at(start), at(end)) for start, end in heard.speech if end + offset > 0),
        forced=tuple(ms + offset for ms in heard.forced if ms + offset > 0),
        words=tuple(
            replace(word, start=at(word.start), end=at(word.end)) for word in heard.words if word.end + offset > 0
        ),
    )


def render(heard: Heard) -> str:
    """The text of `words/<track>.json`: one word a line, with the scores of its segment as an index."""
    scores = list(dict.fromkeys(word.segment for word in heard.words))
    places = {score: place for place, score in enumerate(scores)}
    words = [[w.text, w.start, w.end, round(w.probability, 6), places[w.segment]] for w in heard.words]
    head = {
        "key": heard.key,
        "sha256": heard.sha256,
        "duration": heard.duration,
        "speech": heard.speech,
        "forced": heard.forced,
        "segments": [[round(s.logprob, 6), round(s.compression, 6), round(s.no_speech, 6)] for s in scores],
    }
    lines = ",\n".join(json.dumps(word, ensure_ascii=False) for word in words)
    return json.dumps(head, ensure_ascii=False)[:-1] + ', "words": [\n' + lines + "\n]}\n"


def read(path: Path, wanted: str, track: str) -> Heard | None:
    """What was kept at `path` under the key `wanted`; None if it is absent, torn, or of something else."""
    try:
        value: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if value["key"] != wanted:
            return None
        scores = [Scores(*segment) for segment in value["segments"]]
        return Heard(
            value["key"],
            value["sha256"],
            value["duration"],
            tuple((start, end) for start, end in value["speech"]),
            tuple(value["forced"]),
            tuple(RawWord(text, start, end, p, track, scores[s]) for text, start, end, p, s in value["words"]),
        )
    except (OSError, ValueError, TypeError, KeyError, IndexError):
        return None  # only kept to save work: it is made again
