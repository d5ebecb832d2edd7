"""Words that must be right, at any probability: drugs, doses, numbers, negation, side, level, and look-alikes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from podcast_pipeline.transcript.align import key
from podcast_pipeline.transcript.lexicon import Lexicon

CLASSES = ("drug", "dose", "number", "laterality", "negation", "level", "procedure", "look-alike")
"""What a place can be. `classify` names the first that fits in the order: level, dose, drug, ... as it finds them."""
_SAYS = {
    "dose": "A dose: is “{}” what was said?",
    "number": "A number: is “{}” what was said?",
    "level": "A level of the spine: is it “{}”?",
    "negation": "“{}” turns the meaning round: was it said?",
    "drug": "A medicine: is it “{}”?",
    "look-alike": "“{}” is easily mixed up.",
    "laterality": "A side: is it “{}”?",
}
_LEVEL = re.compile(r"(?:c[1-8]|t(?:1[0-2]|[1-9])|l[1-6]|s[1-5])(?:[-–/]?(?:[ctls]?(?:1[0-2]|[1-9])))*")
_DIGIT = re.compile(r"\d")
_NUMBER_UNIT = re.compile(r"[\d.,]+(\D+)")
_NON = re.compile(r"non-?[a-z]{4,}")
_NOT_NON = frozenset({"nonetheless", "nonsense"})
# International nonproprietary names end with a stem that says what they are (WHO, "The use of stems").
_STEM = re.compile(
    r"[a-z]{3,}(caine|olol|pril|sartan|vastatin|azepam|azolam|mycin|cillin|profen|oxetine|triptyline|gabalin|codone|"
    r"morphone|fentanil|fentanyl|tinib|setron|prazole|parin|xaban|gliptin|gliflozin|glutide|thiazide|dipine|floxacin|"
    r"cycline|solone|coxib|triptan|curonium|zodone|faxine|platin|conazole|ciclovir|oxicam|nidine)"
)


class Critical(NamedTuple):
    """The words `first` to `last` (both in it) are of `kind`, one of CLASSES; `alike`: what they can be taken for."""

    first: int
    last: int
    kind: str
    alike: tuple[str, ...] = ()


def asked(kind: str, said: str, alike: Sequence[str]) -> str:
    """What an editor is asked about a critical place where `said` stands, and what it can be taken for."""
    more = f" It can be taken for {', '.join(alike)}." if alike else ""
    return _SAYS[kind].format(said) + more


def classify(texts: Sequence[str], lexicon: Lexicon, procedures: bool = False) -> list[Critical]:
    """The critical places among words in their order, none in two classes; procedures only where they are asked for."""
    words = [key(text) for text in texts]
    terms: list[Critical] = []
    place = 0
    while place < len(words):
        term = _at(words, texts, place, lexicon, procedures)
        if term is None:
            place += 1
        else:
            terms.append(term)
            place = term.last + 1
    return terms


def _at(words: list[str], texts: Sequence[str], place: int, lexicon: Lexicon, procedures: bool) -> Critical | None:
    word = words[place]
    if _LEVEL.fullmatch(word):
        return Critical(place, _while(words, place, lambda w: _LEVEL.fullmatch(w) is not None), "level")
    if is_number(word, lexicon) or (word in _ONE and place + 1 < len(words) and is_unit(words[place + 1], lexicon)):
        last = _while(words, place, lambda w: is_number(w, lexicon) or is_unit(w, lexicon))
        measured = any(is_unit(w, lexicon) or _attached(w, lexicon) for w in words[place : last + 1])
        return Critical(place, last, "dose" if measured else "number")
    for size in range(min(lexicon.longest, len(words) - place), 0, -1):
        part = tuple(words[place : place + size])
        alike = tuple(sorted(lexicon.look_alikes.get(part, ())))
        kind = lexicon.kinds.get(part, "")
        if kind == "drug" or (size == 1 and has_stem(word)):
            return Critical(place, place + size - 1, "drug", alike)
        if procedures and kind == "procedure":
            return Critical(place, place + size - 1, "procedure", alike)
        if alike:
            return Critical(place, place + size - 1, "look-alike", alike)
    if is_negation(word, lexicon):
        return Critical(place, place, "negation")
    if word in lexicon.critical.get("sides", ()) and not _is_idiom(words, place, texts):
        return Critical(place, place, "laterality")
    return None


_ONE = frozenset({"one", "a", "an"})
_BEFORE_RIGHT = frozenset({"all", "that's", "you're", "human"})
_AFTER_RIGHT = frozenset({"now", "away"})


def _is_idiom(words: list[str], place: int, texts: Sequence[str]) -> bool:
    """ "Right." between two stops and "all right" name no side. Everything less clear does."""
    if words[place] != "right":
        return False
    before = words[place - 1] if place else ""
    after = words[place + 1] if place + 1 < len(words) else ""
    alone = texts[place][-1:] in ",.?!" and (not place or texts[place - 1][-1:] in ".?!")
    return alone or before in _BEFORE_RIGHT or after in _AFTER_RIGHT


def _while(words: list[str], place: int, fits: Callable[[str], bool]) -> int:
    """The last place from `place` on up to which every word fits."""
    last = place
    while last + 1 < len(words) and fits(words[last + 1]):
        last += 1
    return last


def is_number(word: str, lexicon: Lexicon) -> bool:
    """Whether the compared form `word` is a number, alone or with a unit."""
    numbers = lexicon.critical.get("numbers", frozenset())
    return bool(_DIGIT.search(word)) or any(part in numbers for part in word.split("-"))


def has_stem(word: str) -> bool:
    """Whether `word` ends like the name of a medicine."""
    return _STEM.fullmatch(key(word)) is not None


def is_unit(word: str, lexicon: Lexicon) -> bool:
    return word in lexicon.critical.get("symbols", ()) or word in lexicon.critical.get("units", ())


def is_negation(word: str, lexicon: Lexicon) -> bool:
    negations = lexicon.critical.get("negations", frozenset())
    if not negations:
        return False
    return word in negations or word.endswith("n't") or (_NON.fullmatch(word) is not None and word not in _NOT_NON)


def _attached(word: str, lexicon: Lexicon) -> bool:
    """`10mg`, `40%`: number and unit in one."""
    match = _NUMBER_UNIT.fullmatch(word)
    return match is not None and is_unit(match[1].lstrip("-"), lexicon)
