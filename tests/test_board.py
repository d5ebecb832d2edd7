"""The board's value, its screen, and what git and the dates say: without sound, as nothing here is built."""

from __future__ import annotations

import dataclasses
import itertools
import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import feeds
import pytest
from PIL import Image
from shows import ROOT, Said, podcast
from test_board_page import NOW, board, card

from podcast_pipeline import codec
from podcast_pipeline.board import screen, words
from podcast_pipeline.board.card import STEPS, Wait
from podcast_pipeline.episode import records
from podcast_pipeline.layout import Workspace
from podcast_pipeline.publish import seen
from podcast_pipeline.publish.manifest import EpisodeEntry
from podcast_pipeline.publish.seen import Seen

EPISODE = """guid = "{slug}"
title = "Episode {slug}"
summary = "S."
publish_at = {when}
"""


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    """A show with an empty public catalogue, in a git repository of its own."""
    root = tmp_path / "show"
    shutil.copytree(ROOT / "feed" / "people", root / "feed" / "people")
    for name in ("show.toml", "references.json"):
        shutil.copyfile(ROOT / "feed" / name, root / "feed" / name)
    (root / "feed" / "releases").mkdir()
    with open(root / "feed" / "show.toml", "a", encoding="utf-8") as file:
        file.write('\n[schedule]\ntimezone = "America/Los_Angeles"\nusual = "Thu 06:00"\n')
    return Workspace(root)


def run(space: Workspace, *words_: str, code: int = 0) -> Said:
    said = podcast("-C", str(space.root), *words_)
    assert said.code == code, said.err
    return said


def rows(space: Workspace) -> dict[str, dict[str, Any]]:
    return {row["slug"]: row for row in json.loads(run(space, "status", "--json").out)["episodes"]}


def release(space: Workspace, number: int, *, known: bool = True, **more: Any) -> str:
    """A record; `known`: what is public was made of it, as far as was seen last."""
    one = dataclasses.replace(feeds.small_release(number), **more)
    records.write(space, one)
    if known:
        last = seen.load(space) or Seen()
        entry = EpisodeEntry(records.digest(one), one.revision, {"main": "0"})
        seen.save(
            space,
            dataclasses.replace(last, public=last.public.with_entries({one.guid: entry}), proven=datetime.now(UTC)),
        )
    return one.slug


def planned(space: Workspace, slug: str, when: str, more: str = "") -> None:
    space.episode(slug).mkdir(parents=True)
    space.episode_toml(slug).write_text(EPISODE.format(slug=slug, when=when) + more, "utf-8")


