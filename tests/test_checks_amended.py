"""What the gate asks of an amendment: what it changes is judged in full, what is public as it is may stay as it is."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest
from cases import APPRAISAL, CLAIM, CSL, GUEST, HOST, PAPER, claim, good, paper, person, published, sealed, told
from pages import TIMELINE

from podcast_pipeline.checks import amended
from podcast_pipeline.checks.case import Case
from podcast_pipeline.checks.episode import report
from podcast_pipeline.episode.statement import heard, stated
from podcast_pipeline.episode.verdicts import holding
from podcast_pipeline.evidence.cited import cited
from podcast_pipeline.model.chapter import published as chapters_heard
from podcast_pipeline.model.claim import Citation
from podcast_pipeline.model.medical import Mitigation
from podcast_pipeline.model.person import Disclosure, Relationship
from podcast_pipeline.model.release import UsedWaiver
from podcast_pipeline.people.printed import cast
from podcast_pipeline.site.notes import notes_html

UNCHECKED = claim(good(), checked_by="", checked=None)
NEW = dataclasses.replace(CLAIM, id="c2", checked_by="", text="New.")
RELATED = Disclosure(date(2026, 10, 1), relationships=(Relationship("ExampleCo", "consultant"),))
UNMITIGATED = person(good(), GUEST, disclosure=RELATED)
SILENT = person(good(), GUEST, disclosure=Disclosure())


def amending(public: Case, now: Case, *, holds: bool = True, **record: object) -> Case:
    """The case of `now`, with what is printed of `public` as its public form. `holds`: the record says what it said."""
    statement = holding(stated(public.show, public.episode), public.claimed)
    notes = notes_html(statement, TIMELINE, chapters_heard(statement.chapters, TIMELINE, public.file))
    references = cited(public.episode.claims, public.show.references)
    people = cast(public.show.people, public.episode)
    said = heard(statement, TIMELINE, ()) if holds else None
    form = published(public, notes, references=references, people=people, statement=said)
    assert form.earlier is not None
    earlier = dataclasses.replace(form.earlier, **record)  # type: ignore[arg-type]
    return dataclasses.replace(now, earlier=earlier)


def severity(case: Case, code: str) -> str:
    return "".join(sorted(each.severity for each in report(case).judged.standing if each.code == code))


@pytest.mark.parametrize(
    ("public", "now", "code", "expected"),
    [
        (UNCHECKED, UNCHECKED, "GAT02", "W"),
        (UNCHECKED, told(UNCHECKED, title="Another title"), "GAT02", "W"),
        (UNCHECKED, claim(UNCHECKED, checked_by="", at=9_000), "GAT02", "W"),
        (good(), UNCHECKED, "GAT02", "E"),
        (UNCHECKED, claim(UNCHECKED, checked_by="", text="They sat further."), "GAT02", "E"),
        (UNCHECKED, claim(UNCHECKED, checked_by="", contested=True), "GAT02", "E"),
        (UNCHECKED, claim(UNCHECKED, checked_by="", grade="high"), "GAT02", "E"),
        (claim(UNCHECKED, kind="opinion"), UNCHECKED, "GAT02", "E"),
        (UNCHECKED, claim(UNCHECKED, checked_by="", refs=(Citation(CSL["id"], "p 3"),)), "GAT02", "E"),
        (UNCHECKED, claim(UNCHECKED, checked_by="", refs=(Citation(CSL["id"], "", "disputes"),)), "GAT02", "E"),
        (UNCHECKED, paper(UNCHECKED, title="Another paper"), "GAT02", "E"),
        (UNCHECKED, paper(UNCHECKED, PMID="1234"), "GAT02", "E"),
        (
            UNCHECKED,
            told(UNCHECKED, claims=(*UNCHECKED.episode.claims, NEW)),
            "GAT02",
            "EW",
        ),
        (SILENT, SILENT, "DIS01", "W"),
        (good(), SILENT, "DIS01", "E"),
        (SILENT, person(good(), GUEST, disclosure=Disclosure(date(2026, 10, 1))), "DIS01", "E"),
        (told(SILENT, content_class="non-clinical"), SILENT, "DIS01", "E"),
        (UNMITIGATED, UNMITIGATED, "DIS03", "W"),
        (told(UNMITIGATED, mitigation=Mitigation("None spoke of it", date(2026, 11, 1))), UNMITIGATED, "DIS03", "E"),
        (good(), UNMITIGATED, "DIS03", "E"),
        (UNMITIGATED, person(UNMITIGATED, HOST, disclosure=RELATED), "DIS03", "E"),
    ],
)  # fmt: skip
def test_what_an_amendment_changes(public: Case, now: Case, code: str, expected: str) -> None:
    """A warning for what is public in the same words and without the verdict, else an error; of old records too."""
    assert severity(amending(public, now), code) == expected
    assert severity(amending(public, now, holds=False), code) == expected
    assert set(severity(now, code)) == {"E"}  # of what was never public


def test_what_a_record_says_of_its_verdicts() -> None:
    """A waiver was a verdict; whoever is not named as lacking had it; what is not public now is not amended."""
    waiver = UsedWaiver("GAT02", HOST.id, "The paper was read aloud.", date(2027, 1, 1))
    missing = f"GAT02 {UNCHECKED.file}: claim[{CLAIM.id}].checked_by"
    for holds in (True, False):
        assert severity(amending(UNCHECKED, UNCHECKED, holds=holds, waivers=(waiver,)), "GAT02") == "E"
        assert severity(amending(UNCHECKED, UNCHECKED, holds=holds, lacking=(missing,)), "GAT02") == "W"
    other = ("DIS01 feed/people/x.toml: disclosure",)
    assert severity(amending(UNCHECKED, UNCHECKED, holds=False, lacking=other), "GAT02") == "E"
    void = amended.lessened(amending(good(), good()), report(UNCHECKED).judged.standing)  # by what is printed nowhere
    assert {each.severity for each in void if each.code == "GAT02"} == {"E"}
    void = amended.lessened(amending(good(), good(), lacking=(missing,)), report(UNCHECKED).judged.standing)
    assert {each.severity for each in void if each.code == "GAT02"} == {"W"}
    assert severity(amending(UNCHECKED, UNCHECKED, status="scheduled"), "GAT02") == "E"
    assert severity(dataclasses.replace(amending(UNCHECKED, UNCHECKED), returning=True), "GAT02") == "E"


def forgotten(case: Case) -> Case:
    facts = {"credentials": (), "publish": (), "disclosure": Disclosure(), "forgotten_on": date(2026, 11, 30)}
    return person(case, GUEST, name="Former participant", **facts)


def test_who_was_forgotten_stops_no_correction() -> None:
    """Of a public episode that named the person; nobody new is heard without a disclosure."""
    assert severity(amending(good(), forgotten(good())), "DIS01") == "W"
    assert severity(forgotten(good()), "DIS01") == "E"
    alone = told(good(), credits=good().episode.credits[:1])
    assert severity(amending(alone, forgotten(good())), "DIS01") == "E"
    (printed,) = (each for each in cast(forgotten(good()).show.people, good().episode) if each.id == GUEST.id)
    assert printed.disclosure == "A former participant's disclosure was removed at their request on 30 November 2026."
    assert GUEST.name not in repr(printed)


def unbound(case: Case) -> Case:
    """The case as an earlier version had it: nothing that somebody typed is bound to what it is about."""

    def bare(value: Any) -> Any:
        return dataclasses.replace(value, judged="")

    people = {
        id_: dataclasses.replace(each, bio=bare(each.bio), disclosure=bare(each.disclosure))
        for id_, each in case.show.people.items()
    }
    references = {
        id_: dataclasses.replace(paper, appraisal=bare(paper.appraisal)) for id_, paper in case.show.references.items()
    }
    show = dataclasses.replace(case.show, people=people, references=references)
    mitigation = case.episode.mitigation and bare(case.episode.mitigation)
    case = told(case, claims=tuple(map(bare, case.episode.claims)), mitigation=mitigation)
    return dataclasses.replace(case, show=show)


def test_what_no_earlier_version_bound_is_a_warning_where_it_is_public() -> None:
    """A correction of something else can go out; what differs from the public form is said again first."""
    level = dataclasses.replace(APPRAISAL, ocebm2011="2", by=HOST.id, on=date(2026, 11, 1))
    case = person(paper(good(), level), GUEST, disclosure=RELATED)
    case = sealed(told(case, mitigation=Mitigation("Somebody else read it.", date(2026, 11, 1))))
    now = amending(case, unbound(case), holds=False)
    codes = ("GAT02", "CIT13", "DIS01", "DIS03")
    assert {code: set(severity(now, code)) for code in codes} == {code: {"W"} for code in codes}
    assert {code: set(severity(unbound(case), code)) for code in codes} == {code: {"E"} for code in codes}
    other = person(now, GUEST, disclosure=Disclosure(date(2026, 10, 2), relationships=RELATED.relationships))
    assert "E" in severity(unbound(other), "DIS01")

    missing = f"CIT13 {next(each.file for each in report(now).judged.standing if each.code == 'CIT13')}: {PAPER.id}.by"
    again = amending(unbound(case), unbound(case), lacking=(missing,))  # of the record of such an amendment
    assert severity(again, "CIT13") == "W"
    for another in (dataclasses.replace(level, ocebm2011="3"), dataclasses.replace(level, design="case series")):
        assert severity(unbound(paper(again, another)), "CIT13") == "E"
    assert severity(unbound(paper(again, level, title="Another paper")), "CIT13") == "E"
    assert severity(amending(case, unbound(case)), "CIT13") == "E"
