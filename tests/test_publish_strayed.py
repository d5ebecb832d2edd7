"""What was seen public counts only where the records here hold it: a record that went back stops, and says so."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256

import pytest
from copies import Copies, Copy, git
from shows import TINY, tree
from test_publish_guard import OTHER, second
from test_publish_undo import NOTE, copies, corrected, described, entries, public

from podcast_pipeline.feed import contents

pytest_plugins = ["shows"]
__all__ = ["copies"]
STRAYED = "records in feed/releases are not those that were published; publishing from here"


def stopped(copy: Copy, copies: Copies, *words: str) -> str:
    before = tree(copies.public), tree(copy.show.root / "feed")
    said = copy.podcast("publish", *words, code=1)
    assert said.lines[0] == STRAYED, said.err
    assert (tree(copies.public), tree(copy.show.root / "feed")) == before
    return said.err


def test_a_record_that_git_brought_back_takes_no_correction_off_the_feed(copies: Copies) -> None:
    """The changes of feed/releases are thrown away, feed/publication.json stays: a bare run stops and names it."""
    a = copies.first()
    a.podcast("publish")
    a.push()
    corrected(a)
    feed = public(copies)
    git(a.show.root, "checkout", "--", "feed/releases")
    said = stopped(a, copies)
    assert "would take back the correction of " in said
    assert TINY in said
    assert stopped(a, copies, "--dry-run") == said
    assert public(copies) == feed
    a.podcast("feed", "--merge", "--from-public", code=1)  # a person has to say which one it is
    a.podcast("feed", "--merge", "--from-public", "--theirs", TINY)
    assert [one.note for one in a.show.release.corrections] == [NOTE]
    assert "nothing was written" in a.podcast("publish").err
    assert public(copies) == feed


def test_what_was_seen_alone_lets_no_copy_that_is_behind_publish(copies: Copies) -> None:
    """B takes feed/publication.json of A and not its records: neither the correction nor the new episode leaves."""
    a = copies.first()
    a.podcast("publish")
    a.push()
    b = copies.clone("b")
    corrected(a)
    second(a.show).podcast("publish", "002-other")
    a.push()
    git(b.show.root, "fetch", "-q")
    git(b.show.root, "checkout", "origin/main", "--", "feed/publication.json")
    described(b)
    said = stopped(b, copies)
    assert "would take back the correction of " in said
    assert f'would remove {OTHER}, "Another episode"' in said
    git(b.show.root, "checkout", "origin/main", "--", "feed/releases")
    b.podcast("publish")
    assert set(entries(copies)) == {a.show.release.guid, OTHER}
    assert NOTE in entries(copies)[a.show.release.guid].summary


def test_one_side_of_a_conflict_is_not_published_as_if_it_were_meant(copies: Copies) -> None:
    """Both correct, git conflicts, B keeps its own record and the other's publication.json: it stops."""
    a = copies.first()
    a.podcast("publish")
    a.push()
    b = copies.clone("b")
    b.podcast("correct", TINY, "--note", "B was first.")
    corrected(a)
    a.push()
    b.commit()
    with pytest.raises(Exception, match="returned non-zero"):
        b.pull()
    git(b.show.root, "checkout", "--theirs", "feed/publication.json")
    git(b.show.root, "checkout", "--ours", "feed/releases")
    b.commit()
    assert NOTE not in b.show.release.notes
    said = stopped(b, copies)
    assert "would take back the correction of " in said
    b.podcast("feed", "--merge", "--from-public", "--ours", TINY)
    b.podcast("publish")  # that was said
    assert "B was first." in public(copies).decode()


def test_a_record_that_is_edited_by_hand_is_not_published_unnamed(copies: Copies) -> None:
    """The other side: what is named goes out, and so does all that the show's own file and commands change."""
    a = copies.first()
    a.podcast("publish")
    path = a.show.workspace.release(TINY)
    whole = path.read_bytes()
    record = json.loads(whole)
    path.write_text(json.dumps(record | {"title": "Another title"}, indent=2), "utf-8")
    assert "would take back the new title in 001-tiny" in stopped(a, copies)
    said = a.podcast("feed", "--merge", "--from-public", "--ours", TINY, code=1)
    assert said.lines == [f"feed/releases/{TINY}.json: was edited by hand, so that it is nobody's word"]
    path.write_text(json.dumps(record | {"lacking": ["GAT02 what nobody checked"]}, indent=2), "utf-8")
    for words in (("feed", "--merge", "--from-public"), ("correct", TINY, "--note", NOTE)):
        assert "edited by hand" in a.podcast(*words, code=1).err, "what no feed says as well"
    path.write_bytes(whole.replace(b"\n", b"\r\n"))  # as git may write it on another system
    described(a)
    a.podcast("publish")
    a.podcast("correct", TINY, "--note", NOTE)
    a.podcast("publish")
    assert NOTE in public(copies).decode()


def test_a_command_killed_before_its_record_is_written_stops_nothing(copies: Copies) -> None:
    """What a command was about to write is known, and so is what was there before."""
    a = copies.first()
    a.podcast("publish")
    before = a.show.workspace.release(TINY).read_bytes()
    a.podcast("correct", TINY, "--note", NOTE)
    after = a.show.workspace.release(TINY).read_bytes()
    a.show.workspace.release(TINY).write_bytes(before)
    described(a)
    a.podcast("publish", "--dry-run")
    a.show.workspace.release(TINY).write_bytes(after)
    a.podcast("publish")
    assert NOTE in public(copies).decode()


