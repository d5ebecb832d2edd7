"""The sign-off: a person's verdict on the audio frames, the transcript and what is printed beside them.

Any change of either voids it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from podcast_pipeline import atomic, codec, reading
from podcast_pipeline.episode import judged
from podcast_pipeline.episode.judged import Facts
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.person import Person
from podcast_pipeline.model.release import AUDIO, TRANSCRIPT, Signature
from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.model.verdict import Verdict
from podcast_pipeline.tag.frames import audio_sha256
from podcast_pipeline.transcript import document

_FIELDS = {field.name for field in dataclasses.fields(Signature)}
_STATEMENT = "statement"
"""The field of signoff.json that holds the facts."""
AGAIN = "restore it from git, or sign again: `podcast signoff EP --by ID`"
MERGED = (
    "take this file and review.jsonl both from one side (`git checkout --ours` or `--theirs`, both files), commit, and "
    "whoever signed on the other side signs again: `podcast signoff EP --by ID`"
)
NOBODY = "nobody has signed it off"
_SECOND = "waits for a second signature"


@dataclass(frozen=True)
class SignOff:
    """What signoff.json holds: the signature, and what was printed under the name on that day."""

    signature: Signature
    facts: Facts = field(default_factory=dict)
    """By part (`episode/judged.py`); empty where the signature is of before that was judged."""

    @property
    def whole(self) -> bool:
        """Whether the signature covers what is printed beside sound and words."""
        return bool(self.signature.statement_sha256)

    @property
    def printed(self) -> Verdict:
        """The sign-off as a verdict on what is printed beside sound and words, part by part."""
        return Verdict(self.signature.by, self.signature.at, judged.digests(self.facts))


def sign(
    person: Person, role: str, audio_sha256: str, transcript_sha256: str, now: datetime, facts: Facts | None = None
) -> SignOff:
    """What `person` signs: this audio, this transcript, these facts. `heard` is None: nobody measured it."""
    at = now.astimezone(UTC).replace(microsecond=0)
    digest = codec.digest_of_json(facts) if facts is not None else ""
    signature = Signature(
        person.id, person.display, role, at, audio_sha256, transcript_sha256, person.example, statement_sha256=digest
    )
    return SignOff(signature, facts or {})


def write(path: Path, signed: SignOff) -> None:
    """Write signoff.json: the signature, which holds the digest of the facts, its seal, which shows a later edit by
    hand, and the facts."""
    with prepared(path, signed):
        pass


def prepared(path: Path, signed: SignOff) -> contextlib.AbstractContextManager[None]:
    """`write` around the body that writes the journal's line: on a full disk there is neither, and what was signed
    before still holds."""
    value = codec.encode(signed.signature)
    facts = {_STATEMENT: signed.facts} if signed.whole else {}
    return atomic.prepared(path, atomic.json_bytes({**value, "seal": codec.digest_of_json(value), **facts}))


def load(path: Path) -> SignOff | None:
    """What stands in signoff.json; None if nobody has signed.

    Raises PodcastError if the file is damaged or was edited: only a person who signs again can say something else. The
    seal is asked of the fields as they stand: one that a version adds later voids no signature of before, and one that
    this version does not know is somebody's who has a newer one.
    """
    if not path.exists():
        return None
    try:
        value = json.loads(reading.text(path))
        facts: dict[str, Any] = value.pop(_STATEMENT, {})
        sealed = value.pop("seal", None) == codec.digest_of_json(value)
        if sealed and (extra := sorted(value.keys() - _FIELDS)):
            raise PodcastError(
                f"{path}: was signed with a newer version of this program, which knows {extra[0]!r}", "update this one"
            )
        signature = codec.decode(Signature, value)
        sealed = sealed and signature.statement_sha256 == (codec.digest_of_json(facts) if facts else "")
    except OSError as error:
        raise PodcastError(f"{path}: cannot be read: {error.strerror}", AGAIN) from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        if reading.merged(path):
            raise PodcastError(f"{path}: two people signed, and git could not put that together", MERGED) from error
        raise PodcastError(f"{path}: not a sign-off: {error}", AGAIN) from error
    if not sealed:
        raise PodcastError(f"{path}: was edited by hand, so it is nobody's signature any more", AGAIN)
    return SignOff(signature, facts)


def read(path: Path) -> Signature | None:
    """The signature in signoff.json, as `load` reads it."""
    signed = load(path)
    return None if signed is None else signed.signature


def parts(mp3: Path, transcript: Transcript) -> dict[str, str]:
    """Sound and words as they are now: the digest of each. Raises AudioError for a file that is no MP3."""
    return {AUDIO: audio_sha256(mp3), TRANSCRIPT: document.digest(transcript)}


def reason(signature: Signature, part: str) -> str:
    """What voids it when `part` is another one, as a sentence."""
    return f"the {part} changed since {signature.names} signed on {signature.at:%Y-%m-%d}"


def second(names: Sequence[str]) -> str:
    """What is missing where one signature is not enough: `names` may give the other."""
    shown = [*names[:3], *([f"{len(names) - 3} more"] if len(names) > 3 else [])]
    return f"{_SECOND}: {' or '.join(shown) or 'nobody of feed/people'} may sign"


def missing(reasons: Sequence[str]) -> bool:
    """Whether nothing is void, and a signature is missing: the first, or the second."""
    return len(reasons) == 1 and (reasons[0] == NOBODY or reasons[0].startswith(_SECOND))


def unbound(signature: Signature) -> str:
    """What voids a signature of before that was judged which is printed beside sound and words."""
    return f"{signature.name} signed sound and words on {signature.at:%Y-%m-%d}, and nothing that is printed with them"


def required(slug: str, reasons: Sequence[str]) -> None:
    """Raises PodcastError saying what to do where there are `reasons`: nothing unsigned is published."""
    if not reasons:
        return
    said = reasons[0] if missing(reasons) else f"the sign-off is void: {'; '.join(reasons)}"
    what = f"read and hear it, then `podcast signoff {slug} --by ID`, `podcast build {slug}`, and publish again"
    raise PodcastError(f"{slug}: {said}", what)


def under(signature: Signature | None, transcript: Transcript | None) -> Signature | None:
    """The signature if it stands under this very text; None for a text that nobody has corrected or signed."""
    if signature is None or transcript is None:
        return None
    return None if TRANSCRIPT in signature.verdict.changed({TRANSCRIPT: document.digest(transcript)}) else signature
