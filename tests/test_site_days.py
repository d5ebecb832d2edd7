"""Days are told by the clocks of the show, on every page and in every comparison."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cases import good, published, shown, told
from pages import TIMELINE
from shows import ROOT, SAMPLE

from podcast_pipeline import localtime
from podcast_pipeline.checks.case import Case
from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.episode import verdicts
from podcast_pipeline.episode.statement import stated
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.chapter import published as heard
from podcast_pipeline.model.notice import ListenerNotice
from podcast_pipeline.model.release import Correction, Release, Signature
from podcast_pipeline.model.show import ScheduleSettings, Show
from podcast_pipeline.publish import feeds, members
from podcast_pipeline.publish.members import Member
from podcast_pipeline.publish.noticed import noticed
from podcast_pipeline.site import corrections, jsonld, lapse, quality, sentences
from podcast_pipeline.site.notes import notes_html
from podcast_pipeline.site.page import release_page

EVENING = datetime.fromisoformat("2026-11-28T17:00:00-08:00")
LOS_ANGELES = ScheduleSettings(timezone="America/Los_Angeles")


def evening(*, named: bool) -> Case:
    """Goes out on the 28th in Los Angeles, the 29th in UTC; the show names its zone, or the date an offset."""
    at = EVENING.astimezone(UTC) if named else EVENING
    case = told(good(), publish_at=at if not named else localtime.fixed(at.astimezone(LOS_ANGELES.zone)))
    return shown(case, schedule=LOS_ANGELES) if named else case


def recorded(case: Case, **fields: object) -> Release:
    """Its record, as it is read back: every instant in UTC."""
    statement = dataclasses.replace(stated(case.show, case.episode), publish_at=EVENING.astimezone(UTC))
    release = published(case, "", statement=statement, **fields).earlier
    assert release is not None
    return dataclasses.replace(release, publish_at=EVENING.astimezone(UTC))


@pytest.mark.parametrize("named", [True, False])
def test_the_day_that_is_printed_is_the_shows(named: bool) -> None:
    """Notes, page, citation and CSL say the 28th; so does what disclosures are judged by."""
    case = evening(named=named)
    release = recorded(case)
    assert release.statement is not None
    notes = notes_html(release.statement, TIMELINE, heard(release.statement.chapters, TIMELINE, case.file))
    page = release_page(case.show, release, ())
    assert "2026 Nov 28." in notes
    assert "2026 Nov 28." in page
    assert "28 November 2026" in page
    assert "29 November" not in notes + page
    assert jsonld.episode_csl(case.show, release, "https://example.org/")["issued"] == {"date-parts": [[2026, 11, 28]]}
    assert case.published == date(2026, 11, 28)


def test_credit_ends_with_its_day_there() -> None:
    """At 23:59 on its last day in Los Angeles, which is the next one in UTC, credit is offered still."""
    release = recorded(evening(named=True), credit_ends=date(2027, 1, 31))
    last = datetime(2027, 2, 1, 7, 59, tzinfo=UTC)
    assert lapse.lapsed(release, lapse.today(release, last)) == ()
    assert lapse.lapsed(release, lapse.today(release, last.replace(hour=8, minute=0))) != ()


def test_a_signature_is_of_the_day_there() -> None:
    """The line under the notes says the day on which it was where the show is."""
    signature = Signature("a", "Alex Example", "editor", EVENING.astimezone(UTC), "0", "0")
    there = dataclasses.replace(signature, timezone="America/Los_Angeles")
    assert sentences.signature_line(there) == "Reviewed by Alex Example (editor), 28 November 2026."
    assert sentences.signature_line(dataclasses.replace(signature, host=True)) == (
        "Signed by the host, Alex Example (editor), 29 November 2026."
    )


def test_an_episode_is_read_by_the_clocks_of_its_show(tmp_path: Path) -> None:
    """Whatever offset a date is written with, its day is that of the zone that the show names."""
    show = dataclasses.replace(load_show(Workspace(ROOT)), schedule=LOS_ANGELES)
    assert load_episode(Workspace(ROOT), show, SAMPLE).publish_at.isoformat() == "2026-11-20T06:00:00-08:00"
    east = dataclasses.replace(show, schedule=ScheduleSettings(timezone="Pacific/Auckland"))
    assert load_episode(Workspace(ROOT), east, SAMPLE).goes_out.date() == date(2026, 11, 21)
    assert [localtime.offset_of(at) for at in (EVENING, EVENING.astimezone(UTC))] == ["-08:00", ""]
    assert localtime.named("-08:00").utcoffset(None) == EVENING.utcoffset()
    assert localtime.named("") is UTC


def test_a_correction_is_of_the_day_there() -> None:
    """On the page, in the quality card, and for another copy of the show that reads it in the feed."""
    made = Correction(EVENING.astimezone(UTC), "a", "notes", "The year was 2024.", "America/Los_Angeles")
    release = recorded(evening(named=True), corrections=(made,))
    page = release_page(told_show(), release, ())
    assert "28 November 2026, corrected in the notes: The year was 2024." in page
    assert "29 November 2026" not in page
    assert quality.corrected(release) == date(2026, 11, 28)
    (there,) = corrections.read(corrections.in_notes("<p>Notes.</p>", [made]))
    assert there.said == made.said
    assert dataclasses.replace(made, timezone="").day == date(2026, 11, 29)  # of an earlier version: as it was printed


def test_notices_and_members_end_on_the_day_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In the evening of the 28th in Los Angeles neither has ended that ends on the 29th, whatever UTC says."""
    ends = date(2026, 11, 29)
    release = recorded(evening(named=True))
    assert release.statement is not None
    there = dataclasses.replace(release.statement.show, timezone="America/Los_Angeles")
    release = dataclasses.replace(release, statement=dataclasses.replace(release.statement, show=there))
    notice = ListenerNotice(date(2026, 11, 1), "a", "It was recalled.", drug=release.title.split()[0], ended=ends)
    notice = dataclasses.replace(notice, judged=verdicts.noticed(notice).sealed("a"))
    monkeypatch.setenv("PODCAST_FEED_SECRET", hashlib.sha256(b"example").hexdigest())
    monkeypatch.setenv("PODCAST_MEMBERS", str(tmp_path / "members.csv"))
    members.write([Member("m", "lit", expires=ends)])
    for hours, counts in ((0, True), (6, True), (7, False)):
        now = EVENING.astimezone(UTC) + timedelta(hours=hours)
        assert bool(noticed(release, [notice], now).notices) == counts
        assert bool(feeds.tokens(told_show(), "lit", now)) == counts


def told_show() -> Show:
    return evening(named=True).show
