"""The machine's transcript, read as paragraphs."""

from __future__ import annotations

import json
from itertools import count as counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from transcripts import said, words

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.transcript import Word
from podcast_pipeline.transcript import document, machine

NAMES = {"alex": "Alex Example, MD", "robin": "Robin Example", "unused": "Casey Example"}


def write(folder: Path, turns: list[tuple[str | None, tuple[Word, ...]]], /, **changes: Any) -> Path:
    """A machine transcript of `turns`, as the transcribe stage writes it."""
    number = counter()
    entries: list[list[Any]] = []
    ranges: list[dict[str, Any]] = []
    for speaker, part in turns:
        first = len(entries)
        entries += [[next(number), word.text, word.start, word.end, 900, 0] for word in part]
        ranges.append({"track": 0, "speaker": speaker, "verified": True, "words": [first, len(entries) - 1]})
    value = {
        "schema": 1, "timeline": "source", "language": "en", "engine": {}, "model": {}, "settings": {}, "tracks": [],
        "words": entries, "turns": ranges, "suggestions": [], "flags": [], "dropped": [], "reruns": [],
    }  # fmt: skip
    path = folder / "transcript.machine.json"
    path.write_text(json.dumps(value | changes), "utf-8")
    return path


def test_consecutive_turns_of_one_speaker_are_one_paragraph(tmp_path: Path) -> None:
    """A paragraph ends where another speaks; names are those shown, of the people who speak, in that order."""
    path = write(
        tmp_path,
        [
            ("robin", said("So the dose.", 0)),
            ("robin", said("Was it given?", 4000)),
            ("alex", said("No.", 6000)),
            ("robin", said("Thank you.", 7000)),
        ],
    )
    transcript = machine.read(path, NAMES)
    assert [(p.id, p.speaker, p.text) for p in transcript.paragraphs] == [
        ("p1", "robin", "So the dose. Was it given?"),
        ("p2", "alex", "No."),
        ("p3", "robin", "Thank you."),
    ]
    assert transcript.names == (("robin", "Robin Example"), ("alex", "Alex Example, MD"))
    assert transcript.paragraphs[0].words[0] == Word("So", 0, 300, 900)


def test_a_word_without_a_speaker_has_none(tmp_path: Path) -> None:
    """No speaker is the empty one, never a guess; an unknown id is shown as it is."""
    transcript = machine.read(write(tmp_path, [(None, said("Well.")), ("S1", said("Yes.", 900))]), NAMES)
    assert [p.speaker for p in transcript.paragraphs] == ["", "S1"]
    assert transcript.names == (("S1", "S1"),)


def test_a_long_turn_is_cut_at_a_sentence_after_a_minute(tmp_path: Path) -> None:
    """Three minutes of one person are readable paragraphs, each ending with a sentence, none losing a word."""
    speech = said("As Dr. Example said the dose was not given in this trial. " * 43)
    transcript = machine.read(write(tmp_path, [("alex", speech)]), NAMES)
    assert len(transcript.paragraphs) == 3
    assert all(p.words[-1].text == "trial." for p in transcript.paragraphs)
    assert all(60_000 <= p.end - p.start < 66_000 for p in transcript.paragraphs[:-1])
    assert [word.text for word in transcript.words] == [word.text for word in speech]


def test_a_turn_without_full_stops_is_cut_all_the_same(tmp_path: Path) -> None:
    """A model that writes no punctuation still gives paragraphs of two minutes at most."""
    transcript = machine.read(write(tmp_path, [("alex", said("so the dose " * 400))]), NAMES)
    assert max(p.end - p.start for p in transcript.paragraphs) < 121_000


def test_overlapping_turns_of_one_person_are_two_paragraphs(tmp_path: Path) -> None:
    """Two tracks of one person: inside a paragraph times rise, so the second begins another."""
    transcript = machine.read(write(tmp_path, [("alex", said("one two three", 0)), ("alex", said("four", 500))]), NAMES)
    assert [p.text for p in transcript.paragraphs] == ["one two three", "four"]


def test_characters_that_no_file_may_hold_are_taken_out(tmp_path: Path) -> None:
    """Control characters go, a word of nothing else goes with them."""
    turn = (Word("do\u0000se", 0, 100), Word("\u0007", 100, 200), Word("given.", 200, 300))
    assert [word.text for word in machine.read(write(tmp_path, [("alex", turn)]), NAMES).words] == ["dose", "given."]


@given(st.lists(st.tuples(st.sampled_from(["alex", "robin", None]), words()), max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_the_machine_wrote_can_be_signed_off(
    tmp_path: Path, turns: list[tuple[str | None, tuple[Word, ...]]]
) -> None:
    """Written as the transcript of record, the machine's words read back without a fault."""
    transcript = machine.read(write(tmp_path, turns), NAMES)
    if transcript.paragraphs:
        path = tmp_path / "transcript.json"
        path.write_text(document.text(transcript), "utf-8")
        assert document.digest(document.read(path)) == document.digest(transcript)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"schema": 2}, "schema 1 on the source timeline"),
        ({"timeline": "published"}, "schema 1 on the source timeline"),
        ({"turns": []}, "2 words, but the turns hold 0"),
        ({"turns": [{"speaker": "alex", "words": [1, 1]}]}, "a turn begins at word 1, not at 0"),
        ({"turns": [{"speaker": "alex", "words": [0, 7]}]}, "2 words, but the turns hold 8"),
        ({"turns": [{"words": [0, 1]}]}, "missing required field speaker"),
        ({"words": [[0, "a", 5, 5, 900, 0], [1, "b", 5, 9, 900, 0]]}, "word 0: from 5 to 5 ms"),
        ({"words": [[0, "a", 5, "x", 900, 0], [1, "b", 5, 9, 900, 0]]}, "words\\[0\\]\\[3\\]: Expected int, got str"),
        ({"words": 5}, "words: Expected array, got int"),
        ({"words": [[0, "a", 1, 5, 900], [1, "b", 5, 9, 900, 0]]}, "array of at least length 6, got 5"),
        ({"words": [[0, "a", 1, 5, 900, 0, 1], [1, "b", 5, 9, 900, 0]]}, "array of at most length 6, got 7"),
        ({"words": [[0, "a", 1, 5, 900, 0], [2, "b", 5, 9, 900, 0]]}, "word 1 has the number 2"),
        ({"flags": [{"code": "loop", "span": [0, 1], "say": "x", "words": [1, 2]}]}, "no words 1 to 2"),
        ({"flags": [{"code": "loop", "span": [0, 1], "say": "x", "wrods": [1, 1]}]}, "unknown field wrods"),
        ({"more": 1}, "unknown field more"),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    """The message names the file and the first thing that does not fit, and how to make it again."""
    path = write(tmp_path, [("alex", said("one two"))], **changes)
    with pytest.raises(PodcastError, match=message) as caught:
        machine.read(path, NAMES)
    assert str(path) in caught.value.message
    assert "podcast build" in (caught.value.hint or "")


def test_a_missing_or_broken_file_is_one_clear_line(tmp_path: Path) -> None:
    """Absent or truncated: PodcastError, no traceback."""
    with pytest.raises(PodcastError, match="no such file"):
        machine.read(tmp_path / "absent.json", NAMES)
    (tmp_path / "half.json").write_text('{"schema": 1, "wor')
    with pytest.raises(PodcastError, match="not a valid record"):
        machine.read(tmp_path / "half.json", NAMES)
