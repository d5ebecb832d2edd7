"""RIS as programs and databases write it: what a record says is read, stands in its note, or is said."""

from __future__ import annotations

from typing import Any

import pytest

from podcast_pipeline.evidence import ris
from podcast_pipeline.evidence.names import from_text, to_text


def read(*lines: str, kind: str = "JOUR") -> tuple[dict[str, Any], str]:
    """One whole record with a title, and what is said of it."""
    back = ris.read("\n".join((f"TY  - {kind}", "TI  - A title", *lines, "ER  - ", "")))
    assert back.problems == ()
    return dict(back.records[0].csl), "\n".join(back.notes)


def test_powers_stay_powers() -> None:
    """The markup of titles is read, in every text."""
    fields, _ = read("T2  - J <i>Ex</i> &amp; Co", "AU  - Sample, A.<sup>2</sup>")
    assert fields["container-title"] == "J Ex & Co"
    text = "TY  - JOUR\nTI  - 2 x 10<sup>6</sup> cells and 5 x 10<sup>-3</sup> mg at L4-L5\nER  - \n"
    assert ris.read(text).records[0].title == "2 x 10⁶ cells and 5 x 10⁻³ mg at L4-L5"


@pytest.mark.parametrize(
    ("lines", "date", "said"),
    [
        (["DA  - May 2019", "PY  - 2019"], {"date-parts": [[2019, 5]]}, ""),
        (["DA  - 05//", "PY  - 2019", "Y1  - 2019/05//"], {"date-parts": [[2019, 5]]}, ""),
        (["DA  - 05//", "PY  - 2019"], {"date-parts": [[2019, 5]]}, ""),
        (["DA  - May 3", "PY  - 2019///"], {"date-parts": [[2019, 5, 3]]}, ""),
        (["Y1  - 2019/05/03/"], {"date-parts": [[2019, 5, 3]]}, ""),
        (["PY  - 2019///Winter"], {"date-parts": [[2019]], "season": 4}, ""),
        (["PY  - 2019/01//Jan-Feb"], {"date-parts": [[2019, 1], [2019, 2]]}, ""),
        (["DA  - 2018/12/20", "PY  - 2019"], {"date-parts": [[2019]]}, "of another year than 2019"),
        (["DA  - Oktober 2019", "PY  - 2019"], {"date-parts": [[2019]]}, "Oktober"),
        (["PY  - in press"], {"literal": "in press"}, ""),
        (["DA  - 2019/Nov/05"], {"date-parts": [[2019, 11, 5]]}, ""),
        (["DA  - 2019/02/30"], {"date-parts": [[2019, 2]]}, "day 30"),
        (["PY  - 19"], {"literal": "19"}, "names no year"),
    ],
)
def test_the_year_is_that_of_the_field_that_has_one(lines: list[str], date: Any, said: str) -> None:
    """Month and day come from the field that says most of that year; another year is said."""
    fields, words = read(*lines)
    assert fields["issued"] == date
    assert said in words
    assert bool(said) == bool(words)


@pytest.mark.parametrize(
    ("lines", "page"),
    [
        (["SP  - 11", "EP  - 19"], "11-19"),
        (["SP  - 11-19"], "11-19"),
        (["SP  - 11", "EP  - 11-19"], "11-19"),
        (["SP  - e123"], "e123"),
        (["C7  - 107"], "107"),
        (["SP  - S1", "EP  - S127"], "S1-S127"),
    ],
)
def test_pages_and_article_numbers(lines: list[str], page: str) -> None:
    """First and last, in one field or two; C7 where there are none."""
    assert read(*lines)[0]["page"] == page


@pytest.mark.parametrize(
    ("lines", "ids", "said"),
    [
        (
            ["DO  - https://doi.org/10.1000/a"],
            {"DOI": "https://doi.org/10.1000/a"},
            "",
        ),  # the intake mends it, and says so
        (["M3  - 10.1000/a"], {"DOI": "10.1000/a"}, ""),
        (["L3  - http://dx.doi.org/10.1000/a"], {"DOI": "10.1000/a"}, ""),
        (["UR  - https://doi.org/10.1000/a"], {"DOI": "10.1000/a", "URL": "https://doi.org/10.1000/a"}, ""),
        (["DO  - 10.1000/a", "M3  - 10.1000/b"], {"DOI": "10.1000/a"}, "another DOI"),
        (["AN  - 12345678", "DB  - MEDLINE"], {"PMID": "12345678"}, ""),
        (["AN  - 12345678", "DP  - NLM"], {"PMID": "12345678"}, ""),
        (["AN  - 12345678"], {"PMID": "12345678"}, "no database (DB) is named"),
        (["AN  - 123456789", "DB  - ccm", "DP  - EBSCOhost"], {}, ""),
        (["AN  - 12345678", "DB  - ccm"], {}, ""),
        (["C2  - PMC1234567"], {"PMCID": "PMC1234567"}, ""),
        (["C2  - 12345678", "DB  - Scopus"], {"PMID": "12345678"}, ""),
        (["C3  - PUBMED 12345678,EMBASE 620000000"], {"PMID": "12345678"}, ""),
        (["UR  - https://pubmed.ncbi.nlm.nih.gov/12345678/"], {"PMID": "12345678"}, ""),
        (["N1  - PMID: 12345678"], {"PMID": "12345678"}, ""),
    ],
)
def test_identifiers_wherever_programs_put_them(lines: list[str], ids: dict[str, str], said: str) -> None:
    """A number alone is a PMID only where PubMed is the database, or none is named, and then that is said."""
    fields, words = read(*lines)
    have = {name: fields[name] for name in ("DOI", "PMID", "PMCID") if name in fields}
    assert have == {name: value for name, value in ids.items() if name != "URL"}
    assert said in words
    assert bool(said) == bool(words)
    if "ccm" in str(lines):
        assert "AN: 123" in fields["note"]  # kept where it is seen


