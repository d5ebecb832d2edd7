"""The one list of cues: order, times, size, and where it breaks."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from transcripts import NAMES, said, transcripts, whole

from podcast_pipeline.errors import ConfigError
from podcast_pipeline.model.timeline import Timeline
from podcast_pipeline.model.transcript import Cue, Paragraph, Transcript, Word
from podcast_pipeline.transcript.captions import cues
from podcast_pipeline.transcript.characters import fault


def shown(transcript: Transcript) -> list[str]:
    """The words that can be shown, in order."""
    return [word.text for word in transcript.words if not fault(word.text)]


def texts(found: tuple[Cue, ...]) -> list[str]:
    return [cue.text for cue in found]


@given(transcripts(), st.integers(0, 3000), st.sampled_from([0, 200, 1000]))
def test_cues_never_overlap_or_go_back_and_hold_every_word(transcript: Transcript, intro: int, after: int) -> None:
    """People talking at once included: times rise, nothing is lost, nothing ends after the audio."""
    timeline = whole(transcript, intro=intro, after=after)
    found = cues(transcript, timeline, timeline.duration)
    assert all(0 <= cue.start < cue.end <= timeline.duration for cue in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert [word for cue in found for word in cue.text.split()] == shown(transcript)
    assert all(cue.text and cue.text == " ".join(cue.text.split()) for cue in found)


@given(transcripts())
def test_a_cue_holds_words_of_one_paragraph_and_its_speaker(transcript: Transcript) -> None:
    """Cues in order are the paragraphs in order, each under the name shown."""
    timeline = whole(transcript)
    found = list(cues(transcript, timeline, timeline.duration))
    for paragraph in transcript.paragraphs:
        left = [word.text for word in paragraph.words if not fault(word.text)]
        while left:
            cue = found.pop(0)
            assert cue.speaker == (transcript.name(paragraph.speaker) if paragraph.speaker else "")
            assert left[: len(cue.text.split())] == cue.text.split()
            left = left[len(cue.text.split()) :]
    assert not found


@given(transcripts())
def test_a_cue_fits_one_long_or_two_short_lines(transcript: Transcript) -> None:
    """At most 65 characters, unless one word alone is longer than a line."""
    timeline = whole(transcript)
    for cue in cues(transcript, timeline, timeline.duration):
        assert len(cue.text) <= 65 or max(map(len, cue.text.split())) > 32


@given(transcripts(together=False))
def test_where_people_take_turns_cues_keep_the_words_times(transcript: Transcript) -> None:
    """Without crosstalk a cue begins with its first word and lasts at least until its last."""
    timeline = whole(transcript)
    words = [word for word in transcript.words if not fault(word.text)]
    for cue in cues(transcript, timeline, timeline.duration):
        part, words = words[: len(cue.text.split())], words[len(cue.text.split()) :]
        assert cue.start == part[0].start
        assert cue.end >= part[-1].end


@st.composite
def cut(draw: st.DrawFn) -> tuple[Transcript, list[tuple[int, int]], Timeline]:
    """A transcript, some cuts (ms) and the timeline they make, with an intro."""
    transcript = draw(transcripts(together=False))
    end = transcript.words[-1].end + 500
    edges = sorted(draw(st.sets(st.integers(0, end), max_size=8)))
    cuts = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    parts: list[tuple[int, int | None]] = [(700, None)]
    position = 0
    for start, stop in [*cuts, (end, end)]:
        parts.append((start - position, position))
        position = stop
    return transcript, cuts, Timeline.assemble(1000, parts)


@given(cut())
def test_cut_words_vanish_and_kept_words_stay(case: tuple[Transcript, list[tuple[int, int]], Timeline]) -> None:
    """A word is in the captions exactly if its middle was not cut."""
    transcript, cuts, timeline = case
    assume(all(b < transcript.words[-1].end for _, b in cuts))  # cuts at the very end are tested apart
    kept = [
        word.text
        for word in transcript.words
        if not fault(word.text) and not any(a <= (word.start + word.end) // 2 < b for a, b in cuts)
    ]
    assert [word for cue in cues(transcript, timeline, timeline.duration) for word in cue.text.split()] == kept


def test_a_cue_does_not_span_a_hole_in_its_text() -> None:
    """Words were cut out of a sentence: what stays is two cues that meet at the join, not one that hides it."""
    transcript = Transcript("en", NAMES, (Paragraph("p1", "alex", said("We did um well it work", 0, gap=0)),))
    timeline = Timeline.assemble(1000, [(600, 0), (900, 900)])
    found = cues(transcript, timeline, timeline.duration)
    assert [(cue.start, cue.text) for cue in found] == [(0, "We did"), (600, "well it work")]


def test_captions_move_with_the_intro_only_once() -> None:
    """The same source transcript gives the same cues however often, each later by the intro."""
    transcript = Transcript("en", NAMES, (Paragraph("p1", "alex", said("Welcome to the show.", 200)),))
    plain, moved = whole(transcript), whole(transcript, intro=4000)
    assert [cue.start for cue in cues(transcript, plain, plain.duration)] == [200]
    for _ in range(2):
        assert [cue.start for cue in cues(transcript, moved, moved.duration)] == [4200]


def test_breaks_follow_sentences_and_pauses() -> None:
    """A reader gets sentences and phrases, never an article or a number at the end of a cue."""
    first = said("Welcome to the demonstration. The society published a statement on the meta-analysis,", 0)
    second = said("and it says that 300 mg of it were not given in the trial.", first[-1].end + 900)
    transcript = Transcript("en", NAMES, (Paragraph("p1", "robin", first + second),))
    timeline = whole(transcript)
    assert texts(cues(transcript, timeline, timeline.duration)) == [
        "Welcome to the demonstration.",
        "The society published a statement on the meta-analysis,",
        "and it says that 300 mg of it were not given in the trial.",
    ]


def test_a_short_remark_stays_long_enough_to_be_read() -> None:
    """A word of 200 ms stands for a second where there is room, and never runs into the next cue."""
    parts = (Paragraph("p1", "alex", (Word("Yes.", 1000, 1200),)), Paragraph("p2", "robin", (Word("No.", 1700, 1900),)))
    transcript = Transcript("en", NAMES, parts)
    assert [(cue.start, cue.end) for cue in cues(transcript, whole(transcript, after=5000), 6900)] == [
        (1000, 1700),
        (1700, 2700),
    ]


def test_captions_catch_up_after_people_talked_at_once() -> None:
    """Half a minute of two people talking at once delays the cues behind it, but not for long."""
    one = said("We all said at the same time what we thought of the trial. " * 8, 0)
    other = said("And I said that the dose was not the one that was given. " * 8, 1000)
    later = said("So let us go on with the next question, one after the other. " * 6, other[-1].end + 500)
    transcript = Transcript(
        "en", NAMES, (Paragraph("p1", "alex", one), Paragraph("p2", "robin", other), Paragraph("p3", "alex", later))
    )
    timeline = whole(transcript)
    found = cues(transcript, timeline, timeline.duration)
    last = next(cue for cue in reversed(found) if cue.text.startswith("So let us"))
    spoken = [word.start for word in later if word.text == "So"][-1]
    assert abs(last.start - spoken) < 500


def test_a_name_that_readers_would_break_is_refused() -> None:
    """Names with & < > : or a line break are refused, all at once, before any file is written."""
    names = (("a", "Alex & Co"), ("b", "Robin: Host"), ("c", "Casey\nExample"), ("d", "fine"))
    parts = tuple(Paragraph(f"p{s}", s, said("Yes.", i * 1000)) for i, (s, _) in enumerate(names))
    transcript = Transcript("en", names, parts)
    with pytest.raises(ConfigError) as caught:
        cues(transcript, whole(transcript), 10_000)
    assert len(caught.value.problems) == 3


def test_a_transcript_of_another_recording_is_refused() -> None:
    """Words after the end of the recording are an error, not silently dropped captions."""
    transcript = Transcript("en", NAMES, (Paragraph("p1", "alex", said("one two three four five six", 0, gap=700)),))
    with pytest.raises(ConfigError, match=r"2 words stand after the end of the recording \(0:02\), the first in .*p1"):
        cues(transcript, Timeline.assemble(48000, [(2 * 48000, 0)]), 2000)


def test_a_last_word_that_runs_past_the_end_is_kept() -> None:
    """Recognisers round: the word is shown, and its cue ends with the audio."""
    transcript = Transcript(
        "en", NAMES, (Paragraph("p1", "alex", (Word("Thank", 1500, 1900), Word("you.", 1900, 2600))),)
    )
    (cue,) = cues(transcript, Timeline.assemble(48000, [(2 * 48000, 0)]), 2000)
    assert (cue.text, cue.end) == ("Thank you.", 2000)


def test_more_captions_than_milliseconds_is_an_error() -> None:
    """No room at all: said plainly instead of cues without length."""
    parts = tuple(Paragraph(f"p{i}", s, (Word("a", 0, 1),)) for i, s in enumerate(["alex", "robin"] * 3))
    with pytest.raises(ConfigError, match="6 captions do not fit into 2 ms"):
        cues(Transcript("en", NAMES, parts), Timeline.assemble(1000, [(2, 0)]), 2)


def test_no_words_no_cues() -> None:
    """An empty transcript, or one that was cut whole, has no captions."""
    assert cues(Transcript("en", (), ()), Timeline.assemble(1000, [(5000, 0)]), 5000) == ()
    transcript = Transcript("en", NAMES, (Paragraph("p1", "alex", said("gone", 1000)),))
    assert cues(transcript, Timeline.assemble(1000, [(900, 0), (900, 2000)]), 1800) == ()
