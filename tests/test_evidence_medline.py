"""PubMed's records, as NBIB and as XML: cited as PubMed cites them, with whatever they say against their paper.

The records are invented; their forms are those that NLM describes (journal_source.html, elements_article_source.html).
"""

from __future__ import annotations

from pathlib import Path

import pytest
import registers
from registers import correction

from podcast_pipeline import xmltree
from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.evidence import citation, intake, lookup, medline, nbib, pubmedxml
from podcast_pipeline.evidence.record import PaperRecord
from podcast_pipeline.model.reference import Reference

DOI = "10.1000/x.2022.7"
ID = f"LID - {DOI} [doi]\n"


def entry(*tags: str) -> PaperRecord:
    """The record of an NBIB entry with these fields besides its number and title."""
    (record,) = nbib.read("\n".join(("PMID- 90000001", "TI  - A title.", "TA  - J Ex", *tags))).records
    return record


def line(record: PaperRecord) -> str:
    return citation.pubmed(Reference("r", {"id": "r", **record.csl}))


PRINTED = [
    ("ppublish", "2003", "", "49|7-8|367-77", "J Ex. 2003;49(7-8):367-77."),
    ("ppublish", "2011 Jan-Feb", "", "9|1|22-30", "J Ex. 2011 Jan-Feb;9(1):22-30."),
    ("ppublish", "2019 Dec-2020 Jan", "", "9|6|22", "J Ex. 2019 Dec-2020 Jan;9(6):22."),
    ("ppublish", "2000 Nov 15-30", "", "9|6|22", "J Ex. 2000 Nov 15-30;9(6):22."),
    ("ppublish", "2003 Fall", "", "9|3|273-82", "J Ex. 2003 Fall;9(3):273-82."),
    ("ppublish", "1998 Autumn-Winter", "", "9||e1", "J Ex. 1998 Autumn-Winter;9:e1."),
    ("ppublish", "2020 Jun", "20200403", "45|6|424-467", f"J Ex. 2020 Jun;45(6):424-467. doi: {DOI}. Epub 2020 Apr 3."),
    ("ppublish", "2022 Jul 13", "20220713", "2|9|1", f"J Ex. 2022 Jul 13;2(9):1. doi: {DOI}. Epub 2022 Jul 13."),
    ("aheadofprint", "2022 Jul 12", "20220712", "||", f"J Ex. 2022 Jul 12. doi: {DOI}."),
    ("epublish", "2009 May 22", "20090522", "338||b1668", f"J Ex. 2009 May 22;338:b1668. doi: {DOI}."),
    ("epublish", "2020", "20200407", "11||438", f"J Ex. 2020 Apr 7;11:438. doi: {DOI}. eCollection 2020."),
    ("epublish", "2012 May", "20130125", "3|5|e2", f"J Ex. 2013 Jan 25;3(5):e2. doi: {DOI}. eCollection 2012 May."),
    ("epublish", "2022 Jul 13", "20220606", "7|1|6-9", f"J Ex. 2022 Jun 6;7(1):6-9. doi: {DOI}. Print 2022 Jul 13."),
    ("ppublish", "1997 Apr", "", "1|2 Suppl 1|2; discussion 24-5", "J Ex. 1997 Apr;1(2 Suppl 1):2; discussion 24-5."),
    ("ppublish", "2008", "", "15 Suppl 1||S4-9", "J Ex. 2008;15 Suppl 1:S4-9."),
    ("ppublish", "2005", "", "|386|14-6, 18, 20", "J Ex. 2005;(386):14-6, 18, 20."),
]  # fmt: skip


@pytest.mark.parametrize(("status", "issue", "online", "located", "source"), PRINTED)
def test_the_source_as_pubmed_prints_it(status: str, issue: str, online: str, located: str, source: str) -> None:
    """By the status and both dates of a record, without and with PubMed's own line; by XML's model the same."""
    volume, number, pages = located.split("|")
    fields = {"DP": issue, "DEP": online, "VI": volume, "IP": number, "PG": pages, "PST": status}
    tags = [f"{tag:4}- {value}" for tag, value in fields.items() if value] + ([ID.strip()] if "doi" in source else [])
    assert citation.source(entry(*tags).csl) == source
    told = entry(*tags, f"SO  - {source}")
    assert f" {source} PMID: 90000001." in line(told)
    electronic = {". eCollection": "Electronic-eCollection", ". Print": "Electronic-Print", "": "Electronic"}
    named = next(model for word, model in electronic.items() if word in source)
    model = named if status == "epublish" else "Print-Electronic"
    assert citation.source(article(fields, model, DOI if "doi" in source else "").csl) == source


