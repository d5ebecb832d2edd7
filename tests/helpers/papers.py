"""Invented papers in a register of one's own, which speaks the formats of Crossref, PubMed and DataCite; entries that
are fabricated about them, and entries that name them rightly in other letters.
"""

from __future__ import annotations

import dataclasses
import json
import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import unquote
from xml.sax.saxutils import escape

from podcast_pipeline.checks import references as checks
from podcast_pipeline.evidence import registers
from podcast_pipeline.evidence.registers import Lookup
from podcast_pipeline.evidence.web import Reply
from podcast_pipeline.model.reference import Reference

TODAY = date(2026, 11, 20)
STOPS = frozenset({"CIT19", "CIT20", "CIT21", "CIT22"})
_AUTHORS = [
    "Müller",
    "García-Sample",
    "van Muster",
    "O'Specimen",
    "Bärtle",
    "Example",
    "Nowak",
    "Østergård",
    "Şahin",
    "Li",
]
_AUTHORS += ["Tanaka", "de Prueba", "Smith-Sample", "Kovács", "Dubois", "Rossi", "Ångström", "Weiß", "Novák", "Probe"]
_JOURNALS = [
    ("Journal of Invented Pain Medicine", "J Invent Pain Med"),
    ("Annals of Example Surgery", "Ann Example Surg"),
    ("International Journal of Sample Neurology", "Int J Sample Neurol"),
    ("Regional Specimens and Pain Practice", "Reg Specim Pain Pract"),
    ("The European Archives of Specimen Therapy", "Eur Arch Specim Ther"),
    ("Clinical Orthopaedics of Nowhere", "Clin Orthop Nowhere"),
    ("Anaesthesia Reports of Nowhere", "Anaesth Rep Nowhere"),
    ("BMJ Specimens (Nowhere ed.)", "BMJ Specimens"),
]
_DRUGS = ["samplomab", "examplumab", "specimenol", "mustercaine", "prufozin", "TNF-α blockers", "probetine"]
_SITES = ["knee", "hip", "shoulder", "lumbar facet joint", "sacroiliac joint", "cervical disc", "ankle", "wrist"]
_GROUPS = ["adults", "children", "older women", "veterans", "nurses", "athletes", "pregnant volunteers", "smokers"]
_DOSES = ["5 mg", "10 mg", "100 mg", "0.5 mg", "2 µg", "10⁶ cells"]
_ENDS = ["pain", "oedema", "tumour size", "behaviour", "haemorrhage", "sleep", "anaesthesia", "return to work"]
_KINDS = ["a randomised trial", "a cohort study", "a systematic review and meta-analysis", "a registry analysis"]
_OTHER_LANGUAGE = "Wirkung von {drug} ({dose}) auf {end} am Ort {site}"


@dataclass(frozen=True)
class Known:
    """An invented paper as its registers have it."""

    number: int
    title: str
    subtitle: str
    author: str
    second: str
    group: str
    journal: tuple[str, str]
    year: int
    drug: str
    dose: str
    site: str
    people: str
    end: str
    kind: str = "journal-article"
    vernacular: str = ""
    online: int | None = None
    retitled: str = ""
    """What stands before its title, of a notice about another paper."""

    @property
    def doi(self) -> str:
        return f"10.{5000 + self.number % 40}/invented.{self.year}.{self.number:06d}"

    @property
    def pmid(self) -> str:
        return str(30_000_000 + self.number * 37)

    @property
    def whole(self) -> str:
        return f"{self.title}: {self.subtitle}" if self.subtitle else self.title

    def entry(self, **fields: Any) -> dict[str, Any]:
        """A right entry of the library; fields of None are left out."""
        authors = [{"family": self.author, "given": "A"}, {"family": self.second, "given": "B C"}]
        authors += [{"literal": self.group}] if self.group else []
        csl = {
            "id": f"r{self.number}",
            "type": "article" if self.kind == "posted-content" else "article-journal",
            "title": self.whole,
            "author": authors,
            "container-title": None if self.kind == "posted-content" else self.journal[0],
            "issued": {"date-parts": [[self.year]]},
            "DOI": self.doi,
            "PMID": None if self.kind == "posted-content" else self.pmid,
        }
        return {name: value for name, value in (csl | fields).items() if value is not None}


def paper(rng: random.Random, number: int) -> Known:
    pick = rng.choice
    drug, dose, site, people, end = pick(_DRUGS), pick(_DOSES), pick(_SITES), pick(_GROUPS), pick(_ENDS)
    title = f"Injection of {dose} of {drug} into the {site} is effective for {end} in {people}, study {number}"
    first, second = rng.sample(_AUTHORS, 2)
    group = f"The Specimen {number} Group" if rng.random() < 0.3 else ""
    year = rng.randint(1996, 2025)
    online = year - 1 if rng.random() < 0.3 else None
    words = (title, pick(_KINDS), first, second, group, pick(_JOURNALS), year, drug, dose, site, people, end)
    return Known(number, *words, online=online)


