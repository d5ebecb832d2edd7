"""The privacy screen: what in a sentence may identify a patient.

It finds what it has rules for; it certifies nothing.
"""

from __future__ import annotations

from collections.abc import Collection

from podcast_pipeline.privacy import ages, days, names, numbers, surroundings
from podcast_pipeline.privacy.hit import Hit

LONGEST = 2_000
"""Characters that are looked at together: a text without a full stop is no sentence."""


def screen(text: str, known: Collection[str] = ()) -> tuple[Hit, ...]:
    """The kinds of identifiers in one sentence; `known` are names of the show's people and of cited authors.

    Held out are scores (8/10), PubMed numbers, vertebral levels, doses, days of papers and meetings.
    """
    hits: dict[Hit, None] = {}
    for start in range(0, len(text), LONGEST):
        part = text[start : start + LONGEST + 100]
        for find in (numbers.find, ages.find, days.find, surroundings.find):
            hits |= dict.fromkeys(find(part))
        hits |= dict.fromkeys(names.find(part, known))
    return tuple(hits)
