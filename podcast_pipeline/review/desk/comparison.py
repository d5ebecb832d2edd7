"""The journal against what stands beside it: transcript.json, and what git already has of words taken out."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path

from podcast_pipeline import process
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.episode.suspicion import Answers
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.review.desk.private import answers
from podcast_pipeline.review.journal import journal
from podcast_pipeline.review.journal.acts.redact import Redact
from podcast_pipeline.review.journal.projection import Aligned, Written, transcript
from podcast_pipeline.review.journal.replay import replay
from podcast_pipeline.transcript import document


@dataclass(frozen=True)
class Compared:
    """What is wrong between a journal and its surroundings."""

    differs: str = ""
    """Where transcript.json first says something that the journal never said."""
    older: bool = False
    """transcript.json is the journal's, but of an earlier line."""
    private: int = 0
    """Cuts for privacy whose words the journal still holds."""
    stays: Answers = field(default_factory=dict)
    """Sentences that may stay although they may identify somebody, and who says so."""
    commits: bool = False
    """Git holds commits from before words were taken out."""


def compare(subject: Dossier) -> Compared | None:
    """Replay the journal and compare; None where there is none. Raises PodcastError if it is damaged."""
    if not subject.journal.exists():
        return None
    lines = journal.read(subject.journal)
    state = replay(lines)
    differs, older = "", False
    written = subject.written_transcript()
    if written is not None:
        ours = transcript(state, Aligned().all(state), subject.names, Written())
        if document.digest(written) != document.digest(ours):
            older = document.digest(written) in state.projections
            differs = "" if older else _first(ours, written)
    kept = [mark for mark in state.marks.values() if mark.reason == "privacy" and mark.id not in state.redacted]
    redactions = [line.at for line in lines if isinstance(line.act, Redact)]
    commits = bool(redactions) and _committed(subject.journal, max(redactions))
    return Compared(differs, older, len(kept), answers(state), commits)


def _first(ours: Transcript, written: Transcript) -> str:
    """The first paragraph in which the two differ, by its number in the file."""
    for number, (mine, other) in enumerate(zip(ours.paragraphs, written.paragraphs, strict=False), 1):
        if mine != other:
            return f"paragraph {number}"
    if len(ours.paragraphs) != len(written.paragraphs):
        return f"paragraph {min(len(ours.paragraphs), len(written.paragraphs)) + 1}"
    return "the cuts" if ours.cuts != written.cuts else "the speakers' names"


def _committed(path: Path, before: str) -> bool:
    """Whether a commit older than `before` holds the file; False where there is no git."""
    argv = ["git", "-C", str(path.parent), "rev-list", "-n", "1", f"--before={before}", "HEAD", "--", path.name]
    with contextlib.suppress(PodcastError):
        output, _ = process.run(argv)
        return bool(output.strip())
    return False
