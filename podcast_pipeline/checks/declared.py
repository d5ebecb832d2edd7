"""Checks of disclosures that are heard against those that are written: SPK01 and SPK02. English.

Each clause of the speech has somebody it speaks of: who speaks, who is named, or all who take part. A relationship that
is heard and not written, or "nothing to disclose" over a written one, contradicts; that a company is named at all is
only worth knowing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from podcast_pipeline.checks import makers
from podcast_pipeline.checks.case import Case
from podcast_pipeline.checks.disclosures import stated
from podcast_pipeline.checks.makers import Makers
from podcast_pipeline.checks.relationships import KIND, UNNAMED, disclosed
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.model.person import Person
from podcast_pipeline.transcript.spoken import Sentence

_OTHERS = re.compile(
    r"\b(?:authors?|investigators?|trials?|stud(?:y|ies)|papers?|articles?|researchers?|reviewers?|editors?|journals?|"
    r"guidelines?|panel members?|patients?|societ(?:y|ies)|sponsors?|if|wish|"
    r"would(?! (?:have|need) to)|imagine|suppose|anyone who|people who)\b",
    re.IGNORECASE,
)
_ASKED = re.compile(rf"\b(?:disclos\w*|declare|conflicts?|{KIND})\b.*\?\s*$", re.IGNORECASE)
_DENIED = re.compile(r"^(?:no|none|nope|nothing|not at all|i don't|i do not|no,? i)\b", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:i|i'm|i've|i'd|my|me|mine|myself)\b", re.IGNORECASE)
_ALL = re.compile(
    r"\b(?:we|we've|us|our|everyone|everybody|all (?:of )?(?:the |our )?(?:speakers|faculty|presenters))\b",
    re.IGNORECASE,
)
_OWN_WORK = re.compile(r"\bmy (?:own )?(?:research|trial|stud|lab|work)", re.IGNORECASE)
_OF_THEM = re.compile(r"\b(?:neither|none|both|all) of\b", re.IGNORECASE)
_SECOND = re.compile(r"\byou\b|\byou've\b|\byour\b", re.IGNORECASE)
_THIRD = re.compile(r"\b(?:he|she|his|her)\b", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:used to|formerly|previously|in the past|years ago|until (?:19|20)\d\d|no longer|at the time)\b",
    re.IGNORECASE,
)


class Telling(NamedTuple):
    """What a clause says of somebody: a company, or that there is none (`company` empty)."""

    person: Person
    company: str
    nature: str
    past: bool
    sentence: Sentence


def check(case: Case) -> Iterator[Finding]:
    """The findings on disclosures that are heard, and on companies that are named."""
    if case.transcript is None or not case.transcript.language.casefold().startswith("en"):
        return
    known = makers.known(case.show.terms.words)
    heard = tuple(dict.fromkeys(_heard(case, known)))
    for said in heard:
        yield from _contradicted(case, said)
    yield from _named(case, known, {said.sentence.place for said in heard})


def _contradicted(case: Case, said: Telling) -> Iterator[Finding]:
    person, company = said.person, said.company
    relationships = person.disclosure.relationships
    now, file = stated(case, person), f"feed/people/{person.id}.toml"
    severity = "W" if said.past or not case.clinical else ""
    if not company:
        if not now:
            return
        what = f"{person.id} is said to have nothing to disclose, and {now[0].company} is written"
    elif company == UNNAMED:
        if now:
            return
        what = f"a relationship of {person.id} with a company is heard, and none is written"
    elif not any(makers.same(company, each.company) for each in now):
        ended = any(makers.same(company, each.company) for each in relationships)
        if ended and said.past:
            return
        what = f'a relationship of {person.id} with "{company}" is heard, and ' + (
            "written as over" if ended else "not written"
        )
    else:
        natures = {each.nature for each in now if makers.same(company, each.company)}
        if said.nature in ("", *natures) or said.past:
            return
        what = f'{person.id} is heard as {said.nature} of "{company}", and written as {", ".join(sorted(natures))}'
        severity = "W"
    yield case.finding(
        "SPK01",
        said.sentence.place,
        f"{what}: ask {person.id}, and correct {file} or the speech",
        subject=f"{what}\n{said.sentence.text}",
        time=said.sentence.start,
        file=case.spoken,
        severity=severity,
    )


def _named(case: Case, known: Makers, elsewhere: set[str]) -> Iterator[Finding]:
    """SPK02, once for each company that nobody of the episode discloses, and that no relationship is heard with."""
    written = [each.company for person in case.people for each in person.disclosure.relationships]
    seen: set[str] = set()
    for sentence in case.sentences:
        for company in known.named(sentence.text) if sentence.place not in elsewhere else ():
            if company in seen or any(makers.same(company, other) for other in written):
                continue
            seen.add(company)
            what = f"{company} is named, and nobody here discloses a relationship with it: is that so?"
            yield case.finding("SPK02", sentence.place, what, subject=company, time=sentence.start, file=case.spoken)


def _heard(case: Case, known: Makers) -> Iterator[Telling]:
    """What is said of whom, clause by clause."""
    clauses = _clauses(word for person in case.people for word in person.called)
    last: Person | None = None
    asked = False
    for sentence in case.sentences:
        text = sentence.text.replace("’", "'")
        if text.rstrip().endswith("?"):
            asked = _ASKED.search(text) is not None
            continue
        speaker = case.show.people.get(sentence.speaker)
        if asked and speaker is not None and _DENIED.match(text):
            yield Telling(speaker, "", "", False, sentence)
        asked = False
        for clause in filter(None, clauses.split(text)):
            people = _subjects(case, clause, speaker, last)
            last = people[0] if len(people) == 1 else last
            for company, nature in disclosed(clause, known):
                past = _PAST.search(clause) is not None
                yield from (Telling(person, company, nature, past, sentence) for person in people)


def _clauses(names: Iterable[str]) -> re.Pattern[str]:
    """Where a clause with a subject of its own begins; "Example Devices and Sample Labs" are no two clauses."""
    named = "|".join(map(re.escape, names)) or "Dr"
    subjects = rf"(?:I|I'm|I've|my|we|he|she|they|both|neither|Dr)\b|(?:{named})(?:\s[A-Z]\w+)?,?\s[a-z]"
    return re.compile(rf"(?:[,;:–—]\s*|\s+)(?:and|but|while|whereas|so)\s+(?={subjects})|[;–—]\s*")


def _subjects(case: Case, clause: str, speaker: Person | None, last: Person | None) -> tuple[Person, ...]:
    """Of whom a clause speaks; nobody, where it is somebody who takes no part."""
    if _OTHERS.search(clause) and not _OWN_WORK.search(clause):
        return ()
    words = set(re.findall(r"[^\W\d_][\w'-]*", clause))
    named = tuple(p for p in case.people if any(w in words for w in p.called if w[:1].isupper() and len(w) > 2))
    if _FIRST.search(clause) and speaker is not None and "neither" not in clause.casefold():
        return (speaker,)
    if named and not _ALL.search(clause):
        return _most_named(named, words)
    if _ALL.search(clause) or _OF_THEM.search(clause):
        return tuple(case.show.people[id_] for id_ in case.episode.speaking if id_ in case.show.people)
    others = [p for p in case.people if p.id in case.episode.speaking and p != speaker]
    if _SECOND.search(clause):
        return tuple(others) if len(others) == 1 else ()
    if _THIRD.search(clause):
        return (last,) if last is not None else ()
    return (speaker,) if speaker is not None else ()


def _most_named(people: tuple[Person, ...], words: set[str]) -> tuple[Person, ...]:
    """Of people who share a name those of whom most words are said."""
    best = max(len(person.called & words) for person in people)
    return tuple(person for person in people if len(person.called & words) == best)
