"""Nobody undoes what they have not seen: copies of one show, each with its own view of one public feed."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
from copies import Copies, Copy, git
from faults import KILLED, forked
from PIL import Image
from shows import TINY, copied, missing, sign, tree
from test_publish_guard import GUID, OTHER, second

from podcast_pipeline.config.load import load_show
from podcast_pipeline.episode import records
from podcast_pipeline.errors import FeedError, StorageError
from podcast_pipeline.publish import members, rollback, seen
from podcast_pipeline.publish.carry_out import carry_out
from podcast_pipeline.publish.prepare import prepare
from podcast_pipeline.publish.public import Public
from podcast_pipeline.storage.registry import open_storage

pytest_plugins = ["shows"]
NOTE = "The dose was 10 mg."
MEMBERS = """
[[feeds]]
id = "lit"
audience = "members"
url = "https://podcast.example.org/m/lit/{token}.xml"
"""
EXTRA = """
[[feeds]]
id = "extra"
url = "https://podcast.example.org/extra.xml"
"""
SAID = "would take back the correction of "
STOP = "the public feed has changed since this copy of the show last saw it"


@pytest.fixture
def copies(made: Any, tmp_path: Path) -> Copies:
    return Copies(tmp_path, copied(made("published"), tmp_path / "first"))


def public(copies: Copies) -> bytes:
    return (copies.public / "feed.xml").read_bytes()


def entries(copies: Copies) -> dict[str, Any]:
    """The public items as a reader of feeds sees them, by guid."""
    return {one.id: one for one in feedparser.parse(public(copies)).entries}


def corrected(copy: Copy, note: str = NOTE) -> None:
    copy.podcast("correct", TINY, "--note", note)
    copy.podcast("publish")


def described(copy: Copy, text: str = "Another description of the show.") -> None:
    toml = copy.show.root / "feed" / "show.toml"
    lines = toml.read_text("utf-8").splitlines(keepends=True)
    (at,) = [i for i, line in enumerate(lines) if line.startswith("description = ")]
    lines[at] = f'description = "{text}"\n'
    toml.write_text("".join(lines), "utf-8")


def stopped(copy: Copy, copies: Copies, *words: str) -> str:
    """What `publish WORDS` says that is stopped; nothing of the store and of feed/ has changed."""
    before = tree(copies.public), tree(copy.show.root / "feed")
    said = copy.podcast("publish", *words, code=1)
    assert said.lines[0].startswith(STOP), said.err
    assert (tree(copies.public), tree(copy.show.root / "feed")) == before
    return said.err


def test_a_correction_is_not_taken_back_by_a_copy_that_has_not_seen_it(copies: Copies) -> None:
    """A corrects and publishes; B, behind, changes the description: stopped, told, and well after a pull."""
    a, b = copies.first(), copies.clone("b")
    corrected(a)
    described(b)
    for words in ((), ("--dry-run",), (TINY,)):
        said = stopped(b, copies, *words)
        assert SAID in said
        assert TINY in said
        assert "git pull" in said
        assert "podcast feed --merge --from-public" in said
    assert b.podcast("correct", TINY, "--note", "Something else.", code=1).lines[0].startswith(STOP)
    a.push()
    b.pull()
    b.podcast("publish")
    assert NOTE in entries(copies)[GUID].content[0].value
    assert feedparser.parse(public(copies)).feed.description == "Another description of the show."
    assert missing(copies.public) == []
    # Now A is behind: what the feed says of the show is kept as well.
    assert "would undo the new description of the show" in stopped(a, copies)
    b.push()
    a.pull()
    assert "nothing was written" in a.podcast("publish").err


def test_a_lost_computer_stops_nobody(copies: Copies) -> None:
    """A has published and never pushed: B takes over from the public feed, goes on, and A's correction stays."""
    a, b = copies.first(), copies.clone("b")
    corrected(a)
    wanted = entries(copies)[GUID]
    shutil.rmtree(a.show.root)
    described(b)
    stopped(b, copies)
    assert f"{TINY}: taken over as it is public" in b.podcast("feed", "--merge", "--from-public").err
    b.podcast("publish")
    found = entries(copies)[GUID]
    assert (found.content, found.enclosures, found.title) == (wanted.content, wanted.enclosures, wanted.title)
    record = b.show.release
    assert (record.source, record.corrections[0].note) == ("adopted", NOTE)
    assert record.audio_sha256
    assert "nothing was written" in b.podcast("publish").err
    assert "all as recorded" in b.podcast("verify", "--read-data").err
    assert "taken over from the public feed" in b.podcast("status").out
    # Its sources are not here: what is built here does not take its place unasked.
    b.edit(f"episodes/{TINY}/episode.toml", "A tiny episode", "A renamed episode")
    sign(b.show, "--force")
    said = b.podcast("publish", TINY, code=1)
    assert "published by another copy of the show" in said.err
    b.podcast("publish", "--replace", TINY)
    found = entries(copies)[GUID]
    assert found.title == "A renamed episode"
    assert NOTE in found.content[0].value


