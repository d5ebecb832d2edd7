"""Checks of disclosures and credit: who must say what, by when, and where."""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from podcast_pipeline.brands import brands
from podcast_pipeline.checks import makers, responsible
from podcast_pipeline.checks.case import Case, Passage
from podcast_pipeline.episode import verdicts
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.model.person import Person, Relationship
from podcast_pipeline.people.statement import current, statement

REVIEWED_EVERY = 3
"""Years after which material with credit is reviewed again at the latest (ACCME, enduring material)."""
_SPOKEN = re.compile(r"disclos|financial|relationship|conflict|consult|compan", re.IGNORECASE)
_VAGUE = re.compile(
    r"^(?:to )?(?:understand|know|learn|appreciate|realis?z?e|believe|grasp|be aware|become|gain|explore)\b",
    re.IGNORECASE,
)


def check(case: Case) -> Iterator[Finding]:
    """The findings on disclosures and credit."""
    if case.clinical:
        for person in _in_control(case):
            yield from _declared(case, person)
        yield from _mitigated(case)
        yield from _in_order(case)
        yield from _companies(case)
        yield from _objectives(case)
    yield from _commerce(case)
    yield from _credit(case)


def _in_control(case: Case) -> list[Person]:
    """Everybody who decides on what is said, whether they take part or judge it (ACCME Standard 3)."""
    return [case.show.people[id_] for id_ in responsible.in_control(case) if id_ in case.show.people]


def attestation_ends(collected: date) -> date:
    """The last day on which a declaration counts: it is asked for again after 12 months."""
    return _years_after(collected, 1)


def _years_after(day: date, years: int) -> date:
    """The same day, so many years later; 29 February becomes the 28th."""
    last = calendar.monthrange(day.year + years, day.month)[1]
    return day.replace(year=day.year + years, day=min(day.day, last))


def stated(case: Case, person: Person) -> list[Relationship]:
    """The relationships of a person that are to be stated in this episode."""
    days = (case.recorded, case.published)
    return [r for r in person.disclosure.relationships if any(current(r, day) for day in days)]


def _declared(case: Case, person: Person) -> Iterator[Finding]:
    declared, file = person.disclosure, f"feed/people/{person.id}.toml"
    if person.forgotten:
        yield _forgotten(case, person, file)
        return
    if declared.collected is None or not (declared.none_attested or declared.relationships):
        how = responsible.in_control(case)[person.id]
        sentence = f"{how}, and has declared nothing: a disclosure, or that there is none, with its day"
        yield case.finding("DIS01", "disclosure", sentence, file=file)
        return
    if why := verdicts.sentence(verdicts.disclosed(person), case.episode.slug):
        yield case.finding("DIS01", "disclosure", why, file=file)
    if declared.none_attested and stated(case, person):
        yield case.finding("DIS02", "disclosure", "attests that there is none, and names relationships", file=file)
    for name, day in (("recording", case.recorded), ("publication", case.published)):
        if day > attestation_ends(declared.collected):
            sentence = f"of {declared.collected.isoformat()} had expired at the {name} ({day.isoformat()}): ask again"
            yield case.finding("DIS02", "disclosure.collected", sentence, file=file)
            break
    printed = statement(person, case.episode.recorded, case.published) if "disclosure" in person.publish else ""
    for relationship in stated(case, person):
        missing = [name for name, text in _notes(case) if relationship.company not in text]
        if relationship.company not in printed or missing:
            where = ", ".join(missing) or "the statement"
            sentence = f"a relationship of the last 24 months is not in {where}"
            if person not in case.people:
                sentence += f': give {person.id} a credit, as role = "fact checker", group = "writing"'
            yield case.finding("DIS02", "disclosure.relationship", sentence, subject=relationship.company, file=file)


def _forgotten(case: Case, person: Person, file: str) -> Finding:
    """Nobody new is heard without a disclosure; of a public episode that had one a correction must be able to go out.

    What stands in its place says that it was removed, and when.
    """
    public = case.amends is not None and any(known.id == person.id for known in case.amends.people)
    if public and person.forgotten_on is not None and not person.publish:
        sentence = f"was forgotten on {person.forgotten_on.isoformat()}: what is printed says so in its place"
        return case.finding("DIS01", "disclosure", sentence, file=file, severity="W")
    sentence = "was forgotten, and discloses nothing: take the person out of the episode"
    if public:
        sentence += f", or `podcast people forget {person.id}` once more: what it writes now has its day"
    return case.finding("DIS01", "disclosure", sentence, file=file)


def _notes(case: Case) -> list[tuple[str, str]]:
    import html

    return [(name, html.unescape(text)) for name, text in case.outputs.items() if name == "notes.html"]


def _mitigated(case: Case) -> Iterator[Finding]:
    if not any(stated(case, person) for person in _in_control(case)):
        return
    mitigation = case.episode.mitigation
    if mitigation is None:
        yield case.finding("DIS03", "mitigation", "relationships are disclosed: say how they were mitigated, and when")
        return
    if mitigation.on > case.recorded:
        sentence = (
            f"is {mitigation.on.isoformat()}, after the recording of {case.recorded.isoformat()}: of what was declared "
            "late a person answers with a [[waiver]], and the true day is printed"
        )
        yield case.finding("DIS03", "mitigation.on", sentence, subject="lies after the recording")
    verdict = verdicts.mitigated(mitigation)
    if not verdict.given:
        yield case.finding("DIS03", "mitigation.by", "is missing: somebody decided it, and says so")
    elif why := verdicts.sentence(verdict, case.episode.slug):
        yield case.finding("DIS03", "mitigation.by", why)


