"""Every code of the checks: an episode that it finds, and one nearly like it that it lets pass."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cases import (
    APPRAISAL,
    CHAPTERS,
    CHECKED,
    CLAIM,
    CSL,
    GUEST,
    HOST,
    PAPER,
    REGISTERED,
    SPOKEN,
    claim,
    good,
    notes,
    paper,
    person,
    picture,
    published,
    registered,
    says,
    sealed,
    shown,
    stands,
    told,
    transcript,
)

from podcast_pipeline.checks.case import Case
from podcast_pipeline.checks.codes import CODES
from podcast_pipeline.checks.episode import report
from podcast_pipeline.evidence import citation, identity
from podcast_pipeline.evidence.record import PaperRecord
from podcast_pipeline.evidence.registers import Lookup
from podcast_pipeline.model.appraisal import Access, Appraisal, Notice, Status
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.claim import Citation
from podcast_pipeline.model.medical import Cme, Mitigation, Planned, Privacy
from podcast_pipeline.model.person import Bio, Credit, Disclosure, Relationship
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.model.release import Correction
from podcast_pipeline.model.terms import Collision, DiscouragedTerm, GlossaryWord, Sense, Terms
from podcast_pipeline.model.timeline import Timeline
from podcast_pipeline.model.waiver import NotReached, Waiver
from podcast_pipeline.review.desk.comparison import Compared

Change = Callable[[Case, Path], Case]


class Pair(NamedTuple):
    """A change that must be found and one that must not, both made to the good case; a severity if not the code's."""

    bad: Change
    fine: Change
    severity: str = ""


def to(change: Callable[[Case], Case]) -> Change:
    return lambda case, _: change(case)


def journal(name: str) -> dict[str, Any]:
    """The field of a reference that CSL spells with a hyphen."""
    return {"container-title": name}


def answered(case: Case, **fields: object) -> Case:
    return dataclasses.replace(case, answers={PAPER.id: Lookup(sources=("crossref",), **fields)})  # type: ignore[arg-type]


def consented(case: Case, day: date | None) -> Case:
    """The host agreed on `day` to be recorded, on 2026-11-12."""
    host, *others = case.episode.credits
    return sealed(told(case, credits=(dataclasses.replace(host, consent=day), *others)))


def embargoed(case: Case, after: timedelta) -> Case:
    """The paper is under embargo until this long after the episode goes out."""
    return paper(case, Appraisal(PAPER.id, status=PAPER.status, embargo=case.episode.publish_at + after))


def not_reached(case: Case, by: str = HOST.id, on: date = date(2026, 11, 18), judged: str = "") -> Case:
    """The host answers for the paper, as no register answered two days before the publication."""
    why = "The office has no network."
    digest = judged or identity.judged(case.show.references[PAPER.id], by, on, why)
    return told(case, not_reached=NotReached(by, on, why, {PAPER.id: digest}))


def reworded(case: Case, **fields: Any) -> Case:
    """What somebody said of registers that were not reached is something else by now."""
    said = case.episode.not_reached
    assert said is not None
    return told(case, not_reached=dataclasses.replace(said, **fields))


def seen(case: Case, by: str = HOST.id, on: date | None = date(2026, 11, 18), **csl: Any) -> Case:
    """The host holds the paper; its entry is changed by `csl` after that."""
    digest = identity.judged(case.show.references[PAPER.id], by, on)
    kept = dataclasses.replace(APPRAISAL, seen_by=by, seen=on, seen_judged=digest)
    return paper(case, kept, **({"DOI": None, "PMID": None} | csl))


def several(case: Case, text: str, *titles: str) -> Case:
    """The claim cites one reference for each title."""
    found = {
        f"r{i}": Reference(f"r{i}", CSL | {"id": f"r{i}", "title": title, "DOI": f"10.1000/{i}"}, PAPER.appraisal)
        for i, title in enumerate(titles)
    }
    return claim(shown(case, references=found), text=text, refs=tuple(map(Citation, found)))


def reviewed(**fields: object) -> Change:
    return to(lambda case: dataclasses.replace(case, compared=Compared(**fields)))  # type: ignore[arg-type]


def ranging(loudness_range: float) -> Change:
    return to(lambda case: dataclasses.replace(case, loudness_range=loudness_range))


def linked(*files: str) -> Change:
    return to(lambda case: dataclasses.replace(case, linked=files))


def related(case: Case, company: str = "ExampleCo", **fields: object) -> Case:
    """The guest has a relationship that was mitigated in time."""
    found = Disclosure(date(2026, 10, 1), relationships=(Relationship(company, "consultant", **fields),))  # type: ignore[arg-type]
    mitigation = Mitigation("Independent review.", date(2026, 11, 1), HOST.id)
    return sealed(told(person(case, GUEST, disclosure=found), mitigation=mitigation))


