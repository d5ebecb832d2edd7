"""Episodes whose time has not come: audio goes up, everything else waits for the hour."""

from __future__ import annotations

import pytest
from shows import ShowDir, make_tiny, missing, named, sign, stamps, tree

from podcast_pipeline.model.release import Release

pytest_plugins = ["shows"]
DUE = "2027-06-01T09:00:00Z"
BEFORE = ("--now", "2027-06-01T08:59:59Z")
AFTER = ("--now", DUE)


def schedule(show: ShowDir, when: str = DUE) -> None:
    """Write another publish_at and build; the sign-off holds, as neither audio nor words change."""
    show.edit(f"episodes/{show.slug}/episode.toml", "publish_at = 2020-01-06T09:00:00Z", f"publish_at = {when}")
    show.podcast("build", show.slug)


@pytest.fixture
def scheduled(signed: ShowDir) -> ShowDir:
    """The tiny show, scheduled and handed to `publish` one second before its time."""
    schedule(signed)
    assert "001-tiny: is scheduled for 2027-06-01 09:00 UTC" in signed.podcast("publish", "001-tiny", *BEFORE).err
    return signed


def release(show: ShowDir) -> Release:
    return show.release


def test_only_the_audio_goes_up(scheduled: ShowDir) -> None:
    """One second before its time only the MP3 is stored, the record says scheduled, and there is no feed."""
    found = release(scheduled)
    assert [key for key in tree(scheduled.public) if not key.startswith(".")] == [found.enclosure.key]
    assert (found.status, found.page) == ("scheduled", None)
    assert not (scheduled.root / "feed" / "feed.xml").exists()


def test_scheduling_again_writes_nothing(scheduled: ShowDir) -> None:
    """A second run before the time, with or without the name, changes nothing."""
    before = stamps(scheduled.root)
    assert "nothing was written" in scheduled.podcast("publish", "001-tiny", *BEFORE).err
    assert "nothing was written" in scheduled.podcast("publish", *BEFORE).err
    assert stamps(scheduled.root) == before


def test_publish_without_a_name_publishes_what_is_due(scheduled: ShowDir) -> None:
    """In its very second `podcast publish` publishes it: page, transcripts, chapters, cover, feed; audio stays."""
    mp3 = scheduled.public / release(scheduled).enclosure.key
    stamp = mp3.stat().st_mtime_ns
    assert "001-tiny: is public" in scheduled.podcast("publish", *AFTER).err
    found = release(scheduled)
    assert (found.status, found.updated_at) == ("published", None)
    assert found.page is not None
    assert mp3.stat().st_mtime_ns == stamp
    assert found.enclosure.key in named((scheduled.public / "feed.xml").read_bytes())
    assert not missing(scheduled.public)
    assert "nothing was written" in scheduled.podcast("publish", *AFTER).err
    assert "all as recorded" in scheduled.podcast("verify", "--read-data", *AFTER).err


def test_a_clock_that_runs_backwards(scheduled: ShowDir) -> None:
    """What went out stays out, and why nothing else is done is said; of feeds the one that was put last is the last."""
    scheduled.podcast("publish", *AFTER)
    feed = scheduled.public / "feed.xml"
    public = feed.read_bytes()
    (earlier,) = (path.stem[-8:] for path in (scheduled.public / "feeds" / "history").iterdir())
    for words in (("publish",), ("publish", "001-tiny"), ("rollback", earlier, "--yes")):
        said = scheduled.podcast(*words, *BEFORE, code=1).err
        assert "the clock of this computer says 2027-06-01 08:59 UTC, and 001-tiny is public since" in said, words
    assert feed.read_bytes() == public
    scheduled.podcast("correct", "001-tiny", "--note", "A word.", "--by", "example-host")
    scheduled.podcast("publish", "--now", "2027-06-03T09:00:00Z")
    scheduled.edit("feed/show.toml", "Podcast office", "Another office")
    scheduled.podcast("publish", "--now", "2027-06-02T09:00:00Z")
    feed.write_bytes(b"")
    scheduled.podcast("publish", "--now", "2027-06-02T10:00:00Z")
    assert b"Another office" in feed.read_bytes()
    assert b"A word." in feed.read_bytes()


def test_the_feed_of_others_stays_as_it_is(published: ShowDir) -> None:
    """Scheduling a second episode changes no byte of the feed, nor does rendering it when the hour has come."""
    second = ShowDir(published.root, "002-later")
    (second.folder.parent / "002-later").mkdir()
    other = make_tiny(published.root.parent / "other", 9.0)
    (other.folder / "raw").rename(second.folder / "raw")
    text = (other.folder / "episode.toml").read_text("utf-8").replace("6f2f3f6f1a01", "6f2f3f6f1a02")
    (second.folder / "episode.toml").write_text(text, "utf-8")
    schedule(second)
    sign(second)
    feed = (published.public / "feed.xml").read_bytes()
    assert "is scheduled" in second.podcast("publish", "002-later", *BEFORE).err
    assert (published.public / "feed.xml").read_bytes() == feed
    # Due, but not published yet: its page and transcripts are nowhere, so no feed may name it.
    assert "002-later (`podcast publish`)" in second.podcast("feed", *AFTER).err
    second.podcast("publish", "001-tiny", *AFTER)
    assert (published.root / "feed" / "feed.xml").read_bytes() == feed
    assert (published.public / "feed.xml").read_bytes() == feed
    assert "002-later: is public" in second.podcast("publish", *AFTER).err
    assert not missing(published.public)
    assert release(second).enclosure.key in named((published.public / "feed.xml").read_bytes())


