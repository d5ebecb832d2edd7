"""Stage captions: the transcript in the five forms that players, apps and people read."""

from __future__ import annotations

from pathlib import Path

from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.formats import TRANSCRIPTS
from podcast_pipeline.model.text import TEXT, TextOfRecord
from podcast_pipeline.site.sentences import signature_line
from podcast_pipeline.transcript import captions, writers

MACHINE_LINE = "Machine transcript, not reviewed"
SUFFIXES = (*TRANSCRIPTS, "txt")


def render(dossier: Dossier) -> dict[str, str]:
    """Suffix -> text. Rendered again before publication and compared with the files that go out."""
    transcript, timeline = dossier.transcript(), dossier.timeline()
    signature = dossier.signature()
    note = signature_line(signature) if signature else MACHINE_LINE
    cues = captions.cues(transcript, timeline, timeline.duration)
    return {
        "html": writers.html(transcript, timeline, note, title=dossier.episode.title),
        "srt": writers.srt(cues),
        "json": writers.podcast_json(cues),
        "vtt": writers.vtt(cues, note),
        "txt": writers.plain(transcript, timeline, note),
    }


def write(dossier: Dossier, scratch: Path) -> None:
    """The five forms, and what later stages have to know of the text itself."""
    reviewed = dossier.written_transcript()
    text = reviewed or dossier.machine_transcript()
    TEXT.write(scratch, TextOfRecord(text.language, reviewed is not None, dossier.signature()))
    for suffix, text in render(dossier).items():
        (scratch / f"transcript.{suffix}").write_text(text, "utf-8", newline="\n")
