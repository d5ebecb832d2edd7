"""The society's monthly schedule, read from text: month, perhaps a day, a topic and who speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from podcast_pipeline import months

_MONTH = "|".join((*months.NAMES, "Sept", *months.SHORT))
_ROW = re.compile(rf"\s*({_MONTH})\b\.?(?:\s+(\d{{1,2}})\b)?(?:,?\s+(20\d\d)\b)?\s*([,:|\t-]?)\s*(.*)", re.IGNORECASE)
NO_MEETING = re.compile(r"\bno (?:mtg|meeting)\b", re.IGNORECASE)
_COLUMNS = re.compile(r"\t+|\s*\|\s*|\s{2,}")
_CAPITAL = re.compile(r"[^\W\d_a-z][\w'.-]*")
_PARTICLES = frozenset(
    {"van", "von", "de", "del", "della", "da", "di", "la", "le", "el", "bin", "ibn", "der", "den", "ter"}
)
_HEAD = re.compile(r"month.*topic.*faculty", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One row. `day` None: the schedule names only the month. `topic` empty: no meeting in this month."""

    month: int
    day: int | None
    topic: str
    faculty: str
    line: int
    year: int | None = None
    """Where the row names one."""

    @property
    def when(self) -> str:
        name = months.NAMES[self.month - 1]
        return name if self.day is None else f"{name} {self.day}"

    def date(self, year: int) -> date:
        """The day, or the first of the month where none is named. Raises ValueError for a day that is none."""
        return date(year, self.month, self.day or 1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The rows that were understood; the lines of the table, by number, that were not, with why; what is to be said."""

    meetings: tuple[Meeting, ...]
    unread: tuple[tuple[int, str], ...]
    said: tuple[str, ...] = ()
    table: bool = False
    """Whether it came in columns: every row is one of the schedule then."""


def read(text: str) -> Schedule:
    """The rows of the table: after the line "Month/Date Topic Faculty", if there is one, until a blank line."""
    rows = tuple(_rows(text))
    meetings = tuple(row for row in rows if isinstance(row, Meeting))
    return Schedule(meetings, tuple(row for row in rows if not isinstance(row, Meeting)))


def _rows(text: str) -> Iterator[Meeting | tuple[int, str]]:
    lines = list(enumerate(text.splitlines(), 1))
    heads = [i for i, (_, line) in enumerate(lines) if _HEAD.search(line)]
    for number, line in lines[heads[0] + 1 :] if heads else lines:
        if heads and not line.strip():
            return
        match = _ROW.fullmatch(line.strip("\u00a0 |"))
        if match is None or not match[5].strip():
            if line.strip("\u00a0 |"):
                yield number, f"no month, topic and faculty are read in it: {line.strip()}"
            continue
        month, day = months.number(match[1]) or 0, int(match[2]) if match[2] else None
        year = int(match[3]) if match[3] else None
        if NO_MEETING.search(match[5]):
            yield Meeting(month, day, "", "", number, year)
        else:
            topic, faculty = _split(match[5].strip("\u00a0 "), commas=match[4] == ",")
            yield Meeting(month, day, topic, faculty, number, year)


def _split(text: str, *, commas: bool) -> tuple[str, str]:
    """Topic and faculty: by column where there are columns, else the name at the end (two words, or one acronym).

    Of a row with commas behind its date, `commas`, the next one parts them; a comma elsewhere may be within either.
    """
    if commas and "," in text:
        topic, _, faculty = text.partition(",")
        return topic.strip(), faculty.strip()
    columns = [part for part in _COLUMNS.split(text) if part.strip()]
    if len(columns) > 1:
        return columns[0].strip(), columns[-1].strip()
    if "," in text:
        return text, ""
    words = text.split()
    if len(words) > 1 and re.fullmatch(r"[A-Z]{2,6}", words[-1]):
        return " ".join(words[:-1]), words[-1]
    first = len(words) - 2
    while first > 0 and words[first] in _PARTICLES:
        first -= 1
    if first > 0 and _CAPITAL.fullmatch(words[first]) and _CAPITAL.fullmatch(words[-1]):
        return " ".join(words[:first]), " ".join(words[first:])
    return text, ""
