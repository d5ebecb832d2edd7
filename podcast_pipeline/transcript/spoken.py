"""A transcript sentence by sentence, each with its speaker and source time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from podcast_pipeline.model.span import Spans, lies_in
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


def sentences(transcript: Transcript, cuts: Spans = ()) -> Iterator[Sentence]:
    """The sentences in order, without the words in `cuts`; one that is never closed ends with its paragraph."""
    for paragraph in transcript.paragraphs:
        words: list[Word] = []
        number = 1
        for i, word in enumerate(paragraph.words):
            words.append(word)
            following = paragraph.words[i + 1].text if i + 1 < len(paragraph.words) else ""
            if not following or ends_sentence(word.text, following):
                place = f"paragraph {paragraph.id} sentence {number}"
                if heard := [word for word in words if not any(lies_in(word, *cut) for cut in cuts)]:
                    text = " ".join(word.text for word in heard)
                    yield Sentence(place, paragraph.speaker, heard[0].start, heard[-1].end, text)
                words, number = [], number + 1
