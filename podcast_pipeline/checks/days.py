"""Checks of days against the days around them: none is still to come, and none lies before what it follows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, timedelta
from typing import NamedTuple

from podcast_pipeline.checks import responsible
from podcast_pipeline.checks.case import Case
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.model.person import Person

EASTERNMOST = timedelta(hours=14)
"""Where a day begins first, ahead of UTC: what somebody there wrote is no day to come."""


class Day(NamedTuple):
    """A day that somebody wrote: where it stands, and what happened on it."""

    file: str
    field: str
    day: date | None


def check(case: Case) -> Iterator[Finding]:
    """The findings on days."""
    today = _today(case)
    for file, field, day in _past(case):
        if day is not None and day > today:
            sentence = f"is {day.isoformat()}, which is still to come"
            yield case.finding("DAT03", field, sentence, subject=f"{field}\n{day}", file=file)
    yield from _in_order(case)
    yield from _recording(case)


def _today(case: Case) -> date:
    """The latest day that it is anywhere."""
    return (case.now.astimezone(UTC) + EASTERNMOST).date() if case.now is not None else case.today


def _past(case: Case) -> Iterator[Day]:
    """Days of what has been done already."""
    episode = case.episode
    for claim in episode.claims:
        yield Day(case.file, f"claim[{claim.id}].checked", claim.checked)
    yield Day(case.file, "phi.reviewed", episode.phi.reviewed)
    yield Day(case.file, "mitigation.on", episode.mitigation.on if episode.mitigation is not None else None)
    yield Day(case.file, "cme.reviewed", episode.cme.reviewed if episode.cme is not None else None)
    yield Day(case.file, "recorded", episode.recorded)
    for person in _people(case):
        file = f"feed/people/{person.id}.toml"
        yield Day(file, "disclosure.collected", person.disclosure.collected)
        yield Day(file, "bio.approved_by_subject", person.bio.approved)
    for reference in case.cited:
        if (known := reference.appraisal) is None:
            continue
        place, file = f"reference[{reference.id}]", "feed/appraisals.toml"
        yield Day(file, f"{place}.on", known.on)
        yield Day(file, f"{place}.status.checked", known.status.checked)
        yield Day(file, f"{place}.registered.on", known.registered.on)
        yield Day(file, f"{place}.access.url_checked", known.access.url_checked)
        for number, notice in enumerate(known.status.notices, 1):
            yield Day(file, f"{place}.status.notices[{number}].date", notice.day)
            yield Day(file, f"{place}.status.notices[{number}].found", notice.found)


def _people(case: Case) -> list[Person]:
    return [case.show.people[id_] for id_ in responsible.in_control(case) if id_ in case.show.people]


def _in_order(case: Case) -> Iterator[Finding]:
    episode = case.episode
    if episode.recorded is not None and episode.recorded > case.published:
        public = case.amends.statement if case.amends is not None else None
        as_it_was = public is not None and public.recorded == episode.recorded
        sentence = f"is {episode.recorded.isoformat()}, after the publication on {case.published.isoformat()}"
        yield case.finding("DAT03", "recorded", sentence, severity="W" if as_it_was else "")
    for person in _people(case):
        for number, relationship in enumerate(person.disclosure.relationships, 1):
            started, ended, place = relationship.started, relationship.ended, f"disclosure.relationship[{number}]"
            file = f"feed/people/{person.id}.toml"
            if started is not None and ended is not None and started > ended:
                sentence = f"began on {started.isoformat()}, after its end on {ended.isoformat()}"
                yield case.finding("DAT03", f"{place}.started", sentence, subject=relationship.company, file=file)
            collected = person.disclosure.collected
            if started is not None and collected is not None and started > collected:
                sentence = f"begins on {started.isoformat()}, after it was declared on {collected.isoformat()}"
                yield case.finding("DAT03", f"{place}.started", sentence, subject=relationship.company, file=file)
    cme = episode.cme
    if cme is not None and cme.expires is not None:
        for name, day in (("released", cme.released), ("reviewed", cme.reviewed)):
            if day is not None and day > cme.expires:
                sentence = f"is {day.isoformat()}, after the credit ends on {cme.expires.isoformat()}"
                yield case.finding("DAT03", f"cme.{name}", sentence)


def _recording(case: Case) -> Iterator[Finding]:
    """DAT04: nobody wrote the day of the recording. DAT05: what was declared then, was declared later."""
    recorded = case.episode.recorded
    if not case.clinical:
        return
    if recorded is None:
        sentence = (
            "the day of the recording is missing: disclosures are judged by the day of publication alone, and nobody "
            "can tell whether relationships were mitigated, and people had agreed, before it"
        )
        yield case.finding("DAT04", "recorded", sentence)
        return
    accredited = case.episode.cme is not None and case.episode.cme.accredited
    for person in case.people:
        collected = person.disclosure.collected
        if collected is not None and collected > recorded:
            sentence = f"is of {collected.isoformat()}, after the recording of {recorded.isoformat()}"
            sentence += ": credit is offered, and nothing covers that day" if accredited else ""
            file, severity = f"feed/people/{person.id}.toml", "E" if accredited else ""
            yield case.finding("DAT05", "disclosure.collected", sentence, file=file, severity=severity)
