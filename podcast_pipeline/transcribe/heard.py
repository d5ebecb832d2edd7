"""What the recogniser heard on one track, kept as `words/<track>.json`: a new recording of one track re-runs that one.

Times are those of the recording itself; the track's offset and its person can change without a new recognition.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from podcast_pipeline import codec, reading
from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.transcribe import engines
from podcast_pipeline.transcribe.engine import RawWord, Scores

VERSION = 4
"""Of the method: speech detection, blocks, word times. A change of it makes every kept file stale."""
SHORTEST = 10
"""ms. The recogniser gives some words no length at all."""


class Rerun(NamedTuple):
    """A span (ms) that was recognised a second time, why, and how many words it had before and has now."""

    start: int
    end: int
    why: str
    before: int
    after: int


class Biased(NamedTuple):
    """What a second run made of a block when it was told to expect `terms`: words as in `Recognition`, under `key`."""

    start: int
    end: int
    terms: tuple[str, ...]
    words: tuple[RawWord, ...]


class SpeakerSegment(NamedTuple):
    """From `start` to `end` (ms of the track) the voice number `voice` speaks."""

    start: int
    end: int
    voice: int


@dataclass(frozen=True, slots=True)
class Recognition:
    """Words, in order, and speech of one track in ms; `forced`: where a block had to end in the middle of speech.

    `blocks` are what was sent in one piece, in samples; `left_out` words that nobody said; `language` what was heard,
    with its probability, where the model knows several.
    """

    key: str
    sha256: str
    duration: int
    speech: tuple[tuple[int, int], ...]
    forced: tuple[int, ...]
    words: tuple[RawWord, ...]
    left_out: tuple[RawWord, ...] = ()
    reruns: tuple[Rerun, ...] = ()
    language: tuple[str, float] | None = None
    blocks: tuple[tuple[tuple[int, int], ...], ...] = ()
    biased_key: str = ""
    biased: tuple[Biased, ...] = ()
    voices_key: str = ""
    voices: tuple[SpeakerSegment, ...] = ()
    """Who speaks when, on a recording of several people; kept under `voices_key`."""


def key(sha256: str, engine: Mapping[str, str], model_sha256: str, settings: TranscribeSettings) -> str:
    """The digest of all that the words of one track depend on: the recording, the engine, the model, the settings."""
    precision = engines.precision(settings)
    parts = [VERSION, sha256, dict(engine), model_sha256, settings.language, precision, settings.beam_size]
    return codec.digest(parts)


def in_order(words: Sequence[RawWord], duration: int) -> tuple[RawWord, ...]:
    """Words of one track in the order they were said, each at least 10 ms long, none before the one before it ends.

    Starts stand where they can: a word that runs into the next one is shortened first.
    """
    ordered: list[RawWord] = []
    floor = 0
    for place, word in enumerate(words):
        following = words[place + 1].start if place + 1 < len(words) else duration
        start = max(word.start, floor)
        end = max(start + SHORTEST, min(word.end, following))
        ordered.append(replace(word, start=start, end=end))
        floor = end
    return tuple(ordered)


def shifted(heard: Recognition, offset: int) -> Recognition:
    """The same on the source timeline, where the track begins `offset` ms late (early, if negative).

    What would lie before the start of the programme is not in it: such words are left out.
    """

    def at(ms: int) -> int:
        return max(0, ms + offset)

    def moved(words: Sequence[RawWord]) -> tuple[RawWord, ...]:
        return tuple(replace(word, start=at(word.start), end=at(word.end)) for word in words if word.end + offset > 0)

    return replace(
        heard,
        speech=tuple((at(start), at(end)) for start, end in heard.speech if end + offset > 0),
        forced=tuple(ms + offset for ms in heard.forced if ms + offset > 0),
        words=moved(heard.words),
        left_out=moved(heard.left_out),
        reruns=tuple(rerun._replace(start=at(rerun.start), end=at(rerun.end)) for rerun in heard.reruns),
        biased=tuple(
            block._replace(start=at(block.start), end=at(block.end), words=moved(block.words)) for block in heard.biased
        ),
    )


def render(heard: Recognition) -> str:
    """The text of `words/<track>.json`: one word a line, with the scores of its segment as an index."""
    everything = (*heard.words, *heard.left_out, *(word for block in heard.biased for word in block.words))
    scores = list(dict.fromkeys(word.segment for word in everything))
    places = {score: place for place, score in enumerate(scores)}

    def rows(words: Sequence[RawWord]) -> list[list[Any]]:
        return [[w.text, w.start, w.end, round(w.probability, 6), places[w.segment]] for w in words]

    head = {
        "key": heard.key,
        "sha256": heard.sha256,
        "duration": heard.duration,
        "speech": heard.speech,
        "forced": heard.forced,
        "blocks": heard.blocks,
        "language": heard.language,
        "reruns": heard.reruns,
        "left_out": rows(heard.left_out),
        "biased_key": heard.biased_key,
        "biased": [[block.start, block.end, block.terms, rows(block.words)] for block in heard.biased],
        "voices_key": heard.voices_key,
        "voices": heard.voices,
        "segments": [[round(s.logprob, 6), round(s.compression, 6), round(s.no_speech, 6)] for s in scores],
    }
    lines = ",\n".join(json.dumps(word, ensure_ascii=False) for word in rows(heard.words))
    return json.dumps(head, ensure_ascii=False)[:-1] + ', "words": [\n' + lines + "\n]}\n"


def read(path: Path, wanted: str, track: str) -> Recognition | None:
    """What was kept at `path` under the key `wanted`; None if it is absent, torn, or of something else."""
    try:
        value: dict[str, Any] = json.loads(reading.text(path))
        if value["key"] != wanted:
            return None
        scores = [Scores(*segment) for segment in value["segments"]]

        def words(rows: Sequence[Any]) -> tuple[RawWord, ...]:
            return tuple(RawWord(text, start, end, p, track, scores[s]) for text, start, end, p, s in rows)

        language = value["language"]
        return Recognition(
            value["key"],
            value["sha256"],
            value["duration"],
            tuple((start, end) for start, end in value["speech"]),
            tuple(value["forced"]),
            words(value["words"]),
            words(value["left_out"]),
            tuple(Rerun(*row) for row in value["reruns"]),
            None if language is None else (language[0], language[1]),
            tuple(tuple((start, end) for start, end in block) for block in value["blocks"]),
            value["biased_key"],
            tuple(Biased(start, end, tuple(terms), words(rows)) for start, end, terms, rows in value["biased"]),
            value["voices_key"],
            tuple(SpeakerSegment(*row) for row in value["voices"]),
        )
    except (OSError, ValueError, TypeError, KeyError, IndexError):
        return None  # only kept to save work: it is made again
