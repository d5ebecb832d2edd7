"""Character references of HTML in what others wrote, as characters."""

from __future__ import annotations

import html
import re

_ENDLESS = re.compile(r"&#[xX]?[0-9a-fA-F]{1000,};?")
"""No character has a number that long, and Python refuses to read one of over 4,300 digits."""


def unescaped(text: str) -> str:
    """`text` as `html.unescape` reads it; a number that is none is the replacement character, however long it is."""
    return html.unescape(_ENDLESS.sub("\N{REPLACEMENT CHARACTER}", text))
