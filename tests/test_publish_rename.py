"""An episode gets another slug: guid, media and sign-off stay, nothing is recognised again, old links lead on."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import feedparser
import pytest
from copies import Copies, Copy
from faults import KILLED, forked
from lxml import html
from shows import STAGES, TINY, ShowDir, copied, missing, named, tree
from test_publish_guard import GUID
from test_publish_rollback import aged
from test_publish_schedule import AFTER, BEFORE, schedule
from test_publish_withdraw import CLAIM, TITLE, holding

pytest_plugins = ["shows"]
NEW = "002-renamed"
CONSENT = ("--kind", "consent", "--reason", "Wishes no more to be heard.")
HEAVY = {"probe", "mix", "normalize", "transcribe", "encode"}


def renamed(show: ShowDir) -> ShowDir:
    show.podcast("rename", show.slug, NEW)
    return ShowDir(show.root, NEW)


def test_a_published_episode(published: ShowDir) -> None:
    """The feed keeps guid and enclosure and names the new page; the old page leads there; no sound is made again."""
    before, page = named((published.public / "feed.xml").read_bytes()), published.release.page
    assert page is not None
    public = tree(published.public)
    show = renamed(published)
    assert not published.folder.exists()
    assert not published.build.exists()
    assert not (show.root / "feed" / ".renaming.json").exists()
    assert tree(published.public) == public  # nothing is public of it yet
    assert not show.ran("--force", "--dry-run") & HEAVY
    assert f"{NEW}: is public" in show.podcast("publish").err
    entry = feedparser.parse((show.public / "feed.xml").read_bytes()).entries[0]
    assert (entry.id, entry.link) == (GUID, f"https://podcast.example.org/episodes/{NEW}/index.html")
    after = named((show.public / "feed.xml").read_bytes())
    assert {key for key in after if not key.startswith("episodes/")} == {
        key for key in before if not key.startswith("episodes/")
    }
    assert missing(show.public) == []
    former = html.document_fromstring((show.public / page.key).read_bytes())
    assert former.xpath("//meta[@http-equiv='refresh']/@content") == [f"0; url={entry.link}"]
    assert former.xpath("//link[@rel='canonical']/@href") == [entry.link]
    new = html.document_fromstring((show.public / "episodes" / NEW / "index.html").read_bytes())
    assert new.xpath("//link[@rel='canonical']/@href") == [entry.link]
    assert "The statement responds to an article." in new.text_content()  # made of the build, not of the record
    assert "nothing was written" in show.podcast("publish").err
    assert "all as recorded" in show.podcast("verify", "--read-data").err

    show.podcast("build", "--force")  # texts alone: they name the page
    show.podcast("publish", NEW)
    assert feedparser.parse((show.public / "feed.xml").read_bytes()).entries[0].enclosures == entry.enclosures
    assert {key.split("/")[1] for key in tree(show.public) if key.startswith(("media/", "transcripts/"))} == {TINY}
    assert show.release.former == (TINY,)

    assert f"was the name of {NEW}" in show.podcast("new", TINY, code=1).err
    assert "there is no such episode" in show.podcast("rename", TINY, "003-third", code=1).err
    assert "is its name already" in show.podcast("rename", NEW, NEW, code=1).err
    assert "nothing was written" in show.podcast("rename", TINY, NEW).err
    show.podcast("rename", NEW, TINY)  # its own former name it may have again
    show.podcast("publish")
    assert missing(show.public) == []
    assert published.release.former == (NEW,)
    assert "all as recorded" in show.podcast("verify").err


def test_before_it_is_public(signed: ShowDir) -> None:
    """Journal and sign-off hold; a taken slug is refused; scheduled, it goes out in its hour under the new name."""
    (signed.root / "episodes" / "taken").mkdir()
    assert "another episode has this name" in signed.podcast("rename", TINY, "taken", code=1).err
    assert "is not an episode's slug" in signed.podcast("rename", TINY, "No Slug", code=1).err
    schedule(signed)
    signed.podcast("publish", TINY, *BEFORE)
    show = renamed(signed)
    assert "6 of 10 stages fresh" in show.podcast("status", "--all").out
    assert show.ran(NEW) == STAGES - HEAVY - {"captions"}
    assert f"{NEW}: is public" in show.podcast("publish", *AFTER).err
    assert missing(show.public) == []
    assert show.release.signature is not None


def test_killed_between_both_records(published: ShowDir) -> None:
    """Whichever name stands first in the alphabet: how it is finished is said, and then nothing is left of it."""
    for old, new in ((TINY, "000-first"), ("000-first", "002-last")):
        assert forked(published, ("rename", old, new), f"kill:1:remove {old}.json").code == KILLED
        assert f"`podcast rename {old} {new}` finishes it" in published.podcast("publish", code=1).err
        published.podcast("rename", old, new)
        assert [path.name for path in published.workspace.releases.iterdir()] == [f"{new}.json"]
    record = published.workspace.release(new)
    whole = record.read_text("utf-8")
    record.write_text(whole.replace("A tiny episode", "Another episode"), "utf-8")
    assert "was edited by hand" in published.podcast("rename", new, TINY, code=1).err, "no other name makes it meant"
    record.write_text(whole, "utf-8")
    published.podcast("publish")
    assert missing(published.public) == []


def test_a_copy_that_is_behind(made, tmp_path) -> None:  # type: ignore[no-untyped-def]
    """After a pull it publishes under the new name; before it, it stops."""
    copies = Copies(tmp_path, copied(made("published"), tmp_path / "first"))
    a, b = copies.first(), copies.clone("b")
    a.podcast("rename", TINY, NEW)
    a.podcast("publish")
    a.push()
    assert "git pull" in b.podcast("publish", TINY, code=1).err
    b.pull()
    assert "nothing was written" in b.podcast("publish").err
    assert missing(copies.public) == []


def pages(public: Path) -> dict[str, str]:
    """Slug -> what a visitor's browser shows there, or the address that it is sent on to."""
    shown = {}
    for path in (public / "episodes").glob("*/index.html"):
        page = html.document_fromstring(path.read_bytes())
        shown[path.parent.name] = (page.xpath("//meta[@http-equiv='refresh']/@content") or [page.text_content()])[0]
    return shown


