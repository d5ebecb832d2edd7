"""Suggestions: what is nearly a term is shown as one; what is a term, or turns a meaning round, is left alone."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from fakes import SCORES
from hypothesis import given
from hypothesis import strategies as st

from podcast_pipeline.model.terms import GlossaryWord
from podcast_pipeline.transcribe.engine import RawWord
from podcast_pipeline.transcribe.suggestions import Glossary, WordSuggestion, distance
from podcast_pipeline.transcript.lexicon import KINDS, lexicon

GLOSSARY = Glossary(lexicon([GlossaryWord("costotransverse joint", "anatomy")], ["Alex Example"]))


def words(text: str) -> list[RawWord]:
    return [RawWord(one, 300 * i, 300 * i + 250, 0.9, "guest", SCORES) for i, one in enumerate(text.split())]


def found(text: str, glossary: Glossary = GLOSSARY) -> list[tuple[str, str]]:
    return [(said(one), one.to) for one in glossary.suggestions(words(text))]


def said(one: WordSuggestion) -> str:
    return " ".join(word.text for word in one.words)


def test_the_package_brings_its_words() -> None:
    """At least 400 distinct terms, of every kind, each in one kind."""
    terms = lexicon().terms
    assert len({term.text.casefold() for term in terms}) == len(terms) >= 400
    assert {term.kind for term in terms} == set(KINDS)


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("the chyphoplasty helped", ("chyphoplasty", "kyphoplasty")),
        ("with bupovacane today", ("bupovacane", "bupivacaine")),
        ("some bupivocaine was given", ("bupivocaine", "bupivacaine")),
        ("of triam sinolone today", ("triam sinolone", "triamcinolone")),
        ("the sacro iliac joint hurts", ("sacro iliac joint", "sacroiliac joint")),
        ("after aracnoiditis came", ("aracnoiditis", "arachnoiditis")),
        ("a network met analysis", ("network met analysis", "network meta-analysis")),
        ("says Alix Example again", ("Alix Example", "Alex Example")),
        ("the costo transvers joint", ("costo transvers joint", "costotransverse joint")),
    ],
)
def test_near_misses_are_suggested(heard: str, meant: tuple[str, str]) -> None:
    """Words in one or in pieces, the package's, the show's own and a speaker's name."""
    assert found(heard) == [meant]


ADVERSARIAL = (
    "ropivacaine", "mepivacaine", "the kappa opioid receptor", "an intralaminar approach", "levobupivacaine",
    "hydroxyzine at night", "clonazepam", "an intraforaminal injection", "a laminotomy was done", "spondylolysis",
    "hypoalgesia", "tramadol", "esketamine", "at L4-L5 and L5-S1", "not on the left side", "40 mg of methylphenidate",
)  # fmt: skip
"""Right as they stand, and close to another term."""


def test_a_name_as_it_is_said() -> None:
    """What people wrote for the host to say is what the recogniser may write."""
    glossary = Glossary(lexicon(people=["Robin Nguyen"], said={"Robin Nguyen": "ROB-in WIN", "Alex Example": ""}))
    assert found("our guest robin win is here", glossary) == [("robin win", "Robin Nguyen")]


@pytest.mark.parametrize("text", ADVERSARIAL)
def test_what_is_right_is_never_suggested_away(text: str) -> None:
    """16 look-alikes, levels, sides, negations and doses: no suggestion touches any of them."""
    assert len(ADVERSARIAL) == 16
    assert found(text) == []


@pytest.mark.parametrize("text", ["cinchocaine", "kappa receptor", "anaesthesia", "randomised", "interventional"])
def test_neighbours_of_terms_stay(text: str) -> None:
    """A medicine that nobody listed, a shorter name, British spelling, a derivation: none is another term misheard."""
    assert found(text) == []


def test_every_term_of_the_lexicon_is_protected() -> None:
    """No term, alone or in its plural, gets a suggestion: each may be exactly what was said."""
    terms = [term.text for term in GLOSSARY.lexicon.terms]
    assert [text for text in terms if found(text)] == []
    plurals = [t.text for t in GLOSSARY.lexicon.terms if t.kind != "society" and not t.text.endswith(("y", "s", "x"))]
    assert [text for text in plurals if found(f"{text}s")] == []


def test_suggestions_do_not_cross_a_stop_or_each_other() -> None:
    """A sentence's last word and the next one's first make no term; no word stands in two suggestions."""
    assert found("It was sacro. Iliac joint next.") == []
    text = "the genicular nerv ablation and the genicular nerv block"
    chosen = GLOSSARY.suggestions(words(text))
    places = [id(word) for one in chosen for word in one.words]
    assert len(places) == len(set(places)) > 0


def test_in_another_language_only_the_shows_own_words_count() -> None:
    """Nothing English is assumed: the package's words are left out, the show's own and the names stay."""
    german = Glossary(lexicon([GlossaryWord("Wirbelkörperplastik", "procedure")], ["Alex Example"], "de"))
    assert found("chyphoplasty und Wirbelkörperplastick", german) == [("Wirbelkörperplastick", "Wirbelkörperplastik")]


@pytest.mark.skipif("PODCAST_SPEECH" not in os.environ, reason="the texts of real speech are not here")
def test_ordinary_speech_gets_no_suggestion() -> None:
    """Readings that have nothing to do with medicine."""
    texts = json.loads((Path(os.environ["PODCAST_SPEECH"]) / "references.json").read_text("utf-8"))
    assert {name: found(text) for name, text in texts.items()} == {name: [] for name in texts}


@given(st.text("abc", max_size=8), st.text("abc", max_size=8), st.integers(0, 8))
def test_the_distance_is_that_of_the_full_table(one: str, two: str, most: int) -> None:
    """Against the textbook recursion; beyond the limit it is the limit plus one."""

    def slow(a: str, b: str) -> int:
        table = {(i, 0): i for i in range(len(a) + 1)} | {(0, j): j for j in range(len(b) + 1)}
        for i in range(1, len(a) + 1):
            for j in range(1, len(b) + 1):
                steps = table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (a[i - 1] != b[j - 1])
                table[i, j] = min(steps)
        return table[len(a), len(b)]

    assert distance(one, two, most) == min(slow(one, two), most + 1)
