"""Text that may stand in XML, and text of limited length."""

from __future__ import annotations

import re
from typing import Any

from podcast_pipeline.numeral import whole

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that XML 1.0 cannot hold: one of them makes readers refuse the whole feed."""

_REFERENCE = re.compile(r"&#(?:[xX]([0-9A-Fa-f]+)|([0-9]+));?")

DESCRIPTION_BYTES = 4000
"""Directories cut a description at this many bytes of UTF-8."""


def clean(text: str) -> str:
    """`text` without the characters that XML cannot hold, and without white space around it."""
    # What is printable has none of them, and that is known without the expression: a feed has tens of thousands.
    return (text if text.isprintable() else FORBIDDEN.sub("", text)).strip()


def code_point(hexadecimal: str | None, decimal: str | None) -> int | None:
    """The number of the character that a reference names; None for one that XML cannot hold, or that does not exist."""
    code = int(hexadecimal, 16) if hexadecimal else whole(decimal or "")
    return None if code is None or code > 0x10FFFF or FORBIDDEN.match(chr(code)) else code


def fragment(html: str) -> Any:
    """The elements of `html` under one <div>, without the characters that XML cannot hold, however they are written."""
    from lxml import html as parser

    def kept(reference: re.Match[str]) -> str:
        return "" if code_point(*reference.groups()) is None else reference[0]

    return parser.fragment_fromstring(_REFERENCE.sub(kept, FORBIDDEN.sub("", html)), create_parent="div")
