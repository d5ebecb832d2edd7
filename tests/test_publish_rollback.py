"""Taking a feed back, replacing audio, removing on purpose, and collecting what nothing names any more."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shows import ShowDir, copied, missing, stamps, tree
from test_publish_guard import GUID, OTHER, second

from podcast_pipeline.feed.contents import guids
from podcast_pipeline.publish import names
from podcast_pipeline.storage.local import LocalStorage

pytest_plugins = ["shows"]
TINY = "001-tiny"


def corrected(show: ShowDir) -> ShowDir:
    """The published show after a correction of its transcript, published too: two feeds in the history."""
    show.correct()
    show.podcast("signoff", TINY, "--by", "example-host", "--yes")
    show.podcast("build", "--force")
    show.podcast("publish", TINY)
    return show


def public_feed(show: ShowDir) -> bytes:
    return (show.public / "feed.xml").read_bytes()


def listed(show: ShowDir) -> dict[str, str]:
    """sha8 -> what `podcast rollback` says of it, newest first."""
    return {line.split()[0]: line for line in show.podcast("rollback").out.splitlines()}


@pytest.fixture(scope="module")
def two(made, tmp_path_factory: pytest.TempPathFactory) -> ShowDir:  # type: ignore[no-untyped-def]
    """A show whose feed changed once after its first publication."""
    show = copied(made("published"), tmp_path_factory.mktemp("two") / "show")
    first = show.public / "feeds" / "history"
    (only,) = first.iterdir()
    only.rename(only.with_name(only.name.replace(only.name[:16], "20200106T090000Z")))  # the past is earlier than now
    return corrected(show)


@pytest.fixture
def history(two: ShowDir, tmp_path: Path) -> ShowDir:
    return copied(two, tmp_path / "show")


def test_rollback_and_back(history: ShowDir) -> None:
    """The earlier feed is restored to the byte and stays; --reinstate alone brings the newer one back."""
    new = public_feed(history)
    sha8, earlier = listed(history)
    assert sha8 == hashlib.sha256(new).hexdigest()[:8]
    assert "public now" in listed(history)[sha8]
    assert "1 episodes" in listed(history)[earlier]

    said = history.podcast("rollback", earlier)
    assert "-" in said.out
    assert "add --yes" in said.err
    assert public_feed(history) == new

    history.podcast("rollback", earlier, "--yes")
    old = public_feed(history)
    assert hashlib.sha256(old).hexdigest()[:8] == earlier
    assert missing(history.public) == []
    assert "rolled back" in history.podcast("status").out
    assert (
        "an earlier form of it is public" in json.loads(history.podcast("status", "--json").out)["episodes"][0]["state"]
    )

    assert "nothing was written" in history.podcast("publish").err
    history.podcast("publish", "--dry-run")
    said = history.podcast("publish", TINY, code=1)
    assert said.lines[0].startswith("001-tiny: was rolled back ")
    assert "--reinstate" in said.err
    assert public_feed(history) == old

    before = stamps(history.root)
    assert "nothing was written" in history.podcast("rollback", earlier, "--yes").err
    assert {k: v for k, v in stamps(history.root).items() if ".lock" not in k} == {
        k: v for k, v in before.items() if ".lock" not in k
    }

    assert f"{TINY}: is reinstated" in history.podcast("publish", TINY, "--reinstate").err
    assert public_feed(history) == new
    assert "rolled back" not in history.podcast("status").out
    assert "nothing was written" in history.podcast("publish").err
    assert "all as recorded" in history.podcast("verify", "--read-data").err


def test_what_nobody_has_read_comes_back_only_when_asked(history: ShowDir) -> None:
    """A correction that was written down and never published: told and asked for at its return, once."""
    _, earlier = listed(history)
    history.podcast("correct", TINY, "--note", "The year was 2024.")
    history.podcast("rollback", earlier, "--yes")
    before = public_feed(history)
    said = history.podcast("publish", TINY, "--reinstate", code=1).err
    assert "comes back with a correction that was never public: " in said
    assert "corrected in the notes: The year was 2024." in said
    assert public_feed(history) == before
    history.podcast("publish", TINY, "--reinstate", "--yes")
    assert b"The year was 2024." in public_feed(history)
    history.podcast("withdraw", TINY, "--kind", "legal", "--reason", "A court.", "--yes")
    assert "never public" not in history.podcast("withdraw", TINY, "--reinstate", "--yes").err
    assert b"The year was 2024." in public_feed(history)


def test_a_mended_form_after_a_rollback_needs_reinstate_too(history: ShowDir) -> None:
    """What was taken back returns by --reinstate alone, also mended and signed again."""
    _, earlier = listed(history)
    history.podcast("rollback", earlier, "--yes")
    history.correct("Mended")
    history.podcast("signoff", TINY, "--by", "example-host", "--yes")
    history.podcast("build", "--force")
    history.podcast("publish", TINY, code=1)
    history.podcast("publish", TINY, "--reinstate")
    assert len(listed(history)) == 3
    assert missing(history.public) == []


def test_a_correction_of_what_was_rolled_back_waits(history: ShowDir) -> None:
    """A dated line would go out with the earlier form: it is refused until the episode is back."""
    _, earlier = listed(history)
    history.podcast("rollback", earlier, "--yes")
    assert (
        history.podcast("correct", TINY, "--note", "One word.", code=1).lines[0].startswith(f"{TINY}: was rolled back ")
    )


@pytest.mark.parametrize("harm", ["missing", "damaged", "cut"])
def test_a_feed_that_lost_an_object_is_not_restored(history: ShowDir, harm: str) -> None:
    """Every object of the earlier feed is looked at first; one that is gone or changed stops the rollback."""
    _, earlier = listed(history)
    (kept,) = history.public.glob(f"feeds/history/*-{earlier}.xml")
    key = next(key for key in sorted(names.objects(kept.read_bytes())) if key.startswith("transcripts/"))
    path = history.public / key
    path.unlink() if harm == "missing" else path.write_bytes(
        path.read_bytes()[:-1] + (b"?" if harm == "damaged" else b"")
    )
    before = public_feed(history)
    said = history.podcast("rollback", earlier, "--yes", code=1)
    assert said.lines[0].startswith(key)
    assert public_feed(history) == before
    assert "withdrawn" not in said.out


def test_unknown_and_damaged_history(history: ShowDir) -> None:
    """A name that is in no history, and a kept feed whose bytes changed, are refused by name."""
    assert history.podcast("rollback", "00000000", "--yes", code=1).lines == ["00000000: no such feed in the history"]
    _, earlier = listed(history)
    (kept,) = history.public.glob(f"feeds/history/*-{earlier}.xml")
    kept.write_bytes(kept.read_bytes() + b"\n")
    said = history.podcast("rollback", earlier, "--yes", code=1)
    assert "holds other bytes than its name says" in said.lines[0]


def test_a_feed_of_a_former_address_is_not_restored(history: ShowDir) -> None:
    """After a move nobody proves that what it names is still at the old address."""
    earlier = [*listed(history)][1]
    settings = history.root / "feed" / "show.toml"
    settings.write_text(settings.read_text("utf-8").replace("podcast.example.org", "elsewhere.example.org"), "utf-8")
    history.podcast("publish")
    moved = public_feed(history)
    assert b"https://elsewhere.example.org/media/" in moved
    said = history.podcast("rollback", earlier, "--yes", code=1)
    assert "was public at https://podcast.example.org/" in said.err
    assert "choose a feed from after the move" in said.err
    assert public_feed(history) == moved


def test_replace_needs_a_name(published: ShowDir) -> None:
    """--replace and --allow-guid-change without an episode are refused as misuse; --gc takes none."""
    for words in (("--replace",), ("--allow-guid-change",), ("--gc", TINY)):
        assert published.podcast("publish", *words, code=2).out == ""


def test_a_guid_changes_only_on_purpose(published: ShowDir) -> None:
    """With --allow-guid-change the feed holds the new guid and no longer the old one."""
    published.edit("episodes/001-tiny/episode.toml", GUID, OTHER)
    published.podcast("build", "--force")
    published.podcast("publish", TINY, code=1)
    published.podcast("publish", "--allow-guid-change", TINY)
    assert guids(public_feed(published)) == {OTHER}


def test_an_episode_leaves_only_on_purpose(published: ShowDir) -> None:
    """An episode without record is missed; --allow-removal of its guid takes it out, of another one does not."""
    second(published).podcast("publish", "002-other")
    published.workspace.release("002-other").unlink()
    published.podcast("publish", code=1)
    published.podcast("publish", "--allow-removal", GUID, code=1)
    published.podcast("publish", "--allow-removal", OTHER)
    assert guids(public_feed(published)) == {GUID}
    assert missing(published.public) == []


def aged(show: ShowDir, days: int) -> None:
    for path in show.public.rglob("*"):
        if path.is_file():
            os.utime(path, (time.time() - days * 86400,) * 2)


def test_gc(history: ShowDir) -> None:
    """Only old objects that no record, feed or recent history names are listed, and deleted only with --yes."""
    stray = {
        "media/001-tiny/00000000.mp3": b"stray",
        "images/11111111.png": b"stray",
        "episodes/999-gone/index.html": b"stray",
    }
    foreign = {"private.txt": b"theirs", "notes/plan.html": b"theirs", "media/other.mp3": b"theirs"}
    for key, data in {**stray, **foreign}.items():
        path = history.public / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    assert history.podcast("publish", "--gc").out == ""  # all too young
    aged(history, 29)
    assert history.podcast("publish", "--gc").out == ""
    aged(history, 31)
    before = tree(history.public)
    for words in ((), ("--dry-run",), ("--dry-run", "--yes")):
        said = history.podcast("publish", "--gc", *words)
        assert {line.split()[-1] for line in said.out.splitlines()} == set(stray)
        assert tree(history.public) == before
    assert "private.txt" in history.podcast("-v", "publish", "--gc").err
    history.podcast("publish", "--gc", "--yes")
    assert set(before) - set(tree(history.public)) == set(stray)
    assert missing(history.public) == []
    _, earlier = listed(history)
    history.podcast("rollback", earlier, "--yes")  # the history is still whole
    assert history.podcast("publish", "--gc").out == ""


def test_gc_keeps_ten_feeds_and_all_they_name(history: ShowDir) -> None:
    """Of twelve old feeds of the history ten stay; what only an eleventh names goes with it."""
    folder = history.public / "feeds" / "history"
    only = history.public / "media" / TINY / "22222222.mp3"
    only.write_bytes(b"old")
    for number in range(12):
        data = public_feed(history).replace(b"</rss>", b"</rss><!-- %d -->" % number)
        if number == 0:
            data = re.sub(rb"media/001-tiny/[0-9a-f]{8}", b"media/001-tiny/22222222", data)
        (folder / f"19990101T0000{number:02d}Z-{hashlib.sha256(data).hexdigest()[:8]}.xml").write_bytes(data)
    aged(history, 31)
    out = history.podcast("publish", "--gc", "--yes").out
    assert "media/001-tiny/22222222.mp3" in out
    assert out.count("feeds/history/") == 4  # two are the show's own and newest
    assert len(list(folder.iterdir())) == 10


def test_the_list_shows_the_newest_ten_and_loads_no_other(history: ShowDir, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 40 feeds ten are read, one damaged among them; --all lists every one; nothing is asked of each before that."""
    folder, feed = history.public / "feeds" / "history", public_feed(history)
    for number in range(38):
        data = b"<rss>" if number == 36 else feed + b"<!-- %d -->" % number
        name = f"19990101T0000{number:02d}Z-{hashlib.sha256(data).hexdigest()[:8]}.xml"
        (folder / name).write_bytes(data)
    calls: list[str] = []
    for call in ("get", "stat"):
        monkeypatch.setattr(LocalStorage, call, _counted(getattr(LocalStorage, call), calls))
    said = history.podcast("rollback")
    assert len(said.out.splitlines()) == 10
    assert "damaged when it was replaced: feeds/history/19990101T000036Z-" in said.out
    assert "and 30 earlier ones: `podcast rollback --all`" in said.err
    assert len(calls) == 11
    assert len(history.podcast("rollback", "--all").out.splitlines()) == 40


def _counted(real: Callable[[LocalStorage, str], Any], calls: list[str]) -> Callable[[LocalStorage, str], Any]:
    def call(storage: LocalStorage, key: str) -> Any:
        calls.append(key)
        return real(storage, key)

    return call


def test_every_key_is_known_to_gc(history: ShowDir) -> None:
    """Whatever publishing and rolling back have written has a name that --gc recognises."""
    _, earlier = listed(history)
    history.podcast("rollback", earlier, "--yes")
    strange = [key for key in tree(history.public, ".lock") if not names.ours(key)]
    assert strange == []
