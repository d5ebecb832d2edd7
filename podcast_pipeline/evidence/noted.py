"""Identifiers where programs keep what their format has no field for: in notes, and in addresses."""

from __future__ import annotations

import contextlib
import re
from typing import Any

from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.evidence import identifiers

_LINE = re.compile(
    r"^[ \t]*(?:\{:)?(PMID|PMCID|DOI)[ \t]*:[ \t]*([^\s;},]+)[ \t]*[;,]?\}?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_OF_ANOTHER = re.compile(
    r"\b(?:retract|errat|correct|corrig|comment|reply|replies|republi|updat|concern|supersed)",
    re.IGNORECASE,
)
_NEAR = 200
"""Characters before an identifier that may say whose it is."""
_WITHIN = re.compile(r"\b(PMID|PMCID)[ \t]*:?[ \t]*((?:PMC)?[0-9]+)\b(?!\s*[0-9])", re.IGNORECASE)


def take(csl: dict[str, Any], notes: list[str]) -> None:
    """Put what stands in `note` and `URL` of a record where it belongs; another one beside it is said in `notes`."""
    note = csl.get("note")
    if isinstance(note, str):
        for match in _LINE.finditer(note):
            if _taken(csl, match[1].upper(), match[2], notes):
                note = note.replace(match[0], "", 1)
        for match in _WITHIN.finditer(note):
            if not of_another(note, match.start()):
                _taken(csl, match[1].upper(), match[2], notes)
        csl["note"] = re.sub(r"\n{2,}", "\n", note).strip() or None
    if isinstance(address := csl.get("URL"), str):
        for name, read in identifiers.READERS.items():
            with contextlib.suppress(EvidenceError):
                csl[name] = csl.get(name) or read(address).bare


def of_another(text: str, place: int) -> bool:
    """Whether the identifier at `place` is that of another record, which the words before it name: a retraction, say.

    >>> of_another("Retraction in: Pain. 2003;4:1. PMID: 12345", 31)
    True
    """
    return _OF_ANOTHER.search(text[max(0, place - _NEAR) : place]) is not None


def _taken(csl: dict[str, Any], name: str, value: str, notes: list[str]) -> bool:
    """Whether the record has the identifier of its note now."""
    try:
        bare = identifiers.READERS[name](value).bare
    except EvidenceError as error:
        notes.append(f"note: {error.message}, and was left there")
        return False
    if not csl.get(name):
        csl[name] = bare
    elif identifiers.bare(name, str(csl[name])).lower() != bare.lower():
        notes.append(f"note: the {name} there is {bare}, that of the record {csl[name]}: look which is right")
        return False
    return True
