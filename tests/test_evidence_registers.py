"""Crossref, PubMed and the Retraction Watch file: what they say of a paper, read from recorded replies."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from registers import DOI, EMPTY, HTML, PMID, RETRACTED, Recorded, article, correction, numbers, update, work, works

from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.evidence import crossref, datacite, pubmed, registers, watch
from podcast_pipeline.evidence.citation import pubmed as printed
from podcast_pipeline.evidence.record import PaperRecord
from podcast_pipeline.evidence.registers import Lookup, state
from podcast_pipeline.evidence.standing import in_words
from podcast_pipeline.evidence.web import Reply, Web
from podcast_pipeline.model.appraisal import Appraisal, Notice, Registered, Status
from podcast_pipeline.model.reference import Reference

TODAY = date(2026, 11, 20)
POSTED: dict[str, object] = {"type": "posted-content", "container-title": None, "short-container-title": None}
TITLE = "Walking compared with sitting in invented volunteers"
PAPER = Reference("r", {"id": "r", "type": "article-journal", "title": TITLE, "DOI": DOI, "PMID": PMID})
HEAD = (
    "Record ID,Title,Subject,Institution,Journal,Publisher,Country,Author,URLS,ArticleType,RetractionDate,"
    "RetractionDOI,RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason,Paywalled,Notes"
)


def ask(reference: Reference, web: Web | None, watched: watch.Watched | None, today: date) -> Lookup:
    """What the registers say of this one paper."""
    return registers.ask({reference.id: reference}, web, watched, today, lambda _: None)[reference.id]


def standing(answer: Lookup, before: Reference, today: date) -> Reference:
    """The reference with what the answer says of it written down."""
    return dataclasses.replace(before, appraisal=registers.appraised(before, answer, today))


def known(status: Status, *, verified: bool = True) -> Reference:
    """The paper with this status; verified by Crossref, or never."""
    registered = Registered(TODAY, ("crossref",), DOI, PMID, title=TITLE) if verified else Registered()
    return dataclasses.replace(PAPER, appraisal=Appraisal("r", status=status, registered=registered))


def paper(web: Web, pmid: str = PMID) -> PaperRecord | None:
    """PubMed's record."""
    return pubmed.Papers([pmid], web).record(pmid)


def csv(folder: Path, *rows: str, name: str = "retraction_watch_2026-11-18.csv") -> Path:
    path = folder / name
    path.write_text("\n".join((HEAD, *rows)) + "\n", "utf-8")
    return path


def row(
    nature: str, day: str = "2/19/2025 0:00", doi: str = DOI.upper(), pmid: str = "0", notice: str = "10.1000/n"
) -> str:
    return f'1,"A, title",,,J,P,,A;B,,Article,{day},{notice},0,5/1/2024 0:00,{doi},{pmid},{nature},+Reason;,No,'


def test_crossref_s_record_as_csl() -> None:
    """Print and online dates, initials, suffix and group are kept, and the record prints as PubMed would."""
    record = crossref.ask(DOI, Recorded.of(works(work())))
    assert record is not None
    assert printed(Reference("r", {"id": "r", **record.csl})) == (
        "Sample A, Muster B Jr, The Walking Group. Walking compared with sitting in invented volunteers. J Ex. "
        f"2024 May;3(2):11-19. doi: {DOI}. Epub 2024 Mar 1."
    )


def test_crossref_without_print_names_or_pages() -> None:
    """Markup in a title goes, `p < 0.05` stays; an article number is the page; no author is no problem."""
    title = ["The <i>in vitro</i> effect &#000000038; more, p &lt; 0.05"]
    message = work(title=title, page=None, author=None, **{"article-number": "e79", "published-print": None})
    record = crossref.ask(DOI, Recorded.of(works(message)))
    assert record is not None
    assert (record.title, record.csl["page"]) == ("The in vitro effect & more, p < 0.05", "e79")
    assert "author" not in record.csl


