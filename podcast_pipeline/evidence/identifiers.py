"""Identifiers of papers and people: each function returns the plain form, or raises EvidenceError with the reason.

A DOI, PMID or PMCID has no check digit that a shape test could use; ORCID and NPI have one, and it is computed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from podcast_pipeline.errors import EvidenceError

_DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
_DOI_ADDRESS = re.compile(r"https?://(?:dx\.|www\.)?doi\.org/", re.IGNORECASE)
_PMID = re.compile(r"[1-9][0-9]{0,7}")
_PMCID = re.compile(r"PMC[1-9][0-9]{2,7}(?:\.[0-9]+)?")
_ORCID = re.compile(r"(?:[0-9]{4}-){3}[0-9]{3}[0-9X]")
_NPI = re.compile(r"[12][0-9]{9}")


def doi(text: str) -> str:
    """The bare DOI, in the letters as given: without `doi:`, resolver address, final stop or unmatched bracket."""
    bare = text.strip()
    if address := _DOI_ADDRESS.match(bare):
        bare = unquote(bare[address.end() :])
    bare = re.sub(r"\Adoi:\s*", "", bare, flags=re.IGNORECASE)
    while bare.endswith((".", ",", ";")) or (bare.endswith(")") and bare.count(")") > bare.count("(")):
        bare = bare[:-1]
    if _DOI.fullmatch(bare) is None:
        raise EvidenceError(f'"{text}" is not a DOI', "a DOI looks like 10.1136/bmj-2024-079971")
    return bare


def pmid(text: str) -> str:
    """A PubMed number: 1 to 8 digits, no leading zero."""
    bare = text.strip()
    if _PMID.fullmatch(bare) is None:
        raise EvidenceError(f'"{text}" is not a PMID', "a PMID is a number of up to 8 digits: 39971346")
    return bare


def pmcid(text: str) -> str:
    """A PubMed Central number. The letters PMC are part of it: a bare number would look like a PMID."""
    bare = text.strip()
    if _PMCID.fullmatch(bare) is None:
        raise EvidenceError(f'"{text}" is not a PMCID', "a PMCID starts with the letters PMC: PMC6538291")
    return bare


def orcid(text: str) -> str:
    """An ORCID iD, `0000-0002-1825-0097`: 16 characters, the last a check character by ISO 7064 MOD 11-2."""
    bare = re.sub(r"\Ahttps?://orcid\.org/", "", text.strip())
    if _ORCID.fullmatch(bare) is None:
        raise EvidenceError(
            f'"{text}" is not an ORCID iD', "write four groups of four, X upper case: 0000-0002-1825-0097"
        )
    total = 0
    for digit in bare.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    if bare[-1] != ("X" if check == 10 else str(check)):
        raise EvidenceError(f'"{text}" is not an ORCID iD: its check character does not fit', "look for a typing slip")
    return bare


def npi(text: str) -> str:
    """A US National Provider Identifier: 10 digits, first 1 or 2, Luhn check over `80840` + the number."""
    bare = text.strip()
    if _NPI.fullmatch(bare) is None:
        raise EvidenceError(f'"{text}" is not an NPI', "an NPI has 10 digits and begins with 1 or 2")
    total = 0
    for place, digit in enumerate(reversed("80840" + bare)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    if total % 10:
        raise EvidenceError(f'"{text}" is not an NPI: its check digit does not fit', "look for a typing slip")
    return bare


def valid_orcid(text: str) -> bool:
    """Whether `orcid` accepts `text`."""
    return _accepted(orcid, text)


def valid_npi(text: str) -> bool:
    """Whether `npi` accepts `text`."""
    return _accepted(npi, text)


def _accepted(read: Callable[[str], str], text: str) -> bool:
    try:
        read(text)
    except EvidenceError:
        return False
    return True
