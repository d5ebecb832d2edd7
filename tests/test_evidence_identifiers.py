"""Identifiers of papers and people."""

from __future__ import annotations

import pytest

from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.evidence import identifiers
from podcast_pipeline.model.reference import Reference


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("10.1016/S0140-6736(05)67889-0", "10.1016/S0140-6736(05)67889-0"),
        ("10.1016/S0140-6736(05)67889-0).", "10.1016/S0140-6736(05)67889-0"),
        ("doi: 10.1136/bmj-2024-079971.", "10.1136/bmj-2024-079971"),
        ("DOI:10.2147/JPR.S386879;", "10.2147/JPR.S386879"),
        ("https://doi.org/10.2147/JPR.S386879", "10.2147/JPR.S386879"),
        ("http://dx.doi.org/10.7326/M14-2559,", "10.7326/M14-2559"),
        ("https://doi.org/10.1002/%28SICI%291097-0258", "10.1002/(SICI)1097-0258"),
    ],
)
def test_a_doi_is_stripped_to_its_bare_form(text: str, bare: str) -> None:
    """Prefixes, resolver addresses, final stops and an unmatched bracket are no part of a DOI; its letters stay."""
    assert identifiers.doi(text) == bare


@pytest.mark.parametrize(
    ("text", "bare", "why"),
    [
        ("doi.org/10.1136/x", "10.1136/x", ""),
        ("DOI 10.1136/x", "10.1136/x", ""),
        ("doi:https://doi.org/10.1136/x", "10.1136/x", ""),
        ("https://dx-doi-org.library.example.edu/10.1136/x", "10.1136/x", ""),
        ("<https://doi.org/10.1136/x>", "10.1136/x", "> behind it"),
        ("“10.1136/x”", "10.1136/x", "” behind it"),
        ("(doi:10.1136/x).", "10.1136/x", "). behind it"),
        ("10.1136/x [doi]", "10.1136/x", "[doi] behind it"),
        ("https://doi.org/10.1136/x?utm_source=a#b", "10.1136/x", "?utm_source=a#b belongs to an address"),
        ("10.1136/x#abstract", "10.1136/x", "#abstract belongs to an address"),
        ("10.1136%2Fx", "10.1136/x", "two digits are read"),
        ("10.1002/a&lt;1661::AID&gt;3", "10.1002/a<1661::AID>3", "entities"),
        ("10.1136/ef\ufb01cacy", "10.1136/efficacy", "joined or wide letters"),
        ("10.1136/bm\u200bj\ufeff", "10.1136/bmj", "not seen"),
        *((f"10.1136/bmj{chr(dash)}2024", "10.1136/bmj-2024", "a dash") for dash in range(0x2010, 0x2016)),
    ],
)
def test_what_pages_and_clipboards_make_of_a_doi_is_mended_and_said(text: str, bare: str, why: str) -> None:
    """Dashes, ligatures, what is not seen, queries, quotation marks, brackets; forms that are in use need no word."""
    identifier = identifiers.read_doi(text)
    assert identifier.bare == bare
    assert why in " ".join(identifier.repairs)
    assert bool(why) == bool(identifier.repairs)
    assert identifiers.read_doi(bare) == identifiers.Identifier(bare)


def test_a_doi_that_ends_in_a_sign_keeps_it_and_a_soft_hyphen_is_not_guessed() -> None:
    """Old DOIs of Wiley end in `#`; a soft hyphen was a hyphen, or nothing."""
    old = "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-#"
    assert identifiers.read_doi(old) == identifiers.Identifier(old)
    with pytest.raises(EvidenceError, match="soft hyphen"):
        identifiers.doi("10.1136/bmj\u00ad2024")


@pytest.mark.parametrize(
    "text",
    [
        "PMID: 39971346", "pmid39971346", "PubMed 39971346", "39971346 [pmid]", "<https://pubmed.ncbi.nlm.nih.gov/39971346/>",
        "https://www.ncbi.nlm.nih.gov/pubmed/39971346?dopt=Abstract", "pubmed.ncbi.nlm.nih.gov/?term=39971346%5Buid%5D",
        "http://www.ncbi.nlm.nih.gov/entrez/query.fcgi?cmd=Retrieve&db=PubMed&list_uids=39971346&dopt=Abstract",
        "https://europepmc.org/article/MED/39971346", "39971346\u200b",
    ],
)  # fmt: skip
def test_a_pmid_by_its_name_or_address(text: str) -> None:
    """As people copy it from a citation or a browser."""
    assert identifiers.pmid(text) == "39971346"


