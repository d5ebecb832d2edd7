"""Every field of a statement is printed where readers look for it, or said to be printed nowhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from pages import SIGNATURE, TIMELINE, asset, show
from pages import episode as planned
from pages import release as released
from test_episode_judged import changes, whole

from podcast_pipeline.episode.statement import heard
from podcast_pipeline.evidence.cited import cited
from podcast_pipeline.feed import contents
from podcast_pipeline.feed.extension import Frame
from podcast_pipeline.feed.render import render
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.person import Person
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.model.statement import Statement
from podcast_pipeline.people.printed import cast, public
from podcast_pipeline.site.description import notes_text
from podcast_pipeline.site.notes import notes_html
from podcast_pipeline.site.page import release_page

NOTES, TEXT, PAGE, FEED = "notes", "description", "page", "feed"
"""The carriers of what is printed; the feed beside the notes and the description that it holds."""
JOINS, HOUSE, VERDICT = "a name for what is printed elsewhere", "for the house alone", "what a verdict itself holds"
NOWHERE = {
    "slug": "an address",
    "recorded": "decides which relationships are stated", "chapters.kind": "a check of the order",
    "claims.id": JOINS, "claims.judged": VERDICT, "claims.refs.id": JOINS, "references.id": JOINS,
    "credits.consent": HOUSE, "credits.judged": VERDICT, "mitigation.by": HOUSE, "mitigation.judged": VERDICT,
    "mitigation.episode": VERDICT,
    "show.copyright": "in the tags", "show.link": "in the tags of members' files",
    "people.also_known_as": HOUSE, "people.npi": HOUSE, "people.pronunciation": HOUSE,
    "people.headshot_license": HOUSE, "people.publish": "opens and closes the other facts",
    "people.bio.short": "stands where there is no long one", "people.bio.approved": VERDICT,
    "people.bio.judged": VERDICT, "people.disclosure.judged": VERDICT,
    "people.disclosure.attestations": "the one that covers the recording is the disclosure",
    "people.disclosure.none_attested": "stands where there is no relationship",
    "people.sort": "names the author in citations, of people of the show",
    "references.appraisal.id": JOINS, "references.appraisal.question": HOUSE, "references.appraisal.grade": HOUSE,
    "references.appraisal.access": HOUSE, "references.appraisal.embargo": "ends by itself",
    "references.appraisal.by": "a level is printed where there is one", "references.appraisal.on": "the same",
    "references.appraisal.second": "the same", "references.appraisal.judged": VERDICT,
    "references.appraisal.seen": "a register's word is printed, nobody else's",
    "references.appraisal.seen_by": "the same", "references.appraisal.seen_judged": VERDICT,
    "references.appraisal.answer": VERDICT,
    "references.appraisal.registered": "printed as verified or not, of which the checks of references tell",
    "references.appraisal.status.notices.day": "the day on which it was found is printed",
}  # fmt: skip
"""Fields that stand in no carrier by themselves, and why; what lies below one, too."""
OF_CHECKERS = frozenset({"checkers.id", "checkers.name", "checkers.credentials", "checkers.example", "checkers"})
"""Of those who compared claims the name alone is printed, and that they are invented."""
EVERYWHERE = {
    "claims.text", "claims.kind", "claims.contested", "claims.grade", "claims.refs", "claims.refs.relation",
    "claims.refs.locator", "claims.checked_by", "claims.checked_with", "claims.checked", "off_label", "mitigation.text",
    "mitigation.on", "cme.accredited", "cme.provider", "demonstration", "summary", "objectives", "references.csl",
    "references.appraisal.status.state", "references.appraisal.status.notices",
    "people.disclosure.relationships.company", "people.disclosure.relationships.nature",
    "people.disclosure.relationships.paid_to", "people.disclosure.relationships.ended", "people.disclosure.collected",
}  # fmt: skip
"""What a reader must not miss: in notes, description and page alike."""
FED = {"title", "number", "season", "kind", "publish_at", "chapters.title", "chapters.start", "credits.role"}
"""What apps read of the item itself."""


SECOND = whole()[0].checkers[1].id


APART = frozenset({"claims.refs.id", "claims.refs.relation", "content_class", "references.id", "show.timezone", "slug"})
"""Fields that take no other word as it is: changed below by themselves, or what joins the parts of a statement."""


def _claim(claim: Claim, number: int) -> Claim:
    refs = tuple(dataclasses.replace(citation, id="r1", relation="supports") for citation in claim.refs)
    start = number * 10_000
    return dataclasses.replace(
        claim,
        kind="fact",
        at=start,
        until=start + 5000,
        refs=refs,
        checked_with=SECOND if number == 1 else "",
        checked=date(2026, 2, 3 - number),
    )


def _reference(reference: Reference) -> Reference:
    assert reference.appraisal is not None
    status = reference.appraisal.status
    notices = tuple(dataclasses.replace(each, kind="concern", found=date(2027, 1, 1)) for each in status.notices)
    status = dataclasses.replace(status, notices=notices)
    return dataclasses.replace(
        reference, id="r1", appraisal=dataclasses.replace(reference.appraisal, ocebm2011="2", status=status)
    )


def _person(person: Person) -> Person:
    links = ("https://example.org/a", "https://example.org/b")
    declared = dataclasses.replace(person.disclosure, none_attested=False)
    facts: dict[str, Any] = {"links": links, "publish": Person("", "").publish, "disclosure": declared}
    return dataclasses.replace(person, **facts, example=False, forgotten_on=None)


@cache
def stated() -> Statement:
    """A statement with something in every field, which can be printed as what it is."""
    statement, _ = whole()
    first, *others = statement.credits
    return dataclasses.replace(
        statement,
        slug="facets",
        show=dataclasses.replace(statement.show, base="https://podcast.example.org/show/", timezone="UTC"),
        claims=tuple(_claim(claim, number) for number, claim in enumerate(statement.claims, 1)),
        references={"r1": _reference(statement.references["r1"])},
        credits=(dataclasses.replace(first, group="cast"), *others),
        people=tuple(map(_person, statement.people)),
        checkers=tuple(map(_person, statement.checkers)),
        chapters=(Chapter(0, "One", "clinical", "https://example.org/c"), Chapter(40_000, "Two")),
    )


def carriers(statement: Statement) -> dict[str, str]:
    """What is made of it, by carrier."""
    statement = dataclasses.replace(statement, people=tuple(map(public, statement.people)))
    of = show()
    notes = notes_html(statement, TIMELINE, statement.chapters, SIGNATURE)
    description = notes_text(statement, TIMELINE, statement.chapters, SIGNATURE)
    people = cast(statement.known, statement)
    release = released(
        of,
        planned(),
        title=statement.title,
        publish_at=statement.publish_at,
        number=statement.number,
        season=statement.season,
        kind=statement.kind,
        chapters=statement.chapters,
        people=tuple(dataclasses.replace(person, image=asset("images/00000001.jpg")) for person in people),
        references=cited(statement.claims, statement.references),
        review_by=statement.review_by,
        statement=heard(statement, TIMELINE, statement.chapters),
    )
    feed = contents.read(render(of, [release], release.publish_at, asset("images/00000000.jpg"), Frame("main")))
    return {NOTES: notes, TEXT: description, PAGE: release_page(of, release, ()), FEED: repr(feed.items)}


def changed() -> Iterator[tuple[str, Statement]]:
    """The statement with one thing of it changed, each in turn, by the names of the fields that lead there."""
    whole_, first = stated(), stated().claims[0]
    disputing = dataclasses.replace(first.refs[0], relation="disputes")
    related = dataclasses.replace(first, refs=(disputing, *first.refs[1:]))
    yield "claims.refs.relation", dataclasses.replace(whole_, claims=(related, *whole_.claims[1:]))
    west = dataclasses.replace(whole_.show, timezone="America/Los_Angeles")
    yield "show.timezone", dataclasses.replace(whole_, show=west)
    yield "content_class", dataclasses.replace(whole_, content_class="non-clinical")
    for place, other in changes(whole_):
        if place not in APART:
            yield place, other


def declared(place: str) -> str:
    """Under which name it is said to be printed nowhere; "" where it is printed."""
    if place.startswith("checkers"):
        return "" if place in OF_CHECKERS else place
    names = place.split(".")
    return next((name for end in range(len(names)) if (name := ".".join(names[: end + 1])) in NOWHERE), "")


def test_every_field_is_printed() -> None:
    """One thing changed anywhere: some carrier says it otherwise, all that a reader must not miss; what is said to be
    printed nowhere really is."""
    before = carriers(stated())
    seen: dict[str, set[str]] = {}
    for place, other in changed():
        now = carriers(other)
        seen.setdefault(place, set()).update(name for name, text in now.items() if text != before[name])
    assert {place for place, names in seen.items() if not names and not declared(place)} == set()
    assert {place: names for place, names in seen.items() if names and declared(place)} == {}
    assert {place: seen[place] for place in EVERYWHERE if not {NOTES, TEXT, PAGE} <= seen[place]} == {}
    assert {place: seen[place] for place in FED if FEED not in seen[place]} == {}
