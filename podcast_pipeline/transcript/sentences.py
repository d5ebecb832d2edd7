"""Where a sentence ends and where a line may be broken without hurting the reader."""

from __future__ import annotations

_CLOSING = "\"'”’»)]"
_ABBREVIATIONS = frozenset({"dr", "mr", "mrs", "ms", "prof", "st", "vs", "e.g", "i.e", "approx", "fig"})
_LEADING = frozenset({
    "a", "an", "the", "this", "that", "these", "those", "my", "your", "his", "her", "its", "our", "their", "of",
    "in", "on", "at", "to", "for", "from", "with", "by", "as", "into", "about", "than", "and", "or", "but", "nor",
    "if", "when", "because", "while", "which", "who", "whose", "not", "no", "never", "without", "is", "are", "was",
    "were", "be", "been", "has", "have", "had", "will", "would", "can", "could", "may", "might", "must", "should",
    "very",
})  # fmt: skip
"""Words that belong to the word after them, and negations: parted from it they mislead."""


def ends_sentence(word: str, following: str = "") -> bool:
    """Whether a sentence ends after `word`; `following` is the next word ("" at the end)."""
    bare = word.rstrip(_CLOSING)
    if not bare.endswith((".", "?", "!", "…")) or bare.rstrip(".").lstrip("(\"'“").casefold() in _ABBREVIATIONS:
        return False
    return not following[:1].islower()


def ends_phrase(word: str) -> bool:
    """Whether `word` closes a part of a sentence: comma, semicolon, colon, dash, bracket."""
    return word.rstrip("\"'”’»").endswith((",", ";", ":", "–", "—", ")", "]"))


def leads_on(word: str) -> bool:
    """Whether `word` should stand with the next one: article, preposition, negation, number before its unit."""
    return not ends_phrase(word) and (word.casefold() in _LEADING or word[-1:].isdigit())