def test_a_file_of_an_earlier_version_stops_nobody(copies: Copies) -> None:
    """Of before there were manifests, or digests of records: the first run writes down what is public now."""
    a = copies.first()
    a.podcast("publish")
    path, guid = a.show.workspace.publication, a.show.release.guid
    for number in (1, 2, 3):
        said = json.loads(path.read_bytes())["public"]
        assert said["episodes"][guid]["record"] == sha256(a.show.workspace.release(TINY).read_bytes()).hexdigest()
        items = {id_: entry["items"]["main"] for id_, entry in said["episodes"].items()}
        known = {"feeds": {"main": {"documents": "", "head": said["heads"]["main"], "items": items}}, "begun": {}}
        if number > 1:
            known["records"] = {id_: entry["record"] for id_, entry in said["episodes"].items()}
        if number > 2:  # and without the manifest
            shutil.rmtree(copies.public / "manifests")
        path.write_text(json.dumps(known), "utf-8")
        a.podcast("correct", TINY, "--note", f"{number} {NOTE}")
        a.podcast("publish")
        assert f"{number} {NOTE}" in public(copies).decode()
    assert "nothing was written" in a.podcast("publish").err


def test_a_copy_that_is_behind_drops_nothing_where_the_feed_is_lost(copies: Copies) -> None:
    """feed.xml is gone from the store: what was public last, by its history, is asked as if it still were."""
    a, b = copies.first(), copies.clone("b")
    second(a.show).podcast("publish", "002-other")
    (copies.public / "feed.xml").unlink()
    before = tree(copies.public)
    said = b.podcast("publish", code=1)
    assert f'would remove {OTHER}, "Another episode", which is public and not known here' in said.err
    assert tree(copies.public) == before
    b.podcast("feed", "--merge", "--from-public")
    b.podcast("publish")
    assert set(entries(copies)) == {a.show.release.guid, OTHER}


def test_an_emptied_store_takes_no_episode_from_the_copy_that_knows_it(copies: Copies) -> None:
    """B, behind, fills an emptied store: A is not told that somebody took its episode out, and puts it back."""
    a, b = copies.first(), copies.clone("b")
    a.podcast("publish")
    second(a.show).podcast("publish", "002-other")
    shutil.rmtree(copies.public)
    copies.public.mkdir()
    record = a.show.workspace.release("002-other")
    whole = record.read_bytes()
    record.unlink()
    said = a.podcast("publish", code=1)  # nobody else can say what was public: what this copy knows has to be here
    assert OTHER in said.err
    record.write_bytes(whole)
    b.podcast("publish")
    said = a.podcast("publish", code=1)
    assert "would add 002-other, which this storage has never had in a feed" in said.err
    assert "taken out" not in said.err
    a.podcast("feed", "--merge", "--from-public", code=1)
    assert record.read_bytes() == whole
    a.podcast("feed", "--merge", "--from-public", "--ours", "002-other")
    a.podcast("publish")
    assert set(entries(copies)) == {a.show.release.guid, OTHER}


def test_a_named_publication_drops_no_correction_of_a_record_that_went_back(copies: Copies) -> None:
    """Naming the episode is no leave to take its correction off the feed: both ways out that are named work."""
    a = copies.first()
    a.podcast("publish")
    a.push()
    corrected(a)
    items = contents.read(public(copies)).items
    git(a.show.root, "checkout", "--", "feed/releases")
    for words in ((TINY,), ("--dry-run", TINY), ("--replace", TINY)):
        assert "would take back the correction of " in stopped(a, copies, *words)
    a.podcast("feed", "--merge", "--from-public", "--theirs", TINY)
    a.podcast("publish", TINY)
    assert contents.read(public(copies)).items == items
    git(a.show.root, "checkout", "--", "feed/releases")
    stopped(a, copies, TINY)
    a.podcast("feed", "--merge", "--from-public", "--ours", TINY)
    a.podcast("publish", TINY)  # that was said
    assert NOTE not in public(copies).decode()


def test_a_copy_that_names_another_address_takes_nothing_over(copies: Copies) -> None:
    """A moves the show and is lost; what B would take over it would call another host's: B follows first."""
    a, b = copies.first(), copies.clone("b")
    keys = ('url = "https://', 'public_base_url = "https://')
    moved = {f"{key}podcast.example.org": f"{key}new.example.org" for key in keys}
    for old, new in moved.items():
        a.edit("feed/show.toml", old, new)
    a.podcast("publish")
    corrected(a)
    shutil.rmtree(a.show.root)
    before = tree(b.show.root / "feed")
    said = b.podcast("feed", "--merge", "--from-public", code=1)
    assert said.lines[0].startswith(
        "the public feed says that it is at https://new.example.org/feed.xml, and feed/show"
    )
    assert tree(b.show.root / "feed") == before
    for old, new in moved.items():
        b.edit("feed/show.toml", old, new)
    b.podcast("feed", "--merge", "--from-public", "--theirs", TINY)  # of its addresses every file is another one
    assert "nothing was written" in b.podcast("publish").err
    assert b.show.release.enclosure.key.startswith("media/")
    assert NOTE in b.show.release.notes