def article(fields: dict[str, str], model: str, doi: str) -> PaperRecord:
    """The same record as XML."""
    day = fields["DEP"]
    day = day and f"<Year>{day[:4]}</Year><Month>{day[4:6]}</Month><Day>{day[6:]}</Day>"
    root = f"""<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>90000001</PMID><Article PubModel="{model}">
    <Journal><JournalIssue><Volume>{fields["VI"]}</Volume><Issue>{fields["IP"]}</Issue><PubDate><MedlineDate>{fields["DP"]}
    </MedlineDate></PubDate></JournalIssue></Journal><ArticleTitle>A title.</ArticleTitle><Pagination><MedlinePgn>
    {fields["PG"]}</MedlinePgn></Pagination>{f'<ArticleDate DateType="Electronic">{day}</ArticleDate>' if day else ""}
    </Article><MedlineJournalInfo><MedlineTA>J Ex</MedlineTA></MedlineJournalInfo></MedlineCitation><PubmedData>
    <PublicationStatus>{fields["PST"]}</PublicationStatus><ArticleIdList>
    <ArticleId IdType="doi">{doi}</ArticleId></ArticleIdList></PubmedData></PubmedArticle></PubmedArticleSet>"""
    (record,) = pubmedxml.read(xmltree.parse(root.encode())).records
    return record


STATES = {
    "RIN": "retracted", "RRI": "retracted", "PRIN": "retracted in part", "ECI": "concern", "EIN": "corrected",
    "CRI": "corrected", "UIN": "superseded",
}  # fmt: skip
SAID = {
    "ROF": "itself a notice", "PROF": "itself a notice", "ECF": "itself a notice", "EFR": "itself a notice",
    "RRF": "a retracted paper", "CRF": "a paper with errors", "RPI": "again", "RPF": "before", "ORI": "published first",
    "UOF": "later version",
}  # fmt: skip


@pytest.mark.parametrize("tag", medline.REF_TYPES)
def test_links_to_other_records(tag: str) -> None:
    """Each becomes a state, or a sentence about what the record itself is, or says nothing of the paper; both formats
    alike. A comment is none."""
    record = entry(f"{tag:4}- J Ex. 2020 Mar;4(1):9. PMID: 90000052")
    link = correction(medline.REF_TYPES[tag], "90000052")
    (told,) = pubmedxml.read(xmltree.parse(registers.article(link))).records
    states = [(STATES[tag], "PMID 90000052")] if tag in STATES else []
    for each in (record, told):
        assert [(notice.kind, notice.id) for notice in each.stated_notices] == states
        assert len(each.remarks) == (tag in SAID)
        assert each.csl.get("custom", {}).get("pubmed_says", []) == [*each.remarks]  # kept for the checks
        assert all(SAID[tag] in remark and "90000052" in remark for remark in each.remarks)


@pytest.mark.parametrize(
    ("types", "title", "kinds", "remark"),
    [
        ("Retracted Publication", "A title.", ["retracted"], ""),
        ("Retraction of Publication", "A title.", [], "notice of retraction"),
        ("Duplicate Publication", "A title.", [], "duplicate"),
        ("Journal Article", "RETRACTED: A title.", ["retracted"], ""),
        ("Journal Article", "[Withdrawn] A title.", ["withdrawn"], ""),
        ("Journal Article", "Withdrawn care in invented patients.", [], ""),
    ],
)
def test_types_and_titles_that_take_a_paper_back(types: str, title: str, kinds: list[str], remark: str) -> None:
    """By the publication type, or by what the publisher has put before the title."""
    record = entry(f"PT  - {types}")
    (marked,) = nbib.read(f"PMID- 1\nTI  - {title}\nPT  - {types}").records
    (told,) = pubmedxml.read(
        xmltree.parse(registers.article("", f"<PublicationType>{types}</PublicationType>", title))
    ).records
    assert [notice.kind for notice in marked.stated_notices] == [notice.kind for notice in told.stated_notices] == kinds
    assert remark in "".join(record.remarks)


def test_what_is_not_known_is_said() -> None:
    """A RefType and a field that nobody knows: one of them may be a new word for a retraction."""
    (told,) = pubmedxml.read(xmltree.parse(registers.article(correction("NullifiedIn", "7")))).records
    assert [remark for remark in told.remarks if "NullifiedIn" in remark and "PMID: 7" in remark]
    assert [remark for remark in entry("NULL- J Ex. PMID: 7").remarks if "NULL" in remark and "PMID: 7" in remark]
    assert entry("AB  - An abstract", "MH  - Humans", "AUID- ORCID: 1", "PMCR- 2020/01/01").remarks == ()


