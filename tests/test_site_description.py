"""The plain description: 4000 bytes, disclosures first."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import CHAPTERS, EDITOR, GUEST, HOST, NPI, PAGE, SIGNATURE, TIMELINE, episode, references, show
from soak import examples

from podcast_pipeline.episode.statement import stated
from podcast_pipeline.evidence.citation import pubmed
from podcast_pipeline.model.appraisal import Appraisal, Notice, Status
from podcast_pipeline.model.claim import Citation, Claim
from podcast_pipeline.model.person import Disclosure, Relationship
from podcast_pipeline.site.description import cut, notes_text

LIMIT = 4000
ALL = (Claim("c", 1000, "All are cited.", refs=tuple(Citation(id_) for id_ in references())),)


def text(**fields: object) -> str:
    return notes_text(stated(show(), episode(**fields)), TIMELINE, CHAPTERS, SIGNATURE)


def test_disclosures_stand_first_and_the_link_is_there() -> None:
    """Then summary, chapters, points, references; link, disclaimer and reviewer at the end."""
    found = text()
    assert found.startswith("Disclosures\nRobin Example, MD attested on 18 October 2026")
    stations = [
        "Disclosures",
        "No CME",
        "What a statement",
        "00:00:25 The paper (1)",
        "- The paper is disputed.",
        "1. Wang X",
    ]
    stations += [
        f"Full notes, references and transcript: {PAGE}",
        "Education, not medical advice.",
        "Reviewed by Robin",
    ]
    places = [found.index(station) for station in stations]
    assert places == sorted(places)


def test_no_reference_is_cut() -> None:
    """All 14 do not fit: those that stand there stand whole, from 1 on, and the link to all of them follows."""
    found = text(claims=ALL)
    assert 3000 < len(found.encode()) <= LIMIT
    printed = [pubmed(reference) for reference in references().values()]
    whole = [reference in found for reference in printed]
    assert whole == sorted(whole, reverse=True)
    assert 0 < sum(whole) < 14
    assert sum(line.split(". ")[0].isdigit() for line in found.splitlines()) == sum(whole)
    assert f"transcript: {PAGE}" in found


def test_a_long_disclosure_is_cut_at_a_word_with_the_link_kept() -> None:
    """Fifty companies, two hundred letters each: the page has the full list."""
    companies = tuple(Relationship(f"Company {n} " + "é" * 100, "speaker") for n in range(50))
    guest = dataclasses.replace(GUEST, disclosure=Disclosure(HOST.disclosure.collected, relationships=companies))
    found = notes_text(stated(show(HOST, guest, EDITOR), episode()), TIMELINE, CHAPTERS, SIGNATURE)
    assert len(found.encode()) <= LIMIT
    assert "…\n\nFull notes, references and transcript: " in found
    assert found.split("…")[0].endswith(("é", "(speaker);", *(f" {n}" for n in range(50)), "Company"))


def test_a_long_summary_leaves_the_disclosures_whole() -> None:
    """The summary is cut, what stands before it is not."""
    found = text(summary="word " * 2000)
    assert len(found.encode()) <= LIMIT
    assert "ExampleCo (consultant, ended 28 February 2026)." in found
    assert "word…" in found
    assert "Reviewed by" in found


@settings(max_examples=examples(50, 5000), deadline=None)
@given(st.integers(0, 3800), st.integers(1, 14), st.integers(0, 14))
def test_no_limit_takes_what_speaks_against_a_claim(length: int, count: int, first: int) -> None:
    """Wherever the room ends: a claim has all that bears on it, a reference its status, and a retraction is there."""
    ids = list(references())[:count]
    cited_ = tuple(Citation(id_, "p 1", "disputes" if i >= first else "supports") for i, id_ in enumerate(ids))
    claims = (Claim("c", 26_000, "All are cited.", refs=cited_), Claim("d", 70_000, "More.", refs=cited_[-1:]))
    found_ = Notice("retracted", "crossref", id="10.1000/notice", found=date(2026, 12, 1))
    gone = Appraisal("ref1", status=Status("retracted", date(2026, 12, 1), ("crossref@2026-12-01",), (found_,)))
    library = references() | {"ref1": dataclasses.replace(references()["ref1"], appraisal=gone)}
    made_of = dataclasses.replace(show(), references=library)
    found = notes_text(
        stated(made_of, episode(claims=claims, summary="word " * (length // 5))), TIMELINE, CHAPTERS, SIGNATURE
    )
    assert len(found.encode()) <= LIMIT
    disputed = "disputed by " in found
    for said in ("- All are cited.", "00:00:25 The paper"):
        if said in found and first < count:
            assert disputed, said
    if "- All are cited." in found:
        assert all(f"{n} (p 1)" in found.partition("- All")[2].partition("\n")[0] for n in range(1, count + 1))
    if "\n1. Wang X" in found:
        assert "Retraction status" in found
        assert "not verified" in found
    if "\nChapters" in found:
        assert "a notice that it was retracted (doi:10.1000/notice) was found in crossref" in found


@given(st.text(st.characters(blacklist_categories=["Cs"])), st.integers(10, 300))
def test_a_cut_keeps_the_limit_and_whole_words(given_text: str, limit: int) -> None:
    """Never more bytes than allowed; what is kept is the beginning of the text."""
    kept = cut(given_text, limit)
    assert len(kept.encode()) <= limit
    assert kept == given_text or given_text.startswith(kept.removesuffix("…"))


@pytest.mark.parametrize(
    ("whole", "limit", "kept"),
    [("one two three", 13, "one two three"), ("one two three", 12, "one two…"), ("one two three", 10, "one two…")],
)
def test_a_cut_falls_between_words(whole: str, limit: int, kept: str) -> None:
    """The ellipsis counts three bytes."""
    assert cut(whole, limit) == kept


def test_no_npi_in_the_description() -> None:
    """Stored, not published."""
    assert NPI not in text()
