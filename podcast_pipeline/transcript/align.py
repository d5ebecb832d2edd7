"""Times for a corrected text, from the machine's words of the same stretch."""

from __future__ import annotations

import difflib
import functools
import unicodedata
from collections.abc import Sequence
from itertools import accumulate

from podcast_pipeline.model.transcript import Word

_KEPT = "%‰"
_PER_CHARACTER = 40
"""ms of room per character that an inserted word asks for (about 15 characters a second is usual speech)."""
_BORROW = 0.4
"""Share of a neighbour's time that an insertion may take; a word between two insertions keeps a fifth of its own."""


@functools.lru_cache(maxsize=1 << 15)  # people use few words, and each is compared again and again
def key(text: str) -> str:
    """`text` as words are compared: case and outer punctuation do not count; signs, `%` and decimal points do."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    first, last = 0, len(folded)
    while first < last and _is_punctuation(folded[first]):
        if folded[first] in "-." and folded[first + 1 : first + 2].isdigit():
            break  # -5 is not 5, .5 is not 5
        first += 1
    while last > first and _is_punctuation(folded[last - 1]):
        last -= 1
    return folded[first:last]


def align(words: Sequence[Word], text: str) -> tuple[Word, ...]:
    """The words of `text` with times from `words`, which must rise without overlap.

    A word that differs in case or punctuation alone keeps its times. Replaced words share the time of those they
    replace, by length; inserted words share the gap, and where there is none they borrow from their neighbours;
    deleted words are dropped. The result rises without overlap inside the stretch, and depends on `words` and `text`
    only: align against the machine's words, never against an earlier correction. Raises ValueError if there is no time
    to share.
    """
    tokens = text.split()
    if not tokens:
        return ()
    if not words:
        raise ValueError("a text needs the machine's words for its times")
    before, after = [key(word.text) for word in words], [key(token) for token in tokens]
    times: list[Word | None] = [None] * len(tokens)
    insertions: list[tuple[int, int]] = []
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            for word, j in zip(words[i1:i2], range(j1, j2), strict=True):
                times[j] = Word(tokens[j], word.start, word.end, word.confidence)
        elif kind == "replace":
            if words[i2 - 1].end - words[i1].start < j2 - j1:
                return share(words[0].start, words[-1].end, tokens)
            times[j1:j2] = share(words[i1].start, words[i2 - 1].end, tokens[j1:j2])
        elif kind == "insert":
            insertions.append((j1, j2))
    for j1, j2 in insertions:
        if not _insert(times, j1, j2, tokens, words):
            return share(words[0].start, words[-1].end, tokens)
    return tuple(word for word in times if word is not None)


def share(start: int, end: int, tokens: Sequence[str]) -> tuple[Word, ...]:
    """`tokens` one after another from `start` to `end` (ms), by length, each at least 1 ms.

    Raises ValueError if there are more tokens than milliseconds.
    """
    room = end - start - len(tokens)
    if room < 0:
        raise ValueError(f"{len(tokens)} words do not fit into {end - start} ms")
    if len(tokens) == 1 and tokens[0]:
        return (Word(tokens[0], start, end),)
    weights = list(accumulate((len(token) for token in tokens), initial=0))
    edges = [start + i + room * weight // weights[-1] for i, weight in enumerate(weights)]
    return tuple(Word(token, edges[i], edges[i + 1]) for i, token in enumerate(tokens))


def _insert(times: list[Word | None], j1: int, j2: int, tokens: Sequence[str], words: Sequence[Word]) -> bool:
    """Give times[j1:j2] the gap between their neighbours. False if even borrowing leaves under 1 ms a word."""
    left = times[j1 - 1] if j1 > 0 else None
    right = times[j2] if j2 < len(times) else None
    # At an edge the stretch itself is the border.
    start = left.end if left else words[0].start
    end = right.start if right else words[-1].end
    wanted = max(_PER_CHARACTER * sum(len(token) for token in tokens[j1:j2]), j2 - j1)
    if end - start < wanted:
        lacking = wanted - (end - start)
        lenders = (left is not None) + (right is not None)
        if left is not None:
            start -= min(int((left.end - left.start) * _BORROW), -(-lacking // lenders))
            times[j1 - 1] = Word(left.text, left.start, start, left.confidence)
        if right is not None:
            end += min(int((right.end - right.start) * _BORROW), -(-lacking // lenders))
            times[j2] = Word(right.text, end, right.end, right.confidence)
    if end - start < j2 - j1:
        return False
    times[j1:j2] = share(start, end, tokens[j1:j2])
    return True


def _is_punctuation(character: str) -> bool:
    return character not in _KEPT and unicodedata.category(character)[0] in "PC"
