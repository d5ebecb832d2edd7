"""Readers and screens on anything: no crash, no endless search."""

from __future__ import annotations

import pace
import pytest
import soak
from cases import good, notes, says
from hypothesis import given, settings
from hypothesis import strategies as st

from podcast_pipeline.checks.episode import report
from podcast_pipeline.checks.legal import event_dates
from podcast_pipeline.evidence import bibtex, intake, nbib, ris
from podcast_pipeline.evidence.record import Import
from podcast_pipeline.evidence.suggest import suggest
from podcast_pipeline.meetings import plaintext
from podcast_pipeline.privacy.screen import screen
from podcast_pipeline.transcript.spoken import sentences

LINES = st.sampled_from(
    """TY  - JOUR|AU  - A, B|TI  - x|ER  - |PMID- 1|AU  - Helm S 2nd|DP  - 2020 Jun|PG  - 1-|@article{a,|title = {x|}|"
author = {A and {B and C}}|year = 2020,|DA  - 2020/99/99|      more|@string{a=b}""".replace("\n", "|").split("|")
)
TEXT = st.lists(LINES | st.text(max_size=20), max_size=25).map("\n".join)
LONG, ENDLESS = soak.examples((20_000, 250), (60_000, 1000))
"""Characters, and loops that a search of so many never takes: most take a tenth of that."""
PATTERNS = (
    "one two ", "9 ", "a", "the patient ", "1-", "Mr. A", "at a dot ", "Jan 1 ", "((", "{", "@a{", "<", "A.B ", "ABC (",
    "the only ", "PSPS ", "0.0%", "- ", "*", "FBSS formerly ", "patient named ", "on Monday of the ",
)  # fmt: skip


@settings(max_examples=soak.examples(30, 600))
@given(TEXT)
def test_no_file_of_references_crashes_a_reader(text: str) -> None:
    """Whatever stands in it, records and problems come back, and what is accepted is valid."""
    for read in (ris.read, nbib.read, bibtex.read):
        found = read(text)
        assert isinstance(found, Import)
        intake.add({}, found.records)


@settings(max_examples=soak.examples(30, 600))
@given(st.text(max_size=80))
def test_no_text_crashes_a_check(text: str) -> None:
    """Any text may be said and written."""
    case = notes(says(good(), text), text) if text.split() else notes(good(), text)
    report(case)
    plaintext.read(text)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_search_is_endless(pattern: str) -> None:
    """Tens of thousands of characters of one pattern take every reader and screen some dozen loops, not thousands."""
    text = (pattern * (LONG // len(pattern)))[:LONG]

    def search() -> None:
        screen(text, {"Example"})
        list(event_dates(text, good().today))
        for read in (ris.read, nbib.read, bibtex.read):
            read(text)
        case = says(good(), text)
        report(notes(case, text))
        assert case.transcript is not None
        suggest(sentences(case.transcript), (), case.show.references)

    assert pace.loops(search) < ENDLESS
