"""Disclosure statements, by the calendar."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest

from podcast_pipeline.model.person import Disclosure, Person, Relationship
from podcast_pipeline.people.statement import shown_until, statement

PUBLISHED = date(2026, 11, 20)
RECORDED = date(2026, 10, 20)


def person(**fields: object) -> Person:
    return Person("p", "Alex Example", ("MD",), disclosure=Disclosure(**fields))  # type: ignore[arg-type]


def with_company(**fields: object) -> Person:
    relationship = Relationship("ExampleCo", "consultant", **fields)  # type: ignore[arg-type]
    return person(collected=date(2026, 10, 18), relationships=(relationship,))


@pytest.mark.parametrize(
    ("ended", "last"),
    [
        (date(2026, 2, 28), date(2028, 2, 28)),
        (date(2024, 2, 29), date(2026, 2, 28)),
        (date(2024, 2, 28), date(2026, 2, 28)),
        (date(2022, 2, 28), date(2024, 2, 28)),
        (date(2024, 12, 31), date(2026, 12, 31)),
        (date(2025, 1, 15), date(2027, 1, 15)),
    ],
)
def test_a_relationship_is_stated_for_24_calendar_months_after_its_end(ended: date, last: date) -> None:
    """To the same day of the month two years later; 29 February to the 28th. The day after, it is gone."""
    assert shown_until(ended) == last
    assert "ExampleCo (consultant" in statement(with_company(ended=ended), None, last)
    assert "ExampleCo" not in statement(with_company(ended=ended), None, last + timedelta(days=1))


def test_what_was_due_at_the_recording_is_stated_too() -> None:
    """A relationship that lapses between recording and publication stays in the statement."""
    lapsing = with_company(ended=date(2024, 11, 1))
    assert "ExampleCo" not in statement(lapsing, None, PUBLISHED)
    assert "ExampleCo (consultant, ended 1 November 2024)" in statement(lapsing, RECORDED, PUBLISHED)


def test_a_relationship_that_began_after_the_recording_is_stated() -> None:
    """It exists on the day of publication; one that begins later does not yet."""
    assert "ExampleCo (consultant)" in statement(with_company(started=date(2026, 11, 1)), RECORDED, PUBLISHED)
    assert "ExampleCo" not in statement(with_company(started=date(2026, 11, 21)), RECORDED, PUBLISHED)


def test_an_open_relationship_is_stated_however_old() -> None:
    """Without an end it is current; a future end is not said to be past."""
    assert statement(with_company(started=date(2001, 1, 1)), RECORDED, PUBLISHED) == (
        "Alex Example, MD disclosed on 18 October 2026: ExampleCo (consultant)."
    )
    assert "ended" not in statement(with_company(ended=date(2027, 1, 1)), RECORDED, PUBLISHED)


def test_money_paid_to_the_institution_is_said_to_be() -> None:
    """Several relationships stand in one sentence."""
    two = (Relationship("ExampleCo", "researcher", paid_to="institution"), Relationship("OtherCo", "stock"))
    assert statement(person(collected=RECORDED, relationships=two), RECORDED, PUBLISHED) == (
        "Alex Example, MD disclosed on 20 October 2026: "
        "ExampleCo (researcher, paid to the institution); OtherCo (stock)."
    )


def test_none_attested_names_the_day() -> None:
    """Nothing to disclose is what the person attested, on a date."""
    assert statement(person(collected=date(2026, 10, 18), none_attested=True), RECORDED, PUBLISHED) == (
        "Alex Example, MD attested on 18 October 2026 "
        "that there are no financial relationships with ineligible companies."
    )


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Alex Example, MD: no disclosure has been collected."),
        ({"none_attested": True}, "Alex Example, MD: no disclosure has been collected."),
        ({"collected": date(2026, 10, 18)}, "Alex Example, MD: the disclosure of 18 October 2026 is not complete."),
    ],
)
def test_missing_is_not_nothing_to_disclose(fields: dict[str, object], sentence: str) -> None:
    """Without a date, or without attestation, the statement says what is missing and claims no absence."""
    assert statement(person(**fields), RECORDED, PUBLISHED) == sentence


def test_lapsed_relationships_are_no_attestation_of_none() -> None:
    """The sentence speaks of the 24 months only."""
    assert statement(with_company(ended=date(2020, 1, 1)), RECORDED, PUBLISHED) == (
        "Alex Example, MD disclosed on 18 October 2026: no relationship within 24 months of this episode."
    )


def test_a_relationship_outweighs_an_attestation_of_none() -> None:
    """Where both stand in the file, the listener hears of the relationship."""
    declared = dataclasses.replace(with_company().disclosure, none_attested=True)
    both = dataclasses.replace(with_company(), disclosure=declared)
    assert "ExampleCo (consultant)" in statement(both, RECORDED, PUBLISHED)
