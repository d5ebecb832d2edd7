"""What is exported and read again is the same paper: in CSL-JSON, RIS and BibTeX every printed line comes back."""

from __future__ import annotations

import json
from typing import Any

import pytest
import soak
from hypothesis import given, settings
from hypothesis import strategies as st

from podcast_pipeline.evidence import bibtex, citation, csl, intake, library, ris
from podcast_pipeline.evidence.record import Import
from podcast_pipeline.model.reference import Reference

WORD = st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=0x24F), min_size=2, max_size=8)
SIGNS = st.sampled_from(
    ["±", "−", "<", ">", "≤", "≥", "≠", "µg", "10⁶", "10⁻³", "α", "IL-1β", "H₂O", "50%", "p<0.05", "L4-L5", "2-10 mg",
     "&", "$5", "#1", "x_1", "{a}", "a~b", "C:\\d", "5 °C", "^2", "(n=3)", "¼", "“so”", "né"]
)  # fmt: skip
TITLES = st.lists(st.one_of(WORD, SIGNS, st.integers(0, 9999).map(str)), min_size=1, max_size=6).map(" ".join)
FAMILY = st.one_of(
    WORD, st.tuples(WORD, WORD).map("-".join), st.sampled_from(["O'Neil", "van Sample", "De la Example"])
)
GIVEN = st.sampled_from(["A", "A B", "Jean-Pierre", "Ä.", "Mary Ann", "X Y Z"])
PERSON = st.one_of(
    st.fixed_dictionaries({"family": FAMILY, "given": GIVEN}, optional={"suffix": st.sampled_from(["Jr", "II"])}),
    st.fixed_dictionaries(
        {"family": WORD, "given": GIVEN, "non-dropping-particle": st.sampled_from(["van", "von der", "de la"])}
    ),
    st.fixed_dictionaries({"family": WORD}),
    st.sampled_from(["The Walking Group", "University of Examples, Department A", "A and B", "WHO"]).map(
        lambda name: {"literal": name}
    ),
)
DAY = st.one_of(
    st.tuples(st.integers(1900, 2030)).map(list),
    st.tuples(st.integers(1900, 2030), st.integers(1, 12)).map(list),
    st.tuples(st.integers(1900, 2030), st.integers(1, 12), st.integers(1, 28)).map(list),
)
DATE = st.one_of(
    DAY.map(lambda day: {"date-parts": [day]}),
    st.integers(1, 4).map(lambda season: {"date-parts": [[2020]], "season": season}),
    st.sampled_from([[[2020, 1], [2020, 2]], [[2019, 12], [2020, 1]], [[2020, 5, 3], [2020, 5, 9]]]).map(
        lambda parts: {"date-parts": parts}
    ),
    st.just({"literal": "in press"}),
)
PAPER = st.fixed_dictionaries(
    {"type": st.sampled_from(["article-journal", "article", "chapter", "book", "report", "webpage", "dataset", "speech",
                              "paper-conference", "thesis", "article-newspaper", "entry-encyclopedia"]),
     "title": TITLES},
    optional={
        "author": st.lists(PERSON, min_size=1, max_size=4), "issued": DATE, "container-title": TITLES,
        "container-title-short": st.just("J Ex"), "volume": st.sampled_from(["3", "Suppl 1", "12A"]), "issue": WORD,
        "editor": st.lists(PERSON, min_size=1, max_size=2), "edition": st.sampled_from(["2", "6th ed.", "Revised"]),
        "page": st.sampled_from(["1", "11-19", "e107", "S1-S127"]), "publisher": TITLES, "publisher-place": WORD,
        "DOI": st.sampled_from(["10.1000/a_b", "10.1000/a--b", "10.1002/(SICI)1097<1::AID>3.0.CO;2-#"]),
        "PMID": st.just("12345678"), "PMCID": st.just("PMC1234567"),
        "URL": st.sampled_from(["https://www.example.org/a_b~c?x=1&y=%202#z", "https://example.org/"]),
        "available-date": DAY.filter(lambda day: len(day) > 1).map(lambda day: {"date-parts": [day]}),
        "accessed": DAY.map(lambda day: {"date-parts": [day]}), "custom": st.just({"authors_truncated": True}),
    },
)  # fmt: skip


def as_csl(paper: Reference) -> str:
    return json.dumps([{**paper.csl}], ensure_ascii=False)


def lines(paper: dict[str, Any]) -> tuple[str, str]:
    reference = Reference("r", {"id": "r", **paper})
    return citation.pubmed(reference), citation.ama(reference)


@given(PAPER)
@settings(max_examples=soak.examples(60, 20_000), deadline=None)
def test_what_goes_out_comes_back(paper: dict[str, Any]) -> None:
    """The lines of both styles, type, dates and identifiers are the same, and nothing needs a word."""
    given_ = Reference("r", {"id": "r", **paper})
    formats = ((ris.write([given_]), ris.read), (bibtex.write([given_]), bibtex.read), (as_csl(given_), csl.read))
    for text, read in formats:
        back: Import = read(text)
        assert back.problems == (), text
        (added,) = intake.add({}, back.records).records
        assert not list(library.problems([added])), text
        assert lines(dict(added)) == lines(paper), text
        for name in ("type", "title", "DOI", "PMID", "PMCID", "URL"):
            assert added.get(name) == paper.get(name), text


@pytest.mark.parametrize("write", [ris.write, bibtex.write])
def test_an_empty_list_is_none(write: Any) -> None:
    """Nothing is written of nothing."""
    assert write([]) == ""
