"""A reference as text, by the rules of PubMed (NLM) and of the AMA Manual of Style, 11th edition.

Written here because no citation engine prints these forms without slips: pages of supplements and e-pages are cut
(`S1-S127` to `S1-27`), the Epub date and the PMID are lost, and text is not escaped. Everything is printed from the
fields of the record, never from a string that somebody printed before.

What PubMed calls the source of a citation follows NLM's rules for the record's model of publication (`PubModel`):
nlm.nih.gov/bsd/licensee/journal_source.html and elements_article_source.html. `issued` is the date of the issue
(PubDate), `available-date` that of the article (ArticleDate):

    Print                    J. PubDate;1(2):3-4. doi: X.
    Print-Electronic         J. PubDate;1(2):3-4. doi: X. Epub ArticleDate.
    Electronic               J. ArticleDate;1(2):e3. doi: X.
    Electronic-Print         J. ArticleDate;1(2):e3. doi: X. Print PubDate.
    Electronic-eCollection   J. ArticleDate;1(2):e3. doi: X. eCollection PubDate.

A record without a model is of one of the first two, and a day that it gives twice is printed once. Pages stand as
PubMed shortens them; an item without pages has its publisher's number (pii).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from podcast_pipeline import months
from podcast_pipeline.evidence.dates import SEASONS
from podcast_pipeline.model.reference import Csl, Reference

PRINTED = frozenset(
    {"id", "type", "title", "author", "container-title", "container-title-short", "issued", "available-date"}
    | {"accessed", "volume", "issue", "page", "publisher", "publisher-place", "DOI", "PMID", "PMCID", "URL", "custom"}
    | {"editor", "edition", "genre", "medium"}
)
"""The fields of a record that are printed, or that tell one paper from another."""
PRINT_ELECTRONIC, ELECTRONIC = "Print-Electronic", "Electronic"
ELECTRONIC_PRINT, ECOLLECTION = "Electronic-Print", "Electronic-eCollection"
_ELECTRONIC_FIRST = {ELECTRONIC: "", ELECTRONIC_PRINT: "Print", ECOLLECTION: "eCollection"}
"""Models in which the article's own date is that of the citation, and what stands before that of the issue."""
_CUSTOM = frozenset({"series_start", "page_as_printed", "authors_truncated", "print_model", "pii", "doi_apart"})
_ROMANS = {"2nd": "II", "3rd": "III", "4th": "IV", "5th": "V"}
_IN_A_BOOK = {"chapter", "entry", "entry-dictionary", "entry-encyclopedia", "paper-conference"}


def pubmed(reference: Reference) -> str:
    """The reference as PubMed cites it: all authors, full pages as stored, DOI, Epub date, PMID and PMCID."""
    csl = reference.csl
    authors = _names(csl)
    if _truncated(csl):
        authors.append("et al")
    parts = [_sentence(", ".join(authors)), _sentence(_text(csl, "title"))]
    if is_article(csl):
        parts.append(source(csl))
    elif csl.get("type") in _IN_A_BOOK:
        day = in_words(csl.get("available-date")) or in_words(csl.get("issued"))
        parts += [_sentence(day), "In: " + _editors(csl) + _sentence(_book(csl)), _sentence(_edition(csl))]
        parts.append(_open_end(_imprint(csl, _custom(csl, "series_start"))))
        parts.append(_sentence(f"p. {_printed_pages(csl)}" if _printed_pages(csl) else ""))
    else:
        if not csl.get("author"):
            parts.insert(0, _editors(csl).strip())
        parts.append(_sentence(_edition(csl)))
        parts.append(_sentence(_imprint(csl, in_words(csl.get("issued"))) + _cited_on(csl)))
    return " ".join(part for part in (*parts, *_pubmed_identifiers(reference)) if part)


def source(csl: Csl) -> str:
    """Where an article stands, as the field SO of PubMed has it: journal, date, volume, pages, DOI, the other date."""
    shown, other = _cited_dates(csl)
    preprint = " [Preprint]" if str(csl.get("genre", "")).casefold() == "preprint" else ""
    parts = [_sentence(_journal(csl) + preprint), _sentence(_located(shown, csl, _printed_pages(csl)))]
    if pii := _custom(csl, "pii"):
        parts.append(f"pii: {pii}.")
    if csl.get("DOI") and not _doi_apart(csl):
        parts.append(f"doi: {csl['DOI']}.")
    return " ".join(part for part in (*parts, other) if part)


def _cited_dates(csl: Csl) -> tuple[str, str]:
    """The date of the citation, and the other one with its word, by the record's model of publication."""
    issued, online = in_words(csl.get("issued")), in_words(csl.get("available-date"))
    if (word := _ELECTRONIC_FIRST.get(_custom(csl, "print_model"))) is not None and online:
        return online, f"{word} {issued}." if issued and word else ""
    both = online != issued or _custom(csl, "print_model") == PRINT_ELECTRONIC
    return issued or online, f"Epub {online}." if online and issued and both else ""


def electronic_first(csl: Csl) -> bool:
    """Whether the article's own date is that of its citation: the issue or collection may be of any other day."""
    return _custom(csl, "print_model") in _ELECTRONIC_FIRST


def _doi_apart(csl: Csl) -> bool:
    """Whether PubMed's own line has no DOI: it then stands with the other identifiers."""
    return _custom(csl, "doi_apart") == "True"