def about(case: Case, *terms: DiscouragedTerm | Collision | GlossaryWord) -> Case:
    return shown(
        case,
        terms=Terms(
            tuple(t for t in terms if isinstance(t, DiscouragedTerm)),
            tuple(t for t in terms if isinstance(t, Collision)),
            tuple(t for t in terms if isinstance(t, GlossaryWord)),
        ),
    )


def pictured(case: Case, folder: Path, side: int = 1500, **fields: object) -> Case:
    return dataclasses.replace(person(case, HOST, **fields), pictures={HOST.id: picture(folder, side)})


def in_folder(case: Case, folder: Path, name: str) -> Case:
    (folder / "form.pdf").write_bytes(b"%PDF-1.4")
    privacy = Privacy(True, "authorization", HOST.id, date(2026, 11, 1), name)
    return sealed(dataclasses.replace(told(case, phi=privacy), folder=folder))


CREDIT = Cme(True, "Example Society", "0.5 credits", "https://example.org/claim", expires=date(2027, 11, 20))
CREDIT = dataclasses.replace(CREDIT, funding="The society's own funds.", reviewed=date(2024, 11, 20))
AVOID = DiscouragedTerm(
    ("old name", "ON"), "new name", allow_in=("quotation", "reference-title", "first-mention-gloss")
)
TWO = Collision(
    "ESS", (Sense("society", "Example Society of Spine", ("ESS members",)), Sense("score", "example sleep score"))
)
PROCEDURES = (GlossaryWord("examplectomy", "procedure"), GlossaryWord("samplomab", "drug"))
SPONSORED = (*CHAPTERS, Chapter(9_000, "Our sponsor", "sponsor"))
LONG = ("robin-example", 0, "Welcome. We disclose no financial relationships. " + "word " * 300)

