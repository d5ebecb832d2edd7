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
