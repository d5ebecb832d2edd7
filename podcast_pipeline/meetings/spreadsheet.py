"""The society's schedule as a spreadsheet saves it: columns in any order, with commas, semicolons, tabs or bars.

Only what is certain is planned. A day that can be two, a row without a day, a formula in place of its value and a
column that has no use here are named: nothing is guessed, and nothing left out without a word.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from podcast_pipeline import charset, signatures
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.meetings import celldays, plaintext
from podcast_pipeline.meetings.celldays import Reading
from podcast_pipeline.meetings.plaintext import NO_MEETING, Meeting, Schedule

_HEADINGS = {
    "date": {"date", "dates", "month", "when", "datum", "monat", "termin", "fecha", "mes", "mois", "data"},
    "topic": {"topic", "topics", "title", "subject", "theme", "session", "lecture", "talk", "thema", "titel", "tema"},
    "faculty": {"faculty", "speaker", "speakers", "presenter", "presenters", "lecturer", "teacher", "guest", "guests",
                "referent", "referentin", "referenten", "dozent", "dozentin", "moderator", "name", "names", "who",
                "host", "first", "last", "surname", "vorname", "nachname"},
    "day": {"day", "weekday", "tag", "wochentag"},
    "year": {"year", "jahr"},
}  # fmt: skip
_NOT = frozenset(
    {"end", "ende", "until", "bis", "deadline", "due", "email", "mail", "phone", "affiliation", "institution", "bio",
     "notes", "link", "url", "address", "fee"}
)  # fmt: skip
"""Of a heading with one of these words the column is none of those."""
_PARTS = frozenset({"first", "last", "surname", "vorname", "nachname"})
"""Headings of the parts of one name, which stand beside each other."""


class SheetRow(NamedTuple):
    """The cells of a row, without white space around them, and the line of the file on which it begins."""

    line: int
    cells: tuple[str, ...]

    def text(self) -> str:
        return " | ".join(cell for cell in self.cells if cell)


@dataclass(frozen=True)
class Columns:
    """Which columns hold what, by their numbers; one without a heading belongs to the one before it (merged cells)."""

    date: tuple[int, ...] = ()
    topic: tuple[int, ...] = ()
    faculty: tuple[tuple[int, ...], ...] = ()
    """Of each person: a column, or those of first and last name."""
    year: tuple[int, ...] = ()
    unread: dict[int, str] = field(default_factory=dict)
    """Number -> heading of the others."""


def schedule(raw: bytes, year: int | None = None, order: str = "") -> Schedule:
    """What the bytes of a file plan, a table or lines of text; with its encoding where that is not UTF-8.

    Raises PodcastError for what is no text, and as `read` does.
    """
    kind = signatures.of(raw)
    if kind is not None or signatures.web_page(raw):
        raise PodcastError(
            f"is {kind.what if kind else 'a web page'}, and no table in text",
            (kind and kind.hint) or "open it in the spreadsheet, save the table as CSV (UTF-8) and import that",
        )
    try:
        decoded = charset.decoded(raw)
    except UnicodeDecodeError as error:
        raise PodcastError(
            "cannot be read: it is no text, or in an encoding that is not known here", "save the table as CSV (UTF-8)"
        ) from error
    lines = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    planned = read(lines, year, order) or plaintext.read(lines)
    return replace(planned, said=(decoded.said, *planned.said)) if decoded.said else planned


def read(text: str, year: int | None = None, order: str = "") -> Schedule | None:
    """The rows of a table; None where `text` is none. `order`: how days of two readings are meant, if a person said.

    Raises PodcastError where a quotation mark stands where CSV has none: words would be lost, or lines be one cell.
    """
    table = _table(text, year)
    if table is None:
        return None
    rows, place = table
    columns = (
        _columns(rows[place].cells)
        if place >= 0
        else Columns((0,), (1,), tuple((number,) for number in range(2, _width(rows))))
    )
    assert columns is not None
    return _Sheet(rows, place, columns, year, order).schedule()


def _table(text: str, year: int | None) -> tuple[tuple[SheetRow, ...], int] | None:
    """The rows, and which of them holds the headings (-1: none does); None where no delimiter makes a table."""
    given = re.match(r"sep=(.)\n", text)
    headless: tuple[tuple[SheetRow, ...], int] | None = None
    for delimiter in [given[1]] if given else ["\t", ";", ",", "|"]:
        if delimiter not in text:
            continue
        rows, fault = _rows(text, delimiter, skip=bool(given))
        for place, row in enumerate(rows):
            if (columns := _columns(row.cells)) is not None and columns.date and columns.topic:
                if fault is not None:
                    raise fault
                return rows, place
        dated = sum(len(row.cells) > 1 and bool(celldays.readings(row.cells[0], year)) for row in rows)
        if 2 * dated > len(rows) and fault is None and headless is None:
            headless = rows, -1
    return headless


def _rows(text: str, delimiter: str, *, skip: bool) -> tuple[tuple[SheetRow, ...], PodcastError | None]:
    """The rows that are not empty, and what is wrong behind them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, begin = [], 1
    try:
        for cells in reader:
            row = SheetRow(begin, tuple(" ".join(cell.split()) for cell in cells))
            if any(row.cells) and not (skip and begin == 1):
                rows.append(row)
            begin = reader.line_num + 1
    except csv.Error as error:
        said = {"end of data": "a quotation mark is not closed", "expected after": "a quotation mark ends no cell"}
        what = next((words for part, words in said.items() if part in str(error)), str(error))
        return tuple(rows), PodcastError(f"line {begin}: {what}", "within a cell it is doubled: save the table as CSV")
    return tuple(rows), None


