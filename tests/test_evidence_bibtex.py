"""BibTeX as programs and people write it: what a record says is read, stands in its note, or is said."""

from __future__ import annotations

from typing import Any

import pytest

from podcast_pipeline.evidence import bibtex
from podcast_pipeline.evidence.citation import pubmed
from podcast_pipeline.model.reference import Reference


def read(fields: str, kind: str = "article", more: str = "") -> tuple[dict[str, Any], str]:
    """The first record of a file, and what is said of it."""
    back = bibtex.read(f"@{kind}{{key, title = {{A title}}, {fields}}}\n{more}")
    assert back.problems == ()
    return dict(back.records[0].csl), "\n".join(back.notes)


@pytest.mark.parametrize(
    ("names", "line", "said"),
    [
        ("Ludwig van Sample and de la Ex, Maria and von der Ex, U.", "van Sample L, de la Ex M, von der Ex U", ""),
        (r"Sample, Jr., John and {van der Ex}, X and Nu\~{n}ez, P", "Sample J Jr, van der Ex X, Nuñez P", ""),
        (r"{\O}stby, Y and {\'E}mile Sample and {The Walking Group}", "Østby Y, Sample É, The Walking Group", ""),
        ("Sample J and Ex AB and others", "Sample J, Ex AB, et al", ""),
        ("Sample, J and et al.", "Sample J, et al", ""),
        ("given=Hans, family=Sample and family=Ex, given=Homer, prefix=von", "Sample H, von Ex H", ""),
        ("Sample, J.; Ex, A.B.", "Sample J, Ex AB", "is read as 2 names"),
        ("Sample, J., Ex, A.B., Doe, C.", "Sample J, Ex AB, Doe C", "is read as 3 names"),
        ("Sample J, Ex AB and Doe C", "Sample J, Ex AB, Doe C", "is read as 2 names"),
        ("Jan Sample, Ann van Ex, Cy Doe", "Sample J, van Ex A, Doe C", "is read as 3 names"),
        ("Sample, J. \\& Ex, A.", "Sample J, Ex A", "is read as 2 names"),
        ("Sample, J. AND Ex, A. et al.", "Sample J, Ex A, et al", ""),
        ("Jan Sample Jr. and Ex III, Bob", "Sample J Jr, Ex B III", ""),
        ("Dr. Jan Sample and Prof. Dr. Ex, A.", "Sample J, Ex A", '"Prof. Dr." before "Ex, A." is left out'),
        ("Sample, J. on behalf of the Walking Group", "Sample J, Walking Group", "stands apart"),
        ("Sample, J. with many friends", "Sample, J. with many friends", "not read as one person's name"),
        ("Sample, J., MD, PhD, FACP", "Sample, J., MD, PhD, FACP", "more commas than a name"),
    ],
)
def test_names(names: str, line: str, said: str) -> None:
    """Particles, generations, groups, accents, initials, biblatex's parts; lists without `and` are said."""
    fields, words = read(f"author = {{{names}}}")
    assert pubmed(Reference("r", {"id": "r", **fields})).startswith(f"{line}. A title")
    assert said in words
    assert bool(said) == bool(words)


@pytest.mark.parametrize(
    ("fields", "date", "said"),
    [
        ("year = 2020, month = may # {~3}", {"date-parts": [[2020, 5, 3]]}, ""),
        ("year = 2020, month = may # {~3}, day = 3", {"date-parts": [[2020, 5, 3]]}, ""),
        ("year = 2020, month = jan # {--} # feb", {"date-parts": [[2020, 1], [2020, 2]]}, ""),
        ("year = {2020}, month = {15 May}", {"date-parts": [[2020, 5, 15]]}, ""),
        ("year = 2020, month = 5, day = 3", {"date-parts": [[2020, 5, 3]]}, ""),
        ("year = {2020/2021}", {"date-parts": [[2020], [2021]]}, ""),
        ("year = {in press}", {"literal": "in press"}, ""),
        ("date = {2022-05/2022-06}, year = 2021", {"date-parts": [[2022, 5], [2022, 6]]}, ""),
        ("date = {2020-21}", {"date-parts": [[2020]], "season": 1}, ""),
        ("year = 2020, month = {Sommer}", {"date-parts": [[2020]]}, "not Sommer"),
        ("year = 2020, month = may, day = 32", {"date-parts": [[2020, 5]]}, "day 32"),
    ],
)
def test_dates(fields: str, date: Any, said: str) -> None:
    """Macros with days, spans, seasons, biblatex's date before year; what is no date is said."""
    csl, words = read(fields)
    assert csl["issued"] == date
    assert said in words
    assert bool(said) == bool(words)


