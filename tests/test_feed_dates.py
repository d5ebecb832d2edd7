"""Dates of other people's feeds: each form is one moment, and what had to be assumed for it is said."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast_pipeline import months
from podcast_pipeline.feed import dates

CERTAIN = """
    Mon, 16 Feb 2026 09:30:00 +0100 | 2026-02-16 08:30
    Mon, 16 Feb 2026 09:30:00 EST | 2026-02-16 14:30
    16 Feb 26 09:30 PDT | 2026-02-16 16:30
    16 Feb 99 09:30 GMT | 1999-02-16 09:30
    Mon, 16 Feb 126 09:30:00 GMT | 2026-02-16 09:30
    2026-02-16T09:30:00Z | 2026-02-16 09:30
    2026-02-16t09:30:00z | 2026-02-16 09:30
    20260216T093000Z | 2026-02-16 09:30
    2026-02-16T09:30:00.250-08:00 | 2026-02-16 17:30
    2026-02-16 09:30:00 EST | 2026-02-16 14:30
    2026-02-16T24:00:00Z | 2026-02-17 00:00
    Mon, 16 Feb 2026 21:30:00 -08:00 | 2026-02-17 05:30
    Mon, 16 Feb 2026 21:30:00 -8:00 | 2026-02-17 05:30
    Mon, 16 Feb 2026 21:30:00 -800 | 2026-02-17 05:30
    Mon, 16 Feb 2026 21:30:00 \u22120800 | 2026-02-17 05:30
    Mon, 16 Feb 2026 21:30:00 GMT -0500 | 2026-02-17 02:30
    Mon, 16 Feb 2026 21:30:00 UTC +2 | 2026-02-16 19:30
    Mon, 16 Feb 2026 21:30:00Z | 2026-02-16 21:30
    Mon, 16 Feb 2026 21:30:00.000 +0000 | 2026-02-16 21:30
    Mon, 16 Feb 2026 21:30:00 +0000 (UTC) | 2026-02-16 21:30
    Mon, 16 Feb 2026 21:30:00 (EST) | 2026-02-17 02:30
    Mon, 16 Feb 2026 21:30:00 Europe/Berlin | 2026-02-16 20:30
    Thu, 16 Jul 2026 21:30:00 America/New_York | 2026-07-17 01:30
    Mon, 16 Feb 2026 9:30:00 PM +0000 | 2026-02-16 21:30
    Monday, February 16, 2026 12:30 a.m. EST | 2026-02-16 05:30
    Mo, 16 Februar 2026 21:30:00 +0100 | 2026-02-16 20:30
    Sat 06 Jun 2015 21:15:00 GMT-0400 (EDT) | 2015-06-07 01:15
    Sat Jun 06 2015 21:15:00 GMT+2 | 2015-06-06 19:15
    Mon Feb 16 21:30:00 EST 2026 | 2026-02-17 02:30
    Monday, 16-Feb-26 21:30:00 GMT | 2026-02-16 21:30
    Mon, 16th Feb 2026 21:30:00 GMT | 2026-02-16 21:30
    Wed, 02 Sept 2020 10:00:00 GMT | 2020-09-02 10:00
    Thu, 02 Jul. 2026 10:00:00 GMT | 2026-07-02 10:00
    2 September 2020 24:00:00 +0000 | 2020-09-03 00:00
    Thu, 31 Dec 2026 23:59:60 GMT | 2027-01-01 00:00
