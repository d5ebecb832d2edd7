"""What a sign-off judges beside sound and words: every field that is read, and nothing that time alone changes."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from shows import ROOT

from podcast_pipeline import codec
from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.episode import judged
from podcast_pipeline.episode.readable import to_read
from podcast_pipeline.episode.statement import stated
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.appraisal import Appraisal, Status
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.medical import Cme
from podcast_pipeline.model.person import Person, Relationship
from podcast_pipeline.model.statement import Statement
from podcast_pipeline.people.printed import cast, public

ELSEWHERE = {
    "slug": "an address", "guid": "the gate refuses another one", "publish_at": "the producer's matter",
    "tracks": "the sound", "reference": "its clock", "audio": "the sound", "cuts": "the sound", "inserts": "the sound",
    "transcribe": "the words", "declined": "the words", "terms": "a check of the words",
    "cover": "art", "feeds": "who may listen", "format": "a check of the statement",
    "phi": "printed nowhere", "plan": "printed nowhere", "waivers": "a verdict of its own",
    "signoffs": "how many have to sign, asked at the gate",
    "drafts": "the gate refuses what nobody has read", "not_reached": "a verdict of its own",
}  # fmt: skip
"""Fields of an episode that no part of the statement comes from, and why."""
UNREAD = {
    "claims.judged": "what the check itself holds", "mitigation.judged": "the same", "mitigation.episode": "the same",
    "people.bio.judged": "the same",
    "people.disclosure.judged": "the same", "references.appraisal.judged": "the same",
    "people.disclosure.attestations": "those of other days are in no statement",
    "people.publish": "what it opens and closes is judged",
    "people.pronunciation": "for the house", "people.npi": "for the house",
    "people.also_known_as": "for the house", "people.headshot_license": "for the house",
    "people.bio.approved": "a verdict of its own",
    "references.id": "the key of the library, which stands before it", "references.appraisal.id": "the same key",
    "references.appraisal.question": "printed nowhere", "references.appraisal.grade": "printed nowhere",
    "references.appraisal.by": "whether somebody has signed the level is judged", "references.appraisal.on": "the same",
    "references.appraisal.second": "the same",
    "references.appraisal.status.checked": "a day on which somebody asked",
    "references.appraisal.status.sources": "the same",
    "references.appraisal.status.notices.source": "who told of it", "references.appraisal.status.notices.found": "when",
    "references.appraisal.registered": "a register's own verdict", "references.appraisal.answer": "the same",
    "references.appraisal.access": "the reader's way to it",
    "references.appraisal.seen_by": "a verdict of its own", "references.appraisal.seen": "the same",
    "references.appraisal.seen_judged": "the same",
    "references.appraisal.embargo": "it ends by itself", "credits.consent": "printed nowhere",
    "credits.judged": "the same",
}  # fmt: skip
"""Fields of what stands in a statement that no reader of it sees, and why."""

JOINING = frozenset({"credits.person", "people.id"})
"""Ids, which join what is printed: of checkers the name alone is."""
PUBLISH = Person("", "").publish


def example(kind: Any, n: int = 1) -> Any:
    """A value of this type that says something in each of its fields; with another `n` another one everywhere."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        return kind(**{field.name: example(hints[field.name], n) for field in dataclasses.fields(kind)})
    if origin is tuple:
        return (example(arguments[0], n), example(arguments[0], n + 10))
    if origin is dict:
        return {"r1": example(arguments[1], n)}
    if origin in (types.UnionType, typing.Union):
        return example(arguments[0], n)
    if origin is not None:  # the open mapping of a library's record
        return {"title": f"Title {n}", "DOI": f"10.1/{n}", "type": "article", "custom": {"series_start": str(n)}}
    by_type = {
        str: f"text {n}", int: n, bool: n % 2 == 1, float: float(n), date: date(2026, 1, n),
        datetime: datetime(2026, 1, n, tzinfo=UTC),
    }  # fmt: skip
    return by_type[kind]


