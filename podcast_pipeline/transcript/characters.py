"""Which characters a transcript may hold: anything people write, nothing that only machines see."""

from __future__ import annotations

import unicodedata

_NAME_BREAKS = "&<>:"
"""Caption readers end a speaker's name at any of these, and lose the name or the words after it."""


def fault(text: str) -> str:
    """Why `text` cannot be shown as it stands ("" if it can): control characters, half characters, nothing visible."""
    if text.isascii() and text.isprintable() and not text.isspace() and text:
        return ""  # nearly every word there is
    for character in text:
        if _unusable(character):
            return f"holds the control character U+{ord(character):04X}"
    if not any(unicodedata.category(character)[0] not in "CZM" for character in text):
        return "is empty" if not text.strip() else "holds nothing visible"
    return ""


def name_fault(name: str) -> str:
    """Why `name` cannot be a speaker's shown name ("" if it can)."""
    if reason := fault(name):
        return reason
    if breaks := [character for character in _NAME_BREAKS if character in name]:
        return f'holds "{breaks[0]}", where caption readers would cut it off'
    if name != " ".join(name.split()):
        return "holds a line break or spaces at its ends or in a row"
    return ""


def clean(text: str) -> str:
    """`text` without the characters that no file may hold."""
    return "".join(character for character in text if not _unusable(character))


def _unusable(character: str) -> bool:
    # White space of every kind separates words, so that a line break never reaches a file as part of one.
    if character.isspace():
        return False
    code = ord(character)
    noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return noncharacter or unicodedata.category(character) in ("Cc", "Cs")
