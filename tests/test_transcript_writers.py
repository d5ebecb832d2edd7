"""The caption and transcript files, read back by readers that are not ours."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import html5lib
import pytest
import srt
import webvtt
from hypothesis import given
from hypothesis import strategies as st
from transcripts import NAMES, said, transcripts, whole

from podcast_pipeline import timecode
from podcast_pipeline.model.transcript import Cue, Paragraph, Transcript, Word
from podcast_pipeline.transcript import writers
from podcast_pipeline.transcript.captions import cues
from podcast_pipeline.transcript.characters import fault

RATIO = "\u2236"


def made(transcript: Transcript) -> tuple[Cue, ...]:
    timeline = whole(transcript, intro=1500)
    return cues(transcript, timeline, timeline.duration)


def labels(found: Sequence[Cue]) -> list[str]:
    """The speaker's name where he begins to speak, "" elsewhere."""
    names = [cue.speaker for cue in found]
    return [name if name != before else "" for name, before in zip(names, ["", *names], strict=False)]


# What AntennaPod's readers do with a file, as rules of our own: no Android here to run them.


def antennapod_vtt(text: str) -> list[tuple[str, str]] | None:
    """(speaker, text) of each cue; None for the whole file if one line with an arrow is no timing line."""
    found, speaker, rows = [], "", iter(text.split("\n"))
    for row in rows:
        if "-->" not in row:
            continue
        if not re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3} --> \d\d:\d\d:\d\d\.\d{3}", row):
            return None
        body = ""
        for line in rows:
            if not line:
                break
            body += line.strip() + " "
        if voice := re.search(r"<v[ \t]([^\n\r&>]+)>", body):
            speaker = voice[1]
        found.append((speaker, html.unescape(re.sub(r"<[^>]*>", "", body)).strip()))
    return found


def antennapod_srt(text: str) -> list[tuple[str, str]]:
    """(speaker, text) of each cue: one holding ": " is split at every colon, and only its second part is shown."""
    found, speaker = [], ""
    for block in text.strip("\n").split("\n\n"):
        _, timing, *rows = block.split("\n")
        assert re.fullmatch(r"\d\d:\d\d:\d\d,\d{3} --> \d\d:\d\d:\d\d,\d{3}", timing)
        assert not any("-->" in row for row in rows)
        body = "".join(row.strip() + " " for row in rows)
        if ": " in body:
            parts = body.strip().rstrip(":").split(":")
            if len(parts) < 2:
                continue
            speaker, body = parts[0], parts[1]
        found.append((speaker, body.strip()))
    return found


def carried(found: Sequence[Cue]) -> list[str]:
    """Each cue's speaker as readers know it: nobody named means the one before."""
    speakers: list[str] = []
    for cue in found:
        speakers.append(cue.speaker or (speakers[-1] if speakers else ""))
    return speakers


@given(transcripts())
def test_vtt_reads_back_character_for_character(transcript: Transcript) -> None:
    """webvtt-py finds every cue with its times, voice and text."""
    found = made(transcript)
    read = webvtt.from_string(writers.vtt(found, "Reviewed by Alex Example, 2026-11-21")).captions
    assert [(c.start_in_seconds * 1000 + c.start_time.milliseconds, c.voice or "") for c in read] == [
        (cue.start, cue.speaker) for cue in found
    ]
    assert [c.end for c in read] == [timecode.vtt(cue.end) for cue in found]
    assert [html.unescape(c.text) for c in read] == [cue.text for cue in found]


@given(transcripts())
def test_vtt_obeys_antennapod(transcript: Transcript) -> None:
    """No line but a timing line holds an arrow, and speaker and text arrive whole."""
    found = made(transcript)
    read = antennapod_vtt(writers.vtt(found, "Reviewed by A --> B"))
    assert read is not None
    assert [speaker for speaker, _ in read] == carried(found)
    assert [text for _, text in read] == [cue.text for cue in found]


def test_antennapod_loses_everything_at_one_wrong_timing_line() -> None:
    """The check above can fail: one line out of form and there is no transcript."""
    good = writers.vtt((Cue(0, 1000, "Robin Example", "Yes."), Cue(1000, 2000, "Robin Example", "No.")), "")
    assert antennapod_vtt(good) == [("Robin Example", "Yes."), ("Robin Example", "No.")]
    assert antennapod_vtt(good.replace("00:00:01.000 -->", "0:01.000 -->")) is None


