"""An episode gets another slug: guid, media and sign-off stay, nothing is recognised again, old links lead on."""

from __future__ import annotations

import feedparser
from copies import Copies
from faults import KILLED, forked
from lxml import html
from shows import STAGES, TINY, ShowDir, copied, missing, named, tree
from test_publish_guard import GUID
from test_publish_schedule import AFTER, BEFORE, schedule

pytest_plugins = ["shows"]
NEW = "002-renamed"
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
