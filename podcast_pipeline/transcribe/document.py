"""`transcript.machine.json`: the machine's words as one file that never changes for the same recording.

words    [i, text, start, end, confidence, track]  ms on the source timeline, confidence 0-1000, index of the track
turns    words [first, last] (both in it), the speaker, and the worst scores of its segments
dropped  words of one track that were another's voice heard by its microphone; `copy_of` is the word they repeat
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from podcast_pipeline.model.audio import Track
from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.transcribe import engine as engines
from podcast_pipeline.transcribe.engine import RawWord
from podcast_pipeline.transcribe.heard import Heard
from podcast_pipeline.transcribe.turns import Turn


class Dropped(NamedTuple):
    """A word that another track's microphone picked up, the word it is a copy of, and how much weaker it is (dB)."""

    word: RawWord
    original: RawWord
    weaker: float


class Flag(NamedTuple):
    """Something an editor should look at: a span of one track in ms, words or None, and the reason in plain words."""

    code: str
    track: str
    start: int
    end: int
    say: str
    word: RawWord | None = None


def build(
    engine: Mapping[str, str],
    model: Mapping[str, str],
    settings: TranscribeSettings,
    tracks: Sequence[tuple[Track, Heard]],
    turns: Sequence[Turn],
    dropped: Iterable[Dropped],
    flags: Iterable[Flag],
) -> dict[str, Any]:
    """The value of the file. Nothing of the run is in it: no clock, host, folder or duration of the work."""
    index = {track.id: place for place, (track, _) in enumerate(tracks)}
    person = {track.id: track.person for track, _ in tracks}
    ordered = [word for turn in turns for word in turn.words]
    number = {id(word): place for place, word in enumerate(ordered)}
    found, first = [], 0
    for turn in turns:
        found.append(
            {
                "track": index[turn.track],
                "speaker": person[turn.track],
                "verified": True,  # a person said whose microphone this is
                "words": [first, first + len(turn.words) - 1],
                "logprob": round(min(word.segment.logprob for word in turn.words), 3),
                "compression": round(max(word.segment.compression for word in turn.words), 3),
                "no_speech": round(max(word.segment.no_speech for word in turn.words), 3),
            }
        )
        first += len(turn.words)
    return {
        "schema": 1,
        "timeline": "source",
        "language": settings.language,
        "engine": {**engine, "vad": "silero_v6"},
        "model": dict(model),
        "settings": {"beam_size": settings.beam_size, "compute_type": engines.precision(settings)},
        "tracks": [
            {"id": track.id, "person": track.person, "sha256": h.sha256, "duration": h.duration, "speech": h.speech}
            for track, h in tracks
        ],
        "words": [[place, *_plain(word), index[word.track]] for place, word in enumerate(ordered)],
        "turns": found,
        "suggestions": [],
        "flags": [
            {
                "code": flag.code,
                "track": index[flag.track],
                "span": [flag.start, flag.end],
                "words": None if flag.word is None else [number[id(flag.word)]] * 2,
                "say": flag.say,
            }
            for flag in flags
        ],
        "dropped": [
            {
                "word": [*_plain(one.word), index[one.word.track]],
                "copy_of": number[id(one.original)],
                "weaker": round(one.weaker, 1),
            }
            for one in dropped
        ],
        "reruns": [],
    }


def _plain(word: RawWord) -> list[Any]:
    return [word.text, word.start, word.end, round(1000 * word.probability)]


def render(value: Mapping[str, Any]) -> str:
    """Its text: keys in alphabetical order, one word, turn or flag a line, so that two versions can be compared."""
    parts = []
    for key in sorted(value):
        item = value[key]
        if isinstance(item, list) and item:
            body = "[\n" + ",\n".join("  " + _line(entry) for entry in item) + "\n ]"
        else:
            body = _line(item)
        parts.append(f" {json.dumps(key)}: {body}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
