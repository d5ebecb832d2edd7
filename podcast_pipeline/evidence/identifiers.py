"""Identifiers of papers and people: each function returns the plain form, or raises EvidenceError with the reason.

A DOI, PMID or PMCID has no check digit that a shape test could use; ORCID and NPI have one, and it is computed. What a
page, a typesetter or a clipboard has made of an identifier is undone where there is one way to do so, and said
(`Identifier.repairs`); where there are two, it is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from podcast_pipeline.entities import unescaped
from podcast_pipeline.errors import EvidenceError

_DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
_DOI_ADDRESS = re.compile(r"(?:https?:)?(?://)?(?:(?:dx|www)[.-])?doi[.-]org[\w.:-]*/+", re.IGNORECASE)
"""The resolver's address, also by way of a library's proxy."""
_DOI_LABEL = re.compile(r"(?:info|urn):doi[:/]|doi\s*:?\s*(?=10\.|https?:|doi)", re.IGNORECASE)
_PMID = re.compile(r"[1-9][0-9]{0,7}")
_PMID_LABEL = re.compile(r"(?:pubmed\s*|medline\s*)?pmid\s*:?\s*|(?:pubmed|medline)\s*:?\s+(?=[0-9])", re.IGNORECASE)
_PMID_ADDRESS = re.compile(
    r"(?:https?:)?(?://)?(?:(?:m|www)\.)?"
    r"(?:(?:ncbi\.nlm\.nih\.gov/(?:m/)?pubmed|pubmed\.(?:ncbi\.nlm\.nih\.)?gov|pubmed\.com)/(?:\?term=)?"
    r"|ncbi\.nlm\.nih\.gov/entrez/query\.fcgi\?\S*?(?:list_uids|uid)=|europepmc\.org/(?:article|abstract)/med/)"
    r"(?P<bare>[0-9]+)(?:(?:\[|%5B)[a-z]+(?:\]|%5D))?(?:[/?#&]\S*)?",
    re.IGNORECASE,
)
_PMCID = re.compile(r"PMC[1-9][0-9]{2,7}(?:\.[0-9]+)?")
_PMCID_LABEL = re.compile(r"(?:pmcid|pmc\s*id)\s*:?\s*|pmc\s*:?\s+(?=PMC)", re.IGNORECASE)
_PMCID_ADDRESS = re.compile(
    r"(?:https?:)?(?://)?(?:(?:www\.)?ncbi\.nlm\.nih\.gov/pmc/articles|pmc\.ncbi\.nlm\.nih\.gov/articles"
    r"|europepmc\.org/(?:articles|(?:article|abstract)/pmc))/(?P<bare>PMC[0-9]+(?:\.[0-9]+)?)(?:[/?#]\S*)?",
    re.IGNORECASE,
)
_ORCID = re.compile(r"(?:[0-9]{4}-){3}[0-9]{3}[0-9X]")
_NPI = re.compile(r"[12][0-9]{9}")
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_WIDE = re.compile("[\ufb00-\ufb06\uff01-\uff5e]")
"""Ligatures of typesetters, and the wide letters of East Asian keyboards."""
_INVISIBLE = re.compile("[\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_TAIL = re.compile(r"\?\S*\Z|&utm_\S*\Z|#[A-Za-z]\S*\Z")
"""What an address has behind a DOI: a query, a part of a page. A `#` alone is the last sign of some old DOIs."""
_QUOTES = "\"'`´‘’‚“”„«»‹›"
_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}
_STOPS = (".", ",", ";", ":", "…", *_QUOTES)


@dataclass(frozen=True)
class Identifier:
    """An identifier in its plain form, and what had to be mended for that, in words."""

    bare: str
    repairs: tuple[str, ...] = ()


def read_doi(text: str) -> Identifier:
    """The bare DOI, in the letters as given: without `doi:`, resolver address, final stop or unmatched bracket."""
    bare, repairs = _visible(text)
    if re.search(r"&(?:[A-Za-z]+|#\w+);", bare):
        bare = unescaped(bare)
        repairs.append("entities are read as characters")
    bare = _opened(bare)
    if address := _DOI_ADDRESS.match(bare):
        bare = re.sub(r"\Adoi:\s*", "", bare[address.end() :], flags=re.IGNORECASE)
    if tail := _TAIL.search(bare):
        bare = bare[: tail.start()]
        repairs.append(f"{tail[0]} belongs to an address")
    if re.search(r"%[0-9A-Fa-f]{2}", bare):
        bare = unquote(bare)
        if not address:
            repairs.append("% and two digits are read as the character that they stand for")
    bare = _closed(bare, repairs, ("/",) if address else ())
    if _DOI.fullmatch(bare) is None or any(unicodedata.category(letter)[0] == "C" for letter in bare):
        raise EvidenceError(f'"{text}" is not a DOI', "a DOI looks like 10.1136/bmj-2024-079971")
    return Identifier(bare, tuple(repairs))


def read_pmid(text: str) -> Identifier:
    """A PubMed number: 1 to 8 digits, no leading zero; also behind `PMID:`, or in an address of PubMed."""
    return _numbered(text, _PMID, _PMID_LABEL, _PMID_ADDRESS, "PMID", "a number of up to 8 digits: 39971346")


def read_pmcid(text: str) -> Identifier:
    """A PubMed Central number. The letters PMC are part of it: a bare number would look like a PMID."""
    return _numbered(text, _PMCID, _PMCID_LABEL, _PMCID_ADDRESS, "PMCID", "starts with the letters PMC: PMC6538291")


def doi(text: str) -> str:
    """What `read_doi` reads, whatever had to be mended."""
    return read_doi(text).bare


def pmid(text: str) -> str:
    """What `read_pmid` reads, whatever had to be mended."""
    return read_pmid(text).bare


def pmcid(text: str) -> str:
    """What `read_pmcid` reads, whatever had to be mended."""
    return read_pmcid(text).bare


READERS: dict[str, Callable[[str], Identifier]] = {"DOI": read_doi, "PMID": read_pmid, "PMCID": read_pmcid}
"""By the field of CSL-JSON."""


def bare(name: str, value: str) -> str:
    """The plain form of what stands in the field `name`; what is none stays as it is."""
    try:
        return READERS[name](value).bare
    except EvidenceError:
        return value


def _numbered(
    text: str, shape: re.Pattern[str], label: re.Pattern[str], address: re.Pattern[str], name: str, looks: str
) -> Identifier:
    bare, repairs = _visible(text)
    bare = _opened(bare)
    bare = re.sub(rf"\s*\[(?:{name}|pmc)\]\Z", "", bare, flags=re.IGNORECASE)
    if match := address.match(bare):
        tail = _closed(bare[match.end() :], [])
        bare = match["bare"] + tail
    elif match := label.match(bare):
        bare = bare[match.end() :]
    bare = _closed(bare, repairs)
    if shape.fullmatch(bare) is None:
        raise EvidenceError(
            f'"{text}" is not a {name}', f"a {name} {looks}" if "PMC" in name else f"a {name} is {looks}"
        )
    return Identifier(bare, tuple(repairs))


def _visible(text: str) -> tuple[str, list[str]]:
    """`text` with the characters that a keyboard has for it, and what was mended. Raises EvidenceError."""
    if "\u00ad" in text:
        shown = text.replace("\u00ad", "¬")
        raise EvidenceError(f'"{shown}" holds a soft hyphen (¬), which is a hyphen or nothing', "write it by hand")
    bare, repairs = text.strip(), []
    for pattern, mended, words in (
        (_INVISIBLE, lambda _: "", "characters that are not seen are left out"),
        (_DASHES, lambda _: "-", "a dash is read as a hyphen"),
        (_WIDE, lambda match: unicodedata.normalize("NFKC", match[0]), "joined or wide letters are read as plain ones"),
    ):
        if pattern.search(bare):
            bare = pattern.sub(mended, bare).strip()
            repairs.append(words)
    return bare, repairs


def _opened(text: str) -> str:
    """`text` without what stands before an identifier: quotation marks, brackets, its name."""
    before = ""
    while text != before:
        before, text = text, text.lstrip(f"{_QUOTES}([{{<").lstrip()
        if label := _DOI_LABEL.match(text):
            text = text[label.end() :]
    return text


def _closed(text: str, repairs: list[str], more: tuple[str, ...] = ()) -> str:
    """`text` without what stands behind an identifier: stops, quotation marks, a bracket that was opened before it."""
    bare = re.sub(r"\s*\[doi\]\Z", "", text, flags=re.IGNORECASE)
    while bare and (
        bare.endswith((*_STOPS, *more)) or bare.count(bare[-1]) > bare.count(_PAIRS.get(bare[-1], bare[-1]))
    ):
        bare = bare[:-1].rstrip()
    if bare != text:
        repairs.append(f"{text[len(bare) :].strip()} behind it is left out")
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
