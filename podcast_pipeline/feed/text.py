"""Text that may stand in XML, and text of limited length."""

from __future__ import annotations

import re

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that XML 1.0 cannot hold: one of them makes readers refuse the whole feed."""

DESCRIPTION_BYTES = 4000
"""Directories cut a description at this many bytes of UTF-8."""


def clean(text: str) -> str:
    """`text` without the characters that XML cannot hold, and without white space around it."""
    return FORBIDDEN.sub("", text).strip()


def cut(text: str, limit: int = DESCRIPTION_BYTES) -> str:
    """`text` if it fits into `limit` bytes of UTF-8, else its beginning up to a word's end, with an ellipsis."""
    encoded = text.encode()
    if len(encoded) <= limit:
        return text
    room = limit - len("…".encode())
    head = encoded[: room + 1].decode("utf-8", errors="ignore")
    whole_words = re.match(r"(.*\S)\s", head, re.DOTALL)
    kept = whole_words.group(1) if whole_words else encoded[:room].decode("utf-8", errors="ignore")
    return f"{kept.rstrip(' ,;:–—-')}…"
