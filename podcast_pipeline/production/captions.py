"""Stage captions: the transcript in the five forms that players, apps and people read, and how right the machine was.

Alone it reads the text of record and who signed it. What it says of both is all that later stages depend on, so that a
file that was saved again without another word in it goes no further.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path

from podcast_pipeline.artefact import Files
from podcast_pipeline.codec import SPARSE
from podcast_pipeline.episode import signoff, validity
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.formats import TRANSCRIPTS
from podcast_pipeline.model.machine import MACHINE
from podcast_pipeline.model.release import Signature
from podcast_pipeline.model.span import Spans
from podcast_pipeline.model.terms import GlossaryWord
from podcast_pipeline.model.text import TEXT, TextOfRecord
from podcast_pipeline.model.timeline import TIMELINE, Timeline
from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.production import accuracy
from podcast_pipeline.progress import Progress
from podcast_pipeline.transcript import captions, claimed, document, machine, writers

MACHINE_LINE = "Machine transcript, not reviewed"
SUFFIXES = (*TRANSCRIPTS, "txt")


@dataclass(frozen=True)
class CaptionsFacts:
    title: str
    names: dict[str, str]
    """Speaker id -> name as shown."""
    people: tuple[str, ...]
    """Names as they are spoken."""
    words: tuple[GlossaryWord, ...]
    minutes: float | None
    """How long the review took, up to the signature; None before it."""
    claimed: dict[str, Spans] = field(default_factory=dict, metadata=SPARSE)
    """Where each claim is heard, by its id."""
    restated: tuple[str, ...] = field(default=(), metadata=SPARSE)
    """Why the signature does not hold for what is printed beside the text."""


def facts(dossier: Dossier) -> CaptionsFacts:
    people = tuple(person.name for person in dossier.people)
    signed, restated, words = None, tuple[str, ...](), dossier.show.terms.words
    with contextlib.suppress(PodcastError):  # what cannot be read is named when the captions are made
        signed = dossier.signed()
        restated = validity.restated(dossier, signed)
    minutes = accuracy.minutes(dossier, signed.signature if signed is not None else None)
    return CaptionsFacts(dossier.episode.title, dossier.names, people, words, minutes, dossier.claims_heard(), restated)


def run(facts: CaptionsFacts, files: Files, scratch: Path, _: Progress) -> None:
    path = files.path("transcript")
    reviewed = document.read(path) if path.exists() else None
    recognised = files.read(MACHINE)
    heard = machine.paragraphs(recognised, facts.names)
    signed = signoff.read(files.path("signoff"))
    signature = None if facts.restated else signoff.under(signed, reviewed)
    text = reviewed or heard
    timeline = files.read(TIMELINE)
    for suffix, rendered in render(text, timeline, signature, facts.title).items():
        (scratch / f"transcript.{suffix}").write_text(rendered, "utf-8", newline="\n")
    said = claimed.digests(text, facts.claimed)
    TEXT.write(scratch, TextOfRecord(text.language, reviewed is not None, signature, said))
    card = None
    if reviewed is not None:
        terms = accuracy.known(facts.words, facts.people, heard)
        minutes = facts.minutes if signature is not None else None
        about = accuracy.judged(files.path(MACHINE), reviewed)
        card = accuracy.corrected(recognised, heard, reviewed, terms, minutes, timeline, about)
    accuracy.write(scratch, card)


def render(transcript: Transcript, timeline: Timeline, signature: Signature | None, title: str) -> dict[str, str]:
    """Suffix -> text. Rendered again before publication and compared with the files that go out."""
    from podcast_pipeline.site.sentences import signature_line  # what cites papers comes with it

    note = signature_line(signature) if signature else MACHINE_LINE
    cues = captions.cues(transcript, timeline, timeline.duration)
    return {
        "html": writers.html(transcript, timeline, note, title=title),
        "srt": writers.srt(cues),
        "json": writers.podcast_json(cues),
        "vtt": writers.vtt(cues, note),
        "txt": writers.plain(transcript, timeline, note),
    }
