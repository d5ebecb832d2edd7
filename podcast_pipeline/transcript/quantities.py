"""Numbers in a text as values with units: `eighty-one percent` and `81 %`, `a third` and `33 percent`, are one each.

Number words are read by the normalizer of OpenAI's Whisper, by which recognisers are measured everywhere. English.
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from typing import Any, NamedTuple

PERCENT, YEAR, FOLD = "percent", "year", "fold"
_DAY = 86_400.0
_UNITS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("%", "percent", "pct"), (PERCENT, 1.0)),
    **dict.fromkeys(("ng", "nanogram", "nanograms"), ("mass", 1e-9)),
    **dict.fromkeys(("mcg", "ug", "μg", "microgram", "micrograms"), ("mass", 1e-6)),
    **dict.fromkeys(("mg", "milligram", "milligrams"), ("mass", 1e-3)),
    **dict.fromkeys(("g", "gram", "grams"), ("mass", 1.0)),
    **dict.fromkeys(("kg", "kilo", "kilos", "kilogram", "kilograms"), ("mass", 1e3)),
    **dict.fromkeys(("cc", "ml", "milliliter", "milliliters", "millilitre", "millilitres"), ("volume", 1e-3)),
    **dict.fromkeys(("l", "liter", "liters", "litre", "litres"), ("volume", 1.0)),
    **dict.fromkeys(("mm", "millimeter", "millimeters", "millimetre", "millimetres"), ("length", 1e-3)),
    **dict.fromkeys(("cm", "centimeter", "centimeters", "centimetre", "centimetres"), ("length", 1e-2)),
    **dict.fromkeys(("m", "meter", "meters", "metre", "metres"), ("length", 1.0)),
    **dict.fromkeys(("hz", "hertz"), ("frequency", 1.0)),
    **dict.fromkeys(("khz", "kilohertz"), ("frequency", 1e3)),
    **dict.fromkeys(("mhz", "megahertz"), ("frequency", 1e6)),
    **dict.fromkeys(("ma", "milliamp", "milliamps", "milliampere", "milliamperes"), ("current", 1e-3)),
    **dict.fromkeys(("v", "volt", "volts"), ("voltage", 1.0)),
    **dict.fromkeys(("mmhg",), ("pressure", 1.0)),
    **dict.fromkeys(("iu", "unit", "units"), ("units", 1.0)),
    **dict.fromkeys(("degree", "degrees", "°c", "°"), ("degrees", 1.0)),
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), ("short time", 1e-3)),
    **dict.fromkeys(("second", "seconds"), ("short time", 1.0)),
    **dict.fromkeys(("minute", "minutes", "min"), ("short time", 60.0)),
    **dict.fromkeys(("hour", "hours"), ("short time", 3600.0)),
    **dict.fromkeys(("day", "days"), ("long time", _DAY)),
    **dict.fromkeys(("week", "weeks"), ("long time", 7 * _DAY)),
    **dict.fromkeys(("month", "months"), ("long time", 365.25 / 12 * _DAY)),
    **dict.fromkeys(("year", "years", "yr", "yrs"), ("long time", 365.25 * _DAY)),
    **dict.fromkeys(("fold", "times"), (FOLD, 1.0)),
    **dict.fromkeys(("dollar", "dollars"), ("dollars", 1.0)),
}
"""Unit -> what it measures, and how many of the base unit it is. A cc is a ml."""
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_NUMBER = r"\d+(?:\.\d+)?"
_TOKEN = re.compile(
    rf"(?<![\w.])(?P<sign>[-−]?)(?P<number>{_NUMBER})(?![\d.]*\w*(?:st|nd|rd|th)\b)"
    rf"(?:\s?-?\s?(?P<unit>{_UNIT})(?![\w°]))?(?P<per>\s?(?:/|per)\s?(?:kg|kilo(?:gram)?|h|hour|ml)\b)?"
)
_HEDGED = re.compile(
    r"\b(?:about|around|approximately|roughly|nearly|almost|some|over|under|close to|just (?:over|under)|"
    r"(?:more|less|fewer) than|up to|at least|at most)\s+(?:an?\s+|the\s+)?$"
)
_DESIGNATED = re.compile(
    r"\b(type|phase|grade|stage|table|figure|level|category|group|step|part|point|question|chapter|number|day|week|"
    r"class|generation|version|volume)\s+$"
)
_JOINED = re.compile(r"\s*(?:-|–|to|or|and|versus|vs\.?|,)\s*$")
_FRACTION_WORDS = {"half": 2, "halves": 2, "quarter": 4, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8}
_FRACTION_WORDS |= {"seventh": 7, "ninth": 9, "tenth": 10}
_COUNTED = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "nine": 9}
_FRACTION = re.compile(
    rf"\b(?:(?P<count>{'|'.join(_COUNTED)})[\s-])(?P<part>{'|'.join(_FRACTION_WORDS)})s?(?=\s+of\b|\s+the\b|\s*[,.;)]|$)"
    r"|(?<!and a )(?P<half>\bhalf)(?=\s+(?:of|the|as)\b|\s*[,.;)]|$)|(?P<halved>\bhalved\b|\bby half\b)"
)
_RATIO = re.compile(
    rf"(?<![\w.])({_NUMBER})\s?(?:/|out of(?: the| every)?|(?:in|of)(?: the| every)?)\s?({_NUMBER})(?![\w.%])"
)
_MULTIPLE = {"twice": "2 fold", "double": "2 fold", "doubled": "2 fold", "doubles": "2 fold", "doubling": "2 fold"}
_MULTIPLE |= {"triple": "3 fold", "tripled": "3 fold", "triples": "3 fold", "twofold": "2 fold", "threefold": "3 fold"}
_THOUSANDS, _COMMA = re.compile(r"(?<=\d),(?=\d{3}(?!\d))"), re.compile(r"(?<=\d),(?=\d)")
_PERCENT = re.compile(r"per cent\b|percentage points?|percent points?")
_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z])")
_MULTIPLES = re.compile(rf"\b({'|'.join(_MULTIPLE)})\b")
_SIGN = re.compile(r"([,;:()?!]|\.(?!\d))")
_BEFORE_NUMBER = re.compile(r"\ban? (?=\d)")
_ONE = re.compile(rf"\ban?(?= (?:{_UNIT})\b)")
_HALF_UNIT = re.compile(rf"\bhalf (?:an?|the) (?={_UNIT}\b)")
_AND_A_HALF = re.compile(rf"\b(?:an?|one) (?=(?:{_UNIT}) and a half\b)(\w+) and a half\b")
_WORD = re.compile(r"[^\W\d_]{3,}")
_CARDINAL = (
    r"(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion)"
)
_ORDINAL = r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)"
_SPELT = re.compile(
    rf"\b(?:{_CARDINAL}|{_NUMBER}\s+(?:hundred|thousand|million|billion))\b"
    rf"(?:\s+(?:and\s+|point\s+)?{_CARDINAL}\b)*(?:\s+and\s+a\s+half\b|\s+{_ORDINAL}\b)?|\bpoint(?:\s+{_CARDINAL}\b)+"
)
"""A number in words, whole: what the normalizer is asked for."""
_OH = re.compile(rf"(?<=\bpoint )(?:(?:oh|o|zero) )+(?={_CARDINAL}\b)")
"""How people say the zeros of 0.04."""
_SMALL = frozenset({
    "the", "and", "for", "with", "that", "this", "these", "those", "was", "were", "are", "is", "has", "have", "had",
    "not", "but", "from", "than", "per", "each", "all", "out", "about", "more", "less", "after", "before", "over",
    "under", "into", "they", "them", "their", "there", "then", "who", "whom", "which", "when", "where", "what", "how",
    "our", "your", "his", "her", "its", "been", "being", "did", "does", "done", "cent", "percent",
})  # fmt: skip
_ENDINGS = (
    "ations", "ation", "ements", "ement", "ences", "ence", "ances", "ance", "ments", "ment", "tions", "tion", "ively",
    "ive", "ently", "ent", "antly", "ant", "ings", "ing", "ions", "ion", "ies", "ied", "ed", "es", "ly", "s", "e",
    "y",
)  # fmt: skip


class Quantity(NamedTuple):
    """A number and what it measures. `unit` is a dimension, "" of a count; `value` is in its base unit."""

    value: float
    unit: str
    text: str
    about: bool = False
    """Said to be near that: about, nearly, more than."""
    after: frozenset[str] = frozenset()
    """Stems of the words behind a count: what is counted."""
    before: frozenset[str] = frozenset()

    number: float = 0.0
    """As it is written, without its unit."""


def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of an English text, in order. Ordinals are none, and levels of the spine are to be out of it."""
    plain = _plain(text)
    numbers = list(_TOKEN.finditer(plain))
    read: list[Quantity] = []
    following: str | None = None
    for place in range(len(numbers) - 1, -1, -1):
        match = numbers[place]
        unit = match["unit"]
        if unit is None and place + 1 < len(numbers) and _JOINED.match(plain[match.end() : numbers[place + 1].start()]):
            unit = following
        following = unit
        if unit is None and match["number"] == "1":
            continue  # mostly no number: one of them
        read.append(_quantity(plain, match, unit))
    return tuple(reversed(read))