NAMES = [
    ("FAU - van Zundert, Jan", "AU  - van Zundert J", "van Zundert J"),
    ("FAU - Helm, Standiford 2nd", "AU  - Helm S 2nd", "Helm S 2nd"),
    ("FAU - Thüringer, Theodor", "AU  - Thüringer Th", "Thüringer Th"),
    ("", "AU  - Thüringer Th", "Thüringer Th"),
    ("FAU - Ivanov, Iu V", "AU  - Ivanov IuV", "Ivanov IuV"),
    ("FAU - Muster, B Jr", "AU  - Muster B Jr", "Muster B Jr"),
    ("FAU - Ihsan-Ul-Haq", "AU  - Ihsan-Ul-Haq", "Ihsan-Ul-Haq"),
    ("FAU - De La Cruz Lopez, Ana", "AU  - De La Cruz Lopez A", "De La Cruz Lopez A"),
    ("FAU - Li, Xiao-Ming", "AU  - Li XM", "Li XM"),
    ("CN  - The Walking Group", "", "The Walking Group"),
    ("FAU - Sample, Alex", "", "Sample A"),
]


def test_authors_with_their_groups_in_place() -> None:
    """In the order of the file; families of many words, generations, two-letter initials, a name of one word, a full
    name alone; collaborators are no authors, and a list that is cut says so."""
    tags = [tag for full, short, _ in NAMES for tag in (full, short) if tag]
    record = entry(*tags, "IR  - Nobody N", "FIR - Nobody, Nora", "AU  - et al.")
    assert line(record).startswith(f"{', '.join(name for *_, name in NAMES)}, et al. A title. J Ex.")
    ama = citation.ama(Reference("r", {"id": "r", **entry("FAU - Helm, S 2nd", "AU  - Helm S 2nd").csl}))
    assert ama.startswith("Helm S II. ")


BOOK = """<PubmedBookArticle><BookDocument><PMID>90000002</PMID><ArticleIdList><ArticleId IdType="bookaccession">NBK9
</ArticleId></ArticleIdList><Book><Publisher><PublisherName>Example Press</PublisherName><PublisherLocation>Nowhere (XX)
</PublisherLocation></Publisher><BookTitle>Invented <i>Pearls</i></BookTitle><PubDate><Year>2024</Year><Month>01</Month>
</PubDate><AuthorList Type="editors"><Author><LastName>Muster</LastName><Initials>B</Initials></Author></AuthorList>
<Medium>Internet</Medium></Book><ArticleTitle>Walking with 10<sup>6</sup> steps</ArticleTitle>
<AuthorList Type="authors"><Author><LastName>Sample</LastName><Initials>A</Initials></Author></AuthorList>
<ContributionDate><Year>2023</Year><Month>6</Month><Day>9</Day></ContributionDate></BookDocument></PubmedBookArticle>"""


def test_a_chapter_of_a_book() -> None:
    """From a file of both formats, as PubMed cites books: the chapter's own day, editors, medium, running series."""
    (told,) = pubmedxml.read(xmltree.parse(f"<PubmedArticleSet>{BOOK}</PubmedArticleSet>".encode())).records
    text = (
        "Sample A. Walking with 10⁶ steps. 2023 Jun 9. In: Muster B, editor. Invented Pearls [Internet]. "
        "Nowhere (XX): Example Press; 2024 Jan- PMID: 90000002."
    )
    assert line(told) == text
    tags = ["CTDT- 20230609", "PB  - Example Press", "DP  - 2024 Jan", "TI  - Walking with 10<sup>6</sup> steps"]
    tags += ["BTI - Invented Pearls", "FED - Muster, B", "ED  - Muster B", "FAU - Sample, A", "AU  - Sample A"]
    (record,) = nbib.read(
        "\n".join(["PMID- 90000002", *tags, "PL  - Nowhere (XX)", "AID - NBK9 [bookaccession]"])
    ).records
    assert line(record) == text


