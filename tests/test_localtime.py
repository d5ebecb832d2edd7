"""Local times on days when the clocks change, in every zone that the computer knows."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import available_timezones

import pytest
import soak
from hypothesis import given, settings
from hypothesis import strategies as st

from podcast_pipeline import localtime
from podcast_pipeline.localtime import Usual

ZONES = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"}))
DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))
MOMENTS = DAYS.map(lambda day: datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
PACIFIC = localtime.zone("America/Los_Angeles")


@settings(max_examples=soak.examples(150, 20_000))
@given(ZONES, DAYS, CLOCKS)
def test_a_wall_clock_names_one_instant(name: str, day: date, clock: time) -> None:
    """Where the wall shows the time, it is the first such instant; where the clocks leave it out, it is later by what
    they leave out. Read back in the zone it says what was meant; written down it needs no zone.
    """
    zone = localtime.zone(name)
    at = localtime.instant(day, clock, zone)
    shown = at.astimezone(zone).replace(tzinfo=None)
    wall = datetime.combine(day, clock)
    if shown == wall:
        earlier = (at - timedelta(minutes=minutes) for minutes in range(15, 121, 15))
        assert all(one.astimezone(zone).replace(tzinfo=None) != wall for one in earlier)
    else:
        before = (datetime.combine(day, clock, UTC) - timedelta(days=2)).astimezone(zone).utcoffset()
        after = (datetime.combine(day, clock, UTC) + timedelta(days=2)).astimezone(zone).utcoffset()
        assert before is not None
        assert after is not None
        assert shown - wall == after - before, "put forward by as much"
    assert datetime.fromisoformat(at.isoformat()) == at


@settings(max_examples=soak.examples(60, 5_000))
@given(ZONES, MOMENTS, st.integers(0, 6), CLOCKS)
def test_the_usual_time_comes_every_week(name: str, now: datetime, weekday: int, clock: time) -> None:
    """Each is later than the one before and than now, on its weekday by the zone's own calendar, a week of wall time
    apart; the first is no more than a week ahead, but for a change of clocks.
    """
    zone = localtime.zone(name)
    times = list(itertools.islice(Usual(weekday, clock).after(now, zone), 30))
    assert now < times[0] <= now + timedelta(days=8, hours=1)
    for at, then in itertools.pairwise(times):
        assert timedelta(days=6) < then - at < timedelta(days=8)
        assert (then.astimezone(zone).date() - at.astimezone(zone).date()).days in (6, 7, 8)
    walls = [at.astimezone(zone) for at in times]
    plain = [wall for wall in walls if (wall.weekday(), wall.time()) == (weekday, clock)]
    assert len(plain) >= len(times) - 3, "all but where the clocks change at that very time"


def test_the_days_of_california() -> None:
    """In March 02:30 is 03:30, in November 01:30 is the first one; 06:00 stays 06:00 over both."""
    assert localtime.instant(date(2027, 3, 14), time(2, 30), PACIFIC).isoformat() == "2027-03-14T03:30:00-07:00"
    assert localtime.instant(date(2027, 11, 7), time(1, 30), PACIFIC).isoformat() == "2027-11-07T01:30:00-07:00"
    sundays = Usual(6, time(6)).after(datetime(2027, 3, 6, tzinfo=UTC), PACIFIC)
    assert [at.isoformat() for at in itertools.islice(sundays, 2)] == [
        "2027-03-07T06:00:00-08:00",
        "2027-03-14T06:00:00-07:00",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2027-01-07T06:00", "2027-01-07T06:00:00-08:00"),
        ("2027-07-08", "2027-07-08T06:00:00-07:00"),
        ("2027-01-07T06:00:00+01:00", "2027-01-07T06:00:00+01:00"),
        ("2027-03-14T02:30", "leave this time out"),
        ("2027-11-07T01:30", "show this time twice"),
        ("Thursday", "is not a date with time"),
    ],
)
def test_a_time_as_people_write_it(text: str, said: str) -> None:
    """By the clocks of the show where no offset is given; a day alone is at the usual time; doubts are asked back."""
    try:
        answer = localtime.written(text, PACIFIC, localtime.usual("Thu 06:00")).isoformat()
    except ValueError as error:
        answer = str(error)
    assert said in answer
    with pytest.raises(ValueError, match=r"has no time zone|is not a date"):
        localtime.written("2027-01-07T06:00", None)


@pytest.mark.parametrize("text", ["Thu 24:00", "Thu", "06:00", "Xyz 06:00", "Thu 6", ""])
def test_no_usual_time(text: str) -> None:
    with pytest.raises(ValueError, match="Thu 06:00"):
        localtime.usual(text)
    assert str(localtime.usual("thursday 6:05")) == "Thu 06:05"


@pytest.mark.parametrize(
    ("name", "near"), [("Los Angeles", "America/Los_Angeles"), ("Europe/Viena", "Europe/Vienna"), ("../UTC", "")]
)
def test_no_time_zone(name: str, near: str) -> None:
    """A name that nobody knows is refused, with the near one."""
    with pytest.raises(ValueError, match=f'did you mean "{near}"' if near else "is not a time zone"):
        localtime.zone(name)