@pytest.mark.parametrize(
    ("kind", "state_"),
    [
        ("retraction", "retracted"),
        ("withdrawal", "withdrawn"),
        ("removal", "removed"),
        ("expression_of_concern", "concern"),
        ("partial_retraction", "retracted in part"),
        ("erratum", "corrected"),
        ("corrigendum", "corrected"),
        ("new_version", "superseded"),
    ],
)
def test_notices_stand_under_updated_by(kind: str, state_: str) -> None:
    """The paper's own `updated-by` is read, with the notice's DOI and day."""
    record = crossref.ask(DOI, Recorded.of(works(work(**{"updated-by": [update(kind, "10.1000/n")]}))))
    assert record is not None
    assert record.notices == (Notice(state_, "crossref", date(2025, 2, 19), "10.1000/n"),)


def test_update_to_is_not_read() -> None:
    """`update-to` stands on the notice and points away: a paper with it alone has no notice."""
    message = work(**{"update-to": [update("retraction", "10.1000/other")]})
    record = crossref.ask(DOI, Recorded.of(works(message)))
    assert record is not None
    assert record.notices == ()


def test_who_asserts_a_notice() -> None:
    """One that Crossref has from Retraction Watch says so; one under the paper's own DOI has no address."""
    updates = [update("retraction", "10.1000/n", "retraction-watch"), update("removal", DOI.upper())]
    record = crossref.ask(DOI, Recorded.of(works(work(**{"updated-by": updates}))))
    assert record is not None
    assert [(n.source, n.id) for n in record.notices] == [
        ("crossref (retraction-watch)", "10.1000/n"),
        ("crossref", ""),
    ]


def test_pubmed_s_record_as_csl() -> None:
    """Full pages, initials, suffix, group, dates, all three identifiers; printed with the pages as PubMed has them."""
    record = paper(Recorded.of(pubmed_=article()))
    assert record is not None
    assert printed(Reference("r", {"id": "r", **record.csl})) == (
        "Sample AB, Muster B Jr, The Walking Group. Walking compared with sitting in invented volunteers. J Ex. "
        f"2024 May;3(2):11-9. doi: {DOI}. Epub 2024 Mar 1. PMID: {PMID}; PMCID: PMC7654321."
    )
    assert record.csl["page"] == "11-19"


@pytest.mark.parametrize(
    ("kind", "state_"),
    [
        ("RetractionIn", "retracted"),
        ("ExpressionOfConcernIn", "concern"),
        ("PartialRetractionIn", "retracted in part"),
        ("RetractedandRepublishedIn", "retracted"),
        ("ErratumIn", "corrected"),
        ("UpdateIn", "superseded"),
    ],
)
def test_pubmed_s_corrections(kind: str, state_: str) -> None:
    """CommentsCorrections of a paper, with the PMID of the notice; comments on it are none."""
    record = paper(Recorded.of(pubmed_=article(correction(kind) + correction("CommentIn"))))
    assert record is not None
    assert [(n.kind, n.id) for n in record.notices] == [(state_, "PMID 39999999")]


def test_a_retracted_publication_by_its_type() -> None:
    """The publication type alone is a retraction."""
    record = paper(Recorded.of(pubmed_=article(types=RETRACTED)))
    assert record is not None
    assert [n.kind for n in record.notices] == ["retracted"]


def test_what_a_register_does_not_have() -> None:
    """404 of Crossref and an empty set of PubMed are no record, and no error."""
    assert crossref.ask(DOI, Recorded.of(b"Resource not found.", status=404)) is None
    assert paper(Recorded.of(pubmed_=EMPTY)) is None


@pytest.mark.parametrize("body", [HTML, b"{}", b'{"message": []}', b"\xff\xfe", b'{"message": {"title": ["x"]}}'])
def test_an_answer_that_is_no_record(body: bytes) -> None:
    """HTML, half an answer or something else is one clear line, never a record."""
    with pytest.raises(EvidenceError, match="not a record of Crossref"):
        crossref.ask(DOI, Recorded.of(body))
    with pytest.raises(EvidenceError, match=r"not (PubMed's XML|a record of PubMed)"):
        paper(Recorded.of(pubmed_=body))


