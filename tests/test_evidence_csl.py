"""CSL-JSON of other programs: markup, dates, identifiers and names as Zotero, Mendeley and Crossref write them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.evidence import csl, intake, library
from podcast_pipeline.evidence.dates import parsed


def read(**fields: Any) -> tuple[dict[str, Any], str]:
    """One record as it is read, and what is said of it; the library takes what is read."""
    back = csl.read(json.dumps([{"type": "article-journal", "title": "A title", **fields}]))
    assert back.problems == ()
    (added,) = intake.add({}, back.records).records
    assert not list(library.problems([added]))
    return dict(back.records[0].csl), "\n".join(back.notes)


def test_markup_and_identifiers_of_the_note() -> None:
    """Zotero keeps markup in titles, and PMID and PMCID in the note, in any of its spellings."""
    fields, said = read(
        title='<span class="nocase">L4-L5</span> with 2 × 10<sup>6</sup> <i>cells</i> &amp; H<sub>2</sub>O',
        author=[{"family": "Ex &amp; <b>Ample</b>", "given": "A"}, {"literal": "A <i>Group</i>"}],
        note="PMID: 12345679\nPMCID: PMC1234567\nSeen in print",
    )
    assert fields["title"] == "L4-L5 with 2 × 10⁶ cells & H₂O"
    assert fields["author"] == [{"family": "Ex & Ample", "given": "A"}, {"literal": "A Group"}]
    assert (fields["PMID"], fields["PMCID"], fields["note"]) == ("12345679", "PMC1234567", "Seen in print")
    assert said == ""
    assert read(note="{:PMID: 12345679}")[0]["PMID"] == "12345679"
    assert read(note="PMID: 12345679; PMCID: PMC1234567")[0]["PMCID"] == "PMC1234567"
    assert read(URL="https://pubmed.ncbi.nlm.nih.gov/12345679/")[0]["PMID"] == "12345679"
    assert read(URL="https://doi.org/10.1000/abc")[0]["DOI"] == "10.1000/abc"
    assert "the PMID there is 7, that of the record 8" in read(PMID=8, note="PMID: 7")[1]
    fields, said = read(note="PMID: 12x")
    assert (fields["note"], "PMID" in fields) == ("PMID: 12x", False)
    assert '"12x" is not a PMID' in said


@pytest.mark.parametrize(
    ("given", "date", "said"),
    [
        ({"date-parts": [["2024", "5", "3"]]}, {"date-parts": [[2024, 5, 3]]}, ""),
        ({"date-parts": [[2024, 5]], "season": 2}, {"date-parts": [[2024, 5]], "season": 2}, ""),
        ({"date-parts": [2024, 5]}, {"date-parts": [[2024, 5]]}, ""),
        ({"date-parts": [[2024, 0, 0]]}, {"date-parts": [[2024]]}, ""),
        ({"date-parts": [["2024", "13"]]}, {"date-parts": [[2024]]}, "month 13"),
        ({"date-parts": [[2023, 2, 29]]}, {"date-parts": [[2023, 2]]}, "day 29"),
        ({"date-parts": [[None]]}, None, ""),
        ("2024-05-03", {"date-parts": [[2024, 5, 3]]}, ""),
        (2024, {"date-parts": [[2024]]}, ""),
        ({"raw": "May 2024"}, {"date-parts": [[2024, 5]]}, ""),
        ({"literal": "2024-05/2024-07"}, {"date-parts": [[2024, 5], [2024, 7]]}, ""),
        ({"literal": "in press"}, {"literal": "in press"}, ""),
        ({"year": "2024", "month": 5}, {"date-parts": [[2024, 5]]}, ""),
        ("03/05/2024", {"date-parts": [[2024]]}, "could be either"),
    ],
)
def test_dates(given: Any, date: Any, said: str) -> None:
    """Strings, EDTF, Mendeley's year and month, an empty date of Crossref; of what is not read a word stands."""
    fields, words = read(issued=given)
    assert fields.get("issued") == date
    assert said in words
    assert bool(said) == bool(words)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2020 Jan-Feb", [[2020, 1], [2020, 2]]),
        ("2019 Dec-2020 Jan", [[2019, 12], [2020, 1]]),
        ("Jan./Feb. 2020", [[2020, 1], [2020, 2]]),
        ("2019 Jan 3-5", [[2019, 1, 3], [2019, 1, 5]]),
        ("28 Feb–3 Mar 2019", [[2019, 2, 28], [2019, 3, 3]]),
        ("May 3rd, 2019", [[2019, 5, 3]]),
        ("19-Oct-2021", [[2021, 10, 19]]),
        ("13/05/2019", [[2019, 5, 13]]),
        ("05/2019", [[2019, 5]]),
        ("2019/05//", [[2019, 5]]),
        ("2024.05.03", [[2024, 5, 3]]),
        ("c2019", [[2019]]),
    ],
)
def test_dates_in_words(text: str, date: list[list[int]]) -> None:
    """Spans of months and days, ordinals, and orders that are only one."""
    assert parsed(text) == ({"date-parts": date}, "")


