"""A transcript: paragraphs of one speaker each, made of timed words. Times are ms on the source timeline."""

from __future__ import annotations

from dataclasses import dataclass

from podcast_pipeline.model.cut import Cut


@dataclass(frozen=True, slots=True)
class Word:
    """One word with its punctuation. `confidence` 0-1000 from the recogniser; None where a person wrote the word."""

    text: str
    start: int
    end: int
    confidence: int | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What one speaker says in one go. `speaker` is a person's id, or S1, S2... where nobody has been named."""

    id: str
    speaker: str
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def end(self) -> int:
        return self.words[-1].end


@dataclass(frozen=True, slots=True)
class Transcript:
    """`names` gives each speaker id the name that is shown, credentials included. The words of `cuts` are left out."""

    language: str
    names: tuple[tuple[str, str], ...]
    paragraphs: tuple[Paragraph, ...]
    cuts: tuple[Cut, ...] = ()

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for paragraph in self.paragraphs for word in paragraph.words)

    def name(self, speaker: str) -> str:
        return dict(self.names).get(speaker, speaker)


@dataclass(frozen=True, slots=True)
class Cue:
    """A caption: one speaker, published time in ms, `end > start`, `text` not empty."""

    start: int
    end: int
    speaker: str
    text: str
