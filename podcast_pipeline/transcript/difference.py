"""In how many words a correction differs from what the machine wrote."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.transcript.align import key


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
    substituted, deleted, inserted = _edits(before, after)
    return Difference(len(after), substituted, deleted, inserted)


def _keys(transcript: Transcript) -> list[str]:
    return [compared for word in transcript.words if (compared := key(word.text))]


def _edits(a: Sequence[str], b: Sequence[str]) -> tuple[int, int, int]:
    """Substitutions, deletions, insertions of a shortest edit script.

    Diagonal method (E. Ukkonen, Algorithms for approximate string matching, 1985): history[e][k + e] is the furthest
    row of diagonal k = column - row that e edits reach, -1 for none. Time O(n + e²); the full table would be O(n²).
    """
    goal = len(b) - len(a)
    history: list[array[int]] = []
    while True:
        edits = len(history)
        reach = array("i", [-1]) * (2 * edits + 1)
        for k in range(-edits, edits + 1):
            row, _ = _step(history, edits, k, len(a), len(b))
            if row >= 0:
                while row < len(a) and row + k < len(b) and a[row] == b[row + k]:
                    row += 1
                reach[k + edits] = row
        history.append(reach)
        if abs(goal) <= edits and reach[goal + edits] == len(a):
            return _count_back(history, goal, len(a), len(b))


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


def _count_back(history: Sequence[array[int]], k: int, rows: int, columns: int) -> tuple[int, int, int]:
    counts = [0, 0, 0]
    for edits in range(len(history) - 1, 0, -1):
        _, kind = _step(history, edits, k, rows, columns)
        counts[kind] += 1
        k += (0, 1, -1)[kind]
    return counts[0], counts[1], counts[2]
