"""A transcript sentence by sentence, each with its speaker and source time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from podcast_pipeline.model.transcript import Transcript, Word
from podcast_pipeline.transcript.sentences import ends_sentence


@dataclass(frozen=True, slots=True)
class Sentence:
    """`place` names it: `paragraph p3 sentence 2`. Times are ms on the source timeline."""

    place: str
    speaker: str
    start: int
    end: int
    text: str


def sentences(transcript: Transcript) -> Iterator[Sentence]:
    """The sentences in order; one that is never closed ends with its paragraph."""
    for paragraph in transcript.paragraphs:
        words: list[Word] = []
        number = 1
        for i, word in enumerate(paragraph.words):
            words.append(word)
            following = paragraph.words[i + 1].text if i + 1 < len(paragraph.words) else ""
            if not following or ends_sentence(word.text, following):
                text = " ".join(word.text for word in words)
                place = f"paragraph {paragraph.id} sentence {number}"
                yield Sentence(place, paragraph.speaker, words[0].start, words[-1].end, text)
                words, number = [], number + 1
