"""What the review's journal says of a sign-off: signoff.json holds only together with its line there."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from podcast_pipeline import codec, reading
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.signature import Signature, Signer

SIGNED, TAKEN_BACK = "signoff", "withdraw"
"""What the journal calls its lines about sign-offs."""
_KIND = b'"kind":"'
_MARKS = tuple(f'{kind}"'.encode() for kind in (SIGNED, TAKEN_BACK))
_AGAIN = "restore both files from one commit, or sign again"


def _lines(journal: Path) -> Iterator[Mapping[str, Any]]:
    """The lines that sign, or take back what was signed, the last first.

    Looked for from the end and without the other lines: a journal has thousands. Raises PodcastError for a journal that
    cannot be read. A line without line feed was never acknowledged.
    """
    try:
        data = reading.data(journal)
    except FileNotFoundError:
        return
    except OSError as error:
        raise PodcastError(f"{journal}: cannot be read: {error.strerror}") from error
    end = data.rfind(b"\n") + 1
    while (place := data.rfind(_KIND, 0, end)) >= 0:
        start, stop = data.rfind(b"\n", 0, place) + 1, data.find(b"\n", place)
        if data.startswith(_MARKS, place + len(_KIND)):
            with contextlib.suppress(ValueError, RecursionError):  # the check of the journal names such a line
                fields = json.loads(data[start:stop])
                if isinstance(fields, dict) and fields.get("kind") in (SIGNED, TAKEN_BACK):
                    yield fields
        end = start


def _standing(journal: Path) -> dict[str, Mapping[str, Any]] | None:
    """The lines of the signatures that stand together, by who signed: of one that is lost no fields. {} where all were
    taken back, None where nobody has ever signed."""
    told: dict[str, Mapping[str, Any]] | None = None
    gone = set()
    for line in _lines(journal):
        if line["kind"] == SIGNED:
            by = str(line.get("by"))
            if told is None:
                told = {id_: {} for id_ in (by, *_ids(line.get("beside"))) if id_ not in gone}
            if by in told and not told[by]:
                told[by] = line
        elif not (signer := line.get("signer")):
            return told or {}
        elif told is None:
            gone.add(signer)
        if told is not None and all(told.values()):
            return told
    return told


def _ids(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def disagreement(signature: Signature | None, journal: Path) -> str:
    """Why `signature` (None: there is none) is not what the journal says last; "" where both say the same."""
    told = _standing(journal)
    if signature is None:
        line = next(filter(None, (told or {}).values()), None)
        if line is None:
            return ""
        name, day = line.get("name"), str(line.get("signed_at") or line.get("at"))[:10]
        return f"{journal.name} says that {name} signed on {day}, but signoff.json is not there: {_AGAIN}"
    if told is not None and not told:
        return f"{journal.name} says that the sign-off was taken back"
    known = told or {}
    if lost := [signer.name for signer in signature.signers if told is None or known.get(signer.by) == {}]:
        return f"{journal.name} has no line of {lost[0]}'s sign-off: {_AGAIN}"
    same = known.keys() == {signer.by for signer in signature.signers}
    if same and all(_tells(known[signer.by], signer, signature) for signer in signature.signers):
        return ""
    return f"{journal.name} tells of another sign-off than signoff.json: {_AGAIN}"


def _tells(line: Mapping[str, Any], signer: Signer, signature: Signature) -> bool:
    """Whether the line is of this signature."""
    ours = {
        "name": signer.name, "role": signer.role, "example": signer.example, "signed_at": codec.encode(signer.at),
        "audio_sha256": signature.audio_sha256, "transcript_sha256": signature.transcript_sha256,
        "statement_sha256": signature.statement_sha256,
    }  # fmt: skip
    return all((line.get(name) or None) == (value or None) for name, value in ours.items())
