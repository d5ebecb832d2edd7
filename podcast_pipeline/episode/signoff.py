"""The sign-off: a person's verdict on the audio frames and the transcript. Any change of either voids it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from podcast_pipeline import atomic, codec, reading
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.person import Person
from podcast_pipeline.model.release import AUDIO, TRANSCRIPT, Signature
from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.tag.frames import audio_sha256
from podcast_pipeline.transcript import document

_FIELDS = {field.name for field in dataclasses.fields(Signature)}
AGAIN = "restore it from git, or sign again: `podcast signoff EP --by ID`"


def sign(person: Person, role: str, audio_sha256: str, transcript_sha256: str, now: datetime) -> Signature:
    """The signature of `person` under this audio and this transcript; `heard` is None: nobody measured it."""
    at = now.astimezone(UTC).replace(microsecond=0)
    return Signature(person.id, person.display, role, at, audio_sha256, transcript_sha256, example=person.example)


def write(path: Path, signature: Signature) -> None:
    """Write signoff.json: the signature, and the digest of what stands there, which shows a later edit by hand."""
    value = codec.encode(signature)
    atomic.write_json(path, {**value, "seal": codec.digest(value)})


def read(path: Path) -> Signature | None:
    """The signature in signoff.json; None if nobody has signed.

    Raises PodcastError if the file is damaged or was edited: only a person who signs again can say something else. The
    seal is asked of the fields as they stand: one that a version adds later voids no signature of before, and one that
    this version does not know is somebody's who has a newer one.
    """
    if not path.exists():
        return None
    try:
        value = json.loads(reading.text(path))
        sealed = value.pop("seal", None) == codec.digest(value)
        if sealed and (extra := sorted(value.keys() - _FIELDS)):
            raise PodcastError(
                f"{path}: was signed with a newer version of this program, which knows {extra[0]!r}", "update this one"
            )
        signature = codec.decode(Signature, value)
    except OSError as error:
        raise PodcastError(f"{path}: cannot be read: {error.strerror}", AGAIN) from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise PodcastError(f"{path}: not a sign-off: {error}", AGAIN) from error
    if not sealed:
        raise PodcastError(f"{path}: was edited by hand, so it is nobody's signature any more", AGAIN)
    return signature


def parts(mp3: Path, transcript: Transcript) -> dict[str, str]:
    """What a sign-off judges, as it is now: the digest of each part. Raises AudioError for a file that is no MP3."""
    return {AUDIO: audio_sha256(mp3), TRANSCRIPT: document.digest(transcript)}


def reason(signature: Signature, part: str) -> str:
    """What voids it when `part` is another one, as a sentence."""
    return f"the {part} changed since {signature.name} signed on {signature.at:%Y-%m-%d}"


def void(signature: Signature, now: Mapping[str, str]) -> tuple[str, ...]:
    """Why the signature does not hold for the parts as they are `now`; empty if it does."""
    return tuple(reason(signature, part) for part in signature.verdict.changed(now))


def required(slug: str, signature: Signature | None, now: Mapping[str, str]) -> Signature:
    """The signature, if it holds. Raises PodcastError saying what to do: nothing unsigned is published."""
    what = f"read and hear it, then `podcast signoff {slug} --by ID`, `podcast build {slug}`, and publish again"
    if signature is None:
        raise PodcastError(f"{slug}: nobody has signed it off", what)
    if reasons := void(signature, now):
        raise PodcastError(f"{slug}: the sign-off is void: {'; '.join(reasons)}", what)
    return signature


def under(path: Path, transcript: Transcript | None) -> Signature | None:
    """The signature in `path` if it stands under this very text; None for a text that nobody has corrected or signed.

    Raises PodcastError as `read` does.
    """
    signature = read(path)
    if signature is None or transcript is None:
        return None
    return None if TRANSCRIPT in signature.verdict.changed({TRANSCRIPT: document.digest(transcript)}) else signature
