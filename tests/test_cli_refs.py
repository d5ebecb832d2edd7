"""refs: add, check, export, and a change of status that reaches notes and feed."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from registers import DOI, EMPTY, HTML, PMID, Recorded, article, numbers, update, work, works
from shows import VERIFIED, ShowDir, sign

from podcast_pipeline.cli import registers
from podcast_pipeline.config.load import load_show
from podcast_pipeline.evidence import crossref, journal, pubmed
from podcast_pipeline.evidence.web import Reply
from podcast_pipeline.model.appraisal import Appraisal, Notice, Status

pytest_plugins = ["shows"]
NOTICE = "10.1000/notice"
STANDS = date(2026, 11, 21)
INVENTED: dict[str, Any] = {
    "id": "ref1",
    "type": "article-journal",
    "title": "Walking compared with sitting in invented volunteers",
    "author": [{"family": "Sample", "given": "A"}],
    "container-title": "Journal of Examples",
    "issued": {"date-parts": [[2024]]},
    "DOI": DOI,
    "PMID": PMID,
}


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    """The network of every command of the test."""
    found = Recorded.of(works(work()), article())
    monkeypatch.setattr(registers, "web", lambda _: found)
    return found


def library(show: ShowDir, *records: dict[str, Any]) -> None:
    """These papers in the library; where claims were compared with others before, they are compared with these."""
    (show.root / "feed" / "references.json").write_text(json.dumps(records, indent=1), "utf-8")
    if (show.folder / "signoff.json").exists():
        show.seal()


def test_list_and_format(raw: ShowDir) -> None:
    """One line each, in the library's order, whatever is asked for first; ten of fourteen are as they were printed."""
    records = json.loads((raw.root / "feed" / "references.json").read_text("utf-8"))
    lines = raw.podcast("refs", "format").out.splitlines()
    exact = [
        n for n, (one, ours) in enumerate(zip(records, lines, strict=True), 1) if one["custom"]["as_printed"] == ours
    ]
    assert exact == [*range(1, 10), 13]
    first, second = raw.podcast("refs", "format", "--style", "ama", "ref11", "ref1").out.splitlines()
    assert first.startswith("Wang X, Martin G, Sadeghirad B, et al.")
    assert first.endswith("BMJ. 2025;388:e079971. doi:10.1136/bmj-2024-079971")
    assert "2020;23(3S):S1-S127." in second
    listed = raw.podcast("refs", "list").out.splitlines()
    assert [line.split()[0] for line in listed] == [one["id"] for one in records]
    assert "PMID 39971346" in listed[0]
    found = json.loads(raw.podcast("refs", "list", "--json").out)
    assert [one["id"] for one in found] == [one["id"] for one in records]
    assert not any("custom" in one for one in found)


def test_add_by_doi_and_pmid(raw: ShowDir, net: Recorded) -> None:
    """A DOI comes from Crossref with PubMed's numbers; the same paper by its PMID is there already."""
    said = raw.podcast("refs", "add", f"https://doi.org/{DOI}.", PMID)
    assert said.out.splitlines() == ["sample2024"]
    assert "sample2024: is there already" in said.err
    reference = load_show(raw.workspace).references["sample2024"]
    assert (reference.doi, reference.csl["author"][2]) == (DOI, {"literal": "The Walking Group"})
    assert (reference.pmid, reference.pmcid) == (PMID, "PMC7654321")
    assert len(net.asked) == 3  # the record of the DOI, its PMID, the record of the PMID


@pytest.mark.parametrize(
    ("body", "says"),
    [(HTML, "not a list of PubMed"), (b"", "did not answer"), (numbers(), ""), (numbers("1", "2"), "")],
)
def test_a_doi_of_which_pubmed_knows_nothing(raw: ShowDir, net: Recorded, body: bytes, says: str) -> None:
    """The record comes in without a PMID; a silent PubMed is told, a paper that it does not have is no fault."""
    net.replies[pubmed.search_address(DOI)] = (200, body)
    if not body:
        del net.replies[pubmed.search_address(DOI)]
    said = raw.podcast("refs", "add", DOI, code=1 if says else 0)
    assert says in said.err
    assert said.out.splitlines() == ["sample2024"]
    reference = load_show(raw.workspace).references["sample2024"]
    assert (reference.doi, reference.pmid) == (DOI, "")


