"""The tags of one RIS record as the fields of CSL: each is taken once, and what is left stays in the record's note."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.evidence import dates, identifiers, library, noted
from podcast_pipeline.evidence.markup import plain
from podcast_pipeline.evidence.names import ET_AL, from_text, listed

TYPES = {
    "JOUR": "article-journal", "EJOUR": "article-journal", "JFULL": "article-journal", "INPR": "article-journal",
    "ABST": "article-journal", "MGZN": "article-magazine", "NEWS": "article-newspaper", "UNPB": "article",
    "CHAP": "chapter", "ECHAP": "chapter", "BOOK": "book", "EBOOK": "book", "EDBOOK": "book", "CLSWK": "classic",
    "RPRT": "report", "GOVDOC": "report", "CPAPER": "paper-conference", "CONF": "paper-conference", "THES": "thesis",
    "ELEC": "webpage", "WEB": "webpage", "ICOMM": "webpage", "BLOG": "post-weblog", "DATA": "dataset",
    "AGGR": "dataset", "DBASE": "dataset", "COMP": "software", "STAND": "standard", "DICT": "entry-dictionary",
    "ENCYC": "entry-encyclopedia", "MANSCPT": "manuscript", "PAMP": "pamphlet", "PAT": "patent",
    "STAT": "legislation", "CASE": "legal_case", "BILL": "bill", "HEAR": "hearing", "PCOMM": "personal_communication",
    "SLIDE": "speech", "SOUND": "song", "MPCT": "motion_picture", "VIDEO": "motion_picture", "MAP": "map",
    "MUSIC": "musical_score", "ART": "graphic", "FIGURE": "figure", "GEN": "document",
}  # fmt: skip
"""The first of each kind is the one that is written."""
_WHOLE_BOOKS = frozenset({"BOOK", "EBOOK", "EDBOOK", "CLSWK"})
_NUMBERED = frozenset({*(f"C{n}" for n in range(1, 9)), *(f"U{n}" for n in range(1, 6)), "ID", "AN", "PM"})
_UNSAID = frozenset({"TY", "ER", "ID"})


class RisTags:
    """One record on its way: the tags that are left, and what was read otherwise than it stands there (`notes`)."""

    def __init__(self, tags: Sequence[tuple[str, str]]) -> None:
        self.left = [(tag, value) for tag, value in tags if value]
        self.notes: list[str] = []
        self.kind = next((value for tag, value in self.left if tag == "TY"), "").upper()

    def all(self, *names: str) -> list[str]:
        """The values of these tags, in the order of the tags."""
        taken = [(tag, value) for name in names for tag, value in self.left if tag == name]
        self.left = [each for each in self.left if each not in taken]
        return [value for _, value in taken]

    def one(self, *names: str) -> str:
        """The first text of these tags; others that say the same are gone, others that do not stay."""
        texts = [plain(value) for name in names for tag, value in self.left if tag == name]
        first = next(filter(None, texts), "")
        folded = first.casefold().rstrip(".")
        self.left = [
            (tag, value)
            for tag, value in self.left
            if tag not in names or plain(value).casefold().rstrip(".") not in ("", folded)
        ]
        return first

    def csl(self) -> dict[str, Any]:
        csl: dict[str, Any] = {"type": self.type()}
        identified = self.identifiers()
        whole = self.kind in _WHOLE_BOOKS
        csl["title"] = self.one("TI", "T1", "CT", *(["BT"] if whole else []))
        csl["collection-title" if whole else "container-title"] = self.one("T2", "JF", "BT")
        if not whole and not csl["container-title"]:
            csl["container-title"] = self.one("JO")
        csl["container-title-short"] = self.one("JA", "J2", "J1", "JO")
        csl |= {"volume": self.one("VL", "VO"), "issue": self.one("IS", "CP")}
        csl |= {"publisher": self.one("PB"), "publisher-place": self.one("CY", "PP")}
        csl["page"] = self.pages()
        csl |= self.authors()
        csl |= self.dates() | identified
        for name, tags in (("abstract", ("AB", "N2")), ("language", ("LA",)), ("ISSN", ("SN",)), ("genre", ("M3",))):
            csl[name] = self.one(*tags)
        csl["keyword"] = "; ".join(plain(word) for word in self.all("KW"))
        csl["collection-title"] = csl.get("collection-title") or self.one("T3")
        csl["source"] = self.one("DB")
        csl["note"] = "\n".join(f"{tag}: {plain(value)}" for tag, value in self.left if tag not in _UNSAID)
        return {name: value for name, value in csl.items() if value}

    def type(self) -> str:
        kind = TYPES.get(self.kind)
        meant = next((value.casefold() for tag, value in self.left if tag == "M3"), "")
        if kind in ("document", "article") and meant in library.TYPES:  # as it is written below
            self.all("M3")
            return meant
        if kind is None:
            self.notes.append(f'TY: "{self.kind}" is no type of RIS and was taken for a document')
        return kind or "document"

    def identifiers(self) -> dict[str, str]:
        """DOI, PMID and PMCID, wherever programs put them; a wrong one stays, to be refused by name."""
        taken: dict[str, str] = {}
        for tag, value in self.left:
            for name, bare in _identifiers(tag, value, self.database()):
                if name not in taken:
                    taken[name] = value if tag in ("DO", "DI") else bare
                elif identifiers.bare(name, taken[name]).casefold() != bare.casefold():
                    self.notes.append(
                        f"{tag}: {bare} is another {name} than {identifiers.bare(name, taken[name])}, which was taken"
                    )
        for tag, value in self.left:
            if tag in ("DO", "DI") and "DOI" not in taken:
                taken["DOI"] = value
            elif tag == "AN" and taken.get("PMID") == value and not self.database():
                self.notes.append(f"AN: {value} is taken for a PMID: no database (DB) is named")
        addresses = [value for tag, value in self.left if tag in ("UR", "LK", "L2") and value.startswith("http")]
        own = [address for address in addresses if not any(map(_accepts(address), identifiers.READERS))]
        if own[:1] or addresses[:1]:
            taken["URL"] = (own or addresses)[0].split()[0]
        gone = {taken.get(name, "").casefold() for name in identifiers.READERS} - {""}
        self.left = [
            (tag, value)
            for tag, value in self.left
            if not (tag in ("DO", "DI", "UR", "LK", "L2", "L3", "M3", *_NUMBERED) and self.same(value, taken, gone))
        ]
        return taken

    def same(self, value: str, taken: dict[str, str], gone: set[str]) -> bool:
        """Whether all that this tag says was taken."""
        if value.split()[0] == taken.get("URL") and " " not in value:
            return True
        return value.casefold() in gone or any(
            identifiers.bare(name, value).casefold() in gone for name in identifiers.READERS if _accepts(value)(name)
        )

    def database(self) -> str:
        return " ".join(value for tag, value in self.left if tag in ("DB", "DP")).casefold()

    def authors(self) -> dict[str, Any]:
        people: dict[str, Any] = {}
        authors: list[dict[str, str]] = []
        truncated = False
        for value in map(plain, self.all("AU", "A1")):
            for text in (
                re.split(r";\s*|\s+and\s+(?=[^,]+,)", value) if re.search(r";|,.*\sand\s.*,", value) else [value]
            ):
                if ET_AL.fullmatch(text.strip()):
                    truncated = True
                elif text.strip():
                    authors += map(from_text, listed(text.split(",")) or [text])
        if authors:
            people["author"] = authors
        if truncated:
            people["custom"] = {"authors_truncated": True}
        if editors := [from_text(plain(value)) for value in self.all("ED", "A2") if value.strip()]:
            people["editor"] = editors
        return people

    def dates(self) -> dict[str, Any]:
        """The year from the first field that has one, month and day from the one that says most of it."""
        given = [(tag, value) for name in ("PY", "DA", "Y1") for tag, value in self.left if tag == name]
        self.all("PY", "DA", "Y1")
        read = [(tag, value, *dates.parsed(value)) for tag, value in given]
        year = next((date["date-parts"][0][0] for _, _, date, _ in read if date), None)
        best: dict[str, Any] | None = None
        for tag, value, date, strange in read:
            if date is None and year is not None:  # `05//`, `May 3`
                joined = f"{year}/{value}" if "/" in value else f"{year} {value}"
                date, strange = dates.parsed(joined)
                strange = value if strange else ""
            if date is not None and date["date-parts"][0][0] != year:
                self.notes.append(f"{tag}: {value} is of another year than {year}, which was taken")
            elif date is not None and (best is None or _precision(date) > _precision(best)):
                best = date
            if strange and year is not None:
                self.notes.append(f'{tag}: "{value}" was not understood' + (f": {strange}" if strange != value else ""))
        said: dict[str, Any] = {"issued": best} if best else {}
        if not said and given:
            said["issued"] = {"literal": given[0][1]}
            if any(character.isdigit() for character in given[0][1]):
                self.notes.append(f'{given[0][0]}: "{given[0][1]}" names no year, and is printed as it stands')
        for edition in self.all("ET"):
            online, strange = dates.parsed(edition)
            if online is not None and not strange and len(online["date-parts"][0]) > 1:  # as EndNote has it of articles
                said.setdefault("available-date", online)
            elif edition:
                said.setdefault("edition", plain(edition))
        seen = next((value for tag, value in self.left if tag == "Y2"), "")
        day, strange = dates.parsed(seen)
        if day is not None and not strange:
            self.all("Y2")
            said["accessed"] = day
        return said

    def pages(self) -> str:
        """First and last page, the article number (C7) where there is none."""
        start, end = self.one("SP"), self.one("EP")
        if not start and not end:
            return self.one("C7")
        if not start or not end or start == end or "-" in start or end.startswith(f"{start}-"):
            return end if end.startswith(f"{start}-") or not start else start
        return f"{start}-{end}"


def _precision(date: dict[str, Any]) -> tuple[int, int, bool]:
    return len(date["date-parts"][0]), len(date["date-parts"]), "season" in date


def _accepts(value: str) -> Callable[[str], bool]:
    def accepts(name: str) -> bool:
        try:
            identifiers.READERS[name](value)
        except EvidenceError:
            return False
        return True

    return accepts


def _identifiers(tag: str, value: str, database: str) -> Iterator[tuple[str, str]]:
    """What a tag identifies the paper by, if it does: a number alone is a PMID only where its database is PubMed's."""
    medical = re.search(r"pubmed|medline|\bnlm\b|\bmed[0-9]*\b|\bmesz\b|\bppez\b", database) is not None
    if tag in ("DO", "DI", "M3", "L3", "L2", "UR", "LK") and _accepts(value)("DOI"):
        yield "DOI", identifiers.bare("DOI", value)
    if tag in ("UR", "LK", "L2") or tag in _NUMBERED:
        numbered = value.isdigit() and (
            (tag == "AN" and (medical or (not database and len(value) >= 5)))
            or (tag in ("ID", "U1", "U2") and medical)
            or (tag == "C2" and "scopus" in database)
            or tag == "PM"
        )
        if (not value.isdigit() or numbered) and _accepts(value)("PMID"):
            yield "PMID", identifiers.bare("PMID", value)
        if _accepts(value)("PMCID"):
            yield "PMCID", identifiers.bare("PMCID", value)
    if tag in ("C3", "N1", "AN", "U1", "U2", "M1", "M2"):
        yield from _noted("PMID", r"\b(?:PUBMED|PMID):?\s*(\d{1,8})\b", value)
    if tag in ("N1", "U1", "U2", "C2"):
        yield from _noted("PMCID", r"\bPMCID:?\s*(PMC\d+)\b", value)


def _noted(name: str, pattern: str, value: str) -> Iterator[tuple[str, str]]:
    """The first identifier of this form in a text that is the record's own."""
    own = (match[1] for match in re.finditer(pattern, value) if not noted.of_another(value, match.start()))
    yield from ((name, number) for number in itertools.islice(own, 1))