def test_pubmed_is_asked_for_many_papers_at_once() -> None:
    """120 papers are three requests; one whose reply is broken fails its own papers, and is not asked for again."""
    pmids = [str(n) for n in range(1, 120)] + [PMID]
    web = Recorded({pubmed.address(*pmids[:50]): (200, EMPTY), pubmed.address(*pmids[100:]): (200, article())})
    papers = pubmed.Papers(pmids, web)
    assert papers.record("1") is None
    assert papers.record("50") is None
    for pmid in pmids[50:100]:
        with pytest.raises(EvidenceError, match="did not answer"):
            papers.record(pmid)
    found = papers.record(PMID)
    assert found is not None
    assert found.csl["PMID"] == PMID
    assert len(web.asked) == 3


def test_an_entity_in_the_xml_is_not_expanded() -> None:
    """A document that defines entities of its own gets none of this computer's files."""
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + article(title="&f;")[300:]
    try:
        record = paper(Recorded.of(pubmed_=evil))
    except EvidenceError:
        return
    assert record is None or "root:" not in record.title


def test_the_retraction_file(tmp_path: Path) -> None:
    """DOIs are compared without case; the day in the file's name is the day of the answer."""
    found = watch.read(csv(tmp_path, row("Retraction"), row("Retraction", doi="10.1000/other")), {DOI}, set())
    assert (found.as_of, found.rows, found.source) == (date(2026, 11, 18), 2, "retraction-watch-csv@2026-11-18")
    assert found.of(DOI, "") == (Notice("retracted", "retraction-watch", date(2025, 2, 19), "10.1000/n"),)
    assert found.of("10.1000/third", "") == ()


def test_the_retraction_file_by_pmid_and_without_a_day_in_its_name(tmp_path: Path) -> None:
    """A paper without DOI is found by its PMID; without a day in the name the newest notice dates the file."""
    rows = (
        row("Expression of concern", doi="unavailable", pmid=PMID),
        row("Correction", "12/1/2025 0:00", doi="10.1000/z"),
    )
    found = watch.read(csv(tmp_path, *rows, name="rw.csv"), set(), {PMID})
    assert found.as_of == date(2025, 12, 1)
    assert [n.kind for n in found.of("", PMID)] == ["concern"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no column OriginalPaperDOI"),
        ("a,b\n1,2\n", "no column OriginalPaperDOI"),
        (f"{HEAD}\n", "holds no notices"),
    ],
)
def test_a_file_that_is_not_it(tmp_path: Path, text: str, said: str) -> None:
    """Another CSV, an empty one, and one that does not exist are refused by name."""
    path = tmp_path / "rw.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(EvidenceError, match=said):
        watch.read(path, {DOI}, set())
    with pytest.raises(EvidenceError, match="cannot be read"):
        watch.read(tmp_path / "absent.csv", {DOI}, set())


def test_the_gravest_state_wins_and_a_reinstatement_takes_back() -> None:
    """Retraction over correction; a later reinstatement removes it, an earlier one does not."""
    retracted = Notice("retracted", "x", date(2025, 2, 19))
    corrected = Notice("corrected", "x", date(2025, 3, 1))
    assert state([]) == "ok"
    assert state([corrected, retracted]) == "retracted"
    assert state([retracted, Notice("ok", "x", date(2025, 6, 1))]) == "ok"
    assert state([retracted, Notice("ok", "x", date(2024, 6, 1))]) == "retracted"


def test_all_registers_of_one_paper(tmp_path: Path) -> None:
    """One notice that two registers know is told once; each source is named with its day."""
    web = Recorded.of(works(work(**{"updated-by": [update("retraction", "10.1000/N")]})), article(types=RETRACTED))
    found = ask(PAPER, web, watch.read(csv(tmp_path, row("Retraction")), {DOI}, {PMID}), TODAY)
    assert found.sources == ("retraction-watch-csv@2026-11-18", "crossref@2026-11-20", "pubmed@2026-11-20")
    assert [n.id for n in found.notices] == ["10.1000/n"]
    judged = standing(found, PAPER, TODAY).status
    assert (judged.state, judged.checked, judged.notices[0].found) == ("retracted", TODAY, TODAY)


