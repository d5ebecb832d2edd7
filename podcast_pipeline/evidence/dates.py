"""Dates as programs and people write them, as dates of CSL-JSON: one reader for every format of references.

Read are ISO 8601 and EDTF (`2024-05`, `2024-05/2024-07`, `2024-21` for spring), RIS (`2024/05/03/`, `2024///Spring`),
PubMed (`2020 Jan-Feb`, `2019 Dec-2020 Jan`, `2019 Winter`) and words (`3 May 2019`, `May 3, 2019`). Of a day and month
in numbers that could be either nothing is guessed.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from typing import Any

from podcast_pipeline import months

CslDate = dict[str, Any]
SEASONS = ("Spring", "Summer", "Fall", "Winter")
_EDTF = re.compile(r"(\d{4})(?:[-.](\d\d?)(?:[-.](\d\d?)(?:[T ]\S*)?)?)?[~?%]?", re.ASCII)
_RIS = re.compile(r"(\d{4})?/(\d{0,2})(?:/(\d{0,2})(?:/(.*))?)?", re.ASCII)
_NAMED = re.compile(r"(\d{4})/([^\W\d_]{3,})\.?(?:/(\d{1,2}))?/*", re.ASCII)
_WORD = re.compile(r"[^\W\d_]+\.?|\d+|[-/]|\S")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
_SEASONS = {name.casefold(): number for number, name in enumerate(SEASONS, 1)} | {"autumn": 3}


@dataclass
class _Day:
    """One end of a date, as far as it is known."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    season: int | None = None
    strange: list[str] = field(default_factory=list)

    @property
    def parts(self) -> list[int]:
        given = [self.year, self.month, self.day if self.month else None]
        return [part for part in given if part is not None]


def parsed(text: str) -> tuple[CslDate | None, str]:
    """The date that `text` holds, None where it names no year; and the part of it that was not understood, or ""."""
    bare = re.sub("[\u2010-\u2015\u2212]", "-", " ".join(text.split())).strip(" ,;.()[]{}")
    bare = re.sub(r"\A(?:c|©|cop\.?) ?(?=\d{4}\Z)", "", bare)  # the year of the copyright
    if named := _NAMED.fullmatch(bare):  # 2019/Nov/05
        bare = " ".join(part for part in named.groups() if part)
    ends = bare.split("/")
    if len(ends) <= 2 and (matches := [_EDTF.fullmatch(end) for end in ends if end not in ("", "..")]) and all(matches):
        return _iso([match for match in matches if match])
    if (match := _RIS.fullmatch(bare)) is not None:
        year, month, day, rest = (part or "" for part in match.groups())
        if not year:
            return None, bare
        if rest.strip():
            date, strange = parsed(rest if re.search(r"\d{4}", rest) else f"{year} {rest}")
            if date is not None and not strange:
                return date, ""
        shown, strange = _checked(_Day(int(year), int(month or 0) or None, int(day or 0) or None))
        return shown, " ".join(filter(None, (strange, rest.strip())))
    date, strange = _in_words(bare)
    return date, strange if date is not None else bare


def _iso(matches: list[re.Match[str]]) -> tuple[CslDate | None, str]:
    days = []
    for match in matches:
        year, month, day = (int(part) if part else None for part in match.groups())
        if month is not None and 21 <= month <= 24:
            return {"date-parts": [[year]], "season": month - 20}, ""
        days.append(_Day(year, month or None, day or None))
    return _checked(*days)


def _days(day: _Day) -> int:
    """How many days its month has."""
    known = day.year is not None and 1 <= day.year <= 9999 and day.month is not None
    return calendar.monthrange(day.year or 1, day.month or 1)[1] if known else 31


def _checked(*days: _Day) -> tuple[CslDate | None, str]:
    """The date of one or two ends; a month or day that none has is strange."""
    strange = [word for each in days for word in each.strange]
    for each in days:
        if each.month is not None and not 1 <= each.month <= 12:
            strange.append(f"month {each.month}")
            each.month = each.day = None
        if each.day is not None and not 1 <= each.day <= _days(each):
            strange.append(f"day {each.day}")
            each.day = None
    parts = [each.parts for each in days]
    if not parts or days[0].year is None or not 1000 <= days[0].year <= 9999:
        return None, " ".join(strange)
    return {"date-parts": parts[:1] if parts[1:] == parts[:1] else parts}, " ".join(strange)


def _in_words(bare: str) -> tuple[CslDate | None, str]:
    words = [word.rstrip(".") for word in _WORD.findall(_ORDINAL.sub("", bare)) if word not in ",;."]
    if re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}", bare, re.ASCII):
        return _numeric([int(part) for part in re.split(r"[-/.]", bare)], bare)
    if re.fullmatch(r"\d{1,2}[-/.]\d{4}", bare, re.ASCII):
        month, year = map(int, re.split(r"[-/.]", bare))
        return _checked(_Day(year, month))
    if re.fullmatch(r"\d{8}", bare, re.ASCII):
        return _checked(_Day(int(bare[:4]), int(bare[4:6]), int(bare[6:])))
    if all(re.fullmatch(r"\d+|[^\W\d_]{3,}|-", word) for word in words) and words.count("-") == 2:
        words = [word for word in words if word != "-"]  # 19-Oct-2021
    if "-" in words or "/" in words:
        place = next(i for i, word in enumerate(words) if word in "-/")
        first, second = _day(words[:place]), _day(words[place + 1 :])
    else:
        first, second = _day(words), None
    return _spanned(first, second)


def _spanned(first: _Day, second: _Day | None) -> tuple[CslDate | None, str]:
    """What the two ends of a span share stands at one of them."""
    if second is None:
        date, strange = _checked(first)
        return (date | {"season": first.season} if date and first.season else date), strange
    if second.year is None:
        second.year = first.year
    if first.year is None:
        first.year = second.year
    if first.month is None and second.month and first.day is not None and second.day:  # 3-5 May
        first.month = second.month
    if second.month is None and second.day is not None:
        second.month = first.month
    if first.season or second.season:
        both = "-".join(SEASONS[each.season - 1] for each in (first, second) if each.season)
        date, strange = _checked(first)
        return (date | {"season": both} if date else date), " ".join(filter(None, (strange, *second.strange)))
    return _checked(first, second)


def _day(words: list[str]) -> _Day:
    day = _Day()
    for word in words:
        if re.fullmatch(r"[0-9]{4}", word) and day.year is None:
            day.year = int(word)
        elif re.fullmatch(r"[0-9]{1,2}", word) and day.day is None:
            day.day = int(word)
        elif day.month is None and (month := months.number(word)) is not None:
            day.month = month
        elif day.season is None and word.casefold() in _SEASONS:
            day.season = _SEASONS[word.casefold()]
        else:
            day.strange.append(word)
    if day.day is not None and day.month is None and day.year is not None:
        day.strange.append(str(day.day))  # a number of its own: neither month nor day is said
        day.day = None
    return day


def _numeric(numbers: list[int], bare: str) -> tuple[CslDate | None, str]:
    """Day and month in numbers, in the order of this or that country."""
    first, second, year = numbers
    if first == second or (first > 12) != (second > 12):
        day, month = (first, second) if first > 12 or first == second else (second, first)
        return _checked(_Day(year, month, day))
    date, _ = _checked(_Day(year))
    return date, f"{bare}: day and month could be either"