def git(space: Workspace, *words_: str) -> None:
    identity = ("-c", "user.name=Alex Example", "-c", "user.email=alex@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(space.root), *identity, *words_], check=True, capture_output=True)


@pytest.mark.parametrize("count", [0, 1, 3, 40, 1000])
def test_at_most_one_screen(count: int) -> None:
    """However many episodes wait, no more than 24 lines with the notices; every section names its first episode, and
    the last line counts all of them.
    """
    whom = ("guest", "producer", "producer", "reviewer") * 2
    many = [
        dataclasses.replace(
            card(number % 9, step, wait=Wait(name, NOW), trouble=("ended",)),
            slug=f"{number:04d}-{step.replace(' ', '')}",
        )
        for number in range(count)
        for step, name in zip(STEPS, whom, strict=True)
    ]
    shown = dataclasses.replace(board(public=count), cards=tuple(many), notices=("one", "two"))
    lines = screen.lines(shown)
    assert len(lines) + len(shown.notices) <= screen.HEIGHT
    if not count:
        assert lines[-1].startswith("in all: no episode")
        return
    titles = [line for line in lines if line.endswith(":") and not line.startswith(" ")]
    assert titles[0].startswith("overdue")
    for line, below in itertools.pairwise(lines):
        assert line not in titles or below.startswith("  0")
    assert all(f"{count} {step}" in lines[-1] for step in STEPS)


def test_public_is_said_of_what_was_proven(space: Workspace) -> None:
    """With the day of what was seen last; a record that came from elsewhere, or was changed since, is alone."""
    one, two = release(space, 1), release(space, 2, known=False)
    said = rows(space)
    assert (said[one]["proven"], said[two]["proven"]) == (True, False)
    today = datetime.now(UTC).astimezone(NOW.tzinfo)
    assert (
        f"2 public (1 as proven on {today:%Y-%m-%d}, 1 by its record alone: `podcast verify`)"
        in run(space, "status").out
    )
    path = space.release(one)
    path.write_text(path.read_text("utf-8").replace('"title": "', '"title": "Another '), "utf-8")
    assert not rows(space)[one]["proven"], "what was judged has changed"


def test_what_the_show_lacks_is_named(space: Workspace) -> None:
    """Of a show that has published: its feed, a record; each with the way back."""
    kept, lost = release(space, 1), release(space, 2)
    Image.new("RGB", (1400, 1400), "teal").save(space.root / "feed" / "cover.png")
    space.feed_xml.write_text("<rss/>", "utf-8")
    assert "is not here" not in run(space, "status").err
    space.feed_xml.unlink()
    assert "feed/feed.xml is not here: `podcast feed` renders it again" in run(space, "status").err
    run(space, "feed")
    assert "is not here" not in run(space, "status").err
    space.release(lost).unlink()
    assert "feed/releases has no record of 1 episode last seen public" in run(space, "status").err
    assert rows(space).keys() == {kept}


def test_two_in_one_minute(space: Workspace) -> None:
    """Said of both, in seconds or another offset too; not where a day is open, or no feed carries both."""
    planned(space, "001-one", "2027-03-04T17:00:00Z")
    planned(space, "002-two", "2027-03-04T09:00:30-08:00")
    planned(space, "003-open", "2027-03-04T17:00:00Z", '[plan]\nopen = ["day"]\n')
    planned(space, "004-members", "2027-03-04T17:00:00Z", 'feeds = ["lit"]\n')
    with open(space.show_toml, "a", encoding="utf-8") as file:
        file.write('[[feeds]]\nid = "lit"\nurl = "https://podcast.example.org/lit.xml"\n')
    said = {slug: row["trouble"] for slug, row in rows(space).items()}
    assert said["001-one"] == ["002-two goes out in the same minute: give one another publish_at"]
    assert said["002-two"] == ["001-one goes out in the same minute: give one another publish_at"]
    assert said["003-open"] == said["004-members"] == []
    assert "DAT01" in run(space, "check", "001-one", code=1).out


def test_waiting_for_whom_since_when(space: Workspace) -> None:
    """A planned episode waits for its guest, by name; one without for the producer; an open day passes with its month.

    Verdicts that have ended are said.
    """
    planned(space, "001-guest", "2099-03-05T17:00:00Z", '[plan]\ntopic = "T"\nfaculty = "Kim Example"\n')
    planned(space, "002-none", "2020-03-04T17:00:00Z")
    month = datetime.now(UTC).replace(day=2, hour=12, minute=0, second=0, microsecond=0)
    planned(space, "003-open", month.isoformat(), '[plan]\ntopic = "T"\nopen = ["day"]\n')
    said = rows(space)
    assert said["001-guest"]["step"] == "planned"
    assert (said["001-guest"]["waits_for"]["whom"], said["001-guest"]["waits_for"]["name"]) == ("guest", "Kim Example")
    assert [said[slug]["overdue"] for slug in sorted(said)] == [False, True, False]
    out = run(space, "status").out
    assert out.index("overdue:") < out.index("002-none: planned; due Wed 2020-03-04 09:00; waits for the producer")
    assert "waits for the guest:\n  001-guest: planned, with Kim Example; due Thu 2099-03-05 09:00" in out
    listed = run(space, "status", "--all").out.splitlines()
    assert [line.split(": ")[0].split()[-1] for line in listed] == ["002-none", "003-open", "001-guest"]


def test_the_schedule_follows_dates_that_are_moved(space: Workspace) -> None:
    """By the clocks of the show, the next first; an earlier or later date in episode.toml counts, and is said."""
    planned(space, "002-later", "2027-07-01T13:00:00Z")
    planned(space, "001-sooner", "2027-01-07T14:00:00Z")
    lines = run(space, "schedule").out.splitlines()
    assert lines[0] == "by the clocks of America/Los_Angeles"
    assert [line[:21].strip() for line in lines[1::2]] == ["Thu 2027-01-07 06:00", "Thu 2027-07-01 06:00"]
    value = json.loads(run(space, "schedule", "--json").out)
    assert [row["local"] for row in value["episodes"]] == ["2027-01-07T06:00:00-08:00", "2027-07-01T06:00:00-07:00"]
    assert value["timezone"] == "America/Los_Angeles"


def test_what_git_does_not_have_yet(space: Workspace, tmp_path: Path) -> None:
    """A record that is not committed, then not pushed, is said until it is; the day of the proof is then git's."""
    assert "committed" not in run(space, "status").err
    git(space, "init", "-q")
    git(space, "add", ".")
    git(space, "commit", "-qm", "start")
    bare = tmp_path / "bare.git"
    git(space, "init", "-q", "--bare", str(bare))
    git(space, "remote", "add", "origin", str(bare))
    git(space, "push", "-q", "-u", "origin", "HEAD")
    release(space, 1)
    assert "published, not committed" in run(space, "status").err
    git(space, "add", ".")
    git(space, "commit", "-qm", "published", "--date", "2026-11-20T12:00:00Z")
    assert "published, not pushed" in run(space, "status").err
    git(space, "push", "-q", "origin", "HEAD")
    assert "not pushed" not in run(space, "status").err


def test_a_broken_one_is_first_and_the_others_stand(space: Workspace) -> None:
    """On screen, list and board; the command fails."""
    release(space, 1)
    space.episode("000-broken").mkdir(parents=True)
    space.episode_toml("000-broken").write_text("title = 3\n", "utf-8")
    lines = run(space, "status", code=1).out.splitlines()
    assert lines[1] == "needs mending:"
    assert lines[2].startswith("  000-broken: broken: episodes/000-broken/episode.toml: ")
    drawn = space.root / "board.html"
    run(space, "status", "--html", str(drawn), code=1)
    assert "000-broken" in drawn.read_text("utf-8")


def test_hours_are_those_of_the_place() -> None:
    """Before and after the clocks change, and in words."""
    shown = board()
    summer = datetime(2027, 7, 1, 13, tzinfo=UTC)
    assert words.moment(shown, summer) == "Thu 2027-07-01 06:00"
    assert words.moment(shown, summer + timedelta(days=182)) == "Thu 2027-12-30 05:00"
    assert codec.encode(Wait("guest", summer)) == {"whom": "guest", "since": "2027-07-01T13:00:00Z", "name": ""}
