"""Replies of the registers as their documentation describes them, written by hand about invented papers."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.evidence import crossref, datacite, pubmed
from podcast_pipeline.evidence.web import Reply

DOI = "10.1000/invented.2024"
PMID = "12345678"


def work(**fields: Any) -> dict[str, Any]:
    """Crossref's `message` of one journal article; a field of None is left out."""
    base = {
        "DOI": DOI,
        "type": "journal-article",
        "title": ["Walking compared with sitting in invented volunteers"],
        "container-title": ["Journal of Examples"],
        "short-container-title": ["J Ex"],
        "author": [
            {"given": "Alex", "family": "Sample", "sequence": "first", "affiliation": []},
            {"given": "B.", "family": "Muster", "suffix": "Jr", "sequence": "additional", "affiliation": []},
            {"name": "The Walking Group", "sequence": "additional", "affiliation": []},
        ],
        "published-print": {"date-parts": [[2024, 5]]},
        "published-online": {"date-parts": [[2024, 3, 1]]},
        "issued": {"date-parts": [[2024, 3, 1]]},
        "volume": "3",
        "issue": "2",
        "page": "11-19",
        "publisher": "Example Press",
        "URL": f"https://doi.org/{DOI}",
        "update-policy": "https://doi.org/10.1000/crossmark",
    }
    return {name: value for name, value in (base | fields).items() if value is not None}


def update(kind: str, doi: str, source: str = "publisher") -> dict[str, Any]:
    """An entry of `updated-by`."""
    day = {"date-parts": [[2025, 2, 19]], "date-time": "2025-02-19T00:00:00Z", "timestamp": 1739923200000}
    return {"DOI": doi, "type": kind, "source": source, "label": kind.capitalize(), "updated": day}


def works(message: dict[str, Any]) -> bytes:
    value = {"status": "ok", "message-type": "work", "message-version": "1.0.0", "message": message}
    return json.dumps(value).encode()


def article(
    corrections: str = "", types: str = "", title: str = "Walking compared with sitting in invented volunteers."
) -> bytes:
    """PubMed's efetch XML of one article."""
    return f"""<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" "https://dtd.nlm.nih.gov/x.dtd">
<PubmedArticleSet><PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{PMID}</PMID>
<Article PubModel="Print-Electronic"><Journal><JournalIssue CitedMedium="Internet"><Volume>3</Volume><Issue>2
</Issue><PubDate><Year>2024</Year><Month>May</Month></PubDate></JournalIssue><Title>Journal of examples
</Title><ISOAbbreviation>J Ex</ISOAbbreviation></Journal><ArticleTitle>{title}</ArticleTitle><Pagination>
<StartPage>11</StartPage><EndPage>19</EndPage><MedlinePgn>11-9</MedlinePgn></Pagination>
<AuthorList CompleteYN="Y"><Author ValidYN="Y"><LastName>Sample</LastName><ForeName>Alex B</ForeName>
<Initials>AB</Initials></Author><Author ValidYN="Y"><LastName>Muster</LastName><ForeName>B</ForeName>
<Initials>B</Initials><Suffix>Jr</Suffix></Author><Author ValidYN="Y"><CollectiveName>The Walking Group
</CollectiveName></Author></AuthorList><Language>eng</Language><PublicationTypeList>
<PublicationType UI="D016428">Journal Article</PublicationType>{types}</PublicationTypeList>
<ArticleDate DateType="Electronic"><Year>2024</Year><Month>03</Month><Day>01</Day></ArticleDate></Article>
<MedlineJournalInfo><Country>Nowhere</Country><MedlineTA>J Ex</MedlineTA></MedlineJournalInfo>
<CommentsCorrectionsList>{corrections}</CommentsCorrectionsList></MedlineCitation><PubmedData>
<ArticleIdList>
<ArticleId IdType="pubmed">{PMID}</ArticleId><ArticleId IdType="doi">{DOI}</ArticleId>
<ArticleId IdType="pmc">PMC7654321</ArticleId></ArticleIdList></PubmedData></PubmedArticle>
</PubmedArticleSet>""".encode()


def numbers(*pmids: str) -> bytes:
    """PubMed's esearch answer."""
    result = {"count": str(len(pmids)), "retmax": str(len(pmids)), "retstart": "0", "idlist": list(pmids)}
    return json.dumps({"header": {"type": "esearch", "version": "0.3"}, "esearchresult": result}).encode()


def correction(kind: str, pmid: str = "39999999") -> str:
    source = "<RefSource>J Ex. 2025 Feb;4(1):1</RefSource>"
    return f'<CommentsCorrections RefType="{kind}">{source}<PMID Version="1">{pmid}</PMID></CommentsCorrections>'


RETRACTED = '<PublicationType UI="D016441">Retracted Publication</PublicationType>'
EMPTY = b'<?xml version="1.0"?><PubmedArticleSet></PubmedArticleSet>'
HTML = b"<!DOCTYPE html><html><body>Service temporarily unavailable</body></html>"


@dataclass
class Recorded:
    """The network as recorded replies; an address that was not recorded does not answer."""

    replies: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    silent: bool = False
    """Whether DataCite does not answer; else it has nothing but what was recorded."""

    @staticmethod
    def of(crossref_: bytes = b"", pubmed_: bytes = b"", status: int = 200) -> Recorded:
        found = {
            crossref.address(DOI): (status, crossref_),
            pubmed.address(PMID): (status, pubmed_),
            pubmed.search_address(DOI): (status, numbers(PMID) if pubmed_ else b""),
        }
        return Recorded({url: reply for url, reply in found.items() if reply[1]})

    def get(self, url: str, accept: str = "") -> Reply:
        self.asked.append(url)
        if url not in self.replies and url.startswith(datacite.address("")) and not self.silent:
            return Reply(404, url, {}, b'{"errors": [{"status": "404"}]}')
        if url not in self.replies:
            raise EvidenceError(f"{url} did not answer: timed out", "the network is needed; try again later")
        status, body = self.replies[url]
        return Reply(status, url, {}, body)
