"""Did you mean: one way to ask it, whoever refuses a name."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast_pipeline.nearest import meant, nearest

KNOWN = ("title", "titles", "summary", "number", "season")


@given(st.text("abeilmnorstuy", max_size=8))
def test_the_nearest_name_is_that_of_difflib(name: str) -> None:
    """As tables, commands, models, engines and ids were compared before, all of small letters."""
    close = difflib.get_close_matches(name, KNOWN, n=1)
    assert nearest(name, KNOWN) == (close[0] if close else "")
    assert meant(name, KNOWN) == (f'; did you mean "{close[0]}"?' if close else "")


@pytest.mark.parametrize(
    ("name", "near"), [("TITEL", "title"), ("Medicin", "Medicine"), ("mental health", "Mental Health")]
)
def test_capitals_are_no_difference(name: str, near: str) -> None:
    """Whichever way either of them is written; the known one is shown as it is written."""
    assert nearest(name, (*KNOWN, "Medicine", "Mental Health")) == near


def test_nothing_is_near() -> None:
    """Of no names, and of none alike."""
    assert nearest("title", ()) == meant("xyz", KNOWN) == ""
