"""In how many words a correction differs from what the machine wrote."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.transcript.align import key

SUBSTITUTED, DELETED, INSERTED = 0, 1, 2


class WordEdit(NamedTuple):
    """What was done: SUBSTITUTED, DELETED or INSERTED; the place in the first list, and the place in the second."""

    kind: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Difference:
    """From the machine's text to the corrected one. `words` of the corrected text; `deleted` ones were never said,
    `inserted` ones were missed by the machine."""

    words: int
    substituted: int
    deleted: int
    inserted: int

    @property
    def total(self) -> int:
        """The least number of word edits that turn the one into the other."""
        return self.substituted + self.deleted + self.inserted


def count(machine: Transcript, corrected: Transcript) -> Difference:
    """Compare word by word in reading order; case and punctuation do not count, speakers and times neither."""
    before, after = _keys(machine), _keys(corrected)
    kinds = Counter(edit.kind for edit in edits(before, after))
    return Difference(len(after), kinds[SUBSTITUTED], kinds[DELETED], kinds[INSERTED])


def _keys(transcript: Transcript) -> list[str]:
    return [compared for word in transcript.words if (compared := key(word.text))]


def edits(a: Sequence[str], b: Sequence[str]) -> list[WordEdit]:
    """A shortest edit script that turns `a` into `b`, in order.

    Diagonal method (E. Ukkonen, Algorithms for approximate string matching, 1985): history[e][k + e] is the furthest
    row of diagonal k = column - row that e edits reach, -1 for none. Time O(n + e²); the full table would be O(n²).
    """
    goal = len(b) - len(a)
    history: list[array[int]] = []
    while True:
        number = len(history)
        reach = array("i", [-1]) * (2 * number + 1)
        for k in range(-number, number + 1):
            row, _ = _step(history, number, k, len(a), len(b))
            if row >= 0:
                while row < len(a) and row + k < len(b) and a[row] == b[row + k]:
                    row += 1
                reach[k + number] = row
        history.append(reach)
        if abs(goal) <= number and reach[goal + number] == len(a):
            return _walk_back(history, goal, len(a), len(b))


def _step(history: Sequence[array[int]], edits: int, k: int, rows: int, columns: int) -> tuple[int, int]:
    """The row where diagonal `k` is entered by the last of `edits` edits, and which edit that is: 0, 1, 2 for
    substitution, deletion, insertion. (-1, 0) where there is no way."""
    if edits == 0:
        return 0, 0
    before, last = history[edits - 1], edits - 1
    best, kind = -1, 0
    for candidate, (diagonal, down) in enumerate(((k, 1), (k + 1, 1), (k - 1, 0))):
        if abs(diagonal) <= last and (row := before[diagonal + last]) >= 0:
            row += down
            if best < row <= rows and 0 <= row + k <= columns:
                best, kind = row, candidate
    return best, kind


def _walk_back(history: Sequence[array[int]], k: int, rows: int, columns: int) -> list[WordEdit]:
    path = []
    for number in range(len(history) - 1, 0, -1):
        row, kind = _step(history, number, k, rows, columns)
        # The edit ends where the diagonal is entered: before it, a substitution stood one row and one column back.
        path.append(WordEdit(kind, row - (kind != INSERTED), row + k - (kind != DELETED)))
        k += (0, 1, -1)[kind]
    return path[::-1]
