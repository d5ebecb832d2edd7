"""Notices in print: dated lines, first in notes and description, and on the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from podcast_pipeline.model.notice import ListenerNotice
from podcast_pipeline.model.release import Correction
from podcast_pipeline.people.statement import long_date
from podcast_pipeline.site import corrections
from podcast_pipeline.site.description import LIMIT, cut

_DAY = r"Notice of \d{1,2} \w+ \d{4}: "
_HTML = re.compile(rf"\A(?:<p><strong>{_DAY}[^\n]*</strong></p>\n)+")
_TEXT = re.compile(rf"\A(?:{_DAY}[^\n]*\n)+\n")


def line(notice: ListenerNotice) -> str:
    """`Notice of 30 November 2026: the device was recalled.`"""
    return f"Notice of {long_date(notice.day)}: {notice.text}"


def in_notes(notes: str, lines: Sequence[str]) -> str:
    """`notes` with these lines as their beginning, in place of those that they have."""
    first = "".join(f"<p><strong>{escape(text, quote=False)}</strong></p>\n" for text in lines)
    return first + _HTML.sub("", notes)


def in_description(description: str, lines: Sequence[str], said: Sequence[Correction]) -> str:
    """`description` with these lines as its beginning; its corrections, `said`, stay whole where it has to be cut."""
    bare = _TEXT.sub("", description)
    first = "".join(f"{text}\n" for text in lines)
    whole = f"{first}\n{bare}" if lines else bare
    return corrections.in_description(whole, said) if said else cut(whole, LIMIT)


def without(notes: str) -> str:
    """`notes` as they are without notices."""
    return in_notes(notes, ())
