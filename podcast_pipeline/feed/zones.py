"""Time zones as other people's feeds write them: what RFC 2822 knows is taken as it says, anything else is named."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

_STANDARD = {"UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5} | {
    "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip
"""Hours of the zones that RFC 2822 (section 4.3) names."""
_USUAL: dict[str, float] = {
    "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2, "EEST": 3, "SAST": 2, "MSK": 3,
    "IST": 5.5, "SGT": 8, "HKT": 8, "AWST": 8, "JST": 9, "KST": 9, "ACST": 9.5, "AEST": 10, "ACDT": 10.5, "AEDT": 11,
    "NZST": 12, "NZDT": 13, "NST": -3.5, "NDT": -2.5, "AST": -4, "ADT": -3, "BRT": -3, "AKST": -9, "AKDT": -8,
    "HST": -10,
}  # fmt: skip
"""Hours of letters that feeds use besides; some mean another zone elsewhere (IST also Israel's and Ireland's time)."""
_PLACES = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles"}
_OFFSET = re.compile(r"(?:GMT|UTC?|Z)?\s*([+-])(\d{1,2}?)(?::?(\d\d))?(?:\s+[A-Z]{1,5})?", re.IGNORECASE)
_WIDEST = 14 * 60
"""Minutes: no place on Earth is further from UTC."""


class Zone(NamedTuple):
    """The zone that is taken, and what has to be said of it, "" where the text leaves no doubt."""

    taken: tzinfo
    doubt: str


def read(text: str) -> Zone:
    """The zone that `text`, what stands behind a date's time, names: an offset, letters, or a place.

    A remark in brackets counts where nothing else stands there.
    """
    outside, _, remark = text.partition("(")
    name = outside.strip() or remark.partition(")")[0].strip()
    if not name:
        return Zone(UTC, "no time zone stands there: UTC is taken")
    if offset := _OFFSET.fullmatch(name):
        sign, hours, minutes = offset.groups()
        total = int(hours) * 60 + int(minutes or 0)
        if total <= _WIDEST and int(minutes or 0) < 60:
            return Zone(timezone(timedelta(minutes=-total if sign == "-" else total)), "")
        return Zone(UTC, f"no place is {name} away from UTC: UTC is taken")
    return _named(name)


def _named(name: str) -> Zone:
    letters = name.upper()
    if letters in _STANDARD:
        return Zone(timezone(timedelta(hours=_STANDARD[letters])), "")
    if letters in _USUAL:
        taken = timezone(timedelta(hours=_USUAL[letters]))
        return Zone(taken, f"the time zone {name} is taken for {taken}: RFC 2822 does not know it")
    place = _place(name)
    if place is not None:
        return Zone(place, "")
    if letters in _PLACES and (place := _place(_PLACES[letters])) is not None:
        return Zone(place, f"the time zone {name} is taken for that of {_PLACES[letters]}")
    if re.fullmatch(r"[A-IK-Y]", letters):
        return Zone(UTC, f"the time zone {name} is a single letter: UTC is taken, as RFC 2822 says")
    return Zone(UTC, f"the time zone {name} is not known: UTC is taken")


def _place(name: str) -> ZoneInfo | None:
    """The zone of a place such as Europe/Berlin."""
    if not re.fullmatch(r"[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_+-]+){1,2}", name):
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return None
