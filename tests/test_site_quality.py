"""The quality card and the data of a page, for real and invented people."""

from __future__ import annotations

import dataclasses
import json
from datetime import date

import cases
import pytest
from cases import claim, good, paper, person, shown, stands, told
from pages import HOST, PAGE, SIGNATURE, episode, release, show

from podcast_pipeline.checks.case import Case
from podcast_pipeline.episode.statement import stated
from podcast_pipeline.model.appraisal import Notice
from podcast_pipeline.model.claim import Citation
from podcast_pipeline.model.person import Credit, Disclosure, Person
from podcast_pipeline.model.release import Signature
from podcast_pipeline.site import lapse
from podcast_pipeline.site.jsonld import embedded, episode_csl, episode_data
from podcast_pipeline.site.page import release_page
from podcast_pipeline.site.quality import Criterion, card, line, missing, planned

FULL = told(good(), objectives=("Compare walking with sitting.",))
FULL = person(FULL, cases.HOST, institution="Example University")
FULL = person(FULL, cases.GUEST, institution="Example University")
LEAD, AUTHOR = (FULL.show.people[each.id] for each in (cases.HOST, cases.GUEST))
SIGNED = dataclasses.replace(SIGNATURE, by=LEAD.id, name=LEAD.display)
BEHIND = dataclasses.replace(cases.HOST, id="sam-example", name="Sam Example", disclosure=Disclosure())
WITHDRAWN = stands(FULL, "retracted", Notice("retracted", "crossref", id="10.1000/notice"))
REVIEW = "Editorial and pre-publication review described"
CITED = "References are cited and map to statements"
CONFLICTS = "Clear who made it, and their conflicts of interest"


def answered(case: Case, signature: Signature | None = SIGNED) -> tuple[Criterion, ...]:
    return card(planned(stated(case.show, case.episode), signature))


def produced(case: Case, *people: Person) -> Case:
    """`case` that has these people behind the microphones as well."""
    known = shown(case, people={**case.show.people, **{each.id: each for each in people}})
    further = tuple(Credit(each.id, "producer", "creative direction") for each in people)
    return told(known, credits=(*case.episode.credits, *further))


def test_an_episode_with_everything() -> None:
    """Cited, disclosed, signed by a real person, with objectives: all computable items are met, and each says why."""
    items = answered(FULL)
    assert missing(items) == ()
    assert line(items) == "JAMA 4 of 4; METRIQ 4 of 4 computable items"
    assert all(item.why for item in items)
    assert [item.name for item in items if item.met is None] == [
        "Right amount for its length",
        "Well written and formatted",
        "Post-publication commentary",
    ]