def test_an_added_episode_of_a_lost_computer(copies: Copies) -> None:
    """An episode whose folder and record nobody has any more is taken over as a record, and stays in the feed."""
    a, b = copies.first(), copies.clone("b")
    second(a.show).podcast("publish", "002-other")
    shutil.rmtree(a.show.root)
    described(b)
    assert f'would remove {OTHER}, "Another episode", which is public and not known here' in stopped(b, copies)
    before, last = entries(copies), b.show.workspace.publication
    b.podcast("feed", "--merge", "--from-public")
    assert "proven" not in json.loads(last.read_bytes()), "nobody here has asked for what was taken over"
    b.podcast("publish")
    proven = json.loads(last.read_bytes())["proven"]
    b.podcast("feed", "--merge", "--from-public")
    assert json.loads(last.read_bytes())["proven"] == proven, "of what was seen already the proof holds"
    after = entries(copies)
    assert {guid: one.enclosures for guid, one in after.items()} == {
        guid: one.enclosures for guid, one in before.items()
    }
    assert "all as recorded" in b.podcast("verify", "--read-data").err
    assert not (b.show.root / "episodes" / "002-other").exists()


def test_replaced_audio_is_not_taken_back(copies: Copies) -> None:
    """A gives the episode new audio; B, behind, may not put the earlier one back into the feed."""
    a, b = copies.first(), copies.clone("b")
    a.edit("feed/show.toml", "[audio]", "[audio]\nloudness = -18.0")
    a.podcast("build", "--force")
    sign(a.show)
    a.podcast("build", "--force")
    a.podcast("publish", "--replace", TINY)
    described(b)
    assert "recording" in stopped(b, copies)
    new = entries(copies)[GUID].enclosures
    b.podcast("feed", "--merge", "--from-public")
    b.podcast("publish")
    assert entries(copies)[GUID].enclosures == new


def test_both_changed_is_shown_and_decided(copies: Copies) -> None:
    """Where both copies corrected the same episode, nothing is decided unasked; either side can be chosen."""
    a, b, c = copies.first(), copies.clone("b"), copies.clone("c")
    b.podcast("correct", TINY, "--note", "B was first.")
    c.podcast("correct", TINY, "--note", "C was first.")
    corrected(a)
    assert "it was changed here as well" in stopped(b, copies)
    said = b.podcast("feed", "--merge", "--from-public", code=1)
    assert SAID in said.err
    stopped(b, copies)
    b.podcast("feed", "--merge", "--from-public", "--ours", TINY)
    b.podcast("publish")
    assert "B was first." in entries(copies)[GUID].content[0].value
    c.podcast("feed", "--merge", "--from-public", code=1)
    c.podcast("feed", "--merge", "--from-public", "--theirs", TINY)
    assert "nothing was written" in c.podcast("publish").err
    assert "B was first." in entries(copies)[GUID].content[0].value


def test_a_timer_between_two_producers(copies: Copies) -> None:
    """What a timer's copy publishes and nobody pulls counts as seen where it stands scheduled here as it is public."""
    due = ("--now", "2027-06-01T09:00:00Z")
    a, timer = copies.first(), copies.clone("timer")
    later = second(a.show)
    later.edit("episodes/002-other/episode.toml", "2020-01-06T09:00:00Z", "2027-06-01T09:00:00Z")
    later.podcast("build", "002-other")
    a.podcast("publish", "002-other", "--now", "2027-05-01T09:00:00Z")
    a.push()
    b = copies.clone("b")
    timer.pull()
    shutil.copytree(a.show.root / "build" / "002-other", timer.show.root / "build" / "002-other")
    assert "002-other: is public" in timer.podcast("publish", *due).err
    shutil.rmtree(b.show.root / "build")
    b.podcast("correct", TINY, "--note", NOTE)
    assert "002-other: is public" in b.podcast("publish", *due).err
    assert set(entries(copies)) == {GUID, OTHER}
    assert NOTE in entries(copies)[GUID].content[0].value
    assert "all as recorded" in b.podcast("verify", "--read-data", *due).err
    assert "nothing was written" in b.podcast("publish", *due).err
    # The timer is behind now, and stops even where nothing is due.
    assert SAID in stopped(timer, copies, *due)
    b.push()
    timer.commit()
    timer.podcast("feed", "--merge", "--from-public", *due)
    assert "nothing was written" in timer.podcast("publish", *due).err


