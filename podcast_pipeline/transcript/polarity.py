"""Which words of a text are negated, and which way things go: what turns a sentence round. English."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from podcast_pipeline.transcript.quantities import stem

_IDIOMS = re.compile(
    r"\bnot (?:only|just|merely|simply|surprisingly|unexpectedly|to mention)\b|\bno (?:doubt|question|wonder)\b|"
    r"\bnothing but\b|\bno longer than\b|\bwhy not\b|\bor not\b|\bnot[- ]for[- ]profit\b|\bnon[- ]?cancer\b|"
    r"\b(?:cannot|can't) (?:help|wait|stress|emphasi[sz]e)\b|\bno\.(?= ?\d)|^no,|(?<=[.?!] )no,|"
    r"\b(?:lower|upper|higher) (?:back|limbs?|legs?|extremit\w+|lumbar|body|education)\b"
)
"""What looks like a negation or a direction, and is none."""
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|hardly|barely|scarcely|"
    r"fail(?:s|ed)? to|failure to|absence of|free of|instead of|rather than|rules? out|ruled out)\b|n't\b|"
    r"\b(?=non-?[a-z]{4})"
)
_TOKEN = re.compile(r"¬|[^\W\d_]+|[.,;:()?!]")
_PREFIXED = {
    "ineffective": "effective", "insufficient": "sufficient", "insignificant": "significant",
    "inconclusive": "conclusive", "inappropriate": "appropriate", "inadequate": "adequate", "inaccurate": "accurate",
    "unsafe": "safe", "unrelated": "related", "unlikely": "likely", "unable": "able", "unchanged": "changed",
    "unaffected": "affected", "unnecessary": "necessary", "unproven": "proven", "uncommon": "common",
    "unstable": "stable", "unreliable": "reliable", "impossible": "possible", "improbable": "probable",
    "nonsignificant": "significant",
}  # fmt: skip
"""Words that say in one that something is not so."""
_ENDS = frozenset(".,;:()?!") | {"but", "however", "although", "though", "whereas", "while", "because", "yet", "except"}
_REACH = 2
"""Words of content behind a negation that it turns round; adverbs are passed over."""
_LIGHT = frozenset({
    "a", "an", "the", "and", "or", "of", "to", "in", "on", "at", "for", "with", "by", "from", "as", "is", "are",
    "was", "were", "be", "been", "being", "has", "have", "had", "do", "does", "did", "it", "its", "this", "that",
    "these", "those", "there", "they", "them", "their", "he", "she", "we", "you", "i", "our", "your", "his", "her",
    "any", "all", "some", "so", "such", "very", "more", "most", "than", "then", "also", "can", "could", "may",
    "might", "will", "would", "should", "must", "shall", "about", "into", "over", "under", "per", "between", "among",
    "which", "who", "what", "when", "where", "how", "if", "us", "me", "my",
})  # fmt: skip
_UP = ("increas", "rise", "rose", "risen", "grew", "higher", "greater", "elevat", "gain", "climb")
_DOWN = (
    "decreas", "reduc", "fall", "fell", "fallen", "lower", "lessen", "declin", "drop", "diminish", "shrank",
    "smaller",
)  # fmt: skip
_BETTER = ("improv", "better", "safer", "superior")
_WORSE = ("worsen", "worse", "deteriorat", "harmful", "inferior", "dangerous")
DIRECTIONS = {
    "up": _UP,
    "down": _DOWN,
    "better": _BETTER,
    "worse": _WORSE,
    "more": ("more",),
    "fewer": ("fewer", "less"),
}
CONTRARY = {"up": "down", "down": "up", "better": "worse", "worse": "better", "more": "fewer", "fewer": "more"}


class Polarity(NamedTuple):
    """Stems of the words of content: those that stand as they are, and those that are negated."""

    plain: frozenset[str]
    negated: frozenset[str]
    directions: frozenset[str]
    """up, down, better, worse: of words that are not negated."""
    negations: int
    """How many there are."""

    @property
    def content(self) -> frozenset[str]:
        return self.plain | self.negated


def polarity(text: str) -> Polarity:
    """The polarity of a text's words: `no difference was found` and `they did not find a difference` are alike."""
    folded = _IDIOMS.sub(" ", text.casefold().replace("’", "'"))
    folded = _NEGATION.sub(" ¬ ", folded)
    plain: set[str] = set()
    negated: set[str] = set()
    directions: set[str] = set()
    left = negations = 0
    for token in _TOKEN.findall(folded):
        if token == "¬":  # noqa: S105  # a sign of ours
            left = _REACH
            negations += 1
        elif token in _ENDS:
            left = 0
        elif token in _LIGHT or len(token) < 3:
            directions |= _directions(token) if not left else frozenset()
        else:
            bare = _PREFIXED.get(token, token)
            negations += bare != token
            turned = (left > 0) != (bare != token)
            (negated if turned else plain).add(stem(bare))
            if not turned:
                directions |= _directions(token)
            left -= left > 0 and not token.endswith("ly")
    return Polarity(frozenset(plain), frozenset(negated), frozenset(directions), negations)


@functools.lru_cache(maxsize=1 << 14)
def _directions(token: str) -> frozenset[str]:
    return frozenset(name for name, words in DIRECTIONS.items() if any(_is(token, word) for word in words))


def _is(token: str, word: str) -> bool:
    return token == word or (len(word) >= 5 and token.startswith(word))
