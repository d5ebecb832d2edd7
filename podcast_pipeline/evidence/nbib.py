"""NBIB, PubMed's MEDLINE format: what its button "Cite" and its search give as a file.

The fields: NLM, MEDLINE/PubMed Data Element (Field) Descriptions, nlm.nih.gov/bsd/mms/medlineelements.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from podcast_pipeline.evidence import citation, markup, medline
from podcast_pipeline.evidence.record import Import, PaperRecord
from podcast_pipeline.model.reference import Csl

_ROW = re.compile(r"([^\r\n]*)(?:\r\n?|\n|\Z)")
_LINE = re.compile(r"([A-Z]{2,4}) *- ?(.*)")
_FIELDS = {"container-title": "JT", "container-title-short": "TA", "volume": "VI", "issue": "IP", "publisher": "PB"}
_FIRST = frozenset({"PMID", "PMC", "OWN", "STAT", "TI"})
"""Fields with which a record may begin, behind an empty line."""
_KNOWN = frozenset(
    re.findall(
        r"\S+",
        """
        AB AD AID AU AUID BTI CDAT CI CN COI COIS CP CRDT CTDT CTI DA DCOM DEP DP DRDT ED EDAT EN FAU FED FIR FPS GN GR
        GS IP IR IRAD IS ISBN JID JT LA LID LR MH MHDA MID NM OAB OABL OCI OID ORIG OT OTO OWN PB PG PHST PL PMC PMCR
        PMID PRO PS PST PT PUBM RF RN SB SFM SI SO STAT TA TI TT VI VTI
        """,
    )
)
"""Fields that say nothing of where the paper stands."""
_MODELS = {citation.ELECTRONIC_PRINT: "Print", citation.ECOLLECTION: "eCollection"}
_PRINTED_ID = re.compile(r"\bpii: (\S+?)\.(?:\s|$)")


def read(text: str) -> Import:
    """The records of an NBIB file; one without title is a problem, and the others are kept."""
    records, problems = [], []
    for place, tags in enumerate(_entries(text), 1):
        record = _record(tags)
        if record.title:
            records.append(record)
        else:
            known = f" (PMID {record.csl['PMID']})" if record.csl.get("PMID") else ""
            problems.append(f"record {place}{known}: has no title (TI)")
    if not records and not problems:
        problems.append("no record found: an NBIB record begins with PMID-")
    return Import(tuple(records), tuple(problems))


def _entries(text: str) -> Iterator[list[tuple[str, str]]]:
    tags: list[tuple[str, str]] = []
    seen: set[str] = set()
    blank = False
    for row in _ROW.finditer(text.removeprefix("\ufeff")):
        line = row[1]
        match = _LINE.match(line)
        if match is None:
            if line.strip() and tags:
                tags[-1] = (tags[-1][0], f"{tags[-1][1]} {line.strip()}".strip())
            blank = blank or not line.strip()
            continue
        if (match[1] == "PMID" and seen & {"PMID", "TI"}) or (blank and match[1] in _FIRST & seen):
            yield tags
            tags, seen = [], set()
        tags.append((match[1], match[2].strip()))
        seen.add(match[1])
        blank = False
    if tags:
        yield tags


def _record(tags: Sequence[tuple[str, str]]) -> PaperRecord:
    first: dict[str, str] = {}
    for tag, value in tags:
        first.setdefault(tag, value)
    links = [(medline.REF_TYPES[tag], value) for tag, value in tags if tag in medline.REF_TYPES]
    notices, remarks = medline.said(links, [value for tag, value in tags if tag == "PT"])
    unknown = {tag: value for tag, value in tags if tag not in _KNOWN and tag not in medline.REF_TYPES}
    remarks += tuple(f'its field {tag} is not known here: "{value[:200]}"' for tag, value in unknown.items() if value)
    csl = medline.saying(_csl(tags, first), remarks)
    return PaperRecord(csl, notices, source="nbib", remarks=remarks, revised=_day(first.get("LR", "")))


def _csl(tags: Sequence[tuple[str, str]], first: dict[str, str]) -> Csl:
    types = {value for tag, value in tags if tag == "PT"}
    csl: dict[str, Any] = {"type": "article" if "Preprint" in types else "article-journal"}
    if "Preprint" in types and "[Preprint]" in first.get("SO", "[Preprint]"):
        csl["genre"] = "Preprint"
    vernacular = markup.plain(first.get("TT", ""))
    if title := medline.title(markup.plain(first.get("TI", "")), vernacular):
        csl["title"] = title
    if vernacular and vernacular.removesuffix(".") != title:
        csl["original-title"] = vernacular.removesuffix(".")
    csl |= {field: markup.plain(first[tag]) for field, tag in _FIELDS.items() if first.get(tag)}
    csl |= _people(tags, ("FAU", "AU"), "author") | _people(tags, ("FED", "ED"), "editor")
    if issued := medline.date(first.get("DP", "")):
        csl["issued"] = issued
    if online := medline.date(_day(first.get("DEP", "") or first.get("CTDT", ""), words=True)):
        csl["available-date"] = online
    custom: dict[str, Any] = {"authors_truncated": True} if _truncated(tags) else {}
    if book := markup.plain(first.get("BTI", "")):
        csl |= _of_a_book(csl, book, first)
        custom |= {"series_start": f"{first['DP']}-"} if csl["type"] == "chapter" and first.get("DP") else {}
    ids = [_identifier(value) for tag in ("LID", "AID") for value in _all(tags, tag)]
    if doi := next((id_ for id_, kind in ids if kind == "doi"), ""):
        csl["DOI"] = doi
    if number := next((id_ for id_, kind in ids if kind == "bookaccession"), ""):
        csl["URL"] = f"https://www.ncbi.nlm.nih.gov/books/{number}/"
    located = medline.pages(markup.plain(first.get("PG", "")))
    custom |= {**located.get("custom", {}), **_source(csl, first, ids)}
    csl |= {"page": located["page"]} if located else {}
    if not located and "pii" not in custom:
        csl |= _number([_identifier(value) for value in _all(tags, "LID")], ids, first.get("SO"))
    csl |= {field: first[tag] for field, tag in (("PMID", "PMID"), ("PMCID", "PMC")) if first.get(tag)}
    return csl | ({"custom": custom} if custom else {})


def _all(tags: Sequence[tuple[str, str]], wanted: str) -> list[str]:
    return [value for tag, value in tags if tag == wanted]


def _identifier(value: str) -> tuple[str, str]:
    """An identifier and its kind: `10.1000/x [doi]`, `e123 [pii]`; one without a kind is the publisher's number."""
    id_, bracket, kind = value.rpartition(" [")
    return (id_.strip(), kind.rstrip("]")) if bracket else (value, "pii")


