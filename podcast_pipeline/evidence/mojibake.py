"""Letters that another program has spoilt: UTF-8 that it read as Windows-1252, and characters that it lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

from podcast_pipeline.invisible import INVISIBLE
from podcast_pipeline.model.reference import Csl

_RUN = re.compile(r"[^\x00-\x7f]{2,}")
_TEXTS = ("title", "container-title", "container-title-short", "publisher", "publisher-place")


def remarks(csl: Csl) -> Iterator[str]:
    """One sentence for each text of a record that does not look as it was meant; none is changed."""
    texts = [(name, csl[name]) for name in _TEXTS if isinstance(csl.get(name), str)]
    for author in csl.get("author") or ():
        texts += [("author", text) for text in author.values() if isinstance(text, str)]
    for name, text in texts:
        if text.isascii():
            continue
        if "\N{REPLACEMENT CHARACTER}" in text:
            lost = text.count("\N{REPLACEMENT CHARACTER}")
            yield f'{name}: "{text}" lacks {lost} characters, which another program has lost: write them'
        if unseen := sorted({f"U+{ord(letter):04X}" for letter in INVISIBLE.findall(text)}):
            yield f'{name}: "{text}" holds characters that nobody sees ({", ".join(unseen)}): write it anew'
        if (meant := _RUN.sub(lambda match: _meant(match[0]), text)) != text:
            yield f'{name}: "{text}" was read in a wrong encoding by another program: is "{meant}" meant?'


def _meant(run: str) -> str:
    """The characters whose bytes in UTF-8 another program took for letters of Windows-1252; else `run`."""
    try:
        return b"".join(_byte(character) for character in run).decode("utf-8")
    except UnicodeError:
        return run


def _byte(character: str) -> bytes:
    """Windows has no character for five bytes, which programs keep as they are."""
    return character.encode("latin-1") if "\x80" <= character <= "\x9f" else character.encode("cp1252")
