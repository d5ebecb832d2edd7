"""Which facts of a person leave the house."""

from __future__ import annotations

import dataclasses
import json

import pytest
from pages import GUEST, NPI, episode, show

from podcast_pipeline import codec
from podcast_pipeline.model.person import Disclosure, Person
from podcast_pipeline.model.release import ReleasePerson
from podcast_pipeline.people.printed import cast

FACTS = {
    "credentials": "FIPP",
    "specialty": "Pain medicine",
    "institution": "Example University",
    "orcid": "0000-0002-1825-0097",
    "headshot": "Alex Example smiling",
    "bio": "Alex Example teaches.",
    "links": "https://example.org/alex",
    "disclosure": "ExampleCo",
}


def printed(person: Person, **fields: object) -> ReleasePerson:
    people = show().people | {person.id: person}
    (found,) = [p for p in cast(people, episode(**fields)) if p.id == person.id]
    return found


def text(person: ReleasePerson) -> str:
    return json.dumps(codec.encode(person))


def test_the_people_of_an_episode_in_the_order_of_its_credits() -> None:
    """Name with credentials, role, affiliation, the long bio, the first link."""
    host, guest, editor = cast(show().people, episode())
    assert [p.name for p in (host, guest, editor)] == ["Robin Example, MD", "Alex Example, MD, FIPP", "Sam Example"]
    assert (guest.role, guest.group, guest.affiliation) == ("guest", "cast", "Pain medicine, Example University")
    assert (guest.bio, host.bio) == (GUEST.bio.long, "Robin Example hosts.")
    assert (guest.href, guest.image_alt, guest.example) == ("https://example.org/alex", "Alex Example smiling", True)
    assert guest.disclosure == (
        "Alex Example, MD, FIPP (invented person) disclosed on 18 October 2026: "
        "ExampleCo (consultant, ended 28 February 2026)."
    )


@pytest.mark.parametrize("fact", FACTS)
def test_a_fact_outside_publish_is_not_printed(fact: str) -> None:
    """Take one key out of `publish`: that fact is gone, all others stay."""
    reserved = dataclasses.replace(GUEST, publish=tuple(key for key in GUEST.publish if key != fact))
    found = text(printed(reserved))
    assert FACTS[fact] not in found
    for other in FACTS.keys() - {fact}:
        assert FACTS[other] in found


def test_the_npi_is_never_printed() -> None:
    """Not even where `publish` names it: no output has a place for it."""
    assert GUEST.npi == NPI
    assert NPI not in text(printed(dataclasses.replace(GUEST, publish=(*GUEST.publish, "npi"))))


def test_a_disclosure_that_is_not_to_be_published_is_said_to_exist_unpublished() -> None:
    """In clinical content silence would read as nothing to disclose."""
    reserved = dataclasses.replace(GUEST, publish=("name",))
    assert printed(reserved).disclosure == "Alex Example (invented person): the disclosure is not published."
    assert printed(reserved, content_class="non-clinical").disclosure == ""


def test_non_clinical_content_needs_no_disclosure() -> None:
    """A missing one is not mentioned there; one that was given is printed all the same."""
    without = dataclasses.replace(GUEST, disclosure=Disclosure())
    assert printed(without, content_class="non-clinical").disclosure == ""
    assert printed(without, content_class="mixed").disclosure.endswith("no disclosure has been collected.")
    assert "ExampleCo" in printed(GUEST, content_class="non-clinical").disclosure


def test_only_https_links_are_printed() -> None:
    """Else the ORCID page stands in, where it may."""
    http = dataclasses.replace(GUEST, links=("http://example.org", "javascript:alert(1)"))
    assert printed(http).href == "https://orcid.org/0000-0002-1825-0097"
