"""Every reader of papers: each digit, sign, unit, Greek letter and letter of an author is read, in its place."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
import soak
import written
from hypothesis import example, given, settings
from hypothesis import strategies as st
from written import Written

from podcast_pipeline.evidence import intake, library
from podcast_pipeline.evidence.citation import pubmed
from podcast_pipeline.evidence.record import Import
from podcast_pipeline.model.reference import Reference

SIGNS = "±−<>≤≥≠≈×÷·°%‰&–+/=()[]:,'#$_→"
UNITS = ("mg", "µg", "μg", "mL/kg", "mmHg", "Å", "µm", "kΩ", "°C", "IU", "5-HT", "L4-L5", "C2")
WORDS = ("walking", "in vivo", "p", "n", "IL", "CD4", "E. coli", "β-blockers", "of", "TNF-α", "Δ9-THC", "Sjögren")
NAMES = (
    "Đoković",
    "Erdős",
    "Łuczak",
    "Şahin",
    "O'Neill",
    "Müller-Lüdenscheidt",
    "Ångström",
    "de la Cruz",
    "Ñuñez",
    "Žižek",
)

pieces = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(UNITS),
    st.integers(0, 99999).map(str),
    st.tuples(st.integers(0, 99), st.sampled_from([".", ",", "-", "–", "/", "−", "±"]), st.integers(0, 99)).map(
        lambda parts: "".join(map(str, parts))
    ),
    st.sampled_from(SIGNS),
    st.sampled_from("αβγδεκλμπσφχωΓΔΘΛΣΦΩ"),
)
plain = st.lists(pieces, min_size=1, max_size=6).map(" ".join)
raised = st.one_of(
    st.integers(-999, 999).map(lambda number: str(number).replace("-", "−")), st.sampled_from(["+", "2+", "a,b", "5,6"])
)
HIGH, LOW = (str.maketrans("0123456789+−", shown) for shown in ("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "₀₁₂₃₄₅₆₇₈₉₊₋"))
runs = st.lists(
    st.one_of(
        st.tuples(st.just(""), plain),
        st.tuples(st.sampled_from(["sup", "sub"]), raised),
        st.tuples(st.just("i"), st.sampled_from(WORDS)),
    ),
    max_size=5,
).map(lambda more: (("", "Walking 10"), *more, ("", " steps")))  # fmt: skip
papers = st.builds(
    Written,
    runs,
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(["Ágnes", "Ø", "Xiao"])), min_size=1, max_size=3).map(
        tuple
    ),
    st.sampled_from(["The α-Walking Group", "Group 7 & 8"]),
    st.integers(1950, 2026),
    st.integers(1, 400).map(str),
    st.tuples(st.sampled_from(["", "e", "S"]), st.integers(1, 400), st.integers(401, 999)).map(
        lambda parts: f"{parts[0]}{parts[1]}-{parts[0]}{parts[2]}"
    ),
)


def meant(paper: Written) -> str:
    """The title in plain characters: raised and lowered text in those of Unicode, or marked where it has none."""

    def shown(kind: str, text: str) -> str:
        table, mark = {"sup": (HIGH, "^"), "sub": (LOW, "_")}.get(kind, ({}, ""))
        return f"{mark}({text})" if mark and "," in text else text.translate(table)

    return " ".join(paper.title(shown).split())


def characters(text: str) -> Counter[str]:
    """What must not be lost, however it is composed; dashes and spaces may change their form, as may raised text."""
    folded = unicodedata.normalize("NFKC", text).translate(dict.fromkeys(map(ord, "‐‑‒–—−"), "-"))
    return Counter(character for character in folded if not character.isspace())


@given(papers)
@example(Written((("", "10"), ("sup", "6"), ("", " µg ≥ 5")), (("Erdős", "Ágnes"),), "Group 7 & 8", 2024, "3", "S1-S9"))
@settings(max_examples=soak.examples(40, 5000), deadline=None)
def test_nothing_is_lost_or_moved(tmp_path_factory: pytest.TempPathFactory, paper: Written) -> None:
    """In every format: the very title, or else each character of it in the record or in what is said; every author."""
    path = tmp_path_factory.getbasetemp() / "written"
    for name in written.FILES:
        path.write_text(written.FILES[name](paper), "utf-8")
        _same(paper, intake.read_file(path), name)
    for name, asked in written.REGISTERS.items():
        _same(paper, asked(paper), f"register {name}")


def _same(paper: Written, found: Import, name: str) -> None:
    (record,) = found.records
    csl = {"id": "r", **record.csl}
    said = " ".join((*found.problems, *found.notes, *record.remarks))
    if record.title != meant(paper):
        assert not characters(meant(paper)) - characters(f"{record.title} {said}"), (name, record.title, said)
        assert said, (name, record.title, meant(paper))
    assert tuple(library.problems([csl])) == (), name
    printed = pubmed(Reference("r", csl))
    people = [author["family"] if "family" in author else author["literal"] for author in csl["author"]]
    particles = [author.get("non-dropping-particle", "") for author in csl["author"]]
    people = [f"{particle} {family}".strip() for particle, family in zip(particles, people, strict=True)]
    assert people == [*(family for family, _ in paper.authors), paper.group], (name, csl["author"])
    assert all(f"{family} {given[0]}" in printed for family, given in paper.authors), (name, printed)
    if name != "register datacite":  # it keeps no volume or pages of an article
        assert f"{paper.year};{paper.volume}:{paper.pages}." in printed, (name, printed)