"""
ASSUMED = """
    Mon, 16 Feb 2026 09:30:00 CET | 2026-02-16 08:30 | CET is taken for UTC+01:00
    Mon, 16 Feb 2026 09:30:00 IST | 2026-02-16 04:00 | IST is taken for UTC+05:30
    Mon, 16 Feb 2026 09:30:00 AEST | 2026-02-15 23:30 | AEST is taken for UTC+10:00
    Mon, 16 Feb 2026 09:30:00 PT | 2026-02-16 17:30 | PT is taken for that of America/Los_Angeles
    Mon, 16 Feb 2026 09:30:00 A | 2026-02-16 09:30 | A is a single letter: UTC is taken
    Mon, 16 Feb 2026 09:30:00 XYZ | 2026-02-16 09:30 | XYZ is not known: UTC is taken
    Mon, 16 Feb 2026 09:30:00 Eastern Standard Time | 2026-02-16 09:30 | not known: UTC is taken
    Mon, 16 Feb 2026 09:30:00 +9999 | 2026-02-16 09:30 | no place is +9999 away
    Mon, 16 Feb 2026 09:30:00 | 2026-02-16 09:30 | no time zone stands there: UTC is taken
    2026-02-16 09:30:00 | 2026-02-16 09:30 | no time zone stands there: UTC is taken
    2026-02-16 | 2026-02-16 00:00 | no time stands there: midnight, UTC, is taken
    16 Feb 2026 | 2026-02-16 00:00 | no time stands there: midnight, UTC, is taken
    Tue, 16 Feb 2026 09:30:00 GMT | 2026-02-16 09:30 | it says Tuesday, and that day was a Monday
    mar., 16 Feb 2026 09:30:00 GMT | 2026-02-16 09:30 | it says Tuesday, and that day was a Monday
    Mi, 02 Dez 2026 09:30:00 +0100 | 2026-12-02 08:30 | "Dez" is taken for December
    lun., 16 f\u00e9vr. 2026 09:30:00 +0100 | 2026-02-16 08:30 | taken for February
    3 de marzo de 2026 10:00 +0200 | 2026-03-03 08:00 | "marzo" is taken for March
    02/16/2026 09:30:00 GMT | 2026-02-16 09:30 | it is read as 16 February
    16.02.2026 09:30:00 GMT | 2026-02-16 09:30 | it is read as 16 February
    1771277400 | 2026-02-16 21:30 | seconds since 1970
"""
NONE = """
    03/04/2026 09:30:00 GMT | it may be 3 April or 4 March
    3 jui 2026 10:00 +0200 | "jui" is no month
    Mon, 31 Feb 2026 09:30:00 GMT |
    Mon, 16 Feb 2026 24:30:00 GMT |
    Mon, 16 Feb 1900 09:30:00 GMT |
    Thu, 01 Jan 1970 00:00:00 GMT |
    Mon, 01 Jan 0001 00:00:00 +0000 |
    0000-00-00 00:00:00 |
    yesterday |
    2026 |
"""


def _rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def _shown(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def test_dates_of_every_kind_become_one_moment() -> None:
    """RFC 2822, ISO 8601 and what feeds have besides; a reading that assumes nothing says nothing."""
    for text, when in _rows(CERTAIN):
        assert (text, _shown(dates.certain(text))) == (text, when)


def test_what_had_to_be_assumed_is_said() -> None:
    """A zone that no standard knows, no zone, no time, a weekday that is another, a month in another language."""
    for text, when, says in _rows(ASSUMED):
        moment, doubts = dates.read(text)
        assert (text, _shown(moment)) == (text, when)
        assert says in " ".join(doubts)
        assert dates.certain(text) is None


@pytest.mark.parametrize(("text", "says"), [*map(tuple, _rows(NONE)), ("", "")])
def test_what_is_no_date_is_none(text: str, says: str) -> None:
    """Days that no calendar has, years in which nothing came out, numbers of which nobody knows the order."""
    moment, doubts = dates.read(text)
    assert moment is None
    assert says in " ".join(doubts)
    assert bool(says) == bool(doubts)


@given(st.datetimes(datetime(1991, 1, 1), datetime(2199, 1, 1), timezones=st.timezones()))  # noqa: DTZ001
def test_what_python_writes_is_read(moment: datetime) -> None:
    """As RFC 2822 with its weekday, and as ISO 8601 with a fraction; neither leaves a doubt."""
    offset = moment.utcoffset()
    if offset is None or offset.seconds % 60:
        return
    whole = moment.astimezone(UTC).replace(microsecond=0)
    assert dates.certain(format_datetime(moment)) == whole
    assert dates.certain(moment.isoformat()) == whole


@given(st.text(max_size=40))
def test_any_text_is_read_or_none(text: str) -> None:
    """No text ends in an error."""
    moment, doubts = dates.read(text)
    assert moment is None or moment.tzinfo is UTC
    assert all(doubts)


def test_months_of_other_languages_are_told_by_what_is_theirs_alone() -> None:
    """`jui` may be June or July in French, and `ma` anything."""
    assert [months.elsewhere(word) for word in ("Juin", "juil.", "M\u00c4RZ", "gennaio", "Okt")] == [6, 7, 3, 1, 10]
    assert [months.elsewhere(word) for word in ("jui", "ma", "xyz", "", "...")] == [None] * 5
