"""How right a machine transcript is, against a text that a person answers for.

Words are compared as Whisper's own normaliser writes them (numbers as digits, one spelling, no fillers), as everybody
who publishes a word error rate does. That is blind to what matters here, so critical terms are counted apart.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

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


def card(
    reference: Sequence[Utterance], machine: Sequence[Utterance], lexicon: Lexicon, language: str
) -> dict[str, Any]:
    """The accuracy of `machine` as plain numbers, each a count or a share of the reference.

    wer       (substituted + lost + invented) / words of the reference
    lost      words that were said and are not in the machine's text; invented: the other way round
    critical  drugs, doses, numbers, sides, negations, levels, procedures: wrong or missing ones, and invented ones
    speakers  the same error rate for each speaker of the reference (invented words belong to who speaks around them)
    """
    normal, name = normaliser(language)
    right = [(word, said.speaker) for said in reference for word in normal(said.text).split()]
    heard = [word for said in machine for word in normal(said.text).split()]
    mistakes = edits([word for word, _ in right], heard)
    kinds = Counter(edit.kind for edit in mistakes)
    errors = Counter(right[min(edit.before, len(right) - 1)][1] for edit in mistakes) if right else Counter[str]()
    words = Counter(speaker for _, speaker in right)
    return {
        "schema": 1,
        "normalizer": name,
        "words": len(right),
        "wer": _share(len(mistakes), len(right)),
        "substituted": kinds[SUBSTITUTED],
        "lost": kinds[DELETED],
        "invented": kinds[INSERTED],
        "critical": _critical(reference, machine, lexicon, normal),
        "speakers": {
            speaker: {"words": words[speaker], "wer": _share(errors[speaker], words[speaker])}
            for speaker in sorted(words)
            if speaker
        },
    }


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
) -> dict[str, Any]:
    right, heard = (list(_terms(part, lexicon, normal)) for part in (reference, machine))
    matcher = difflib.SequenceMatcher(None, right, heard, autojunk=False)
    changed = [part for part in matcher.get_opcodes() if part[0] != "equal"]
    missed = Counter(kind for _, i1, i2, _, _ in changed for kind, _ in right[i1:i2])
    made = Counter(kind for _, _, _, j1, j2 in changed for kind, _ in heard[j1:j2])
    there = Counter(kind for kind, _ in right)
    return {
        "terms": len(right),
        "wrong": sum(missed.values()),
        "invented": sum(made.values()),
        "rate": _share(sum(missed.values()), len(right)),
        "classes": {
            name: {"terms": there[name], "wrong": missed[name], "invented": made[name]}
            for name in CLASSES
            if there[name] or made[name]
        },
    }


_UNITS = {
    "milligrams": "mg", "milligram": "mg", "micrograms": "mcg", "microgram": "mcg", "ug": "mcg", "µg": "mcg",
    "milliliters": "ml", "milliliter": "ml", "grams": "g", "gram": "g", "percent": "%", "hertz": "hz",
    "kilohertz": "khz", "millimeters": "mm", "millimeter": "mm", "centimeters": "cm", "centimeter": "cm",
}  # fmt: skip
"""Two ways of writing the same unit are no error."""


def _terms(part: Sequence[Utterance], lexicon: Lexicon, normal: Callable[[str], str]) -> Iterable[tuple[str, str]]:
    """Each critical term as (class, what is compared): a dose is its value and its unit together."""
    words = [word for said in part for word in said.text.split()]
    for one in critical.classify(words, lexicon, procedures=True):
        if one.kind in CLASSES:
            plain = normal(" ".join(words[one.first : one.last + 1])).replace("%", " %").split()
            yield one.kind, " ".join(_UNITS.get(word, word) for word in plain)


def _share(count: int, words: int) -> float | None:
    return round(count / words, 4) if words else None


def lines(card: dict[str, Any]) -> list[str]:
    """The card for a terminal, with what review made of it where that is known."""

    def percent(share: float | None) -> str:
        return "-" if share is None else f"{100 * share:.1f} %"

    critical = card["critical"]
    rows = [
        f"word error rate {percent(card['wer'])} of {card['words']} words ({card['normalizer']})",
        f"  {card['substituted']} wrong, {card['lost']} lost, {card['invented']} invented",
    ]
    share = f"critical terms: {percent(critical['rate'])} of {critical['terms']} wrong or missing"
    rows.append(f"{share}, {critical['invented']} invented")
    rows += [
        f"  {name}: {counts['wrong']} of {counts['terms']} wrong or missing, {counts['invented']} invented"
        for name, counts in critical["classes"].items()
    ]
    rows += [
        f"  {name}: {percent(counts['wer'])} of {counts['words']} words" for name, counts in card["speakers"].items()
    ]
    if "labels" in card:
        rows.append(f"under a wrong speaker: {card['labels']['wrong']} of {card['labels']['words']} words")
        rows += [
            f"  {code}: {counts['edited']} of {counts['places']} places were edited"
            for code, counts in card["flags"].items()
        ]
        if card["review"]["minutes"] is not None:
            worked, each = card["review"]["minutes"], card["review"]["per_minute"]
            rows.append(f"review: {worked:.0f} min, {each:.1f} for each minute of the recording")
    return rows
