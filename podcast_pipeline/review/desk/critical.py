"""Words around which nothing is cut unasked, and words that are nearly a medicine or a word of the show."""

from __future__ import annotations

from podcast_pipeline.transcript import critical
from podcast_pipeline.transcript.lexicon import Lexicon, phrase

HEDGES = frozenset({
    "may", "might", "could", "possibly", "perhaps", "probably", "likely", "suggests", "suggest", "appears", "seems",
})  # fmt: skip
"""Without them a possibility becomes a fact."""


def is_grave(word: str, lexicon: Lexicon) -> bool:
    """Whether the compared form `word` is a number, unit, negation, side or medicine."""
    return (
        critical.is_number(word, lexicon)
        or critical.is_unit(word, lexicon)
        or critical.is_negation(word, lexicon)
        or word in lexicon.critical.get("sides", ())
        or lexicon.kinds.get((word,)) == "drug"
        or critical.has_stem(word)
    )


class Near:
    """Finds the medicine, or word of the show's own, that differs from a word in one letter."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        meant = [term.text for term in (*lexicon.terms, *lexicon.own) if term.kind == "drug" or term in lexicon.own]
        single = {form[0]: text for text in meant if len(form := phrase(text)) == 1 and len(form[0]) >= 6}
        self._near = {short: text for form, text in single.items() for short in (form, *_shorter(form))}

    def meant(self, word: str) -> str:
        """The word that `word` (compared form) may stand for: one letter changed, added, left out or swapped."""
        if len(word) < 6 or not word.isalpha() or self._lexicon.is_known((word,)):
            return ""
        return next((self._near[form] for form in (word, *_shorter(word)) if form in self._near), "")


def _shorter(word: str) -> list[str]:
    return [word[:i] + word[i + 1 :] for i in range(len(word))]