def test_one_that_fails_keeps_nobody_out(raw: ShowDir, net: Recorded) -> None:
    """A script, an unknown PMID and a DOI that does not answer are named; the good one between them is added."""
    net.replies[pubmed.address("7", PMID)] = (200, article())
    said = raw.podcast("refs", "add", "javascript:alert(1)", "7", DOI, "10.1000/silent", code=1)
    assert said.out.splitlines() == ["sample2024"]
    assert "javascript:alert(1): is neither a file, a DOI nor a PMID" in said.err
    assert "7: pubmed has no such record" in said.err
    assert "10.1000/silent: " in said.err


def test_what_others_add_meanwhile(raw: ShowDir, net: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two people at once: while one asks the registers, the other adds the same paper, and notes what a file says of
    another; neither stands twice, and what was written meanwhile stays, also of an entry that became another one."""
    asked = Recorded.get

    def meanwhile(show: ShowDir, change: Callable[[], object]) -> Callable[[Recorded, str, str], Reply]:
        def get(self: Recorded, url: str, accept: str = "") -> Reply:
            monkeypatch.setattr(Recorded, "get", asked)
            change()
            return asked(self, url, accept)

        return get

    monkeypatch.setattr(Recorded, "get", meanwhile(raw, lambda: raw.podcast("refs", "add", PMID)))
    said = raw.podcast("refs", "add", DOI)
    assert (said.out, "sample2024: is there already" in said.err) == ("", True)
    library(raw, INVENTED)
    notice = Notice("concern", "nbib", id="PMID 90000052")
    entry = Appraisal("ref1", status=Status("concern", STANDS, ("pubmed-file@2026-11-21",), (notice,)))
    monkeypatch.setattr(
        Recorded, "get", meanwhile(raw, lambda: journal.write(raw.workspace.appraisals, {"ref1": entry}))
    )
    net.silent = True
    net.replies.pop(pubmed.address(PMID))
    raw.podcast("refs", "check", "--online", code=1)
    (reference,) = load_show(raw.workspace).references.values()
    assert [(each.kind, each.id) for each in reference.status.notices] == [("concern", "PMID 90000052")]
    before = raw.workspace.appraisals.read_bytes()
    monkeypatch.setattr(Recorded, "get", meanwhile(raw, lambda: library(raw, INVENTED | {"title": "Another"})))
    said = raw.podcast("refs", "check", "--online", code=1)
    assert "ref1: was changed while the registers were asked: ask again" in said.err
    assert raw.workspace.appraisals.read_bytes() == before


def test_another_paper_under_an_identifier_that_is_there(raw: ShowDir, net: Recorded, tmp_path: Path) -> None:
    """It is left out and said, with what it says against its own paper; a file that cannot be read keeps nobody out."""
    raw.podcast("refs", "add", DOI)
    other, good, broken = (tmp_path / name for name in ("other.json", "good.json", "broken.bib"))
    base = {"type": "article-journal", "title": "Sitting harms", "note": "Retracted"}
    records = [
        base | {"PMID": PMID},
        base | {"title": INVENTED["title"], "DOI": DOI, "PMID": "7"},
        base | {"title": INVENTED["title"], "DOI": DOI, "PMID": "39971346"},
    ]
    other.write_text(json.dumps(records), "utf-8")
    good.write_text(json.dumps({"type": "book", "title": "A book"}), "utf-8")
    broken.write_bytes(b"")
    said = raw.podcast("refs", "add", str(broken), str(other), str(good), code=1)
    assert said.out == "a\n"
    assert f"{broken}: is empty (export it again)" in said.err
    same = "Walking compared with sitting in invented volunteers"
    assert f'and another title: "{same}" there, "Sitting harms" here: look which is right' in said.err
    assert f"sample2024 has another PMID, {PMID} and not 7: look which is right" in said.err
    assert "its identifiers are those of ref1 and of sample2024: look which it is" in said.err
    assert load_show(raw.workspace).references["sample2024"].status.notices == ()


def test_the_pmid_of_another_doi_is_not_taken(raw: ShowDir, net: Recorded) -> None:
    """PubMed's record must name the same DOI."""
    net.replies[pubmed.address(PMID)] = (200, article().replace(DOI.encode(), b"10.1000/other"))
    raw.podcast("refs", "add", DOI)
    assert load_show(raw.workspace).references["sample2024"].pmid == ""


def test_a_retracted_paper_is_not_added_in_silence(raw: ShowDir, net: Recorded, tmp_path: Path) -> None:
    """What a register or its file says of a paper is said and written down, of one that is there too; it counts for
    `refs list` and `refs check` as of the day on which PubMed last changed the record."""
    net.replies |= Recorded.of(works(work(**{"updated-by": [update("retraction", NOTICE)]}))).replies
    assert f"sample2024: retracted ({NOTICE}): " in raw.podcast("refs", "add", DOI).err
    head = "PMID- 90000043\nLR  - 20240102\nTI  - Partly retracted\nLID - 10.1000/other [doi]\nDP  - 2019\nTA  - J Ex"
    marked = f"{head}\nSO  - J Ex. 2019;1(2):3.\nPT  - Retracted Publication"
    title = "Walking Compared with Sitting in Invented Volunteers"
    entry = f"PMID- {PMID}\nTI  - {title}\nLID - {DOI} [doi]\nDP  - 2024\nTA  - J Ex\nPRIN- J Ex. PMID: 90000052"
    path = tmp_path / "more.nbib"
    path.write_text(f"{entry}\n\n{marked}", "utf-8")
    said = raw.podcast("refs", "add", str(path))
    assert said.out.splitlines() == ["partly2019"]
    assert f"sample2024: retracted in part (PMID 90000052): {title}; feed/appraisals.toml says so" in said.err
    assert 'prints "J Ex. 2019.", PubMed prints "J Ex. 2019;1(2):3."' in said.err
    listed = raw.podcast("refs", "list").out
    assert "[retracted, as of 2024-01-02 in pubmed; not verified]" in listed
    notices = load_show(raw.workspace).references["sample2024"].status.notices
    assert [(notice.kind, notice.id) for notice in notices] == [
        ("retracted", NOTICE),
        ("retracted in part", "PMID 90000052"),
    ]
    checked = raw.podcast("refs", "check").out
    assert "E CIT03 partly2019: status: retracted" in checked
    assert "W CIT24 partly2019: issued: prints " in checked


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("10.1000/unknown", "neither crossref nor datacite has such a record"),
        ("10.1000/page", "not a record of Crossref"),
        ("10.1000/silent", "did not answer"),
    ],
)
def test_what_cannot_be_added(raw: ShowDir, net: Recorded, source: str, said: str) -> None:
    """Unknown, an HTML page, a time-out: one clear line, and the library is untouched."""
    net.replies["https://api.crossref.org/works/10.1000/unknown"] = (404, b"Resource not found.")
    net.replies["https://api.crossref.org/works/10.1000/page"] = (200, HTML)
    before = (raw.root / "feed" / "references.json").read_bytes()
    assert said in raw.podcast("refs", "add", source, code=1).err
    assert (raw.root / "feed" / "references.json").read_bytes() == before


