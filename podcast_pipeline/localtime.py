"""Local times: what a clock on the wall says in a time zone, also on the days when clocks are changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING

from podcast_pipeline import months

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_USUAL = re.compile(r"([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class Usual:
    """A weekday (0: Monday) and a time on the wall clock."""

    weekday: int
    clock: time

    def __str__(self) -> str:
        return f"{months.SHORT_DAYS[self.weekday]} {self.clock:%H:%M}"

    def after(self, moment: datetime, zone: tzinfo) -> Iterator[datetime]:
        """The instants of every week later than `moment`, without end."""
        day = moment.astimezone(zone).date()
        day += timedelta((self.weekday - day.weekday()) % 7)
        while True:
            if (at := instant(day, self.clock, zone)) > moment:
                yield at
            day += timedelta(7)


def usual(text: str) -> Usual:
    """`Thu 06:00`. Raises ValueError saying what is wrong."""
    match = _USUAL.fullmatch(text.strip())
    names = [day.casefold() for day in months.SHORT_DAYS]
    if match is None or match[1].casefold() not in names:
        raise ValueError(f'"{text}" is not a weekday and a time (write "Thu 06:00")')
    try:
        return Usual(names.index(match[1].casefold()), time(int(match[2]), int(match[3])))
    except ValueError:
        raise ValueError(f'"{text}": there is no such time of day (write "Thu 06:00")') from None


def zone(name: str) -> ZoneInfo:
    """The time zone. Raises ValueError, with the nearest name that is known."""
    from zoneinfo import ZoneInfo, available_timezones

    from podcast_pipeline.nearest import meant

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # a folder of the database, or a path that leaves it, is no name either
        known = available_timezones()
        if not known:
            raise ValueError("this computer knows no time zones: install the package tzdata") from None
        cities = {full.rpartition("/")[2]: full for full in sorted(known)}
        near = meant(name, known) or meant(name.rpartition("/")[2].replace(" ", "_"), cities)
        for city, full in cities.items():
            near = near.replace(f'"{city}"', f'"{full}"')
        raise ValueError(f'"{name}" is not a time zone (write "America/Los_Angeles"){near}') from None


def named(text: str) -> tzinfo:
    """The zone with this text: one of the IANA list, an offset such as -08:00, "" for UTC."""
    if not text:
        return UTC
    if text[0] in "+-":
        offset = datetime.fromisoformat(f"2000-01-01T00:00{text}").tzinfo
        assert offset is not None
        return offset
    return zone(text)


def offset_of(moment: datetime) -> str:
    """The offset with which the instant is written, as text; "" for UTC."""
    offset = f"{moment:%z}"
    return "" if moment.utcoffset() in (None, timedelta(0)) else f"{offset[:3]}:{offset[3:5]}"


def instant(day: date, clock: time, where: tzinfo) -> datetime:
    """When the wall clock says `clock` on `day`, with its offset.

    A time that the clocks leave out is as much later as they are put forward; of one that comes twice it is the first.
    """
    # By way of UTC, as arithmetic within a zone is the wall's: PEP 495 gives the left-out time the offset before it.
    moment = datetime.combine(day, clock, where).astimezone(UTC).astimezone(where)
    return fixed(moment)


def written(text: str, where: tzinfo | None, usual: Usual | None = None) -> datetime:
    """An instant as a person writes it: ISO 8601; without an offset it is what the clocks of `where` say, a day alone
    is at the `usual` time of the day. Raises ValueError, also for a time that these clocks leave out or have twice.
    """
    hint = "write 2026-11-21T06:00:00-08:00"
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-11-21") else None
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f'"{text}" is not a date with time ({hint})') from None
    if moment.tzinfo is not None:
        return moment
    if where is None:
        raise ValueError(f'"{text}" has no time zone ({hint}, or end it with Z)')
    if day is not None and usual is None:
        raise ValueError(f'"{text}" has no time of day (write {text}T06:00)')
    wall = datetime.combine(day, usual.clock) if day is not None and usual is not None else moment
    first, second = (wall.replace(tzinfo=where, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset() and day is None:
        if first.astimezone(UTC).astimezone(where).replace(tzinfo=None) != wall:
            raise ValueError(f'"{text}": the clocks of {where} leave this time out on that day; {hint}')
        raise ValueError(f'"{text}": the clocks of {where} show this time twice on that day; {hint}')
    return instant(wall.date(), wall.time(), where)


def fixed(moment: datetime) -> datetime:
    """The same instant with its offset in place of its zone: what is written down, and compared and counted with."""
    offset = moment.utcoffset()
    assert offset is not None
    return moment.astimezone(timezone(offset))
