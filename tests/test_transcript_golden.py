"""Whole files against expected ones: a case is a folder with input and expected output.

`--update-golden` rewrites the expected files; the diff is then for a person to read.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from podcast_pipeline.model.timeline import TIMELINE
from podcast_pipeline.transcript import document, machine, writers
from podcast_pipeline.transcript.captions import cues

GOLDEN = Path(__file__).parent / "golden" / "transcript"
NOTE = "Example sign-off: no physician has read this"


def compare(path: Path, text: str, update: bool) -> None:
    if update:
        path.write_text(text, "utf-8", newline="\n")
    assert path.read_bytes().decode("utf-8") == text


@pytest.mark.parametrize("case", ["conversation", "cuts", "hostile"])
def test_every_format_is_as_expected(case: str, update_golden: bool) -> None:
    """transcript.json and timeline.json give exactly these five files."""
    folder = GOLDEN / case
    transcript = document.read(folder / "transcript.json")
    timeline = TIMELINE.read(folder)
    found = cues(transcript, timeline, timeline.duration)
    compare(folder / "expected.vtt", writers.vtt(found, NOTE), update_golden)
    compare(folder / "expected.srt", writers.srt(found), update_golden)
    compare(folder / "expected.json", writers.podcast_json(found), update_golden)
    compare(folder / "expected.html", writers.html(transcript, timeline, NOTE, "A demonstration"), update_golden)
    compare(folder / "expected.txt", writers.plain(transcript, timeline, NOTE), update_golden)


def test_the_machines_words_become_this_document(update_golden: bool) -> None:
    """A machine transcript gives exactly this transcript.json, and this digest on every computer."""
    names = {"alex-example": "Alex Example, MD", "robin-example": "Robin Example"}
    transcript = machine.read(GOLDEN / "machine" / "transcript.machine.json", names)
    compare(GOLDEN / "machine" / "expected.transcript.json", document.text(transcript), update_golden)
    compare(GOLDEN / "machine" / "expected.sha256", document.digest(transcript) + "\n", update_golden)
