"""References of other programs: seconds of CPU and the most memory for reading 10,000 from each format, and whether
twice as many cost twice as much. Exit 1 where one takes more than it may.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path
from xml.sax.saxutils import escape

SECONDS, MEGABYTES = 10, 200
"""For 10,000 records."""
TITLE = "Effect of TNF-α at ≥ 50 µg/kg (p < 0.05) in study"
WORDS = "Some words of an abstract that is long. " * 25


BIBTEX = r"""@article{key%(n)d,
  author = {Sample, Alex B. and M{\"u}ster, B%(n)d and Erd{\H o}s, P{\'a}l and {The Walking Group}},
  title = {Effect of {TNF}-$\alpha$ at $\ge$50\,{\textmu}g/kg ($p<0.05$) in study %(n)d},
  journal = {J Examples}, year = 2024, month = may, volume = 3, number = 2, pages = {11--19},
  doi = {10.1000/invented.%(n)d}, abstract = {%(words)s}
}
"""
RIS = """TY  - JOUR
AU  - Sample, Alex B.
AU  - Muster, B
AU  - The Walking Group
TI  - %(title)s %(n)d
T2  - J Examples
PY  - 2024
DA  - 2024/05/03
VL  - 3
IS  - 2
SP  - 11
EP  - 19
DO  - 10.1000/invented.%(n)d
AB  - %(words)s
ER  -

"""
NBIB = """PMID- %(pmid)d
TI  - %(title)s %(n)d.
DP  - 2024 May 3
VI  - 3
IP  - 2
PG  - 11-9
AB  - %(words)s
FAU - Sample, Alex B
AU  - Sample AB
CN  - The Walking Group
TA  - J Ex
JT  - Journal of examples
PT  - Journal Article
AID - 10.1000/invented.%(n)d [doi]

"""
CSL = """{"id": "http://zotero.org/users/1/items/%(n)d", "type": "article-journal",
 "title": "%(title)s 10<sup>6</sup> %(n)d", "container-title": "Journal of <i>Examples</i>", "volume": "3",
 "issued": {"date-parts": [["2024", 5, 3]]}, "DOI": "10.1000/invented.%(n)d", "note": "PMID: %(pmid)d",
 "author": [{"family": "Sample", "given": "Alex B."}, {"literal": "A Group"}], "abstract": "%(words)s"}"""
PUBMED = """<PubmedArticle><MedlineCitation><PMID>%(pmid)d</PMID><Article PubModel="Print">
<Journal><JournalIssue><Volume>3</Volume><Issue>2</Issue><PubDate><Year>2024</Year><Month>May</Month></PubDate>
</JournalIssue><Title>Journal of examples</Title><ISOAbbreviation>J Ex</ISOAbbreviation></Journal>
<ArticleTitle>%(xml)s 10<sup>6</sup> %(n)d.</ArticleTitle><Pagination><MedlinePgn>11-9</MedlinePgn></Pagination>
<Abstract><AbstractText>%(words)s</AbstractText></Abstract>
<AuthorList><Author><LastName>Sample</LastName><Initials>AB</Initials></Author></AuthorList></Article></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="doi">10.1000/invented.%(n)d</ArticleId></ArticleIdList></PubmedData>
</PubmedArticle>
"""
ENDNOTE = """<record><ref-type name="Journal Article">17</ref-type>
<contributors><authors><author>Sample, Alex B.</author></authors></contributors>
<titles><title><style face="normal">%(xml)s %(n)d</style></title><secondary-title>J Examples</secondary-title></titles>
<pages>11-19</pages><volume>3</volume><dates><year>2024</year></dates><abstract>%(words)s</abstract>
<electronic-resource-num>10.1000/invented.%(n)d</electronic-resource-num></record>
"""
FORMATS = {
    "BibTeX": (BIBTEX, "", "", ""),
    "RIS": (RIS, "", "", ""),
    "NBIB": (NBIB, "", "", ""),
    "CSL-JSON": (CSL, "[", ",\n", "]"),
    "PubMed XML": (PUBMED, "<PubmedArticleSet>", "", "</PubmedArticleSet>"),
    "EndNote XML": (ENDNOTE, "<xml><records>", "", "</records></xml>"),
}
"""By name: one record, what stands before, between and behind them."""


def _read(name: str, count: int, folder: Path) -> tuple[float, int]:
    """Seconds of CPU for reading that many records from a file, and how many came out of it."""
    from podcast_pipeline.evidence import intake

    record, before, between, behind = FORMATS[name]
    path = folder / "references.txt"
    values = {"title": TITLE, "xml": escape(TITLE), "words": WORDS}
    with path.open("w", encoding="utf-8") as file:
        file.write(before)
        for n in range(count):
            file.write((between if n else "") + record % (values | {"n": n, "pmid": 10_000_000 + n}))
        file.write(behind)
    start = time.process_time()
    read = intake.read_file(path)
    added = intake.add({}, read.records)
    return time.process_time() - start, len(added.records)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--format", choices=FORMATS, help="Only this one, in this process.")
    options = parser.parse_args()
    if options.format is None:
        from cost import cpu

        ends = [
            cpu([sys.executable, __file__, "--records", str(options.records), "--format", name], check=False)[1]
            for name in FORMATS
        ]
        print("".join(end.stdout + end.stderr for end in ends), end="")
        return max(end.returncode for end in ends)
    with tempfile.TemporaryDirectory() as folder:
        small, _ = _read(options.format, options.records // 10, Path(folder))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        seconds, count = _read(options.format, options.records, Path(folder))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    memory = f"{most:4} MB (before: {before // 1024})"
    print(f"{options.format:12} {count:6} records  {seconds:5.2f} s CPU (a tenth: {small:.2f})  {memory}")
    allowed = options.records / 10_000
    return 0 if count == options.records and seconds <= SECONDS * allowed and most <= MEGABYTES else 1


if __name__ == "__main__":
    sys.exit(main())
