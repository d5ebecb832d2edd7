"""The lexicon: words of spine and pain medicine, the show's own, and the names of those who speak."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from podcast_pipeline.brands import brands
from podcast_pipeline.model.terms import GlossaryWord
from podcast_pipeline.transcript.align import key

KINDS = ("drug", "device", "procedure", "anatomy", "receptor", "condition", "measure", "society")
Phrase = tuple[str, ...]
"""A word or several, as words are compared: `align.key` of each."""


class Term(NamedTuple):
    """A word or phrase as it is spelt, and what it is: one of KINDS, `person`, or "" where nobody said."""

    text: str
    kind: str


@dataclass(frozen=True)
class Lexicon:
    """What is known about words. `terms` come from the package, `own` from the show and the episode's people."""

    terms: tuple[Term, ...] = ()
    own: tuple[Term, ...] = ()
    kinds: Mapping[Phrase, str] = field(default_factory=dict)
    """Every term as it is compared, plurals included, and brands: these are known, and never suggested."""
    look_alikes: Mapping[Phrase, frozenset[str]] = field(default_factory=dict)
    """A phrase -> those it can be taken for."""
    sounds: Mapping[str, str] = field(default_factory=dict)
    """How a term was misheard, letters alone -> the term."""
    common: frozenset[Phrase] = frozenset()
    """Words that look like a term and are none."""
    critical: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """symbols, units, numbers, negations, sides."""

    @functools.cached_property
    def longest(self) -> int:
        """Words of the longest phrase."""
        return max((len(phrase) for phrase in (*self.kinds, *self.look_alikes)), default=1)

    def is_known(self, phrase: Phrase) -> bool:
        """Whether it is a term or one of a pair that is mixed up: nobody should be led to write another."""
        return phrase in self.kinds or phrase in self.look_alikes or phrase in self.common

    def terms_in(self, text: str) -> Iterator[Term]:
        """The terms that a text names, in its order, as they stand there; the longest at each place."""
        said = [(word, key(word)) for word in text.split()]
        place = 0
        while place < len(said):
            for size in range(min(self.longest, len(said) - place), 0, -1):
                part = said[place : place + size]
                if kind := self.kinds.get(tuple(compared for _, compared in part), ""):
                    yield Term(" ".join(compared for _, compared in part), kind)
                    place += size - 1
                    break
            place += 1


def phrase(text: str) -> Phrase:
    """`text` as words are compared."""
    return tuple(compared for word in text.split() if (compared := key(word)))


def letters(text: str) -> str:
    """`text` without anything but letters and digits, in lower case."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def lexicon(
    words: Iterable[GlossaryWord] = (),
    people: Iterable[str] = (),
    language: str = "en",
    said: Mapping[str, str] = MappingProxyType({}),
) -> Lexicon:
    """The package's words (they are English), the show's own `words`, and the names of `people`.

    `said` maps a name to how it is pronounced, as somebody spelt that out; "" where nobody did.
    """
    packaged = _packaged()
    english = language.lower().startswith("en")
    terms = tuple(Term(text, kind) for kind in KINDS for text in packaged[kind]) if english else ()
    listed = list(words)
    own = (*(Term(word.text, word.kind) for word in listed), *(Term(name, "person") for name in people))
    alike: dict[Phrase, set[str]] = {}
    pairs = list(packaged["look_alikes"]) if english else []
    for left, right in (*pairs, *((word.text, other) for word in listed for other in word.look_alikes)):
        alike.setdefault(phrase(left), set()).add(right)
        alike.setdefault(phrase(right), set()).add(left)
    heard = {letters(sound): text for text, sounds in packaged["sounds"].items() for sound in sounds} if english else {}
    heard |= {letters(sound): word.text for word in listed for sound in word.sounds}
    heard |= {letters(sound): name for name, sound in said.items() if letters(sound) not in ("", letters(name))}
    critical: dict[str, Any] = packaged["critical"]
    return Lexicon(
        terms,
        own,
        {**(_brands() if english else {}), **{form: term.kind for term in (*terms, *own) for form in _forms(term)}},
        {form: frozenset(others) for form, others in alike.items()},
        heard,
        frozenset(phrase(text) for text in packaged["common"]) if english else frozenset(),
        {name: frozenset(entries) for name, entries in critical.items() if english or name == "symbols"},
    )


@functools.cache
def _brands() -> Mapping[Phrase, str]:
    """What each brand is, drug or device."""
    return {phrase(brand.name): brand.kind for brand in brands().values()}


def _forms(term: Term) -> tuple[Phrase, ...]:
    """A term and its plural; an acronym or a name as it stands."""
    words = phrase(term.text)
    if not words or term.kind in ("person", "society"):
        return (words,)
    last = words[-1]
    plural = last[:-1] + "ies" if last.endswith("y") else last[:-2] + "es" if last.endswith("is") else last + "s"
    return (words, (*words[:-1], plural))


@functools.cache
def _packaged() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text("utf-8"))
