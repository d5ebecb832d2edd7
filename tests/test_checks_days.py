"""Days against the days around them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from cases import APPRAISAL, GUEST, HOST, REGISTERED, claim, good, paper, person, published, registered, stands, told

from podcast_pipeline.checks.case import Case
from podcast_pipeline.checks.episode import report
from podcast_pipeline.model.appraisal import Access, Notice
from podcast_pipeline.model.medical import Cme, Mitigation, Privacy
from podcast_pipeline.model.person import Bio, Disclosure, Relationship

LATER, BEFORE = date(2026, 11, 22), date(2026, 10, 1)


def found(case: Case) -> list[tuple[str, str, str]]:
    return [(f.severity, f.code, f.field) for f in report(case).judged.standing if f.code in ("DAT03", "DAT05")]


def related(**days: date) -> Case:
    declared = Disclosure(BEFORE, relationships=(Relationship("ExampleCo", "consultant", **days),))  # type: ignore[arg-type]
    return told(person(good(), GUEST, disclosure=declared), mitigation=Mitigation("Read by others.", BEFORE))


FUTURE: dict[str, Callable[[], Case]] = {
    "claim[c1].checked": lambda: claim(good(), checked=LATER),
    "disclosure.collected": lambda: person(good(), HOST, disclosure=Disclosure(LATER, none_attested=True)),
    "bio.approved_by_subject": lambda: person(good(), HOST, bio=Bio("Robin hosts.", approved=LATER)),
    "phi.reviewed": lambda: told(good(), phi=Privacy(reviewed=LATER)),
    "mitigation.on": lambda: told(good(), mitigation=Mitigation("Read by others.", LATER)),
    "cme.reviewed": lambda: told(good(), cme=Cme(reviewed=LATER)),
    "reference[invented2024].on": lambda: paper(good(), dataclasses.replace(APPRAISAL, on=LATER)),
    "reference[invented2024].status.checked": lambda: stands(good(), "ok", checked=LATER),
    "reference[invented2024].registered.on": lambda: registered(good(), on=LATER),
    "reference[invented2024].access.url_checked": lambda: paper(
        good(), dataclasses.replace(APPRAISAL, access=Access(url_checked=LATER))
    ),
    "reference[invented2024].status.notices[1].date": lambda: stands(
        good(), "corrected", Notice("corrected", "crossref", LATER, "10.1000/n")
    ),
    "reference[invented2024].status.notices[1].found": lambda: stands(
        good(), "corrected", Notice("corrected", "crossref", None, "10.1000/n", LATER)
    ),
    "disclosure.relationship[1].started": lambda: related(started=date(2026, 3, 1), ended=date(2026, 2, 1)),
    "cme.released": lambda: told(good(), cme=Cme(released=date(2027, 1, 1), expires=date(2026, 12, 1))),
}


@pytest.mark.parametrize("field", FUTURE)
def test_a_day_that_cannot_be(field: str) -> None:
    """What was done is not still to come, and what follows does not lie before: an error at its place."""
    assert ("E", "DAT03", field) in found(FUTURE[field]())


def test_days_that_can_be() -> None:
    """Today counts, also where it began before; a day is looked at from the day of looking, not of publication."""
    assert found(related(started=date(2025, 3, 1), ended=date(2026, 2, 1))) == []
    scheduled = claim(good(now=datetime(2026, 11, 9, 9, tzinfo=UTC)), checked=date(2026, 11, 10))
    assert ("E", "DAT03", "claim[c1].checked") in found(scheduled)
    evening = dataclasses.replace(
        scheduled, now=datetime(2026, 11, 9, 11, tzinfo=UTC)
    )  # the 10th has begun in the east
    assert ("E", "DAT03", "claim[c1].checked") not in found(evening)
    assert REGISTERED.on is not None


def test_recorded_before_it_is_published() -> None:
    """An error, but for the day that the public record has as well."""
    slip = told(good(), recorded=date(2026, 11, 23))
    assert ("E", "DAT03", "recorded") in found(slip)
    assert ("E", "DAT03", "recorded") in found(published(slip, ""))


def test_a_disclosure_after_the_recording() -> None:
    """A warning with both days; where credit is offered an error, as nothing covers the recording."""
    late = person(good(), GUEST, disclosure=Disclosure(date(2026, 11, 14), none_attested=True))
    assert found(late) == [("W", "DAT05", "disclosure.collected")]
    credit = Cme(True, "Example Society", "0.5 credits", "https://example.org/claim", expires=date(2027, 11, 20))
    assert ("E", "DAT05", "disclosure.collected") in found(told(late, cme=credit))