def test_add_from_a_file_keeps_what_is_good(raw: ShowDir, tmp_path: Path) -> None:
    """Two good records of four come in; the others are named; exit 1."""
    path = tmp_path / "more.json"
    good = INVENTED | {"id": "Good One", "DOI": "10.1000/good", "PMID": None}
    records = [
        {k: v for k, v in good.items() if v},
        {"type": "book", "title": ""},
        7,
        {"type": "book", "title": "A book"},
    ]
    path.write_text(json.dumps(records), "utf-8")
    said = raw.podcast("refs", "add", str(path), code=1)
    assert said.out.splitlines() == ["sample2024", "a"]
    assert "[3]: is not an object" in said.err
    assert "title: is missing" in said.err
    assert {"sample2024", "a"} <= set(load_show(raw.workspace).references)


def test_export(raw: ShowDir) -> None:
    """CSL-JSON without editors' remarks, RIS and BibTeX, chosen by id."""
    exported = json.loads(raw.podcast("refs", "export", "ref1", "ref13").out)
    assert [one["id"] for one in exported] == ["ref1", "ref13"]
    assert all("custom" not in one for one in exported)
    (short,) = json.loads(raw.podcast("refs", "export", "ref8").out)
    assert short["custom"] == {"page_as_printed": "276-86"}
    assert raw.podcast("refs", "export", "--format", "ris").out.count("TY  - ") == 14
    assert "@article{ref13," in raw.podcast("refs", "export", "--format", "bibtex", "ref13").out
    assert "not in feed/references.json: nowhere" in raw.podcast("refs", "export", "nowhere", code=1).err