def test_another_form_of_a_scheduled_episode_is_seen(copies: Copies) -> None:
    """A timer published what stood in its copy; what was rebuilt here since is not put over it unasked."""
    due = ("--now", "2027-06-01T09:00:00Z")
    a = copies.first()
    later = second(a.show)
    later.edit("episodes/002-other/episode.toml", "2020-01-06T09:00:00Z", "2027-06-01T09:00:00Z")
    later.podcast("build", "002-other")
    a.podcast("publish", "002-other", "--now", "2027-05-01T09:00:00Z")
    a.push()
    timer = copies.clone("timer")
    later.edit("episodes/002-other/episode.toml", "Another episode", "A better title")
    sign(later)
    a.podcast("publish", "002-other", "--now", "2027-05-02T09:00:00Z")
    timer.podcast("publish", *due)
    assert "would take back the new title" in stopped(a, copies, *due)
    a.podcast("feed", "--merge", "--from-public", "--ours", "002-other", *due)
    a.podcast("publish", *due)
    assert entries(copies)[OTHER].title == "A better title"


def test_what_a_killed_run_has_put_is_its_own(copies: Copies) -> None:
    """A copy that dies after its feed is public, before it has written that down, goes on with another change."""
    a = copies.first()
    before = a.show.workspace.publication.read_bytes()
    a.podcast("correct", TINY, "--note", "First.")
    a.podcast("publish")
    seen = json.loads(a.show.workspace.publication.read_bytes())
    begun = {"feed": "", "episodes": {GUID: {**seen["public"]["episodes"][GUID], "objects": {}}}}
    killed = {**json.loads(before), "begun": begun}
    a.show.workspace.publication.write_text(json.dumps(killed), "utf-8")
    corrected(a, "Second.")
    assert "Second." in entries(copies)[GUID].content[0].value
    assert json.loads(a.show.workspace.publication.read_bytes())["begun"]["episodes"] == {}


@pytest.mark.parametrize("feeds", [("main", "extra"), ("extra",)])
def test_what_a_killed_run_has_not_put_is_anothers(made: Any, tmp_path: Path, feeds: tuple[str, ...]) -> None:
    """A copy dies before it has the record, another one publishes the same: no feed loses it to the first one."""
    show = copied(made("signed"), tmp_path / "first")
    with show.workspace.show_toml.open("a", encoding="utf-8") as settings:
        settings.write(EXTRA)
    show.edit(f"episodes/{TINY}/episode.toml", "guid = ", f"feeds = {json.dumps(feeds)}\nguid = ")
    show.podcast("build", TINY)
    copies = Copies(tmp_path, show)
    a, b, c = copies.first(), copies.clone("b"), copies.clone("c")
    extra = copies.public / "extra.xml"
    assert forked(a.show, ("publish", TINY), f"kill:1:rename {TINY}.json").code == KILLED
    assert a.show.workspace.publication.exists()
    assert not a.show.workspace.release(TINY).exists()
    b.podcast("publish", TINY)
    wanted = feedparser.parse(extra.read_bytes()).entries

    def goes_on(copy: Copy, text: str) -> None:
        assert records.read(copy.show.workspace, TINY).feeds == feeds  # type: ignore[union-attr]
        described(copy, text)
        copy.podcast("publish")
        assert text in extra.read_text("utf-8")
        assert feedparser.parse(extra.read_bytes()).entries == wanted

    described(a)
    assert a.podcast("publish", code=1).lines[0].startswith(STOP)
    if "main" not in feeds:
        a.podcast("feed", "--merge", "--from-public", "--ours", "show")
        goes_on(a, "Text of the first copy.")
        return
    (sha8,) = feeds_kept(copies)
    assert f"not seen here: it would remove {GUID}" in a.podcast("rollback", sha8, "--yes").err
    goes_on(a, "Text of the first copy.")
    (copies.public / "feed.xml").write_bytes(public(copies)[:500])
    c.podcast("rollback", sha8, "--yes")  # where the public feed cannot be read, what was public tells it
    goes_on(c, "Text of the third copy.")


def test_another_form_that_a_killed_run_has_not_put_is_anothers(copies: Copies) -> None:
    """A dies before it has the record of a new form, B publishes that: it is taken over, and stays."""
    a = copies.first()
    a.show.correct()
    sign(a.show)
    a.podcast("build", "--force")
    a.push()
    b = copies.clone("b")
    assert forked(a.show, ("publish", TINY), f"kill:1:rename {TINY}.json").code == KILLED
    b.podcast("publish", TINY)
    new = public(copies)
    assert a.podcast("publish", code=1).lines[0].startswith(STOP)
    assert f"{TINY}: taken over as it is public" in a.podcast("feed", "--merge", "--from-public").err
    assert "nothing was written" in a.podcast("publish").err
    assert public(copies) == new