def test_what_no_field_has_stays_in_the_note() -> None:
    """Remarks, keywords, databases, strange tags and second titles: nothing is dropped."""
    fields, _ = read(
        "N1  - Cited By: 3", "XX  - strange", "KW  - one", "KW  - two", "AB  - words", "SN  - 1234-5678",
        "JF  - Journal of Examples", "JO  - J Ex", "T1  - Another title", "CN  - call",
    )  # fmt: skip
    assert fields["note"].splitlines() == ["N1: Cited By: 3", "XX: strange", "T1: Another title", "CN: call"]
    assert (fields["keyword"], fields["abstract"], fields["ISSN"]) == ("one; two", "words", "1234-5678")
    assert (fields["container-title"], fields["container-title-short"]) == ("Journal of Examples", "J Ex")


def test_what_a_note_says_of_another_paper_is_not_the_papers_own() -> None:
    """The PMID of a retraction is no PMID of the paper that it takes back, which it says of it."""
    entry = ["TY  - JOUR", "TI  - A title", "N1  - Retraction in: Pain. 2003;4:1. PMID: 123456", "ER  - "]
    record = ris.read("\n".join(entry)).records[0]
    assert "PMID" not in record.csl
    assert [notice.kind for notice in record.stated_notices] == ["retracted"]
    assert not ris.read("\n".join(entry).replace("Retraction in", "Retraction of")).records[0].stated_notices
    assert read("N1  - Journal article. PMID: 123456")[0]["PMID"] == "123456"


def test_records_with_one_space_or_without_end() -> None:
    """One space is read as two; a continuation is no tag; a record without end is a problem, and all are kept."""
    text = (
        "Provider: Example\n\nTY - JOUR\nT1 - One space\nA1 - Smith JA\nY1 - 2020\nER -\n"
        "AU  - Stray, A\n"
        "TY  - JOUR\nTI  - Two\nAB  - first\nT2 - weighted images\nDO - 10.1000/x\n"
        "TY  - NONSENSE\nTI  - Three\n"
    )
    back = ris.read(text.replace("\n", "\r"))
    assert [record.title for record in back.records] == ["One space", "Two", "Three"]
    assert back.records[0].csl["author"] == [{"family": "Smith", "given": "JA"}]
    assert back.records[1].csl["abstract"] == "first T2 - weighted images DO - 10.1000/x"
    assert [problem.split(":")[0] for problem in back.problems] == [
        "record 2 (line 9)", "record 3 (line 14)", "line 8",
    ]  # fmt: skip
    assert '"NONSENSE" is no type of RIS' in back.notes[0]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Muster, B, Jr", {"family": "Muster", "given": "B", "suffix": "Jr"}),
        ("Smith JA", {"family": "Smith", "given": "JA"}),
        ("van den Berg AB", {"family": "van den Berg", "given": "AB"}),
        ("O'Neil-Smith J", {"family": "O'Neil-Smith", "given": "J"}),
        ("The Walking Group", {"literal": "The Walking Group"}),
        ("Doe, J (ORCID 0000-0002)", {"literal": "Doe, J (ORCID 0000-0002)"}),
        ("World Health Organization,", {"literal": "World Health Organization"}),
        ("University of Examples,, Department A", {"literal": "University of Examples, Department A"}),
    ],
)
def test_names_in_one_text(text: str, name: dict[str, str]) -> None:
    """Commas, initials without a comma, groups; and written as they are read."""
    assert from_text(text) == name
    assert from_text(to_text(name)) == name


def test_several_names_in_one_tag() -> None:
    """Semicolons, `and` between names with commas, `et al`."""
    fields, _ = read(
        "AU  - Doe, J; Roe, A.", "AU  - Poe, E and Loe, F", "AU  - et al.", "A2  - Ed, I.", "AU  - Zoe J, K&uuml;r AB"
    )
    assert [author["family"] for author in fields["author"]] == ["Doe", "Roe", "Poe", "Loe", "Zoe", "Kür"]
    assert fields["custom"] == {"authors_truncated": True}
    assert fields["editor"] == [{"family": "Ed", "given": "I."}]