PAIRS: dict[str, Pair] = {
    "CIT01": Pair(to(lambda c: claim(c, refs=())), to(lambda c: claim(c, refs=(), kind="opinion"))),
    "CIT02": Pair(to(lambda c: claim(c, refs=(Citation("nowhere"),))), to(lambda c: paper(c, DOI="10.1000/other"))),
    "CIT03": Pair(
        to(lambda c: stands(c, "retracted", Notice("retracted", "crossref", id="10.1000/n"))),
        to(lambda c: claim(stands(c, "retracted"), refs=(Citation(PAPER.id, relation="disputes"),))),
    ),
    "CIT04": Pair(
        to(lambda c: stands(c, "concern", Notice("concern", "crossref", id="10.1000/n"))),
        to(lambda c: stands(c, "corrected", Notice("corrected", "crossref", id="10.1000/n"))),
    ),
    "CIT05": Pair(to(lambda c: stands(c, "ok", checked=date(2026, 10, 1))), to(lambda c: stands(c, "ok"))),
    "CIT06": Pair(
        to(lambda c: paper(c, DOI=None, PMID=None, URL="https://example.org/report")),
        to(lambda c: paper(c, DOI=None)),
        "E",
    ),
    "CIT07": Pair(
        to(lambda c: answered(c, pubmed=PaperRecord(CSL | {"DOI": "10.1000/other"}, source="pubmed"))),
        to(lambda c: answered(c, pubmed=PaperRecord(CSL | {"DOI": CSL["DOI"].upper()}, source="pubmed"))),
    ),
    "CIT08": Pair(to(lambda c: paper(c, PMID=None)), to(lambda c: paper(c, PMCID="PMC6538291"))),
    "CIT09": Pair(to(lambda c: answered(c, later="10.1002/14651858.CD000001.pub3")), to(answered)),
    "CIT10": Pair(
        to(lambda c: paper(c, **journal("Database of Abstracts of Reviews of Effects (DARE)"))),
        to(lambda c: paper(c, **journal("Daring Journal"))),
    ),
    "CIT11": Pair(
        to(lambda c: notes(c, "1. Muster B. A title. J Ex. 2024;3:11. doi:10.1000/x")),
        to(lambda c: notes(c, "1. First we talk about 2024.")),
    ),
    "CIT12": Pair(to(lambda c: paper(c, page="S1-S127")), to(lambda c: paper(c, page="S1-S127", issue="3S"))),
    "CIT13": Pair(
        to(
            lambda c: paper(c, dataclasses.replace(APPRAISAL, ocebm2011="1a", by="robin-example", on=date(2026, 11, 1)))
        ),
        to(lambda c: paper(c, dataclasses.replace(APPRAISAL, ocebm2011="1", by="robin-example", on=date(2026, 11, 1)))),
    ),
    "CIT14": Pair(
        to(lambda c: claim(c, contested=True)),
        to(lambda c: claim(c, contested=True, refs=(Citation(PAPER.id, relation="disputes"),))),
    ),
    "CIT15": Pair(to(lambda c: claim(c, at=900_000, until=None)), to(lambda c: claim(c, at=6_000))),
    "CIT16": Pair(to(lambda c: answered(c, link="answers 404")), to(answered)),
    "CIT17": Pair(
        to(lambda c: dataclasses.replace(paper(c, title="<b>Walking"), outputs={"notes.html": "<p><b>Walking</p>"})),
        to(
            lambda c: dataclasses.replace(
                paper(c, title="<b>Walking"), outputs={"notes.html": "<p>&lt;b&gt;Walking</p>"}
            )
        ),
    ),
    "CIT19": Pair(
        to(lambda c: registered(c, unknown=("PMID 12345678",))),
        to(registered),
    ),
    "CIT20": Pair(
        to(lambda c: registered(c, title="Walking not compared with sitting in invented volunteers")),
        to(lambda c: registered(c, title="RETRACTED: Walking Compared With Sitting in Invented Volunteers.")),
    ),
    "CIT21": Pair(
        to(lambda c: paper(c, Appraisal(PAPER.id, status=CHECKED))),
        to(lambda c: not_reached(paper(c, Appraisal(PAPER.id, status=CHECKED)))),
    ),
    "CIT22": Pair(
        to(lambda c: paper(c, DOI=None, PMID=None)),
        to(lambda c: seen(paper(c, DOI=None, PMID=None))),
    ),
    "CIT23": Pair(
        to(lambda c: embargoed(c, timedelta(seconds=1))),
        to(lambda c: embargoed(c, timedelta())),
    ),
    "CIT24": Pair(
        to(lambda c: paper(c, custom={"pubmed_source": "J Ex. 2024 May;3(2):11-99."})),
        to(lambda c: paper(c, custom={"pubmed_source": citation.source(PAPER.csl)})),
    ),
    "CIT18": Pair(
        to(
            lambda c: several(
                c, "Exercise and massage help.", "Massage for backs", "Exercise for backs", "Injections for backs"
            )
        ),
        to(
            lambda c: several(
                c, "Exercise and massage help.", "Massage for backs", "Exercise for backs", "Physical therapy"
            )
        ),
    ),
    "PER01": Pair(
        to(lambda c: told(c, credits=c.episode.credits[1:])),
        to(lambda c: told(c, credits=(Credit(HOST.id, "co-host"),))),
    ),
    "PER02": Pair(
        to(lambda c: person(c, HOST, orcid="0000-0002-1825-0098")),
        to(lambda c: told(c, credits=(*c.episode.credits, Credit(HOST.id, "Fact Checker ", "Writing")))),
    ),
    "PER03": Pair(
        to(lambda c: says(person(c, GUEST, name="Alex Kreiner"), "Dr. Kleiner agrees.")),
        to(lambda c: says(person(c, GUEST, name="Alex Kreiner"), "Dr. Kreiner agrees, Karin too.")),
    ),
    "PER04": Pair(
        to(lambda c: person(c, HOST, bio=Bio("Robin hosts.", approved=date(2025, 5, 1)))),
        to(lambda c: person(c, HOST, bio=Bio("Robin hosts.", approved=date(2025, 12, 1)))),
    ),
    "PER05": Pair(lambda c, f: pictured(c, f, 800), lambda c, f: pictured(c, f)),
    "PER06": Pair(
        to(lambda c: person(c, GUEST, credentials=("FIPP", "MD"))),
        to(lambda c: person(c, GUEST, credentials=("MD", "FIPP"))),
    ),
    "PER07": Pair(
        to(lambda c: consented(c, date(2026, 11, 13))),
        to(lambda c: consented(c, date(2026, 11, 12))),
    ),
    "DIS01": Pair(
        to(lambda c: person(c, GUEST, disclosure=Disclosure())),
        to(lambda c: told(person(c, GUEST, disclosure=Disclosure()), content_class="non-clinical")),
    ),
    "DIS02": Pair(
        to(lambda c: person(c, GUEST, disclosure=Disclosure(date(2025, 11, 1), none_attested=True))),
        to(lambda c: person(c, GUEST, disclosure=Disclosure(date(2025, 11, 20), none_attested=True))),
    ),
    "DIS03": Pair(to(lambda c: told(related(c), mitigation=None)), to(related)),
    "DIS04": Pair(to(lambda c: told(c, chapters=(CHAPTERS[1],))), to(lambda c: told(c, chapters=()))),
    "DIS05": Pair(
        to(lambda c: told(c, chapters=SPONSORED, cme=CREDIT)), to(lambda c: told(c, chapters=SPONSORED, cme=Cme()))
    ),
    "DIS06": Pair(
        to(lambda c: says(related(c), "ExampleCo made the shoes.")),
        to(
            lambda c: dataclasses.replace(
                related(c),
                transcript=transcript(
                    (HOST.id, 0, "Alex consults for ExampleCo."),
                    *SPOKEN[1:],
                    (HOST.id, 20_000, "ExampleCo made the shoes."),
                ),
            )
        ),
    ),
    "DIS07": Pair(
        to(lambda c: says(c, "That use is off-label.")),
        to(lambda c: told(says(c, "That use is off-label."), off_label="One use is off-label.")),
    ),
    "DIS08": Pair(
        to(
            lambda c: told(
                says(about(c, *PROCEDURES), "Examplectomy, samplomab, examplectomy."), content_class="non-clinical"
            )
        ),
        to(lambda c: told(says(about(c, *PROCEDURES), "One examplectomy."), content_class="non-clinical")),
    ),
    "SPK01": Pair(
        to(lambda c: says(related(c), "I have nothing to disclose.")),
        to(
            lambda c: dataclasses.replace(
                related(c), transcript=transcript((GUEST.id, 0, "I consult for ExampleCo."), *SPOKEN[1:])
            )
        ),
    ),
    "SPK02": Pair(
        to(lambda c: says(c, "Medtronic makes a pump.")),
        to(lambda c: says(c, "Somebody makes a pump.")),
    ),
    "SPK03": Pair(
        to(lambda c: claim(says(c, "It fell by 18 percent."), at=20_000, text="It fell by 81 percent.", until=None)),
        to(lambda c: claim(says(c, "It fell by 18 percent."), at=20_000, text="It fell by 18 %.", until=None)),
    ),
    "SPK04": Pair(
        to(lambda c: claim(c, text="In 40 volunteers walking was compared with sitting.")),
        to(lambda c: claim(c, text="In 2024 walking was compared with sitting.")),
    ),
    "SPK05": Pair(
        to(lambda c: says(c, "Now a word from our sponsor.")),
        to(lambda c: says(c, "The trial had a sponsor.")),
    ),
    "CME01": Pair(to(lambda c: told(c, cme=Cme(True, "Example Society"))), to(lambda c: told(c, cme=CREDIT))),
    "CME02": Pair(
        to(lambda c: told(c, objectives=("Understand walking.",))),
        to(lambda c: told(c, objectives=("Name two ways to walk.",))),
    ),
    "PHI01": Pair(
        to(lambda c: says(c, "Call me at 206-555-0123.")), to(lambda c: says(c, "Her pain fell from 8/10 to 2/10."))
    ),
    "PHI02": Pair(
        to(lambda c: says(c, "She was admitted on March 3rd.")),
        to(lambda c: says(c, "The paper was published on March 3rd.")),
    ),
    "PHI04": Pair(
        to(lambda c: says(c, "A patient of mine could not walk.")), to(lambda c: says(c, "Many patients cannot walk."))
    ),
    "PHI03": Pair(lambda c, f: in_folder(c, f, "lost.pdf"), lambda c, f: in_folder(c, f, "form.pdf")),
    "TRM01": Pair(
        to(lambda c: says(about(c, AVOID), "We say old name here.")),
        to(lambda c: says(about(c, AVOID), "They wrote “the old name it has” then.")),
    ),
    "TRM02": Pair(
        to(lambda c: told(says(about(c, TWO), "The example sleep score (ESS) rose."), terms={"ESS": "society"})),
        to(lambda c: told(says(about(c, TWO), "All ESS members came."), terms={"ESS": "society"})),
    ),
    "TRM03": Pair(
        to(lambda c: notes(c, "We use RFA.")), to(lambda c: notes(c, "We use random fast ambling (RFA). RFA works."))
    ),
    "ACC01": Pair(to(lambda c: dataclasses.replace(c, transcript=None)), to(lambda c: c)),
    "ACC02": Pair(to(lambda c: dataclasses.replace(c, reviewed=False)), to(lambda c: c)),
    "ACC03": Pair(
        to(lambda c: dataclasses.replace(c, transcript=transcript(LONG, pace=220))),
        to(lambda c: dataclasses.replace(c, transcript=transcript(LONG, pace=350))),
    ),
    "LEG01": Pair(
        to(lambda c: shown(c, disclaimer="All rights reserved.")),
        to(lambda c: shown(c, disclaimer="No advice; views differ.")),
    ),
    "LEG02": Pair(
        to(lambda c: notes(c, "See you on Wednesday, Mar 1.")),
        to(lambda c: notes(c, "See you on Wednesday, Mar 1, 2028.")),
    ),
    "REV01": Pair(reviewed(differs="paragraph 3"), reviewed()),
    "REV02": Pair(reviewed(older=True), reviewed()),
    "REV03": Pair(reviewed(private=1), reviewed()),
    "REV04": Pair(reviewed(commits=True), reviewed()),
    "AUD15": Pair(ranging(12.4), ranging(11.9)),
    "AUD17": Pair(linked("raw/guest.wav"), linked()),
    "DAT01": Pair(
        to(lambda c: dataclasses.replace(c, together=("002-other",))),
        to(lambda c: dataclasses.replace(published(c, ""), together=("002-other",))),
    ),
    "DAT02": Pair(
        to(lambda c: told(c, plan=Planned(open=("day",)))), to(lambda c: told(c, plan=Planned(open=("year", "date"))))
    ),
    "DAT03": Pair(
        to(lambda c: claim(c, checked=date(2026, 11, 21))),
        to(lambda c: claim(c, checked=date(2026, 11, 20))),
    ),
    "DAT04": Pair(
        to(lambda c: told(c, recorded=None)),
        to(lambda c: told(c, recorded=None, content_class="non-clinical")),
    ),
    "DAT05": Pair(
        to(lambda c: person(c, GUEST, disclosure=Disclosure(date(2026, 11, 13), none_attested=True))),
        to(lambda c: person(c, GUEST, disclosure=Disclosure(date(2026, 11, 12), none_attested=True))),
    ),
    "PER08": Pair(
        to(lambda c: told(c, plan=Planned(faculty="Robin Example, MD and Kim Example"))),
        to(lambda c: told(c, plan=Planned(faculty="Robin Example, MD and Dr. Alex Sample"))),
    ),
    "LIF01": Pair(
        to(lambda c: told(c, review_by=date(2026, 11, 1))), to(lambda c: told(c, review_by=date(2027, 11, 1)))
    ),
    "LIF02": Pair(
        to(lambda c: dataclasses.replace(published(c, "<p>Before</p>"), outputs={"notes.html": "<p>After</p>"})),
        to(
            lambda c: dataclasses.replace(
                published(
                    c, "<p>Before</p>", corrections=(Correction(c.episode.publish_at, HOST.id, "notes", "A slip."),)
                ),
                outputs={"notes.html": "<p>After</p>"},
            )
        ),
    ),
    "GAT01": Pair(to(lambda c: told(c, content_class="")), to(lambda c: told(c, content_class="mixed"))),
    "GAT02": Pair(to(lambda c: claim(c, checked_by="")), to(lambda c: claim(c, checked_by="", kind="opinion"))),
    "GAT03": Pair(to(lambda c: told(c, drafts=("summary",))), to(lambda c: told(c, drafts=()))),
    "WHO01": Pair(
        to(lambda c: claim(c, checked_by=GUEST.id)), to(lambda c: claim(c, checked_by=GUEST.id, checked_with=HOST.id))
    ),
    "WHO02": Pair(
        to(lambda c: claim(person(c, HOST, name="Bo Muster"))), to(lambda c: claim(person(c, HOST, name="Cy Muster")))
    ),
    "WHO03": Pair(
        to(lambda c: told(c, credits=c.episode.credits[:1])),
        to(lambda c: told(c, credits=(c.episode.credits[0], Credit(GUEST.id, "audience")))),
    ),
    "WHO04": Pair(
        to(lambda c: told(c, mitigation=Mitigation("Read by others.", date(2026, 11, 1), "nobody"))),
        to(lambda c: told(c, mitigation=Mitigation("Read by others.", date(2026, 11, 1), HOST.id))),
    ),
    "WAI01": Pair(
        to(
            lambda c: told(
                c, waivers=(Waiver("CIT08", "0" * 12, HOST.id, "A reason that is long enough.", date(2027, 1, 1)),)
            )
        ),
        to(lambda c: c),
    ),
}