def test_of_a_doi_alone_pubmed_is_asked_too() -> None:
    """Its PMID is looked up; what PubMed says counts if its record is of that DOI; silence is told."""
    csl = {name: value for name, value in PAPER.csl.items() if name != "PMID"}
    reference = Reference("r", csl)
    web = Recorded.of(works(work()), article(types=RETRACTED))
    found = ask(reference, web, None, TODAY)
    assert ([n.kind for n in found.notices], len(found.sources)) == (["retracted"], 2)
    web.replies[pubmed.address(PMID)] = (200, article(types=RETRACTED).replace(DOI.encode(), b"10.1000/other"))
    found = ask(reference, web, None, TODAY)
    assert (found.notices, found.pubmed, found.problems) == ((), None, ())
    del web.replies[pubmed.search_address(DOI)]
    (problem,) = ask(reference, web, None, TODAY).problems
    assert "did not answer" in problem


def test_a_mistyped_number_lends_no_status() -> None:
    """PubMed's record of another DOI is shown to the check, but its retraction, or its silence, is not this paper's."""
    other = article(types=RETRACTED).replace(DOI.encode(), b"10.1000/other")
    found = ask(PAPER, Recorded.of(works(work()), other), None, TODAY)
    assert (found.notices, found.sources) == ((), ("crossref@2026-11-20",))
    assert found.pubmed is not None
    assert found.pubmed.doi == "10.1000/other"


def test_the_file_alone_counts_by_its_own_day(tmp_path: Path) -> None:
    """Without the network the status is as of the file's day, not of today."""
    found = ask(PAPER, None, watch.read(csv(tmp_path, row("Retraction", doi="10.1000/x")), {DOI}, set()), TODAY)
    judged = standing(found, known(Status()), TODAY)
    assert in_words(judged) == "no notice found as of 2026-11-18 in retraction-watch-csv"


def test_a_retraction_list_alone_never_says_that_nothing_was_found(tmp_path: Path) -> None:
    """Of a paper that no register has confirmed its silence says nothing, whatever was believed before."""
    silent = ask(PAPER, None, watch.read(csv(tmp_path, row("Retraction", doi="10.1000/x")), {DOI}, set()), TODAY)
    for before in (PAPER, known(Status("ok", TODAY, ("crossref@2026-11-20",)), verified=False)):
        after = standing(silent, before, TODAY)
        assert (after.status.state, in_words(after)) == ("unknown", "not verified")
    told = ask(PAPER, None, watch.read(csv(tmp_path, row("Retraction")), {DOI}, set()), TODAY)
    words = in_words(standing(told, PAPER, TODAY))
    assert words == "retracted (notice: doi:10.1000/n), as of 2026-11-18 in retraction-watch-csv; not verified"


def test_an_old_file_that_knows_nothing_of_registers_is_not_verified() -> None:
    """ "No notice found" was said of an identifier under which nobody had looked for this paper."""
    assert in_words(known(Status("ok", TODAY, ("crossref@2026-11-20",)), verified=False)) == "not verified"
    assert in_words(PAPER) == "not verified"


def test_a_paper_that_the_registers_have_is_verified() -> None:
    """With what they have, as they have it, and the day."""
    after = standing(ask(PAPER, Recorded.of(works(work()), article()), None, TODAY), PAPER, TODAY)
    assert in_words(after) == "no notice found as of 2026-11-20 in crossref, pubmed"
    assert after.registered == Registered(
        TODAY,
        ("crossref", "pubmed"),
        DOI,
        PMID,
        title=TITLE,
        author="Sample",
        journals=("Journal of Examples", "J Ex"),
        year=2024,
        groups=("The Walking Group",),
        online=2024,
        kind="journal article",
    )


