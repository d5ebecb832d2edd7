"""What a corrected transcript says of the machine's flags and speakers: which flags led to an edit, which labels were
wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from podcast_pipeline.model.machine import MachineTranscript, MachineWord
from podcast_pipeline.model.span import Timed, lies_in
from podcast_pipeline.model.transcript import Transcript, Word
from podcast_pipeline.transcript.align import key
from podcast_pipeline.transcript.difference import DELETED, INSERTED, edits

NEAR_MISS = "near_miss"
"""The code under which suggestions are counted."""


@dataclass(frozen=True)
class FlagCounts:
    """Places with one code, those with an edit in them, and their share."""

    places: int
    edited: int
    precision: float


@dataclass(frozen=True)
class LabelCounts:
    """Words that had a speaker, and those of them with a wrong one."""

    words: int
    wrong: int


class Outcome(NamedTuple):
    """What review made of the machine's flags, by code, and of its speakers."""

    flags: dict[str, FlagCounts]
    labels: LabelCounts


class _Label(NamedTuple):
    """A speaker as the machine named it: "" for none; `verified`: by the track, which is one person's."""

    speaker: str
    verified: bool


@dataclass(frozen=True)
class _Comparison:
    """Machine words by number, those that a person changed or took out, and words that a person added."""

    words: Sequence[MachineWord]
    changed: frozenset[int]
    added: tuple[Word, ...]
    cuts: tuple[tuple[int, int], ...]
    labels: tuple[tuple[_Label, str], ...]
    """Of every word that stands in both: the machine's speaker, and the corrected one."""


class _Place(NamedTuple):
    """What the machine flagged: ms, the track's index, and the numbers of its words, first and last, or None."""

    code: str
    start: int
    end: int
    track: int
    words: Sequence[int] | None


def outcome(machine: MachineTranscript, corrected: Transcript) -> Outcome:
    """How `corrected` differs from what the machine flagged and named.

    What is cut counts for nothing. A speaker whom the machine could only number (S1, S2) is right where the words are
    those of the person that most of them belong to.
    """
    comparison = _compared(machine, corrected)
    places, edited = Counter[str](), Counter[str]()
    for place in _places(machine):
        if not _is_cut(place, comparison.cuts):
            places[place.code] += 1
            edited[place.code] += _is_edited(place, comparison)
    flags = {
        code: FlagCounts(count, edited[code], round(edited[code] / count, 4)) for code, count in sorted(places.items())
    }
    return Outcome(flags, _labels(comparison.labels))


def _compared(machine: MachineTranscript, corrected: Transcript) -> _Comparison:
    cuts = tuple((cut.start, cut.end) for cut in corrected.cuts)
    labels = [_Label(turn.speaker or "", turn.verified) for turn in machine.turns for _ in machine.of(turn)]
    ours = [word for word in machine.words if key(word.text) and not _is_cut(word, cuts)]
    theirs = [
        (word, paragraph.speaker)
        for paragraph in corrected.paragraphs
        for word in paragraph.words
        if key(word.text) and not _is_cut(word, cuts)
    ]
    script = edits([key(word.text) for word in ours], [key(word.text) for word, _ in theirs])
    gone = {edit.before for edit in script if edit.kind == DELETED}
    new = {edit.after for edit in script if edit.kind == INSERTED}
    both = zip(
        (word for place, word in enumerate(ours) if place not in gone),
        (speaker for place, (_, speaker) in enumerate(theirs) if place not in new),
        strict=True,
    )
    return _Comparison(
        machine.words,
        frozenset(ours[edit.before].number for edit in script if edit.kind != INSERTED),
        tuple(theirs[place][0] for place in sorted(new)),
        cuts,
        tuple((labels[word.number], speaker) for word, speaker in both),
    )


def _is_cut(place: Timed, cuts: Sequence[tuple[int, int]]) -> bool:
    return any(lies_in(place, start, end) for start, end in cuts)


def _places(machine: MachineTranscript) -> Iterator[_Place]:
    for flag in machine.flags:
        yield _Place(flag.code, *flag.span, flag.track, flag.words)
    for suggestion in machine.suggestions:
        yield _Place(NEAR_MISS, *suggestion.span, machine.words[suggestion.words[0]].track, suggestion.words)


def _is_edited(place: _Place, comparison: _Comparison) -> bool:
    if any(word.start < place.end and place.start < word.end for word in comparison.added):
        return True
    if place.words is not None:
        return any(number in comparison.changed for number in range(place.words[0], place.words[1] + 1))
    changed = (comparison.words[number] for number in comparison.changed)
    return any(word.track == place.track and word.start < place.end and place.start < word.end for word in changed)


def _labels(pairs: Sequence[tuple[_Label, str]]) -> LabelCounts:
    shared: dict[_Label, Counter[str]] = {}
    for label, speaker in pairs:
        shared.setdefault(label, Counter())[speaker] += 1
    meant = {label: label.speaker if label.verified else most.most_common(1)[0][0] for label, most in shared.items()}
    labelled = [(label, speaker) for label, speaker in pairs if label.speaker]
    return LabelCounts(len(labelled), sum(meant[label] != speaker for label, speaker in labelled))
