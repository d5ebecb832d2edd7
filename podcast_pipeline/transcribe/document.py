"""`transcript.machine.json`: the machine's words as one file that never changes for the same recording."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    ordered = [word for turn in turns for word in turn.words]
    numbers = _Numbers(
        {track.id: place for place, (track, _) in enumerate(tracks)},
        {id(word): place for place, word in enumerate(ordered)},
    )
    return MachineTranscript(
        schema=1,
        timeline="source",
        language=settings["language"],
        words=tuple(
            MachineWord(place, *_measured(word), numbers.tracks[word.track]) for place, word in enumerate(ordered)
        ),
        turns=tuple(_turns(turns, speakers, numbers)),
        engine={**engine, "vad": "silero_v6"},
        model=dict(model),
        settings={name: value for name, value in settings.items() if name != "language"},
        tracks=tuple(
            MachineTrack(track.id, track.person, h.sha256, h.duration, h.speech, h.language) for track, h in tracks
        ),
        suggestions=tuple(_suggestions(suggestions, numbers)),
        flags=tuple(
            MachineFlag(
                flag.code,
                (flag.start, flag.end),
                flag.say,
                numbers.tracks[flag.track],
                numbers.range(flag.words),
                flag.kind or UNSET,
            )
            for flag in flags
        ),
        dropped=tuple(_drops(dropped, tracks, numbers)),
        reruns=tuple(MachineRerun(numbers.tracks[track.id], *rerun) for track, h in tracks for rerun in h.reruns),
    )


class _Numbers(NamedTuple):
    """By which number the file calls each track, by its id, and each word, by its identity."""

    tracks: Mapping[str, int]
    words: Mapping[int, int]

    def range(self, words: Sequence[RawWord]) -> Range | None:
        """First and last number of words that are read one after another; None for none, and for others."""
        if not words:
            return None
        numbers = [self.words[id(word)] for word in words if id(word) in self.words]
        return (numbers[0], numbers[-1]) if len(numbers) == len(words) == numbers[-1] - numbers[0] + 1 else None


def _measured(word: RawWord) -> tuple[str, int, int, int]:
    """Text, start, end and probability in thousandths."""
    return word.text, word.start, word.end, round(1000 * word.probability)


def _turns(turns: Sequence[Turn], speakers: Mapping[str, VoiceOwner], numbers: _Numbers) -> Iterator[MachineTurn]:
    first = 0
    for turn in turns:
        speaker = speakers[turn.voice]
        yield MachineTurn(
            speaker.name,
            (first, first + len(turn.words) - 1),
            numbers.tracks[turn.words[0].track],
            speaker.verified,
            round(min(word.segment.logprob for word in turn.words), 3),
            round(max(word.segment.compression for word in turn.words), 3),
            round(max(word.segment.no_speech for word in turn.words), 3),
        )
        first += len(turn.words)


def _suggestions(suggestions: Iterable[WordSuggestion], numbers: _Numbers) -> Iterator[MachineSuggestion]:
    for suggestion in suggestions:
        if (place := numbers.range(suggestion.words)) is not None:
            yield MachineSuggestion(
                place,
                suggestion.to,
                " ".join(word.text for word in suggestion.words),
                suggestion.source,
                suggestion.score,
                (suggestion.words[0].start, suggestion.words[-1].end),
            )


def _drops(
    dropped: Iterable[Dropped], tracks: Sequence[tuple[Track, Recognition]], numbers: _Numbers
) -> Iterator[Drop]:
    def word(raw: RawWord) -> DroppedWord:
        return DroppedWord(*_measured(raw), numbers.tracks[raw.track])

    for drop in dropped:
        yield Drop(word(drop.word), numbers.words[id(drop.original)], round(drop.weaker, 1))
    for _, recognition in tracks:
        for raw in recognition.left_out:
            yield Drop(word(raw), None, reason="left over at the end of a block")


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
