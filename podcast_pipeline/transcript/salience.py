"""A draft of a summary: of all sentences those that the others agree with most, as they were said.

LexRank (Erkan and Radev, Journal of Artificial Intelligence Research 22, 2004): sentences are a graph by the cosine of
their weighted words, and a walk over it stays longest at the central ones. Nothing is written that nobody said.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from podcast_pipeline.transcript.align import key
from podcast_pipeline.transcript.keywords import keywords
from podcast_pipeline.transcript.spoken import Sentence

MOST = 6
"""Sentences that are proposed; a summary is one to three."""
WORDS = range(8, 41)
"""How many words a sentence of a summary has."""
_VOCABULARY = 2_000
_DAMPING = 0.85
_ALIKE = 0.1
"""Cosine from which two sentences agree; as in the paper."""
_SAME = 0.6
"""Cosine from which the second one says nothing new."""
_LEANING = frozenset({
    "and", "but", "so", "or", "because", "then", "it", "it's", "this", "that", "that's", "these",
    "those", "they", "he", "she", "him", "her", "we", "you", "i", "i'm", "there", "here", "yes", "no", "yeah",
    "well", "um", "uh", "okay", "ok", "right", "exactly", "oh", "now", "also", "however",
})  # fmt: skip
"""A sentence that begins with one of these leans on the one before it, or on who is there."""


def central(sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """At most MOST sentences that can stand alone and say most of what the others say, in the order they were said."""
    import numpy as np

    spoken = [sentence for sentence in sentences if len(sentence.text.split()) >= 4]
    words = keywords([sentence.text for sentence in spoken])
    spread = Counter(word for bag in words for word in set(bag))
    known = {word: i for i, (word, count) in enumerate(spread.most_common(_VOCABULARY)) if count > 1}
    if not known:
        return ()
    vectors = np.zeros((len(spoken), len(known)), np.float32)
    for row, bag in enumerate(words):
        for word, count in Counter(bag).items():
            if word in known:
                vectors[row, known[word]] = count * math.log(len(spoken) / spread[word] + 1)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(lengths > 0, lengths, 1)
    alike = vectors @ vectors.T
    edges = np.where(alike >= _ALIKE, alike, 0).astype(np.float64)
    degrees = edges.sum(axis=1, keepdims=True)
    walk = np.where(degrees > 0, edges / np.where(degrees > 0, degrees, 1), 1 / len(spoken))
    rank = np.full(len(spoken), 1 / len(spoken))
    for _ in range(60):
        rank = (1 - _DAMPING) / len(spoken) + _DAMPING * (rank @ walk)
    chosen: list[int] = []
    for row in sorted(range(len(spoken)), key=lambda i: (-rank[i], i)):
        if len(chosen) < MOST and _alone(spoken[row]) and all(alike[row, other] < _SAME for other in chosen):
            chosen.append(row)
    return tuple(spoken[row] for row in sorted(chosen))


def _alone(sentence: Sentence) -> bool:
    """Whether a sentence can be read without the one before it."""
    words = sentence.text.split()
    closed = sentence.text.rstrip("\"'”’»)").endswith((".", "!", "…"))
    return len(words) in WORDS and closed and key(words[0]) not in _LEANING
