"""What a sign-off judges beside sound and words: everything that is printed under the signer's name, by part.

Stored facts, no sentences: the day on which a register was asked, or that a relationship ended long ago, changes what
is printed of them and nothing of what was signed. What says nothing is not there, neither a part nor a field: one that
a later version knows voids no signature of before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from podcast_pipeline import codec, sha256
from podcast_pipeline.evidence.citation import printed_fields
from podcast_pipeline.model.appraisal import GONE, UNKNOWN
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.episode import AlternateFile, Episode
from podcast_pipeline.model.person import Person
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.model.statement import Statement

Facts = Mapping[str, Any]
"""Part -> JSON: what stood there."""

PARTS = {
    "title": "title", "summary": "summary", "notes": "notes", "demonstration": "particulars", "number": "particulars",
    "season": "particulars", "kind": "particulars", "recorded": "particulars", "content_class": "particulars",
    "review_by": "particulars", "objectives": "objectives", "chapters": "chapters", "claims": "claims",
    "checkers": "claims", "references": "references", "credits": "people", "people": "people",
    "off_label": "off-label use", "mitigation": "mitigation", "cme": "education credit",
}  # fmt: skip
"""Field of a statement -> the part that it belongs to."""
EXTRAS = {
    "extras": "extras", "alternates": "alternates", "explicit": "particulars", "about": "retracted papers it is about",
}  # fmt: skip
"""The same of what the feed says of an episode beyond its statement, and of what lets a retracted paper stand in it."""
_TOLD = frozenset({"claims", "checkers", "references", "credits", "people"})
"""Fields of which a part is put together below, of several or of what is printed of them."""
UNJUDGED = {
    "show": "the imprint is the show's, on every episode alike",
    "slug": "an address; a renamed episode says what it said",
    "publish_at": "when it goes out is the producer's matter",
}
"""Fields of a statement that a sign-off does not judge, and why."""


def facts(
    statement: Statement, episode: Episode, alternates: Mapping[str, Path], portraits: Mapping[str, Path]
) -> dict[str, Any]:
    """What stands under the signer's name now. `alternates`: where the other forms of the episode are, by their names;
    one that is not there has the digest "", and is named by the build. `portraits`: the pictures that are published of
    people, by id."""
    parts = own_parts(statement)
    if episode.explicit is not None:
        parts["particulars"] = {**parts.get("particulars", {}), "explicit": "yes" if episode.explicit else "no"}
    own = {
        "extras": {name: said for name, said in codec.encode(episode.extras).items() if said},
        "alternates": [_alternate(each, alternates[each.file]) for each in episode.alternates],
        "portraits": {person.display: _digest(portraits[id_]) for id_, person in _pictured(statement, portraits)},
        EXTRAS["about"]: [id_ for id_, paper in statement.references.items() if id_ in episode.about and _gone(paper)],
    }
    said: dict[str, Any] = parts | _saying(own)
    return said


def _pictured(statement: Statement, portraits: Mapping[str, Path]) -> list[tuple[str, Person]]:
    return [(id_, person) for id_, person in statement.known.items() if id_ in portraits]


def _digest(path: Path) -> str:
    return sha256.of_file(path) if path.is_file() else ""


def _gone(reference: Reference) -> bool:
    return reference.status.state in GONE


def own_parts(statement: Statement) -> dict[str, Any]:
    """The parts that a statement has by itself, as the record of a release keeps it as well."""
    parts: dict[str, Any] = {}
    for name, part in PARTS.items():
        if name not in _TOLD and (value := _said(getattr(statement, name))) not in (None, "", [], {}):
            parts[part] = {**parts.get(part, {}), name: value} if part == "particulars" else value
    names = {id_: person.display for id_, person in statement.known.items()}
    said: dict[str, Any] = _saying(
        parts
        | {
            "claims": [_claim(claim, names) for claim in statement.claims],
            "references": {id_: _reference(reference) for id_, reference in statement.references.items()},
            "people": _people(statement),
            "disclosures": [_disclosure(person) for person in statement.people],
        }
    )
    return said


def differing(now: Statement, then: Statement) -> tuple[str, ...]:
    """The parts in which two statements say different things."""
    here, there = own_parts(now), own_parts(then)
    return tuple(part for part in dict.fromkeys([*here, *there]) if here.get(part) != there.get(part))


def _saying(value: Any) -> Any:
    """JSON without what says nothing."""
    if isinstance(value, dict):
        inside = {name: _saying(item) for name, item in value.items()}
        return {name: item for name, item in inside.items() if item}
    return [_saying(item) for item in value] if isinstance(value, list | tuple) else value


def digests(facts: Facts) -> dict[str, str]:
    """The digest of each part."""
    return {part: codec.digest_of_json(said) for part, said in facts.items()}


def _said(value: Any) -> Any:
    """A fact in JSON, without what binds somebody's word to it: whether that holds, the check says itself."""
    said = codec.encode(value)
    return {name: inner for name, inner in said.items() if name not in _BOUND} if isinstance(said, dict) else said


_BOUND = frozenset({"judged", "episode"})
"""Of a verdict: its digests, and for which episode it was given."""


def _claim(claim: Claim, names: Mapping[str, str]) -> dict[str, Any]:
    """Who checked it stands there by name, as readers see it."""
    checkers = {name: names.get(getattr(claim, name), "") for name in ("checked_by", "checked_with")}
    return {**_said(claim), **checkers}


def _reference(reference: Reference) -> dict[str, Any]:
    """The record as it is cited, the notices on it, and the level that somebody gave it; not when it was asked for."""
    said = dict(printed_fields(reference.csl))
    status, appraisal = reference.status, reference.appraisal
    if status.state not in ("ok", UNKNOWN):
        said["state"] = status.state
        said["notices"] = [[notice.kind, notice.id, codec.encode(notice.day)] for notice in status.notices]
    if appraisal is not None and appraisal.signed:
        said["level"] = [appraisal.ocebm2011, appraisal.design]
    return said


def _people(statement: Statement) -> list[dict[str, Any]]:
    """Everybody by name, in the order of the credits, with what is printed of them; an id is no word of it."""
    known = {person.id: _person(person) for person in statement.people}
    credited = [
        {**known[credit.person], "role": credit.role, "group": credit.group}
        for credit in statement.credits
        if credit.person in known
    ]
    heard = {credit.person for credit in statement.credits}
    return [*credited, *(said for id_, said in known.items() if id_ not in heard)]


def _person(person: Person) -> dict[str, Any]:
    said = {name: value for name, value in codec.encode(person).items() if value and name not in _APART}
    return {**said, "portrait": True} if "headshot" in person.publish else said


_APART = frozenset({"id", "publish", "disclosure"})
"""Of a person: what is printed nowhere, and what is a part of its own."""


def _disclosure(person: Person) -> dict[str, Any]:
    if "disclosure" not in person.publish:
        return {"name": person.display, "withheld": True}
    return {"name": person.display, **_said(replace(person.disclosure, attestations=()))}


def _alternate(alternate: AlternateFile, path: Path) -> dict[str, Any]:
    return {**codec.encode(alternate), "sha256": _digest(path)}
