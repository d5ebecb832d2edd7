"""Checks of disclaimers, dates of events, and what time does to a published episode."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from podcast_pipeline import months
from podcast_pipeline.checks.case import Case
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.site import notices

_MONTH = (
    r"(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)"
)
_EVENT = re.compile(
    r"\b(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:s|nes|rs|ur)?(?:day)?\.?,?\s+)?"
    rf"(?:{_MONTH}\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?|(\d{{1,2}})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?{_MONTH})\b"
    r"(?:,?\s+(\d{4})\b)?"
)


def years_of(weekday: int, month: int, day: int, first: int, last: int) -> tuple[int, ...]:
    """The years in which that day of the year falls on `weekday` (0 is Monday)."""
    years = []
    for year in range(first, last + 1):
        try:
            years += [year] if date(year, month, day).weekday() == weekday else []
        except ValueError:
            continue
    return tuple(years)


def event_dates(text: str, today: date) -> Iterator[str]:
    """What is wrong with the dates in `text`, one sentence each."""
    for match in _EVENT.finditer(text):
        weekday, month_a, day_a, day_b, month_b, year = match.groups()
        month, day = months.number(month_a or month_b) or 0, int(day_a or day_b)
        if year is None:
            sentence = f'"{match[0].strip()}" lacks its year'
            if weekday:
                number = months.SHORT_DAYS.index(weekday)
                fits = years_of(number, month, day, today.year - 5, today.year + 3)
                sentence += f" (that weekday: {', '.join(map(str, fits)) or 'never'})"
            yield sentence
            continue
        try:
            event = date(int(year), month, day)
        except ValueError:
            yield f'"{match[0].strip()}" is no day of the calendar'
            continue
        if weekday and months.SHORT_DAYS[event.weekday()] != weekday:
            yield f'"{match[0].strip()}": that day is a {event:%A}'


def check(case: Case) -> Iterator[Finding]:
    """The findings on disclaimer, events and age."""
    disclaimer = case.show.disclaimer.casefold()
    if "advice" not in disclaimer or not re.search(r"\bviews?\b|\bopinions?\b", disclaimer):
        sentence = "must say that this is education and no advice, and that views are the speakers' own"
        yield case.finding("LEG01", "disclaimer", sentence, file="feed/show.toml")
    for passage in case.written:
        if passage.field in ("title", "summary") or passage.file.endswith("notes.md"):
            for sentence in event_dates(passage.text, case.today):
                yield case.finding("LEG02", passage.field, sentence, subject=passage.text, file=passage.file)
    if "summary" in case.episode.drafts:
        sentence = "is a draft of the speakers' own sentences: read it, and accept it on the desk or in `drafts`"
        yield case.finding("GAT03", "summary", sentence)
    if case.episode.review_by is not None and case.episode.review_by < case.today:
        sentence = f"review was due by {case.episode.review_by.isoformat()}"
        if case.in_catalogue:
            sentence += ": `podcast publish` says so on its page, until it is reviewed and gets another day"
        yield case.finding("LIF01", "review_by", sentence)
    earlier, notes = case.earlier, case.outputs.get("notes.html")
    silent = (
        earlier is not None
        and notes is not None
        and notes != notices.without(earlier.notes)
        and not (earlier.corrections or earlier.pending)
    )
    if case.in_catalogue and silent:
        sentence = "differ from what was published, and no correction says so: `podcast correct`"
        yield case.finding("LIF02", "notes.html", sentence, file=f"build/{case.episode.slug}/notes.html")
