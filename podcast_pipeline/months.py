"""The months by their English names, as feeds, registers and the society's schedule write them, on any computer."""

from __future__ import annotations

NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
SHORT = tuple(name[:3] for name in NAMES)


def number(text: str) -> int | None:
    """1 to 12 of a word that begins like a month, in any case (`Sept.`, `JAN`); None for any other."""
    start = text[:3].capitalize()
    return SHORT.index(start) + 1 if start in SHORT else None
