"""Dates as other people's feeds write them: read in any usual form; what had to be assumed is said."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from podcast_pipeline import months
from podcast_pipeline.feed import zones

_FIRST, _LAST = 1990, 2200
"""Years in which an episode can have come out."""
_WEEKDAY = re.compile(r"([^\W\d_]{2,})\.?,?\s*(?=[^\W_])")
_DAY = (
    re.compile(r"(?P<year>\d{4})(?P<mark>[-/.]?)(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)(?!\d)"),
    re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?[\s-]*(?:of |de )?(?P<name>[^\W\d_]{3,})\.?,?[\s-]+"
               r"(?:de )?(?P<year>\d{2,4})(?!\d)"),
    re.compile(r"(?P<name>[^\W\d_]{3,})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})(?!\d)"),
    re.compile(r"(?P<name>[^\W\d_]{3,})\.?\s+(?P<day>\d{1,2})\s+(?P<rest>\d\d?:.*)\s(?P<year>\d{4})$"),
    re.compile(r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})(?!\d)"),
)  # fmt: skip
"""ISO 8601, RFC 2822, JavaScript and American, ctime, and numbers alone."""
_TIME = re.compile(
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:[.,]\d+)?)?(?!\d)(?:\s*(?P<half>[ap])\.?m\b\.?)?"
    r"|(?P<compact>\d{4}(?:\d\d)?)(?:[.,]\d+)?(?!\d)",
    re.IGNORECASE,
)
_SINCE_1970 = re.compile(r"(\d{10})(\d{3})?")
_TIMELESS = "no time stands there: midnight, UTC, is taken"
_HYPHENS = dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-")


class Dated(NamedTuple):
    """The moment that a text means, in UTC, None where it is no date; and what had to be assumed, or why it is none.

    Each doubt is a sentence about the date, without it.
    """

    moment: datetime | None
    doubts: tuple[str, ...] = ()


class _Day(NamedTuple):
    date: date
    rest: str
    """What follows: time and zone."""
    doubts: tuple[str, ...]


def instant(value: str) -> datetime | None:
    """The moment that `value` means, in UTC; None if it is no date."""
    return read(value).moment


def certain(value: str) -> datetime | None:
    """The same, and None also where something had to be assumed."""
    moment, doubts = read(value)
    return None if doubts else moment


def read(value: str) -> Dated:
    """`value` as a moment. RFC 2822 and ISO 8601 are read as they say, and the forms that feeds have besides.

    Those are: JavaScript's and ctime's, full and foreign names of months, a wrong or foreign weekday, one digit for
    two, offsets with a colon or after GMT, places for zones, am and pm, 24:00, seconds since 1970.
    """
    text = " ".join(value.translate(_HYPHENS).split())
    if since := _SINCE_1970.fullmatch(text):
        return _checked(datetime.fromtimestamp(int(since[1]), UTC), ("it is read as seconds since 1970",))
    try:
        day = _day(text)
        if isinstance(day, str):
            return Dated(None, (day,) if day else ())
        clock = _TIME.match(day.rest)
        late, hour = _clock(clock)
        zone = zones.read(day.rest[clock.end() :] if clock else day.rest)
        if clock is None:
            zone = zone._replace(doubt=f'"{day.rest}" is no time: midnight is taken' if day.rest else _TIMELESS)
        local = datetime.combine(day.date, hour, zone.taken) + late
        return _checked(local.astimezone(UTC), (*day.doubts, *((zone.doubt,) if zone.doubt else ())))
    except (ValueError, OverflowError):
        return Dated(None)


def _checked(moment: datetime, doubts: tuple[str, ...]) -> Dated:
    return Dated(moment, doubts) if _FIRST <= moment.year <= _LAST else Dated(None)


def _day(text: str) -> _Day | str:
    """The day at the start of `text`, or why there is none, "" where it looks like none. Raises ValueError."""
    weekday, said = "", text
    for _ in range(2):
        for form in _DAY:
            if match := form.match(said):
                day = _dated(match)
                if isinstance(day, str):
                    return day
                return day._replace(doubts=(*_contradiction(weekday, day.date), *day.doubts))
        word = _WEEKDAY.match(said)
        if word is None:
            break
        weekday, said = word[1], said[word.end() :]
    return ""


def _dated(match: re.Match[str]) -> _Day | str:
    parts = match.groupdict()
    doubts: tuple[str, ...] = ()
    year = _year(parts["year"])
    if "name" in parts:
        month = (english := months.number(parts["name"])) or months.elsewhere(parts["name"])
        if month is None:
            return f'"{parts["name"]}" is no month that is known here'
        if not english:
            doubts = (f'"{parts["name"]}" is taken for {months.NAMES[month - 1]}',)
        day = int(parts["day"])
    elif "first" in parts:
        first, second = int(parts["first"]), int(parts["second"])
        if parts["mark"] != "." and first <= 12 and second <= 12 and first != second:
            return f"it may be {first} {months.NAMES[second - 1]} or {second} {months.NAMES[first - 1]}"
        day, month = (second, first) if second > 12 else (first, second)
        if month > 12:
            raise ValueError(match[0])
        doubts = (f"it is read as {day} {months.NAMES[month - 1]}",)
    else:
        month, day = int(parts["month"]), int(parts["day"])
    rest = parts.get("rest") or match.string[match.end() :]
    return _Day(date(year, month, day), re.sub(r"^\s*(?:[Tt](?=\d)|,|at )?\s*", "", rest), doubts)


def _year(digits: str) -> int:
    """Of two and three digits as RFC 2822 (section 4.3) says."""
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if len(digits) == 2 and year < 50 else 1900)


def _contradiction(weekday: str, day: date) -> tuple[str, ...]:
    named = months.weekday(weekday)
    if named is None or named == day.weekday():
        return ()
    return (f"it says {months.DAYS[named]}, and that day was a {months.DAYS[day.weekday()]}",)


def _clock(match: re.Match[str] | None) -> tuple[timedelta, time]:
    """The time, and what lies beyond what a clock shows: a day of 24:00, a leap second. Raises ValueError."""
    if match is None:
        return timedelta(), time()
    if digits := match["compact"]:
        hour, minute, second = int(digits[:2]), int(digits[2:4]), int(digits[4:] or 0)
    else:
        hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(match[0])
        hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    if (hour, minute, second) == (24, 0, 0):
        return timedelta(days=1), time()
    if second == 60:
        return timedelta(seconds=1), time(hour, minute, 59)
    return timedelta(), time(hour, minute, second)
