"""PubMed asked over the network: the records of PMIDs, and the PMID of a DOI."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from podcast_pipeline import xmltree
from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.evidence import pubmedxml
from podcast_pipeline.evidence.record import PaperRecord
from podcast_pipeline.evidence.web import Reply, Web

BASE = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
TOGETHER = 50
"""Records of one request: with long lists of references they stay far below the most that one reply may hold."""


def address(*pmids: str) -> str:
    """Where the records of `pmids` are, at most TOGETHER of them."""
    return f"{BASE}/efetch.fcgi?db=pubmed&id={','.join(map(quote, pmids))}&retmode=xml&tool=podcast-pipeline"


def search_address(doi: str) -> str:
    """Where the PMID of `doi` is."""
    term = quote(f'"{doi}"[doi]', safe="")
    return f"{BASE}/esearch.fcgi?db=pubmed&term={term}&retmode=json&tool=podcast-pipeline"


@dataclass
class Papers:
    """The records of `pmids`, asked for many at a time, each batch when its first paper is wanted."""

    pmids: Sequence[str]
    web: Web
    _known: dict[str, PaperRecord | EvidenceError | None] = field(default_factory=dict)

    def record(self, pmid: str) -> PaperRecord | None:
        """The record of `pmid`, one of `pmids`; None if PubMed has none.

        Raises EvidenceError: no answer, or no records in it. A failed batch is not asked for again, paper by paper.
        """
        if pmid not in self._known:
            first = self.pmids.index(pmid) // TOGETHER * TOGETHER
            batch = self.pmids[first : first + TOGETHER]
            try:
                reply = self.web.get(address(*batch), "application/xml")
                records = read(reply)
                if strangers := set(records) - set(batch):
                    raise EvidenceError(f"{reply.url}: the answer is about others: {', '.join(strangers)}", "try again")
                self._known |= {id_: records.get(id_) for id_ in batch}
            except EvidenceError as error:
                self._known |= dict.fromkeys(batch, error)
        known = self._known[pmid]
        if isinstance(known, EvidenceError):
            raise EvidenceError(known.message, known.hint)
        return known


def number(doi: str, web: Web) -> str:
    """The PMID of `doi`; "" if PubMed has none, or several. Raises EvidenceError: no answer, or no list in it."""
    reply = web.get(search_address(doi), "application/json")
    if reply.status != 200:
        raise EvidenceError(f"{reply.url}: PubMed answered {reply.status}", "try again later")
    try:
        ids = [str(id_) for id_ in json.loads(reply.body.decode("utf-8"))["esearchresult"]["idlist"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise EvidenceError(f"{reply.url}: the answer is not a list of PubMed", "try again later") from error
    return ids[0] if len(ids) == 1 else ""


def read(reply: Reply) -> dict[str, PaperRecord]:
    """The records in a reply, by PMID. Raises EvidenceError where it is not PubMed's XML."""
    if reply.status != 200:
        raise EvidenceError(f"{reply.url}: PubMed answered {reply.status}", "try again later")
    try:
        root = xmltree.parse(reply.body)
        answer = pubmedxml.read(root) if root.tag in pubmedxml.SETS else None
    except ValueError:
        answer = None
    if answer is None or any(pubmedxml.BROKEN in problem for problem in answer.problems):
        raise EvidenceError(f"{reply.url}: the answer is not a record of PubMed", "try again later")
    return {str(record.csl["PMID"]): record for record in answer.records}
