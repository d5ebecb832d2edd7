"""The society's monthly schedule, read from text: month, perhaps a day, a topic and who speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from podcast_pipeline import months

_ROW = re.compile(rf"\s*({'|'.join(months.NAMES)})\b\.?(?:\s+(\d{{1,2}})\b)?\s*[,:|\t-]?\s*(.*)", re.IGNORECASE)
_NO_MEETING = re.compile(r"\bno (?:mtg|meeting)\b", re.IGNORECASE)
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

    @property
    def when(self) -> str:
        name = months.NAMES[self.month - 1]
        return name if self.day is None else f"{name} {self.day}"

    def date(self, year: int) -> date:
        """The day, or the first of the month where none is named. Raises ValueError for a day that is none."""
        return date(year, self.month, self.day or 1)


def read(text: str) -> tuple[Meeting, ...]:
    """The rows of the table: after the line "Month/Date Topic Faculty", if there is one, until a blank line."""
    return tuple(_rows(text))


def _rows(text: str) -> Iterator[Meeting]:
    lines = list(enumerate(text.splitlines(), 1))
    heads = [i for i, (_, line) in enumerate(lines) if _HEAD.search(line)]
    for number, line in lines[heads[0] + 1 :] if heads else lines:
        if heads and not line.strip():
            return
        match = _ROW.fullmatch(line.strip("\u00a0 |"))
        if match is None or not match[3].strip():
            continue
        month, day = months.number(match[1]) or 0, int(match[2]) if match[2] else None
        if _NO_MEETING.search(match[3]):
            yield Meeting(month, day, "", "", number)
        else:
            topic, faculty = _split(match[3].strip("\u00a0 "))
            yield Meeting(month, day, topic, faculty, number)


def _split(text: str) -> tuple[str, str]:
    """Topic and faculty: by column where there are columns, else the name at the end (two words, or one acronym)."""
    columns = [part for part in _COLUMNS.split(text) if part.strip()]
    if len(columns) > 1:
        return columns[0].strip(), columns[-1].strip()
    words = text.split()
    if len(words) > 1 and re.fullmatch(r"[A-Z]{2,6}", words[-1]):
        return " ".join(words[:-1]), words[-1]
    first = len(words) - 2
    while first > 0 and words[first] in _PARTICLES:
        first -= 1
    if first > 0 and _CAPITAL.fullmatch(words[first]) and _CAPITAL.fullmatch(words[-1]):
        return " ".join(words[:first]), " ".join(words[first:])
    return text, ""
