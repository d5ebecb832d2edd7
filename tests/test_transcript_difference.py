"""How far apart two texts are."""

from __future__ import annotations

import jiwer
from hypothesis import given
from hypothesis import strategies as st
from transcripts import said

from podcast_pipeline.model.transcript import Paragraph, Transcript
from podcast_pipeline.transcript.difference import Difference, count

FEW = st.lists(st.sampled_from(["the", "dose", "was", "not", "given", "twice"]), min_size=1, max_size=40)


def transcript(*texts: str) -> Transcript:
    return Transcript("en", (), tuple(Paragraph(f"p{i}", "", said(text)) for i, text in enumerate(texts, 1) if text))


@given(FEW, FEW)
def test_the_number_of_edits_is_that_of_an_independent_counter(before: list[str], after: list[str]) -> None:
    """Substitutions, deletions and insertions together are the word edit distance that jiwer counts."""
    found = count(transcript(" ".join(before)), transcript(" ".join(after)))
    measured = jiwer.process_words(" ".join(after), " ".join(before))
    assert found.total == measured.substitutions + measured.deletions + measured.insertions
    assert found.words == len(after)
    assert found.inserted - found.deleted == len(after) - len(before)


def test_each_kind_of_edit_is_counted_as_what_it_is() -> None:
    """A wrong, a made-up and a missed word, in one sentence and across paragraphs."""
    machine = transcript("so the chyphoplasty was um given", "thanks for watching")
    corrected = transcript("So, the kyphoplasty was not given twice", "daily.")
    assert count(machine, transcript("So the kyphoplasty was um given.", "Thanks for watching!")) == Difference(
        9, 1, 0, 0
    )
    assert count(machine, corrected) == Difference(8, 4, 1, 0)
    assert count(transcript("a b c"), transcript("a x b c")) == Difference(4, 0, 0, 1)
    assert count(transcript("a x b c"), transcript("a b c")) == Difference(3, 0, 1, 0)


def test_nothing_against_something() -> None:
    """An empty side is all insertions or all deletions; dashes are no words."""
    assert count(transcript(""), transcript("one – two")) == Difference(2, 0, 0, 2)
    assert count(transcript("one two"), transcript("")) == Difference(0, 0, 2, 0)
    assert count(transcript(""), transcript("")) == Difference(0, 0, 0, 0)
