"""Words that must be right: numbers and doses, negations, drugs. What a physician would check first."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from podcast_pipeline.model.terms import Spoken
from podcast_pipeline.transcript.align import key

_DIGIT = re.compile(r"\d")
_WORDS = tomllib.loads(Path(__file__).with_name("risk.toml").read_text("utf-8"))
NUMBERS, UNITS, NEGATIONS, HEDGES, DRUGS, PLAIN = (
    frozenset(_WORDS[name]) for name in ("numbers", "units", "negations", "hedges", "drugs", "plain")
)
_NON = re.compile(r"non-?[a-z]{4,}")
_NOT_NON = frozenset({"nonetheless", "nonsense"})
# International nonproprietary names end with a stem that says what they are (WHO, "The use of stems").
_STEMS = re.compile(
    r"[a-z]{3,}(caine|olol|pril|sartan|vastatin|azepam|azolam|mycin|micin|cillin|profen|oxetine|triptyline|gabalin|"
    r"codone|morphone|fentanil|fentanyl|mab|tinib|setron|prazole|parin|xaban|gliptin|gliflozin|glutide|semide|thiazide|"
    r"dipine|floxacin|cycline|sone|solone|onide|coxib|triptan|barbital|curonium|zodone|faxine|platin|conazole|"
    r"navir|ciclovir|formin|fenac|oxicam|adol|nidine)"
)
_NOT_DRUGS = frozenset({"person", "reason", "comparison"})
_PAIRS = tuple((a, b) for a, b in _WORDS["look_alikes"])
LOOK_ALIKES: Mapping[str, frozenset[str]] = {
    name: frozenset(b if name == a else a for a, b in _PAIRS if name in (a, b)) for pair in _PAIRS for name in pair
}
"""Drug names that are taken for each other; the show's own stand in feed/terms.toml."""


def is_number(word: str) -> bool:
    """Whether the compared form `word` is a number, alone or with a unit."""
    return bool(_DIGIT.search(word)) or any(part in NUMBERS for part in word.split("-"))


def is_unit(word: str) -> bool:
    return word in UNITS or word.endswith(("%", "‰"))


def is_negation(word: str) -> bool:
    if word in NEGATIONS or word.endswith("n't"):
        return True
    return _NON.fullmatch(word) is not None and word not in _NOT_NON


def runs(words: Sequence[str]) -> list[tuple[int, int]]:
    """Numbers with their units as (first, last) places in `words` (compared forms); "of 300 mg" gives "300 mg"."""
    found: list[tuple[int, int]] = []
    for place, word in enumerate(words):
        after = words[place + 1] if place + 1 < len(words) else ""
        if is_number(word) or (word == "one" and is_unit(after)) or is_unit(word):
            # A unit alone ("per", "times") says nothing; behind a number it is part of it.
            joined = bool(found) and found[-1][1] == place - 1
            if is_unit(word) and not is_number(word) and not joined:
                continue
            if joined:
                found[-1] = (found[-1][0], place)
            else:
                found.append((place, place))
    return found


@dataclass(frozen=True)
class Lexicon:
    """Words with a meaning in this show: from feed/terms.toml, and the drugs that everybody must get right."""

    drugs: frozenset[str] = DRUGS
    look_alikes: Mapping[str, frozenset[str]] = field(default_factory=lambda: LOOK_ALIKES)
    near: Mapping[str, str] = field(default_factory=dict)
    """A word with one letter left out -> the right word."""
    known: frozenset[str] = DRUGS

    @staticmethod
    def of(words: Iterable[Spoken] = ()) -> Lexicon:
        own = list(words)
        drugs = DRUGS | {key(word.text) for word in own if word.kind == "drug"}
        alike = {name: set(others) for name, others in LOOK_ALIKES.items()}
        for word in own:
            alike.setdefault(key(word.text), set()).update(key(other) for other in word.look_alikes)
        known = drugs | {key(word.text) for word in own}
        near = {short: name for name in known if len(name) >= 6 and " " not in name for short in _shorter(name)}
        return Lexicon(frozenset(drugs), {n: frozenset(o) for n, o in alike.items() if o}, near, frozenset(known))

    def is_drug(self, word: str) -> bool:
        return word in self.drugs or (_STEMS.fullmatch(word) is not None and word not in _NOT_DRUGS)

    def meant(self, word: str) -> str:
        """The known word that differs from `word` in one letter (changed, added, left out or swapped); "" if none."""
        if len(word) < 6 or word in self.known or word.removesuffix("s") in self.known or not word.isalpha():
            return ""
        for form in (word, *_shorter(word)):
            if form in self.near:
                return self.near[form]
            if form in self.known:
                return form
        return ""


def _shorter(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}
