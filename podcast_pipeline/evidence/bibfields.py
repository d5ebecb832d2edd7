"""The fields of one BibTeX or biblatex record as the fields of CSL: each is taken once, the rest stays in the note."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from podcast_pipeline import months
from podcast_pipeline.evidence import dates, latex, library, markup, noted
from podcast_pipeline.evidence import names as persons
from podcast_pipeline.evidence.names import ET_AL, from_text
from podcast_pipeline.numeral import whole

TYPES = {
    "article": "article-journal", "suppperiodical": "article-journal", "incollection": "chapter",
    "inbook": "chapter", "bookinbook": "chapter", "suppbook": "chapter", "book": "book", "mvbook": "book",
    "collection": "book", "mvcollection": "book", "proceedings": "book", "mvproceedings": "book", "manual": "book",
    "techreport": "report", "report": "report", "inproceedings": "paper-conference",
    "conference": "paper-conference", "phdthesis": "thesis", "mastersthesis": "thesis", "thesis": "thesis",
    "online": "webpage", "electronic": "webpage", "www": "webpage", "unpublished": "manuscript",
    "booklet": "pamphlet", "dataset": "dataset", "software": "software", "patent": "patent",
    "inreference": "entry-encyclopedia", "reference": "book", "periodical": "periodical", "standard": "standard",
    "legislation": "legislation", "jurisdiction": "legal_case", "letter": "personal_communication", "audio": "song",
    "video": "motion_picture", "movie": "motion_picture", "artwork": "graphic", "review": "review",
    "misc": "document",
}  # fmt: skip
"""The first of each kind is the one that is written."""
_FIELDS = {
    "container-title": ("journal", "journaltitle", "booktitle", "maintitle", "eventtitle"),
    "container-title-short": ("shortjournal", "journalabbr", "journal-abbrev"),
    "volume": ("volume",),
    "issue": ("number", "issue"),
    "page": ("pages", "eid", "articleno", "article-number", "articlenumber"),
    "publisher": ("publisher", "institution", "school", "organization"),
    "publisher-place": ("address", "location"),
    "collection-title": ("series",),
    "edition": ("edition",),
    "ISBN": ("isbn",),
    "ISSN": ("issn",),
    "abstract": ("abstract",),
    "keyword": ("keywords", "keyword"),
    "language": ("language", "langid"),
}
_OWN = frozenset(
    {"file", "groups", "owner", "timestamp", "ids", "read", "rating", "sortkey", "sorttitle", "sortname", "presort"}
    | {"shorttitle", "shortauthor", "options", "local-url", "creationdate", "modificationdate", "qualityassured"}
    | {"date-added", "date-modified", "mendeley-groups", "mendeley-tags", "__markedentry", "crossref", "xdata", "key"}
)
"""What programs keep for themselves."""
_SIMPLE = re.compile(r"[\w\s.,:;()/+=-]*", re.ASCII)
"""Text in which nothing has to be read."""
_NUMBERS = ("doi", "pmid", "pmcid")
_NAMED = re.compile(r"\b(family|given|prefix|suffix)\s*=\s*([^,]+)", re.IGNORECASE)
_PARTS = {"family": "family", "given": "given", "prefix": "non-dropping-particle", "suffix": "suffix"}


_ENDING_ET_AL = re.compile(r"(.*\S)[\s,]+et\.?\s*al\.?", re.DOTALL)
_PERSON = re.compile(r",\s*[A-ZÀ-Þ]|\s[A-ZÀ-Þ]{1,3}\Z|[A-ZÀ-Þ]\.")
"""What stands in a person's name, and in no firm's."""


class BibRecord:
    """One record on its way: the fields that are left, what was read otherwise than it stands there (`notes`), and what
    could not be read, and stays as it stands (`unread`)."""

    def __init__(self, kind: str, fields: Mapping[str, str]) -> None:
        self.kind, self.left, self.notes, self.unread = kind, dict(fields), list[str](), list[str]()

    def plain(self, name: str, text: str) -> str:
        """`text` of the field `name` without LaTeX and markup."""
        if _SIMPLE.fullmatch(text) is not None and "--" not in text:
            return " ".join(text.split())
        text, commands = latex.plain(text)
        self.unread += [f"{name}: the command {command} is unknown and stands as it is" for command in commands]
        return markup.plain(text)

    def take(self, *names: str) -> str:
        """The first text of these fields; one of another name that says something else stays."""
        first = ""
        for name in names:
            if name not in self.left:
                continue
            if (text := self.plain(name, self.left[name])) and not first:
                first = text
            if text in ("", first):
                del self.left[name]
        return first

    def csl(self) -> dict[str, Any]:
        csl: dict[str, Any] = {"type": self.type(), "title": self.title()}
        for field, names in _FIELDS.items():
            csl[field] = self.take(*names)
        if subtitle := self.take("journalsubtitle", "booksubtitle"):
            csl["container-title"] = f"{csl['container-title']}: {subtitle}"
        csl["page"] = re.sub(r"\s*(?:-{2,}|[\N{EN DASH}\N{EM DASH}])\s*", "-", csl["page"])
        if csl["type"] in ("document", "manuscript") and csl["container-title"] and (csl["volume"] or csl["page"]):
            csl["type"] = "article-journal"
        csl |= self.identifiers()
        csl |= self.people()
        for field, value in (("issued", self.issued()), ("accessed", self.date("urldate"))):
            csl[field] = value
        csl["available-date"] = self.date("epubdate")
        csl["note"] = "\n".join(self.rest())
        noted.take(csl, self.notes)
        return {field: value for field, value in csl.items() if value}

    def type(self) -> str:
        kind = TYPES.get(self.kind)
        if kind == "document" and (own := self.left.get("type", "")) in library.TYPES:  # as it is written
            return str(self.left.pop("type") and own)
        if kind is None:
            self.notes.append(f"@{self.kind}: is no type of BibTeX and was taken for a document")
        return kind or "document"

    def title(self) -> str:
        title, sub = self.take("title"), self.take("subtitle")
        if not title:
            return self.take("booktitle") if TYPES.get(self.kind) == "book" else ""
        return f"{title}{'' if title.endswith(('?', ':')) else ':'} {sub}" if sub else title

    def identifiers(self) -> dict[str, str]:
        """DOI, PMID and PMCID as they stand, also where they are called otherwise, and the address."""
        ids = {name.upper(): latex.verbatim(self.left.pop(name)) for name in _NUMBERS if name in self.left}
        for field, names in (("PMID", ("pubmedid", "pubmed")), ("PMCID", ("pmc",))):
            for name in names:
                if (value := latex.verbatim(self.left.get(name, ""))) and ids.setdefault(field, value) == value:
                    del self.left[name]
        kind = (self.left.get("eprinttype") or self.left.get("archiveprefix") or "").casefold().strip("{} ")
        field = {"pubmed": "PMID", "pmid": "PMID", "pmcid": "PMCID", "pmc": "PMCID"}.get(kind, "")
        if field and (value := latex.verbatim(self.left.get("eprint", ""))) and ids.setdefault(field, value) == value:
            self.left = {name: text for name, text in self.left.items() if name not in ("eprint", "eprinttype")}
        for name in ("url", "howpublished", "note"):
            if address := re.search(r"https?://[^\s{}]+", latex.verbatim(self.left.get(name, ""))):
                ids.setdefault("URL", address[0])
                if name != "note":
                    rest = re.sub(r"\\url|[{}\s]", "", latex.verbatim(self.left[name]).replace(address[0], "", 1))
                    self.left |= {name: "" if ids["URL"] == address[0] and not rest else self.left[name]}
        return {name: value for name, value in ids.items() if value}

    def people(self) -> dict[str, Any]:
        people: dict[str, Any] = {}
        for field in ("author", "editor"):
            names = [name for name in self.names(field, self.left.pop(field, "")) if name]
            if field == "author" and any(ET_AL.fullmatch(_whole(name)) for name in names):
                people["custom"] = {"authors_truncated": True}
            if names := [name for name in names if not ET_AL.fullmatch(_whole(name))]:
                people[field] = names
        return people

    def names(self, field: str, text: str) -> Iterator[dict[str, str]]:
        names = [name.strip() for name in _split(latex.accented(text), r"\s+(?i:and)\s+") if name.strip()]
        if names and (cut := _ENDING_ET_AL.fullmatch(names[-1])):
            names[-1:] = [cut[1], "others"]
        for name in names:
            if latex.closing(name, 0) == len(name) - 1:
                yield {"literal": self.plain(field, name)}
            elif len(listed := _listed(name)) > 1:
                self.notes.append(f'{field}: "{name}" is read as {len(listed)} names: BibTeX wants "and" between them')
                yield from (self.one(field, each) for each in listed)
            else:
                yield from self.of_group(field, name)

    def of_group(self, field: str, name: str) -> Iterator[dict[str, str]]:
        """A person, and the group whose name was joined to the person's."""
        name, group = persons.of_group(name)
        yield self.one(field, name)
        if group:
            self.notes.append(f'{field}: "{self.plain(field, group)}", for whom the last author wrote, stands apart')
            yield {"literal": self.plain(field, group)}

    def one(self, field: str, name: str) -> dict[str, str]:
        """A person without titles; what is no name of one person stays in one piece."""
        bare, title = persons.untitled(name)
        if title:
            self.notes.append(f'{field}: "{title}" before "{self.plain(field, bare)}" is left out')
        alone, suffix = persons.generation(bare)
        person = self.name(field, alone) | ({"suffix": suffix} if suffix else {})
        if persons.likely(person):
            return person
        whole = self.plain(field, bare)
        self.notes.append(f'{field}: "{whole}" is not read as one person\'s name, and is printed as it stands')
        return {"literal": whole}

    def name(self, field: str, name: str) -> dict[str, str]:
        from bibtexparser.middlewares.names import parse_single_name_into_parts

        if given := {part.lower(): text.strip() for part, text in _NAMED.findall(name)}:  # as biblatex has it
            return {_PARTS[part]: self.plain(field, text) for part, text in given.items()}
        bare = self.plain(field, name)
        if "," not in name and "family" in (person := from_text(bare)) and "{" not in name:  # Smith JA
            return person
        if ET_AL.fullmatch(bare):
            return {"literal": bare}
        if len(_split(name, ",")) > 3:
            self.notes.append(f'{field}: "{bare}" has more commas than a name, and is printed as it stands')
            return {"literal": bare}
        parts = parse_single_name_into_parts(name, strict=False)
        person = {
            "family": self.plain(field, " ".join(parts.last)),
            "given": self.plain(field, " ".join(parts.first)),
            "non-dropping-particle": self.plain(field, " ".join(parts.von)),
            "suffix": self.plain(field, " ".join(parts.jr)),
        }
        if not person["family"]:
            return {"literal": bare} if bare else {}
        return persons.parted({part: text for part, text in person.items() if text})

    def date(self, name: str) -> dict[str, Any] | None:
        text = self.take(name)
        date, strange = dates.parsed(text) if text else (None, "")
        if text and (strange or date is None):
            self.notes.append(f'{name}: "{text}" was not understood')
        return date

    def issued(self) -> dict[str, Any] | None:
        """biblatex's date, else year, month and day; what no date is stays as it is written."""
        written = self.take("date") if self.left.get("date") else ""
        if written and dates.parsed(written)[0] is not None:
            for name in ("year", "month", "day"):
                self.left.pop(name, None)
        year, month, day = self.take("year"), self.take("month"), self.take("day")
        if not written:
            number, day = whole(month), "" if day and day in re.findall(r"\d+", month) and day != month else day
            named = months.SHORT[number - 1] if number is not None and 1 <= number <= 12 else month
            written = " ".join(part for part in (year, named.replace("\N{EN DASH}", "-"), day) if part)
        if not written:
            return None
        date, strange = dates.parsed(written)
        if date is not None and strange:
            self.notes.append(f'date: of "{written}" only {date["date-parts"][0]} is read, not {strange}')
        return {"literal": written} if date is None else date

    def rest(self) -> Iterator[str]:
        """What no field of CSL has, a line each; remarks without their name, as CSL has room for them."""
        for name in ("note", "annote", "annotation", "addendum"):
            if text := self.take(name):
                yield text
        for name, text in self.left.items():
            if name not in _OWN and not name.startswith("bdsk-") and (shown := self.plain(name, text)):
                yield f"{name}: {shown}"


def _whole(name: Mapping[str, str]) -> str:
    return " ".join(name[part] for part in ("given", "literal", "family") if part in name)


def _split(text: str, between: str) -> list[str]:
    """The parts of `text`, split outside of braces."""
    parts, depth = [""], 0
    for part in re.split(rf"({between}|(?<!\\)[{{}}])", text):
        depth += {"{": 1, "}": -1}.get(part, 0)
        if depth == 0 and part not in ("", "{", "}") and re.fullmatch(between, part):
            parts.append("")
        else:
            parts[-1] += part
    return parts


def _listed(text: str) -> list[str]:
    """The names of a list with semicolons or ampersands, or with commas between names, too: `Smith, J., Doe, A. B.`."""
    for between in (r";", r"\s+\\?&\s+"):
        parts = [part.strip() for part in _split(text, between) if part.strip()]
        if len(parts) > 1 and (between == ";" or all(_PERSON.search(part) for part in parts)):
            return [name for part in parts for name in _listed(part)]
    return persons.listed(_split(text, ",")) or [text]
