"""Signing an episode: the text of record is written down, then a name is bound to it and to the audio."""

from __future__ import annotations

import contextlib
from datetime import datetime

from podcast_pipeline import atomic
from podcast_pipeline.episode import signoff
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.release import Signature
from podcast_pipeline.nearest import nearest
from podcast_pipeline.review.desk import approval, places, voiding
from podcast_pipeline.review.desk.beginning import BY_HAND
from podcast_pipeline.review.desk.desk import Desk, held
from podcast_pipeline.review.journal import journal
from podcast_pipeline.review.journal.replay import replay
from podcast_pipeline.tag.frames import audio_sha256
from podcast_pipeline.transcript import document


def sign(subject: Dossier, by: str, role: str, now: datetime) -> Signature:
    """Sign as the review page does: a line of the journal (begun where there is none), transcript.json, signoff.json.

    Raises PodcastError: not a person, not built, or all that stands in the way.
    """
    slug, people = subject.slug, subject.show.people
    if by not in people:
        near = nearest(by, people)
        known = f'did you mean "{near}"?' if near else f"people here: {', '.join(people) or 'none yet'}"
        raise PodcastError(f'--by: "{by}" is not in feed/people', known)
    if not subject.mp3.exists() or not subject.machine_json.exists():
        raise PodcastError(
            f"{slug}: there is nothing to sign yet", f"run `podcast build {slug}`, then read and hear it"
        )
    with held(subject), contextlib.closing(Desk(subject, by)) as desk:
        return approval.sign(desk, places.checklist(subject), by, role, now)


def missing(subject: Dossier) -> tuple[str, ...]:
    """Why a built episode may not be published: nobody signed, or what is void since; empty if the sign-off holds."""
    found, reviewed = signoff.read(subject.signoff_json), subject.written_transcript()
    if found is None or reviewed is None:
        return ("not signed off",)
    digests = audio_sha256(subject.mp3), document.digest(reviewed)
    reasons = signoff.void(found, *digests)
    if reasons and subject.journal.exists():
        lines = journal.read(subject.journal)
        reasons = voiding.reasons(subject, replay(lines), lines, found, *digests)
    return tuple(f"sign-off void: {reason}" for reason in reasons)


def withdraw(subject: Dossier) -> None:
    """Take the sign-off back: signoff.json goes, the journal says so. Raises PodcastError if there is none."""
    path = subject.signoff_json
    if not path.exists():
        raise PodcastError(f"{subject.slug}: there is no sign-off to withdraw")
    if not subject.journal.exists():
        atomic.remove(path)
        return
    with held(subject), contextlib.closing(Desk(subject)) as desk:
        approval.withdraw(desk, BY_HAND)
