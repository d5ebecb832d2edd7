"""An episode is withdrawn: no feed has it, a page says so, its files go, and nobody brings it back by accident."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import feedparser
import pytest
from copies import Copies, Copy
from faults import forked
from folders import hosted, to_folder
from lxml import html
from shows import TINY, ShowDir, copied, missing, stamps, tree
from test_publish_guard import GUID, OTHER, second
from test_publish_members import SECRET
from test_publish_schedule import AFTER, BEFORE, schedule

from podcast_pipeline import keys
from podcast_pipeline.publish import members, upload

pytest_plugins = ["shows"]
TITLE, CLAIM = "A tiny episode", "The statement responds to an article."
CONSENT = ("withdraw", TINY, "--kind", "consent", "--reason", "Wishes no more to be heard.")
ERROR = ("withdraw", TINY, "--kind", "error", "--reason", "The dose was <10 mg>, not 100.")
FEEDS = """
[[feeds]]
id = "lit"
audience = "members"
url = "https://podcast.example.org/m/lit/{token}.xml"

[[feeds]]
id = "slow"
page_size = 10
url = "https://podcast.example.org/slow.xml"
"""


def titles(folder: Path, name: str = "feed.xml") -> list[str]:
    """As a reader of feeds sees them."""
    return [one.title for one in feedparser.parse((folder / name).read_bytes()).entries]


def page(show: ShowDir) -> Any:
    return html.document_fromstring((show.public / "episodes" / TINY / "index.html").read_bytes())


def holding(folder: Path, *texts: str) -> list[str]:
    """The files below `folder` that hold one of `texts`, whatever their type."""
    wanted = [text.encode() for text in texts]
    files = (path for path in folder.rglob("*") if path.is_file())
    return [str(path) for path in files if any(text in path.read_bytes() for text in wanted)]


def unchanged(show: ShowDir) -> dict[str, tuple[int, int]]:
    return {
        name: one
        for name, one in stamps(show.root).items()
        if not name.endswith((".digests.json", ".lock")) and ".locks" not in name
    }


def test_consent_with_all_its_files(published: ShowDir, tmp_path: Path, made: Any) -> None:
    """No byte of public/ has a name, the title, a claim or the guid; nothing brings it back but --reinstate."""
    before = published.release
    names = [person.name.split(",")[0] for person in before.people]
    assert names
    shown = published.public / before.enclosure.key
    earlier = tmp_path / "earlier.xml"
    shutil.copyfile(published.public / "feed.xml", earlier)
    (kept,) = (published.public / "feeds" / "history").iterdir()
    assert "there is nobody to ask" in published.podcast(*CONSENT, "--purge", code=1).err
    assert shown.exists()
    said = published.podcast(*CONSENT, "--purge", "--yes")
    assert "its page will say" in said.err
    assert "the history of git keeps the record" in said.err
    assert titles(published.public) == []
    assert holding(published.public, *names, TITLE, CLAIM, GUID, before.enclosure.key) == []
    assert holding(published.root / "build", *names) == []
    assert not kept.exists()
    robots = page(published).xpath("//meta[@name='robots']/@content")
    assert robots == ["noindex"]
    assert "withdrawn" in page(published).text_content()
    assert not page(published).xpath("//script")

    record = published.release
    assert record.withdrawn is not None
    assert (record.withdrawn.reason, record.withdrawn.left, record.withdrawn.done) == (CONSENT[-1], (), True)
    assert holding(published.root / "feed" / "releases", *names, CLAIM) == []
    assert "withdrawn (consent)" in published.podcast("status", "--all").out
    assert "incomplete" not in published.podcast("status", "--all").out
    assert "all as recorded" in published.podcast("verify", "--read-data").err

    once = unchanged(published)
    assert "nothing was written" in published.podcast(*CONSENT, "--purge", "--yes").err
    assert "nothing was written" in published.podcast("publish").err
    assert "not built" in published.podcast("build").err
    assert published.podcast("publish", TINY, code=1).lines[0].startswith(f"{TINY}: was withdrawn (consent)")
    assert "was withdrawn" in published.podcast("correct", TINY, "--note", "A word.", code=1).err
    published.podcast("import", str(earlier), "--owner-confirmed")
    others = re.compile("/people/|/imports/|/manifests/")  # a manifest names the record that was written after it
    assert {name: one for name, one in unchanged(published).items() if not others.search(name)} == {
        name: one for name, one in once.items() if not others.search(name)
    }

    (rest,) = [line.split()[0] for line in published.podcast("rollback").out.splitlines() if "public now" not in line]
    published.podcast("rollback", rest, "--yes")  # the feed of then, without it
    assert titles(published.public) == []
    sound = published.public / before.enclosure.key
    sound.parent.mkdir(parents=True, exist_ok=True)
    sound.write_bytes(b"put back by somebody")
    assert "withdrawn, and" in published.podcast("verify", code=1).out + published.podcast("verify", code=1).err
    sound.unlink()

    assert "its files are deleted" in published.podcast("withdraw", TINY, "--reinstate", "--yes", code=1).err
    shutil.copytree(made("published").build, published.build)
    assert "is back" in published.podcast("withdraw", TINY, "--reinstate", "--yes").err
    assert titles(published.public) == [TITLE]
    assert missing(published.public) == []
    assert not holding(published.public / "feeds", '"kind"')
    assert "is not withdrawn" in published.podcast("withdraw", TINY, "--reinstate", "--yes").err
    assert "nothing was written" in published.podcast("publish").err
    assert "all as recorded" in published.podcast("verify", "--read-data").err


def test_an_error_stays_readable(published: ShowDir) -> None:
    """Title, claims and reason stand on the page, among the corrections; the files stay; the kind can be changed."""
    sound = published.release.enclosure
    published.podcast(*ERROR, "--yes")
    assert titles(published.public) == []
    text = page(published).text_content()
    for part in (TITLE, CLAIM, "withdrawn: The dose was <10 mg>, not 100."):
        assert part in text
    (data,) = page(published).xpath("//script[@type='application/ld+json']/text()")
    assert json.loads(data)["creativeWorkStatus"] == "Withdrawn"
    assert page(published).xpath("//link[@rel='canonical']")
    assert not page(published).xpath("//meta[@name='robots']")
    assert (published.public / sound.key).exists()
    assert published.release.corrections[-1].kind == "withdrawn"
    assert "all as recorded" in published.podcast("verify").err
    assert published.podcast("publish", "--gc").out == ""  # what may come back is no rubbish

    published.podcast("withdraw", TINY, "--kind", "legal", "--reason", "A court.", "--public", "Not any more.", "--yes")
    text = page(published).text_content()
    assert "Not any more." in text
    assert TITLE not in text
    assert CLAIM not in text
    assert published.release.corrections == ()
    shutil.rmtree(published.build)
    back = ("withdraw", TINY, "--reinstate", "--yes")
    # Its page is back and its record not: it stays withdrawn, page and mark too, until somebody goes on.
    forked(published, back, f"kill:1:write {TINY}.json")
    assert "a run was stopped that was bringing it back" in published.podcast("status").out
    assert CLAIM in page(published).text_content()
    published.podcast("publish")
    assert CLAIM not in page(published).text_content()
    assert (published.public / keys.withdrawn(GUID)).exists()
    assert "taken out" in published.podcast("status", "--all").out
    assert "all as recorded" in published.podcast("verify").err
    # Its record is back and the feed not: any publication ends it, as the same command does; where another copy has
    # withdrawn it meanwhile, that alone.
    assert "this file is as it was before" in forked(published, back, "ENOSPC:1:write feed.xml").err
    said = published.podcast("status").out
    assert "a run was stopped before its feed was known to be public" in said
    assert "rolled back" not in said
    assert "is ready and not public" in published.podcast("verify", code=1).err
    again = copied(published, published.root.parent / "again")
    assert "is back" in again.podcast(*back).err
    others = again.public / keys.withdrawn(GUID)
    others.parent.mkdir(parents=True, exist_ok=True)
    others.write_text('{"at": "2026-11-30T12:00:00+00:00", "kind": "consent"}')
    shutil.copytree(others.parent, published.public / "feeds" / "withdrawn", dirs_exist_ok=True)
    assert "was withdrawn by another copy" in published.podcast("publish", code=1).err
    (published.public / keys.withdrawn(GUID)).unlink()
    assert f"{TINY}: is reinstated" in published.podcast("publish").err
    assert "nothing was written" in published.podcast("publish").err
    assert titles(published.public) == titles(again.public) == [TITLE]
    assert CLAIM in page(published).text_content()
    assert missing(published.public) == []
    assert "all as recorded" in published.podcast("verify").err


def test_one_that_has_not_ended_comes_back(published: ShowDir) -> None:
    """A withdrawal that was interrupted is taken back as well as one that has ended, and is not carried on then."""
    published.podcast("correct", TINY, "--note", "The year was 2024.")
    published.correct()
    published.podcast("correct", TINY, "--note", "The first word was heard wrongly.")
    shutil.rmtree(published.build)
    published.podcast(*ERROR, "--yes")
    assert "not public yet" not in published.podcast("status", "--all").out
    published.edit("feed/releases/001-tiny.json", '"done": true', '"done": false')
    said = published.podcast("withdraw", TINY, "--reinstate", "--yes").err
    assert "is back" in said
    assert "never public" in said
    assert [each.note for each in published.release.pending] == ["The first word was heard wrongly."]
    assert titles(published.public) == [TITLE]
    assert not (published.public / keys.withdrawn(GUID)).exists()
    assert "nothing was written" in published.podcast("publish").err


def test_what_is_asked_for(published: ShowDir) -> None:
    """Kind and reason are needed, a slug that has a record too; --reinstate stands alone."""
    before = unchanged(published)
    assert "--kind" in published.podcast("withdraw", TINY, "--yes", code=1).err
    assert "--reason" in published.podcast("withdraw", TINY, "--kind", "legal", "--yes", code=1).err
    assert "never published" in published.podcast("withdraw", "no-such", *CONSENT[2:], "--yes", code=1).err
    published.podcast("withdraw", TINY, "--reinstate", "--purge", code=2)
    assert "characters" in published.podcast(*CONSENT[:4], "--reason", "x" * 2000, "--yes", code=1).err
    assert unchanged(published) == before


def test_a_scheduled_episode(signed: ShowDir) -> None:
    """Nobody had it: no page is made; its sound is deleted, and its hour makes nothing public."""
    schedule(signed)
    signed.podcast("publish", TINY, *BEFORE)
    signed.podcast(*CONSENT, "--purge", "--yes", *BEFORE)
    assert [key for key in tree(signed.public, ".lock") if not key.startswith("feeds/withdrawn/")] == []
    assert "nothing was written" in signed.podcast("publish", *AFTER).err
    assert "withdrawn (consent)" in signed.podcast("status", "--all").out


def test_what_was_rolled_back(published: ShowDir) -> None:
    """A withdrawal reaches what a rollback has set aside, too."""
    second(published).podcast("publish", "002-other")
    (first, _) = sorted(published.podcast("rollback").out.splitlines(), key=lambda line: "public now" in line)
    published.podcast("rollback", first.split()[0], "--yes")
    assert "rolled back" in published.podcast("status", "--all").out
    published.podcast("withdraw", "002-other", *CONSENT[2:], "--purge", "--yes")
    assert list(published.workspace.rolled_back.iterdir()) == []
    assert "rolled back" not in published.podcast("publish", "002-other", "--reinstate", code=1).err
    assert holding(published.public, "Another episode", OTHER) == []
    assert titles(published.public) == [TITLE]


@pytest.fixture
def lit(published: ShowDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ShowDir:
    """Two episodes; the first in two more feeds: one for members, and a public one in pages."""
    monkeypatch.setenv(members.SECRET, SECRET)
    monkeypatch.setenv(members.FILE, str(tmp_path / "members.csv"))
    settings = published.root / "feed" / "show.toml"
    settings.write_text(settings.read_text("utf-8") + FEEDS, "utf-8")
    published.podcast("feed", "members", "issue", "m-1", "lit")
    other = second(published)
    for slug in (TINY, "002-other"):
        toml = f"episodes/{slug}/episode.toml"
        published.edit(toml, "guid =", 'feeds = ["main", "lit", "slow"]\nguid =')
        published.podcast("build", slug, "--force")
        published.podcast("signoff", slug, "--by", "example-host", "--yes")
        published.podcast("build", slug, "--force")
    published.podcast("publish", TINY, other.slug)
    return published


def test_every_feed(lit: ShowDir) -> None:
    """Feeds for members and pages of feeds lose it, too; the document that a shorter feed has no more is deleted."""
    (personal,) = (lit.public / "m" / "lit").iterdir()
    assert sorted(titles(personal.parent, personal.name)) == ["A tiny episode", "Another episode"]
    (lit.public / "slow-1.xml").write_bytes((lit.public / "slow.xml").read_bytes())  # of when there were eleven
    lit.podcast(*CONSENT, "--purge", "--yes")
    assert titles(personal.parent, personal.name) == ["Another episode"]
    assert titles(lit.public) == titles(lit.public, "slow.xml") == ["Another episode"]
    assert not (lit.public / "slow-1.xml").exists()
    assert holding(lit.public, TITLE, GUID) == []
    assert missing(lit.public) == []
    assert "all as recorded" in lit.podcast("verify").err
    # What is for members alone goes as well, under all addresses that it ever had.
    lit.edit("episodes/002-other/episode.toml", 'feeds = ["main", "lit", "slow"]', 'feeds = ["lit"]')
    lit.podcast("build", "002-other", "--force")
    lit.podcast("publish", "002-other", "--allow-removal", OTHER)
    assert not (lit.public / "episodes" / "002-other").exists() or not holding(lit.public / "episodes", "Another")
    (folder,) = (lit.public / "x").iterdir()
    assert len(list(folder.iterdir())) > 1
    settings = lit.root / "feed" / "show.toml"
    whole = settings.read_text("utf-8")
    shorter = whole.replace(f"[[feeds]]{FEEDS.split('[[feeds]]')[1]}", "")
    settings.write_text(shorter, "utf-8")
    court = ("withdraw", "002-other", "--kind", "legal", "--reason", "A court.", "--purge", "--yes")
    assert '"lit", which is not in feed/show.toml any more: it would stay there' in lit.podcast(*court, code=1).err
    settings.write_text(whole, "utf-8")
    lit.podcast(*court)
    assert [path.name for path in folder.iterdir()] == ["index.html"]
    assert "noindex" in (folder / "index.html").read_text("utf-8")
    assert titles(personal.parent, personal.name) == []
    assert "all as recorded" in lit.podcast("verify").err
    page = folder / "index.html"
    page.write_text("something else", "utf-8")
    lit.podcast("publish")
    assert "noindex" in page.read_text("utf-8")
    page.unlink()
    settings.write_text(shorter, "utf-8")  # then nobody knows that address, and no page at a public one names it
    lit.podcast("publish")
    assert not (lit.public / "episodes" / "002-other" / "index.html").exists()


@pytest.fixture
def copies(made: Any, tmp_path: Path) -> Copies:
    return Copies(tmp_path, copied(made("published"), tmp_path / "first"))


def test_a_copy_that_is_behind(copies: Copies) -> None:
    """It cannot publish, roll back or correct the episode back; what nobody pushed comes in as a withdrawal."""
    a, b = copies.first(), copies.clone("b")
    a.podcast(*CONSENT, "--purge", "--yes")
    there = tree(copies.public)
    for words in (("publish",), ("publish", TINY), ("correct", TINY, "--note", "A word.")):
        b.podcast(*words, code=1)
    (rest,) = [line.split()[0] for line in b.podcast("rollback").out.splitlines() if "public now" not in line]
    assert "was withdrawn (consent) by another copy" in b.podcast("rollback", rest, "--yes").err
    assert titles(copies.public) == []
    b.podcast("publish", TINY, "--reinstate", code=1)
    b.podcast("publish")  # which renders that feed anew
    assert "nothing was written" in b.podcast("publish").err
    of_feeds = ("feeds/history/", "manifests/")
    assert {key for key in tree(copies.public) if not key.startswith(of_feeds)} == {
        key for key in there if not key.startswith(of_feeds)
    }
    # Its record of before, brought back by hand, with what it had seen then.
    shutil.copytree(copies.clone("c").show.root / "feed", b.show.root / "feed", dirs_exist_ok=True)
    assert (
        "was withdrawn by another copy" in b.podcast("publish", code=1).err
        or "would bring back" in b.podcast("publish", code=1).err
    )
    a.push()
    c = copies.clone("d")
    assert "nothing was written" in c.podcast("publish").err
    assert "withdrawn (consent)" in c.podcast("status", "--all").out


def test_one_that_another_copy_has_brought_back(copies: Copies) -> None:
    """A copy whose withdrawal has not ended takes nothing out again that was reinstated since, unseen."""
    a = copies.first()
    a.podcast(*ERROR, "--yes")
    a.edit("feed/releases/001-tiny.json", '"done": true', '"done": false')
    a.push()
    copies.clone("b").podcast("withdraw", TINY, "--reinstate", "--yes")
    assert "publishing from here" in a.podcast("publish", code=1).err
    assert titles(copies.public) == [TITLE]
    a.podcast("feed", "--merge", "--from-public", "--theirs", TINY)
    assert a.show.release.withdrawn is None
    a.podcast("publish")
    assert "nothing was written" in a.podcast("publish").err
    assert titles(copies.public) == [TITLE]


def test_a_copy_that_has_made_the_same_anew(copies: Copies) -> None:
    """An episode that was withdrawn before this copy ever saw it public: taking over what is public says so here."""
    a, b = copies.first(), copies.clone("b")
    release = a.show.release
    b.show.workspace.publication.unlink()
    b.show.workspace.feed_xml.unlink()
    a.podcast(*CONSENT, "--yes")
    assert "was withdrawn by another copy" in b.podcast("publish", code=1).lines[0]
    assert "was withdrawn (consent) by another copy" in b.podcast("feed", "--merge", "--from-public").err
    assert b.show.release.withdrawn is not None
    assert b.show.release.guid == release.guid
    b.podcast("publish")
    assert "nothing was written" in b.podcast("publish").err
    assert titles(copies.public) == []


def test_one_whose_withdrawal_was_stopped_on_a_lost_computer(copies: Copies) -> None:
    """Marked as withdrawn and still in the feed: another copy that takes it over takes it out."""
    a = copies.first()
    assert forked(a.show, (*CONSENT, "--purge", "--yes"), "ENOSPC:1:write feed.xml").code == 1
    assert titles(copies.public) == [TITLE]
    b = copies.clone("b")
    b.show.workspace.release(TINY).unlink()
    b.show.workspace.publication.unlink()
    b.show.workspace.feed_xml.unlink()
    said = b.podcast("feed", "--merge", "--from-public").err
    assert "was withdrawn (consent) by another copy" in said
    b.podcast("publish")
    assert "nothing was written" in b.podcast("publish").err
    assert titles(copies.public) == []
    assert list(copies.public.glob("media/*/*.mp3")) != []
    assert f"`podcast withdraw {TINY} --purge` makes sure" in said
    b.podcast("withdraw", TINY, "--purge", "--yes")
    assert list(copies.public.glob("media/*/*.mp3")) == []


@pytest.mark.parametrize("first", ["corrected", "withdrawn", "under way"])
def test_withdrawn_and_corrected_at_once(copies: Copies, first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The withdrawal wins in either order; the other side's record ends as withdrawn, whatever git made of both."""
    a, b = copies.first(), copies.clone("b")
    b.podcast("correct", TINY, "--note", "The dose was 10 mg.")
    if first == "corrected":
        b.podcast("publish")
        assert forked(a.show, (*CONSENT, "--purge", "--yes"), "ENOSPC:1:write feed.xml").code == 1
        assert "publishing from here" not in a.podcast("status").err, "its withdrawal goes on, whatever is public of it"
    if first == "under way":  # the correction is planned, and nothing of it is up
        apply = upload.apply

        def late(*arguments: Any) -> None:
            monkeypatch.setattr(upload, "apply", apply)
            a.podcast(*CONSENT, "--purge", "--yes")
            apply(*arguments)

        monkeypatch.setattr(upload, "apply", late)
        b.podcast("publish", code=1)
    else:
        a.podcast(*CONSENT, "--purge", "--yes")
    assert titles(copies.public) == []
    assert holding(copies.public, TITLE, "The dose was") == []
    assert "was withdrawn by another copy" in b.podcast("publish", code=1).lines[0]
    a.push()
    b.commit()
    with pytest.raises(Exception, match="git"):
        b.pull()  # both have changed the record
    b.podcast("feed", "--merge", "--from-public")
    assert b.show.release.withdrawn is not None
    assert "nothing was written" in b.podcast("publish").err
    assert titles(copies.public) == []


