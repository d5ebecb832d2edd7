"""Wording: the scopes in which a term may stand, and what makes two senses of one acronym."""

from __future__ import annotations

import dataclasses

import pytest
from cases import HOST, claim, good, notes, paper, person, says, shown, told

from podcast_pipeline.checks.case import Case
from podcast_pipeline.checks.episode import report
from podcast_pipeline.model.terms import Collision, DiscouragedTerm, Sense, Terms

AVOID = DiscouragedTerm(("old name", "ON"), "new name (type 2)")
SCOPES = {
    "quotation": says(good(), "He wrote “the old name is fine” in 1990."),
    "reference-title": told(
        paper(good(), title="The old name in volunteers"), summary="About The old name in volunteers."
    ),
    "self-description": person(good(), HOST, bio=dataclasses.replace(HOST.bio, short="Robin treats old name.")),
    "first-mention-gloss": says(good(), "The new name, formerly called old name, is common."),
}
TWO = Collision(
    "ESS", (Sense("society", "Example Society of Spine"), Sense("score", "example sleep score", ("ESS of",)))
)


def marks(case: Case, code: str = "TRM01", **fields: object) -> list[str]:
    terms = Terms((dataclasses.replace(AVOID, **fields),), (TWO,))  # type: ignore[arg-type]
    return [one.field for one in report(shown(case, terms=terms)).judged.standing if one.code == code]


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_allows_what_it_names(scope: str) -> None:
    """Without the scope the wording is found, with it it is not; another scope does not help."""
    case = SCOPES[scope]
    assert marks(case)
    assert not marks(case, allow_in=(scope,))
    other = next(one for one in SCOPES if one != scope)
    assert marks(case, allow_in=(other,))


def test_only_the_first_mention_is_a_gloss() -> None:
    """The second one is found."""
    case = notes(SCOPES["first-mention-gloss"], "The old name again.")
    assert marks(case, allow_in=("first-mention-gloss",)) == ["line 1"]


def test_acronyms_are_read_by_case_and_words_whole() -> None:
    """`ON` is found, `on` is not; `cold names` holds no `old name`."""
    assert not marks(says(good(), "Put it on. Such cold names."))
    assert marks(says(good(), "A case of ON."))


def test_a_note_is_a_note() -> None:
    """severity = "note" makes it one."""
    terms = Terms((dataclasses.replace(AVOID, severity="note"),))
    case = shown(says(good(), "The old name."), terms=terms)
    assert [one.severity for one in report(case).judged.standing if one.code == "TRM01"] == ["N"]


@pytest.mark.parametrize(
    ("text", "terms", "found"),
    [
        ("ESS is here.", {}, False),
        ("The Example Society of Spine (ESS) is here.", {}, False),
        ("The Example Society of Spine (ESS) met. An ESS of 12 is high.", {}, True),
        ("An ESS of 12 is high.", {"ESS": "society"}, True),
        ("An ESS of 12 is high.", {"ESS": "score"}, False),
        ("ESS, or example sleep score, rose.", {"ESS": "society"}, True),
    ],
)
def test_two_senses(text: str, terms: dict[str, str], found: bool) -> None:
    """The bare acronym proves nothing; a gloss or a phrase that can only mean one sense does."""
    assert bool(marks(told(says(good(), text), terms=terms), "TRM02")) is found


def test_the_text_of_a_claim_is_read_too() -> None:
    """Claims are printed: a wording to avoid is found in them."""
    assert marks(claim(good(), text="The old name is common.")) == ["claim[c1].text"]
