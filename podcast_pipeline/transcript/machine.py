"""The machine's transcript: `build/<slug>/transcript.machine.json`, words in turns, read as paragraphs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from podcast_pipeline.model.machine import MACHINE, MachineTranscript, MachineWord
from podcast_pipeline.model.transcript import Paragraph, Transcript, Word
from podcast_pipeline.transcript.characters import clean, fault
from podcast_pipeline.transcript.sentences import ends_sentence

LONG = 60_000
"""ms after which a paragraph ends at the next end of a sentence or turn."""
TOO_LONG = 120_000
"""ms after which it ends at any word: machines can go on without a full stop."""


def read(path: Path, names: Mapping[str, str]) -> Transcript:
    """The words of the file `path` as `paragraphs` has them. Raises PodcastError if it cannot be read."""
    return paragraphs(MACHINE.load(path), names)


def paragraphs(machine: MachineTranscript, names: Mapping[str, str]) -> Transcript:
    """The words as paragraphs p1, p2...: one speaker each, about a minute at most.

    `names` maps a speaker's id to the name shown; an id that is not in it is shown itself. A word without a speaker
    gets the speaker "".
    """
    turns = [(turn.speaker or "", [_word(word) for word in machine.of(turn)]) for turn in machine.turns]
    parts = tuple(Paragraph(f"p{i}", *part) for i, part in enumerate(_paragraphs(turns), 1))
    speakers = dict.fromkeys(paragraph.speaker for paragraph in parts if paragraph.speaker)
    return Transcript(machine.language, tuple((speaker, names.get(speaker, speaker)) for speaker in speakers), parts)


def _word(word: MachineWord) -> Word:
    return Word(" ".join(clean(word.text).split()), word.start, word.end, word.confidence)


def _paragraphs(turns: list[tuple[str, list[Word]]]) -> Iterator[tuple[str, tuple[Word, ...]]]:
    current: list[Word] = []
    speaker = ""
    for name, words in turns:
        shown = [word for word in words if not fault(word.text)]
        for place, word in enumerate(shown):
            if current and (name != speaker or _is_full(current, word, place == 0)):
                yield speaker, tuple(current)
                current = []
            speaker = name
            current.append(word)
    if current:
        yield speaker, tuple(current)


def _is_full(current: list[Word], word: Word, new_turn: bool) -> bool:
    length = current[-1].end - current[0].start
    # Overlapping turns of one speaker (two of his tracks): inside a paragraph times rise.
    if word.start < current[-1].end or length >= TOO_LONG:
        return True
    return length >= LONG and (new_turn or ends_sentence(current[-1].text, word.text))