@pytest.mark.parametrize(("first", "second"), [(CONSENT, ERROR), (ERROR, CONSENT)])
def test_withdrawn_twice_at_once(copies: Copies, first: tuple[str, ...], second: tuple[str, ...]) -> None:
    """Who has not seen that it was withdrawn, and why, prints nothing of it; once it was seen, the kind can change."""
    a, b = copies.first(), copies.clone("b")
    a.podcast(*first, "--yes")
    there = tree(copies.public)
    said = b.podcast(*second, "--yes", code=1).lines[0]
    assert said.startswith(f"{TINY}: was withdrawn ({first[3]}) ")
    assert said.endswith(" by another copy of the show already")
    assert tree(copies.public) == there
    b.podcast("feed", "--merge", "--from-public")
    b.podcast(*second, "--yes")
    assert titles(copies.public) == []
    assert "by another copy of the show already" in a.podcast(*first, "--purge", "--yes", code=1).lines[0]


def test_a_cdn_that_goes_on_answering(published: ShowDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Incomplete, with the addresses for its own purge, until each answers 404 or 410; another answer is no proof."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    with hosted(published.public, tmp_path / "authority.pem") as cdn:
        to_folder(published, f"{cdn.url}/")
        published.podcast("publish")
        sound, captions = (f"/{each.key}" for each in (published.release.enclosure, published.release.transcripts[-1]))
        cdn.cached = {path: (published.public / path[1:]).read_bytes() for path in (sound, captions)}
        said = published.podcast(*CONSENT, "--purge", "--yes")
        assert sorted(said.out.split()) == sorted(f"{cdn.url}{path}" for path in (sound, captions))
        assert "not complete" in said.err
        assert not (published.public / sound[1:]).exists()
        del cdn.cached[captions]
        for command in (("withdraw", TINY), ("publish",)):
            said = published.podcast(*command)
            assert f"{cdn.url}{sound} still answers" in said.err
            assert captions not in said.out + said.err
            assert "incomplete" in published.podcast("status", "--all").out
            assert published.release.withdrawn is not None
            assert not published.release.withdrawn.done
        assert f"withdrawn, and {cdn.url}{sound} still answers" in published.podcast("verify", code=1).err
        cdn.cached = {}
        for status in (503, 403):  # 403 of this one alone: somebody keeps it, and shows it to others
            cdn.failing = {sound: [status]}
            assert "still answers" in published.podcast("withdraw", TINY).err
        cdn.failing, cdn.denies = {sound: [410]}, True  # a bucket that says 403 of whatever is not there
        assert "no feed has it" in published.podcast("withdraw", TINY).err
        assert "incomplete" not in published.podcast("status", "--all").out
        assert "nothing was written" in published.podcast("withdraw", TINY).err


def test_marks_say_nothing(published: ShowDir) -> None:
    """The mark in the store is named by a digest and holds no name, no guid, no slug and no reason."""
    published.podcast(*CONSENT, "--yes")
    data = (published.public / keys.withdrawn(GUID)).read_bytes()
    assert set(json.loads(data)) == {"at", "kind"}
    assert Copy(published).podcast("publish").code == 0