@pytest.mark.parametrize(
    ("crossref_", "pubmed_", "unknown"),
    [
        ((404, b"Resource not found."), (200, EMPTY), (f"doi:{DOI}", f"PMID {PMID}")),
        ((404, b"Resource not found."), (200, article().replace(DOI.encode(), b"10.1000/other")), (f"doi:{DOI}",)),
        ((200, works(work())), (200, EMPTY), (f"PMID {PMID}",)),
        ((404, b"Resource not found."), (200, article()), ()),
        ((404, b"Resource not found."), (503, b""), ()),
    ],
)
def test_an_identifier_that_no_register_knows(
    crossref_: tuple[int, bytes], pubmed_: tuple[int, bytes], unknown: tuple[str, ...]
) -> None:
    """Each by itself; a DOI that PubMed has is known, and of what a silent register may have nothing is said."""
    web = Recorded({crossref.address(DOI): crossref_, pubmed.address(PMID): pubmed_})
    after = standing(ask(PAPER, web, None, TODAY), PAPER, TODAY)
    assert after.registered.unknown == unknown
    if unknown:
        assert after.status.state == "unknown"
        assert in_words(after).startswith("not verified: known to no register, as of 2026-11-20 in ")


def test_another_paper_under_the_identifier() -> None:
    """A record that negates the title is no confirmation, is kept as it is, and its silence no clean status."""
    negated = "Walking not compared with sitting in invented volunteers"
    after = standing(ask(PAPER, Recorded.of(works(work()), article(title=negated)), None, TODAY), PAPER, TODAY)
    assert (after.registered.title, after.registered.registers) == (negated, ("pubmed",))
    assert in_words(after) == "not verified: another paper under its identifier, as of 2026-11-20 in pubmed"
    assert after.status.state == "unknown"


def test_a_silent_register_does_not_take_its_objection_back() -> None:
    """PubMed had another paper and does not answer today: Crossref alone does not verify it."""
    first = standing(ask(PAPER, Recorded.of(works(work()), article(title="Bread")), None, TODAY), PAPER, TODAY)
    second = standing(ask(PAPER, Recorded.of(works(work())), None, TODAY), first, TODAY)
    assert second.registered == first.registered
    third = standing(ask(PAPER, Recorded.of(works(work()), article()), None, TODAY), second, TODAY)
    assert in_words(third).startswith("no notice found")


def datacite_record(**fields: object) -> bytes:
    """DataCite's answer about the paper."""
    about = {
        "doi": DOI.upper(),
        "titles": [{"title": "Gehen und Sitzen", "lang": "de"}, {"title": TITLE, "titleType": "TranslatedTitle"}],
        "creators": [{"name": "Sample, Alex", "nameType": "Personal"}, {"name": "The Walking Group"}],
        "publicationYear": 2024,
        "publisher": {"name": "Example Archive"},
        "types": {"resourceTypeGeneral": "Report", "citeproc": "report"},
    }
    return json.dumps({"data": {"id": DOI, "type": "dois", "attributes": about | fields}}).encode()


def asked(*replies: tuple[str, int, bytes], silent: bool = False, **csl: Any) -> Reference:
    """The paper, of DOI alone unless `csl` says more, after these replies; PubMed has it not unless they say so."""
    fields: dict[str, Any] = {**PAPER.csl, "author": [{"family": "Sample"}], "PMID": None, **csl}
    entry = dataclasses.replace(PAPER, csl={name: value for name, value in fields.items() if value is not None})
    others = {crossref.address(DOI): (404, b""), pubmed.search_address(DOI): (200, numbers())}
    web = Recorded(others | {url: (status, body) for url, status, body in replies}, silent=silent)
    return standing(ask(entry, web, None, TODAY), entry, TODAY)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "no notice found"),
        ({"doi": "10.1000/other"}, "not verified"),
        ({"titles": [{"title": "Bread"}]}, "not verified: another paper under its identifier"),
        ({"creators": [{"name": "Muster, B"}]}, "not verified: another paper under its identifier"),
        ({"publicationYear": 2019}, "no notice found"),  # this entry has no year to compare
        ({"types": {"resourceTypeGeneral": "Preprint"}}, "not verified: another paper under its identifier"),
        ({"titles": []}, "not verified"),
    ],
)
def test_datacite_has_what_crossref_has_not(fields: dict[str, object], words: str) -> None:
    """Asked where Crossref does not have the DOI; its record counts, in either language, as any register's does."""
    after = asked((datacite.address(DOI), 200, datacite_record(**fields)))
    assert in_words(after).startswith(words)
    assert (after.registered.registers == ("datacite",)) == (words != "not verified")


