"""How right a machine transcript is, against a text that a person answers for.

Words are compared as Whisper's own normaliser writes them (numbers as digits, one spelling, no fillers), as everybody
who publishes a word error rate does. That is blind to what matters here, so critical terms are counted apart.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from podcast_pipeline.model.span import lies_in
from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.transcript import critical
from podcast_pipeline.transcript.difference import DELETED, INSERTED, SUBSTITUTED, edits
from podcast_pipeline.transcript.lexicon import Lexicon

CLASSES = tuple(name for name in critical.CLASSES if name != "look-alike")


class Utterance(NamedTuple):
    """A stretch of text and who says it; "" where nobody is named."""

    speaker: str
    text: str


@dataclass(frozen=True)
class TermCounts:
    """Critical terms: those of the reference, wrong or missing ones of these, and invented ones."""

    terms: int
    wrong: int
    invented: int


@dataclass(frozen=True)
class CriticalTerms(TermCounts):
    """Drugs, doses, numbers, sides, negations, levels, procedures, all together and by class."""

    rate: float | None
    """wrong / terms"""
    classes: dict[str, TermCounts]


@dataclass(frozen=True)
class SpeakerCard:
    """The words of one speaker of the reference; invented words belong to who speaks around them."""

    words: int
    wer: float | None


@dataclass(frozen=True)
class AccuracyCard:
    """How right a machine transcript is: counts, and shares of the reference (None where that has no words)."""

    schema: int
    normalizer: str
    words: int
    """Of the reference."""
    wer: float | None
    """(substituted + lost + invented) / words"""
    substituted: int
    lost: int
    """Words that were said and are not in the machine's text."""
    invented: int
    """The other way round."""
    critical: CriticalTerms
    speakers: dict[str, SpeakerCard]


def card(reference: Sequence[Utterance], machine: Sequence[Utterance], lexicon: Lexicon, language: str) -> AccuracyCard:
    """The accuracy of `machine` against `reference`."""
    normal, name = normaliser(language)
    right = [(word, said.speaker) for said in reference for word in normal(said.text).split()]
    heard = [word for said in machine for word in normal(said.text).split()]
    mistakes = edits([word for word, _ in right], heard)
    kinds = Counter(edit.kind for edit in mistakes)
    errors = Counter(right[min(edit.before, len(right) - 1)][1] for edit in mistakes) if right else Counter[str]()
    words = Counter(speaker for _, speaker in right)
    return AccuracyCard(
        schema=1,
        normalizer=name,
        words=len(right),
        wer=_share(len(mistakes), len(right)),
        substituted=kinds[SUBSTITUTED],
        lost=kinds[DELETED],
        invented=kinds[INSERTED],
        critical=_critical(reference, machine, lexicon, normal),
        speakers={
            speaker: SpeakerCard(words[speaker], _share(errors[speaker], words[speaker]))
            for speaker in sorted(words)
            if speaker
        },
    )


def of(transcript: Transcript, cuts: Iterable[tuple[int, int]] = ()) -> list[Utterance]:
    """A transcript as stretches of text, without what `cuts` (ms) take out."""
    gone = list(cuts)
    return [
        Utterance(
            paragraph.speaker,
            " ".join(
                word.text for word in paragraph.words if not any(lies_in(word, start, end) for start, end in gone)
            ),
        )
        for paragraph in transcript.paragraphs
    ]


def normaliser(language: str) -> tuple[Callable[[str], str], str]:
    """Whisper's normaliser for a language, and its name: the English one, or the basic one for all others."""
    import importlib.metadata

    from whisper_normalizer.basic import BasicTextNormalizer
    from whisper_normalizer.english import EnglishTextNormalizer

    version = importlib.metadata.version("whisper-normalizer")
    if language.lower().startswith("en"):
        return EnglishTextNormalizer(), f"whisper-normalizer {version}, English"
    return BasicTextNormalizer(), f"whisper-normalizer {version}, basic"


def _critical(
    reference: Sequence[Utterance], machine: Sequence[Utterance], lexicon: Lexicon, normal: Callable[[str], str]
) -> CriticalTerms:
    right, heard = (list(_terms(part, lexicon, normal)) for part in (reference, machine))
    matcher = difflib.SequenceMatcher(None, right, heard, autojunk=False)
    changed = [part for part in matcher.get_opcodes() if part[0] != "equal"]
    missed = Counter(kind for _, i1, i2, _, _ in changed for kind, _ in right[i1:i2])
    made = Counter(kind for _, _, _, j1, j2 in changed for kind, _ in heard[j1:j2])
    there = Counter(kind for kind, _ in right)
    wrong = sum(missed.values())
    return CriticalTerms(
        terms=len(right),
        wrong=wrong,
        invented=sum(made.values()),
        rate=_share(wrong, len(right)),
        classes={
            name: TermCounts(there[name], missed[name], made[name]) for name in CLASSES if there[name] or made[name]
        },
    )


_UNITS = {
    "milligrams": "mg", "milligram": "mg", "micrograms": "mcg", "microgram": "mcg", "ug": "mcg", "µg": "mcg",
    "milliliters": "ml", "milliliter": "ml", "grams": "g", "gram": "g", "percent": "%", "hertz": "hz",
    "kilohertz": "khz", "millimeters": "mm", "millimeter": "mm", "centimeters": "cm", "centimeter": "cm",
}  # fmt: skip
"""Two ways of writing the same unit are no error."""


def _terms(part: Sequence[Utterance], lexicon: Lexicon, normal: Callable[[str], str]) -> Iterable[tuple[str, str]]:
    """Each critical term as (class, what is compared): a dose is its value and its unit together."""
    words = [word for said in part for word in said.text.split()]
    for term in critical.classify(words, lexicon, procedures=True):
        if term.kind in CLASSES:
            plain = normal(" ".join(words[term.first : term.last + 1])).replace("%", " %").split()
            yield term.kind, " ".join(_UNITS.get(word, word) for word in plain)


def _share(count: int, words: int) -> float | None:
    return round(count / words, 4) if words else None


def lines(card: AccuracyCard) -> list[str]:
    """The card for a terminal."""

    def percent(share: float | None) -> str:
        return "-" if share is None else f"{100 * share:.1f} %"

    critical = card.critical
    return [
        f"word error rate {percent(card.wer)} of {card.words} words ({card.normalizer})",
        f"  {card.substituted} wrong, {card.lost} lost, {card.invented} invented",
        f"critical terms: {percent(critical.rate)} of {critical.terms} wrong or missing, {critical.invented} invented",
        *(
            f"  {name}: {counts.wrong} of {counts.terms} wrong or missing, {counts.invented} invented"
            for name, counts in critical.classes.items()
        ),
        *(f"  {name}: {percent(spoken.wer)} of {spoken.words} words" for name, spoken in card.speakers.items()),
    ]
