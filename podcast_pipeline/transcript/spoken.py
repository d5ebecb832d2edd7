"""A transcript sentence by sentence, each with its speaker and source time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from podcast_pipeline.model.span import Spans, lies_in
from podcast_pipeline.model.transcript import Transcript
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
        for number, (first, last) in enumerate(ranges([word.text for word in paragraph.words]), 1):
            words = paragraph.words[first : last + 1]
            if heard := [word for word in words if not any(lies_in(word, *cut) for cut in cuts)]:
                text = " ".join(word.text for word in heard)
                place = f"paragraph {paragraph.id} sentence {number}"
                yield Sentence(place, paragraph.speaker, heard[0].start, heard[-1].end, text)


def ranges(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """First and last word of every sentence of a paragraph."""
    first = 0
    for last, word in enumerate(words):
        following = words[last + 1] if last + 1 < len(words) else ""
        if not following or ends_sentence(word, following):
            yield first, last
            first = last + 1
