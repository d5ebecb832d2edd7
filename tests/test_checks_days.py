"""Days against the days around them."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cases import APPRAISAL, GUEST, HOST, REGISTERED, claim, good, paper, person, published, registered, stands, told
from shows import ROOT, SAMPLE

from podcast_pipeline.checks.case import Case
from podcast_pipeline.checks.episode import report
from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.episode.statement import stated
from podcast_pipeline.errors import ConfigError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.appraisal import Access, Notice
from podcast_pipeline.model.medical import Cme, Mitigation, Privacy
from podcast_pipeline.model.person import Bio, Disclosure, Relationship
from podcast_pipeline.people.part import declared

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


EARLIER = """
[[disclosure.attestation]]
collected = 2025-11-01

[[disclosure.attestation.relationship]]
company = "Former Devices"
nature = "consultant"
started = 2024-01-01

[[disclosure.attestation]]
collected = 2024-11-01
none_attested = true
"""


def test_what_was_declared_is_never_overwritten(tmp_path: Path) -> None:
    """Of several dated entries the one that covers the recording counts: in checks, statement and script."""
    shutil.copytree(ROOT / "feed", tmp_path / "feed")
    shutil.copytree(ROOT / "episodes" / SAMPLE, tmp_path / "episodes" / SAMPLE, ignore=shutil.ignore_patterns("raw"))
    workspace = Workspace(tmp_path)
    file = workspace.person("example-guest")
    file.write_text(file.read_text("utf-8") + EARLIER, "utf-8")
    show = load_show(workspace)
    episode = load_episode(workspace, show, SAMPLE)
    days = {date(2026, 11, 20): 20, date(2026, 11, 19): 1, date(2025, 3, 1): 1, date(2024, 1, 1): 1}
    for recorded, day in days.items():
        dossier = Dossier(show, dataclasses.replace(episode, recorded=recorded), workspace)
        (guest,) = [each for each in stated(dossier.show, dossier.episode).people if each.id == "example-guest"]
        collected = guest.disclosure.collected
        assert collected is not None
        assert (collected.day, guest.disclosure.attestations) == (day, ())
    first = declared(show, dataclasses.replace(episode, recorded=date(2023, 1, 1))).people["example-guest"].disclosure
    assert (first.collected, len(first.attestations)) == (date(2025, 11, 1), 2), "its relationship is current"
    assert first.newest.collected == date(2026, 11, 20)
    assert declared(load_show(Workspace(ROOT)), episode).people == load_show(Workspace(ROOT)).people
    whole = file.read_text("utf-8")
    named = "[[disclosure.relationship]]\ncompany = 'Example Pumps'\nnature = 'consultant'\nstarted = {}\n\n{}"
    for started, counts in (("2025-02-01", date(2026, 11, 20)), ("2030-01-01", date(2025, 11, 1))):
        text = whole.replace("none_attested = true\n", "", 1).replace(EARLIER, named.format(started, EARLIER))
        file.write_text(text, "utf-8")
        asked = dataclasses.replace(episode, recorded=date(2025, 3, 1), publish_at=datetime(2025, 3, 2, tzinfo=UTC))
        then = declared(load_show(workspace), asked).people["example-guest"].disclosure
        assert then.collected == counts, "what is declared later, and was so already, is not left out"
    file.write_text(whole.replace("collected = 2026-11-20", "collected = 2025-01-01"), "utf-8")
    with pytest.raises(ConfigError, match="where the newest stands"):
        load_show(workspace)
