"""How a caption's words stand on two short lines, and how SubRip names a speaker in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from podcast_pipeline.transcript.sentences import ends_phrase, ends_sentence, leads_on

WIDTH = 32
"""Characters in a line; two of them joined by a space are at most 65, the limit of a WebVTT line."""
LINES = 2
_RATIO = "\u2236"
"""A colon to the eye, but not to readers that take a name to end at every colon."""


def label(name: str) -> str:
    """`Name:` as it stands before a speaker's first words; "" for nobody.

    A name too long for one line with its credentials goes without them.
    """
    if not name:
        return ""
    return f"{name if len(name) + 2 <= WIDTH else name.split(',')[0]}:"


def safe(word: str, labelled: bool) -> str:
    """`word` as SubRip text: an arrow is no timing line, a colon ends no name.

    AntennaPod joins lines with spaces and splits a caption holding ": " at every colon, so a labelled caption has no
    other colon, and in others no word ends with one.
    """
    word = word.replace("-->", "→")
    return word.replace(":", _RATIO) if labelled else re.sub(r":$", _RATIO, word)


def count(tokens: Sequence[str]) -> int:
    """How many lines `tokens` need, filled one after the other. A token longer than a line has one to itself."""
    lines, used = 1, -1
    for token in tokens:
        used += 1 + len(token)
        if used > WIDTH and used > len(token):
            lines, used = lines + 1, len(token)
    return lines


def fold(tokens: Sequence[str]) -> tuple[str, ...]:
    """`tokens` on as few lines as they need; two lines are broken at a phrase, or else of equal length."""
    whole = " ".join(tokens)
    if len(whole) <= WIDTH or len(tokens) == 1:
        return (whole,)
    pairs = [(" ".join(tokens[:i]), " ".join(tokens[i:]), tokens[i - 1]) for i in range(1, len(tokens))]
    fitting = [pair for pair in pairs if len(pair[0]) <= WIDTH and len(pair[1]) <= WIDTH]
    if fitting:
        first, second, _ = min(fitting, key=_unease)
        return (first, second)
    lines: list[str] = []
    for token in tokens:
        if lines and len(lines[-1]) + 1 + len(token) <= WIDTH:
            lines[-1] += f" {token}"
        else:
            lines.append(token)
    return tuple(lines)


def _unease(pair: tuple[str, str, str]) -> int:
    first, second, last = pair
    if last.endswith(":"):
        return 100  # a speaker's label: the first words follow it on its line where they can
    phrase = -8 if ends_sentence(last) or ends_phrase(last) else 8 if leads_on(last) else 0
    return abs(len(first) - len(second)) + phrase
