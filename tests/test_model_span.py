"""One arithmetic of stretches: the same answers as the spellings that stood in eleven files before."""

from __future__ import annotations

import itertools
from bisect import bisect_right

from hypothesis import given
from hypothesis import strategies as st

from podcast_pipeline.model import span
from podcast_pipeline.model.transcript import Word

MS = st.integers(0, 60)
WORDS = st.builds(lambda start, length: Word("one", start, start + length), MS, st.integers(1, 20))
STRETCHES = st.tuples(MS, MS)
LISTS = st.lists(STRETCHES, max_size=8)


def moments(spans: span.Spans) -> set[int]:
    """Every ms that lies in one of them."""
    return {ms for start, end in spans for ms in range(start, end)}


@given(WORDS, STRETCHES)
def test_a_word_lies_where_its_middle_is(word: Word, stretch: tuple[int, int]) -> None:
    """As flags, bias, recognition, accuracy, outcome, marks and redaction asked it each for itself."""
    start, end = stretch
    assert span.lies_in(word, start, end) == (start <= (word.start + word.end) // 2 < end)
    assert span.lies_in(word, start, end) == (span.middle(word) in range(start, end))


@given(WORDS, LISTS)
def test_of_stretches_apart_one_search_finds_it(word: Word, spans: list[tuple[int, int]]) -> None:
    """As cuts were searched, which are in order and apart: the same as asking each of them."""
    apart = span.union(spans)
    at = bisect_right(apart, span.middle(word), key=lambda one: one[0]) - 1
    assert any(span.lies_in(word, *one) for one in apart) == (at >= 0 and span.middle(word) < apart[at][1])


@given(WORDS, STRETCHES)
def test_what_two_stretches_share(word: Word, stretch: tuple[int, int]) -> None:
    """The ms that are in both, as flags spelt it; where they meet, as bleed, voices, speech and offers did."""
    start, end = stretch
    shared = span.overlap(word, start, end)
    assert shared == len(set(range(word.start, word.end)) & set(range(start, end)))
    assert shared == max(0, min(word.end, end) - max(word.start, start))
    if word.start < end and start < word.end:
        assert shared == min(end, word.end) - max(start, word.start) or end <= start
    both = min(word.end, end) - max(word.start, start)
    longest = max(word.end - word.start, end - start)
    assert (2 * shared > longest) == (2 * both > longest)


@given(LISTS, LISTS)
def test_union_and_difference_are_those_of_the_moments_in_them(
    ours: list[tuple[int, int]], theirs: list[tuple[int, int]]
) -> None:
    """Stretches in order, apart, none empty; together and less each other they hold just the right ms."""
    one, two = span.union(ours), span.union(theirs)
    assert moments(one) == moments(tuple(ours))
    left = span.without(one, two)
    assert moments(left) == moments(one) - moments(two)
    for spans in (one, left):
        assert all(start < end for start, end in spans)
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    assert all(before[1] < after[0] for before, after in itertools.pairwise(one))
    assert span.length(one) == len(moments(one))
    assert span.share(two, one) == (len(moments(one) & moments(two)) / len(moments(one)) if one else 1.0)