def _in_order(case: Case) -> Iterator[Finding]:
    chapters = case.episode.chapters
    clinical = [i for i, chapter in enumerate(chapters) if chapter.kind == "clinical"]
    disclosing = [i for i, chapter in enumerate(chapters) if chapter.kind == "disclosure"]
    if clinical and (not disclosing or disclosing[0] > clinical[0]):
        place = f"chapter[{clinical[0] + 1}]"
        sentence = 'clinical content without a chapter of kind "disclosure" before it'
        yield case.finding("DIS04", place, sentence, time=chapters[clinical[0]].start)
    if case.heard and disclosing and not any(_SPOKEN.search(passage.text) for passage in _within(case, disclosing[0])):
        place, start = f"chapter[{disclosing[0] + 1}]", chapters[disclosing[0]].start
        yield case.finding("DIS04", place, "no disclosure is heard in this chapter", time=start)


def _within(case: Case, chapter: int) -> Sequence[Passage]:
    """What is said in a chapter; a sentence that begins up to 2 s early counts."""
    chapters = case.episode.chapters
    start = chapters[chapter].start - 2000
    end = chapters[chapter + 1].start if chapter + 1 < len(chapters) else None
    return [p for p in case.heard if p.time is not None and start <= p.time and (end is None or p.time < end)]


def _companies(case: Case) -> Iterator[Finding]:
    disclosing = [i for i, chapter in enumerate(case.episode.chapters) if chapter.kind == "disclosure"]
    spoken = " ".join(p.text for p in (_within(case, disclosing[0]) if disclosing else ())).casefold()
    for person in case.people:
        for relationship in person.disclosure.relationships:
            company = relationship.company.casefold()
            if company in spoken:
                continue
            for passage in case.heard:
                if re.search(rf"\b{re.escape(company)}\b", passage.text.casefold()):
                    sentence = f"{relationship.company}, a company of {person.id}, is named but not disclosed aloud"
                    yield case.finding(
                        "DIS06", passage.field, sentence, subject=passage.text, time=passage.time, file=passage.file
                    )
                    break


def _commerce(case: Case) -> Iterator[Finding]:
    if case.episode.cme is not None and case.episode.cme.accredited:
        for i, chapter in enumerate(case.episode.chapters, 1):
            if chapter.kind == "sponsor":
                yield case.finding("DIS05", f"chapter[{i}]", "a sponsor inside accredited content", time=chapter.start)
    products = {word.text.casefold() for word in case.show.terms.words if word.kind in ("drug", "device")}
    for person in case.people:
        for relationship in person.disclosure.relationships:
            name = relationship.company
            if re.search(r"[™®]|\blogo\b|https?://", name, re.IGNORECASE) or _is_product(name, products):
                sentence = "holds a trade name, a logo or an address: the company's name alone is stated"
                file = f"feed/people/{person.id}.toml"
                yield case.finding("DIS05", "disclosure.relationship", sentence, subject=name, file=file)


def _is_product(name: str, own: Collection[str]) -> bool:
    """Whether it is a brand, of the show's own words or of a register; a company may be called as its device is."""
    brand = brands().get(name.casefold())
    return name.casefold() in own or (brand is not None and not makers.same(brand.name, brand.maker))


def _credit(case: Case) -> Iterator[Finding]:
    cme = case.episode.cme
    if cme is None or not cme.accredited:
        return
    for name in ("provider", "credit", "claim_url", "expires"):
        if not getattr(cme, name):
            yield case.finding("CME01", f"cme.{name}", "is missing: credit is offered")
    if not cme.funding:
        yield case.finding("CME01", "cme.funding", "is missing: who paid is always printed", severity="W")
    begun = max((day for day in (cme.released, cme.reviewed) if day is not None), default=None)
    if begun is not None and cme.expires is not None and cme.expires > _years_after(begun, REVIEWED_EVERY):
        sentence = f"lies more than {REVIEWED_EVERY} years after the review of {begun.isoformat()}"
        yield case.finding("CME01", "cme.expires", sentence, severity="W")
    if cme.expires is not None and cme.expires < case.today:
        # A public episode stays, and says when its credit ended; its corrections must be able to go out.
        sentence = f"credit has expired on {cme.expires.isoformat()}"
        sentence += ": `podcast publish` says so on its page" if case.in_catalogue else ""
        yield case.finding("CME01", "cme.expires", sentence, severity="W" if case.in_catalogue else "")


def _objectives(case: Case) -> Iterator[Finding]:
    if not case.episode.objectives and case.episode.format in ("", "evidence"):
        yield case.finding("CME02", "objectives", "clinical content without learning objectives")
    for i, objective in enumerate(case.episode.objectives, 1):
        if _VAGUE.match(objective.strip()):
            sentence = f'"{objective.split()[0]}" cannot be measured: write compare, name, list, choose'
            yield case.finding("CME02", f"objectives[{i}]", sentence, subject=objective)
