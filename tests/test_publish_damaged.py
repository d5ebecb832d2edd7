"""Damaged files and records are named and refused: none becomes the truth elsewhere, none takes another's place."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from copies import Copies, Copy
from faults import KILLED, forked
from shows import TINY, sign, tree
from test_publish_guard import OTHER, second
from test_publish_undo import MEMBERS, NOTE, copies, entries, public

from podcast_pipeline.publish import members

pytest_plugins = ["shows"]
__all__ = ["copies"]


def _behind(copies: Copies) -> tuple[Copy, Copy]:
    """A has published 002-other; B has neither its record nor its sources."""
    a, b = copies.first(), copies.clone("b")
    second(a.show).podcast("publish", "002-other")
    return a, b


@pytest.mark.parametrize(
    ("folder", "suffix", "says"),
    [("transcripts", "vtt", "other bytes than its name says"), ("media", "mp3", "bytes in the storage")],
)
def test_a_truncated_file_is_not_taken_over_as_the_truth(copies: Copies, folder: str, suffix: str, says: str) -> None:
    """The merge names the file and writes no record; once the file is whole again, it takes the episode over."""
    a, b = _behind(copies)
    (path,) = (copies.public / folder / "002-other").glob(f"*.{suffix}")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    before = tree(b.show.root / "feed")
    said = b.podcast("feed", "--merge", "--from-public", code=1)
    assert said.lines[0].startswith(f"002-other: {folder}/002-other/{path.name} is damaged: ")
    assert says in said.lines[0]
    assert "`podcast publish 002-other` where it is built" in said.err
    assert tree(b.show.root / "feed") == before
    a.podcast("publish", "002-other")  # the way that the message names
    assert path.read_bytes() == whole
    b.podcast("feed", "--merge", "--from-public")
    record = json.loads(b.show.workspace.release("002-other").read_bytes())
    every = [record["enclosure"], *record["transcripts"]]
    assert all(one["sha256"].startswith(Path(one["key"]).stem) and one["bytes"] > 0 for one in every)


def test_a_file_with_other_bytes_of_the_same_length_is_not_taken_over(copies: Copies) -> None:
    """Nor one that is gone."""
    _, b = _behind(copies)
    (path,) = (copies.public / "media" / "002-other").glob("*.mp3")
    data = path.read_bytes()
    path.write_bytes(data[:5000] + bytes(len(data) - 5000))
    said = b.podcast("feed", "--merge", "--from-public", code=1)
    assert "is damaged: it holds other bytes than its name says" in said.lines[0]
    path.unlink()
    said = b.podcast("feed", "--merge", "--from-public", code=1)
    assert f"media/002-other/{path.name} is not in the storage" in said.lines[0]
    assert not b.show.workspace.release("002-other").exists()


OTHERS = b"""<rss version="2.0"><channel><title>Another Show</title><link>https://other.example/</link>
<description>Theirs.</description><item><title>Theirs</title><guid>theirs</guid></item></channel></rss>"""


def test_the_feed_of_another_show_is_neither_replaced_nor_taken_over(copies: Copies) -> None:
    """Put there by mistake it stops whatever would write, and is named; a rollback puts ours back, and that alone.

    What it says of its show once became what show.toml says of ours, and the show could not be read any more.
    """
    a = copies.first()
    feed, settings = copies.public / "feed.xml", a.show.root / "feed" / "show.toml"
    ours, before = feed.read_bytes(), tree(a.show.root / "feed", ".lock", ".digests")
    feed.write_bytes(OTHERS)
    for words in (("publish",), ("publish", TINY), ("feed", "--merge", "--from-public"), ("verify",)):
        said = a.podcast(*words, code=1)
        assert 'the public feed is that of another show: "Another Show"' in said.lines[0], words
        assert "`podcast rollback`" in said.err
    said = a.podcast("status")
    assert 'that of another show: "Another Show"' in said.out + said.err
    assert feed.read_bytes() == OTHERS
    assert tree(a.show.root / "feed", ".lock", ".digests") == before
    text = settings.read_bytes()
    (kept, *_) = a.podcast("rollback").out.split()
    assert "this puts ours in its place" in a.podcast("rollback", kept, "--yes").err
    assert feed.read_bytes() == ours
    assert settings.read_bytes() == text
    assert "nothing was written" in a.podcast("publish").err


def test_a_record_that_names_anothers_file_replaces_nothing(copies: Copies) -> None:
    """A key edited into the record of 001 is that of 002's transcript: nothing is put under it."""
    a, _ = _behind(copies)
    path, other = a.show.workspace.release(TINY), a.show.workspace.release("002-other")
    record, theirs = json.loads(path.read_bytes()), json.loads(other.read_bytes())
    record["transcripts"][0]["key"] = theirs["transcripts"][0]["key"]
    path.write_text(json.dumps(record, indent=2), "utf-8")
    known = json.loads(a.show.workspace.publication.read_bytes())
    for entry in known["public"]["episodes"].values():
        entry["record"] = ""  # as where none was known
    a.show.workspace.publication.write_text(json.dumps(known), "utf-8")
    shutil.rmtree(copies.public / "manifests")
    (copies.public / theirs["transcripts"][0]["key"]).unlink()
    before = tree(copies.public)
    said = a.podcast("publish", code=1)
    assert f"{theirs['transcripts'][0]['key']}: names other content than" in said.lines[0]
    assert tree(copies.public) == before


