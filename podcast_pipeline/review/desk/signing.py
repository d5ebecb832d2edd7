"""Signing an episode: the text of record is written down, then a name is bound to it and to the audio."""

from __future__ import annotations

import contextlib
from datetime import datetime

from podcast_pipeline import atomic
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.release import Signature
from podcast_pipeline.nearest import nearest
from podcast_pipeline.review.desk import approval, places
from podcast_pipeline.review.desk.approval import Read
from podcast_pipeline.review.desk.beginning import BY_HAND
from podcast_pipeline.review.desk.desk import Desk
from podcast_pipeline.review.desk.hold import held


def sign(subject: Dossier, by: str, role: str, now: datetime, read: Read | None = None) -> Signature:
    """Sign as the review page does: a line of the journal (begun where there is none), transcript.json, signoff.json.

    Raises PodcastError: not a person, not built, all that stands in the way, or not agreed after it was `read`.
    """
    slug = subject.slug
    if why := subject.show.why_no_verdict(by):
        people = [id_ for id_ in subject.show.people if not subject.show.why_no_verdict(id_)]
        near = nearest(by, people)
        known = f'did you mean "{near}"?' if near else f"people here: {', '.join(people) or 'none yet'}"
        raise PodcastError(f"--by: {why}", known)
    if not subject.mp3.exists() or not subject.machine_json.exists():
        raise PodcastError(
            f"{slug}: there is nothing to sign yet", f"run `podcast build {slug}`, then read and hear it"
        )
    with held(subject), contextlib.closing(Desk(subject)) as desk:
        return approval.sign(desk, places.checklist(subject), by, role, now, read=read)


def withdraw(subject: Dossier, signer: str = "") -> None:
    """Take the sign-off back, or that of `signer` alone: signoff.json goes or loses it, the journal says so.

    Raises PodcastError if there is none.
    """
    path = subject.signoff_json
    if not path.exists():
        raise PodcastError(f"{subject.slug}: there is no sign-off to withdraw")
    if not subject.journal.exists() and not signer:
        atomic.remove(path)
        return
    with held(subject), contextlib.closing(Desk(subject)) as desk:
        approval.withdraw(desk, signer or BY_HAND, signer=signer)
