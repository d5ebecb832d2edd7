"""Where on the body, as values that can be compared: levels of the spine and sides. English."""

from __future__ import annotations

import re
from typing import NamedTuple

LAST = {"c": 8, "t": 12, "l": 6, "s": 5}
"""Region -> its last level; a sixth lumbar one exists in some people, an eighth cervical root in all."""
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_VALUE = {word: number for number, word in enumerate(_WORDS, 1)} | {str(number): number for number in range(1, 13)}
_N = rf"(?:1[0-2]|[1-9]|{'|'.join(_WORDS)})"
_JOIN = r"\s?(?:[-–/]|to|through|and|or|,)\s?"
_FIRST = rf"(?<![\w'.-])([ctls])[\s-]?({_N})(?![\w%]|\.\d|\s?%|-?weighted)"
_LEVELS = re.compile(
    rf"{_FIRST}(?:(?P<join>{_JOIN}|\s)(?P<region>[ctls][\s-]?)?(?P<last>{_N})(?![\w%]|\.\d|\s?%|-?weighted))?",
    re.IGNORECASE,
)
OPPOSITES = {
    "left": frozenset({"right", "both sides"}),
    "right": frozenset({"left", "both sides"}),
    "both sides": frozenset({"left", "right", "one side"}),
    "one side": frozenset({"both sides"}),
    "the same side": frozenset({"the other side"}),
    "the other side": frozenset({"the same side"}),
}
"""Side -> those that it is not."""
_NO_SIDE_BEHIND = (
    "is", "are", "has", "have", "had", "was", "were", "they", "who", "we", "i", "patients", "be", "being", "get", "got",
    "all", "that's",
)  # fmt: skip
_VERB_BEFORE = "".join(rf"(?<!\b{word} )" for word in _NO_SIDE_BEHIND)
_NOT_LEFT = r"the|an?|him|her|with|over|out|behind|to|us|them|me|in|alone|untreated|it|unchanged|after|because"
_NOT_RIGHT = (
    r"now|away|after|before|there|here|when|through|back|from|to|track|place|moment|dose|patients?|thing|time|way|choice|"
    r"answers?|questions?|treatment|approach|decision|person|people|words?|amount|indication|diagnosis|call|balance|tools?|"
    r"job|one|kind|reasons?|direction|procedure|drug|medication|device|target|settings?|candidates?|needle|that|so|and|but"
)
_SIDES = {
    "left": re.compile(rf"{_VERB_BEFORE}\bleft\b(?!-?over)(?! (?:{_NOT_LEFT})\b)|\bleft-?sided\b"),
    "right": re.compile(
        rf"{_VERB_BEFORE}\bright\b(?=[\s-][a-z0-9])(?! (?:{_NOT_RIGHT})\b)"
        r"|\b(?:on|at|to|toward|towards|in|of) (?:the|his|her|their|your|my) right\b(?=\W|$)"
        rf"(?! (?:{_NOT_RIGHT})\b)|\bright-?sided\b"
    ),
    "both sides": re.compile(r"\bbilateral(?:ly)?\b|\bboth (?:sides|legs|knees|hips|arms|feet|hands|shoulders)\b"),
    "one side": re.compile(r"\bunilateral(?:ly)?\b|\bone[- ]sided?\b"),
    "the same side": re.compile(r"\bipsilateral(?:ly)?\b"),
    "the other side": re.compile(r"\bcontralateral(?:ly)?\b"),
}
_ANY_SIDE = re.compile(r"left|right|lateral|both|one[ -]side")


class Sites(NamedTuple):
    """`levels` as people write them: L4; `rest`: the text without them, so that their numbers count nothing."""

    levels: frozenset[str]
    sides: frozenset[str]
    rest: str


def sites(text: str) -> Sites:
    """The levels and sides in an English text; `left the study` and `right now` name none."""
    levels: set[str] = set()

    def taken(match: re.Match[str]) -> str:
        region, first = match[1].lower(), _VALUE[match[2].lower()]
        levels.add(_level(region, first))
        if match["last"] is None:
            return " "
        other = (match["region"] or region)[0].lower()
        last = _VALUE[match["last"].lower()]
        apart = match["region"] is None and match["join"].isspace() and last != first + 1
        if apart or (match["region"] is None and match["join"].strip(" ,") in ("", "and", "or") and last != first + 1):
            return f" {match['last']}"  # a number of its own: "L4 3 patients"
        through = match["join"].strip() in ("-", "–", "to", "through")
        levels.update(_level(other, n) for n in (range(first, last + 1) if through and other == region else (last,)))
        return " "

    rest = _LEVELS.sub(taken, text)
    folded = rest.casefold().replace("’", "'")
    some = _ANY_SIDE.search(folded) is not None
    sides = frozenset(side for side, pattern in _SIDES.items() if some and pattern.search(folded))
    return Sites(frozenset(level for level in levels if _exists(level)), sides, rest)


def _level(region: str, number: int) -> str:
    return f"{region.upper()}{number}"


def _exists(level: str) -> bool:
    return int(level[1:]) <= LAST[level[0].lower()]