def test_a_doi_is_unknown_only_where_every_register_has_answered() -> None:
    """While DataCite is silent, or answers with a page, nobody says that there is no such paper."""
    assert in_words(asked()).startswith(
        "not verified: known to no register, as of 2026-11-20 in crossref, pubmed, data"
    )
    assert in_words(asked(silent=True)) == "not verified"
    assert in_words(asked((datacite.address(DOI), 200, HTML))) == "not verified"


def test_an_identifier_about_which_its_register_is_silent_confirms_nothing() -> None:
    """Crossref has the DOI; whether the PMID is of this paper only PubMed knows, which does not answer."""
    entry = dataclasses.replace(PAPER, csl={**PAPER.csl, "PMID": "7"})
    answer = ask(entry, Recorded({crossref.address(DOI): (200, works(work()))}), None, TODAY)
    assert in_words(standing(answer, entry, TODAY)) == "not verified"
    assert answer.problems


def test_the_record_of_another_doi_is_no_answer() -> None:
    """Unless the DOI leads there: of two that were merged, or that are aliases, one record is of both."""
    other = works(work(DOI="10.1000/merged"))
    reply = (crossref.address(DOI), 200, other)
    assert in_words(asked(reply)) == "not verified"
    assert in_words(asked((crossref.address(DOI), 200, works(work(DOI="10.1000/merged", aliases=[DOI]))))).startswith(
        "no n"
    )

    class Led(Recorded):
        def get(self, url: str, accept: str = "") -> Reply:
            reply = super().get(url, accept)
            return dataclasses.replace(reply, url=crossref.address("10.1000/merged")) if "crossref" in url else reply

    led = Led({crossref.address(DOI): (200, other), pubmed.search_address(DOI): (200, numbers())})
    entry = dataclasses.replace(PAPER, csl={name: value for name, value in PAPER.csl.items() if name != "PMID"})
    assert in_words(standing(ask(entry, led, None, TODAY), entry, TODAY)).startswith("no notice found")


def test_pubmed_answers_about_another_number() -> None:
    """That is no answer, and no proof that the paper does not exist."""
    entry = dataclasses.replace(PAPER, csl={"id": "r", "type": "article-journal", "title": TITLE, "PMID": "7"})
    answer = ask(entry, Recorded({pubmed.address("7"): (200, article())}), None, TODAY)
    assert "is about others: 12345678" in answer.problems[0]
    assert in_words(standing(answer, entry, TODAY)) == "not verified"


def test_a_chapter_of_a_book_in_pubmed() -> None:
    """StatPearls and GeneReviews are books: their chapters have a PMID, and are verified by title and author."""
    book = b"""<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID Version="1">7</PMID><Book><Publisher>
<PublisherName>Example Press</PublisherName></Publisher><BookTitle>Example Pearls</BookTitle><PubDate><Year>2026
</Year><Month>01</Month></PubDate></Book><ArticleTitle>Invented walking.</ArticleTitle><AuthorList Type="authors">
<Author><LastName>Sample</LastName><Initials>A</Initials></Author></AuthorList></BookDocument></PubmedBookArticle>
</PubmedArticleSet>"""
    csl = {"id": "r", "type": "chapter", "title": "Invented walking", "container-title": "Example Pearls", "PMID": "7"}
    for author, words in (("Sample", "no notice found"), ("Muster", "not verified: another paper")):
        entry = Reference("r", csl | {"author": [{"family": author}]})
        answer = ask(entry, Recorded({pubmed.address("7"): (200, book)}), None, TODAY)
        assert in_words(standing(answer, entry, TODAY)).startswith(words)


def test_a_title_in_two_languages() -> None:
    """PubMed translates it into English, in brackets: an entry may have either, and no third."""
    body = article(title="[Walking and sitting].").replace(
        b"</AuthorList>", b"</AuthorList><VernacularTitle>Gehen und Sitzen.</VernacularTitle>"
    )
    for title, words in (
        ("Gehen und Sitzen", "no notice"),
        ("Walking and sitting", "no notice"),
        ("Gehen ohne Sitzen", "not verified: another"),
    ):
        entry = Reference("r", {"id": "r", "type": "article-journal", "title": title, "PMID": PMID})
        answer = ask(entry, Recorded.of(pubmed_=body), None, TODAY)
        assert in_words(standing(answer, entry, TODAY)).startswith(words)