class Register:
    """The three registers as one in memory: a door to the network that answers from these papers."""

    def __init__(self, papers: Iterable[Known]) -> None:
        papers = list(papers)
        self.by_doi = {each.doi: each for each in papers}
        self.by_pmid = {each.pmid: each for each in papers if each.kind == "journal-article"}

    def get(self, url: str, accept: str = "") -> Reply:
        if url.startswith("https://api.crossref.org/works/"):
            return self._json(url, self.by_doi.get(unquote(url.split("/works/", 1)[1])), _crossref, data=False)
        if url.startswith("https://api.datacite.org/dois/"):
            return self._json(url, self.by_doi.get(unquote(url.split("/dois/", 1)[1])), _datacite, data=True)
        if "esearch" in url:
            doi = re.findall(r'"(.*)"\[doi\]', unquote(url))[0]
            paper_ = self.by_doi.get(doi)
            ids = [paper_.pmid] if paper_ is not None and paper_.pmid in self.by_pmid else []
            return Reply(200, url, {}, json.dumps({"esearchresult": {"idlist": ids}}).encode())
        ids = re.findall(r"[?&]id=([^&]*)", url)[0].split(",")
        articles = "".join(_pubmed(self.by_pmid[id_]) for id_ in ids if id_ in self.by_pmid)
        return Reply(200, url, {}, f'<?xml version="1.0"?><PubmedArticleSet>{articles}</PubmedArticleSet>'.encode())

    def _json(self, url: str, known: Known | None, written: Callable[[Known], Any], *, data: bool) -> Reply:
        if known is None or (known.kind == "dataset") != data:
            return Reply(404, url, {}, b"Resource not found.")
        return Reply(200, url, {}, json.dumps(written(known)).encode())


def _crossref(of: Known) -> dict[str, Any]:
    authors = [{"family": of.author, "given": "Alex"}, {"family": of.second, "given": "B. C."}]
    message: dict[str, Any] = {
        "DOI": of.doi,
        "type": of.kind,
        "title": [f"{of.retitled}{of.title}"],
        "subtitle": [of.subtitle] if of.subtitle else [],
        "author": [*authors, *([{"name": of.group}] if of.group else [])],
        "issued": {"date-parts": [[of.online or of.year]]},
        "published-print": {"date-parts": [[of.year, 3]]},
    }
    if of.kind != "posted-content":
        message |= {"container-title": [of.journal[0]], "short-container-title": [of.journal[1]]}
    if of.online:
        message["published-online"] = {"date-parts": [[of.online, 11]]}
    if of.vernacular:
        message["original-title"] = [of.vernacular]
    return {"status": "ok", "message-type": "work", "message": message}


def _datacite(of: Known) -> dict[str, Any]:
    creators = [{"name": f"{name}, A", "nameType": "Personal"} for name in (of.author, of.second)]
    about = {"doi": of.doi, "titles": [{"title": of.whole}], "creators": creators, "publicationYear": of.year}
    about |= {"types": {"resourceTypeGeneral": "Dataset"}, "container": {}, "publisher": "Example Archive"}
    return {"data": {"id": of.doi, "type": "dois", "attributes": about}}


def _pubmed(of: Known) -> str:
    people = "".join(
        f"<Author><LastName>{escape(n)}</LastName><Initials>A</Initials></Author>" for n in (of.author, of.second)
    )
    group = f"<Author><CollectiveName>{of.group}</CollectiveName></Author>" if of.group else ""
    title = escape(f"{of.retitled}{of.whole}.")
    title = f"[{title}]." if of.vernacular else title
    vernacular = f"<VernacularTitle>{escape(of.vernacular)}</VernacularTitle>" if of.vernacular else ""
    return f"""<PubmedArticle><MedlineCitation><PMID>{of.pmid}</PMID><Article><Journal><JournalIssue><PubDate>
<Year>{of.year}</Year></PubDate></JournalIssue><Title>{escape(of.journal[0])}</Title></Journal><ArticleTitle>{title}</ArticleTitle>
<AuthorList>{people}{group}</AuthorList>{vernacular}<PublicationTypeList><PublicationType>Journal Article
</PublicationType></PublicationTypeList></Article><MedlineJournalInfo><MedlineTA>{escape(of.journal[1])}</MedlineTA>
</MedlineJournalInfo></MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType="pubmed">{of.pmid}</ArticleId>
<ArticleId IdType="doi">{of.doi}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>"""


Made = Callable[[random.Random, Known, Known], dict[str, Any]]