@given(transcripts())
def test_srt_reads_back_character_for_character(transcript: Transcript) -> None:
    """srt finds every cue; only the colons and arrows that SubRip readers trip over are other characters."""
    found = made(transcript)
    read = list(srt.parse(writers.srt(found)))
    assert [(c.start.total_seconds(), c.end.total_seconds()) for c in read] == [
        (cue.start / 1000, cue.end / 1000) for cue in found
    ]
    assert [c.index for c in read] == list(range(1, len(found) + 1))
    for caption, cue, name in zip(read, found, labels(found), strict=True):
        text = " ".join(caption.content.split())
        if name:
            assert text.startswith(f"{name}: ")
            text = text.removeprefix(f"{name}: ")
        assert text.replace(RATIO, ":") == cue.text.replace("-->", "→")


@given(transcripts())
def test_srt_lines_are_short(transcript: Transcript) -> None:
    """At most two lines of 32 characters, the label included; a longer line is one word."""
    for caption in srt.parse(writers.srt(made(transcript))):
        rows = caption.content.split("\n")
        tidy = [row for row in rows if len(row) <= 32]
        assert all(" " not in row for row in rows if row not in tidy)
        assert len(rows) <= 2 or len(tidy) < len(rows)


@given(transcripts())
def test_srt_obeys_antennapod(transcript: Transcript) -> None:
    """No word is lost at a colon, and every name arrives."""
    found = made(transcript)
    read = antennapod_srt(writers.srt(found)) if found else []
    assert [speaker for speaker, _ in read] == carried(found)
    assert [text.replace(RATIO, ":") for _, text in read] == [cue.text.replace("-->", "→") for cue in found]


def test_antennapod_reads_half_of_a_cue_with_two_colons() -> None:
    """The check above can fail, in each way that colons lose text."""
    head = "1\n00:00:00,000 --> 00:00:01,000\n"
    assert antennapod_srt(f"{head}Name: Welcome, at 10:30\n") == [("Name", "Welcome, at 10")]
    assert antennapod_srt(f"{head}as follows:\n") == []


def test_srt_breaks_before_a_ratio_or_writes_another_colon() -> None:
    """A labelled cue ends before "10:30" where a phrase does; "At 10:30" alone cannot be broken and keeps its look."""
    long = said("Good morning to all of you, we begin at 10:30 with doses of 1:1000 as planned:", 0)
    short = said("10:30 it is.", 9000)
    transcript = Transcript("en", NAMES, (Paragraph("p1", "robin", long), Paragraph("p2", "alex", short)))
    text = writers.srt(made(transcript))
    assert "\nRobin Example: Good\nmorning to all of you,\n\n" in text
    assert "\nwe begin at 10:30 with doses\nof 1:1000 as planned∶\n" in text
    assert f"Alex Example, MD, FIPP: 10{RATIO}30 it\nis.\n" in text


def test_the_same_name_stands_before_every_change_and_nowhere_else() -> None:
    """A label at each change of speaker; a name too long for a line goes without its credentials."""
    names = (("a", "Alexandra Example, MD, PhD, FIPP, DABPM"), ("r", "Robin Example"))
    parts = tuple(Paragraph(f"p{i}", s, said("Yes indeed.", i * 2000)) for i, s in enumerate("aarra"))
    found = made(Transcript("en", names, parts))
    assert re.findall(r"^(.*?): ", writers.srt(found), re.MULTILINE) == [
        "Alexandra Example", "Robin Example", "Alexandra Example",
    ]  # fmt: skip
    assert writers.vtt(found, "").count("<v Alexandra Example, MD, PhD, FIPP, DABPM>") == 3


def test_a_label_that_fills_its_line_is_still_a_name() -> None:
    """Readers that look at the first line alone need the space after the colon."""
    names = (("a", "Christopher J. Example, MD, PhD"[:30]),)
    found = made(Transcript("en", names, (Paragraph("p1", "a", said("Yes.")),)))
    first = writers.srt(found).split("\n")[2]
    assert first == f"{names[0][1]}: "
    assert len(first) <= 32


@given(transcripts())
def test_json_is_the_podcasting_form(transcript: Transcript) -> None:
    """Version, and for each cue its speaker, both times as numbers, and a body that is not empty."""
    found = made(transcript)
    text = writers.podcast_json(found)
    read: dict[str, Any] = json.loads(text)
    assert read["version"] == "1.0.0"
    assert set(read) == {"version", "segments"}
    for segment, cue in zip(read["segments"], found, strict=True):
        assert segment.get("speaker", "") == cue.speaker
        assert round(segment["startTime"] * 1000) == cue.start
        assert round(segment["endTime"] * 1000) == cue.end
        assert type(segment["startTime"]) is float
        assert segment["body"] == cue.text
        assert segment["body"].strip()
    assert "</" not in text


