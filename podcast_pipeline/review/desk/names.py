"""Names, and words that stand in no list: a recogniser spells them as it can."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from podcast_pipeline.transcript.align import key
from podcast_pipeline.transcript.critical import has_stem
from podcast_pipeline.transcript.lexicon import Lexicon, phrase
from podcast_pipeline.transcript.sentences import ends_sentence
from podcast_pipeline.transcript.vocabulary import SHORTEST, is_ordinary

_NAMED = frozenset({"person", "society", "device"})
_TITLES = frozenset({"dr", "doctor", "prof", "professor", "mr", "mrs", "ms"})
_NAME = re.compile(r"[^\W\d_]*[^\W\d_a-z][^\W\d_]*")


class UnlistedName(NamedTuple):
    """The words `first` to `last` (both in it); cause: name or word."""

    first: int
    last: int
    cause: str


class Names:
    """Finds the names of people, organisations and devices, and words that no list has."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._own = {form: term.kind for term in lexicon.own if term.kind in _NAMED for form in [phrase(term.text)]}
        self._longest = max(map(len, self._own), default=1)
        self._terms = lexicon.kinds
        terms = (*lexicon.terms, *lexicon.own)
        self._known = {word for term in terms for word in phrase(term.text)}
        self._known |= {word for form in (*lexicon.kinds, *lexicon.look_alikes, *lexicon.common) for word in form}
        self._english = bool(lexicon.terms)

    def find(self, texts: Sequence[str]) -> Iterator[UnlistedName]:
        """Names and unknown words of one paragraph, none twice. Unknown words are known for English only."""
        words = [key(text) for text in texts]
        place = 0
        while place < len(words):
            last = self._named(words, texts, place)
            if last >= place:
                yield UnlistedName(place, last, "name")
                place = last + 1
                continue
            if self._english and self._is_unknown(words[place]):
                inside = place > 0 and not ends_sentence(texts[place - 1], texts[place])
                is_name = inside and texts[place].strip("\"'“”‘’(")[:1].isupper()
                yield UnlistedName(place, place, "name" if is_name else "word")
            place += 1

    def _named(self, words: Sequence[str], texts: Sequence[str], place: int) -> int:
        """The last word of a name that is known, or that follows a title; -1 if none begins here."""
        for size in range(min(self._longest, len(words) - place), 0, -1):
            if tuple(words[place : place + size]) in self._own:
                return place + size - 1
        titled = words[place].rstrip(".") in _TITLES and tuple(words[place : place + 2]) not in self._terms
        titled = titled and place + 1 < len(texts)  # MS Contin is a medicine
        return place + 1 if titled and _NAME.fullmatch(texts[place + 1].strip(".,;:?!")) else -1

    def _is_unknown(self, word: str) -> bool:
        plain = word.removesuffix("'s")
        long = len(plain) >= SHORTEST and plain not in self._known
        return long and not is_ordinary(plain) and not has_stem(plain)
