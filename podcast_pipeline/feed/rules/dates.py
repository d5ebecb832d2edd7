"""Dates: the form that RFC 2822 and every client agree on, what clients read all the same, and what they cannot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any

from podcast_pipeline import months
from podcast_pipeline.feed.dates import instant
from podcast_pipeline.feed.rules.document import HOUSE, Problem, place, text

_DATE = re.compile(
    rf"(?:({'|'.join(months.SHORT_DAYS)}), )?(\d\d?) ({'|'.join(months.SHORT)}) (\d{{4}}) (\d\d):(\d\d)(?::(\d\d))?"
    r" ([+-]\d{4}|GMT|UT|Z|[ECMP][SD]T)"
)
_LETTERS = {"E": -5, "C": -6, "M": -7, "P": -8}
"""Hours of the North American zones that RFC 2822 names, in winter."""


def of_item(item: Any, now: datetime) -> Iterator[Problem]:
    """The date of an episode, which no client may take for another one, and which is not in the future."""
    value = text(item, "pubDate") or ""
    if not value.strip():
        yield Problem("F29", "pubDate", "the episode has no date: clients file it under 1970")
        return
    when = _strict(value)
    if when is None:
        yield Problem(
            "F29", "pubDate", f'"{value}" is not a date such as Mon, 16 Feb 2026 09:30:00 +0000', _grade(value)
        )
        when = instant(value)
    elif not value.endswith("+0000"):
        yield Problem("F29", "pubDate", f'"{value}": write it in UTC, with +0000', HOUSE)
    if when is not None and when > now.astimezone(UTC):
        yield Problem("F29", "pubDate", f"{value} is in the future: clients drop the date or the episode")


def of_channel(channel: Any) -> Iterator[Problem]:
    """The dates of the channel, which clients show at most."""
    for name in ("pubDate", "lastBuildDate"):
        element = channel.find(name)
        if element is not None and _strict(element.text or "") is None:
            yield Problem("F10", place(element), f'"{element.text or ""}" is not a date of RFC 2822', "W")


def _grade(value: str) -> str:
    """HOUSE for a date that clients read all the same, E for any other.

    Those are the dates that email.utils reads, as gPodder does; AntennaPod reads more. ISO 8601 is not among them:
    Apple Podcasts and the validator ask for RFC 2822.
    """
    plain = " ".join(value.split()).replace(" ,", ",")
    try:
        parsedate_to_datetime(re.sub(r"\b24:00(:00)?\b", "00:00", plain))
    except ValueError:
        return "E"
    return HOUSE


def _strict(value: str) -> datetime | None:
    """The moment of an RFC 2822 date with a year of four digits; None if it is not one, or its weekday is wrong."""
    match = _DATE.fullmatch(value)
    if match is None:
        return None
    weekday, day, month, year, hour, minute, second, zone = match.groups()
    offset = timedelta(0)
    if zone[0] in "+-":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:])) * (1 if zone[0] == "+" else -1)
    elif zone[0] in _LETTERS:
        offset = timedelta(hours=_LETTERS[zone[0]] + (zone[1] == "D"))
    date = (int(year), months.SHORT.index(month) + 1, int(day), int(hour), int(minute), int(second or 0))
    try:
        when = datetime(*date, tzinfo=timezone(offset))
    except ValueError:
        return None
    return when if weekday in (None, months.SHORT_DAYS[when.weekday()]) else None