def codes(case: Case) -> dict[str, set[str]]:
    """Code -> severities of what is found."""
    found: dict[str, set[str]] = {}
    for finding in report(case).judged.standing:
        found.setdefault(finding.code, set()).add(finding.severity)
    return found


def test_the_good_case_is_good() -> None:
    """Nothing at all is found in the episode that every other case is made from."""
    assert [str(finding) for finding in report(good()).judged.standing] == []


def test_every_code_has_a_pair() -> None:
    """The table of this file holds each code of the checks, and no other."""
    assert set(PAIRS) == set(CODES)


@pytest.mark.parametrize("code", PAIRS)
def test_the_failing_case_is_found(code: str, tmp_path: Path) -> None:
    """The change is found under its code, with its severity, in a sentence, with a fingerprint."""
    case = PAIRS[code].bad(good(), tmp_path)
    assert (PAIRS[code].severity or CODES[code].severity) in codes(case).get(code, set())
    for finding in report(case).judged.standing:
        assert finding.sentence
        assert len(finding.fingerprint) == 12
        assert finding.file.startswith(("episodes/", "feed/", "build/")) or finding.file in ("notes.html", "page")


@pytest.mark.parametrize("code", PAIRS)
def test_the_passing_case_passes(code: str, tmp_path: Path) -> None:
    """The case nearly like it does not have that code."""
    assert code not in codes(PAIRS[code].fine(good(), tmp_path))


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("CIT02", to(lambda c: paper(c, PMID="0123"))),
        ("CIT02", to(lambda c: paper(c, DOI="javascript:alert(1)"))),
        ("CIT03", to(lambda c: stands(c, "withdrawn"))),
        ("CIT03", to(lambda c: stands(c, "removed"))),
        ("CIT04", to(lambda c: stands(c, "corrected", Notice("corrected", "pubmed")))),
        ("CIT21", to(lambda c: paper(c, None))),
        ("CIT04", to(lambda c: stands(c, "retracted in part", Notice("retracted in part", "pubmed", id="PMID 7")))),
        ("CIT05", to(lambda c: paper(c, Appraisal(PAPER.id, registered=REGISTERED)))),
        ("CIT21", to(lambda c: paper(c, DOI="10.1000/another"))),
        ("CIT21", to(lambda c: paper(c, DOI=None, PMID=None, PMCID="PMC6538291"))),
        ("CIT21", to(lambda c: not_reached(paper(c, None), on=date(2026, 11, 12)))),
        ("CIT21", to(lambda c: not_reached(paper(c, None), on=date(2026, 11, 21)))),
        ("CIT21", to(lambda c: not_reached(paper(c, None), by="nobody"))),
        ("CIT21", to(lambda c: not_reached(paper(c, None), judged="0" * 64))),
        ("CIT21", to(lambda c: reworded(not_reached(paper(c, None)), reason="The office has no network at all."))),
        ("CIT21", to(lambda c: reworded(not_reached(paper(c, None)), on=date(2026, 11, 19)))),
        (
            "CIT21",
            to(lambda c: dataclasses.replace(not_reached(paper(c, None)), now=datetime(2026, 12, 1, tzinfo=UTC))),
        ),
        ("CIT19", to(lambda c: not_reached(registered(c, unknown=("PMID 12345678",))))),
        ("CIT22", to(lambda c: seen(paper(c, DOI=None, PMID=None), title="Another title"))),
        ("CIT22", to(lambda c: seen(paper(c, DOI=None, PMID=None), by="nobody"))),
        ("CIT22", to(lambda c: seen(paper(c, DOI=None, PMID=None), on=None))),
        ("CIT22", to(lambda c: seen(paper(c, DOI=None, PMID=None), on=date(2026, 11, 21)))),
        ("CIT07", to(lambda c: answered(c, crossref=PaperRecord(CSL | {"PMID": "7"}, source="crossref")))),
        ("CIT19", to(lambda c: registered(c, title="", unknown=(f"doi:{CSL['DOI']}",)))),
        ("CIT20", to(lambda c: registered(c, author="Muster"))),
        ("CIT20", to(lambda c: registered(c, journals=("Annals of Examples",)))),
        ("CIT20", to(lambda c: registered(c, year=2020))),
        ("CIT20", to(lambda c: paper(c, title="Walking compared with sitting in no invented volunteers"))),
        ("CIT09", to(lambda c: stands(c, "superseded", Notice("superseded", "pubmed", id="PMID 7")))),
        ("CIT11", to(lambda c: paper(c, custom={"authors_truncated": True}))),
        ("CIT04", to(lambda c: paper(c, custom={"pubmed_says": ["is itself a notice of retraction"]}))),
        ("CIT12", to(lambda c: paper(c, page="19-11"))),
        ("CIT12", to(lambda c: paper(c, issued={"date-parts": [[2024, 1]]}))),
        ("CIT12", to(lambda c: paper(c, issued={"date-parts": [[2030]]}))),
        ("CIT13", to(lambda c: paper(c, Appraisal(PAPER.id, grade="low", status=Status())))),
        ("CIT14", to(lambda c: paper(c, title="An Example Society guideline on walking"))),
        (
            "CIT15",
            to(lambda c: dataclasses.replace(c, transcript=transcript(SPOKEN[0], (GUEST.id, 6_000, "Now to bread.")))),
        ),
        ("CIT08", to(lambda c: answered(c, pubmed=PaperRecord(CSL | {"PMCID": "PMC7654321"}, source="pubmed")))),
        ("CIT01", to(lambda c: told(c, format="evidence", claims=()))),
        ("PER01", to(lambda c: told(c, credits=(*c.episode.credits, Credit("nobody", "guest"))))),
        ("PER01", to(lambda c: says(c, "Hello.", "S1"))),
        ("PER02", to(lambda c: person(c, HOST, npi="1234567890"))),
        ("PER02", to(lambda c: told(c, credits=(*c.episode.credits, Credit(HOST.id, "medical reviewer", "writing"))))),
        ("PER04", to(lambda c: person(c, HOST, bio=Bio("Robin hosts.")))),
        ("PER04", to(lambda c: person(c, HOST, bio=Bio(long="word " * 300, approved=date(2026, 5, 1))))),
        ("PER04", to(lambda c: told(person(c, GUEST, bio=Bio()), format="portrait"))),
        ("PER06", to(lambda c: person(c, HOST, name="Robin Example, MD"))),
        ("PER07", to(lambda c: consented(c, None))),
        ("PER06", to(lambda c: person(c, HOST, credentials=("M.D.",)))),
        ("DIS02", to(lambda c: dataclasses.replace(related(c), outputs={"notes.html": "<p>Disclosures: none</p>"}))),
        ("DIS03", to(lambda c: told(related(c), mitigation=Mitigation("Review.", date(2026, 11, 13))))),
        ("DIS04", to(lambda c: dataclasses.replace(c, transcript=transcript((HOST.id, 0, "Hello there."), SPOKEN[1])))),
        ("DIS05", to(lambda c: related(c, "Examplomax™"))),
        ("CME01", to(lambda c: told(c, cme=dataclasses.replace(CREDIT, expires=date(2026, 11, 1))))),
        ("CME01", to(lambda c: told(c, cme=dataclasses.replace(CREDIT, funding="")))),
        ("CME01", to(lambda c: told(c, cme=dataclasses.replace(CREDIT, reviewed=date(2024, 11, 19))))),
        ("CME02", to(lambda c: told(c, objectives=()))),
        ("PHI01", to(lambda c: notes(c, "Write to robin@example.org about him."))),
        ("PHI01", to(lambda c: told(c, chapters=(*CHAPTERS, Chapter(30_000, "A 93-year-old man"))))),
        ("PHI03", to(lambda c: told(c, phi=Privacy(True)))),
        ("PHI03", to(lambda c: told(c, phi=Privacy(True, "composite")))),
        ("TRM02", to(lambda c: told(about(c, TWO), terms={"ESS": "nothing"}))),
        ("ACC01", to(lambda c: says(c, "Hello.", ""))),
        ("LEG02", to(lambda c: notes(c, "On Tuesday, March 1, 2028."))),
        ("LEG02", to(lambda c: told(c, summary="We meet on April 5."))),
        ("CIT17", to(lambda c: dataclasses.replace(paper(c, title="Q&A"), outputs={"page": "<h1>Q&A</h1>"}))),
        ("CIT17", to(lambda c: told(c, chapters=(*CHAPTERS, Chapter(30_000, "More", url="javascript:alert(1)"))))),
    ],
)
def test_more_ways_to_fail(code: str, change: Change, tmp_path: Path) -> None:
    """Each code has more than one reason."""
    assert code in codes(change(good(), tmp_path))


