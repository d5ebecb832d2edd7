"""plan import and the templates of the society's kinds of episodes."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from shows import ShowDir

from podcast_pipeline.cli.kinds import KINDS
from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.meetings import plaintext
from podcast_pipeline.meetings.plaintext import Meeting

pytest_plugins = ["shows"]
SCHEDULE = """\
The programme takes two years. In May 2 colleagues joined us.

Month/Date Topic Faculty
January Introduction to the Programme Alex Example
March 1 How to Write a Paper/Answer a Reviewer Robin van der Example
July Checkpoint for members LIT
August 31\tLeading (APPs)\tSam Example
September No Mtg Annual Conference Month \u00a0
October 4 | Running a Service | Kim Example
December 6 Wrap Up

What comes after March 3 is no row.
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "schedule.txt"
    path.write_text(SCHEDULE, "utf-8")
    return path


def test_the_rows_of_a_schedule() -> None:
    """Month and day, topic, faculty: by the name at the end or by columns; no meeting has no topic."""
    assert [(m.month, m.day, m.topic, m.faculty) for m in plaintext.read(SCHEDULE).meetings] == [
        (1, None, "Introduction to the Programme", "Alex Example"),
        (3, 1, "How to Write a Paper/Answer a Reviewer", "Robin van der Example"),
        (7, None, "Checkpoint for members", "LIT"),
        (8, 31, "Leading (APPs)", "Sam Example"),
        (9, None, "", ""),
        (10, 4, "Running a Service", "Kim Example"),
        (12, 6, "Wrap Up", ""),
    ]
    assert Meeting(2, 28, "A", "B", 1).date(2027).isoformat() == "2027-02-28"


def test_no_line_is_lost(raw: ShowDir, tmp_path: Path) -> None:
    """Short months, a year of its own, commas; what is not understood is named with its number."""
    path = tmp_path / "other.txt"
    path.write_text(
        "Feb 4, Nerve Blocks, Kim Sample\nJan 2028 | Basics | Alex Example\n4 March 2027 Topic Z Robin Example\n"
        "2027-05-06 Topic V Robin Example\nApril 8 Blocks Alex Example, Kim Sample\n",
        "utf-8",
    )
    read = plaintext.read(path.read_text("utf-8"))
    assert [(m.month, m.day, m.year, m.topic, m.faculty) for m in read.meetings] == [
        (2, 4, None, "Nerve Blocks", "Kim Sample"),
        (1, None, 2028, "Basics", "Alex Example"),
        (4, 8, None, "Blocks Alex Example, Kim Sample", ""),
    ]
    said = raw.podcast("plan", "import", str(path), "--year", "2027", "--dry-run")
    assert "line 3 is not planned" in said.err
    assert "line 4 is not planned" in said.err
    assert "2028-01-lit-basics: 2028-01" in said.out


def test_a_date_without_a_year_is_flagged(raw: ShowDir, file: Path) -> None:
    """Without --year every row is shown with that flag, and nothing is written."""
    said = raw.podcast("plan", "import", str(file), code=1)
    assert "March 1 (no year): How to Write a Paper/Answer a Reviewer; Robin van der Example" in said.out
    assert "its dates have no year; nothing was written" in said.err
    assert raw.workspace.slugs() == ("001-tiny",)


def test_planned_episodes(raw: ShowDir, file: Path) -> None:
    """Each meeting is an episode of kind lit that loads, with topic and faculty; September is left out."""
    dry = raw.podcast("plan", "import", str(file), "--year", "2027", "--dry-run")
    assert raw.workspace.slugs() == ("001-tiny",)
    said = raw.podcast("plan", "import", str(file), "--year", "2027")
    assert said.out == dry.out
    assert "September: no meeting" in said.err
    slugs = [slug for slug in raw.workspace.slugs() if slug.startswith("2027-")]
    assert len(slugs) == 6
    assert not any(slug.startswith("2027-09") for slug in slugs)
    show = load_show(raw.workspace)
    march = load_episode(raw.workspace, show, slugs[1])
    assert march.plan is not None
    assert (march.title, march.plan.faculty, march.plan.when) == (
        "How to Write a Paper/Answer a Reviewer",
        "Robin van der Example",
        "March 1 2027",
    )
    assert (march.format, march.content_class, march.publish_at.date().isoformat()) == (
        "lit",
        "",
        "2027-03-01",
    )
    january = load_episode(raw.workspace, show, slugs[0])
    assert january.plan is not None
    assert january.plan.open == ("day",)
    assert "planned, with Robin van der Example" in raw.podcast("status", slugs[1]).out
    assert raw.podcast("check", code=1).err.count("planned, nothing to check yet") == 6
    again = raw.podcast("plan", "import", str(file), "--year", "2027")
    assert again.out == ""
    assert again.err.count("is there already") == 6


def test_a_schedule_that_is_none(raw: ShowDir, tmp_path: Path) -> None:
    """A text without rows, a missing file and a day that does not exist are refused by name."""
    path = tmp_path / "x.txt"
    path.write_text("nothing here", "utf-8")
    assert "no schedule found" in raw.podcast("plan", "import", str(path), code=1).err
    assert "cannot be read" in raw.podcast("plan", "import", str(tmp_path / "absent"), code=1).err
    path.write_text("February 30 A Topic Alex Example", "utf-8")
    assert "February 30 2027 is no day" in raw.podcast("plan", "import", str(path), "--year", "2027", code=1).err


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_template(raw: ShowDir, kind: str) -> None:
    """`new --kind` writes an episode that loads, with its class and format, and asks its questions unseen."""
    slug = f"002-{kind}"
    raw.podcast("new", slug, "--kind", kind)
    episode = load_episode(raw.workspace, load_show(raw.workspace), slug)
    assert (episode.format, episode.content_class) == (kind, ""), "which class it is, a person says"
    text = (raw.workspace.episode(slug) / "notes.md").read_text("utf-8")
    assert all(line.startswith("[comment]: # (") for line in text.splitlines())
    assert len(text.splitlines()) > len(KINDS[kind].notes)
    assert "guid" in tomllib.loads((raw.workspace.episode(slug) / "episode.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("kind", "code", "field"),
    [("evidence", "CIT01", "claim"), ("evidence", "CME02", "objectives"), ("advocacy", "CIT14", "claim")],
)
def test_every_kind_is_checked_as_one(raw: ShowDir, kind: str, code: str, field: str) -> None:
    """Evidence needs claims and objectives, advocacy what it rests on."""
    raw.podcast("new", f"002-{kind}", "--kind", kind)
    assert f" {code} episodes/002-{kind}/episode.toml: {field}: " in raw.podcast("check", f"002-{kind}", code=1).out
