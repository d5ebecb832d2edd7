"""`transcript.machine.json`: the machine's words as one file that never changes for the same recording."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import UNSET, Struct, to_builtins

from podcast_pipeline.model.audio import Track
from podcast_pipeline.model.machine import (
    Drop,
    DroppedWord,
    MachineFlag,
    MachineRerun,
    MachineSuggestion,
    MachineTrack,
    MachineTranscript,
    MachineTurn,
    MachineWord,
    Range,
)
from podcast_pipeline.transcribe.crosstalk import Dropped
from podcast_pipeline.transcribe.engine import RawWord
from podcast_pipeline.transcribe.flags import Flag
from podcast_pipeline.transcribe.heard import Recognition
from podcast_pipeline.transcribe.suggestions import WordSuggestion
from podcast_pipeline.transcribe.turns import Turn


class VoiceOwner(NamedTuple):
    """Who a voice belongs to: an id of feed/people, S1, S2 ... or None; `verified`: a person said so."""

    name: str | None
    verified: bool


def build(
    engine: Mapping[str, str],
    model: Mapping[str, str],
    settings: Mapping[str, Any],
    tracks: Sequence[tuple[Track, Recognition]],
    turns: Sequence[Turn],
    speakers: Mapping[str, VoiceOwner],
    dropped: Iterable[Dropped],
    flags: Iterable[Flag],
    suggestions: Iterable[WordSuggestion],
) -> MachineTranscript:
    """What the file holds. Nothing of the run is in it: no clock, host, folder or duration of the work.

    `speakers` says whose each turn's voice is: a track's, or one of several on a mixed recording.
    """
    index = {track.id: place for place, (track, _) in enumerate(tracks)}
    ordered = [word for turn in turns for word in turn.words]
    number = {id(word): place for place, word in enumerate(ordered)}
    spoken, first = [], 0
    for turn in turns:
        speaker = speakers[turn.voice]
        spoken.append(
            MachineTurn(
                speaker.name,
                (first, first + len(turn.words) - 1),
                index[turn.words[0].track],
                speaker.verified,
                round(min(word.segment.logprob for word in turn.words), 3),
                round(max(word.segment.compression for word in turn.words), 3),
                round(max(word.segment.no_speech for word in turn.words), 3),
            )
        )
        first += len(turn.words)

    def dropped_word(word: RawWord) -> DroppedWord:
        return DroppedWord(word.text, word.start, word.end, round(1000 * word.probability), index[word.track])

    return MachineTranscript(
        schema=1,
        timeline="source",
        language=settings["language"],
        words=tuple(
            MachineWord(place, word.text, word.start, word.end, round(1000 * word.probability), index[word.track])
            for place, word in enumerate(ordered)
        ),
        turns=tuple(spoken),
        engine={**engine, "vad": "silero_v6"},
        model=dict(model),
        settings={name: value for name, value in settings.items() if name != "language"},
        tracks=tuple(
            MachineTrack(track.id, track.person, h.sha256, h.duration, h.speech, h.language) for track, h in tracks
        ),
        suggestions=tuple(
            MachineSuggestion(
                numbers,
                suggestion.to,
                " ".join(word.text for word in suggestion.words),
                suggestion.source,
                suggestion.score,
                (suggestion.words[0].start, suggestion.words[-1].end),
            )
            for suggestion in suggestions
            if (numbers := _range(suggestion.words, number)) is not None
        ),
        flags=tuple(
            MachineFlag(
                flag.code,
                (flag.start, flag.end),
                flag.say,
                index[flag.track],
                _range(flag.words, number),
                flag.kind or UNSET,
            )
            for flag in flags
        ),
        dropped=(
            *(Drop(dropped_word(drop.word), number[id(drop.original)], round(drop.weaker, 1)) for drop in dropped),
            *(
                Drop(dropped_word(word), None, reason="left over at the end of a block")
                for _, h in tracks
                for word in h.left_out
            ),
        ),
        reruns=tuple(MachineRerun(index[track.id], *rerun) for track, h in tracks for rerun in h.reruns),
    )


def _range(words: Sequence[RawWord], number: Mapping[int, int]) -> Range | None:
    """First and last number of words that are read one after another; None for none, and for others."""
    if not words:
        return None
    numbers = [number[id(word)] for word in words if id(word) in number]
    return (numbers[0], numbers[-1]) if len(numbers) == len(words) == numbers[-1] - numbers[0] + 1 else None


def render(struct: Struct) -> str:
    """A transcript or its report as JSON: keys in alphabetical order, one word, turn or flag a line, so that two
    versions can be compared."""
    value, parts = to_builtins(struct), []
    for key in sorted(value):
        item = value[key]
        if isinstance(item, list | tuple) and item:
            body = "[\n" + ",\n".join("  " + _line(entry) for entry in item) + "\n ]"
        else:
            body = _line(item)
        parts.append(f" {json.dumps(key)}: {body}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
