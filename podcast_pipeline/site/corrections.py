"""Corrections after publication: a dated line each, last in notes and description, and on the page."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

from podcast_pipeline.entities import unescaped
from podcast_pipeline.model.release import Correction
from podcast_pipeline.people.statement import long_date
from podcast_pipeline.site.description import LIMIT, cut

HEADING = "Corrections"
WITHDRAWN = "withdrawn"
_KINDS = {"text": "in the transcript", "audio": "in the recording", "notes": "in the notes"}
_HTML = re.compile(rf"\n?<h3>{HEADING}</h3>(\n<p>[^\n]*</p>)+$")
_LINE = re.compile(rf"(?P<day>\d+ \w+ \d{{4}}), corrected (?P<kind>{'|'.join(_KINDS.values())}): (?P<note>.*)")
_TEXT = re.compile(rf"(\n\n|^){HEADING}(\n[^\n]+)+$")


def line(correction: Correction) -> str:
    """`21 November 2026, corrected in the transcript: the dose was 10 mg.`"""
    if correction.kind == WITHDRAWN:
        return f"{long_date(correction.day)}, {WITHDRAWN}: {correction.note}"
    return f"{long_date(correction.day)}, corrected {_KINDS[correction.kind]}: {correction.note}"


def in_notes(notes: str, corrections: Sequence[Correction]) -> str:
    """`notes` with these corrections as their end, in place of those that they have."""
    lines = [f"<h3>{HEADING}</h3>", *(f"<p>{escape(line(correction), quote=False)}</p>" for correction in corrections)]
    return "\n".join([_HTML.sub("", notes), *lines]).strip() if corrections else notes


def read(notes: str) -> tuple[Correction, ...]:
    """The corrections at the end of `notes`, as far as they stand there: the day for the instant, nobody's id."""
    end, corrections = _HTML.search(notes), []
    for paragraph in re.findall(r"<p>([^\n]*)</p>", end[0]) if end else ():
        words = _LINE.fullmatch(unescaped(paragraph))
        if words is None:
            continue
        kind = next(name for name, text in _KINDS.items() if text == words["kind"])
        with contextlib.suppress(ValueError):  # no day of the calendar: not written by this program
            day = datetime.strptime(words["day"], "%d %B %Y").replace(tzinfo=UTC)
            corrections.append(Correction(day, "", kind, words["note"]))
    return tuple(corrections)


def in_description(description: str, corrections: Sequence[Correction]) -> str:
    """`description` with these corrections as their end; what stands before is cut to the length that is shown."""
    if not corrections:
        return description
    end = cut("\n".join(["", "", HEADING, *map(line, corrections)]), LIMIT // 2)
    return (cut(_TEXT.sub("", description), LIMIT - len(end.encode())) + end).strip()
