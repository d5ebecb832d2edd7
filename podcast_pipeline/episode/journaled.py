"""What the review's journal says of a sign-off: signoff.json holds only together with its line there."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from podcast_pipeline import codec, reading
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.release import Signature

SIGNED, TAKEN_BACK = "signoff", "withdraw"
"""What the journal calls its lines about sign-offs."""
_KIND = b'"kind":"'
_MARKS = tuple(f'{kind}"'.encode() for kind in (SIGNED, TAKEN_BACK))
_AGAIN = "restore both files from one commit, or sign again"


def last(journal: Path) -> Mapping[str, Any] | None:
    """The fields of the last line that signs, or takes back what was signed; None where there is none.

    Looked for from the end and without the other lines: a journal has thousands. Raises PodcastError for a journal that
    cannot be read. A line without line feed was never acknowledged.
    """
    try:
        data = reading.data(journal)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PodcastError(f"{journal}: cannot be read: {error.strerror}") from error
    end = data.rfind(b"\n") + 1
    while (place := data.rfind(_KIND, 0, end)) >= 0:
        start, stop = data.rfind(b"\n", 0, place) + 1, data.find(b"\n", place)
        if data.startswith(_MARKS, place + len(_KIND)):
            with contextlib.suppress(ValueError, RecursionError):  # the check of the journal names such a line
                fields = json.loads(data[start:stop])
                if isinstance(fields, dict) and fields.get("kind") in (SIGNED, TAKEN_BACK):
                    return fields
        end = start
    return None


def disagreement(signature: Signature | None, journal: Path) -> str:
    """Why `signature` (None: there is none) is not what the journal says last; "" where both say the same."""
    line = last(journal)
    if signature is None:
        if line is None or line["kind"] == TAKEN_BACK:
            return ""
        name, day = line.get("name"), str(line.get("signed_at") or line.get("at"))[:10]
        return f"{journal.name} says that {name} signed on {day}, but signoff.json is not there: {_AGAIN}"
    if line is None:
        return f"{journal.name} has no line of {signature.name}'s sign-off: {_AGAIN}"
    if line["kind"] == TAKEN_BACK:
        return f"{journal.name} says that the sign-off was taken back"
    ours = {
        "by": signature.by, "name": signature.name, "role": signature.role, "example": signature.example,
        "signed_at": codec.encode(signature.at), "audio_sha256": signature.audio_sha256,
        "transcript_sha256": signature.transcript_sha256, "statement_sha256": signature.statement_sha256,
    }  # fmt: skip
    same = all((line.get(name) or None) == (value or None) for name, value in ours.items())
    return "" if same else f"{journal.name} tells of another sign-off than signoff.json: {_AGAIN}"
