"""The machine's transcript, `transcript.machine.json`: what the recogniser made of a recording, as named values.

Times are ms on the source timeline, confidence is 0 to 1000; `words` of a turn, flag or suggestion are the numbers of
its first and last word, both in it.
"""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from podcast_pipeline.artefact import Artefact

Range = tuple[int, int]


class MachineWord(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One word with its punctuation; a row in the file. `number` is its place, `track` the index of its track."""

    number: int
    text: str
    start: int
    end: int
    confidence: int
    track: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"word {self.number}: from {self.start} to {self.end} ms is no time")


class DroppedWord(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A word that is in no turn, so it has no number; a row in the file."""

    text: str
    start: int
    end: int
    confidence: int
    track: int


class MachineTurn(Struct, frozen=True, forbid_unknown_fields=True):
    """What one voice says in one go, and the worst scores of its segments.

    `speaker`: an id of feed/people, S1, S2 ... or None; `verified`: a person said so, by naming the track's.
    """

    speaker: str | None
    words: Range
    track: int = 0
    verified: bool = False
    logprob: float = 0.0
    compression: float = 0.0
    no_speech: float = 0.0


class MachineFlag(Struct, frozen=True, forbid_unknown_fields=True):
    """A place that may be wrong, and why, in plain words; `kind` is that of a critical word."""

    code: str
    span: Range
    say: str
    track: int = 0
    words: Range | None = None
    kind: str | UnsetType = UNSET


class MachineSuggestion(Struct, frozen=True, forbid_unknown_fields=True, rename={"said": "from"}):
    """`words` may be `to`; `said` is what they are."""

    words: Range
    to: str
    said: str = ""
    source: str = ""
    score: float = 0.0
    span: Range = (0, 0)


class Drop(Struct, frozen=True, forbid_unknown_fields=True):
    """A word that was taken out: a copy of the word `copy_of` on another track, `weaker` dB below it; or else why."""

    word: DroppedWord
    copy_of: int | None
    weaker: float | UnsetType = UNSET
    reason: str | UnsetType = UNSET


class MachineRerun(Struct, frozen=True, forbid_unknown_fields=True):
    """A span that was recognised a second time, why, and how many words it had before and has now."""

    track: int
    start: int
    end: int
    why: str
    before: int
    after: int


class MachineTrack(Struct, frozen=True, forbid_unknown_fields=True):
    """A recording: whose, what file, how long, where there is speech, and the language that was heard, if any."""

    id: str
    person: str
    sha256: str
    duration: int
    speech: tuple[Range, ...]
    language: tuple[str, float] | None


class MachineTranscript(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. Words are in reading order, and each belongs to one turn."""

    schema: int
    timeline: str
    language: str
    words: tuple[MachineWord, ...]
    turns: tuple[MachineTurn, ...]
    engine: dict[str, str] = {}
    model: dict[str, str] = {}
    settings: dict[str, Any] = {}
    tracks: tuple[MachineTrack, ...] = ()
    suggestions: tuple[MachineSuggestion, ...] = ()
    flags: tuple[MachineFlag, ...] = ()
    dropped: tuple[Drop, ...] = ()
    reruns: tuple[MachineRerun, ...] = ()

    def __post_init__(self) -> None:
        if (self.schema, self.timeline) != (1, "source"):
            raise ValueError("schema 1 on the source timeline is needed")
        for place, word in enumerate(self.words):
            if word.number != place:
                raise ValueError(f"word {place} has the number {word.number}")
        position = 0
        for turn in self.turns:
            first, last = turn.words
            if first != position or last < first:
                raise ValueError(f"a turn begins at word {first}, not at {position}")
            position = last + 1
        if position != len(self.words):
            raise ValueError(f"{len(self.words)} words, but the turns hold {position}")
        for words in (*(flag.words for flag in self.flags), *(suggestion.words for suggestion in self.suggestions)):
            if words and not 0 <= words[0] <= words[1] < position:
                raise ValueError(f"there are no words {words[0]} to {words[1]}")

    def of(self, turn: MachineTurn) -> tuple[MachineWord, ...]:
        """The words of a turn."""
        return self.words[turn.words[0] : turn.words[1] + 1]


MACHINE = Artefact("transcript.machine.json", MachineTranscript)