def _other(rng: random.Random, words: list[str], word: str) -> str:
    return rng.choice([each for each in words if each != word])


def _swapped(rng: random.Random, number: str) -> str:
    """With two neighbouring digits in the other order."""
    places = [i for i in range(len(number) - 1) if number[i : i + 2].isdigit() and number[i] != number[i + 1]]
    i = rng.choice(places[-6:])
    return f"{number[:i]}{number[i + 1]}{number[i]}{number[i + 2 :]}"


def _first(name: str, of: Known) -> list[dict[str, str]]:
    return [{"family": name, "given": "A"}, {"family": of.second, "given": "B"}]


FABRICATED: dict[str, Made] = {
    "an invented paper": lambda r, a, b: dataclasses.replace(a, number=a.number + 500_000, site="elbow").entry(),
    "invented, with a DOI alone": lambda r, a, b: dataclasses.replace(a, number=a.number + 600_000).entry(PMID=None),
    "invented, with a PMID alone": lambda r, a, b: dataclasses.replace(a, number=a.number + 700_000).entry(DOI=None),
    "a real identifier, another title": lambda r, a, b: a.entry(title=f"Walking and sitting in {a.people}"),
    "a real title, another's identifiers": lambda r, a, b: a.entry(DOI=b.doi, PMID=b.pmid),
    "a digit swapped in the DOI": lambda r, a, b: a.entry(DOI=_swapped(r, a.doi)),
    "a digit swapped in the PMID": lambda r, a, b: a.entry(PMID=_swapped(r, a.pmid)),
    "negated": lambda r, a, b: a.entry(title=a.whole.replace("is effective", "is not effective")),
    "another dose": lambda r, a, b: a.entry(title=a.whole.replace(a.dose, _other(r, _DOSES, a.dose))),
    "another site": lambda r, a, b: a.entry(title=a.whole.replace(a.site, _other(r, _SITES, a.site))),
    "another group of patients": lambda r, a, b: a.entry(title=a.whole.replace(a.people, _other(r, _GROUPS, a.people))),
    "another drug": lambda r, a, b: a.entry(title=a.whole.replace(a.drug, _other(r, _DRUGS, a.drug))),
    "another first author": lambda r, a, b: a.entry(author=_first(_other(r, _AUTHORS, a.author), a)),
    "another journal": lambda r, a, b: a.entry(
        **{"container-title": r.choice([name for name, _ in _JOURNALS if name != a.journal[0]])}
    ),
    "three years later": lambda r, a, b: a.entry(issued={"date-parts": [[a.year + 3]]}),
    "the DOI of one, the PMID of another": lambda r, a, b: a.entry(PMID=b.pmid),
    "the title of one, the authors of another": lambda r, a, b: a.entry(author=_first(f"Chim {b.author}", b)),
    "another subtitle": lambda r, a, b: a.entry(title=f"{a.title}: {_other(r, _KINDS, a.subtitle)}"),
}
"""Of the real paper `a` and another one."""
OF_PREPRINTS: dict[str, Made] = {
    "a preprint as an article": lambda r, a, b: a.entry(type="article-journal", **{"container-title": a.journal[0]}),
    "an erratum as the paper": lambda r, a, b: dataclasses.replace(a, retitled="").entry(),
}


def _unaccented(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).replace("Ø", "O")


def _american(text: str) -> str:
    for british, american in (
        ("oedema", "edema"),
        ("tumour", "tumor"),
        ("behaviour", "behavior"),
        ("randomised", "randomized"),
    ):
        text = text.replace(british, american)
    return text.replace("haemorrhage", "hemorrhage").replace("anaesthesia", "anesthesia")


def _spelt_out(name: str) -> str:
    return (
        name.replace("ü", "ue")
        .replace("ä", "ae")
        .replace("ö", "oe")
        .replace("Ø", "Oe")
        .replace("å", "aa")
        .replace("ß", "ss")
    )


