"""podcast correct: a published episode is put right, and everybody can see when and how."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime

import feedparser
import pytest
from feeds import COVER, NOW, SMALL, small_release
from shows import SIGNER, ShowDir

from podcast_pipeline.feed import rules
from podcast_pipeline.feed.render import render
from podcast_pipeline.model.release import Correction
from podcast_pipeline.site import corrections

pytest_plugins = ["shows"]
NOTE = "The second word was wrong: 10 mg, not 100 & more."
ONE = Correction(datetime(2026, 11, 21, 12, tzinfo=UTC), "alex", "text", "10 mg & not <100> mg.")
TWO = Correction(datetime(2026, 12, 1, 12, tzinfo=UTC), "alex", "notes", "A reference was missing.")


def test_a_wrong_word_is_corrected_everywhere(published: ShowDir) -> None:
    """Same guid and sound; new captions, dated line in feed and page, the old and the new word kept side by side."""
    show, before = published, published.release
    old = show.correct("Corrected")
    show.podcast("signoff", show.slug, "--by", SIGNER, "--yes")
    show.podcast("build", "--force", show.slug)
    record = show.workspace.release(show.slug).read_text("utf-8")
    said = show.podcast("correct", show.slug, "--note", NOTE)
    assert f"-{old}" in said.out.replace("<v Robin Example, MD>", "") or re.search(
        rf"^-.*{re.escape(old)}", said.out, re.M
    )
    assert re.search(r"^\+.*Corrected", said.out, re.M)
    (show.workspace.corrections(show.slug) / "._of-another-program.diff").write_bytes(b"\0\5\26\7\xff")
    show.workspace.release(show.slug).write_text(record, "utf-8")  # as if killed before the record was written
    show.podcast("correct", show.slug, "--note", NOTE)
    once = show.release
    again = show.podcast("correct", show.slug, "--note", f" {NOTE}\n")
    assert "is written down already: " in again.err
    assert show.release == once
    (kept,) = show.workspace.listed(show.workspace.corrections(show.slug), "*")
    assert kept.read_text("utf-8") == said.out
    show.podcast("publish", show.slug)
    after = show.release
    assert (after.guid, after.enclosure, after.publish_at) == (before.guid, before.enclosure, before.publish_at)
    assert after.transcripts != before.transcripts
    (one,) = after.corrections
    assert (one.kind, one.by, one.note) == ("text", SIGNER, NOTE)
    assert after.updated_at is not None
    (entry,) = feedparser.parse(show.public / "feed.xml").entries
    assert entry.id == before.guid
    line = corrections.line(one)
    assert entry.content[0].value.rstrip().endswith(f"<p>{line.replace('&', '&amp;')}</p>")
    assert entry.summary.endswith(line)
    page = (show.public / "episodes" / show.slug / "index.html").read_text("utf-8")
    assert line.replace("&", "&amp;") in page
    assert "Corrected" in (show.public / after.transcripts[-1].key).read_text("utf-8")
    assert (show.public / before.transcripts[-1].key).exists()
    assert "all as recorded" in show.podcast("verify", "--read-data").err
    assert "nothing was written" in show.podcast("publish", show.slug).err
    show.podcast("correct", show.slug, "--note", NOTE)
    assert show.release == after
    # A second one, without another word: both stay, in their order.
    show.podcast("correct", show.slug, "--note", "A second thing.", "--by", "example-guest")
    assert [c.kind for c in show.release.corrections] == ["text", "notes"]
    show.podcast("publish")  # the feed alone, as from a clone without recordings
    (entry,) = feedparser.parse(show.public / "feed.xml").entries
    assert entry.summary.count("corrected in") == 2
    assert entry.summary.index(NOTE) < entry.summary.index("A second thing.")


def test_a_correction_of_words_waits_for_the_corrected_words(published: ShowDir) -> None:
    """A bare run says no correction over the earlier transcript; it says that one waits, and for what."""
    show, feed = published, (published.public / "feed.xml").read_bytes()
    show.podcast("publish")
    old = show.correct("Zebra")
    show.podcast("correct", show.slug, "--note", NOTE)
    waits = "1 correction not public yet: sign, build, then `podcast publish 001-tiny`"
    assert waits in show.podcast("status").out
    assert waits in show.podcast("publish", "--dry-run").err
    assert waits in show.podcast("publish").err
    # A change of the show does not bring it along, nor does a correction of the notes.
    show.podcast("correct", show.slug, "--note", "A second thing.", "--by", "example-guest")
    show.edit("feed/show.toml", "The PSPS Podcast", "Another Title")
    assert waits.replace("1 correction", "2 corrections") in show.podcast("publish").err
    assert (show.public / "feed.xml").read_bytes() != feed
    (entry,) = feedparser.parse(show.public / "feed.xml").entries
    assert "corrected in" not in entry.summary
    (captions,) = (show.public / "transcripts" / show.slug).glob("*.vtt")
    assert old in captions.read_text("utf-8")
    show.podcast("publish", show.slug, code=1)  # neither built nor signed with it
    show.podcast("signoff", show.slug, "--by", SIGNER, "--yes")
    assert "2 corrections not public yet: build, then `podcast publish 001-tiny`" in show.podcast("status").out
    show.podcast("build", "--force", show.slug)
    assert "2 corrections not public yet: `podcast publish 001-tiny`" in show.podcast("status").out
    said = show.podcast("publish", show.slug).err
    assert "not public yet" not in said
    assert [one.note for one in show.release.corrections] == [NOTE, "A second thing."]
    assert not show.release.pending
    (entry,) = feedparser.parse(show.public / "feed.xml").entries
    assert NOTE in entry.summary
    assert "Zebra" in (show.public / show.release.transcripts[-1].key).read_text("utf-8")
    assert "nothing was written" in show.podcast("publish", show.slug).err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--note", " "), "--note"),
        (("--note", "x" * 501), "--note"),
        (("--note", "x", "--by", "nobody"), '"nobody" is not in feed/people'),
    ],
)
def test_a_correction_needs_a_sentence_and_a_person(published: ShowDir, words: tuple[str, ...], says: str) -> None:
    """One line, and the record stays as it was."""
    before = published.release
    assert says in published.podcast("correct", published.slug, *words, code=1).err
    assert published.release == before


def test_what_is_not_public_is_not_corrected(raw: ShowDir) -> None:
    """It is simply changed."""
    assert "is not public" in raw.podcast("correct", raw.slug, "--note", "x", code=1).err


def test_lines_are_replaced_not_repeated() -> None:
    """Applying the corrections twice is applying them once; the end of notes and description is theirs."""
    notes = corrections.in_notes("<p>Notes.</p>", (ONE,))
    line = "21 November 2026, corrected in the transcript: 10 mg &amp; not &lt;100&gt; mg."
    assert notes == f"<p>Notes.</p>\n<h3>Corrections</h3>\n<p>{line}</p>"
    assert corrections.in_notes(notes, (ONE,)) == notes
    assert corrections.in_notes(notes, (ONE, TWO)).count("Corrections") == 1
    text = corrections.in_description("Description.", (ONE,))
    assert corrections.in_description(text, (ONE,)) == text
    assert corrections.in_description(text, (ONE, TWO)).endswith("A reference was missing.")
    assert corrections.in_notes("<p>x</p>", ()) == "<p>x</p>"


def test_what_only_looks_like_a_correction_is_none() -> None:
    """Notes of a public feed may come from anybody: a day that is none, or a number without end, is passed over."""
    notes = corrections.in_notes("<p>Notes.</p>", (ONE,))
    strange = "<p>31 February 2026, corrected in the notes: x.</p>"
    endless = f"<p>1 March 2026, corrected in the notes: &#{'9' * 5000};</p>"
    read = corrections.read(f"{notes}\n{strange}\n{endless}")
    assert [(made.kind, made.note) for made in read] == [(ONE.kind, ONE.note), ("notes", "\ufffd")]


def test_a_long_description_makes_room_for_its_corrections() -> None:
    """At most 4000 bytes, the corrections whole, and the feed keeps every rule."""
    text = corrections.in_description("wörter " * 600, (ONE, TWO))
    assert len(text.encode()) <= 4000
    assert text.endswith(corrections.line(TWO))
    release = small_release(description=text, notes=corrections.in_notes("<p>x</p>", (ONE, TWO)))
    data = render(SMALL, [dataclasses.replace(release, corrections=(ONE, TWO))], NOW, COVER)
    assert not [f for f in rules.check(data, NOW) if f.severity == "E"]
