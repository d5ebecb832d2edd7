"""Single characters that a Word document may hold and a transcript may not: kept visibly, and named."""

from __future__ import annotations

import re
import unicodedata

from podcast_pipeline import invisible
from podcast_pipeline.invisible import INVISIBLE

_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufdd0-\ufdef\ufff0-\uffff\U000f0000-\U0010ffff]")
_HYPHENS = str.maketrans("\u2010\u2011", "--")
"""Hyphens that differ in where a line may end."""
_WITHIN = re.compile(r"(?<=[^\W\d_])\u00ad+(?=[^\W\d_])")
"""An optional hyphen between letters: it divides a word at the end of a line, and is seen nowhere else."""
_NAMES = {"Cc": "the control character", "Co": "the private character"}


def read(text: str) -> tuple[str, tuple[str, ...]]:
    """`text` on one line, composed (NFC), with what cannot stay in square brackets; and what that is, in words."""
    problems: dict[str, None] = {}

    def named(match: re.Match[str]) -> str:
        character = match[0]
        kind = _NAMES.get(unicodedata.category(character), "the unreadable character")
        said = invisible.named(character) if INVISIBLE.match(character) else f"{kind} U+{ord(character):04X}"
        problems[said] = None
        return f"[{said}]"

    if not text.isascii() or not text.isprintable():
        text = _WITHIN.sub("", INVISIBLE.sub(named, _ODD.sub(named, text))).translate(_HYPHENS)
        if "\u00ad" in text:
            text = text.replace("\u00ad", "[optional hyphen]")
            problems["an optional hyphen that is not between letters"] = None
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split()), tuple(problems)