def test_withdrawn_under_a_new_name(published: ShowDir, made: Any) -> None:
    """Each address that it ever had says that it was withdrawn, and leads on once it is back; another page is seen."""
    whole = (published.public / "episodes" / TINY / "index.html").read_bytes()
    names = [person.name.split(",")[0] for person in published.release.people]
    show = renamed(published)  # not public yet
    show.podcast("withdraw", NEW, *CONSENT, "--purge", "--yes")
    assert holding(show.public, *names, TITLE, CLAIM) == []
    assert [text.count("Withdrawn episode") > 0 for text in pages(show.public).values()] == [True, True]
    (show.public / "episodes" / TINY / "index.html").write_bytes(whole)  # as an earlier version left it
    assert f"episodes/{TINY}/index.html" in show.podcast("verify", code=1).err
    assert f"{NEW}: is withdrawn (consent)" in show.podcast("publish").err
    assert holding(show.public, *names, TITLE, CLAIM) == []
    assert "all as recorded" in show.podcast("verify").err
    assert "nothing was written" in show.podcast("publish").err
    aged(show, 31)
    show.podcast("publish", "--gc", "--yes")
    assert pages(show.public).keys() == {TINY, NEW}

    shutil.copytree(made("published").build, show.build)
    show.podcast("build", "--force")
    show.podcast("withdraw", NEW, "--reinstate", "--yes")
    assert show.release.former == (TINY,)
    assert pages(show.public)[TINY].endswith(f"/episodes/{NEW}/index.html")
    (show.public / "episodes" / TINY / "index.html").unlink()
    assert f"episodes/{TINY}/index.html" in show.podcast("verify", code=1).err
    assert "; 1 put back" in show.podcast("storage", "repair").err
    assert "all as recorded" in show.podcast("verify").err


def conflict(copy: Copy) -> None:
    """Pull what git cannot merge, and let the command merge it."""
    with pytest.raises(subprocess.CalledProcessError):
        copy.pull()
    copy.podcast("feed", "--merge", "--from-public")


def test_renamed_by_a_copy_that_is_behind(made: Any, tmp_path: Path) -> None:
    """The new name stays, and the former one is known, whether the other copy has corrected or withdrawn it."""
    for words in (("correct", TINY, "--note", "A word."), ("withdraw", TINY, *CONSENT, "--yes")):
        folder = tmp_path / words[0]
        copies = Copies(folder, copied(made("published"), folder / "first"))
        a, b = copies.first(), copies.clone("b")
        a.podcast(*words)
        a.podcast("publish", *([TINY] if words[0] == "correct" else []))
        a.push()
        b.podcast("rename", TINY, NEW)
        conflict(b)
        b.podcast("publish")
        b = Copy(ShowDir(b.show.root, NEW))
        assert b.show.release.former == (TINY,)
        shown = pages(copies.public)
        assert shown.keys() == {TINY, NEW}
        if words[0] == "correct":
            assert shown[TINY].endswith(f"/episodes/{NEW}/index.html")
            assert [correction.note for correction in b.show.release.corrections] == ["A word."]
            assert b.show.release.signature is not None
        else:
            assert all("Withdrawn episode" in text for text in shown.values())
        assert "all as recorded" in b.podcast("verify").err
        assert "nothing was written" in b.podcast("publish").err


def test_renamed_by_both(made: Any, tmp_path: Path) -> None:
    """The public name stays; under the other one nothing is withdrawn while the page of the public one would stay."""
    copies = Copies(tmp_path, copied(made("published"), tmp_path / "first"))
    a, b, lost = copies.first(), copies.clone("b"), copies.clone("lost")
    a.podcast("rename", TINY, NEW)
    a.podcast("publish")
    a.push()
    b.podcast("rename", TINY, "003-other")
    conflict(b)
    assert [path.name for path in b.show.workspace.releases.iterdir()] == [f"{NEW}.json"]
    assert ShowDir(b.show.root, NEW).release == ShowDir(a.show.root, NEW).release

    said = lost.podcast("withdraw", TINY, *CONSENT, "--purge", "--yes", code=1).err
    assert f"its page there would stay: https://podcast.example.org/episodes/{NEW}/index.html" in said
    lost.podcast("feed", "--merge", "--from-public")
    lost.podcast("withdraw", TINY, *CONSENT, "--purge", "--yes")
    assert holding(copies.public, TITLE, CLAIM) == []
    assert pages(copies.public).keys() == {TINY, NEW}