def test_a_published_episode_as_a_reference(published: ShowDir) -> None:
    """The episode's own CSL-JSON: title, show, publisher, day, address; invented people are no authors."""
    (record,) = json.loads(published.podcast("refs", "export", "--episode", "001-tiny").out)
    assert (record["type"], record["title"], record["container-title"]) == (
        "broadcast",
        "A tiny episode",
        "The PSPS Podcast",
    )
    assert record["issued"] == {"date-parts": [[2020, 1, 6]]}
    assert record["URL"].endswith("/episodes/001-tiny/index.html")
    assert "author" not in record


def test_check_writes_what_the_registers_say(raw: ShowDir, net: Recorded) -> None:
    """The status is written with its day and sources; comments, order and signatures of people stay."""
    library(raw, INVENTED)
    appraisals = raw.root / "feed" / "appraisals.toml"
    appraisals.write_text(
        '# ours\n[[reference]]\nid = "ref1"   # the one\nocebm2011 = 2\nby = "example-host"\n', "utf-8"
    )
    raw.podcast("refs", "check", "--online", code=1)  # the level is not signed: `on` is missing
    text = appraisals.read_text("utf-8")
    assert text.startswith('# ours\n[[reference]]\nid = "ref1"   # the one\nocebm2011 = 2\nby = "example-host"\n')
    (entry,) = tomllib.loads(text)["reference"]
    assert (entry["status"]["state"], len(entry["status"]["sources"])) == ("ok", 2)
    before = appraisals.read_bytes()
    raw.podcast("refs", "check", "--online", code=1)
    assert appraisals.read_bytes() == before


def test_check_from_the_retraction_file(raw: ShowDir, tmp_path: Path) -> None:
    """Without a network a dated file is enough; what it says is printed as of its day."""
    library(raw, INVENTED)
    path = tmp_path / "retraction_watch_2026-11-18.csv"
    head = "RetractionDate,RetractionDOI,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature"
    path.write_text(f"{head}\n2/19/2025 0:00,{NOTICE},{DOI},0,Retraction\n", "utf-8")
    said = raw.podcast("refs", "check", "--retractions", str(path), code=1)
    words = f"retracted (notice: doi:{NOTICE}), as of 2026-11-18 in retraction-watch-csv"
    assert f"E CIT03 ref1: status: {words}" in said.out
    assert f"changed ref1: {words}" in said.out