TRUE: dict[str, Made] = {
    "word for word": lambda r, a, b: a.entry(),
    "without its subtitle": lambda r, a, b: a.entry(title=a.title),
    "the journal abbreviated": lambda r, a, b: a.entry(**{"container-title": a.journal[1]}),
    "the journal abbreviated with dots": lambda r, a, b: a.entry(
        **{"container-title": a.journal[1].replace(" ", ". ")}
    ),
    "without accents": lambda r, a, b: a.entry(author=_first(_unaccented(a.author), a)),
    "umlauts written out": lambda r, a, b: a.entry(author=_first(_spelt_out(a.author), a)),
    "American spelling": lambda r, a, b: a.entry(title=_american(a.whole)),
    "a supplement": lambda r, a, b: a.entry(**{"container-title": f"{a.journal[0]}. Supplement"}, issue="Suppl 1"),
    "the year of the electronic publication": lambda r, a, b: a.entry(issued={"date-parts": [[a.online or a.year]]}),
    "the group as the first author": lambda r, a, b: a.entry(author=[{"literal": a.group}] if a.group else None),
    "the group without its article": lambda r, a, b: a.entry(
        author=[{"literal": a.group.removeprefix("The ") + " Investigators"}] if a.group else None
    ),
    "another case": lambda r, a, b: a.entry(title=a.whole.upper()),
    "title case and hyphens": lambda r, a, b: a.entry(
        title=a.whole.replace(" joint", "-joint").title().replace("Α", "α")
    ),
    "a DOI alone": lambda r, a, b: a.entry(PMID=None),
    "a PMID alone": lambda r, a, b: a.entry(DOI=None),
    "the DOI in capitals": lambda r, a, b: a.entry(DOI=a.doi.replace("invented", "Invented")),
    "marks of a retraction": lambda r, a, b: a.entry(title=f"RETRACTED: {a.whole}"),
    "a final stop": lambda r, a, b: a.entry(title=f"{a.whole}."),
}


class Tried(NamedTuple):
    """An entry, of which kind it is, and whether publication is stopped."""

    kind: str
    entry: dict[str, Any]
    stopped: frozenset[str]


def tried(entries: Iterable[tuple[str, dict[str, Any]]], register: Register) -> list[Tried]:
    """Each entry asked of the register, as `podcast publish` asks, and judged as its gate does."""
    named = [(kind, {**csl, "id": f"e{i}"}) for i, (kind, csl) in enumerate(entries)]
    library = {str(csl["id"]): Reference(str(csl["id"]), csl) for _, csl in named}
    answers = registers.ask(library, register, None, TODAY, lambda _: None)
    return [Tried(kind, csl, _stops(library[str(csl["id"])], answers[str(csl["id"])])) for kind, csl in named]


def _stops(reference: Reference, answer: Lookup) -> frozenset[str]:
    judged = dataclasses.replace(reference, appraisal=registers.appraised(reference, answer, TODAY))
    said = (*checks.existence(judged), *checks.unverified(judged, TODAY, ()))
    return frozenset(fault.code for fault in said) & STOPS


def world(seed: int, papers: int) -> tuple[Register, list[Known]]:
    """A register of that many papers; each tenth of them in two languages."""
    rng = random.Random(seed)
    known = [paper(rng, n) for n in range(1, papers + 1)]
    for i in range(0, papers, 10):
        of = known[i]
        other = _OTHER_LANGUAGE.format(drug=of.drug, dose=of.dose, end=of.end, site=of.site)
        known[i] = dataclasses.replace(of, vernacular=f"{other} {of.number}")
    strange = [dataclasses.replace(paper(rng, n), kind="posted-content") for n in range(800_001, 800_101)]
    errata = [dataclasses.replace(paper(rng, n), retitled="Erratum: ") for n in range(800_101, 800_201)]
    data = [dataclasses.replace(paper(rng, n), kind="dataset") for n in range(800_201, 800_301)]
    return Register([*known, *strange, *errata, *data]), known


def fabricated(seed: int, number: int, known: list[Known], register: Register) -> Iterator[tuple[str, dict[str, Any]]]:
    """So many entries that name no paper as it is, of every kind in turn."""
    rng = random.Random(seed)
    preprints = [each for each in register.by_doi.values() if each.kind == "posted-content"]
    errata = [each for each in register.by_doi.values() if each.retitled]
    kinds = [*FABRICATED.items(), *OF_PREPRINTS.items()]
    for i in range(number):
        kind, made = kinds[i % len(kinds)]
        real, other = rng.sample(known, 2)
        if kind in OF_PREPRINTS:
            real = rng.choice(preprints if "preprint" in kind else errata)
        yield kind, made(rng, real, other)


def right(seed: int, number: int, known: list[Known], register: Register) -> Iterator[tuple[str, dict[str, Any]]]:
    """So many entries that name a paper rightly, in other letters."""
    rng = random.Random(seed)
    translated, grouped = [each for each in known if each.vernacular], [each for each in known if each.group]
    apart = [each for each in register.by_doi.values() if each.kind in ("posted-content", "dataset")]
    kinds = [*TRUE, "in its own language", "a preprint, or data of DataCite"]
    for i in range(number):
        kind = kinds[i % len(kinds)]
        real = rng.choice(grouped if "group" in kind else known)
        if kind == "in its own language":
            yield kind, (of := rng.choice(translated)).entry(title=of.vernacular)
        elif kind in TRUE:
            yield kind, TRUE[kind](rng, real, real)
        else:
            of = rng.choice(apart)
            yield (
                kind,
                of.entry(
                    **({"type": "dataset", "container-title": None, "PMID": None} if of.kind == "dataset" else {})
                ),
            )