def _width(rows: Sequence[SheetRow]) -> int:
    return max(len(row.cells) for row in rows)


def _columns(cells: Sequence[str]) -> Columns | None:
    """The columns of a row of headings; None where it has none that is known."""
    held: dict[str, list[int]] = {name: [] for name in _HEADINGS}
    people: list[tuple[int, ...]] = []
    part = False
    unread: dict[int, str] = {}
    last = ""
    for number, cell in enumerate(cells):
        words = set(re.findall(r"[^\W\d_]+", cell.casefold()))
        kind = next((name for name, known in _HEADINGS.items() if words & known and not words & _NOT), "")
        if cell:
            last = kind if kind and (kind == "faculty" or not held[kind]) else ""
            if not last:
                unread[number] = cell
        if last and (cell or last in ("topic", "faculty")):
            held[last].append(number)
            if last == "faculty":
                joined = people.pop() if part and words & _PARTS else ()
                part = bool(words & _PARTS) and not joined
                people.append((*joined, number))
        elif not cell:
            unread[number] = f"{number + 1} (without a heading)"
    if not any(held.values()):
        return None
    # A column of days stands beside one of months, and says nothing alone.
    date = (*held["date"], *held["day"]) if held["date"] else ()
    unread |= {number: cells[number] for number in held["day"] if not held["date"]}
    return Columns(date, tuple(held["topic"]), tuple(people), tuple(held["year"]), unread)


@dataclass(frozen=True)
class _Sheet:
    rows: tuple[SheetRow, ...]
    place: int
    columns: Columns
    year: int | None
    order: str

    def schedule(self) -> Schedule:
        below = self.rows[self.place + 1 :]
        order, proof = self._order(below)
        meetings: list[Meeting] = []
        unread: list[tuple[int, str]] = []
        said = [f"line {row.line} stands above the headings: {row.text()}" for row in self.rows[: max(self.place, 0)]]
        unused = [name for number, name in self.columns.unread.items() if any(_cell(row, number) for row in below)]
        said += [f"not read: column {', '.join(unused)}"] if unused else []
        for row in below:
            meeting = self._meeting(row, order, proof, said)
            if isinstance(meeting, str):
                unread.append((row.line, f"{meeting}: {row.text()}"))
            else:
                meetings.append(meeting)
        return Schedule(tuple(meetings), tuple(unread), tuple(said), table=True)

    def _dated(self, row: SheetRow) -> str:
        return " ".join(filter(None, (_cell(row, number) for number in self.columns.date)))

    def _order(self, rows: Sequence[SheetRow]) -> tuple[str, str]:
        """How 3/4 is meant: as a person said, or as the other rows prove; and in which words that is said."""
        if self.order:
            return self.order, ""
        proven: dict[str, str] = {}
        for row in rows:
            certain = celldays.readings(self._dated(row), self.year)
            if len(certain) == 1 and certain[0].order:
                proven.setdefault(certain[0].order, f"{self._dated(row)} in line {row.line}")
        if len(proven) != 1:
            return "", ""
        ((order, proof),) = proven.items()
        return order, f", as {proof} is so"

    def _meeting(self, row: SheetRow, order: str, proof: str, said: list[str]) -> Meeting | str:
        """The meeting of a row, or why it is none."""
        if formula := next((cell for cell in row.cells if re.match(r"[=@]\w|[+-][A-Za-z(]", cell)), ""):
            return f"a formula stands there in place of its value ({formula})"
        dated = self._dated(row)
        every = celldays.readings(dated, self.year)
        if not every:
            return f'"{dated}" names no day, or one of another weekday' if dated else "no day stands there"
        meant = [reading for reading in every if reading.order == order] if order and len(every) > 1 else list(every)
        if len(meant) != 1:
            return f"{dated} can be {' and '.join(map(str, every))}"
        (reading,) = meant
        year = self._year(row, reading)
        if isinstance(year, str):
            return year
        if len(every) > 1 and proof:
            said.append(f"line {row.line}: {dated} is read as {reading}{proof}")
        if reading.number:
            said.append(f"line {row.line}: {dated} is read as {reading}: a spreadsheet's number of that day")
        if reading.time:
            said.append(f"line {row.line}: its time {reading.time} is not planned: it is due at the show's usual time")
        if reading.day is None and celldays.weekday_of(dated) is not None:
            said.append(f"line {row.line}: the weekday of {dated} is not taken: its day is open")
        topic, faculty = self._texts(row)
        if NO_MEETING.search(" ".join((topic, faculty))):
            topic = faculty = ""
        elif not topic:
            return "no topic stands there"
        return Meeting(reading.month, reading.day, topic, faculty, row.line, year)

    def _year(self, row: SheetRow, reading: Reading) -> int | str | None:
        """The year of the row, from its day or from the column of years."""
        written = " ".join(filter(None, (_cell(row, number) for number in self.columns.year)))
        if not written:
            return reading.year
        if re.fullmatch(r"20\d\d", written) is None:
            return f'"{written}" is no year'
        if reading.year not in (None, int(written)):
            return f"two years stand there, {reading.year} and {written}"
        return int(written)

    def _texts(self, row: SheetRow) -> tuple[str, str]:
        beyond = range(len(self.rows[self.place].cells), len(row.cells)) if self.place >= 0 else ()
        people = (*self.columns.faculty, *((number,) for number in beyond))
        named = (" ".join(filter(None, (_cell(row, number) for number in person))) for person in people)
        topic = ", ".join(filter(None, (_cell(row, number) for number in self.columns.topic)))
        return topic, ", ".join(filter(None, named))


def _cell(row: SheetRow, number: int) -> str:
    return row.cells[number] if number < len(row.cells) else ""
