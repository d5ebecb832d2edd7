"""Dates as other people's feeds write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from podcast_pipeline import months

_ZONES: dict[str, float] = {
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "CET": 1,
    "CEST": 2,
}
_ZONES |= {"BST": 1, "IST": 5.5, "JST": 9, "AEST": 10, "AEDT": 11, "UTC": 0, "GMT": 0, "UT": 0, "Z": 0}


def instant(value: str) -> datetime | None:
    """The moment that `value` means, in UTC; None if it is no date. A date without zone is taken for UTC.

    RFC 2822 with or without weekday, two-digit years, zones by letters, and ISO 8601 are read.
    """
    text = " ".join(value.split())
    if not text:
        return None
    for read in (_iso, _mail):
        try:
            moment = read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        if moment is not None and 1990 <= moment.year <= 2200:
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    return None


def unknown_zone(value: str) -> str:
    """The letters at the end of a date that are no zone we know, whose time is taken for UTC; "" if there are none."""
    match = re.search(r"\d\s+([A-Z]{2,5})$", " ".join(value.split()))
    return match[1] if match and match[1] not in _ZONES else ""


def _iso(text: str) -> datetime | None:
    if not re.match(r"\d{4}-?\d\d-?\d\d", text):
        return None
    return datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d\d:?\d\d$|Z$)", "", text))


def _mail(text: str) -> datetime:
    # JavaScript's form, Sept and full names of months, offsets with a colon, GMT+h, 24:00 of a day.
    text = re.sub(r"\s*\([^)]*\)$", "", text)
    text = re.sub(r"^[A-Za-z]{3,9},?\s+([A-Za-z]{3,9})\s+(\d{1,2}),?\s+(\d{4})", r"\2 \1 \3", text)
    text = re.sub(rf"\b({'|'.join(months.SHORT)})[a-z]+\b", r"\1", text)
    text = re.sub(r"(?:(?<=\s)|\bGMT|\bUTC)([+-])(\d{1,2}):?(\d\d)?$", _offset, text)
    late = re.search(r"\b24:00(:00)?\b", text)
    if late:
        text = text.replace(late[0], "00:00:00")
    zone = re.search(r"\b([A-Z]{1,4})$", text)
    if zone and zone.group(1) in _ZONES:
        hours = _ZONES[zone.group(1)]
        sign, minutes = "-" if hours < 0 else "+", round(abs(hours) * 60)
        text = f"{text[: zone.start()]}{sign}{minutes // 60:02}{minutes % 60:02}"
    # The weekday is only decoration, and in some feeds in another language.
    moment = parsedate_to_datetime(re.sub(r"^[^\d]+", "", text))
    return moment + timedelta(days=1) if late else moment


def _offset(match: re.Match[str]) -> str:
    sign, hours, minutes = match.groups()
    return f"{sign}{int(hours):02}{minutes or '00'}"
