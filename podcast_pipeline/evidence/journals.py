"""Whether two names are of one journal: in full, abbreviated as libraries do (ISO 4), or by its letters (BMJ)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from podcast_pipeline.evidence import titles

_SMALL = frozenset({"of", "the", "and", "for", "in", "on", "a", "an", "und", "de", "et", "la"})
_PLACE = re.compile(
    r"\([^)]*\)|\s:\s.*|:\s.*|\bof the united states of america\b|\bu ?s ?a\b|\bsuppl(?:ement)?s?\.?\s*\d*$"
)
"""Place, edition, whose official journal it is, supplement: what is not in every form of its name."""
_CONTRACTED = {
    "natl": "national",
    "intl": "international",
    "dtsch": "deutsch",
    "jpn": "jap",
    "wkly": "weekly",
    "fdn": "foundation",
    "govt": "government",
    "assn": "association",
    "dept": "department",
}
"""Abbreviations that leave letters out inside a word; all others are its beginning: Bone is no Biomedicine."""


def same(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether one of our names is one of theirs."""
    mine, its = ([_words(name) for name in names] for names in (ours, theirs))
    return any(_abbreviates(a, b) or _abbreviates(b, a) for a in mine for b in its)


def _words(name: str) -> list[str]:
    """`BMJ (Clinical research ed.)` and `Neuro-Psychopharmacology`: without place or edition, hyphens closed up."""
    text = titles.spelled(titles.plain(name.replace("-", "")).replace(".", " "))
    return [word for word in re.findall(r"\w+", _PLACE.sub(" ", text)) if word not in _SMALL]


def _abbreviates(short: list[str], long: list[str]) -> bool:
    """`ann intern med` of `annals internal medicine`, word by word; `nejm` of `new england journal medicine`."""
    if not short or not long:
        return False
    if len(short) == 1 and len(short[0]) > 2 and short[0] == "".join(word[0] for word in long):
        return True
    return len(short) == len(long) and all(_shortens(a, b) for a, b in zip(short, long, strict=True))


def _shortens(short: str, long: str) -> bool:
    return long.startswith((short, _CONTRACTED.get(short, short)))