@pytest.mark.parametrize(
    ("kind", "state", "words"),
    [
        ("expression_of_concern", "expression of concern", "an expression of concern"),
        ("retraction", "retracted", "a notice that it was retracted"),
    ],
)
def test_a_status_change_reaches_notes_and_feed(
    signed: ShowDir, net: Recorded, kind: str, state: str, words: str
) -> None:
    """Published, then a notice: watch reports it with the episode; the same item says so, with the day."""
    library(signed, INVENTED)
    signed.podcast("build")
    signed.podcast("refs", "check", "--online")
    sign(signed)
    signed.podcast("publish", signed.slug)
    first = feedparser.parse((signed.public / "feed.xml").read_bytes()).entries[0]
    assert "Retraction status: no notice found as of" in first.content[0].value
    assert "not retracted" not in first.content[0].value
    mp3 = signed.release.enclosure
    crossref = works(work(**{"updated-by": [update(kind, NOTICE)]}))
    net.replies |= Recorded.of(crossref).replies
    said = signed.podcast("refs", "check", "--online", code=1)
    assert f"changed ref1: {state} (notice: doi:{NOTICE})" in said.out
    assert "001-tiny: cites ref1" in said.out
    sign(signed, "--force")
    signed.podcast("publish", signed.slug)
    second = feedparser.parse((signed.public / "feed.xml").read_bytes()).entries[0]
    assert second.id == first.id
    assert f"reference 1: {words} (doi:{NOTICE}) was found" in second.content[0].value
    assert "What changed since publication" in second.content[0].value
    assert signed.release.enclosure == mp3
    assert signed.release.updated_at is not None
    page = next(signed.public.glob("episodes/*/index.html")).read_text("utf-8")
    assert f"{words} (doi:{NOTICE})" in page
    assert state in signed.podcast("check").out


def test_a_retraction_stops_the_publication(signed: ShowDir, net: Recorded) -> None:
    """A retracted paper cited as support is an error at the gate; named in `about`, the episode may be published."""
    library(signed, INVENTED)
    net.replies |= Recorded.of(works(work(**{"updated-by": [update("retraction", NOTICE)]}))).replies
    signed.podcast("refs", "check", "--online", code=1)
    sign(signed)
    said = signed.podcast("publish", signed.slug, code=1)
    assert "CIT03" in said.err
    assert f"retracted (notice: doi:{NOTICE})" in said.err
    signed.edit("episodes/001-tiny/episode.toml", "[[track]]", 'about = ["ref1"]\n\n[[track]]')
    refused = signed.podcast("publish", signed.slug, code=1).err
    assert "the retracted papers it is about changed since Robin" in refused, "whoever signed answers for that as well"
    sign(signed)
    signed.podcast("publish", signed.slug)
    assert f"retracted (notice: doi:{NOTICE})" in signed.release.notes


def test_a_paper_that_no_register_knows_stops_the_publication(signed: ShowDir, net: Recorded) -> None:
    """It is written down with its day, so that the gate, which asks nobody, says it too; corrected, it passes."""
    library(signed, INVENTED | {"PMID": "7"})
    net.replies[pubmed.address("7")] = (200, EMPTY)
    said = signed.podcast("refs", "check", "--online", code=1)
    assert "E CIT19 ref1: PMID: PMID 7: no register knows it (crossref, pubmed, asked on " in said.out
    assert "references verified 0 of 1" in said.out
    sign(signed)
    assert "CIT19 feed/references.json: ref1.PMID: PMID 7: no register" in signed.podcast("check", code=1).out
    assert "CIT19" in signed.podcast("publish", signed.slug, code=1).err
    signed.edit("feed/appraisals.toml", ', unknown = ["PMID 7"]', ', title = "As it stands here"')
    assert "their answer is not as they gave it" in signed.podcast("check", code=1).out, "typed, it was never given"
    assert "CIT19" in signed.podcast("publish", signed.slug, code=1).err, "so they are asked again"
    assert 'unknown = ["PMID 7"]' in signed.workspace.appraisals.read_text("utf-8")
    library(signed, INVENTED)
    sign(signed)
    assert "CIT21 feed/references.json: ref1.registered" in signed.podcast("status", signed.slug).out
    asked = signed.podcast("publish", signed.slug, code=1).err  # by itself, for what was never verified
    assert "001-tiny: verified 1 of 1" in asked
    assert "not built as it stands now (notes" in asked
    signed.podcast("build")
    assert "001-tiny: references verified 1 of 1" in signed.podcast("publish", signed.slug).err
    assert "Retraction status: no notice found as of" in signed.release.notes


