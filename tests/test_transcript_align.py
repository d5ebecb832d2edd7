"""Times for a corrected text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transcripts import TEXTS, said, words

from podcast_pipeline.model.transcript import Word
from podcast_pipeline.transcript.align import align, key, share


@st.composite
def corrections(draw: st.DrawFn) -> tuple[tuple[Word, ...], str]:
    """Machine words and a text that keeps, drops, replaces and adds some of them."""
    machine = draw(words())
    text: list[str] = []
    for word in machine:
        what = draw(st.sampled_from(["keep", "keep", "keep", "drop", "replace", "add"]))
        text += [] if what == "drop" else draw(st.lists(TEXTS, max_size=3)) if what == "replace" else [word.text]
        text += draw(st.lists(TEXTS, max_size=2)) if what == "add" else []
    return machine, " ".join(text)


@given(corrections())
def test_times_rise_without_overlap_inside_the_stretch_and_text_is_kept(
    correction: tuple[tuple[Word, ...], str],
) -> None:
    """Whatever was corrected: the text comes back, times rise, nothing overlaps or leaves the stretch."""
    machine, text = correction
    aligned = align(machine, text)
    assert [word.text for word in aligned] == text.split()
    assert all(word.start < word.end for word in aligned)
    assert all(a.end <= b.start for a, b in pairwise(aligned))
    assert all(machine[0].start <= word.start and word.end <= machine[-1].end for word in aligned)


@given(words())
def test_an_unchanged_text_keeps_every_time(machine: tuple[Word, ...]) -> None:
    """Identity edit, identity times."""
    assert align(machine, " ".join(word.text for word in machine)) == machine


@given(words(texts=st.sampled_from(["the", "dose", "was", "not", "given"])), st.data())
def test_case_and_punctuation_are_no_change_of_time(machine: tuple[Word, ...], data: st.DataObject) -> None:
    """Capitals, commas and quotation marks around a word leave its times alone."""
    dressed = [data.draw(st.sampled_from(["{}", "{},", "“{}”", "({})", "{}."])).format(w.text) for w in machine]
    dressed = [word.upper() if data.draw(st.booleans()) else word for word in dressed]
    aligned = align(machine, " ".join(dressed))
    assert [(word.start, word.end) for word in aligned] == [(word.start, word.end) for word in machine]


@given(corrections(), st.integers(1, 39))
def test_splitting_and_merging_unchanged_words_is_the_identity(
    correction: tuple[tuple[Word, ...], str], place: int
) -> None:
    """Two halves aligned by themselves are the whole aligned at once, where the text is the machine's."""
    machine, _ = correction
    first, second = machine[:place], machine[place:]
    parts = [align(part, " ".join(word.text for word in part)) for part in (first, second) if part]
    assert tuple(word for part in parts for word in part) == machine


def test_replaced_words_share_the_time_of_those_they_replace_by_length() -> None:
    """One wrong word made two: they share its span, the neighbours keep theirs."""
    machine = (Word("the", 0, 200), Word("chyphoplasty", 250, 1250), Word("worked", 1300, 1700))
    assert align(machine, "the balloon kyphoplasty worked") == (
        Word("the", 0, 200),
        Word("balloon", 250, 639),
        Word("kyphoplasty", 639, 1250),
        Word("worked", 1300, 1700),
    )


def test_inserted_words_share_the_gap() -> None:
    """A missed word fills the silence in which it must have been said."""
    machine = (Word("was", 0, 300), Word("given", 900, 1300))
    assert align(machine, "was not given") == (Word("was", 0, 300), Word("not", 300, 900), Word("given", 900, 1300))


def test_an_insertion_without_a_gap_borrows_at_most_two_fifths_of_each_neighbour() -> None:
    """No silence at all: the neighbours give way, and never more than 40 % each."""
    machine = (Word("was", 0, 100), Word("given", 100, 200))
    was, inserted, given_ = align(machine, "was absolutely given")
    assert (was.start, given_.end) == (0, 200)
    assert was.end == inserted.start == 60
    assert inserted.end == given_.start == 140


def test_an_insertion_at_the_edge_stays_inside_the_stretch() -> None:
    """Words before the first and after the last one take their time from it."""
    machine = (Word("dose", 1000, 1600),)
    first, dose, last = align(machine, "the dose was")
    assert (first.start, last.end) == (1000, 1600)
    assert dose.end - dose.start >= 120


def test_deleted_words_are_dropped_and_an_emptied_text_is_empty() -> None:
    """Removing a hallucinated line removes it; it does not come back."""
    assert align(said("thanks for watching so the dose"), "so the dose") == said("thanks for watching so the dose")[3:]
    assert align(said("thanks for watching"), "  ") == ()


def test_without_time_there_is_an_error() -> None:
    """More words than milliseconds, or no machine words at all: ValueError, no made-up times."""
    with pytest.raises(ValueError, match="do not fit"):
        align((Word("a", 0, 2),), "one two three four")
    with pytest.raises(ValueError, match="machine's words"):
        align((), "text")


def test_many_words_pasted_into_a_few_milliseconds_share_the_whole_stretch() -> None:
    """Where borrowing leaves no room, all words share the stretch by length."""
    machine = (Word("a", 0, 1), Word("b", 1, 2), Word("c", 2, 100))
    aligned = align(machine, "a x y z b c")
    assert [word.text for word in aligned] == ["a", "x", "y", "z", "b", "c"]
    assert (aligned[0].start, aligned[-1].end) == (0, 100)


@given(st.integers(0, 10**6), st.lists(st.text("ab", min_size=1, max_size=30), min_size=1), st.integers(0, 5000))
def test_sharing_leaves_no_gap_and_no_word_without_time(start: int, tokens: list[str], spare: int) -> None:
    """Shared time is used up without gaps, at least 1 ms a word."""
    end = start + len(tokens) + spare
    shared = share(start, end, tokens)
    assert (shared[0].start, shared[-1].end) == (start, end)
    assert all(a.end == b.start for a, b in pairwise(shared))
    assert all(word.end > word.start for word in shared)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Dose,", "dose", True),
        ("don’t", "don't", True),
        ("“Yes!”", "yes", True),
        ("1.5", "15", False),
        ("5%", "5", False),
        ("-5", "5", False),
        (".5", "5", False),
        ("<5", "5", False),
        ("µg", "μg", True),
        ("µg", "mg", False),
        ("ﬁber", "fiber", True),
        ("can't", "cant", False),
    ],
)
def test_what_makes_two_words_the_same(one: str, other: str, same: bool) -> None:
    """Case and outer punctuation do not count; numbers, signs and units do."""
    assert (key(one) == key(other)) is same
