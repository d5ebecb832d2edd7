"""Notices on old episodes: a dated line on page, notes and feed of all that cite the paper or name the drug."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime

import feedparser
import podcastparser
import pytest
from pages import episode, show
from pages import release as made
from shows import SIGNER, ShowDir

from podcast_pipeline.episode import verdicts
from podcast_pipeline.model.notice import ListenerNotice
from podcast_pipeline.model.release import CitedReference, Correction
from podcast_pipeline.publish.noticed import concerns, noticed
from podcast_pipeline.site.description import LIMIT

pytest_plugins = ["shows"]
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
_RECALL = ListenerNotice(date(2026, 11, 30), SIGNER, "The example device was recalled.", drug="Examplomax")
RECALL = dataclasses.replace(_RECALL, judged=verdicts.noticed(_RECALL).sealed(SIGNER))


def entry(show: ShowDir) -> feedparser.FeedParserDict:
    (item,) = feedparser.parse((show.root / "public/feed.xml").read_bytes()).entries
    return item


def test_a_notice_reaches_page_notes_and_feed(published: ShowDir) -> None:
    """With its day, first of all; sound, guid and address stay, a second run does nothing, an ended one is gone.

    One that is deleted, changed, or lost in a conflict stays in public, and stops what would take it off.
    """
    before, page = entry(published), published.root / "public" / published.release.page.key  # type: ignore[union-attr]
    drug, old = published.release.title.split()[0], page.read_text("utf-8")
    said = published.podcast(
        "notice", "add", "--drug", drug.upper(), "--text", "It was  <recalled>.", "--by", SIGNER
    ).err
    assert f"{published.slug}: gets it" in said
    assert "1 published episode; it is public after `podcast publish`" in said
    assert entry(published).description == before.description
    assert "a notice is not public yet" in published.podcast("status", published.slug).out
    assert "its page says: Notice of" in published.podcast("publish").err
    after, (line,) = entry(published), published.release.notices
    assert line.endswith(": It was <recalled>.")
    assert (after.id, after.enclosures) == (before.id, before.enclosures)
    assert after.content[0].value.startswith("<p><strong>Notice of ")
    assert "It was &lt;recalled&gt;." in after.content[0].value
    with (published.root / "public/feed.xml").open("rb") as stream:
        (item,) = podcastparser.parse("https://podcast.example.org/feed.xml", stream)["episodes"]
    assert item["description"].startswith(line) or line in item["description_html"].replace("&lt;", "<").replace(
        "&gt;", ">"
    )
    assert "It was &lt;recalled&gt;." in page.read_text("utf-8").partition("<h1>")[0]
    assert "LIF02" not in published.podcast("check", published.slug).out, "a notice is said, and is no silent change"
    assert "nothing was written" in published.podcast("publish").err
    again = ("notice", "add", "--drug", drug.upper(), "--text", "It was <recalled>.", "--by", SIGNER)
    assert "written down already" in published.podcast(*again).err
    (row,) = json.loads(published.podcast("notice", "list", "--json").out)
    assert row["episodes"] == [published.slug]

    written = published.workspace.notices.read_text("utf-8")
    public = entry(published).content
    for text in ("", written.replace("<recalled>", "<something else>")):
        published.workspace.notices.write_text(text, "utf-8")
        refused = published.podcast("publish", code=1).err
        assert f"would take a notice off {published.slug}: {line}" in refused
        assert "`ended` with a day" in refused
        state = published.podcast("status", published.slug).out
        assert f"a notice on it is not in feed/notices.toml any more: {line}" in state
        assert "next: write that entry of feed/notices.toml back" in state
        assert entry(published).content == public
    published.workspace.notices.write_text(f"{written}ended = 2999-01-01\n", "utf-8")
    assert "nothing was written" in published.podcast("publish").err
    published.workspace.notices.write_text(f"{written}ended = 2020-01-01\n", "utf-8")
    assert "a notice on it has ended, and is public still" in published.podcast("status", published.slug).out
    assert f"{published.slug}: a notice leaves it: {line}" in published.podcast("publish").err
    (row,) = json.loads(published.podcast("notice", "list", "--json").out)
    assert (row["episodes"], row["ended"]) == ([], "2020-01-01")
    assert entry(published).content == before.content
    assert entry(published).description == before.description
    assert page.read_text("utf-8") == old
    assert f"{published.slug}: gets it" in published.podcast(*again).err
    rows = json.loads(published.podcast("notice", "list", "--json").out)
    assert [row["episodes"] for row in rows] == [[], [published.slug]]


def test_a_notice_stands_as_somebody_answered_for_it(published: ShowDir) -> None:
    """One that was typed, or of before, is put on nothing new until somebody says it; what is public stays."""
    drug = published.release.title.split()[0]
    notices = published.workspace.notices
    published.podcast("notice", "add", "--drug", drug, "--text", "It was recalled.", "--by", SIGNER)
    published.podcast("publish")
    (line,) = published.release.notices
    sealed = notices.read_text("utf-8")
    notices.write_text("".join(each for each in sealed.splitlines(True) if not each.startswith("judged")), "utf-8")
    assert "put on no episode" not in published.podcast("publish").err
    assert published.release.notices == (line,)
    typed = f'[[notice]]\nday = 2020-01-10\nby = "{SIGNER}"\ntext = "It cures all."\ndrug = "{drug}"\n'
    notices.write_text(f"{sealed}\n{typed}", "utf-8")
    said = f"feed/notices.toml: notice[2] is put on no episode: the word of {SIGNER} is not bound to what it is about"
    assert said in published.podcast("publish").err
    assert said in published.podcast("status").err
    assert published.release.notices == (line,)
    shown = published.podcast("check", "--seal", "--by", SIGNER, "--yes").out
    assert "2020-01-10 A: It cures all." in shown
    published.podcast("publish")
    assert [each.partition(": ")[2] for each in published.release.notices] == ["It was recalled.", "It cures all."]
    assert sealed.rstrip("\n") in notices.read_text("utf-8")


def test_a_new_form_of_the_episode_keeps_its_notice(published: ShowDir) -> None:
    """Also beside a correction, which stays the end of the notes."""
    drug = published.release.title.split()[0]
    published.podcast("notice", "add", "--drug", drug, "--text", "It was recalled.", "--by", SIGNER)
    published.podcast("correct", published.slug, "--note", "The year was 2024.", "--by", SIGNER)
    published.podcast("publish", published.slug)
    notes = entry(published).content[0].value
    assert notes.startswith("<p><strong>Notice of ")
    assert notes.count("It was recalled.") == 1
    assert "The year was 2024." in notes.partition("<h3>Corrections</h3>")[2]


def test_a_notice_that_concerns_nothing_is_asked_for(published: ShowDir) -> None:
    """A misspelt name, or what is withdrawn: said before anything is written, and written for --yes alone."""
    words = ("notice", "add", "--drug", "Exmaplomax", "--text", "It was recalled.", "--by", SIGNER)
    said = published.podcast(*words, code=1).err
    assert "no published episode names Exmaplomax" in said
    assert "there is nobody to ask" in said
    assert not published.workspace.notices.exists()
    assert "stands on no episode yet" in published.podcast(*words, "--yes").err
    drug = published.release.title.split()[0]
    published.podcast("withdraw", published.slug, "--kind", "legal", "--reason", "A court.", "--yes")
    said = published.podcast("notice", "add", "--drug", drug, "--text", "It was recalled.", "--by", SIGNER, code=1).err
    assert f"no published episode names {drug}" in said


def test_a_correction_that_waits_is_told(published: ShowDir) -> None:
    """The record says it and no feed does: `publish` is next, until it is public."""
    published.podcast("correct", published.slug, "--note", "The year was 2024.", "--by", SIGNER)
    said = published.podcast("status", published.slug).out
    assert "what was written down since is not public yet" in said
    assert "next: `podcast publish`" in said
    published.podcast("publish")
    assert "not public yet" not in published.podcast("status", published.slug).out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--text", "Gone.", "--by", SIGNER), "of one paper"),
        (("--drug", "X", "--reference", "ref1", "--text", "Gone.", "--by", SIGNER), "of one paper"),
        (("--reference", "nobody", "--text", "Gone.", "--by", SIGNER), '"nobody" is not in feed/references.json'),
        (("--drug", "X", "--text", "Gone.", "--by", "nobody"), '"nobody" is not in feed/people'),
        (("--drug", "X", "--text", " ", "--by", SIGNER), "--text"),
    ],
)
def test_what_is_no_notice(raw: ShowDir, words: tuple[str, ...], code: str) -> None:
    assert code in raw.podcast("notice", "add", *words, code=1).err
    assert not raw.workspace.notices.exists()


def test_whom_a_notice_concerns() -> None:
    """Who cites the paper, or names the drug as a word; a notice's own words name nothing."""
    reference = "ref1"
    cited = CitedReference(reference, 1, "Invented.", "", "")
    release = made(show(), episode(), references=(cited,))
    assert concerns(ListenerNotice(NOW.date(), SIGNER, "Retracted.", reference=reference), release)
    assert not concerns(ListenerNotice(NOW.date(), SIGNER, "Retracted.", reference="another"), release)
    named = dataclasses.replace(release, notes="<p>They had EXAMPLOMAX, 10 mg.</p>")
    assert concerns(RECALL, named)
    assert not concerns(RECALL, dataclasses.replace(release, notes="<p>They had Examplomaxin.</p>"))
    assert concerns(dataclasses.replace(RECALL, episodes=(release.slug,)), release)
    other = ListenerNotice(NOW.date(), SIGNER, "Sample tablets are no Examplomax.", drug="They")
    other = dataclasses.replace(other, judged=verdicts.noticed(other).sealed(SIGNER))
    told = noticed(named, [other], NOW)
    assert "Examplomax" in told.notes
    assert not concerns(RECALL, dataclasses.replace(told, notes=told.notes.replace("EXAMPLOMAX", "it")))


def test_long_descriptions_keep_notice_and_corrections() -> None:
    """4,000 bytes of UTF-8 are what apps take; said twice, or taken back, it is as it was."""
    said = (Correction(NOW, SIGNER, "notes", "The year was 2024."),)
    release = dataclasses.replace(
        made(show(), episode()), notes="<p>Examplomax.</p>", description="ü " * 1330, corrections=said
    )
    told = noticed(release, [RECALL], NOW)
    assert told.description.startswith("Notice of 30 November 2026: The example device was recalled.\n\n")
    assert told.description.endswith("corrected in the notes: The year was 2024.")
    assert len(told.description.encode()) <= LIMIT
    assert noticed(told, [RECALL], NOW) is told
    assert noticed(told, [], NOW).notes == release.notes
