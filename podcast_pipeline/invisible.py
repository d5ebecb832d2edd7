"""Characters that nobody sees, or that turn the order of those beside them: a text is read as it is shown."""

from __future__ import annotations

import re

INVISIBLE = re.compile("[\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
"""Zero width spaces and joiners, marks of byte order, embeddings, overrides and isolates of direction."""


def named(character: str) -> str:
    """`the invisible character U+202E`"""
    return f"the invisible character U+{ord(character):04X}"