def test_a_conflict_in_the_file_is_told_and_mended(copies: Copies) -> None:
    """git's marks in feed/publication.json, or half of it: all say so, and the one command that they name works."""
    a = copies.first()
    path = a.show.workspace.publication
    whole = path.read_text("utf-8")
    for harm in (f"<<<<<<< HEAD\n{whole}=======\n>>>>>>> main\n", "", "[]", whole[: len(whole) // 2]):
        path.write_text(harm, "utf-8")
        for words in (("publish",), ("verify",), ("status",)):
            said = a.podcast(*words, code=1).err
            assert "feed/publication.json: cannot be read" in said
            assert said.endswith("  hint: `podcast feed --merge --from-public` writes it anew by what is public\n")
    a.podcast("feed", "--merge", "--from-public")
    assert "cannot be read" not in a.podcast("status").err
    assert "nothing was written" in a.podcast("publish").err


MERGE = "podcast feed --merge --from-public"


def test_a_conflict_in_a_record_is_told_and_mended(copies: Copies) -> None:
    """Both corrected, one published, git left both sides: what is public is taken over, said, and nothing else."""
    a, b = copies.first(), copies.clone("b")
    b.podcast("correct", TINY, "--note", "Of B.")
    corrected(a, "Of A.")
    a.push()
    wanted, release = public(copies), a.show.release
    with pytest.raises(subprocess.CalledProcessError):
        b.pull()
    record = b.show.workspace.release(TINY)
    assert "<<<<<<<" in record.read_text("utf-8")
    for words in (("publish",), ("status",), ("correct", TINY, "--note", "More.")):
        refused = b.podcast(*words, code=1)
        assert MERGE in refused.out + refused.err
        assert str(b.show.root) not in refused.out + refused.err
    said = b.podcast("feed", "--merge", "--from-public").err
    assert f"feed/releases/{TINY}.json: could not be read; it is now what is public" in said
    assert f"`git log -p --full-history feed/releases/{TINY}.json`" in said
    assert b.show.release == release  # the very record of A, as its side of the conflict had it
    b.commit()
    assert "nothing was written" in b.podcast("publish").err
    assert public(copies) == wanted
    assert "Of B." in git(b.show.root, "log", "-p", "--full-history", f"feed/releases/{TINY}.json")
    b.podcast("correct", TINY, "--note", "Of B.")
    b.podcast("publish")
    assert [one.note for one in b.show.release.corrections] == ["Of A.", "Of B."]


@pytest.mark.parametrize("harm", ["cut", "empty"])
def test_a_damaged_record_is_mended_from_what_is_public(copies: Copies, harm: str) -> None:
    """Of a record that holds half of itself or nothing, the public item is enough; of a private one it is said."""
    a = copies.first()
    path = a.show.workspace.release(TINY)
    text = path.read_text("utf-8")
    path.write_text(text[: len(text) // 2] if harm == "cut" else "", "utf-8")
    assert MERGE in a.podcast("publish", code=1).err
    a.podcast("feed", "--merge", "--from-public")
    assert a.show.release.source == "adopted"
    assert "nothing was written" in a.podcast("publish").err
    path.with_name("002-other.json").write_text("{", "utf-8")
    said = a.podcast("feed", "--merge", "--from-public", code=1)
    assert said.lines[0].startswith("feed/releases/002-other.json: not a valid record")
    assert "git checkout --ours" in said.err


def test_a_conflict_in_what_was_rolled_back_is_told_and_mended(copies: Copies) -> None:
    """Two copies rolled one episode back: the side with its newest form stays, and it is out until reinstated."""
    a = copies.first()
    second(a.show).podcast("publish", "002-other")
    a.podcast("rollback", feeds_kept(copies)[0], "--yes")
    path = a.show.workspace.rolled_back_release("002-other")
    ours = path.read_text("utf-8")
    theirs = [ours.replace('"at": "2', '"at": "1'), ours.replace('"at": "2', '"at": "3')]
    marked = "<<<<<<< HEAD\n{}||||||| base\n{{}}\n=======\n{}>>>>>>> main\n"
    for one, kept in zip(theirs, (theirs[0], ours), strict=True):
        path.write_text(marked.format(ours, one), "utf-8")
        for words in (("status",), ("publish",), ("publish", "002-other", "--reinstate")):
            refused = a.podcast(*words, code=1)
            assert refused.lines[0].startswith("feed/rolled-back/002-other.json: not a valid record")
            assert MERGE in refused.err
            assert "build again" not in refused.err
        assert "could not be read" in a.podcast("feed", "--merge", "--from-public").err
        assert path.read_text("utf-8") == kept
    path.write_text(ours[:100], "utf-8")
    said = a.podcast("feed", "--merge", "--from-public", code=1).err
    assert "git log feed/rolled-back/002-other.json" in said
    assert "without the file nobody knows that the episode was rolled back" in said
    path.write_text(ours, "utf-8")
    a.podcast("publish", "002-other", code=1)
    a.podcast("publish", "002-other", "--reinstate")
    assert set(entries(copies)) == {GUID, OTHER}


def test_a_further_feed_that_is_public_before_the_main_one(made: Any, tmp_path: Path) -> None:
    """Whoever has not seen it is stopped, and takes it over, as the message says."""
    show = copied(made("raw"), tmp_path / "first")
    with show.workspace.show_toml.open("a", encoding="utf-8") as settings:
        settings.write(EXTRA)
    copies = Copies(tmp_path, show)
    a, b = copies.first(), copies.clone("b")
    a.podcast("publish")
    assert not (copies.public / "feed.xml").exists()
    described(b)
    assert "`podcast feed --merge --from-public`" in b.podcast("publish", code=1).err
    b.podcast("feed", "--merge", "--from-public", "--ours", "show")
    b.podcast("publish")
    assert "Another description" in (copies.public / "extra.xml").read_text("utf-8")


def test_what_is_known_of_the_public_feed_names_nobody(copies: Copies) -> None:
    """The committed file is the manifest that stands in the storage, and says nothing else in clear."""
    show = copies.first().show
    said = json.loads(show.workspace.publication.read_bytes())
    public = copies.public / "manifests" / f"{said['public']['feed']}.json"
    assert said.pop("public") == json.loads(public.read_bytes())
    assert not any(said.pop("begun").values())
    assert datetime.fromisoformat(said.pop("proven"))
    assert not any(said.values())


def feeds_kept(copies: Copies) -> list[str]:
    """The beginnings of the digests of all feeds that were public, oldest first."""
    return [path.stem[-8:] for path in sorted((copies.public / "feeds" / "history").iterdir(), key=_age)]


def _age(path: Path) -> int:
    return path.stat().st_mtime_ns


def begun(copy: Copy, sha8: str) -> Callable[[], bool]:
    """A rollback to the feed `sha8` that has got as far as its put; calling what is returned puts, and no more."""
    show, workspace, now = load_show(copy.show.workspace), copy.show.workspace, datetime.now(UTC)
    storage = open_storage(show.storage, workspace)
    public = Public(show, storage, now)
    data, judged = rollback.chosen(storage, sha8, show.url), public.stored
    rollback.begin(show, workspace, data, judged, now)
    facts = rollback.manifest_after(show, workspace, data, (), public.manifest.manifest, now)
    return lambda: rollback.restore(storage, data, judged, facts, show.storage.public_base_url, now)


def test_a_rollback_stays_whatever_is_published_by_whom(copies: Copies) -> None:
    """What was rolled back stays out for every copy, the timer's too, until that episode is reinstated."""
    a, timer = copies.first(), copies.clone("timer")
    corrected(a, "Wrong.")
    (bad,) = [one.content[0].value for one in entries(copies).values()]
    other = second(a.show)
    other.podcast("publish", "002-other")
    first = feeds_kept(copies)[0]
    a.push()
    timer.pull()
    a.podcast("rollback", first, "--yes")
    # A copy that has not pulled since would bring both back.
    said = stopped(timer, copies)
    assert "would bring back 002-other, which was taken out" in said
    assert "would take back the new" in said
    assert set(entries(copies)) == {GUID}
    assert "Wrong." not in entries(copies)[GUID].content[0].value
    old = entries(copies)[GUID].content[0].value
    a.push()
    timer.pull()
    for copy in (a, timer):
        assert "nothing was written" in copy.podcast("publish").err
        described(copy, f"Published by {copy.show.root.name}.")
        copy.podcast("publish")
        copy.push()
        (timer if copy is a else a).pull()
        assert set(entries(copies)) == {GUID}
        assert entries(copies)[GUID].content[0].value == old
    assert "002-other: was rolled back" in a.podcast("publish", "002-other", code=1).err
    said = a.podcast("status").out
    assert "002-other: rolled back" in said
    assert "it is in no feed" in said
    assert f"{TINY}: rolled back" in said
    # One comes back without the other, exactly as it was taken back.
    a.podcast("publish", "002-other", "--reinstate")
    assert set(entries(copies)) == {GUID, OTHER}
    assert entries(copies)[GUID].content[0].value == old
    shutil.rmtree(a.show.root / "build" / TINY)
    a.podcast("publish", TINY, "--reinstate")
    assert entries(copies)[GUID].content[0].value == bad
    assert "rolled back" not in a.podcast("status").out
    assert missing(copies.public) == []


def test_a_rollback_of_what_was_not_seen_says_so(copies: Copies) -> None:
    """B rolls back what A published last: it is told what it has not seen, and keeps it for --reinstate."""
    a, b = copies.first(), copies.clone("b")
    corrected(a)
    new = entries(copies)[GUID].content[0].value
    first = feeds_kept(copies)[0]
    said = b.podcast("rollback", first)
    assert "not seen here" in said.err
    assert NOTE in entries(copies)[GUID].content[0].value
    b.podcast("rollback", first, "--yes")
    assert NOTE not in entries(copies)[GUID].content[0].value
    assert "was rolled back" in b.podcast("publish", TINY, code=1).err
    stopped(a, copies)
    shutil.rmtree(b.show.root / "build")
    b.podcast("publish", TINY, "--reinstate")
    assert entries(copies)[GUID].content[0].value == new


def test_a_rollback_that_was_stopped_looks_again_at_what_is_public(copies: Copies) -> None:
    """A dies before its put, B publishes; A, run again, is told what it has not seen, and all of that can come back."""
    a = copies.first()
    first = feeds_kept(copies)[0]
    corrected(a)
    second(a.show)
    a.push()
    b = copies.clone("b")
    begun(a, first)
    b.podcast("publish", "002-other")
    corrected(b, "Of B.")
    before = public(copies)
    new = entries(copies)
    said = a.podcast("rollback", first).err
    assert said.count("not seen here") == 2, said
    assert public(copies) == before
    assert "not seen here" in a.podcast("rollback", first, "--yes").err
    assert set(entries(copies)) == {GUID}
    shutil.rmtree(a.show.root / "build")
    a.podcast("publish", TINY, "002-other", "--reinstate")
    assert {guid: one.content for guid, one in entries(copies).items()} == {
        guid: one.content for guid, one in new.items()
    }


def test_a_rollback_replaces_the_feed_that_it_has_judged_and_no_other(copies: Copies) -> None:
    """What B publishes while A's rollback runs stays; A is told so, and its next run names what it has not seen."""
    a = copies.first()
    first = feeds_kept(copies)[0]
    corrected(a)
    second(a.show)
    a.push()
    b = copies.clone("b")
    restore = begun(a, first)
    b.podcast("publish", "002-other")
    before = public(copies)
    with pytest.raises(StorageError, match="it stays as they wrote it"):
        restore()
    assert public(copies) == before
    assert "not seen here: it would remove" in a.podcast("rollback", first).err


def test_what_others_rolled_back_is_kept_where_it_was_published(copies: Copies) -> None:
    """B publishes and does not push, A rolls that back and is lost: B takes it over, and its own form can come back."""
    a, b = copies.first(), copies.clone("b")
    first = feeds_kept(copies)[0]
    corrected(b)
    new = entries(copies)[GUID].content[0].value
    a.podcast("rollback", first, "--yes")
    described(a)  # the public feed is no feed of the history any more
    a.podcast("publish")
    shutil.rmtree(a.show.root)
    stopped(b, copies)
    said = b.podcast("feed", "--merge", "--from-public").err
    assert f"`podcast publish {TINY} --reinstate` brings it back" in said
    assert f"{TINY}: taken out of the public feed by others" in b.podcast("status").out
    assert "was taken out of the public feed by others" in b.podcast("publish", TINY, code=1).err
    assert NOTE not in entries(copies)[GUID].content[0].value
    shutil.rmtree(b.show.root / "build")
    b.podcast("publish", TINY, "--reinstate")
    assert entries(copies)[GUID].content[0].value == new


def test_another_form_of_what_stays_public_ends_no_rollback(copies: Copies) -> None:
    """Others change how the earlier form reads; the copy that rolled back takes that over, and keeps what is out."""
    a, b = copies.first(), copies.clone("b")
    corrected(a)
    new = entries(copies)[GUID].content[0].value
    a.podcast("rollback", feeds_kept(copies)[0], "--yes")
    release = b.show.release
    worded = dataclasses.replace(release, description=f"{release.description}\n\nIn English.")
    worded = seen.note(b.show.workspace, worded)  # as a command does that means it
    records.write(b.show.workspace, worded)
    assert "does not follow the public one, revision 3" in stopped(b, copies)
    b.podcast("feed", "--merge", "--from-public")
    b.podcast("publish")
    stopped(a, copies)
    assert "what was rolled back here stays out" in a.podcast("feed", "--merge", "--from-public").err
    assert "was rolled back" in a.podcast("publish", TINY, code=1).err
    assert "In English." in entries(copies)[GUID].summary
    shutil.rmtree(a.show.root / "build")
    a.podcast("publish", TINY, "--reinstate")
    assert entries(copies)[GUID].content[0].value == new
    assert "rolled back" not in a.podcast("status").out


def test_what_others_removed_is_not_called_rolled_back(copies: Copies) -> None:
    """An episode that --allow-removal took out: the other copy says that others did, and since when it knows."""
    a = copies.first()
    second(a.show).podcast("publish", "002-other")
    a.push()
    b = copies.clone("b")
    a.show.workspace.release("002-other").unlink()
    a.podcast("publish", "--allow-removal", OTHER)
    b.podcast("feed", "--merge", "--from-public")
    for said in (b.podcast("publish", "002-other", code=1).err, b.podcast("status").out):
        assert "taken out of the public feed by others, known here since 20" in said
        assert "rolled back" not in said


def test_status_names_the_end_of_a_rollback_that_was_killed(copies: Copies) -> None:
    """The public feed is the earlier one, the records do not say so: the command that `status` names finishes it."""
    a = copies.first()
    first = feeds_kept(copies)[0]
    corrected(a)
    begun(a, first)()
    assert f"`podcast rollback {first} --yes` finishes it" in a.podcast("status").err
    refused = a.podcast("publish", code=1).lines
    assert a.podcast("publish", "--gc", "--yes", code=1).lines == refused
    a.podcast("rollback", first, "--yes")
    assert "rolled back" in a.podcast("status").out
    assert "nothing was written" in a.podcast("publish").err


def test_a_broken_public_feed_that_was_replaced_stops_no_list(copies: Copies) -> None:
    """What was found broken in public is kept as it was, and named as that; it cannot be restored."""
    a = copies.first()
    first = feeds_kept(copies)[0]
    whole = public(copies)
    for broken in (whole[:3000], b""):
        (copies.public / "feed.xml").write_bytes(broken)
        a.podcast("rollback", first, "--yes")
        assert public(copies) == whole
        name = hashlib.sha256(broken).hexdigest()[:8]
        listed = {line.split()[0]: line for line in a.podcast("rollback").out.splitlines()}
        assert "public now" in listed[first]
        assert "damaged when it was replaced: feeds/history/" in listed[name]
        assert "feeds/history/" in a.podcast("rollback", name, "--yes", code=1).lines[0]
        assert a.podcast("publish", "--gc").code == 0
    assert "nothing was written" in a.podcast("publish").err


def test_what_the_feed_says_of_the_show_is_rolled_back_too(copies: Copies) -> None:
    """The description goes back in show.toml as well; a cover, which cannot, stops publishing until it is decided."""
    a = copies.first()
    before = feedparser.parse(public(copies)).feed
    described(a, "A mistake.")
    a.podcast("publish")
    first = feeds_kept(copies)[0]
    a.podcast("rollback", first, "--yes")
    assert "nothing was written" in a.podcast("publish").err
    assert feedparser.parse(public(copies)).feed.description == before.description
    Image.new("RGB", (1400, 1400), "maroon").save(a.show.root / "feed" / "cover.png")
    a.podcast("publish")
    assert feedparser.parse(public(copies)).feed.image.href != before.image.href
    assert "feed/show.toml says otherwise" in a.podcast("rollback", first, "--yes").err
    said = a.podcast("publish", code=1)
    assert said.lines == ["feed/show.toml says again what `podcast rollback` took back: picture"]
    assert feedparser.parse(public(copies)).feed.image.href == before.image.href
    a.podcast("publish", "--reinstate")
    assert feedparser.parse(public(copies)).feed.image.href != before.image.href
    assert "nothing was written" in a.podcast("publish").err


def test_an_earlier_page_does_not_take_the_place_of_a_newer_one(copies: Copies) -> None:
    """A page has one address for all its forms: one that changed since this copy saw it is not overwritten."""
    a = copies.first()
    page = copies.public / "episodes" / TINY / "index.html"
    newer = page.read_bytes().replace(b"</body>", b"<!-- newer --></body>")
    page.write_bytes(newer)
    a.edit(f"episodes/{TINY}/episode.toml", "A few seconds of the sample", "Some seconds of the sample")
    sign(a.show, "--force")
    said = a.podcast("publish", TINY, code=1)
    assert f"would put an earlier page of {TINY} in place of the public one" in said.err
    assert page.read_bytes() == newer
    a.podcast("feed", "--merge", "--from-public")
    a.podcast("publish", TINY)
    assert b"Some seconds" in page.read_bytes()


def test_feeds_for_members_are_guarded_as_well(made: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A correction in a members' feed is not taken back, and no older list of members gives an ended address back."""
    rows = tmp_path / "members.csv"
    monkeypatch.setenv(members.SECRET, "an example of a secret with enough bytes")
    monkeypatch.setenv(members.FILE, str(rows))
    show = copied(made("signed"), tmp_path / "first")
    with show.workspace.show_toml.open("a", encoding="utf-8") as stream:
        stream.write(MEMBERS)
    toml = show.workspace.episode_toml(TINY)
    toml.write_text('feeds = ["lit"]\n' + toml.read_text("utf-8"), "utf-8")
    show.podcast("build", TINY)
    copies = Copies(tmp_path, show)
    a = copies.first()
    for member in ("m-1", "m-2"):
        a.podcast("feed", "members", "issue", member, "lit")
    a.podcast("publish", TINY)
    a.push()
    b, older = copies.clone("b"), rows.read_bytes()
    a.podcast("correct", TINY, "--note", NOTE)
    a.podcast("feed", "members", "revoke", "m-1", "lit")
    a.podcast("publish")
    (path,) = (copies.public / "m" / "lit").iterdir()
    current = rows.read_bytes()
    described(b)
    said = b.podcast("publish", code=1).err
    assert f"{SAID}" in said
    assert "of the feed lit" in said
    assert b.podcast("correct", TINY, "--note", "Something else.", code=1).lines[0].startswith(STOP)
    b.podcast("feed", "--merge", "--from-public")
    rows.write_bytes(older)
    said = b.podcast("publish", code=1).err
    assert "this list of members would give it back" in said
    assert path.stem not in said
    rows.write_bytes(current)
    b.podcast("publish")
    assert [one.name for one in (copies.public / "m" / "lit").iterdir()] == [path.name]
    (entry,) = feedparser.parse(path.read_bytes()).entries
    assert NOTE in entry.content[0].value
    assert "/x/" in entry.enclosures[0].href
    committed = b.show.workspace.release(TINY).read_text("utf-8") + b.show.workspace.publication.read_text("utf-8")
    assert path.stem not in committed
    assert entry.enclosures[0].href.split("/x/")[1].split("/")[0] not in committed
    assert "nothing was written" in b.podcast("publish").err


def test_a_second_publisher_at_the_same_moment_is_judged_too(copies: Copies) -> None:
    """What another copy publishes between this one's plan and its put is not taken back by the next attempt."""
    a, b = copies.first(), copies.clone("b")
    described(b)
    show, workspace = load_show(b.show.workspace), b.show.workspace
    storage, now = open_storage(show.storage, workspace), datetime.now(UTC)
    planned = prepare(show, workspace, None, storage, now)
    corrected(a)
    before = public(copies)
    with pytest.raises(FeedError, match=SAID):
        carry_out(planned, show, workspace, storage, now, lambda _: None)
    assert public(copies) == before
    # Run again, it is told the same, and not that its own words are somebody else's.
    assert SAID in stopped(b, copies)


def test_a_copy_from_before_the_file_is_judged_by_its_feed(copies: Copies) -> None:
    """Where feed/publication.json was never written, the committed feed says what this copy has seen."""
    a = copies.first()
    a.show.workspace.publication.unlink()
    a.push()
    b = copies.clone("b")
    described(b)
    corrected(a)
    assert SAID in stopped(b, copies)
    a.push()
    b.pull()
    b.podcast("publish")
    assert NOTE in entries(copies)[GUID].content[0].value


def test_a_copy_that_is_behind_collects_nothing(copies: Copies) -> None:
    """What others have published since is named by no record here: `--gc --yes` stops as `publish` does."""
    a, b = copies.first(), copies.clone("b")
    corrected(a)
    refused = b.podcast("publish", code=1).lines
    assert refused[0].startswith(STOP)
    assert b.podcast("publish", "--gc", "--yes", code=1).lines == refused
    assert a.podcast("publish", "--gc", "--yes").code == 0


def test_a_rollback_is_known_where_its_file_is_lost(copies: Copies) -> None:
    """Without feed/rolled-back no name, no older record and no other copy brings back what was rolled back."""
    a = copies.first()
    corrected(a, "Wrong.")
    other = second(a.show)
    other.podcast("publish", "002-other")
    record = other.workspace.release("002-other")
    whole = record.read_bytes()
    a.podcast("rollback", feeds_kept(copies)[0], "--yes")
    a.push()
    b = copies.clone("b")
    shutil.copytree(a.show.root / "build", b.show.root / "build", dirs_exist_ok=True)
    before = tree(copies.public, "manifests")
    for copy in (a, b):
        shutil.rmtree(copy.show.workspace.rolled_back)
        for slug in (TINY, "002-other"):
            for words in ((slug,), ("--dry-run", slug), ("--replace", slug)):
                said = copy.podcast("publish", *words, code=1)
                assert f"{slug}: was rolled back 20" in said.lines[0]
                assert f"feed/rolled-back/{slug}.json" in said.lines[0]
            assert f"{slug}: rolled back: " in copy.podcast("status", slug).out
        assert "was rolled back" in copy.podcast("correct", TINY, "--note", NOTE, code=1).lines[0]
        assert "nothing was written" in copy.podcast("publish").err
        copy.show.workspace.release("002-other").write_bytes(whole)
        assert "would bring back 002-other, which was taken out" in copy.podcast("publish", code=1).err
        told = copy.podcast("feed", "--merge", "--from-public", "--ours", "002-other", code=1).err
        assert "002-other: was rolled back: `podcast publish 002-other --reinstate` brings it back" in told
        copy.podcast("feed", "--merge", "--from-public", "--theirs", "002-other")
        assert "nothing was written" in copy.podcast("publish").err
        assert tree(copies.public, "manifests") == before
    shutil.rmtree(a.show.workspace.rolled_back)
    a.podcast("publish", "002-other", "--reinstate")
    assert set(entries(copies)) == {GUID, OTHER}
    assert "was rolled back" in a.podcast("publish", TINY, code=1).lines[0]
    a.podcast("publish", TINY, "--reinstate")
    assert "nothing was written" in a.podcast("publish", TINY).err