@pytest.mark.parametrize(
    ("fields", "ids"),
    [
        ("eprint = {12345678}, eprinttype = {pubmed}", {"PMID": "12345678"}),
        ("note = {PMID: 12345678}", {"PMID": "12345678"}),
        ("annote = {see PMID 12345678 too}", {"PMID": "12345678"}),
        ("url = {https://pubmed.ncbi.nlm.nih.gov/12345678/}", {"PMID": "12345678"}),
        ("pubmedid = {12345678}, pmc = {PMC1234567}", {"PMID": "12345678", "PMCID": "PMC1234567"}),
        (r"doi = {10.1000/a\_b--c}", {"DOI": "10.1000/a_b--c"}),
        (r"doi = {10.1002/(SICI)1097{\textless}1::AID{\textgreater}3.0.CO;2-\#}",
         {"DOI": "10.1002/(SICI)1097<1::AID>3.0.CO;2-#"}),
        (r"howpublished = {\url{https://doi.org/10.1000/x}}", {"DOI": "10.1000/x"}),
    ],
)  # fmt: skip
def test_identifiers(fields: str, ids: dict[str, str]) -> None:
    """Wherever reference managers put them; dashes and signs of a DOI are its own."""
    csl, words = read(fields)
    assert {name: csl[name] for name in ("DOI", "PMID", "PMCID") if name in csl} == ids
    assert words == ""


def test_strings_crossref_and_xdata() -> None:
    """Defined strings, also in parentheses, records that take fields from others; what is missing is said."""
    more = (
        '@string{jx = "J Ex"}@string(jy = {B})\n@proceedings{P, title = {The Proceedings}, year = 2020}\n'
        "@xdata{X, publisher = {Examples}}"
    )
    fields, words = read("crossref = {p}, xdata = {X}, pages = {1--2}", "inproceedings", more)
    assert (fields["container-title"], fields["publisher"]) == ("The Proceedings", "Examples")
    assert fields["issued"] == {"date-parts": [[2020]]}
    assert words == ""
    back = bibtex.read(f"{more}\n@article{{a, title = {{T}}, journal = jx # {{ }} # jy # jz, crossref = {{q}}}}")
    assert back.records[-1].csl["container-title"] == "J Ex Bjz"
    assert "the string jz is defined nowhere" in back.notes[0]
    assert "there is no record q in the file" in back.notes[1]


def test_what_no_field_has_stays_in_the_note() -> None:
    """Subtitles, article numbers, remarks; what programs keep for themselves is none of it."""
    fields, words = read(
        "subtitle = {Sub}, titleaddon = {add}, eid = {e12}, number = 4, issue = {Suppl}, note = {Read it}, "
        "eprint = {2301.1}, archiveprefix = {arXiv}, file = {:x.pdf:PDF}, mendeley-groups = {G}, organization = {O}"
    )
    assert (fields["title"], fields["page"], fields["issue"]) == ("A title: Sub", "e12", "4")
    assert fields["note"].splitlines() == [
        "Read it", "titleaddon: add", "issue: Suppl", "eprint: 2301.1", "archiveprefix: arXiv",
    ]  # fmt: skip
    assert words == ""


def test_kinds_of_records() -> None:
    """Theses, online texts, software; a record without key, and a kind that nobody knows."""
    kinds = {"mastersthesis": "thesis", "online": "webpage", "software": "software", "Article": "article-journal"}
    for kind, wanted in kinds.items():
        assert read("", kind)[0]["type"] == wanted
    assert bibtex.read("@article{title = {No key}}").records[0].title == "No key"
    assert "@artikel: is no type of BibTeX" in read("", "artikel")[1]
    assert read("journal = {J}, volume = 3", "misc")[0]["type"] == "article-journal"


def test_a_field_twice_and_markup() -> None:
    """Two titles are two papers' or a slip; markup of a register's export is read like everybody's."""
    assert "it has title twice" in bibtex.read("@misc{a, title = {A}, title = {B}}").problems[0]
    text = r"@misc{a, title = {10{\textless}sup{\textgreater}6{\textless}/sup{\textgreater} <i>in vivo</i> {\&}amp; x}}"
    assert bibtex.read(text).records[0].title == "10⁶ in vivo & x"
