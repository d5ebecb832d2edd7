"""Numbers of references, and claims as key points."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.evidence.cited import cited, key_points
from podcast_pipeline.evidence.numbering import collapse, numbered, times
from podcast_pipeline.model.claim import Citation, Claim
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.model.timeline import Timeline


def claim(id_: str, at: int, *refs: str) -> Claim:
    return Claim(id_, at, f"Claim {id_}.", refs=tuple(Citation(ref) for ref in refs))


CLAIMS = (claim("late", 9000, "b", "d"), claim("early", 1000, "c", "b"), claim("same", 1000, "a"))


def test_numbers_follow_the_first_mention_in_time() -> None:
    """Not the order of the file: what is heard first is 1; equal moments stay as written."""
    assert list(numbered(CLAIMS).items()) == [("c", 1), ("b", 2), ("a", 3), ("d", 4)]


def test_each_reference_knows_its_moments() -> None:
    """All claims that cite it, ascending."""
    assert times(CLAIMS) == {"c": (1000,), "b": (1000, 9000), "a": (1000,), "d": (9000,)}


@pytest.mark.parametrize(
    ("numbers", "text"),
    [([4, 5, 6, 7, 8, 9], "4-9"), ([1, 2], "1,2"), ([3, 1, 5, 4, 3], "1,3-5"), ([7], "7"), ([], "")],
)
def test_numbers_in_prose_collapse(numbers: list[int], text: str) -> None:
    """Three in a row are a range, two are not."""
    assert collapse(numbers) == text


@given(st.sets(st.integers(1, 40)))
def test_a_collapsed_list_reads_back(numbers: set[int]) -> None:
    """Nothing is lost or added."""
    read: set[int] = set()
    for part in filter(None, collapse(numbers).split(",")):
        first, _, last = part.partition("-")
        read |= set(range(int(first), int(last or first) + 1))
    assert read == numbers


def test_cited_references_are_printed_by_number_and_not_verified() -> None:
    """Text in PubMed form, the address, and that nobody has verified it."""
    library = {id_: Reference(id_, {"type": "book", "title": id_.upper(), "PMID": "12"}) for id_ in "abcd"}
    first = cited(CLAIMS, library)[0]
    assert (first.id, first.number, first.text) == ("c", 1, "C. PMID: 12.")
    assert (first.url, first.status) == ("https://pubmed.ncbi.nlm.nih.gov/12/", "not verified")


def test_a_reference_that_is_not_in_the_library_is_named() -> None:
    """All missing ones at once."""
    with pytest.raises(EvidenceError, match=r"feed/references\.json: c, a, d"):
        cited(CLAIMS, {"b": Reference("b", {"title": "B"})})


def test_key_points_stand_at_the_time_they_are_heard() -> None:
    """An intro of 2 s shifts them; one that was cut moves to the join."""
    timeline = Timeline.assemble(1000, [(2000, None), (5000, 0), (10000, 10000)])
    points = key_points(CLAIMS, timeline)
    assert [(p.at, p.numbers) for p in points] == [(3000, (1, 2)), (3000, (3,)), (7000, (2, 4))]
