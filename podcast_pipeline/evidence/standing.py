"""Where a reference stands, in the words that are printed; asking the registers is not here."""

from __future__ import annotations

import re

from podcast_pipeline.evidence import identity
from podcast_pipeline.model.appraisal import NOT_VERIFIED, UNKNOWN, Status
from podcast_pipeline.model.reference import Reference

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def in_words(reference: Reference) -> str:
    """Where a reference stands, as printed: a notice always; that there is none only of a paper that is verified."""
    if identity.verified(reference):
        return _status(reference.status)
    kept, grave = reference.registered, reference.status.known and reference.status.state != "ok"
    said = NOT_VERIFIED
    if identity.answered(reference) and kept.on is not None:
        what = "known to no register" if kept.unknown else "another paper under its identifier"
        said += f": {what}, as of {kept.on.isoformat()} in {', '.join(kept.registers)}"
    return f"{_status(reference.status)}; {said}" if grave else said


def _status(current: Status) -> str:
    """Never that a paper is "not retracted": only what was asked, and when."""
    if not current.known:
        return UNKNOWN
    assert current.checked is not None
    by_day: dict[str, dict[str, None]] = {}
    for source in current.sources:
        name, _, day = source.partition("@")
        by_day.setdefault(day if _DAY.fullmatch(day) else current.checked.isoformat(), {})[name] = None
    as_of = "; ".join(f"as of {day} in {', '.join(names)}" for day, names in sorted(by_day.items(), reverse=True))
    if current.state == "ok":
        return f"no notice found {as_of}"
    ids = [
        f"doi:{n.id}" if n.id.startswith("10.") else n.id for n in current.notices if n.kind == current.state and n.id
    ]
    notice = f" (notice: {', '.join(dict.fromkeys(ids))})" if ids else ""
    word = {"concern": "expression of concern", "corrected": "corrected", "superseded": "a later version exists"}
    return f"{word.get(current.state, current.state)}{notice}, {as_of}"
