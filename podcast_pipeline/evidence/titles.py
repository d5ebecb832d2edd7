"""Whether two titles are one: the same words, numbers and signs, however they are written; never a ratio of letters.

A ratio takes "is effective" for "is not effective" and 100 mg for 10 mg. What may differ is spelling, case, accents,
hyphens and articles, and a subtitle that one side leaves out.
"""

from __future__ import annotations

import re
import unicodedata

from podcast_pipeline import slugs

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ß": "ss"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_SIGNS = {
    "≠": " != ",
    "≥": " >= ",
    "≤": " <= ",
    "+/-": " ± ",
    "×": " x ",
    "&": " and ",
    "%": " percent ",
    "·": ".",
}
_POWER = re.compile("(?<=\\d)(?=[⁰¹²³⁴⁵⁶⁷⁸⁹])")
"""Before a raised digit: 10⁶ is written 10(6), and is not 106."""
_NUMBER = r"\d+(?:\.\d+)*"
_TOKEN = re.compile(rf"{_NUMBER}|[^\W\d_]+|[<>=!+±]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_GONE = r"(?:retracted|withdrawn|removed)(?: article| paper)?"
_MARKED = re.compile(rf"^\W*{_GONE}\W*[:.]\s*|^\[{_GONE}\]\s*|\s*[\[(]{_GONE}[\])]\W*$", re.IGNORECASE)
"""What publishers write into the title of a paper that no longer stands."""
_ARTICLE = re.compile(r"\b(?:[Tt]he|THE|[Aa]n|a)\b(?=\s)|(?:(?<=[:?.]\s)|^)A(?=\s)")
_SUBTITLE = re.compile(r"[:?]\s+|\.\s+|\s+[-–—]\s+")
_OTHER_KIND = re.compile(
    r"\b(?:errat|corrigend|correction|retraction|withdrawal|reply|replies|response|comment|letter|editorial|protocol|"
    r"abstract|rationale and design|statistical analysis plan|expression of concern|addend)",
    re.IGNORECASE,
)
"""A subtitle that makes it another text of the same name, which is never left out."""
_SPELLING = (
    (re.compile(r"ae|oe"), "e"),
    (re.compile(r"is(?=e|ing|ation|able)"), "iz"),
    (re.compile(r"ys(?=e|ing)"), "yz"),
    (re.compile(r"(?<=[a-z]{2})our"), "or"),
    (re.compile(r"tre(?=s?\b)"), "ter"),
    (re.compile(r"(?<=[fl]i)bre(?=s?\b)"), "ber"),
    (re.compile(r"(?<=[a-z]e)ll(?=ed|ing|er)|(?<=na)ll(?=ed|ing)"), "l"),
    (re.compile(r"\bprogramme(?=s?\b)"), "program"),
    (re.compile(r"(?<=log)ue(?=s?\b)"), ""),
    (re.compile(r"(?<=\bdefen)ce|(?<=\boffen)ce|(?<=\blicen)ce"), "se"),
    (re.compile(r"(?<=practi)se|(?<=practi)ze"), "ce"),
    (re.compile(r"\bageing"), "aging"),
    (re.compile(r"\bgrey"), "gray"),
    (re.compile(r"(?<=udg)ement|(?<=edg)ement"), "ment"),
    (re.compile(r"leuco"), "leuko"),
    (re.compile(r"artefact"), "artifact"),
    (re.compile(r"sulph"), "sulf"),
    (re.compile(r"\bvs\b"), "versus"),
    (re.compile(r"\bmcg\b"), "mu g"),
)
"""British letters to American ones, on both sides: never a word into another."""


def same(ours: str, theirs: str) -> bool:
    """Whether they name one paper."""
    ours, theirs = _MARKED.sub("", ours), _MARKED.sub("", theirs)
    if ours.isupper() or theirs.isupper():  # no telling an article from hepatitis A
        ours, theirs = ours.lower(), theirs.lower()
    if _equal(ours, theirs):
        return True
    (head, *mine), (other, *its) = _SUBTITLE.split(ours, maxsplit=1), _SUBTITLE.split(theirs, maxsplit=1)
    left_out = (*mine, *its)
    return bool(mine) != bool(its) and _equal(head, other) and not any(map(_OTHER_KIND.search, left_out))


def _equal(ours: str, theirs: str) -> bool:
    return bool(forms(ours) & forms(theirs))


def forms(text: str) -> frozenset[str]:
    """The words of a text as they may be written, folded: ü as u, and as ue. Empty where it has none."""
    composed = unicodedata.normalize("NFC", text)
    return frozenset(filter(None, (folded(composed), folded(composed.casefold().translate(_UMLAUTS)))))


def folded(title: str) -> str:
    """The words of a title without what may differ: case, accents, hyphens, articles, spelling, Greek letters.

    Words are run together, as `non-opioid` is also written `nonopioid`; numbers and signs keep their bounds.
    """
    text = _ARTICLE.sub(" ", _POWER.sub(" ", title))
    for sign, words in _SIGNS.items():
        text = text.replace(sign, words)
    text = spelled(plain(_THOUSANDS.sub("", text)).replace("per cent", "percent"))
    text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    return re.sub(r"(?<=[^\W\d_]) (?=[^\W\d_])", "", " ".join(_TOKEN.findall(text)))


def spelled(text: str) -> str:
    """In American letters."""
    for pattern, american in _SPELLING:
        text = pattern.sub(american, text)
    return text


def plain(text: str) -> str:
    """In lower case, without accents, with Greek letters by their names."""
    if text.isascii():
        return text.lower()
    return "".join(_greek(c) for c in slugs.unaccented(text).casefold().translate(_LETTERS))


def _greek(letter: str) -> str:
    name = unicodedata.name(letter, "") if letter > "\u0370" else ""
    return f" {name.rsplit(' ', 1)[-1].lower()} " if name.startswith("GREEK SMALL LETTER") else letter