def changes(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """`value` with one thing of it changed, each in turn, with the names of the fields that lead there."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            at = f"{place}.{field.name}".lstrip(".")
            for deeper, other in changes(getattr(value, field.name), at):
                yield deeper, dataclasses.replace(value, **{field.name: other})
    elif value is None or value == ():
        return
    elif isinstance(value, tuple):
        yield place, value[1:]
        for deeper, other in changes(value[0], place):
            yield deeper, (other, *value[1:])
    elif isinstance(value, dict):
        for key, item in value.items():
            for deeper, other in changes(item, place):
                yield deeper, {**value, key: other}
    elif isinstance(value, bool):
        yield place, not value
    elif isinstance(value, str):
        yield place, f"{value} more"
    elif isinstance(value, date | datetime):
        yield place, value + timedelta(days=1)
    else:
        yield place, value + 1


@cache
def whole() -> tuple[Statement, Episode]:
    """A statement and an episode with something in every field; what refers to another place does so."""
    statement, episode = example(Statement), example(Episode)
    person, status = statement.people[0], "retracted"
    people = (dataclasses.replace(person, id="p1", publish=PUBLISH), statement.people[1])
    checker = dataclasses.replace(statement.checkers[0], id="c1")
    claims = tuple(dataclasses.replace(claim, checked_by="c1", checked_with="c1") for claim in statement.claims)
    reference = statement.references["r1"]
    appraisal = dataclasses.replace(reference.appraisal, status=dataclasses.replace(reference.status, state=status))
    statement = dataclasses.replace(
        statement, people=people, checkers=(checker, *statement.checkers[1:]), claims=claims,
        credits=tuple(dataclasses.replace(credit, person="p1") for credit in statement.credits),
        references={"r1": dataclasses.replace(reference, appraisal=appraisal)},
    )  # fmt: skip
    return statement, dataclasses.replace(episode, alternates=(), about=("r1",))


def digest(statement: Statement, episode: Episode) -> str:
    shown = dataclasses.replace(statement, people=tuple(public(person) for person in statement.people))
    return codec.digest(judged.facts(shown, episode, {}, {}))


def unread(place: str) -> bool:
    names = place.split(".")
    return any(".".join(names[: end + 1]) in UNREAD for end in range(len(names)))


def test_every_field_is_in_a_part_or_said_not_to_be() -> None:
    """A new field of a statement or an episode has to be given a part, or a reason why a sign-off does not judge it."""
    names = {field.name for field in dataclasses.fields(Statement)}
    assert judged.PARTS.keys() | judged.UNJUDGED.keys() == names
    assert not judged.PARTS.keys() & judged.UNJUDGED.keys()
    of_episode = {field.name for field in dataclasses.fields(Episode)}
    assert of_episode == (of_episode & names) | judged.EXTRAS.keys() | ELSEWHERE.keys()
    assert not (judged.EXTRAS.keys() | ELSEWHERE.keys()) & judged.PARTS.keys()


def test_any_field_that_is_read_changes_its_part() -> None:
    """One thing changed anywhere in a whole statement, or in what the feed says beside it, is another digest; what is
    declared to be read nowhere is the same one."""
    statement, episode = whole()
    before, wrong = digest(statement, episode), []
    places = set()
    for place, other in changes(statement):
        places.add(place)
        same = digest(other, episode) == before
        if place in JOINING or (place.startswith("checkers") and not place.endswith("name")):
            continue
        if same is not (place.split(".")[0] in judged.UNJUDGED or unread(place)):
            wrong.append(place)
    for place, changed in changes(episode):
        if place.split(".")[0] in judged.EXTRAS and digest(statement, changed) == before:
            wrong.append(place)
    assert wrong == []
    assert len(places) > 70


def test_time_alone_changes_nothing() -> None:
    """A register that was asked again and answers the same, a relationship that ended long ago, another day of
    publication, a paper that is verified at last: what is printed differs, what was signed does not."""
    workspace = Workspace(ROOT)
    show = load_show(workspace)
    episode = load_episode(workspace, show, workspace.slugs()[0])
    guest = show.people["example-guest"]
    ended = Relationship("Example Devices Inc", "consultant", ended=date(2026, 1, 1))
    declared = dataclasses.replace(
        guest.disclosure, collected=date(2026, 1, 1), none_attested=False, relationships=(ended,)
    )
    people = {**show.people, guest.id: dataclasses.replace(guest, disclosure=declared)}
    show = dataclasses.replace(show, people=people)
    day = datetime(2026, 12, 1, tzinfo=UTC)
    signed = dataclasses.replace(episode, publish_at=day, recorded=None)
    late = dataclasses.replace(signed, publish_at=day + timedelta(days=1500))
    ok = Status("ok", date(2027, 1, 1), ("crossref@2027-01-01",))
    asked = {
        id_: dataclasses.replace(reference, appraisal=Appraisal(id_, status=ok))
        for id_, reference in show.references.items()
    }
    assert judged_of(show, signed) == judged_of(dataclasses.replace(show, references=asked), late)
    assert cast(show.people, signed) != cast(show.people, late)


def judged_of(show: Any, episode: Episode) -> dict[str, Any]:
    return judged.facts(stated(show, episode), episode, {}, {})


def test_a_field_of_a_later_version_voids_nothing() -> None:
    """What is empty is not there: a type that gets one more field, with nothing in it, has the digest that it had."""
    statement, episode = whole()
    plain = dataclasses.replace(statement, cme=Cme(provider="Example Society"), claims=(Claim("a", 0, "So."),))
    facts = judged.facts(plain, episode, {}, {})
    assert facts["education credit"] == {"provider": "Example Society"}
    assert facts["claims"] == [{"id": "a", "text": "So.", "kind": "fact"}]


def test_a_reader_sees_each_part_and_each_change() -> None:
    """All of it the first time, with times as they are heard; then the lines that changed, also of a field that no line
    shows."""
    statement, episode = whole()
    facts = judged.facts(statement, episode, {}, {})
    first = to_read(facts, {})
    assert [part.name for part in first] == list(facts)
    assert all(part.lines and {line.mark for line in part.lines} == {""} for part in first)
    assert to_read(facts, facts) == ()
    other = {**facts, "title": "Another", "references": {"r1": {**facts["references"]["r1"], "language": "xx"}}}
    gone = {name: said for name, said in other.items() if name != "mitigation"}
    changed = {part.name: [tuple(line) for line in part.lines] for part in to_read(gone, facts)}
    assert changed.keys() == {"title", "references", "mitigation"}
    assert changed["title"] == [("-", "text 1"), ("+", "Another")]
    assert ("+", "  language: xx") in changed["references"]
    assert {mark for mark, _ in changed["mitigation"]} == {"-"}
