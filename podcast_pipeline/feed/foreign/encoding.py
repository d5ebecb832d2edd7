"""In which encoding a feed was written, whatever it says of itself."""

from __future__ import annotations

import codecs
import re

from podcast_pipeline import charset

_UNMARKED = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*['"]([A-Za-z0-9._:-]+)['"]""")
_LATIN = ("iso8859-1", "ascii", "cp1252")
"""Codecs of Python that stand for Windows-1252, as HTML has it."""


def decoded(data: bytes) -> tuple[str, list[str]]:
    """The text of the feed `data`, and what is to be said of how it was written."""
    if (mark := charset.marked(data)) is not None:
        return _taken(data, mark.codec, f"it began with a byte-order mark ({mark.codec})")
    for start, encoding in _UNMARKED:
        if data.startswith(start):
            return _taken(data, encoding, f"it was written in {encoding}")
    match = _DECLARED.match(data)
    declared = match[1].decode().lower() if match else "utf-8"
    codec = _codec(declared)
    if not data.isascii() and _decodes(data, "utf-8"):
        return data.decode("utf-8"), [] if codec == "utf-8" else [f"it says {declared} but was written in utf-8"]
    if codec in ("", "utf-8") or codec.startswith(("utf-16", "utf-32")):
        return _mixed(data, declared)
    if codec not in _LATIN:
        return _taken(data, codec, f"it was written in {declared}")
    right = codec == "cp1252" or not re.search(rb"[\x80-\x9f]", data)
    return _taken(
        data, "cp1252", f"it was written in {declared}" if right else f"it says {declared} but was written in cp1252"
    )


def _taken(data: bytes, encoding: str, said: str) -> tuple[str, list[str]]:
    text = data.decode(encoding, "replace")
    return text, [said, *_lost(len(text) - len(data.decode(encoding, "ignore")))]


def _codec(name: str) -> str:
    """Python's name of an encoding, "" of one that it does not know, or that is none of text."""
    try:
        b"\xff".decode(name, "replace")
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except ValueError:
        return False
    return True


def _mixed(data: bytes, declared: str) -> tuple[str, list[str]]:
    """UTF-8 with bytes between that are none: those are read as Windows means them."""
    if data.isascii():
        return data.decode(), [] if _codec(declared) == "utf-8" else [f"it says {declared} but was written in utf-8"]
    joined = charset.mixed(data)
    if joined is None:
        return _taken(data, "cp1252", f"it says {declared} but was written in cp1252")
    text, wrong = joined
    return text, [f"it says {declared}, and {wrong} of its bytes are not: they were read as Windows-1252"]


def _lost(places: int) -> list[str]:
    """What is said of places that no character stands for."""
    return [f"{places} of its characters cannot be read: \ufffd stands in their place"] if places else []
