"""A reference as text, by the rules of PubMed (NLM) and of the AMA Manual of Style, 11th edition.

Written here because no citation engine prints these forms without slips: pages of supplements and e-pages are cut
(`S1-S127` to `S1-27`), the Epub date and the PMID are lost, and text is not escaped. Everything is printed from the
fields of the record, never from a string that somebody printed before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from podcast_pipeline import months
from podcast_pipeline.model.reference import Csl, Reference

_SEASONS = ("Spring", "Summer", "Fall", "Winter")
PRINTED = frozenset(
    {"id", "type", "title", "author", "container-title", "container-title-short", "issued", "available-date"}
    | {"accessed", "volume", "issue", "page", "publisher", "publisher-place", "DOI", "PMID", "PMCID", "URL", "custom"}
)
"""The fields of a record that are printed, or that tell one paper from another."""
_CUSTOM = frozenset({"series_start", "page_as_printed", "authors_truncated"})
_IN_A_BOOK = {"chapter", "entry", "entry-dictionary", "entry-encyclopedia", "paper-conference"}


def pubmed(reference: Reference) -> str:
    """The reference as PubMed cites it: all authors, full pages as stored, DOI, Epub date, PMID and PMCID."""
    csl = reference.csl
    authors = _names(csl)
    if _truncated(csl):
        authors.append("et al")
    parts = [_sentence(", ".join(authors)), _sentence(_text(csl, "title"))]
    if _is_article(csl):
        parts += [_sentence(_journal(csl)), _sentence(_located(_date(csl.get("issued")), csl, _printed_pages(csl)))]
    elif csl.get("type") in _IN_A_BOOK:
        parts += [_sentence(_date(csl.get("issued"))), "In: " + _sentence(_text(csl, "container-title"))]
        parts.append(_open_end(_imprint(csl, _custom(csl, "series_start"))))
        parts.append(_sentence(f"p. {_printed_pages(csl)}" if _printed_pages(csl) else ""))
    else:
        parts.append(_sentence(_imprint(csl, _date(csl.get("issued"))) + _cited_on(csl)))
    return " ".join(part for part in (*parts, *_pubmed_identifiers(reference)) if part)


def printed_fields(csl: Csl) -> Csl:
    """The record without what is printed nowhere, such as an abstract."""
    kept = {name: value for name, value in csl.items() if name in PRINTED}
    if isinstance(custom := kept.pop("custom", None), Mapping):
        kept |= {"custom": own} if (own := {name: custom[name] for name in _CUSTOM if name in custom}) else {}
    return kept


def ama(reference: Reference) -> str:
    """The reference by AMA 11: up to 6 authors, else 3 and `et al`; ends in the DOI, else in the PMID (house rule)."""
    csl = reference.csl
    authors = _names(csl)
    if len(authors) > 6 or _truncated(csl):
        authors = [*authors[:3], "et al"]
    issued = _parts(csl.get("issued"))
    year = str(issued[0][0]) if issued else _raw_date(csl.get("issued"))
    parts = [_sentence(", ".join(authors)), _sentence(_text(csl, "title"))]
    if _is_article(csl):
        parts += [_sentence(_journal(csl)), _sentence(_located(year, csl, _text(csl, "page")))]
    elif csl.get("type") in _IN_A_BOOK:
        imprint = "; ".join(part for part in (_text(csl, "publisher"), year) if part)
        pages = _text(csl, "page")
        parts += [
            "In:",
            _sentence(_text(csl, "container-title")),
            _sentence(f"{imprint}:{pages}" if pages else imprint),
        ]
    else:
        parts.append(_sentence("; ".join(part for part in (_text(csl, "publisher"), year) if part)))
    return " ".join(part for part in (*parts, _ama_identifier(reference)) if part)


def _ama_identifier(reference: Reference) -> str:
    if reference.doi:
        return f"doi:{reference.doi}"
    if reference.pmid:
        return f"PMID: {reference.pmid}"
    accessed = _parts(reference.csl.get("accessed"))
    seen = f"Accessed {' '.join(_words(accessed[0])[1:])}, {accessed[0][0]}. " if accessed else ""
    return f"{seen}{reference.url}" if reference.url else seen.strip()


def _pubmed_identifiers(reference: Reference) -> list[str]:
    identifiers = [f"doi: {reference.doi}."] if reference.doi else []
    if epub := _date(reference.csl.get("available-date")):
        identifiers.append(f"Epub {epub}.")
    numbers = [f"PMID: {reference.pmid}"] if reference.pmid else []
    numbers += [f"PMCID: {reference.pmcid}"] if reference.pmcid else []
    if numbers:
        identifiers.append("; ".join(numbers) + ".")
    if address := "" if identifiers else _text(reference.csl, "URL"):
        identifiers.append(f"Available from: {address}")  # no stop after an address: it would be copied with it
    return identifiers


def _is_article(csl: Csl) -> bool:
    return str(csl.get("type", "")).startswith("article") and bool(_journal(csl))


def _journal(csl: Csl) -> str:
    return _text(csl, "container-title-short") or _text(csl, "container-title")


def _located(date: str, csl: Csl, pages: str) -> str:
    """`2025 Feb 19;388(4):e079971`, without what the record does not hold."""
    issue = f"({_text(csl, 'issue')})" if _text(csl, "issue") else ""
    volume = f"{_text(csl, 'volume')}{issue}"
    return ":".join(part for part in (";".join(part for part in (date, volume) if part), pages) if part)


def _printed_pages(csl: Csl) -> str:
    """The pages, or their shorter form where the record says that it was printed so (`276-86`)."""
    return (_custom(csl, "page_as_printed") or _text(csl, "page")).replace("–", "-")


def _imprint(csl: Csl, year: str) -> str:
    house = ": ".join(part for part in (_text(csl, "publisher-place"), _text(csl, "publisher")) if part)
    return "; ".join(part for part in (house, year) if part)


def _cited_on(csl: Csl) -> str:
    return f" [cited {_date(csl.get('accessed'))}]" if csl.get("accessed") else ""


def _open_end(text: str) -> str:
    """A series that still runs (`1995-`) takes no stop."""
    return text if text.endswith("-") else _sentence(text)


def _custom(csl: Csl, key: str) -> str:
    custom = csl.get("custom")
    return str(custom.get(key, "")).strip() if isinstance(custom, Mapping) else ""


def _truncated(csl: Csl) -> bool:
    return _custom(csl, "authors_truncated") == "True"


def _text(csl: Csl, key: str) -> str:
    value = " ".join(str(csl.get(key, "")).split())
    return value.replace("–", "-") if key in {"page", "volume", "issue"} else value


def _bare(text: str) -> str:
    """Without one final stop."""
    return text.strip().removesuffix(".")


def _sentence(text: str) -> str:
    """With exactly one final stop; a question or exclamation mark is a stop. Nothing stays nothing."""
    bare = _bare(text)
    return bare if not bare or bare.endswith(("?", "!")) else f"{bare}."


def _names(csl: Csl) -> list[str]:
    """`van Zundert J`, `Helm S II`, and collective names as they are."""
    return [_name(author) for author in csl.get("author", ())]


def _name(author: Mapping[str, str]) -> str:
    if literal := author.get("literal"):
        return _bare(literal)
    particles = (author.get("dropping-particle", ""), author.get("non-dropping-particle", ""))
    parts = (*particles, author.get("family", ""), _initials(author.get("given", "")), author.get("suffix", ""))
    return " ".join(_bare(part) for part in parts if part.strip())


def _initials(given: str) -> str:
    """`I D`, `I.D.`, `ID` and `Ian David` give `ID`; `Jean-Pierre` gives `JP`."""
    names = [name for name in re.split(r"[\s.\-\u2010\u2011]+", given) if name]
    return "".join(name if name.isupper() and len(name) <= 3 else name[0].upper() for name in names)


def _parts(value: Any) -> list[list[int]]:
    """The date-parts of a CSL date as numbers; [] where there are none."""
    parts = value.get("date-parts", ()) if isinstance(value, Mapping) else ()
    return [[int(number) for number in part] for part in parts if part]


def day_parts(value: Any) -> list[int]:
    """Year, month and day of a CSL date, as far as they are known."""
    parts = _parts(value)
    return parts[0] if parts else []


def _words(part: list[int]) -> list[str]:
    """`[2025, 2, 19]` as year, month and day in words."""
    year, *rest = part
    return [str(year), *(months.SHORT[month - 1] for month in rest[:1]), *(str(day) for day in rest[1:2])]


def _date(value: Any) -> str:
    """`2025 Feb 19`; a span without what both ends share: `2020 Jan-Feb`, `2019 Dec-2020 Jan`; a season or raw text."""
    parts = [_words(part) for part in _parts(value)]
    if not parts:
        return _raw_date(value)
    text = " ".join(parts[0])
    if len(parts) > 1 and parts[1] != parts[0]:
        same = 0
        while same < min(map(len, parts)) and parts[0][same] == parts[1][same]:
            same += 1
        return f"{text}-{' '.join(parts[1][same:])}"
    season = str(value.get("season", "")) if len(parts[0]) == 1 else ""
    return f"{text} {_SEASONS[int(season) - 1] if season in {'1', '2', '3', '4'} else season}".strip()


def _raw_date(value: Any) -> str:
    return str(value.get("raw") or value.get("literal") or "").strip() if isinstance(value, Mapping) else ""
