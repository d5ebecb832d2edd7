"""Which words are ordinary English: what stands in no list may have been misheard."""

from __future__ import annotations

import functools
import re
from pathlib import Path

SHORTEST = 4
"""Letters from which on a word is asked about at all."""
_ENDINGS = (("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("ly", ""))
_CLITIC = re.compile(r"(?:n't|'(?:s|d|ll|ve|re|m))$|s'$")


def is_ordinary(word: str) -> bool:
    """Whether `word`, as words are compared, is in the list or made of words that are; short ones and numbers are."""
    return all(_is_listed(part) for part in _CLITIC.sub("", word).split("-"))


def _is_listed(word: str, endings: int = 2) -> bool:
    if len(word) < SHORTEST or not word.isalpha() or word in _words():
        return True
    stems = (word[: -len(end)] + put for end, put in _ENDINGS if word.endswith(end)) if endings else ()
    return any(len(stem) >= SHORTEST and _is_listed(stem, endings - 1) for stem in stems)


@functools.cache
def _words() -> frozenset[str]:
    here = Path(__file__)
    texts = (here.with_name(name).read_text("utf-8") for name in ("english.txt", "clinical.txt"))
    return frozenset(line for text in texts for line in text.splitlines() if not line.startswith("#"))
