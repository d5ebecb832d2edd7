"""How hard the society's secret is to guess: whoever guesses it has the address of every member's feed."""

from __future__ import annotations

import functools
import math

LEAST = 90.0
"""Bits. Of 32 random hexadecimal digits at least 95 are counted; of 64, as `openssl rand -hex 32` makes, 230."""
_RUN = 8.0
"""Bits of a stretch that needs no guessing once what stands before it is known, however long it is."""
_SHORTEST = 3
_COMMON = (
    b"password",
    b"passwort",
    b"contrasena",
    b"changeme",
    b"letmein",
    b"welcome",
    b"qwertyuiop",
    b"qwertz",
    b"admin",
)


@functools.lru_cache(maxsize=4)  # asked for each address of each member
def bits(secret: bytes) -> float:
    """An upper bound of the guesses that `secret` takes, as their binary logarithm.

    A byte counts by how many different ones there are; what comes again, goes up or down step by step ("aaa", "abc",
    "987") or is a word that everybody tries first counts once. Sentences of a book look as good as random words.
    """
    lower, each, total, at = secret.lower(), math.log2(max(2, len(set(secret)))), 0.0, 0
    while at < len(lower):
        run = max(_repeated(lower, at), _stepping(lower, at), _common(lower, at))
        total += _RUN if run >= _SHORTEST else each
        at += run if run >= _SHORTEST else 1
    return total


def _repeated(text: bytes, at: int) -> int:
    """How long what stands at `at` stood before."""
    length = 0
    while at + length < len(text) and text.find(text[at : at + length + 1], 0, at + length) >= 0:
        length += 1
    return length


def _stepping(text: bytes, at: int) -> int:
    """How many bytes from `at` on differ by the same step of -1, 0 or 1."""
    steps = [after - before for before, after in zip(text[at:], text[at + 1 :], strict=False)]
    same = next((i for i, step in enumerate(steps) if step != steps[0]), len(steps)) if steps else 0
    return same + 1 if steps and abs(steps[0]) <= 1 else 1


def _common(text: bytes, at: int) -> int:
    return max((len(word) for word in _COMMON if text.startswith(word, at)), default=0)