def test_another_name_of_a_person_is_no_slip_and_no_patient() -> None:
    """`also_known_as` counts as a name of the registry, for near misses and for the privacy screen."""
    case = says(person(good(), GUEST, name="Alex Kreiner"), "Mrs. Kleiner agrees.")
    assert {"PER03", "PHI01"} <= set(codes(case))
    case = person(case, GUEST, name="Alex Kreiner", also_known_as=("Alex Kleiner",))
    assert not {"PER03", "PHI01"} & set(codes(case))


def test_the_society_s_list_is_judged_as_its_audit_says() -> None:
    """Of the 14: no identifier 6 and 14, one of two 10 to 12, a secondary record and a cut list 6, shapes all right."""
    from pages import references

    from podcast_pipeline.checks import references as one

    found: dict[str, set[str]] = {}
    for id_, reference in references().items():
        for said in one.everything(reference, Lookup(), date(2026, 11, 20), one.AT_PUBLISH, ()):
            found.setdefault(said.code, set()).add(id_)
    assert found["CIT06"] == {"ref6", "ref14"}
    assert found["CIT08"] == {"ref10", "ref11", "ref12"}
    assert found["CIT10"] == {"ref6"}
    assert found["CIT11"] == {"ref6"}
    assert found["CIT22"] == {"ref6", "ref14"}
    assert len(found["CIT21"]) == 12
    assert set(found) == {"CIT21", "CIT22", "CIT06", "CIT08", "CIT10", "CIT11"}


