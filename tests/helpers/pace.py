"""CPU time as a multiple of a fixed loop's, timed around it in the same process: no machine's seconds."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable

_TEXT = " ".join(f"word {number} and <b>{number * 7}</b>, 5 mg" for number in range(3000))


def _loop() -> None:
    """What readers of text do, on 100,000 characters: search, count, encode, decode."""
    counts: dict[str, int] = {}
    for match in re.finditer(r"\w+", _TEXT):
        word = match[0].casefold()
        counts[word] = counts.get(word, 0) + 1
    assert json.loads(json.dumps(counts)) == counts


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this process for one call of `work`."""
    start = time.process_time()
    work()
    return time.process_time() - start


def loops(work: Callable[[], object]) -> float:
    """The CPU time of one call of `work` in loops; the loop runs before and after it, its slower half counts."""
    before = [cpu(_loop) for _ in range(3)]
    used = cpu(work)
    measured = sorted([*before, *(cpu(_loop) for _ in range(3))])
    return used / (sum(measured[3:]) / 3)
