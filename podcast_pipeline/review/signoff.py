"""The sign-off: a person, the digest of the audio frames and of the transcript. Any change of either voids it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from podcast_pipeline import codec
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.person import Person
from podcast_pipeline.model.release import Signature

EXAMPLE_LINE = "Example sign-off: no physician has read this"
MACHINE_LINE = "Machine transcript, not reviewed"


def sign(person: Person, role: str, audio_sha256: str, transcript_sha256: str, now: datetime) -> Signature:
    """The signature of `person` under this audio and this transcript; `heard` is None: nobody measured it."""
    at = now.astimezone(UTC).replace(microsecond=0)
    return Signature(person.id, person.display, role, at, audio_sha256, transcript_sha256, example=person.example)


def read(path: Path) -> Signature | None:
    """The signature in signoff.json; None if nobody has signed. Raises PodcastError if the file is damaged."""
    return codec.load(Signature, path) if path.exists() else None


def void(signature: Signature, audio_sha256: str, transcript_sha256: str) -> tuple[str, ...]:
    """Why the signature does not hold for this content; empty if it does."""
    reasons = []
    when = f"since {signature.name} signed on {signature.at:%Y-%m-%d}"
    if signature.audio_sha256 != audio_sha256:
        reasons.append(f"the audio changed {when}")
    if signature.transcript_sha256 != transcript_sha256:
        reasons.append(f"the transcript changed {when}")
    return tuple(reasons)


def line(signature: Signature | None) -> str:
    """The one sentence that stands in captions, notes, tags and page about who reviewed the text."""
    if signature is None:
        return MACHINE_LINE
    if signature.example:
        return EXAMPLE_LINE
    return f"Reviewed by {signature.name}, {signature.at:%Y-%m-%d}"


def required(slug: str, signature: Signature | None, audio_sha256: str, transcript_sha256: str) -> Signature:
    """The signature, if it holds. Raises PodcastError saying what to do: nothing unsigned is published."""
    what = f"read and hear it, then `podcast signoff {slug} --by ID`, `podcast build {slug}`, and publish again"
    if signature is None:
        raise PodcastError(f"{slug}: nobody has signed it off", what)
    if reasons := void(signature, audio_sha256, transcript_sha256):
        raise PodcastError(f"{slug}: the sign-off is void: {'; '.join(reasons)}", what)
    return signature