ABSTRACT = {"type": "proceedings-article", "container-title": ["Walking Meeting"], "short-container-title": None}
GUILD = [{"literal": "Walking Society"}]


@pytest.mark.parametrize(
    ("message", "csl", "words"),
    [
        (POSTED | {"subtype": "preprint"}, {}, "not verified: another"),
        (POSTED, {"type": "article"}, "no notice"),
        (POSTED, {"container-title": "medRxiv"}, "no notice"),
        (POSTED | {"subtype": "report"}, {}, "no notice"),
        ({}, {"type": "article"}, "not verified: another"),
        ({"title": ["Erratum: " + TITLE]}, {}, "not verified: another"),
        ({"title": [TITLE], "subtitle": ["protocol of a trial"]}, {}, "not verified: another"),
        ({"title": [TITLE], "subtitle": ["a trial"]}, {}, "no notice"),
        ({}, {"author": [{"literal": "Walking Group Investigators"}]}, "no notice"),
        ({}, {"author": [{"literal": "The Sitting Group"}]}, "not verified: another"),
        ({"author": [{"name": "The Walking Group"}, {"family": "Sample", "given": "A"}]}, {}, "no notice"),
        ({"author": None}, {}, "no notice"),
        ({}, {"author": None}, "no notice"),
        ({"type": "report", "author": [{"name": "The Walking Society"}]}, {"author": GUILD}, "no notice"),
        ({"type": "report", "author": [{"name": "The Sitting Society"}]}, {"author": GUILD}, "not verified: another"),
        ({"title": ["Abstract P12: " + TITLE]}, {}, "not verified: another"),
        (ABSTRACT, {"container-title": "Example Journal of Walking"}, "not verified: another"),
        ({"title": ["Letter to the Editor: " + TITLE]}, {}, "not verified: another"),
        ({"title": ["Re: " + TITLE]}, {}, "not verified: another"),
        ({"title": ["Comment on: " + TITLE]}, {}, "not verified: another"),
        ({"title": ["In Reply: " + TITLE]}, {}, "not verified: another"),
        ({"title": [TITLE + ": Authors' reply"]}, {}, "not verified: another"),
        ({"title": [TITLE], "subtitle": ["a letter"]}, {}, "not verified: another"),
    ],
)
def test_other_kinds_of_papers_and_authors(message: dict[str, object], csl: dict[str, Any], words: str) -> None:
    """A preprint is not its article, an erratum, a protocol not its paper; a group stands for the paper it is of."""
    assert in_words(asked((crossref.address(DOI), 200, works(work(**message))), **csl)).startswith(words)


def test_a_subtitle_that_crossref_keeps_apart() -> None:
    """It belongs to the title, once."""
    record = crossref.ask(DOI, Recorded.of(works(work(title=["Walking"], subtitle=["A trial"]))))
    assert record is not None
    assert record.title == "Walking: A trial"
    record = crossref.ask(DOI, Recorded.of(works(work(title=["Walking: a trial"], subtitle=["A trial"]))))
    assert record is not None
    assert record.title == "Walking: a trial"


def test_nobody_answers() -> None:
    """Then nothing is known that was not known before, with its old day; the reasons are told."""
    before = Status("ok", date(2026, 9, 1), ("crossref@2026-09-01",))
    found = ask(PAPER, Recorded(), None, TODAY)
    assert len(found.problems) == 2
    assert all("did not answer" in problem for problem in found.problems)
    assert standing(found, known(before), TODAY) == known(before)