@pytest.mark.parametrize(
    ("case", "signature", "names", "why"),
    [
        (claim(FULL, refs=()), SIGNED, {CITED, "Attribution"}, 'no reference for "c1"'),
        (claim(FULL, kind="opinion"), SIGNED, {CITED, "Attribution"}, "no claim of fact"),
        (claim(FULL, refs=(Citation("unknown"),)), SIGNED, {CITED, "Attribution"}, 'no reference for "c1"'),
        (paper(FULL, None), SIGNED, {CITED, "Attribution"}, "verified 0 of 1; 1 of 1 claims; reference 1: not ver"),
        (paper(FULL, title="Another paper"), SIGNED, {CITED, "Attribution"}, "reference 1: not verified"),
        (WITHDRAWN, SIGNED, {CITED, "Attribution"}, "reference 1: retracted"),
        (person(FULL, AUTHOR, disclosure=Disclosure()), SIGNED, {CONFLICTS, "Disclosure"}, "of Alex Sample"),
        (
            person(FULL, AUTHOR, publish=("name", "specialty", "institution")),
            SIGNED,
            {CONFLICTS, "Disclosure"},
            "no disclosure is printed of Alex Sample",
        ),
        (produced(FULL, BEHIND), SIGNED, {CONFLICTS, "Disclosure"}, "no disclosure is printed of Sam Example, MD"),
        (FULL, SIGNATURE, {CONFLICTS, "Disclosure"}, "is printed of Robin Example, MD, who judged it"),
        (told(FULL, credits=()), SIGNED, {CONFLICTS, "Disclosure", "Authorship"}, "nobody is named"),
        (person(FULL, AUTHOR, institution=""), SIGNED, {"Authorship"}, "no affiliation is printed of Alex"),
        (person(FULL, AUTHOR, example=True), SIGNED, {"Authorship"}, "no real name is printed of Alex"),
        (person(FULL, LEAD, example=True), SIGNED, {"Authorship", REVIEW}, "of the claims is an example"),
        (claim(FULL, checked_by="", checked=None), SIGNED, {REVIEW}, "1 of 1 claims of fact are not compared"),
        (claim(FULL, checked=None), SIGNED, {REVIEW}, "1 of 1 claims of fact are not compared"),
        (FULL, None, {REVIEW}, "nobody has signed"),
        (FULL, dataclasses.replace(SIGNED, example=True), {REVIEW}, "an example, no physician"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said(case: Case, signature: Signature | None, names: set[str], why: str) -> None:
    """One thing is taken away: the items that ask for it are answered with no, and say what is missing."""
    items = answered(case, signature)
    assert {item.name for item in items if item.met is False} == names
    assert any(why in text for text in missing(items)), missing(items)


def test_a_void_sign_off_is_not_called_none() -> None:
    """Somebody has signed, and it does not hold: that is no yes, and what is missing is another signature."""
    items = card(planned(stated(FULL.show, FULL.episode), None, void=True))
    assert [item.why for item in items if item.name == REVIEW] == ["the sign-off is void"]


def test_what_nobody_asks_for_is_no_yes() -> None:
    """Without objectives a reader decides; of non-clinical content no disclosure is due, but one that is printed says
    whose is missing."""
    bare = answered(told(FULL, objectives=()))
    assert [item.why for item in bare if item.name.startswith("Background")] == ["no objectives; a reader decides"]
    silent = {each.id: dataclasses.replace(each, disclosure=Disclosure()) for each in FULL.show.people.values()}
    quiet = answered(told(shown(FULL, people=silent), content_class="non-clinical"))
    assert {item.met for item in quiet if item.name in (CONFLICTS, "Disclosure")} == {None}
    assert missing(quiet) == ()


def test_time_makes_no_yes_of_what_the_banner_denies() -> None:
    """A review that was due: the page's own card says so with its banner, and is current again once it was reviewed."""
    made_of, spoken = show(), episode(review_by=date(2027, 11, 20))
    out = release(made_of, spoken, review_by=date(2027, 11, 20))
    page = release_page(made_of, out, ())
    due, later = lapse.on_page(page, out, date(2027, 11, 20)), lapse.on_page(page, out, date(2027, 11, 21))
    assert due == page
    assert "<td>Currency</td> <td>yes</td> <td>published 2026-11-20</td>" in page
    assert "<td>no</td> <td>published 2026-11-20; its review was due by 2027-11-20</td>" in later
    assert lapse.on_page(later, dataclasses.replace(out, review_by=date(2028, 11, 20)), date(2027, 11, 21)) == page


def test_a_real_reviewer_stands_on_the_page_s_data() -> None:
    """lastReviewed and reviewedBy of the MedicalWebPage; real people are authors of the episode's citation."""
    made_of, spoken = show(), episode()
    published = release(made_of, spoken)
    assert published.statement is not None
    data = episode_data(made_of, published, published.statement, PAGE, "Said.")
    assert data["mainEntityOfPage"] == {
        "@type": "MedicalWebPage",
        "@id": PAGE,
        "lastReviewed": "2026-11-19",
        "reviewedBy": {"@type": "Person", "name": "Robin Example, MD"},
    }
    assert data["episodeNumber"] == 7
    assert [one["name"] for one in data["contributor"]] == ["Sam Example"]
    (guest,) = [one for one in data["actor"] if one["name"] == "Alex Example"]
    assert guest["hasOccupation"]["name"] == "Pain medicine"
    assert [clip["startOffset"] for clip in data["hasPart"]] == [32.0, 33.0, 72.0]
    record = episode_csl(made_of, published, PAGE)
    assert record["author"] == [{"family": "Example", "given": "Robin"}]
    assert record["number"] == "7"
    sorted_ = show(dataclasses.replace(HOST, name="Robin van Example", sort="van Example, Robin"))
    record = episode_csl(sorted_, dataclasses.replace(published, people=published.people[:1]), PAGE)
    assert record["author"] == [{"family": "van Example", "given": "Robin"}]


def test_nothing_ends_a_script_element() -> None:
    """`<`, `>` and `&` are written as escapes, and read back the same."""
    value = {"a": "</script><!-- & \u2028"}
    assert not set("<>&") & set(embedded(value))
    assert json.loads(embedded(value)) == value