def test_a_record_under_another_name_is_refused(copies: Copies) -> None:
    """A slug that is not the file's name would give an episode two records."""
    a = copies.first()
    path = a.show.workspace.release(TINY)
    path.write_text(path.read_text("utf-8").replace('"slug": "001-tiny"', '"slug": "003-other"'), "utf-8")
    for words in (("publish",), ("publish", TINY), ("verify",)):
        said = a.podcast(*words, code=1)
        assert said.lines == ["feed/releases/001-tiny.json: is the record of 003-other, by its slug"]


def test_the_page_of_a_run_that_was_interrupted_has_a_way_out(copies: Copies) -> None:
    """Another computer put a page and died before its feed: verify names what puts the record's page there again."""
    a = copies.first()
    a.podcast("publish")
    page = copies.public / "episodes" / TINY / "index.html"
    whole = page.read_bytes()
    page.write_bytes(whole.replace(b"</body>", b"<p>Another one.</p></body>"))
    said = a.podcast("verify", code=1).err
    assert f"{TINY}: its public page is another one than the record's" in said
    assert "`podcast feed --merge --from-public` and then `podcast publish` where it is built" in said
    a.podcast("feed", "--merge", "--from-public")
    a.podcast("publish")
    assert page.read_bytes() == whole
    assert "all as recorded" in a.podcast("verify").err


def test_a_page_that_is_lost_with_its_computer_is_made_again(copies: Copies) -> None:
    """The record that was taken over knows no page; the feed leads to it, verify asks for it, and publish makes it."""
    _, b = _behind(copies)
    page = copies.public / "episodes" / "002-other" / "index.html"
    page.unlink()
    b.podcast("feed", "--merge", "--from-public")
    said = b.podcast("verify", code=1).err
    assert "002-other: its page is not there: put it back under episodes/002-other/index.html" in said
    before = public(copies)
    b.podcast("publish")
    assert public(copies) == before
    assert "<h1>Another episode</h1>" in page.read_text("utf-8")
    assert "all as recorded" in b.podcast("verify", "--read-data").err
    assert "nothing was written" in b.podcast("publish").err


def test_a_page_of_a_run_that_died_with_its_computer_is_put_back(copies: Copies, tmp_path: Path) -> None:
    """A dies between its page and its feed: B leaves the page to whoever may be at work, and later puts it back."""
    a, b = copies.first(), copies.clone("b")
    page, later = copies.public / "episodes" / TINY / "index.html", f"{datetime.now(UTC) + timedelta(hours=2):%FT%TZ}"
    a.podcast("correct", TINY, "--note", NOTE)
    a.podcast("publish")  # the feed says it; the page, which is put with the episode, does not yet
    a.push()
    b.pull()
    whole, feed = page.read_bytes(), public(copies)
    a.edit(f"episodes/{TINY}/episode.toml", "A few seconds of the sample", "Some seconds of the sample")
    sign(a.show, "--force")
    step = f"after put episodes/{TINY}/index.html"
    assert forked(a.show, ("publish", TINY), f"kill:1:{step}").code == KILLED
    shutil.rmtree(a.show.root)
    assert public(copies) == feed
    assert b"Some seconds" in page.read_bytes()
    assert "nothing was written" in b.podcast("publish").err
    assert "Some seconds" in page.read_text("utf-8")
    b.podcast("publish", "--now", later)
    assert page.read_bytes() == whole
    assert "nothing was written" in b.podcast("publish", "--now", later).err


def test_a_damaged_object_of_the_same_length_has_a_way_out(copies: Copies) -> None:
    """What stops the publication names what mends it, and that works."""
    a = copies.first()
    (path,) = (copies.public / "media" / TINY).glob("*.mp3")
    whole = path.read_bytes()
    path.write_bytes(bytes(len(whole)))
    assert "once it is deleted there, `podcast publish` puts it up again" in a.podcast("publish", TINY, code=1).err
    path.unlink()
    a.podcast("publish")
    assert path.read_bytes() == whole