def test_an_injection_in_a_range_about_conservative_care() -> None:
    """References 4 to 9 in one claim on conservative care: 6 reviews an injection, and is named alone."""
    from pages import references

    case = shown(good(), references=references())
    ids = tuple(Citation(f"ref{n}") for n in range(4, 10))
    found = report(claim(case, text="Conservative care: exercise, massage, psychology, medication.", refs=ids))
    topics = [finding.sentence for finding in found.judged.standing if finding.code == "CIT18"]
    assert len(topics) == 1
    assert topics[0].startswith("ref6 ")


def test_an_address_that_was_read_and_archived_is_a_warning() -> None:
    """With its day of reading and an archived copy, a reference without identifier is no error any more."""
    archived = Appraisal(PAPER.id, status=PAPER.status, access=Access(url_archived="https://web.archive.org/web/1/x"))
    accessed = {"date-parts": [[2026, 11, 1]]}
    case = paper(good(), archived, DOI=None, PMID=None, URL="https://example.org/report", accessed=accessed)
    assert codes(case)["CIT06"] == {"W"}


def test_what_was_not_run_is_said() -> None:
    """Without the network the starred checks are named; those on status run once every reference has one."""
    assert report(good()).not_run == ("CIT07", "CIT09", "CIT16")
    assert report(paper(good(), None)).not_run == ("CIT03", "CIT04", "CIT07", "CIT09", "CIT16", "CIT19", "CIT20")
    assert report(answered(good())).not_run == ()


