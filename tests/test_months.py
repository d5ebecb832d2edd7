"""One table of months, for all who read or write them by name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from podcast_pipeline import months

BEFORE = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def test_the_table_is_the_calendar_s() -> None:
    """Python's names where no language is set, and how RFC 5322 and BibTeX shorten them."""
    import calendar

    assert list(months.NAMES) == [calendar.month_name[number] for number in range(1, 13)]
    assert list(months.SHORT) == [calendar.month_abbr[number] for number in range(1, 13)]
    assert tuple(name.casefold() for name in months.SHORT) == BEFORE


@given(st.one_of(st.text(max_size=6), st.sampled_from(months.NAMES + BEFORE + ("SEPT.", "Mai", "ja", "juli"))))
def test_a_month_is_told_by_how_it_begins(text: str) -> None:
    """As registers, BibTeX, NBIB and dates of events were read before."""
    start = text[:3].casefold()
    assert months.number(text) == (BEFORE.index(start) + 1 if start in BEFORE else None)