@pytest.mark.parametrize("data", [b"", b"<rss><channel>"], ids=["empty", "cut"])
def test_a_damaged_feed_is_not_taken_for_a_late_cache(copies: Copies, data: bytes) -> None:
    """verify says that it is damaged, and what restores it."""
    a = copies.first()
    (copies.public / "feed.xml").write_bytes(data)
    said = a.podcast("verify", code=1).err
    assert "a cache lags behind" not in said
    assert "feed.xml: is damaged (" in said
    assert "`podcast rollback` lists the earlier ones" in said


def test_members_without_their_feed_and_without_their_list_are_named(
    copies: Copies, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The feed goes from show.toml, or the list of members from its place, while members have an episode."""
    monkeypatch.setenv(members.SECRET, "an example of a secret with enough bytes")
    monkeypatch.setenv(members.FILE, str(tmp_path / "members.csv"))
    a = copies.first()
    toml = a.show.workspace.show_toml
    before = toml.read_text("utf-8")
    toml.write_text(before + MEMBERS, "utf-8")
    a.podcast("feed", "members", "issue", "m1", "lit")
    other = second(a.show)
    path = other.workspace.episode_toml("002-other")
    path.write_text('feeds = ["lit"]\n' + path.read_text("utf-8"), "utf-8")
    other.podcast("build", "002-other")
    a.podcast("publish", "002-other")
    a.podcast("verify")
    (tmp_path / "members.csv").rename(tmp_path / "elsewhere.csv")
    assert "names no member of lit, and 1 members have an address of it" in a.podcast("publish", code=1).err
    assert "is not there, and 1 episodes for members are published" in a.podcast("verify", code=1).err
    (tmp_path / "elsewhere.csv").rename(tmp_path / "members.csv")
    toml.write_text(before, "utf-8")
    assert 'the feed "lit" with 1 episode is not in feed/show.toml any more' in a.podcast("verify", code=1).err


def test_a_feed_that_show_toml_has_no_more_is_named(copies: Copies) -> None:
    """Its episodes stay public in it: publish, status and verify say so, until the way that they name has ended it."""
    a = copies.first()
    toml, episode = a.show.workspace.show_toml, a.show.workspace.episode_toml(TINY)
    without, main = toml.read_text("utf-8"), episode.read_text("utf-8")
    toml.write_text(f'{without}\n[[feeds]]\nid = "extra"\nurl = "https://podcast.example.org/extra.xml"\n', "utf-8")
    table = toml.read_text("utf-8")
    episode.write_text(f'feeds = ["main", "extra"]\n{main}', "utf-8")
    a.podcast("build", "--force")
    a.podcast("publish", TINY)
    says = 'the feed "extra" with 1 episode is not in feed/show.toml any more, and stays public as it is'

    def said() -> list[bool]:
        texts = (a.podcast("publish").err, a.podcast("status").err, a.run(a.show.root, ("verify",)).err)
        return [says in text for text in texts]

    assert said() == [False, False, False]
    toml.write_text(without, "utf-8")
    assert said() == [True, True, True]
    episode.write_text(main, "utf-8")  # its record says no more that it was in there
    a.podcast("build", "--force")
    a.podcast("publish", TINY)
    assert said() == [True, True, True]
    toml.write_text(table, "utf-8")
    a.podcast("publish")
    assert b"<item>" not in (copies.public / "extra.xml").read_bytes()
    toml.write_text(without, "utf-8")
    assert said() == [False, False, False]


def test_a_correction_of_an_episode_without_folder_says_what_to_make(copies: Copies) -> None:
    """Of what was taken over from the public feed: the file that the message names is enough to correct it."""
    _, b = _behind(copies)
    b.podcast("feed", "--merge", "--from-public")
    assert "002-other: published" in b.podcast("status").out
    said = b.podcast("correct", "002-other", "--note", NOTE, code=1)
    assert said.lines[0].startswith("episodes/002-other/episode.toml: is not here, and the episode has a record: ")
    assert len(said.lines) == 1
    assert "guid, title, publish_at and feeds of feed/releases/002-other.json and a summary of one line" in said.err
    record = json.loads(b.show.workspace.release("002-other").read_bytes())
    lines = [f"{key} = {json.dumps(record[key])}" for key in ("guid", "title", "feeds")]
    lines += [f"publish_at = {record['publish_at']}", 'summary = "What it is about."']
    path = b.show.workspace.episode_toml("002-other")
    path.parent.mkdir()
    path.write_text("\n".join(lines) + "\n", "utf-8")
    said = b.podcast("correct", "002-other", "--note", NOTE, "--by", "example-host")
    assert "after `podcast publish`" in said.err
    b.podcast("publish")
    assert NOTE in entries(copies)[OTHER].summary
