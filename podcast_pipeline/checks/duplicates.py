"""References that are nearly the same: entries of the library that may be one paper."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from podcast_pipeline.model.reference import Reference

SAME_START, ALIKE = 12, 0.93
"""Letters with which two titles begin alike, and the difflib ratio from which they are nearly the same."""


def near_duplicates(references: Mapping[str, Reference]) -> Iterator[tuple[str, str]]:
    """Pairs of ids whose titles are nearly the same."""
    ids = list(references)
    folded = [_fold(reference.title) for reference in references.values()]
    starts: defaultdict[str, list[int]] = defaultdict(list)
    for number, title in enumerate(folded):
        starts[title[:SAME_START]].append(number)
    pairs = [pair for group in starts.values() for pair in _likely(group, folded)]
    for earlier, later in sorted(pairs):
        if difflib.SequenceMatcher(None, folded[earlier], folded[later], autojunk=False).ratio() > ALIKE:
            yield ids[earlier], ids[later]


def _likely(group: list[int], folded: list[str]) -> Iterator[tuple[int, int]]:
    """The pairs that have enough letters in common, wherever they stand: the most that their ratio can be."""
    import numpy as np

    letters = {letter: column for column, letter in enumerate(sorted(set("".join(folded[n] for n in group))))}
    counts = np.zeros((len(group), len(letters)), np.int32)
    for row, number in enumerate(group):
        for letter in folded[number]:
            counts[row, letters[letter]] += 1
    lengths = counts.sum(1)
    for row in range(len(group) - 1):
        common = np.minimum(counts[row], counts[row + 1 :]).sum(1)
        for other in np.flatnonzero(2 * common > ALIKE * (lengths[row] + lengths[row + 1 :])):
            yield group[row], group[row + 1 + int(other)]


def _fold(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