@pytest.mark.parametrize(
    "text",
    [
        "PMCID: PMC6538291", "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC6538291/", "PMC6538291 [pmc]",
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC6538291/pdf/a.pdf", "https://europepmc.org/articles/PMC6538291",
    ],
)  # fmt: skip
def test_a_pmcid_by_its_name_or_address(text: str) -> None:
    """The same of PubMed Central."""
    assert identifiers.pmcid(text) == "PMC6538291"


@pytest.mark.parametrize(
    "text", ["10.12/x", "10.1136", "10.1136/", "javascript:alert(1)", "", "10.1136/a b", "10.١٢٣٤/x"]
)
def test_what_is_no_doi_is_refused(text: str) -> None:
    """A registrant has 4 to 9 plain digits and something follows the slash."""
    with pytest.raises(EvidenceError, match="is not a DOI"):
        identifiers.doi(text)


def test_a_doi_with_reserved_characters_is_quoted_in_its_address() -> None:
    """Old DOIs hold < > # and the like: the address encodes them, the printed DOI does not."""
    reference = Reference("r", {"DOI": "10.1002/(SICI)1097(1998)17:15<1661::AID-SIM968>3.0.CO;2-2#x"})
    assert reference.url == "https://doi.org/10.1002/(SICI)1097(1998)17:15%3C1661::AID-SIM968%3E3.0.CO;2-2%23x"
    assert identifiers.doi(reference.url) == reference.doi


@pytest.mark.parametrize("text", ["39971346", "1"])
def test_a_pmid_is_a_number(text: str) -> None:
    """One to eight digits."""
    assert identifiers.pmid(text) == text


@pytest.mark.parametrize("text", ["0123", "PMC6538291", "399713461", "3997 1346", "٣٩٩٧"])
def test_what_is_no_pmid_is_refused(text: str) -> None:
    """Neither leading zeros nor PMC numbers nor other digits."""
    with pytest.raises(EvidenceError, match="is not a PMID"):
        identifiers.pmid(text)


def test_a_pmcid_needs_its_letters() -> None:
    """`PMC6538291` and a version of it are PMCIDs; a bare number could be a PMID."""
    assert identifiers.pmcid("PMC6538291") == "PMC6538291"
    assert identifiers.pmcid("PMC6538291.2") == "PMC6538291.2"
    for text in ("6538291", "pmc6538291", "PMC0123", "PMC12"):
        with pytest.raises(EvidenceError, match="is not a PMCID"):
            identifiers.pmcid(text)


@pytest.mark.parametrize(
    "text", ["0000-0002-1825-0097", "0000-0002-1694-233X", "https://orcid.org/0000-0002-1694-233X"]
)
def test_an_orcid_with_a_fitting_check_character_is_accepted(text: str) -> None:
    """ISO 7064 MOD 11-2, X for ten."""
    assert identifiers.orcid(text) == text[-19:]
    assert identifiers.valid_orcid(text)


@pytest.mark.parametrize(
    "text", ["0000-0002-1825-0098", "0000-0002-1694-233x", "0000000218250097", "0000-0002-1694-2330", ""]
)
def test_a_wrong_orcid_is_refused(text: str) -> None:
    """A wrong check character, a small x, missing hyphens."""
    assert not identifiers.valid_orcid(text)
    with pytest.raises(EvidenceError, match="is not an ORCID iD"):
        identifiers.orcid(text)


def test_an_npi_passes_the_luhn_check_with_its_prefix() -> None:
    """The published example number of the standard is accepted."""
    assert identifiers.npi("1234567893") == "1234567893"
    assert identifiers.valid_npi("1234567893")


@pytest.mark.parametrize("text", ["1234567890", "3234567891", "12345678933", "123456789", "123456789X", ""])
def test_a_wrong_npi_is_refused(text: str) -> None:
    """A wrong check digit, a first digit other than 1 and 2, a wrong length."""
    assert not identifiers.valid_npi(text)
    with pytest.raises(EvidenceError, match="is not an NPI"):
        identifiers.npi(text)


def test_every_single_digit_slip_in_an_npi_is_found() -> None:
    """The Luhn check finds each wrong digit: none of the 90 slips passes."""
    good = "1234567893"
    slips = {f"{good[:i]}{d}{good[i + 1 :]}" for i in range(10) for d in "0123456789"} - {good}
    assert len(slips) == 90
    assert not any(identifiers.valid_npi(slip) for slip in slips)
