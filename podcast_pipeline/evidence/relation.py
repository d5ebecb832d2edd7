"""How references bear on a claim, in words: `supported by 1, 3 (p S55); disputed by 4`. Nowhere else is that worded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from podcast_pipeline.evidence.numbering import collapse

WORDS = {
    "supports": "supported by",
    "disputes": "disputed by",
    "background": "background in",
    "cites-for-method": "method of",
}
"""In the order in which they are printed."""


@dataclass(frozen=True, slots=True)
class NumberedCitation:
    """A citation with the number of its reference."""

    number: int
    relation: str = "supports"
    locator: str = ""


def phrase(
    citations: Iterable[NumberedCitation],
    number: Callable[[int], str] | None = None,
    text: Callable[[str], str] = str,
) -> str:
    """The citations of one claim, each with its relation and locator; "" for none.

    `number` writes a reference's number (as a link); without it three or more in a row become a range. `text` writes
    what people wrote (escapes it).
    """
    groups: dict[str, dict[int, dict[str, None]]] = {relation: {} for relation in WORDS}
    for citation in citations:
        groups[citation.relation].setdefault(citation.number, {})[citation.locator] = None
    return "; ".join(
        f"{WORDS[relation]} {_numbers(cited, number, text)}" for relation, cited in groups.items() if cited
    )


def brief(citations: Sequence[NumberedCitation], number: Callable[[int], str] | None = None) -> str:
    """What is cited where the claims themselves are not told, as beside a chapter: `1, 3-5; disputed by 4`."""
    disputing = [
        NumberedCitation(citation.number, citation.relation)
        for citation in citations
        if citation.relation == "disputes"
    ]
    others = {citation.number: {"": None} for citation in citations if citation.relation != "disputes"}
    return "; ".join(part for part in (_numbers(others, number, str), phrase(disputing, number)) if part)


def _numbers(cited: dict[int, dict[str, None]], number: Callable[[int], str] | None, text: Callable[[str], str]) -> str:
    """`1, 3-5, 7 (p S55; table 2)`"""
    parts: list[str] = []
    bare: list[int] = []
    for reference in sorted(cited):
        locators = "; ".join(text(locator) for locator in cited[reference] if locator)
        if number is None and not locators:
            bare.append(reference)
            continue
        parts += collapse(bare).split(",") if bare else []
        bare = []
        parts.append((number(reference) if number else str(reference)) + (f" ({locators})" if locators else ""))
    parts += collapse(bare).split(",") if bare else []
    return ", ".join(parts)