def test_registers_that_do_not_answer_are_answered_for_once(signed: ShowDir, net: Recorded) -> None:
    """Neither gate nor publication lets it go until one person answers for the list; it counts for these entries and
    7 days, is kept with the release, and does not cover a paper that no register knows.
    """
    library(signed, INVENTED)
    toml = signed.folder / "episode.toml"
    sign(signed)
    reply, net.replies = net.replies, {}
    refused = signed.podcast("publish", signed.slug, code=1).err
    assert "did not answer" in refused
    assert refused.count(f"`podcast refs unreached {signed.slug} --by ID --reason TEXT`") == 2
    assert "[[waiver]]" not in refused, "one way out is enough"
    assert f"next: `podcast publish {signed.slug}`, which asks" in signed.podcast("status", signed.slug).out
    assert "E CIT21 feed/references.json: ref1.registered: not verified" in refused
    words = ("refs", "unreached", signed.slug, "--reason", "The society's office has no network today.")
    assert '"nobody" is not in feed/people' in signed.podcast(*words, "--by", "nobody", "--yes", code=1).err
    assert "nobody to ask" in signed.podcast(*words, "--by", "example-host", code=1).err
    before = toml.read_text("utf-8")
    said = signed.podcast(*words, "--by", "example-host", "--yes").err
    assert "example-host answers for 1 references for 7 days" in said
    assert toml.read_text("utf-8").startswith(before), "what people wrote stands as it stood"
    answer = toml.read_text("utf-8")
    days = datetime.now(UTC).date()
    toml.write_text(answer.replace(f"on = {days}", f"on = {days - timedelta(days=8)}"), "utf-8")
    assert "CIT21" in signed.podcast("publish", signed.slug, code=1).err, "it ended yesterday"
    toml.write_text(answer, "utf-8")
    library(signed, INVENTED | {"title": "Another title"})
    assert "E CIT21" in signed.podcast("check", signed.slug, code=1).out, "it is another entry"
    library(signed, INVENTED)
    signed.podcast("build")
    asked = len(net.asked)
    signed.podcast("publish", signed.slug)
    assert len(net.asked) == asked, "what is answered for is not asked about again"
    assert "Retraction status: not verified" in signed.release.notes
    (waiver,) = signed.release.waivers
    assert (waiver.code, waiver.name, waiver.expires) == ("CIT21", "example-host", days + timedelta(days=7))
    assert waiver.reason == f"the registers did not answer on {days}: The society's office has no network today."
    net.replies = reply
    said = signed.podcast("refs", "check", "--online", code=1).out
    assert "001-tiny: cites ref1" in said, "it is printed as not verified, and a register has confirmed it since"
    unknown = {crossref.address(DOI): (404, b"none"), pubmed.address(PMID): (200, EMPTY)}
    net.replies = reply | unknown
    signed.podcast("refs", "check", "--online", code=1)
    assert "CIT19" in signed.podcast("check", signed.slug).out