def test_a_published_episode_is_judged_by_what_time_breaks() -> None:
    """Of a frozen episode the ageing alone is reported, and a status may be half a year old."""
    case = published(told(good(), title="Call 206-555-0123", review_by=date(2026, 11, 1)), "")
    found = {finding.code for finding in report(case, ageing_only=True).judged.standing}
    assert found == {"LIF01"}
    old = published(stands(good(), "ok", checked=date(2026, 6, 1)), "")
    assert "CIT05" not in codes(old)
    assert "CIT05" in codes(dataclasses.replace(old, today=date(2027, 3, 1)))


def test_a_correction_can_go_out() -> None:
    """What befell a public episode later (a retraction, the end of its credit) does not stop its correction."""
    late = Notice("retracted", "crossref", id="10.1000/n", found=date(2027, 2, 1))
    public = dataclasses.replace(published(stands(good(), "retracted", late), ""), today=date(2027, 2, 2))
    assert codes(public)["CIT03"] == {"W"}
    assert codes(dataclasses.replace(public, earlier=None))["CIT03"] == {"E"}
    known = Notice("retracted", "crossref", id="10.1000/n", found=date(2026, 11, 1))
    assert codes(published(stands(good(), "retracted", known), ""))["CIT03"] == {"E"}
    unknown = registered(good(), on=date(2027, 2, 1), unknown=("PMID 12345678",))
    assert codes(published(unknown, ""))["CIT19"] == {"W"}
    assert codes(unknown)["CIT19"] == {"E"}
    ended = told(good(), cme=dataclasses.replace(CREDIT, expires=date(2026, 11, 1)))
    assert codes(published(ended, ""))["CME01"] == {"W"}