@given(transcripts(), st.text(max_size=30))
def test_html_is_valid_and_shows_what_was_said(transcript: Transcript, title: str) -> None:
    """A strict HTML parser accepts it; title, speakers, times and paragraphs come back as text, whatever they hold."""
    title = " ".join(c for c in title.split() if not fault(c))
    note = "Example sign-off: <no> physician & nobody else has read this"
    page = writers.html(transcript, whole(transcript, intro=1500), note, title)
    root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    body = root.find("body")
    assert root.get("lang") == "en"
    assert root.findtext("head/title") == title == body.findtext("header/h1")
    assert body.findtext("header/p") == note
    assert root.find(".//script") is None
    kept = [
        (p.speaker, " ".join(w.text for w in p.words if not fault(w.text)), p)
        for p in transcript.paragraphs
        if any(not fault(word.text) for word in p.words)
    ]
    assert [p.text for p in body.findall("p")] == [text for _, text, _ in kept]
    assert [c.text for c in body.findall("cite")] == [transcript.name(s) for s, _, _ in kept if s]
    starts = [1500 + next(w.start for w in p.words if not fault(w.text)) for _, _, p in kept]
    assert [t.text for t in body.findall("time")] == [timecode.clock(start) for start in starts]
    assert {element.tag for element in body} <= {"header", "cite", "time", "p"}


@given(transcripts())
def test_plain_text_holds_every_word_under_its_speaker(transcript: Transcript) -> None:
    """The note first, then speaker and time over each paragraph."""
    text = writers.plain(transcript, whole(transcript), "Machine transcript, not reviewed")
    first, *blocks = text.rstrip("\n").split("\n\n")
    assert first == "Machine transcript, not reviewed"
    words = [word for block in blocks for word in block.split("\n")[1].split()]
    assert words == [word.text for word in transcript.words if not fault(word.text)]
    for block in blocks:
        assert re.fullmatch(r"(?:(?:Alex Example, MD, FIPP|Robin Example|S1) )?\(\d+:\d\d\)", block.split("\n")[0])


def test_the_note_stands_where_people_see_it_and_only_there() -> None:
    """VTT comment, HTML line, first line of the text; SubRip and JSON have no place for it."""
    # The comment stands behind the cues: transcriptator refuses a file that begins with one.
    transcript = Transcript("en", NAMES, (Paragraph("p1", "robin", said("Yes.")),))
    found, timeline = made(transcript), whole(transcript)
    note = "Reviewed by Robin Example,\n2026-11-21 --> later"
    assert writers.vtt(found, note).endswith(">Yes.\n\nNOTE Reviewed by Robin Example, 2026-11-21 → later\n")
    (comment,) = webvtt.from_string(writers.vtt(found, note)).footer_comments
    assert comment == "Reviewed by Robin Example, 2026-11-21 → later"
    assert "Reviewed" not in writers.srt(found) + writers.podcast_json(found)
    assert writers.plain(transcript, timeline, note).startswith("Reviewed by Robin Example, 2026-11-21 --> later\n\n")
    assert "Reviewed" in writers.html(transcript, timeline, note, "T")


@pytest.mark.parametrize("write", ["vtt", "srt", "json", "html", "plain"])
def test_control_characters_never_reach_a_file(write: str) -> None:
    """Whoever made the value: no line break, control or half character gets into any file, and the rest stays."""
    words: tuple[Word, ...] = (Word("a\u0000b", 0, 100), Word("c\n\n00:00:01,000 --> x", 100, 300))
    words += (Word("\u0085", 300, 400),)
    words += (Word("d\ud800\u2028e\ufffe", 400, 600), Word("\u202egnp.exe\u202c", 600, 900))
    transcript = Transcript("en", NAMES, (Paragraph("p1", "robin", words),))
    found, timeline = made(transcript), whole(transcript)
    text = {
        "vtt": lambda: writers.vtt(found, ""),
        "srt": lambda: writers.srt(found),
        "json": lambda: writers.podcast_json(found),
        "html": lambda: writers.html(transcript, timeline, "", "T"),
        "plain": lambda: writers.plain(transcript, timeline, ""),
    }[write]()
    text.encode("utf-8")
    assert all(c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Cn", "Zl") for c in text)
    assert "ab" in text
    assert "\u202egnp.exe\u202c" in text
    assert "\n\n00:00:01,000" not in text


def test_empty_captions_are_files_all_the_same() -> None:
    """No cue is a valid file without cues in every format."""
    assert webvtt.from_string(writers.vtt((), "Machine transcript, not reviewed")).captions == []
    assert list(srt.parse(writers.srt(()))) == []
    assert json.loads(writers.podcast_json(()))["segments"] == []
