"""Suggestions: where what was written is nearly a word of the lexicon. Nothing is ever rewritten; a person decides.

Up to four neighbouring words are joined and compared with each term by the Levenshtein distance. What is itself a term,
a listed look-alike, a number, a negation, a side or a level is never suggested away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from podcast_pipeline.transcribe.engine import RawWord
from podcast_pipeline.transcript.critical import classify, has_stem
from podcast_pipeline.transcript.lexicon import Lexicon, Phrase, letters, phrase

LIKE = 0.75
"""Similarity from which on a term may be meant: 1 - distance / letters of the longer."""
SHORTEST, LONGER = 7, 3
"""Letters of a term, at least; by how many the two may differ."""
JOINED = 4
_ENDINGS = frozenset({
    "", "s", "es", "ed", "er", "ers", "or", "ors", "ing", "ion", "ions", "ation", "al", "ally", "ic", "ical", "ically",
    "ive", "ous", "ly", "y", "ies", "e", "ity", "um", "a", "us", "i", "ist", "ists", "ism", "ary", "able", "an", "tic",
})  # fmt: skip
"""Two words that differ in these alone are two words, each as good as the other."""
_STEM = 5
"""Letters that two such words share, at least."""


class WordSuggestion(NamedTuple):
    """`words`, in order, may be `to`. `source`: glossary, sounds or hotwords; `score` from 0 to 1."""

    words: tuple[RawWord, ...]
    to: str
    source: str
    score: float


class Glossary:
    """Every term that can be meant, found by the pairs of letters it shares with what was written."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._terms = {
            letters(term.text): term.text
            for term in (*lexicon.terms, *lexicon.own)
            if len(letters(term.text)) >= SHORTEST and not term.text.isupper()
        }
        self._pairs: dict[str, list[str]] = {}
        for plain in self._terms:
            for pair in {plain[i : i + 2] for i in range(len(plain) - 1)}:
                self._pairs.setdefault(pair, []).append(plain)
        self._known: dict[str, tuple[str, str, float] | None] = {}

    def suggestions(self, words: Sequence[RawWord]) -> list[WordSuggestion]:
        """What words of one track may have been, in their order; no word in two of them, the likeliest first."""
        texts = [word.text for word in words]
        safe = self.protected(texts)
        candidates: list[tuple[float, int, int, WordSuggestion]] = []
        for place in range(len(words)):
            for size in range(1, min(JOINED, len(words) - place) + 1):
                # Beyond a stop another sentence begins: its words are no part of a name.
                if place + size - 1 in safe or (size > 1 and texts[place + size - 2][-1:] in ".?!;:,"):
                    break
                if best := self.meant(" ".join(texts[place : place + size])):
                    suggestion = WordSuggestion(tuple(words[place : place + size]), *best)
                    candidates.append((-suggestion.score, size, place, suggestion))
        taken: set[int] = set()
        chosen: list[tuple[int, WordSuggestion]] = []
        for _, size, place, suggestion in sorted(candidates, key=lambda entry: entry[:3]):
            own = set(range(place, place + size))
            if not own & taken:
                taken |= own
                chosen.append((place, suggestion))
        return [suggestion for _, suggestion in sorted(chosen, key=lambda entry: entry[0])]

    def protected(self, texts: Sequence[str]) -> set[int]:
        """Places that must not be touched: terms and their look-alikes, and what turns a meaning round."""
        places = {
            place
            for term in classify(texts, self.lexicon)
            if term.kind not in ("drug", "look-alike")
            for place in range(term.first, term.last + 1)
        }
        words = [phrase(text) for text in texts]
        for place in range(len(words)):
            for size in range(min(self.lexicon.longest, len(words) - place), 0, -1):
                part = tuple(word for form in words[place : place + size] for word in form)
                if part and self.lexicon.is_known(part):
                    places |= set(range(place, place + size))
                    break
        return places

    def meant(self, text: str) -> tuple[str, str, float] | None:
        """The term that `text` may have been, where that came from, and how like it is; None for none."""
        plain = letters(text)
        if plain not in self._known:
            self._known[plain] = self._search(text, plain)
        return self._known[plain]

    def _search(self, text: str, plain: str) -> tuple[str, str, float] | None:
        if plain in self.lexicon.sounds:
            return self.lexicon.sounds[plain], "sounds", 1.0
        if plain in self._terms:  # written apart, or in one; with a hyphen or without is no mistake
            term = self._terms[plain]
            return None if "-" in term or "-" in text else (term, "glossary", 1.0)
        if len(plain) < SHORTEST - 1:
            return None
        shared = Counter(term for i in range(len(plain) - 1) for term in self._pairs.get(plain[i : i + 2], ()))
        said = phrase(text)
        best: tuple[float, str] | None = None
        for term, pairs in shared.items():
            size = max(len(term), len(plain))
            allowed = int(size * (1 - LIKE))
            if has_stem(text):  # it ends like a medicine: another one of the same kind is not to be made of it
                allowed = 1
            # Each edit takes two pairs away at most.
            if abs(len(term) - len(plain)) > LONGER or pairs < size - 1 - 2 * allowed:
                continue
            words = phrase(self._terms[term])
            if set(said) <= set(words) or set(words) <= set(said) or _inflected(plain, term) or _apart(said, words):
                continue
            far = distance(plain, term, allowed)
            if far <= allowed and (best is None or (far / size, term) < best):
                best = far / size, term
        return None if best is None else (self._terms[best[1]], "glossary", round(1 - best[0], 2))


def _apart(first: Phrase, second: Phrase) -> bool:
    """Whether what is left without the words both begin or end with is not alike: kappa and AMPA receptor."""
    while first and second and first[0] == second[0]:
        first, second = first[1:], second[1:]
    while first and second and first[-1] == second[-1]:
        first, second = first[:-1], second[:-1]
    a, b = letters("".join(first)), letters("".join(second))
    size = max(len(a), len(b))
    return distance(a, b, size) > size * (1 - LIKE)


def _inflected(first: str, second: str) -> bool:
    """Whether two words are forms, derivations or spellings of the same."""
    if _american(first) == _american(second):
        return True
    same = next(
        (i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second))
    )
    return any(first[i:] in _ENDINGS and second[i:] in _ENDINGS for i in range(_STEM, same + 1))


def _american(plain: str) -> str:
    """Both ways of spelling the same word: randomised, anaesthesia, oedema."""
    return plain.replace("is", "iz").replace("ae", "e").replace("oe", "e").replace("our", "or")


def distance(first: str, second: str, most: int) -> int:
    """The Levenshtein distance of two strings; `most` + 1 where it is more."""
    before = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        row = [i]
        for j, b in enumerate(second, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (a != b)))
        if min(row) > most:
            return most + 1
        before = row
    return min(before[-1], most + 1)