def test_findings_are_sorted_and_stable() -> None:
    """Errors come first; the same case gives the same findings and fingerprints."""
    case = says(claim(good(), refs=(), contested=True), "Call 206-555-0123. That is off-label.")
    first = report(case).judged.standing
    assert [finding.severity for finding in first] == sorted((f.severity for f in first), key="EWN".index)
    assert report(case).judged.standing == first
    assert CLAIM.text not in " ".join(map(str, first))


def test_a_claim_in_what_was_cut_at_the_end_lies_in_the_recording() -> None:
    """The recording ends where its sound does, not where what is kept of it does; and where the last word of anybody
    ends, while nothing is built."""

    def beyond(**fields: Any) -> bool:
        found = report(dataclasses.replace(claim(good(), at=9_000, until=None), **fields)).judged.standing
        return any("after the end of the recording" in finding.sentence for finding in found)

    cut = Timeline.assemble(1000, [(8_000, 0)], source=14_000)
    assert not beyond(timeline=cut)
    assert beyond(timeline=dataclasses.replace(cut, source=0))
    together = transcript(("robin-example", 0, "one " * 30), ("alex-sample", 1_000, "Muster, in 2024."))
    assert not beyond(transcript=together)
    assert beyond(transcript=transcript(("alex-sample", 1_000, "Muster, in 2024.")))
