"""plan import of what spreadsheets save: what is certain is planned, everything else is named."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shows import ShowDir

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.meetings import celldays, spreadsheet
from podcast_pipeline.months import NAMES

pytest_plugins = ["shows"]
FOURTH = (3, 4, 2027)
"""March 4 2027, a Thursday."""


SPELT = """
2027-03-04 | 2027/03/04 | 20270304 | 04.03.2027 | 4.3.27 | March 4, 2027 | 4 March 2027 | Mar 4 2027 | 4-Mar-27
4th of March 2027 | March 4th, 2027 | 4. März 2027 | Do., 4. März 2027 | 4 mars 2027 | 4 de marzo de 2027
Thursday, March 4, 2027 | Thu 3/4/2027 | Donnerstag 04.03.2027 | 46450 | MARCH 4 2027 | 4\u00a0March\u00a02027
"""
MEANT = """
3/4/2027: March 4 2027, April 3 2027 | 3/4: March 4, April 3 | 13/4/2027: April 13 2027 | 3/3/2027: March 3 2027
Mar-27: March 27, March 2027 | March 2027: March 2027 | March: March | Dez: December | 4-Mar: March 4
Fri, March 4, 2027: | February 30 2027: | 3-4: | March 1-2: | Mayor 3: | Q1: | 2027: | =DATE(2027,3,4): | 13/13/2027:
TBD: | Mon: | :
"""


def entries(text: str) -> list[str]:
    return [entry.strip() for line in text.strip().splitlines() for entry in line.split("|")]


@pytest.mark.parametrize("cell", entries(SPELT))
def test_a_day_in_the_spellings_of_people_and_programs(cell: str) -> None:
    (read,) = celldays.readings(cell)
    assert (read.month, read.day, read.year) == FOURTH
    (timed,) = celldays.readings(f"{cell} 17:00")
    assert (timed.month, timed.day, timed.year, timed.time) == (*FOURTH, "17:00")


@pytest.mark.parametrize("entry", entries(MEANT))
def test_what_can_be_two_days_has_two_and_what_is_none_has_none(entry: str) -> None:
    cell, _, meant = entry.partition(":")
    assert ", ".join(map(str, celldays.readings(cell))) == meant.strip()


def test_the_year_tells_a_weekday() -> None:
    assert celldays.readings("Thu March 4", 2027)
    assert not celldays.readings("Fri March 4", 2027)
    assert celldays.readings("March 4 5 PM PST")[0].time == "5 PM PST"


GERMAN = '''\
Datum;Thema;Referent;Raum
04.03.2027;"Rückenschmerz; Überblick";Dr. Jürgen Müller;B12
05.04.2027;"Zeile 1
Zeile ""2""";Kim Example;
Mai 2027;Offen;Alex Example;
;ohne Datum;Kim;
'''
AMERICAN = """\
LIT Schedule 2027,,,
,,,
Date,Topic,Faculty,,Notes
3/4/2027,Stimulation,Alex Example,Robin Example,bring slides
3/25/2027,Ethics,Kim Example,,
4/5/2027,=A2,Sam,,
46450 17:00,Numbers,Sam,,
9/6/2027,No Mtg,,,
"""
SAVED = (
    (";", "\r\n", "cp1252"),
    ("\t", "\r\n", "utf-16"),
    (",", "\r", "mac_roman"),
    ("|", "\n", "utf-8"),
    (",", "\n", "utf-8-sig"),
)


def test_the_same_table_however_it_was_saved(raw: ShowDir, tmp_path: Path) -> None:
    """With semicolons in an encoding of Windows, tabs in UTF-16, commas of an old Mac, bars, a byte order mark."""
    expected = [
        "2027-03-lit-ruckenschmerz-uberblick: 2027-03-04: Rückenschmerz; Überblick; Dr. Jürgen Müller",
        '2027-04-lit-zeile-1-zeile-2: 2027-04-05: Zeile 1 Zeile "2"; Kim Example',
        "2027-05-lit-offen: 2027-05-01 (the day is open): Offen; Alex Example",
    ]
    rows = list(csv.reader(io.StringIO(GERMAN, newline=""), delimiter=";"))
    for delimiter, end, codec in SAVED:
        stream = io.StringIO()
        csv.writer(stream, delimiter=delimiter, lineterminator=end).writerows(rows)
        path = tmp_path / "schedule.csv"
        path.write_bytes(stream.getvalue().encode(codec))
        said = raw.podcast("plan", "import", str(path), "--dry-run")
        assert said.out.splitlines() == expected, codec
        assert "not read: column Raum" in said.err
        assert "is not planned: no day stands there: ohne Datum | Kim" in said.err
        assert ("was read so" in said.err) == (not codec.startswith("utf-8"))


def test_what_is_not_certain_is_named(raw: ShowDir, tmp_path: Path) -> None:
    path = tmp_path / "schedule.csv"
    path.write_text(AMERICAN, "utf-8")
    said = raw.podcast("plan", "import", str(path))
    assert [line.split(": ", 1)[1] for line in said.out.splitlines()] == [
        "2027-03-04: Stimulation; Alex Example, Robin Example",
        "2027-03-25: Ethics; Kim Example",
        "2027-03-04: Numbers; Sam",
    ]
    for sentence in (
        "line 1 stands above the headings: LIT Schedule 2027",
        "not read: column Notes",
        "line 4: 3/4/2027 is read as March 4 2027, as 3/25/2027 in line 5 is so",
        "line 6 is not planned: a formula stands there in place of its value (=A2)",
        "line 7: 46450 17:00 is read as March 4 2027: a spreadsheet's number of that day",
        "line 7: its time 17:00 is not planned",
        "September 6: no meeting",
    ):
        assert sentence in said.err
    assert "2027-03-lit-numbers" in raw.workspace.slugs()
    path.write_text("Date,Topic,Faculty\n3/4/2027,A,B\n5/6/2027,C,D\n", "utf-8")
    refused = raw.podcast("plan", "import", str(path), "--dry-run", code=1).err
    assert "line 2 is not planned: 3/4/2027 can be March 4 2027 and April 3 2027: 3/4/2027 | A | B" in refused
    assert "--dates says what" in refused
    out = raw.podcast("plan", "import", str(path), "--dry-run", "--dates", "day-month").out
    assert out.splitlines() == ["2027-04-lit-a: 2027-04-03: A; B", "2027-06-lit-c: 2027-06-05: C; D"]
    path.write_text("Date,Topic,Faculty\n3/14/2027,A,B\n15/6/2027,C,D\n3/4/2027,E,F\n", "utf-8")
    assert "line 4 is not planned: 3/4/2027 can be" in raw.podcast("plan", "import", str(path), "--dry-run").err
    office = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Microsoft Office")
    for start, what in ((b"PK\3\4", ".xlsx"), (b"%PDF-1.7", "PDF"), office, (b"<html><table>", "a web page")):
        path.write_bytes(start + bytes(50))
        assert what in raw.podcast("plan", "import", str(path), code=1).err


@pytest.mark.parametrize(
    ("table", "topic", "faculty"),
    [
        (",,Faculty,\nDate,Topic,First name,Last name\n2027-03-04,A,Kim,Example\n", "A", "Kim Example"),
        ("Speaker 1,Speaker 2,Topic/Title,Date & Time\nKim,Sam,A,2027-03-04 17:00\n", "A", "Kim, Sam"),
        ("Month;Day;Topic;Host;Guest;E-mail\nMarch;4;A;Kim;Sam;x@y.example\n", "A", "Kim, Sam"),
        (",,,\n,When,,What,Session,Who\n,March 4,,B,A,Kim\n", "A", "Kim"),
    ],
)
def test_headings_as_people_write_them(table: str, topic: str, faculty: str) -> None:
    schedule = spreadsheet.read(table, 2027)
    assert schedule is not None
    (meeting,) = schedule.meetings
    assert (meeting.month, meeting.day, meeting.topic, meeting.faculty) == (3, 4, topic, faculty)
    for unused, cell in (("E-mail", "x@y.example"), ("What", "B")):
        assert (cell in table) == any(f"not read: column {unused}" in said for said in schedule.said)


@pytest.mark.parametrize("cell", ['"A,B', '"How to" write,B'])
def test_a_quotation_mark_swallows_nothing(cell: str) -> None:
    """Neither the lines behind one that is open, nor itself."""
    with pytest.raises(PodcastError, match="line 3: a quotation mark"):
        spreadsheet.read(f"Date,Topic,Faculty\n2027-03-04,X,Y\n2027-03-05,{cell}\n2027-03-06,C,D\n")


WORDS = st.text("aBc Üµ≥3\",;|\t'\n", max_size=12)


@given(
    st.lists(
        st.tuples(st.sampled_from(["2027-03-04", "3/4/2027", "", "soon", "May"]), WORDS, WORDS, WORDS), min_size=1
    ),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_no_cell_is_lost(rows: list[tuple[str, str, str, str]], delimiter: str) -> None:
    """Every cell is in what is planned, in what is not planned, or in a column that is named."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows([("When", "Topic", "Who", "Room"), *rows])
    schedule = spreadsheet.read(stream.getvalue())
    assert schedule is not None
    kept = [f"{m.topic} {m.faculty} {NAMES[m.month - 1]}" for m in schedule.meetings] + [
        why for _, why in schedule.unread
    ]
    everything = "\n".join((*kept, *schedule.said))
    for row in rows:
        for cell in row[1:3]:
            assert " ".join(cell.split()) in everything
    if any(cell.strip() for *_, cell in rows):
        assert "column Room" in everything
    assert len(schedule.meetings) + len(schedule.unread) == sum(any(cell.strip() for cell in row) for row in rows)
