"""transcript.json as the journal has it: the text people made, their cuts, and no word that was cut."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

from podcast_pipeline.model.cut import Cut
from podcast_pipeline.model.cut import united as cut_list
from podcast_pipeline.model.span import middle
from podcast_pipeline.model.transcript import Paragraph, Transcript, Word
from podcast_pipeline.review.journal.marks import Mark
from podcast_pipeline.review.journal.paragraph import Reviewed
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.review.journal.tokens import Token, timed

Tokens = dict[str, tuple[Token, ...]]


class Aligned:
    """The tokens of every paragraph, computed once per revision."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[str, int, int, object], tuple[Token, ...]]] = {}

    def __call__(self, state: State, paragraph: Reviewed) -> tuple[Token, ...]:
        """Raises ValueError if the text cannot be timed."""
        shape = (paragraph.text, paragraph.first, paragraph.last, paragraph.times)
        known = self._known.get(paragraph.id)
        if known is None or known[0] != shape:
            known = (shape, tokens(state, paragraph))
            self._known[paragraph.id] = known
        return known[1]

    def all(self, state: State) -> Tokens:
        return {paragraph.id: self(state, paragraph) for paragraph in state.listed()}


def tokens(state: State, paragraph: Reviewed) -> tuple[Token, ...]:
    """The timed tokens of one paragraph. Raises ValueError if the text cannot be timed."""
    words = state.words[paragraph.first : paragraph.last]
    if paragraph.times is None:
        return timed(words, paragraph.first, paragraph.text)
    split = paragraph.text.split()
    try:
        sources: Sequence[Token | None] = timed(words, paragraph.first, paragraph.text)
    except ValueError:
        sources = [None] * len(split)
    return tuple(
        Token(text, start, end, None if source is None else source.source)
        for text, (start, end), source in zip(split, paragraph.times, sources, strict=True)
    )


def united(marks: Mapping[str, Mark]) -> tuple[Cut, ...]:
    """The cuts in order of time, apart from each other; of several in one, privacy is the reason that stays."""
    private = [mark for mark in marks.values() if mark.reason == "privacy"]
    return tuple(
        replace(cut, reason="privacy") if any(m.start < cut.end and cut.start < m.end for m in private) else cut
        for cut in cut_list(Cut(m.start, m.end, m.reason, m.by, m.id, m.exact) for m in marks.values())
    )


class Written:
    """Makes the transcript of record; what a paragraph gives is made once per text and cuts."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[Token, ...], tuple[Cut, ...], str, Paragraph | None]] = {}

    def __call__(self, paragraph: Reviewed, tokens: tuple[Token, ...], cuts: tuple[Cut, ...]) -> Paragraph | None:
        """None where nothing is left: all removed, or all cut."""
        known = self._known.get(paragraph.id)
        if known is None or known[0] is not tokens or known[1] != cuts or known[2] != paragraph.speaker:
            kept = tuple(Word(t.text, t.start, t.end) for t in tokens if not (cuts and is_cut(t, cuts)))
            made = Paragraph(paragraph.id, paragraph.speaker, kept) if kept else None
            known = (tokens, cuts, paragraph.speaker, made)
            self._known[paragraph.id] = known
        return known[3]


def transcript(state: State, tokens: Tokens, names: Mapping[str, str], written: Written) -> Transcript:
    """The transcript of record. A paragraph without words is left out."""
    cuts = united(state.marks)
    made = (written(paragraph, tokens[paragraph.id], cuts) for paragraph in state.listed())
    paragraphs = [paragraph for paragraph in made if paragraph is not None]
    speakers = dict.fromkeys(paragraph.speaker for paragraph in paragraphs if paragraph.speaker)
    shown = tuple((speaker, names.get(speaker, speaker)) for speaker in speakers)
    return Transcript(state.language, shown, tuple(paragraphs), cuts)


def is_cut(token: Token, cuts: Sequence[Cut]) -> bool:
    """Whether the middle of the word lies in one of `cuts`, which are in order and apart."""
    at = middle(token)
    before = bisect_right(cuts, at, key=lambda cut: cut.start) - 1
    return before >= 0 and at < cuts[before].end
