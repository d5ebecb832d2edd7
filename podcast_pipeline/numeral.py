"""A whole number in somebody else's text."""

from __future__ import annotations

import re

_WHOLE = re.compile(r"[0-9]{1,15}")


def whole(text: str) -> int | None:
    """The number that `text` is, written in 1 to 15 digits of ASCII; None for anything else.

    Python's isdigit() takes ² for a digit, and its int() gives up on thousands of them.
    """
    return int(text) if _WHOLE.fullmatch(text) else None