def test_status_and_verify_know_a_schedule(scheduled: ShowDir) -> None:
    """status shows the hour; verify asks for the audio, and fails when the episode is an hour late."""
    assert "scheduled 2027-06-01 09:00 UTC" in scheduled.podcast("status").out
    assert "1 objects asked for" in scheduled.podcast("verify", *BEFORE).err
    assert "1 objects asked for" in scheduled.podcast("verify", "--now", "2027-06-01T09:59:59Z").err
    said = scheduled.podcast("verify", "--now", "2027-06-01T10:00:00Z", code=1)
    assert said.lines == ["001-tiny: due since 2027-06-01 09:00 UTC and not public: run `podcast publish`"]


def test_an_overdue_episode_is_said_so(signed: ShowDir) -> None:
    """status marks an episode whose hour has passed and names the command. One that nobody has handed over goes out by
    its name alone: a timer says so, and publishes nothing.
    """
    timer = signed.podcast("publish").err
    assert "nothing is due; nothing was written" in timer
    assert "OVERDUE: 001-tiny: built and signed off; due Mon 2020-01-06 09:00" in timer
    assert (
        "it was never handed over: nothing but its name publishes it\n    next: `podcast publish 001-tiny`\n" in timer
    )
    assert not signed.public.exists()
    late = "001-tiny: dated 2020-01-06 09:00 UTC, more than a day ago: apps sort it below newer ones"
    assert late in signed.podcast("publish", "001-tiny", "--dry-run").err
    signed.podcast("publish", "001-tiny", "--now", "2019-12-31T00:00:00Z")
    said = signed.podcast("status").out
    assert "scheduled 2020-01-06 09:00 UTC OVERDUE" in said
    assert "next: `podcast publish`" in said
    assert late in signed.podcast("publish").err


def test_a_scheduled_episode_may_still_change(scheduled: ShowDir) -> None:
    """Nobody has it yet: it is not frozen, and new audio, signed, replaces the address in the record."""
    first = release(scheduled).enclosure
    scheduled.edit("feed/show.toml", "channels = 2", "loudness = -18.0\nchannels = 2")
    assert "encode" in scheduled.ran()
    assert "void" in scheduled.podcast("publish", *AFTER, code=1).err, "the sign-off is asked again at that hour"
    sign(scheduled)
    scheduled.podcast("publish", *AFTER)
    found = release(scheduled)
    assert found.enclosure != first
    assert found.enclosure.key in named((scheduled.public / "feed.xml").read_bytes())


def test_a_public_episode_cannot_be_scheduled_again(published: ShowDir) -> None:
    """A published episode whose date is moved into the future is refused with the date to write back."""
    published.edit("episodes/001-tiny/episode.toml", "publish_at = 2020-01-06T09:00:00Z", f"publish_at = {DUE}")
    published.podcast("build", "--force")
    before = tree(published.public)
    said = published.podcast("publish", "001-tiny", code=1)
    assert said.lines[0].startswith("episodes/001-tiny/episode.toml: publish_at: lies in the future")
    assert "2020-01-06T09:00:00" in said.err
    assert tree(published.public) == before


def test_a_date_that_was_moved_is_followed(scheduled: ShowDir) -> None:
    """Later: at the old hour nothing goes out, and the new one is said; earlier: at the new hour it is asked for.

    Both are built first, as the file's tags and the record name the date; a date alone voids no sign-off.
    """
    toml = f"episodes/{scheduled.slug}/episode.toml"
    later, sooner = "2027-07-01T09:00:00Z", "2027-05-01T09:00:00Z"
    scheduled.edit(toml, DUE, later)
    said = scheduled.podcast("schedule")
    assert "Thu 2027-07-01 09:00" in said.out
    assert "its date was 2027-06-01 09:00 UTC when it was scheduled" in said.out
    assert "not built as it stands now" in scheduled.podcast("publish", *AFTER, code=1).err
    assert "build it, then `podcast publish 001-tiny`" in said.out
    scheduled.podcast("build")
    assert "next: `podcast publish 001-tiny`\n" in scheduled.podcast("status", "001-tiny").out
    assert "is scheduled for 2027-07-01 09:00 UTC" in scheduled.podcast("publish", *AFTER).err
    assert not (scheduled.public / "feed.xml").exists()
    scheduled.edit(toml, later, sooner)
    scheduled.podcast("build")
    before = scheduled.podcast("publish", "--now", "2027-04-30T09:00:00Z").err
    assert "nothing is due" in before
    assert "everything is published" not in before
    assert "001-tiny: 10 of" not in before
    assert "001-tiny: is public" in scheduled.podcast("publish", "--now", sooner).err
    assert "everything is published and up to date" in scheduled.podcast("publish", "--now", sooner).err
    scheduled.podcast("new", "002-next")
    said = scheduled.podcast("publish", "--now", sooner)
    assert "nothing is due; nothing was written" in said.err
    assert "002-next: planned; due " in said.err
    assert "waits for the producer" in said.err