def _book(csl: Csl) -> str:
    medium = f" [{_text(csl, 'medium')}]" if csl.get("medium") else ""
    return f"{_text(csl, 'container-title')}{medium}"


def _edition(csl: Csl) -> str:
    """`6th ed`; the first is not told, a name stands as it is."""
    text = _text(csl, "edition")
    match = re.fullmatch(r"(\d+)(?:st|nd|rd|th)?\.?(?:\s+ed(?:ition|n)?\.?)?", text, re.IGNORECASE)
    if match is None:
        return text
    number = int(match[1])
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending} ed" if number > 1 else ""


def _editors(csl: Csl, word: str = "editor") -> str:
    names = [_name(editor) for editor in csl.get("editor", ()) if isinstance(editor, Mapping)]
    return f"{', '.join(names)}, {word}{'s' if len(names) > 1 else ''}. " if names else ""


def printed_fields(csl: Csl) -> Csl:
    """The record without what is printed nowhere, such as an abstract."""
    kept = {name: value for name, value in csl.items() if name in PRINTED}
    if isinstance(custom := kept.pop("custom", None), Mapping):
        kept |= {"custom": own} if (own := {name: custom[name] for name in _CUSTOM if name in custom}) else {}
    return kept


def ama(reference: Reference) -> str:
    """The reference by AMA 11: up to 6 authors, else 3 and `et al`; ends in the DOI, else in the PMID (house rule)."""
    csl = reference.csl
    authors = [_name(_in_romans(author)) for author in csl.get("author", ())]
    if len(authors) > 6 or _truncated(csl):
        authors = [*authors[:3], "et al"]
    issued = _parts(csl.get("available-date" if electronic_first(csl) else "issued"))
    year = str(issued[0][0]) if issued else in_words(csl.get("issued"))
    parts = [_sentence(", ".join(authors)), _sentence(_text(csl, "title"))]
    if is_article(csl):
        parts += [_sentence(_journal(csl)), _sentence(_located(year, csl, _text(csl, "page")))]
    elif csl.get("type") in _IN_A_BOOK:
        imprint = "; ".join(part for part in (_text(csl, "publisher"), year) if part)
        pages = _text(csl, "page")
        parts += [f"In: {_editors(csl, 'ed')}".strip(), _sentence(_text(csl, "container-title"))]
        parts += [_sentence(_edition(csl)), _sentence(f"{imprint}:{pages}" if pages else imprint)]
    else:
        parts.append(_sentence(_edition(csl)))
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
    csl = reference.csl
    article = is_article(csl)
    identifiers = [f"doi: {reference.doi}."] if reference.doi and (not article or _doi_apart(csl)) else []
    if not article and csl.get("type") not in _IN_A_BOOK and (epub := in_words(csl.get("available-date"))):
        identifiers.append(f"Epub {epub}.")
    numbers = [f"PMID: {reference.pmid}"] if reference.pmid else []
    numbers += [f"PMCID: {reference.pmcid}"] if reference.pmcid else []
    if numbers:
        identifiers.append("; ".join(numbers) + ".")
    if address := "" if identifiers or (article and reference.doi) else _text(csl, "URL"):
        identifiers.append(f"Available from: {address}")  # no stop after an address: it would be copied with it
    return identifiers


def is_article(csl: Csl) -> bool:
    """Whether it is printed as an article of a journal."""
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
    return f" [cited {in_words(csl.get('accessed'))}]" if csl.get("accessed") else ""


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


def _in_romans(author: Mapping[str, str]) -> Mapping[str, str]:
    """`2nd`, as NLM writes generations, as `II`, which AMA does."""
    return {**author, "suffix": _ROMANS.get(author.get("suffix", ""), author.get("suffix", ""))}


def _initials(given: str) -> str:
    """`I D`, `I.D.`, `ID` and `Ian David` give `ID`; `Jean-Pierre` gives `JP`, `Th.` stays `Th`."""
    return "".join(_initial(*name) for name in re.findall(r"([^\s.\-\u2010\u2011]+)(\.?)", given))


def _initial(name: str, stop: str) -> str:
    kept = (name.isupper() and len(name) <= 3) or (stop and len(name) == 2) or name[0].lower() == name[0].upper()
    return name if kept else name[0].upper()


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


def in_words(value: Any) -> str:
    """`2025 Feb 19`; a span without what both ends share: `2020 Jan-Feb`, `2019 Dec-2020 Jan`; a season or raw text.

    Words that stand beside the numbers (`literal`) say it better than they do.
    """
    if isinstance(value, Mapping) and str(value.get("literal") or "").strip():
        return str(value["literal"]).strip()
    parts = [_words(part) for part in _parts(value)]
    if not parts:
        return str(value.get("raw") or "").strip() if isinstance(value, Mapping) else ""
    text = " ".join(parts[0])
    if len(parts) > 1 and parts[1] != parts[0]:
        same = 0
        while same < min(map(len, parts)) and parts[0][same] == parts[1][same]:
            same += 1
        return f"{text}-{' '.join(parts[1][same:])}"
    season = str(value.get("season", "")) if len(parts[0]) == 1 else ""
    return f"{text} {SEASONS[int(season) - 1] if season in {'1', '2', '3', '4'} else season}".strip()
