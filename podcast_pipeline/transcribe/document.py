"""`transcript.machine.json`: the machine's words as one file that never changes for the same recording.

words    [i, text, start, end, confidence, track]  ms on the source timeline, confidence 0-1000, index of the track
turns    words [first, last] (both in it), the speaker, and the worst scores of its segments
dropped  words of one track that were another's voice heard by its microphone (`copy_of` is the word they repeat), and
         words that the recogniser made of the end of a block, when it doubted them itself
reruns   spans that were recognised a second time, why, and how many words they had before and have now
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from podcast_pipeline.model.audio import Track
from podcast_pipeline.transcribe.bleed import Dropped
from podcast_pipeline.transcribe.engine import RawWord
from podcast_pipeline.transcribe.flags import Flag
from podcast_pipeline.transcribe.heard import Recognition
from podcast_pipeline.transcribe.suggestions import WordSuggestion
from podcast_pipeline.transcribe.turns import Turn


class Speaker(NamedTuple):
    """Who a voice belongs to: an id of feed/people, S1, S2 ... or None; `verified`: a person said so."""

    name: str | None
    verified: bool


def build(
    engine: Mapping[str, str],
    model: Mapping[str, str],
    settings: Mapping[str, Any],
    tracks: Sequence[tuple[Track, Recognition]],
    turns: Sequence[Turn],
    speakers: Mapping[str, Speaker],
    dropped: Iterable[Dropped],
    flags: Iterable[Flag],
    suggestions: Iterable[WordSuggestion],
) -> dict[str, Any]:
    """The value of the file. Nothing of the run is in it: no clock, host, folder or duration of the work.

    `speakers` says whose each turn's voice is: a track's, or one of several on a mixed recording.
    """
    index = {track.id: place for place, (track, _) in enumerate(tracks)}
    ordered = [word for turn in turns for word in turn.words]
    number = {id(word): place for place, word in enumerate(ordered)}
    found, first = [], 0
    for turn in turns:
        speaker = speakers[turn.voice]
        found.append(
            {
                "track": index[turn.words[0].track],
                "speaker": speaker.name,
                "verified": speaker.verified,
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
        "language": settings["language"],
        "engine": {**engine, "vad": "silero_v6"},
        "model": dict(model),
        "settings": {name: value for name, value in settings.items() if name != "language"},
        "tracks": [
            {
                "id": track.id,
                "person": track.person,
                "sha256": h.sha256,
                "duration": h.duration,
                "speech": h.speech,
                "language": h.language,
            }
            for track, h in tracks
        ],
        "words": [[place, *_plain(word), index[word.track]] for place, word in enumerate(ordered)],
        "turns": found,
        "suggestions": [
            {
                "words": numbers,
                "from": " ".join(word.text for word in one.words),
                "to": one.to,
                "source": one.source,
                "score": one.score,
                "span": [one.words[0].start, one.words[-1].end],
            }
            for one in suggestions
            if (numbers := _range(one.words, number)) is not None
        ],
        "flags": [
            {
                "code": flag.code,
                "track": index[flag.track],
                "span": [flag.start, flag.end],
                "words": _range(flag.words, number),
                "say": flag.say,
                **({"kind": flag.kind} if flag.kind else {}),
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
        ]
        + [
            {"word": [*_plain(word), index[word.track]], "copy_of": None, "reason": "left over at the end of a block"}
            for _, h in tracks
            for word in h.left_out
        ],
        "reruns": [{"track": index[track.id], **one._asdict()} for track, h in tracks for one in h.reruns],
    }


def _range(words: Sequence[RawWord], number: Mapping[int, int]) -> list[int] | None:
    """First and last number of words that are read one after another; None for none, and for others."""
    if not words:
        return None
    numbers = [number[id(word)] for word in words if id(word) in number]
    return [numbers[0], numbers[-1]] if len(numbers) == len(words) == numbers[-1] - numbers[0] + 1 else None


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
