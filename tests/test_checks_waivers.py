"""Waivers: one finding, a name, a reason, a last day; and the gate that they open."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest
from cases import HOST, PAPER, good, paper, person, published, sealed, stands, told

from podcast_pipeline.checks import gate
from podcast_pipeline.checks.case import Case
from podcast_pipeline.checks.codes import CODES
from podcast_pipeline.checks.episode import report
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.evidence import identity
from podcast_pipeline.model.appraisal import Appraisal
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.model.person import Disclosure
from podcast_pipeline.model.release import UsedWaiver
from podcast_pipeline.model.waiver import Waiver

REASON = "The report has no other address than this one."
REPORT = paper(good(), DOI=None, PMID=None, URL="https://example.org/report").show.references[PAPER.id]
SEEN = Appraisal(
    PAPER.id, seen_by=HOST.id, seen=date(2026, 11, 10), seen_judged=identity.judged(REPORT, HOST.id, date(2026, 11, 10))
)
BAD = paper(good(), SEEN, DOI=None, PMID=None, URL="https://example.org/report")


def finding(case: Case, code: str) -> Finding:
    (found,) = [one for one in report(case).judged.standing if one.code == code]
    return found


def waived(case: Case, found: str, **fields: object) -> Case:
    values = {"code": found, "fingerprint": finding(case, found).fingerprint, "name": HOST.id, "reason": REASON}
    given: dict[str, Any] = {**values, "expires": date(2027, 2, 18), **fields}
    return sealed(told(case, waivers=(Waiver(**given),)))


def faults(case: Case) -> list[str]:
    return [one.sentence for one in report(case).judged.standing if one.code == "WAI01"]


def test_a_waiver_covers_its_finding_and_is_kept_with_the_release() -> None:
    """The gate stops at the error, passes with the waiver, and returns what was waived, by whom, why, until when."""
    with pytest.raises(PodcastError, match="CIT06"):
        gate.passed(BAD)
    case = waived(BAD, "CIT06")
    used = UsedWaiver("CIT06", HOST.id, REASON, date(2027, 2, 18), judged=case.episode.waivers[0].judged)
    assert used.judged
    assert gate.passed(case).waivers == (used,)
    typed = told(case, waivers=(dataclasses.replace(case.episode.waivers[0], judged=""),))
    with pytest.raises(PodcastError, match="CIT06"):
        gate.passed(typed)
    before = dataclasses.replace(used, judged="")
    amends = published(typed, "", waivers=(before,))
    assert gate.passed(amends) == gate.Passed((before,), (f"WAI01 {typed.file}: waiver[1]",)), "as an earlier version"
    assert "was published with it" in faults(amends)[0]
    other = dataclasses.replace(typed.episode.waivers[0], reason=f"{REASON} It moved.")
    with pytest.raises(PodcastError, match="CIT06"):
        gate.passed(told(amends, waivers=(other,)))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"reason": "Because I say so."}, "its reason has fewer than 20 characters"),
        ({"name": "nobody"}, '"nobody" is not in feed/people'),
        ({"expires": date(2026, 11, 19)}, "expired on 2026-11-19"),
        ({"expires": date(2027, 2, 19)}, "reaches more than 90 days ahead"),
        ({"fingerprint": "0" * 12}, "matches no finding"),
        ({"code": "CIT99"}, '"CIT99" is no code of a check'),
    ],
)
def test_a_waiver_that_does_not_count(fields: dict[str, object], sentence: str) -> None:
    """What is wrong with it is a warning of its own, and the error still stands."""
    case = waived(BAD, "CIT06", **fields)
    assert sentence in faults(case)[0]
    with pytest.raises(PodcastError, match="CIT06"):
        gate.passed(case)


def test_it_is_judged_on_the_day_of_publication() -> None:
    """The last day counts; a year is the most for a warning."""
    case = waived(BAD, "CIT06", expires=date(2026, 11, 20))
    assert faults(case) == []
    old = stands(good(), "ok", checked=date(2026, 1, 1))
    assert faults(waived(old, "CIT05", expires=date(2027, 11, 20))) == []
    assert "365 days" in faults(waived(old, "CIT05", expires=date(2027, 11, 21)))[0]


def test_it_lapses_when_the_text_changes() -> None:
    """Another address is another finding."""
    case = waived(BAD, "CIT06")
    (waiver,) = case.episode.waivers
    moved = told(paper(case, DOI=None, PMID=None, URL="https://example.org/other"), waivers=(waiver,))
    assert "matches no finding" in faults(moved)[0]


def test_some_things_are_never_waived() -> None:
    """Unescaped output, missing disclosures, sponsors in accredited content, an unreviewed case."""
    assert not any(CODES[code].waived for code in ("CIT17", "DIS01", "DIS05", "PHI03"))
    case = waived(person(good(), HOST, disclosure=Disclosure()), "DIS01")
    assert faults(case)[0].endswith("DIS01 is never waived")
    with pytest.raises(PodcastError, match="DIS01"):
        gate.passed(case)


def test_the_gate_passes_what_has_only_warnings() -> None:
    """Warnings do not stop a publication."""
    case = dataclasses.replace(good(), reviewed=False)
    assert gate.passed(case) == ((), ())


def test_a_sentence_from_february_the_29th() -> None:
    """A declaration of 29 February counts until 28 February of the next year."""
    from podcast_pipeline.checks.disclosures import attestation_ends

    assert attestation_ends(date(2028, 2, 29)) == date(2029, 2, 28)
    assert attestation_ends(date(2027, 2, 28)) == date(2028, 2, 28)


def test_wednesday_the_first_of_march() -> None:
    """Of the years 2021 to 2029 only 2023 and 2028 have it."""
    from podcast_pipeline.checks.legal import event_dates, years_of

    assert years_of(2, 3, 1, 2021, 2029) == (2023, 2028)
    assert years_of(0, 2, 29, 2021, 2029) == ()
    for plain in ("Marathon 5", "Decisions 12", "in May we met", "March", "8/10", "p 424-467"):
        assert list(event_dates(plain, date(2026, 1, 1))) == []
    for full in ("1 March 2028", "Wed. Mar. 1st, 2028", "Saturday, 2 September 2028", "the 1st of March 2028"):
        assert list(event_dates(full, date(2026, 1, 1))) == []
    (wrong,) = event_dates("Thursday 1 March 2028", date(2026, 1, 1))
    assert wrong.endswith("that day is a Wednesday")
    (said,) = event_dates("Wednesday, Mar 1", date(2026, 1, 1))
    assert said == '"Wednesday, Mar 1" lacks its year (that weekday: 2023, 2028)'