def test_seasons_and_what_is_no_date() -> None:
    """A season is no month; without a year nothing is a date; a word that is none of one is handed back."""
    assert (
        parsed("2019 Winter")
        == parsed("2019///Winter")
        == parsed("2019-24")
        == ({"date-parts": [[2019]], "season": 4}, "")
    )
    assert parsed("Spring-Summer 2019") == ({"date-parts": [[2019]], "season": "Spring-Summer"}, "")
    assert parsed("05//") == (None, "05//")
    assert parsed("2019 Oktober") == ({"date-parts": [[2019]]}, "Oktober")
    assert parsed("Marvellous 2019") == ({"date-parts": [[2019]]}, "Marvellous")


def test_lists_names_and_types_of_registers() -> None:
    """Crossref's lists and groups, a name in one text, `et al`, a type that CSL has not."""
    fields, said = read(
        type="journal-article",
        title=["A title", "Ein Titel"],
        author=[{"name": "A Group"}, {"given": "Madonna"}, "Ex, A", {"literal": "et al."}, {}],
        volume=3,
        page=None,
    )
    assert (fields["type"], fields["title"], fields["volume"]) == ("article-journal", "A title", "3")
    assert fields["author"] == [{"literal": "A Group"}, {"literal": "Madonna"}, {"literal": "Ex, A"}]
    assert fields["custom"] == {"authors_truncated": True}
    for word in ('"Ein Titel" is left out', '"Ex, A" stands there as one text', "{} has no name"):
        assert word in said
    fields, said = read(type="Artikel", **{"container-title": "J Ex", "volume": "1"})
    assert fields["type"] == "article-journal"
    assert '"Artikel" is no type' in said


def test_addresses_with_letters_and_spaces() -> None:
    """They are escaped as a browser does it, and that is said."""
    fields, said = read(URL="https://www.example.org/ä ö?q=1")
    assert fields["URL"] == "https://www.example.org/%C3%A4%20%C3%B6?q=1"
    assert "is written as" in said
    assert read(URL="https://www.example.org/a%20b?q=1#c")[1] == ""


def test_wrapped_lists_and_what_is_none() -> None:
    """A list under `items`, an answer of Crossref; Zotero's own JSON and a number are named."""
    record = {"type": "book", "title": "A book"}
    for value in ({"items": [record]}, {"message": record}, record):
        assert [each.title for each in csl.read(json.dumps(value)).records] == ["A book"]
    back = csl.read(json.dumps([7, {"data": {"itemType": "book"}}, {"title": {"a": 1}, "author": 3}]))
    assert back.problems[0] == "[1]: is not an object"
    assert "Zotero's own JSON" in back.problems[1]
    odd = csl.read('[{"type": "book", "title": "T", "volume": NaN, "page": {"x": 1}}]')
    assert all(f"{name}: " in " ".join(odd.notes) for name in ("volume", "page"))
    with pytest.raises(EvidenceError, match="too deep"):
        csl.read("[" * 100_000)
    assert csl.read('[{"type": "book", "title": "T", "title": "U"}]').notes == (
        'title: stands twice in a record, and "T" is left out',
    )
    assert csl.read('[{"title": "T", "issued": {"date-parts": [[1e400]]}}]').records[0].title == "T"
    with pytest.raises(EvidenceError, match="not JSON"):
        csl.read('[{"title": ')
    assert "no record found" in csl.read("[]").problems[0]
