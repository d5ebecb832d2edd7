"""One invented paper in the formats of every reader, each written by a small writer of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from podcast_pipeline import xmltree
from podcast_pipeline.evidence import crossref, datacite, pubmedxml
from podcast_pipeline.evidence.record import Import
from podcast_pipeline.evidence.web import Reply

DOI = "10.1000/written.2024"
Run = tuple[str, str]
"""Kind (`sup`, `sub`, `i` or "") and text."""


@dataclass(frozen=True)
class Written:
    """A paper as its author means it: the runs of its title, authors (family, given), volume and pages."""

    runs: tuple[Run, ...]
    authors: tuple[tuple[str, str], ...]
    group: str
    year: int
    volume: str
    pages: str

    def title(self, run: Callable[[str, str], str]) -> str:
        return "".join(run(kind, text) for kind, text in self.runs)

    @property
    def first(self) -> str:
        return self.pages.split("-")[0]


def html(kind: str, text: str) -> str:
    """As programs write markup into formats that have none: signs stand as they are."""
    return f"<{kind}>{text}</{kind}>" if kind else text


def escaped(kind: str, text: str) -> str:
    return html(kind, escape(text, quote=False))


def styled(kind: str, text: str) -> str:
    face = {"sup": "superscript", "sub": "subscript", "i": "italic"}.get(kind, "normal")
    return f'<style face="{face}" font="default" size="100%">{escape(text, quote=False)}</style>'


def latex(kind: str, text: str) -> str:
    for sign in "&%$#_":
        text = text.replace(sign, f"\\{sign}")
    command = {"sup": r"\textsuperscript", "sub": r"\textsubscript", "i": r"\emph"}.get(kind)
    return f"{command}{{{text}}}" if command else text


def bibtex(paper: Written) -> str:
    people = [f"{{{family}}}, {given}" for family, given in paper.authors] + [f"{{{latex('', paper.group)}}}"]
    fields = {"title": paper.title(latex), "author": " and ".join(people), "journal": "J Ex", "year": str(paper.year)}
    fields |= {"volume": paper.volume, "pages": paper.pages.replace("-", "--"), "doi": DOI}
    return "@article{key,\n" + ",\n".join(f"  {name} = {{{text}}}" for name, text in fields.items()) + "\n}\n"


def ris(paper: Written) -> str:
    names = [f"AU  - {family}, {given}" for family, given in paper.authors] + [f"AU  - {paper.group}"]
    pages = [f"{tag}  - {page}" for tag, page in zip(("SP", "EP"), paper.pages.split("-"), strict=False)]
    lines = ["TY  - JOUR", f"TI  - {paper.title(html)}", *names, "T2  - J Ex", f"PY  - {paper.year}"]
    return "\n".join([*lines, f"VL  - {paper.volume}", *pages, f"DO  - {DOI}", "ER  - ", ""])


def nbib(paper: Written) -> str:
    names = [
        tag for family, given in paper.authors for tag in (f"FAU - {family}, {given}", f"AU  - {family} {given[0]}")
    ]
    lines = ["PMID- 90000001", f"TI  - {paper.title(html)}.", *names, f"CN  - {paper.group}", f"DP  - {paper.year}"]
    return "\n".join([*lines, "TA  - J Ex", f"VI  - {paper.volume}", f"PG  - {paper.pages}", f"LID - {DOI} [doi]"])


def csl(paper: Written) -> str:
    authors = [{"family": family, "given": given} for family, given in paper.authors] + [{"literal": paper.group}]
    record = {"type": "article-journal", "title": paper.title(html), "author": authors, "container-title": "J Ex"}
    dated = {"issued": {"date-parts": [[paper.year]]}, "volume": paper.volume, "page": paper.pages, "DOI": DOI}
    return json.dumps([record | dated], ensure_ascii=False)


def endnote(paper: Written) -> str:
    names = [f"<author>{escape(f'{family}, {given}')}</author>" for family, given in paper.authors]
    return f"""<?xml version="1.0" encoding="UTF-8"?><xml><records><record>
    <ref-type name="Journal Article">17</ref-type>
    <contributors><authors>{"".join(names)}<author>{escape(paper.group)},</author></authors></contributors><titles>
    <title>{paper.title(styled)}</title><secondary-title>J Ex</secondary-title></titles><pages>{paper.pages}</pages>
    <volume>{paper.volume}</volume><dates><year>{paper.year}</year></dates>
    <electronic-resource-num>{DOI}</electronic-resource-num></record></records></xml>"""


def pubmed(paper: Written) -> str:
    names = [
        f"<Author><LastName>{escape(family)}</LastName><Initials>{given[0]}</Initials></Author>"
        for family, given in paper.authors
    ]
    return f"""<PubmedArticleSet><PubmedArticle><MedlineCitation>
    <PMID>90000001</PMID><Article PubModel="Print"><Journal>
    <JournalIssue><Volume>{paper.volume}</Volume><PubDate><Year>{paper.year}</Year></PubDate></JournalIssue></Journal>
    <ArticleTitle>{paper.title(escaped)}.</ArticleTitle><Pagination><MedlinePgn>{paper.pages}</MedlinePgn></Pagination>
    <ELocationID EIdType="doi">{DOI}</ELocationID><AuthorList>{"".join(names)}<Author><CollectiveName>
    {escape(paper.group)}</CollectiveName></Author></AuthorList></Article>
    <MedlineJournalInfo><MedlineTA>J Ex</MedlineTA></MedlineJournalInfo></MedlineCitation></PubmedArticle>
    </PubmedArticleSet>"""


def of_crossref(paper: Written) -> Import:
    authors = [{"family": family, "given": given} for family, given in paper.authors] + [{"name": paper.group}]
    message: dict[str, Any] = {
        "DOI": DOI,
        "type": "journal-article",
        "title": [paper.title(escaped)],
        "author": authors,
    }
    message |= {"issued": {"date-parts": [[paper.year]]}, "volume": paper.volume, "page": paper.pages}
    message |= {"short-container-title": ["J Ex"]}
    return Import((crossref.read(Reply(200, "https://x.example", {}, json.dumps({"message": message}).encode())),))


def of_datacite(paper: Written) -> Import:
    people = [
        {"familyName": family, "givenName": given, "name": f"{family}, {given}"} for family, given in paper.authors
    ]
    about: dict[str, Any] = {
        "doi": DOI,
        "titles": [{"title": paper.title(escaped)}],
        "creators": [*people, {"name": paper.group}],
    }
    about |= {"publicationYear": paper.year, "types": {"resourceTypeGeneral": "JournalArticle"}}
    reply = Reply(200, "https://x.example", {}, json.dumps({"data": {"attributes": about}}).encode())
    return Import((datacite.read(reply, DOI),))


def of_pubmed(paper: Written) -> Import:
    return pubmedxml.read(xmltree.parse(pubmed(paper).encode()))


FILES: dict[str, Callable[[Written], str]] = {
    "bibtex": bibtex,
    "ris": ris,
    "nbib": nbib,
    "csl": csl,
    "endnote": endnote,
    "pubmed": pubmed,
}
REGISTERS: dict[str, Callable[[Written], Import]] = {
    "crossref": of_crossref,
    "datacite": of_datacite,
    "pubmed": of_pubmed,
}
