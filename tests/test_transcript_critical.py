"""Words that must be right, whatever the recogniser thinks of them."""

from __future__ import annotations

import pytest

from podcast_pipeline.model.terms import GlossaryWord
from podcast_pipeline.transcript.critical import classify
from podcast_pipeline.transcript.lexicon import lexicon

ENGLISH = lexicon([GlossaryWord("examplamab", "drug", look_alikes=("samplimab",))])


def found(text: str, procedures: bool = False) -> list[tuple[str, str]]:
    words = text.split()
    return [(" ".join(words[c.first : c.last + 1]), c.kind) for c in classify(words, ENGLISH, procedures)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we gave 40 mg of triamcinolone", [("40 mg", "dose"), ("triamcinolone", "drug")]),
        ("twenty five percent improved", [("twenty five percent", "dose")]),
        ("one milligram, one patient", [("one milligram,", "dose")]),
        ("in 2019 there were four", [("2019", "number"), ("four", "number")]),
        ("10mg per day", [("10mg per day", "dose")]),
        ("at L4-L5 and L5-S1", [("L4-L5", "level"), ("L5-S1", "level")]),
        ("from C5, C6 to T12", [("C5, C6", "level"), ("T12", "level")]),
        ("L4/5 not L3-4", [("L4/5", "level"), ("not", "negation"), ("L3-4", "level")]),
        ("on the left, then bilaterally", [("left,", "laterality"), ("bilaterally", "laterality")]),
        ("the painful side was right", [("right", "laterality")]),
        ("all right. Right. Right now", []),
        ("it didn't help a non-opioid", [("didn't", "negation"), ("non-opioid", "negation")]),
        ("without", [("without", "negation")]),
        ("nonetheless it is nonsense", []),
        ("the kappa opioid receptor", [("kappa opioid receptor", "look-alike")]),
        ("cinchocaine and Examplamab", [("cinchocaine", "drug"), ("Examplamab", "drug")]),
        ("samplimab", [("samplimab", "look-alike")]),
        ("a person with a reason", []),
    ],
)  # fmt: skip
def test_critical_words_are_found(text: str, expected: list[tuple[str, str]]) -> None:
    """Medicines, doses as one, numbers, levels, sides, negations, look-alikes; and idioms that are none of these."""
    assert found(text) == expected


def test_look_alikes_are_named() -> None:
    """A critical medicine says what it can be taken for, the show's own words included."""
    (one,) = classify(["examplamab"], ENGLISH)
    assert (one.kind, one.alike) == ("drug", ("samplimab",))


def test_procedures_where_they_are_asked_for() -> None:
    """For the error rate of critical terms a procedure counts; on the check list it does not."""
    assert found("after kyphoplasty was done") == [("kyphoplasty", "look-alike")]
    assert found("a genicular nerve ablation", procedures=True) == [("genicular nerve ablation", "procedure")]
    assert found("a genicular nerve ablation") == []


def test_another_language_has_digits_symbols_levels_and_its_own_words() -> None:
    """No English word counts in a German transcript."""
    german = lexicon([GlossaryWord("Beispielamab", "drug")], language="de")
    words = ["no", "40", "mg", "bei", "L4-L5", "left", "Beispielamab", "nicht"]
    assert [(words[c.first], c.kind) for c in classify(words, german)] == [
        ("40", "dose"),
        ("L4-L5", "level"),
        ("Beispielamab", "drug"),
    ]