def test_a_silent_register_takes_nothing_back() -> None:
    """PubMed told of a retraction and does not answer today: the retraction stays. When it answers, it decides."""
    both = Recorded.of(works(work()), article(types=RETRACTED))
    first = standing(ask(PAPER, both, None, date(2026, 10, 1)), PAPER, date(2026, 10, 1))
    second = standing(ask(PAPER, Recorded.of(works(work())), None, TODAY), first, TODAY)
    assert (first.status.state, second.status.state, second.status.sources) == (
        "retracted",
        "retracted",
        ("crossref@2026-11-20",),
    )
    third = standing(ask(PAPER, Recorded.of(works(work()), article()), None, TODAY), first, TODAY)
    assert third.status.state == "ok"


def test_a_notice_keeps_the_day_on_which_it_was_found() -> None:
    """The second look does not move it."""
    web = Recorded.of(works(work(**{"updated-by": [update("erratum", "10.1000/n")]})), article())
    first = standing(ask(PAPER, web, None, date(2026, 10, 1)), PAPER, date(2026, 10, 1))
    second = standing(ask(PAPER, web, None, TODAY), first, TODAY).status
    assert (second.checked, second.notices[0].found) == (TODAY, date(2026, 10, 1))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Status(), "unknown"),
        (Status("ok"), "unknown"),
        (Status("ok", TODAY), "unknown"),
        (Status("ok", TODAY, ("crossref@2026-11-20",)), "no notice found as of 2026-11-20 in crossref"),
        (
            Status("retracted", TODAY, ("crossref@x", "pubmed@x"), (Notice("retracted", "crossref", id="10.1000/n"),)),
            "retracted (notice: doi:10.1000/n), as of 2026-11-20 in crossref, pubmed",
        ),
        (
            Status("ok", TODAY, ("retraction-watch-csv@2026-11-18", "crossref@2026-11-20", "pubmed@2026-11-20")),
            "no notice found as of 2026-11-20 in crossref, pubmed; as of 2026-11-18 in retraction-watch-csv",
        ),
        (Status("concern", TODAY, ("pubmed@x",)), "expression of concern, as of 2026-11-20 in pubmed"),
        (Status("retracted in part", TODAY, ("pubmed@x",)), "retracted in part, as of 2026-11-20 in pubmed"),
    ],
)
def test_a_status_in_words(found: Status, words: str) -> None:
    """Always as of a day and in sources; never that a paper is "not retracted"."""
    assert in_words(known(found)) == words


def test_the_next_version_of_a_cochrane_review() -> None:
    """`.pub4` is asked for after `.pub3`: if Crossref has it, it is the later version."""
    doi = "10.1002/14651858.CD011279.pub3"
    review = Reference("r", {"id": "r", "type": "article-journal", "title": "A review", "DOI": doi})
    later = doi.replace("pub3", "pub4")
    web = Recorded(
        {crossref.address(doi): (200, works(work(DOI=doi))), crossref.address(later): (200, works(work(DOI=later)))}
    )
    assert ask(review, web, None, TODAY).later == later
    web.replies[crossref.address(later)] = (404, b"Resource not found.")
    assert ask(review, web, None, TODAY).later == ""


@pytest.mark.parametrize(
    ("status_", "last", "said"),
    [
        (200, "https://example.org/report/2024", ""),
        (200, "https://example.org/report/2024?lang=en", ""),
        (404, "https://example.org/report/2024", "answers 404"),
        (200, "https://parked.example.net/report/2024", "leads to another host: parked.example.net"),
        (200, "https://example.org/", "leads to the home page"),
    ],
)
def test_the_address_of_a_report(status_: int, last: str, said: str) -> None:
    """Dead, moved to another host, or turned into the home page; only where there is no other identifier."""

    class Moved(Recorded):
        def get(self, url: str, accept: str = "") -> Reply:
            return Reply(status_, last, {}, b"")

    report = Reference(
        "r", {"id": "r", "type": "report", "title": "A report", "URL": "https://example.org/report/2024"}
    )
    assert ask(report, Moved(), None, TODAY).link == said


def test_a_preprint_that_was_published() -> None:
    """Crossref names the paper under `is-preprint-of`."""
    message = work(type="posted-content", relation={"is-preprint-of": [{"id-type": "doi", "id": "10.1000/paper"}]})
    assert ask(PAPER, Recorded.of(works(message), article()), None, TODAY).later == "10.1000/paper"
