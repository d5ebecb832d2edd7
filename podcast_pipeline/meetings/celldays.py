"""The day that a cell of a spreadsheet names, in the spellings of people and of spreadsheets: every reading it has.

What a cell says beside its day (a weekday, a time) is checked or said; what is not understood has no reading.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from podcast_pipeline import months, slugs

DAY_FIRST, MONTH_FIRST = "day-month", "month-day"
EXCEL = date(1899, 12, 30)
"""Day 0 of the numbers that Excel and its like keep dates as, from March 1900 on (ECMA-376 part 1, 18.17.4.1)."""
_SERIALS = range(36526, 73051)
"""The numbers of the days from 2000 to 2099."""
_SHORT = {"mo": 0, "di": 1, "mi": 2, "do": 3, "fr": 4, "sa": 5, "so": 6, "tu": 1, "we": 2, "th": 3, "su": 6}
_TIME = re.compile(
    r"(?:[\s,;@]+|(?<=\d)T)(?:at |um )?"
    r"(\d{1,2}(?::\d{2}){1,2}(?:\.\d+)?\s?(?:[ap]\.?m\.?)?(?:\s?(?:Z|[A-Z]{2,4}|[+-]\d{2}:?\d{2}))?"
    r"|\d{1,2}\s?(?:[ap]\.?m\.?|Uhr)(?:\s[A-Z]{2,4})?)\s*(?:Uhr)?$",
    re.IGNORECASE,
)
_ISO = re.compile(r"(20\d\d)([-/.])(\d{1,2})\2(\d{1,2})|(20\d\d)(\d\d)(\d\d)")
_NUMBERS = re.compile(r"(\d{1,2})([./-])\s?(\d{1,2})(?:\2\s?(20\d\d|\d{2})|\.)?")
_NAMED = re.compile(
    r"(?:(\d{1,2})(?:\.|st|nd|rd|th)?[\s-]*(?:of |de )?)?([^\W\d_]{3,})\.?"
    r"(?:[\s-]*(\d{1,2})(?:\.|st|nd|rd|th)?(?=$|[\s,-]))?(?:[\s,-]+(?:de )?(20\d\d|'?\d{2}))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A day, or a month whose day is open. `order` where day and month were told by their places alone."""

    month: int
    day: int | None = None
    year: int | None = None
    order: str = ""
    time: str = ""
    """The time of day that stands there too."""
    number: bool = False
    """Whether it is the number by which a spreadsheet keeps it."""

    def __str__(self) -> str:
        day = "" if self.day is None else f" {self.day}"
        return f"{months.NAMES[self.month - 1]}{day}{'' if self.year is None else f' {self.year}'}"


def readings(cell: str, year: int | None = None) -> tuple[Reading, ...]:
    """Every day that `cell` may mean, none twice: none where it names no day, two of 3/4/2027. `year`: of a cell
    that has none; a weekday is told by it.

    >>> [str(reading) for reading in readings("3/4/2027")]
    ['March 4 2027', 'April 3 2027']
    """
    text = " ".join(unicodedata.normalize("NFKC", cell).split()).strip(" ,;")
    clock = ""
    if match := _TIME.search(text):
        clock, text = match[1], text[: match.start()].rstrip(" ,;")
    weekday, text = _weekday(text)
    meant: dict[tuple[int, int | None, int | None], Reading] = {}
    for reading in _of(text):
        if _is_day(reading, weekday, year):
            named = (reading.month, reading.day, reading.year)  # 3/3 says nothing of the order
            meant[named] = replace(reading, time=clock or reading.time, order="" if named in meant else reading.order)
    return tuple(meant.values())


def weekday_of(cell: str) -> int | None:
    """The weekday that `cell` names, 0 for Monday."""
    return _weekday(" ".join(unicodedata.normalize("NFKC", cell).split()))[0]


def _weekday(text: str) -> tuple[int | None, str]:
    """A weekday that stands before or behind a day, and the rest."""
    words = text.split(" ")
    for place in dict.fromkeys((0, len(words) - 1)):
        word = slugs.unaccented(words[place].strip(",;.")).casefold()
        if not word.isalpha():
            continue
        number = _SHORT.get(word)
        if number is None and months.number(word) is None and months.elsewhere(word) is None:
            number = months.weekday(word)
        if number is not None:
            return number, " ".join(words[:place] + words[place + 1 :]).strip(" ,;.")
    return None, text


def _of(text: str) -> Iterator[Reading]:
    if match := _ISO.fullmatch(text):
        parts = match.group(1, 3, 4) if match[1] else match.group(5, 6, 7)
        yield Reading(int(parts[1]), int(parts[2]), int(parts[0]))
    elif match := _NUMBERS.fullmatch(text):
        first, second, year = int(match[1]), int(match[3]), _year(match[4])
        if match[2] == "-" and year is None:
            return  # 3-4 is a stretch as well
        if match[2] != ".":
            yield Reading(first, second, year, MONTH_FIRST)
        yield Reading(second, first, year, DAY_FIRST)
    elif re.fullmatch(r"\d{5}([.,]\d+)?", text) and int(text[:5]) in _SERIALS:
        moment = datetime.combine(EXCEL, time()) + timedelta(float(text.replace(",", ".")))
        clock = f"{moment:%H:%M}" if len(text) > 5 else ""
        yield Reading(moment.month, moment.day, moment.year, time=clock, number=True)
    elif (match := _NAMED.fullmatch(text)) and (month := months.number(match[2]) or months.elsewhere(match[2])):
        before, behind, year = match[1], match[3], _year(match[4])
        if before and behind:
            if match[4] is None:  # 4-Mar-27
                yield Reading(month, int(before), _year(behind))
        elif behind and year is None and f"{match[2]}-" in text:  # Mar-27, as Excel shows a month
            yield Reading(month, int(behind))
            yield Reading(month, None, _year(behind))
        else:
            yield Reading(month, int(before or behind) if before or behind else None, year)


def _year(text: str | None) -> int | None:
    """The schedule is of this century: 27 is 2027."""
    return None if text is None else int(text) if len(text) == 4 else 2000 + int(text[-2:])


def _is_day(reading: Reading, weekday: int | None, year: int | None) -> bool:
    """Whether there is this day, and it is of the weekday that stands beside it."""
    named = reading.year or year
    try:
        day = date(named or 2000, reading.month, reading.day or 1)
    except ValueError:
        return False
    return weekday is None or reading.day is None or named is None or day.weekday() == weekday
