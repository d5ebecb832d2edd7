"""Dates as other people's feeds write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

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


def _iso(text: str) -> datetime | None:
    if not re.match(r"\d{4}-?\d\d-?\d\d", text):
        return None
    return datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d\d:?\d\d$|Z$)", "", text))


def _mail(text: str) -> datetime:
    zone = re.search(r"\b([A-Z]{1,4})$", text)
    if zone and zone.group(1) in _ZONES:
        hours = _ZONES[zone.group(1)]
        sign, minutes = "-" if hours < 0 else "+", round(abs(hours) * 60)
        text = f"{text[: zone.start()]}{sign}{minutes // 60:02}{minutes % 60:02}"
    # The weekday is only decoration, and in some feeds in another language.
    return parsedate_to_datetime(re.sub(r"^[^\d]+", "", text))