def _number(located: Sequence[tuple[str, str]], ids: Sequence[tuple[str, str]], line: str | None) -> dict[str, str]:
    """The publisher's number of an article without pages, which PubMed prints in their place: where its own line shows
    which, that one, else one that is a location. One that it does not print is kept as the record's number."""
    if shown := [id_ for id_, _ in (*located, *ids) if f":{id_}." in (line or "")]:
        return {"page": shown[0]}
    numbers = [id_ for id_, kind in located if kind == "pii"]
    return {"page" if line is None else "number": numbers[0]} if numbers else {}


def _source(csl: Csl, first: dict[str, str], ids: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """How PubMed prints the record: its own line (SO), and what only that tells or leaves out.

    A record has no PubModel. PST is the status of publication; an electronic article has two dates where it belongs to
    a collection, whose date has no day, or to a printed issue.
    """
    line = first.get("SO", "")
    custom: dict[str, Any] = {"pubmed_source": line} if line else {}
    same = csl.get("available-date") == csl.get("issued")
    if first.get("PST") == "ppublish" and same and first.get("DEP"):
        custom["print_model"] = citation.PRINT_ELECTRONIC
    named = [model for model, word in _MODELS.items() if f" {word} " in line]
    if first.get("PST") == "epublish" and first.get("DEP") and (named or not same):
        day = len(csl.get("issued", {}).get("date-parts", [[]])[0]) > 2
        unnamed = citation.ELECTRONIC if line else citation.ELECTRONIC_PRINT if day else citation.ECOLLECTION
        custom["print_model"] = (*named, unnamed)[0]
    if (pii := _PRINTED_ID.search(line)) and (pii[1], "pii") in ids:
        custom["pii"] = pii[1]
    if line and "doi:" not in line and csl.get("DOI"):
        custom["doi_apart"] = True
    return custom


def _of_a_book(csl: Csl, book: str, first: dict[str, str]) -> dict[str, Any]:
    """A chapter of a book that PubMed has (StatPearls, GeneReviews), or the whole book."""
    place = {"publisher-place": first["PL"]} if first.get("PL") else {}
    medium = {"medium": "Internet"} if "bookaccession" in first.get("AID", "") + first.get("LID", "") else {}
    if csl.get("title", book) == book:
        return {"type": "book", "title": book, **place, **medium}
    return {"type": "chapter", "container-title": book, **place, **medium}


def _people(tags: Sequence[tuple[str, str]], names: tuple[str, str], role: str) -> dict[str, Any]:
    """Authors with their groups in the order of the file, or the editors. Collaborators (IR) are no authors."""
    full, short = names
    people: list[dict[str, str]] = []
    waiting = ""
    for tag, value in tags:
        value = markup.plain(value)
        if tag in (full, "CN") and waiting:
            people.append(medline.person("", waiting))
            waiting = ""
        if tag == full:
            waiting = value
        elif tag == short and not _is_cut(value):
            people.append(medline.person(value, waiting))
            waiting = ""
        elif tag == "CN" and role == "author" and value:
            people.append({"literal": value})
    people += [medline.person("", waiting)] if waiting else []
    return {role: people} if people else {}


def _is_cut(name: str) -> bool:
    return name.casefold().rstrip(".") == "et al"


def _truncated(tags: Sequence[tuple[str, str]]) -> bool:
    return any(_is_cut(value) for value in _all(tags, "AU"))


def _day(text: str, *, words: bool = False) -> str:
    """`20200403` as `2020-04-03`, or in the words of PubMed's other dates (`2020 Apr 3`); "" for anything else."""
    match = re.fullmatch(r"(\d{4})(\d\d)(\d\d)?", text.strip())
    if match is None or not 1 <= int(match[2]) <= 12:
        return text if words else ""
    parts = [part for part in match.groups() if part]
    return citation.in_words({"date-parts": [[int(part) for part in parts]]}) if words else "-".join(parts)
