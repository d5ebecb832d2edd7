"""A transcript as listeners hear it: on the published timeline, without what was cut."""

from __future__ import annotations

from podcast_pipeline import timecode
from podcast_pipeline.errors import ConfigError
from podcast_pipeline.model.span import middle
from podcast_pipeline.model.timeline import Timeline
from podcast_pipeline.model.transcript import Paragraph, Transcript, Word
from podcast_pipeline.transcript.characters import clean, fault

_SLOP = 1000
"""ms after the recording's last sample in which a recogniser's stray word is dropped without an error."""


def retime(transcript: Transcript, timeline: Timeline) -> Transcript:
    """`transcript` in published time. A word is kept if its middle is; a paragraph without words vanishes.
    Control characters are left out here, whoever made the value: a line break would end a caption.

    Always computed from source time, so that doing it twice to one transcript cannot shift anything twice. Raises
    ConfigError where words lie beyond the end of the recording: the transcript is then of another recording.
    """
    end = timeline.end
    paragraphs, beyond = [], []
    for paragraph in transcript.paragraphs:
        words = tuple(kept for word in paragraph.words if (kept := _word(word, timeline, end)) is not None)
        if words:
            paragraphs.append(Paragraph(paragraph.id, paragraph.speaker, words))
        beyond += [f"paragraph {paragraph.id}: {word.text!r}" for word in paragraph.words if word.start > end + _SLOP]
    if beyond:
        raise ConfigError(
            f"transcript: {len(beyond)} words stand after the end of the recording ({timecode.show(end)}), "
            f"the first in {beyond[0]}",
            "the transcript is of another recording, or a time in it is wrong; transcribe or correct it again",
        )
    return Transcript(transcript.language, transcript.names, tuple(paragraphs))


def _word(word: Word, timeline: Timeline, end: int) -> Word | None:
    at = middle(word)
    # A last word that the recogniser let run past the end was said all the same.
    if timeline.to_published(at) is None and not word.start < end <= at:
        return None
    text = " ".join(clean(word.text).split())
    if fault(text):
        return None
    start = timeline.start_of(word.start)
    return Word(text, start, max(timeline.end_of(word.end), start + 1), word.confidence)