def test_a_report_is_held_by_a_person(signed: ShowDir) -> None:
    """What has no identifier is not asked about: somebody says that they hold it, as the entry stands."""
    report = {name: value for name, value in INVENTED.items() if name not in ("DOI", "PMID")}
    library(signed, report)
    sign(signed)
    assert "E CIT22 feed/references.json: ref1.seen_by" in signed.podcast("publish", signed.slug, code=1).err
    said = signed.podcast("refs", "seen", "ref1", "--by", "example-host", "--yes").err
    assert "Walking compared with sitting in invented volunteers. Journal of Examples. 2024" in said
    assert "CIT22" not in signed.podcast("check", signed.slug).out
    library(signed, report | {"title": "Walking not compared with sitting in invented volunteers"})
    out = signed.podcast("check", signed.slug, code=1).out
    assert "it is not the entry that example-host compared with the paper on " in out
    library(signed, report)
    signed.podcast("build")
    signed.podcast("publish", signed.slug)
    assert "Retraction status: not verified" in signed.release.notes
    library(signed, INVENTED)
    assert (
        "a register says whether it exists"
        in signed.podcast("refs", "seen", "ref1", "--by", "example-host", code=1).err
    )


def test_a_paper_under_embargo_holds_the_episode_back(signed: ShowDir, net: Recorded) -> None:
    """Until its time neither gate nor check lets it go; its end, which is printed nowhere, makes nothing stale."""
    library(signed, INVENTED)
    signed.podcast("refs", "check", "--online")
    appraisals = signed.root / "feed" / "appraisals.toml"
    written = appraisals.read_text("utf-8").replace('id = "ref1"\n', 'id = "ref1"\nembargo = {}\n').replace
    appraisals.write_text(written("{}", "2126-01-01T00:01:00-05:00"), "utf-8")
    sign(signed)
    refused = signed.podcast("publish", signed.slug, code=1).err
    assert "CIT23 feed/appraisals.toml: reference[ref1].embargo: ref1 is under embargo until 2126-01-01" in refused
    assert "set publish_at to that time or later" in signed.podcast("check", signed.slug, code=1).out
    said = signed.podcast("status", signed.slug).out
    assert "`publish` refuses it: " in said
    assert "CIT23 feed/appraisals.toml: reference[ref1].embargo" in said
    assert "next: mend these" in said, "what is next asks the same gate"
    assert not (signed.root / "public").exists()
    appraisals.write_text(written("{}", "2026-01-01T00:01:00-05:00"), "utf-8")
    assert signed.ran() == set()
    assert f"next: `podcast publish {signed.slug}`\n" in signed.podcast("status", signed.slug).out
    signed.podcast("publish", signed.slug)
    (entry,) = feedparser.parse((signed.root / "public/feed.xml").read_bytes()).entries
    assert entry.id == signed.release.guid


def test_an_entry_that_changes_after_it_was_verified(signed: ShowDir, net: Recorded) -> None:
    """Another title under a verified identifier: "no notice found" is gone, and the gate stops."""
    library(signed, INVENTED)
    signed.podcast("refs", "check", "--online")
    signed.podcast("build")
    assert "no notice found as of" in (signed.build / "notes.html").read_text("utf-8")
    assert signed.ran() == set()
    library(signed, INVENTED | {"title": "Walking not compared with sitting in invented volunteers"})
    assert {"notes", "tag", "release"} <= signed.ran()
    notes = (signed.build / "notes.html").read_text("utf-8")
    assert "no notice found" not in notes
    assert "not verified: another paper under its identifier" in notes
    assert "CIT20" in signed.podcast("check", code=1).out
    library(signed, INVENTED | {"DOI": "10.1000/another"})  # an identifier about which nobody was asked
    signed.podcast("build")
    notes = (signed.build / "notes.html").read_text("utf-8")
    assert "no notice found" not in notes
    assert "Retraction status: not verified (no register has confirmed that it exists)." in notes