def _quantity(plain: str, match: re.Match[str], unit: str | None) -> Quantity:
    value, ahead = float(match["number"]), plain[: match.start()]
    about = _HEDGED.search(ahead) is not None
    shown = f"{match['sign']}{match['number']}{' ' + unit if unit else ''}"
    if unit is not None:
        dimension, size = _UNITS[unit]
        per = re.sub(r"\W|per", "", match["per"] or "")[:1]
        return Quantity(value * size, f"{dimension}/{per}" if per else dimension, shown, about, number=value)
    after = _stems(re.split(r"[,.;:()?!]", plain[match.end() :])[0], 3)
    before = _stems(re.split(r"[.;()?!]", ahead)[-1], -3)
    if named := _DESIGNATED.search(ahead):
        return Quantity(value, named[1], f"{named[1]} {shown}", number=value)
    if "." not in match["number"] and 1900 <= value < 2100 and not _counts(after):
        return Quantity(value, YEAR, shown, number=value)
    return Quantity(value, "", shown, about, after, before, value)


def _counts(after: frozenset[str]) -> bool:
    people = {
        stem(word) for word in ("patients", "people", "volunteers", "participants", "members", "studies", "cases")
    }
    return bool(after & people)


def _plain(text: str) -> str:
    """`text` with digits for number words, units apart, and fractions and ratios as percentages."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("⁄", "/")
    plain = _THOUSANDS.sub("", plain)
    plain = _COMMA.sub(".", plain)
    plain = _PERCENT.sub("percent", plain)
    plain = _AND_A_HALF.sub(r"1.5 \1", _HALF_UNIT.sub("0.5 ", plain))
    plain = _OH.sub(lambda m: "zero " * len(m[0].split()), plain)
    plain = _FRACTION.sub(lambda m: f" {_share(m):.4g} percent ", plain)
    plain = _HYPHEN.sub(" ", plain)
    plain = _MULTIPLES.sub(lambda m: _MULTIPLE[m[1]], plain)
    plain = _SIGN.sub(r" \1 ", plain)
    plain = _SPELT.sub(_number, plain)
    plain = _ONE.sub("1", _BEFORE_NUMBER.sub("", plain))
    return _RATIO.sub(_percent, plain)


def _share(match: re.Match[str]) -> float:
    if match["part"] is None:
        return 50.0
    return 100.0 * _COUNTED[match["count"]] / _FRACTION_WORDS[match["part"]]


def _percent(match: re.Match[str]) -> str:
    part, whole = float(match[1]), float(match[2])
    if not 0 < part <= whole <= 1_000_000 or 1900 <= whole < 2100:
        return match[0]
    return f"{100 * part / whole:.4g} percent"


@functools.lru_cache(maxsize=1 << 10)
def _digits(words: str) -> str:
    normalizer = _normalizer()
    return " ".join(word for word in normalizer.process_words(normalizer.preprocess(words).split()) if word)


def _number(match: re.Match[str]) -> str:
    return _digits(match[0])


@functools.cache
def _normalizer() -> Any:
    from whisper_normalizer.english import EnglishNumberNormalizer

    return EnglishNumberNormalizer()


def _stems(text: str, count: int) -> frozenset[str]:
    words = [word for word in _WORD.findall(text) if word not in _SMALL and word not in _UNITS]
    return frozenset(stem(word) for word in (words[:count] if count > 0 else words[count:]))


@functools.lru_cache(maxsize=1 << 14)  # people use few words
def stem(word: str) -> str:
    """A word without the ending that tells number, tense and kind of word."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def equal(ours: Quantity, theirs: Quantity) -> bool:
    """Whether two quantities are one: rounded like the coarser one, or near enough where one says `about`."""
    if ours.unit.partition("/")[0] != theirs.unit.partition("/")[0]:
        return False
    if "/" in ours.unit and "/" in theirs.unit and ours.unit != theirs.unit:
        return False
    a, b = ours.value, theirs.value
    if math.isclose(a, b, rel_tol=1e-6):
        return True
    if ours.unit == YEAR or not ours.unit.strip():
        return (ours.about or theirs.about) and math.isclose(a, b, rel_tol=0.1)
    if (ours.about or theirs.about) and math.isclose(a, b, rel_tol=0.1):
        return True
    if ours.unit == "long time" and not _same_word(ours, theirs):
        return math.isclose(a, b, rel_tol=0.1)  # 12 weeks are three months, as people speak
    x, y = ours.number, theirs.number
    alike = math.isclose(a * y, b * x) and math.isclose(x, y, rel_tol=0.1)  # the unit is of one size
    return alike and (_rounded(x, y) == y or _rounded(y, x) == x)


def _same_word(ours: Quantity, theirs: Quantity) -> bool:
    return ours.text.split()[-1].rstrip("s") == theirs.text.split()[-1].rstrip("s")


def _rounded(value: float, like: float) -> float:
    """`value` with as many decimals as `like` has, or to a whole number where that has none."""
    return float(round(value, len(f"{like:.6g}".partition(".")[2])))
