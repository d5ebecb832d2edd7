"""What every line of the journal has, whatever it says: its place, its time, its person."""

from __future__ import annotations

from dataclasses import dataclass

WRITTEN = frozenset({"v", "seq", "at", "by", "prev"})
"""What a line gets when it is written."""
ENVELOPE = WRITTEN | {"kind", "op", "undoes"}
"""Names that mean the same in every line; no act has a field of its own that is called so."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """`seq` counts lines from 1; `at` is UTC to the millisecond as text with a final Z; `by` is a person's id."""

    seq: int
    at: str
    by: str
