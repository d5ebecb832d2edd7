"""Signing an episode: the text of record is written down, then a name is bound to it and to the audio."""

from __future__ import annotations

import difflib
from datetime import datetime

from podcast_pipeline import atomic
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.release import Signature
from podcast_pipeline.production.material import Material
from podcast_pipeline.review import signoff
from podcast_pipeline.tag.frames import audio_sha256
from podcast_pipeline.transcript import document


def sign(material: Material, by: str, role: str, now: datetime) -> Signature:
    """Write transcript.json where there is none, and signoff.json. Raises PodcastError: not a person, not built."""
    slug, people = material.slug, material.show.people
    if by not in people:
        near = difflib.get_close_matches(by, people, n=1)
        known = f'did you mean "{near[0]}"?' if near else f"people here: {', '.join(people) or 'none yet'}"
        raise PodcastError(f'--by: "{by}" is not in feed/people', known)
    if not material.mp3.exists() or not material.built("transcript.machine.json").exists():
        raise PodcastError(
            f"{slug}: there is nothing to sign yet", f"run `podcast build {slug}`, then read and hear it"
        )
    transcript = material.transcript()
    if unnamed := [paragraph.id for paragraph in transcript.paragraphs if paragraph.speaker not in people]:
        raise PodcastError(f"{slug}: {len(unnamed)} paragraphs have no known speaker (first: {unnamed[0]})")
    path = material.workspace.transcript_json(slug)
    if not path.exists():
        atomic.write_text(path, document.text(transcript))
    digest = document.digest(document.read(path))
    signature = signoff.sign(people[by], role, audio_sha256(material.mp3), digest, now)
    signoff.write(material.workspace.signoff_json(slug), signature)
    return signature


def missing(material: Material) -> tuple[str, ...]:
    """Why a built episode may not be published: nobody signed, or what is void since; empty if the sign-off holds."""
    found, reviewed = signoff.read(material.workspace.signoff_json(material.slug)), material.reviewed_transcript()
    if found is None or reviewed is None:
        return ("not signed off",)
    reasons = signoff.void(found, audio_sha256(material.mp3), document.digest(reviewed))
    return tuple(f"sign-off void: {reason}" for reason in reasons)


def withdraw(material: Material) -> None:
    """Remove signoff.json. Raises PodcastError if there is none."""
    path = material.workspace.signoff_json(material.slug)
    if not path.exists():
        raise PodcastError(f"{material.slug}: there is no sign-off to withdraw")
    path.unlink()
    atomic.sync_folder(path.parent)
