"""One table of months, for all who read or write them by name."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from podcast_pipeline import months

BEFORE = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
OTHERS = ("SEPT.", "Mai", "ja", "juli", "Marble", "Decade", "Septic")


def test_the_table_is_the_calendar_s() -> None:
    """Python's names where no language is set, and how RFC 5322 and BibTeX shorten them."""
    import calendar

    assert list(months.NAMES) == [calendar.month_name[number] for number in range(1, 13)]
    assert list(months.SHORT) == [calendar.month_abbr[number] for number in range(1, 13)]
    assert tuple(name.casefold() for name in months.SHORT) == BEFORE
    assert [tuple(calendar.day_name), tuple(calendar.day_abbr)] == [months.DAYS, months.SHORT_DAYS]


@given(st.one_of(st.text(string.ascii_letters + ".", max_size=6), st.sampled_from(months.NAMES + BEFORE + OTHERS)))
def test_a_month_is_told_by_how_its_name_begins(text: str) -> None:
    """By three letters or more of it; a word that only begins like one is none."""
    word = text.rstrip(".").lower()
    meant = [number for number, name in enumerate(months.NAMES, 1) if len(word) >= 3 and name.lower().startswith(word)]
    assert months.number(text) == (meant[0] if meant else None)
