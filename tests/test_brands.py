"""Brands: known and found under both names; no text is changed by them, and none is suggested."""

from __future__ import annotations

import re
from dataclasses import replace

import cases
import pytest
import soak

from podcast_pipeline import brands
from podcast_pipeline.brands import Brand
from podcast_pipeline.checks import clinical, disclosures, makers
from podcast_pipeline.evidence.wording import topic_words
from podcast_pipeline.model.person import Relationship
from podcast_pipeline.model.terms import GlossaryWord, Terms
from podcast_pipeline.review.desk.critical import Near, is_grave
from podcast_pipeline.review.desk.names import Names
from podcast_pipeline.transcribe.suggestions import Glossary
from podcast_pipeline.transcript.critical import classify
from podcast_pipeline.transcript.lexicon import lexicon, phrase

ALL = tuple(brands.brands().values())
DRUGS = tuple(brand for brand in ALL if brand.kind == "drug")
SOURCES = {"drug": r"drugsfda:(NDA|ANDA|BLA)\d{6}", "device": r"gudid:\d{14}"}


def test_every_row_has_its_source() -> None:
    assert len(ALL) >= 400
    known = lexicon()
    for brand in ALL:
        assert re.fullmatch(SOURCES[brand.kind], brand.source), brand
        assert brand.generics
        assert all(brand.generics)
        assert 1 <= len(brand.name.split()) <= brands.MOST_WORDS
    listed = {term.text for term in known.terms if term.kind == "drug"}
    assert all(listed & set(brand.generics) for brand in DRUGS)
    # As the records have them.
    expected = {
        "lyrica": ("pregabalin",),
        "percocet": ("acetaminophen", "oxycodone"),
        "prialt": ("ziconotide",),
        "gablofen": ("baclofen",),
        "senza": ("stimulator, spinal-cord, totally implanted for pain relief",),
    }
    assert {name: tuple(sorted(brands.brands()[name].generics)) for name in expected} == expected


def test_a_brand_is_a_known_word_and_never_unknown() -> None:
    """In the checklist and among the critical words; a medicine is one that must be right."""
    known = lexicon()
    names = Names(known)
    for brand in ALL:
        words = ["We", "used", *brand.name.title().split(), "then."]
        assert not list(names.find(words)), brand.name
        assert known.is_known(phrase(brand.name))
        assert known.kinds[phrase(brand.name)] == brand.kind
        if brand.kind == "drug":
            assert "drug" in {place.kind for place in classify(words, known)}
            assert all(is_grave(word, known) for word in phrase(brand.name)) or " " in brand.name


def test_no_brand_is_suggested_nor_suggested_away() -> None:
    """Whatever was written: neither the name itself, nor one that differs from it in a letter."""
    known = lexicon()
    glossary, near = Glossary(known), Near(known)
    spelt = {brand.name.casefold() for brand in ALL}
    for brand in ALL[: soak.examples(150, len(ALL))]:
        words = brand.name.split()
        assert glossary.protected(words) == set(range(len(words))), brand.name
        assert near.meant(brand.name.casefold()) == ""
        for written in (brand.name[:-1], brand.name + "e", brand.name.replace("a", "e", 1)):
            suggestion = glossary.meant(written)
            assert suggestion is None or suggestion[0].casefold() not in spelt
            assert near.meant(written.casefold()).casefold() not in spelt


def test_other_languages_have_none() -> None:
    assert phrase("Lyrica") not in lexicon(language="de").kinds
    own = lexicon([GlossaryWord("Lyrica", kind="society")])
    assert own.kinds[phrase("Lyrica")] == "society", "the show's own word counts"


def test_a_medicine_is_found_under_both_names() -> None:
    assert brands.substances("She took Lyrica’s generic, then PERCOCET.") == {
        "pregabalin",
        "acetaminophen",
        "oxycodone",
    }
    assert "LYRICA" in brands.names("Pregabalin")
    assert brands.names("percocet") == brands.brands()["percocet"].generics
    assert brands.names("nothing") == () == brands.names("Senza")
    assert topic_words("Lyrica helps") & topic_words("Pregabalin in sciatica")


@pytest.mark.parametrize(("drug", "labelled"), [("Lyrica", True), ("Neurontin", False)])
def test_a_label_counts_for_the_brand(drug: str, labelled: bool) -> None:
    """What the show read on the label of pregabalin holds for Lyrica, and for no other."""
    terms = Terms(words=(GlossaryWord("pregabalin", kind="drug", labelled=("fibromyalgia",)),))
    shown = cases.told(cases.shown(cases.good(), terms=terms), off_label="")
    case = cases.says(shown, f"We use {drug} for fibromyalgia.")
    assert any(finding.code == "DIS07" for finding in clinical.check(case)) is not labelled


@pytest.mark.parametrize(("company", "is_trade_name"), [("Lyrica", True), ("Prometra", True), ("Nevro", False)])
def test_a_relationship_is_with_a_company(company: str, is_trade_name: bool) -> None:
    """Not with a product: the company's name alone is stated."""
    case = cases.good()
    one = case.people[0]
    declared = replace(one.disclosure, relationships=(Relationship(company, "consultant"),))
    said = list(disclosures.check(cases.person(case, one, disclosure=declared)))
    assert any(finding.code == "DIS05" for finding in said) is is_trade_name


def test_a_device_names_its_maker() -> None:
    known = makers.known(())
    (company,) = known.named("We implanted a Prometra pump.")
    assert makers.same(company, "Flowonix")
    assert known.named("They took Lyrica.") == ()
    assert isinstance(brands.brands()["prometra"], Brand)