ENDNOTE = """<?xml version="1.0" encoding="UTF-8"?><xml><records><record><ref-type name="Journal Article">17</ref-type>
<contributors><authors><author><style face="normal">Sample, Alex B.</style></author><author>Muster, B., Jr</author>
<author>The Walking Group,</author></authors></contributors><titles><title><style face="normal">L4-L5, 10</style>
<style face="superscript">6</style><style> cells, ≥5 µg &lt; 2-10 mg in </style>
<style face="italic">E. coli</style></title>
<secondary-title>Journal of Examples</secondary-title></titles><periodical><full-title>Journal of Examples</full-title>
<abbr-1>J Ex</abbr-1></periodical><pages>11-19</pages><volume>3</volume><number>2</number><dates>
<year>2024</year><pub-dates><date>May 3</date></pub-dates></dates><accession-num>12345678</accession-num>
<electronic-resource-num>10.1000/x</electronic-resource-num><custom2>PMC7654321</custom2></record>
<record><ref-type>17</ref-type></record></records></xml>"""


def test_endnote(tmp_path: Path) -> None:
    """Runs of a title joined with their raised characters, names, group, date, pages, all identifiers; told apart by
    content; a record without title is named, and so is XML of another kind, cut XML, and one with its own entities."""
    path = tmp_path / "refs.ris"
    path.write_text(ENDNOTE, "utf-8")
    added = intake.read_file(path)
    assert line(added.records[0]) == (
        "Sample AB, Muster B Jr, The Walking Group. L4-L5, 10⁶ cells, ≥5 µg < 2-10 mg in E. coli. J Ex. 2024 May "
        "3;3(2):11-19. doi: 10.1000/x. PMID: 12345678; PMCID: PMC7654321."
    )
    assert added.problems == ("record 2: has no title",)
    noted = ENDNOTE.replace("May 3", "2024-13-03").replace("Sample, Alex B.", "Sample J, Ex AB")
    path.write_text(noted.replace("<volume>", "<notes>Retraction in: X. PMID: 123456</notes><volume>"), "utf-8")
    odd = intake.read_file(path).records[0]
    assert "Sample J, Ex AB, Muster B Jr, " in line(odd)
    assert "J Ex. 2024-13-03;3(2)" in line(odd)
    assert [notice.kind for notice in odd.stated_notices] == ["retracted"]
    for text, said in {"<rss/>": "XML of <rss>", ENDNOTE[:900]: "not XML: line", "<xml>&b;</xml>": "not XML"}.items():
        path.write_text(text, "utf-8")
        with pytest.raises(EvidenceError, match=said):
            intake.read_file(path)


def test_one_broken_record_of_a_file_keeps_nobody_out() -> None:
    """Named by its place; a record that was deleted is named too. The others come in."""
    whole = registers.article().decode().partition("<PubmedArticleSet>")[2].partition("</PubmedArticleSet>")[0]
    text = (
        f"<PubmedArticleSet><PubmedArticle/>{whole}<DeleteCitation><PMID>7</PMID></DeleteCitation></PubmedArticleSet>"
    )
    added = pubmedxml.read(xmltree.parse(text.encode()))
    assert len(added.records) == 1
    assert [problem.split(":")[0] for problem in added.problems] == ["record 1", "record 3"]
    assert "7" in added.problems[1]


def test_fields_of_a_file_as_programs_write_them() -> None:
    """Line ends of three kinds, fields without continuation marks, records without an empty line between them."""
    text = (
        "PMID- 1\r\nTI  - A long\r\n      title\u2028of two lines\r\n\r\nPMID- 2\rTI  - Another\rone.\rPMID- 3\nTI  - X"
    )
    assert [record.title for record in nbib.read(text).records] == ["A long title of two lines", "Another one", "X"]


def test_translated_titles() -> None:
    """In brackets, as NLM prints them, with the original beside; the original alone where there is no translation."""
    (record,) = nbib.read("PMID- 1\nTI  - [Walking].\nTT  - Gehen.").records
    assert (record.title, record.csl["original-title"]) == ("[Walking]", "Gehen")
    assert nbib.read("PMID- 1\nTI  - [Not Available].\nTT  - Gehen.").records[0].title == "Gehen"


def test_a_doi_is_cited_as_pubmed_has_its_paper() -> None:
    """By PubMed's model, dates and pages, whichever register is asked first; another volume there is said."""
    answer = registers.article().replace(b"Print-Electronic", b"Electronic-eCollection")
    net = registers.Recorded.of(registers.works(registers.work(volume="4", page="11\u201319")), answer)
    (record,) = lookup.look_up([registers.DOI], net).records
    assert citation.source(record.csl) == f"J Ex. 2024 Mar 1;3(2):11-9. doi: {registers.DOI}. eCollection 2024 May."
    assert record.remarks == ('volume: crossref has "4", PubMed "3", which is taken',)
