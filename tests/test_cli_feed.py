"""podcast feed --check: any feed, ours or another's, is judged by number, place and who suffers."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import web
from feeds import COVER, NOW, RICH, SMALL, URL, many_releases, rich_release, small_release
from shows import podcast

from podcast_pipeline.feed.render import render
from podcast_pipeline.feed.rules.affected import AFFECTED

HERE = Path(__file__).parent
RULES = HERE.parent / "podcast_pipeline" / "feed"
MOMENT = ("--now", "2027-06-01T12:00:00Z")
GOOD = render(RICH, [rich_release(), small_release(7, number=7)], NOW, COVER)
HABIT = (
    b"\n\n"
    + render(SMALL, many_releases(8), NOW, COVER)
    .replace(b'<enclosure url="https', b'<enclosure url="http')
    .replace(b"<pubDate>Tue, 06 Jan 2026 09:30:00 +0000", b"<pubDate>some day")
    .partition(b"?>")[2]
    .lstrip()
)


@pytest.fixture
def host() -> Iterator[web.Web]:
    with web.serve() as found:
        yield found


def test_a_good_file_passes(tmp_path: Path) -> None:
    """Exit 0; the counts go to stderr, so that stdout holds findings alone."""
    path = tmp_path / "feed.xml"
    path.write_bytes(GOOD)
    said = podcast("feed", "--check", str(path), *MOMENT)
    assert (said.code, said.out) == (0, "")
    assert "0 errors, 0 warnings" in said.err


def test_a_bad_file_is_explained(tmp_path: Path) -> None:
    """Rule, place, sentence, and which client suffers; exit 1."""
    path = tmp_path / "feed.xml"
    path.write_bytes(GOOD.replace(b' length="2345678" type="audio/mpeg"/>', b' length="None" type="audio/mpeg"/>', 1))
    said = podcast("feed", "--check", str(path), *MOMENT)
    assert said.code == 1
    (line, reason) = said.out.splitlines()
    number = GOOD[: GOOD.index(b"<enclosure")].count(b"\n") + 1
    assert line.startswith(f"E F25 {path}:{number}: channel/item[1]/enclosure/@length: ")
    assert "AntennaPod" in reason


def test_a_habit_of_the_host_is_told_once(tmp_path: Path) -> None:
    """Errors first; of what stands in every item three are shown, and how many there are; each names its line."""
    path = tmp_path / "feed.xml"
    path.write_bytes(HABIT)
    said = podcast("feed", "--check", str(path), *MOMENT)
    assert [line.split()[:2] for line in said.out.splitlines() if line[2:5] in ("F27", "F29")] == [
        ["E", "F29"],
        *[["W", "F27"]] * 3,
    ]
    assert "    and 5 more W F27 like it" in said.out
    assert "0 errors" not in said.err
    rows = json.loads(podcast("feed", "--check", str(path), "--json", *MOMENT).out)["findings"]
    rows = [row for row in rows if row["rule"] in ("F27", "F29")]
    assert len(rows) == 9
    lines = HABIT.decode().splitlines()
    for row in rows:
        assert ("<enclosure" if row["rule"] == "F27" else "<pubDate>some day") in lines[row["line"] - 1]


def test_json_is_one_document(tmp_path: Path) -> None:
    """For a program that watches a host's feed."""
    path = tmp_path / "feed.xml"
    path.write_bytes(b"\n" + GOOD.replace(b"<itunes:type>serial", b"<itunes:type>weekly"))
    said = podcast("feed", "--check", str(path), "--json", *MOMENT)
    value = json.loads(said.out)
    assert (said.code, value["feed"], value["errors"]) == (1, str(path), 1)
    assert [(f["rule"], f["severity"]) for f in value["findings"]] == [("F3", "E"), ("F18", "W")]
    assert all(f["suffers"] == AFFECTED[f["rule"]] for f in value["findings"])


def test_a_feed_of_another_host_is_fetched(host: web.Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """A society can ask about its present host; the address's secrets are not shown, and the self link is compared."""
    monkeypatch.setattr("podcast_pipeline.download.PUBLIC", host.reach)
    host.files["/rss"] = GOOD
    said = podcast("feed", "--check", f"{host.url}/rss?key=hidden", *MOMENT)
    assert f"{host.url}/rss:17: channel/atom:link[1]/@href: the feed calls itself {URL}" in said.out
    assert "hidden" not in said.out + said.err
    assert "answers 404" in podcast("feed", "--check", f"{host.url}/none", *MOMENT).err


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("https://127.0.0.1/feed.xml", "not a public address"),
        ("/no/such/file.xml", "no such file"),
        (str(HERE), "directory"),
    ],
)
def test_what_cannot_be_read_is_one_line(source: str, says: str) -> None:
    """No traceback, and nothing private is asked."""
    said = podcast("feed", "--check", source)
    assert said.code == 1
    assert says in said.lines[0]


@pytest.mark.parametrize("path", sorted((HERE / "golden" / "feeds").glob("*.xml")), ids=lambda p: p.stem)
def test_feeds_of_every_kind_are_judged_without_a_traceback(path: Path) -> None:
    """Whatever other hosts write, each finding has a rule that says who suffers."""
    said = podcast("feed", "--check", str(path), "--json", *MOMENT)
    found = json.loads(said.out)["findings"]
    assert said.code == (1 if any(f["severity"] == "E" for f in found) else 0)
    assert all(f["rule"] in AFFECTED and f["sentence"] and f["field"] for f in found)


def test_every_rule_says_who_suffers_and_has_a_bad_example() -> None:
    """No code without its clients, none without a feed that breaks it, and no clients for a rule that is not there."""
    sources = "".join(path.read_text("utf-8") for path in (RULES / "rules").glob("*.py"))
    codes = set(re.findall(r'(?:Problem\(\s*|_RULE = )"(F\d+)"', sources))
    assert codes == set(AFFECTED)
    shown = {fault["rule"] for fault in tomllib.loads((HERE / "feed_faults.toml").read_text("utf-8")).values()}
    # A show without episodes, a large feed, other prefixes have tests of their own.
    assert codes - shown == {"F17", "F113", "F6"}


def test_our_own_feed_is_checked_by_default(tmp_path: Path) -> None:
    """Without a name it is feed/feed.xml of the show here; what an old host did to imported episodes is no error."""
    source = HERE / "golden" / "feeds" / "commercial-host.xml"
    assert podcast("-C", str(tmp_path), "import", str(source)).code == 0
    said = podcast("-C", str(tmp_path), "feed", "--check")
    assert said.code == 0, said.out
    assert "W F27 feed/feed.xml:" in said.out
    assert "W F27" in podcast("feed", "--check", str(tmp_path / "feed" / "feed.xml")).out
    assert "not reviewed here" in podcast("-C", str(tmp_path), "status").out


def test_a_large_feed_is_warned_about(tmp_path: Path) -> None:
    """From 2 MB on every refresh costs a phone seconds."""
    path = tmp_path / "feed.xml"
    path.write_bytes(GOOD.replace(b"<p>What the trial", b"<p>" + b"x" * 2_000_000 + b"What the trial"))
    assert "W F113" in podcast("feed", "--check", str(path), *MOMENT).out
