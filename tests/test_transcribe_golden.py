"""Golden files of everything after the words: what the recogniser heard on each track, and what is made of it.

A case is a folder: `words/<track>.json` as the stage keeps them, and the files that come of them, which --update-golden
writes anew, for the diff to be read. Two microphones, each hearing the other speaker; and one for two people.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from test_transcribe_bleed import two

from podcast_pipeline.model.audio import Track
from podcast_pipeline.model.terms import GlossaryWord
from podcast_pipeline.transcribe import heard, report, together
from podcast_pipeline.transcribe.models import Model
from podcast_pipeline.transcribe.suggestions import Glossary
from podcast_pipeline.transcribe.together import Sources
from podcast_pipeline.transcript.lexicon import lexicon

GOLDEN = Path(__file__).parent / "golden" / "transcribe"
NAMES = ("transcript.machine.json", "transcript.report.json", "transcript.report.html")


@pytest.mark.parametrize("case", ["conversation", "mixed"])
def test_everything_after_the_words_is_as_it_was(case: str, tmp_path: Path, update_golden: bool) -> None:
    """From the same words and sound the same files, byte for byte: copies dropped, turns, flags, suggestions, page."""
    folder, sounds = GOLDEN / case, dict(zip(("host", "guest"), two(tmp_path), strict=True))
    kept = {}
    for path in sorted((folder / "words").iterdir(), reverse=True):
        kept[path.stem] = heard.read(path, "canned", path.stem)
    found = {track: one for track, one in kept.items() if one is not None}
    assert found == kept
    sources = Sources(
        [(Track(f"raw/{track}.wav", f"example-{track}"), Path(f"{track}.wav")) for track in found],
        {"language": "en", "beam_size": 5, "compute_type": "int8", "hotwords": "suggest"},
        {"name": "canned", "version": "1"},
        Model("none", Path("none"), "0" * 64, "path"),
        found,
        sounds,
        Glossary(lexicon([GlossaryWord("Polarwave", "device")], ["Alex Example"])),
        None if len(found) > 1 else found["host"].voices,
    )
    together.write(sources, *(tmp_path / name for name in NAMES))
    said = report.QUALITY.read(tmp_path)
    made = {name: (tmp_path / name).read_text("utf-8") for name in NAMES}
    made["report.txt"] = "\n".join(report.lines(said)) + "\n"
    if update_golden:
        for name, text in made.items():
            (folder / name).write_text(text, "utf-8")
    assert made == {name: (folder / name).read_text("utf-8") for name in made}
