"""Which recognised words belong to which paragraph, where people have paragraphs of their own."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from podcast_pipeline.model.span import middle
from podcast_pipeline.model.transcript import Paragraph, Word


def partition(words: Sequence[Word], speakers: Sequence[str], paragraphs: Sequence[Paragraph]) -> list[int]:
    """For each paragraph the index of its first word; they rise, and the first is 0.

    `speakers` holds the speaker of each word. A word belongs to the paragraph in whose time its middle lies, to one of
    its own speaker rather than another's; words between two paragraphs belong to the first.
    """
    starts = [paragraph.start for paragraph in paragraphs]
    homes = [_home(word, who, paragraphs, starts) for word, who in zip(words, speakers, strict=True)]
    # A later paragraph's word before an earlier one's is a stray: borders go where they part fewest words.
    edges = [0]
    for number in range(1, len(paragraphs)):
        edges.append(_edge(homes, edges[-1], number))
    return edges


def _home(word: Word, who: str, paragraphs: Sequence[Paragraph], starts: list[int]) -> int:
    at = middle(word)
    # Paragraphs overlap by one or two where people talk at once; starts rise nearly always.
    near = max(0, bisect_left(starts, at) - 1)
    around = range(max(0, near - 2), min(len(paragraphs), near + 3))
    inside = [i for i in around if paragraphs[i].start <= at < paragraphs[i].end]
    for i in inside:
        if paragraphs[i].speaker == who:
            return i
    return inside[0] if inside else near


def _edge(homes: list[int], first: int, number: int) -> int:
    """The index from `first` on that parts homes below `number` from those at or above it with fewest strays."""
    # Strays are few and near: look as far as the last word that still belongs before.
    best, place, strays = 0, first, 0
    ahead = 0
    for index in range(first, len(homes)):
        if homes[index] < number:
            strays -= 1
            ahead = 0
        else:
            strays += 1
            ahead += 1
        if strays < best:
            best, place = strays, index + 1
        if ahead > 200:
            break
    return place