def test_a_check_online_judges_what_it_hears(signed: ShowDir, net: Recorded) -> None:
    """A retraction, or that nobody knows the paper, is an error of this very check; nothing is written down."""
    library(signed, INVENTED)
    net.replies |= Recorded.of(works(work(**{"updated-by": [update("retraction", NOTICE)]}))).replies
    said = signed.podcast("check", "--online", code=1)
    assert f"retracted (notice: doi:{NOTICE})" in said.out
    assert "references verified 1 of 1" in said.err
    net.replies |= Recorded({crossref.address(DOI): (404, b"none"), pubmed.address(PMID): (200, EMPTY)}).replies
    assert f"doi:{DOI}: no register knows it" in signed.podcast("check", "--online", code=1).out
    assert (signed.root / "feed" / "appraisals.toml").read_text("utf-8") == VERIFIED


def test_what_a_register_sends_cannot_break_the_show(raw: ShowDir, net: Recorded) -> None:
    """Quotes, control characters and line breaks of an answer are written so that the file is read again."""
    library(raw, INVENTED)
    title = 'A "quoted" \\ title\x07 with\u2028lines \x85 = [table] \'\'\' """'
    net.replies |= Recorded.of(works(work(title=[title])), article()).replies
    raw.podcast("refs", "check", "--online", code=1)
    assert load_show(raw.workspace).references["ref1"].registered.title.startswith('A "quoted" \\ title with')


def test_a_record_that_the_register_has_put_right(raw: ShowDir, net: Recorded) -> None:
    """What changed there is said; the paper stays verified while it is the same, and no longer when it is another."""
    library(raw, INVENTED)
    raw.podcast("refs", "check", "--online")
    year = {"published-print": {"date-parts": [[2025, 1]]}}
    net.replies |= Recorded.of(works(work(**year)), article()).replies
    said = raw.podcast("refs", "check", "--online").out
    assert 'changed ref1: its year was "2024" there, and is "2025"' in said
    assert "verified 1 of 1" in said
    title = "Walking not compared with sitting in invented volunteers"
    net.replies |= Recorded.of(works(work(title=[title], **year)), article()).replies
    said = raw.podcast("refs", "check", "--online", code=1).out
    assert f"changed ref1: not verified: another paper under its identifier, as of {datetime.now(UTC).date()}" in said
    assert f'its title was "{INVENTED["title"]}" there, and is "{title}"' in said


def test_a_quiet_night(raw: ShowDir, net: Recorded) -> None:
    """Nothing new: exit 0, though the library has known warnings; the same state again is no change."""
    library(raw, INVENTED)
    assert "changed" not in raw.podcast("refs", "check", "--online").out
    net.replies |= Recorded.of(works(work(**{"updated-by": [update("erratum", NOTICE)]}))).replies
    assert "changed ref1: corrected" in raw.podcast("refs", "check", "--online", code=1).out
    assert "changed" not in raw.podcast("refs", "check", "--online").out


def test_check_as_json(raw: ShowDir, net: Recorded) -> None:
    """One document: findings with id and sentence, what changed, which episodes cite it, what failed."""
    library(raw, INVENTED, INVENTED | {"id": "two", "DOI": "10.1000/two", "PMID": "7"})
    net.replies[pubmed.address(PMID, "7")] = (200, article())
    value = json.loads(raw.podcast("refs", "check", "--online", "--json", code=1).out)
    assert set(value) == {"findings", "changed", "episodes", "lapsed", "failed", "verified"}
    assert {
        "code": "CIT11",
        "severity": "N",
        "id": "two",
        "field": "title",
        "sentence": "is nearly that of ref1",
    } in value["findings"]
    assert [line.partition(":")[0] for line in value["failed"]] == ["two"]


def test_a_register_that_fails_changes_nothing(raw: ShowDir, net: Recorded) -> None:
    """An HTML page and a time-out are told, exit 1; what was known stays."""
    library(raw, INVENTED)
    raw.podcast("refs", "check", "--online")
    before = (raw.root / "feed" / "appraisals.toml").read_bytes()
    net.replies = Recorded.of(HTML).replies
    said = raw.podcast("refs", "check", "--online", code=1)
    assert "not a record of Crossref" in said.err
    assert "did not answer" in said.err
    assert (raw.root / "feed" / "appraisals.toml").read_bytes() == before
