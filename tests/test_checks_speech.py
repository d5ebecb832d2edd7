"""Speech against writing: sentences in both directions, how many of them are told apart, and the places around them."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cases import CHAPTERS, CLAIM, GUEST, HOST, claim, good, notes, paper, person, says, shown, told, transcript

from podcast_pipeline.checks import clinical, declared, sponsors, stated
from podcast_pipeline.checks.case import Case
from podcast_pipeline.checks.episode import report
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.cut import Cut
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.model.medical import Cme
from podcast_pipeline.model.person import Disclosure, Relationship
from podcast_pipeline.model.terms import GlossaryWord, Terms
from podcast_pipeline.transcript.quantities import quantities
from podcast_pipeline.transcript.sites import sites

PAIRS = tomllib.loads(Path(__file__).with_name("speech_pairs.toml").read_text("utf-8"))
LABELLED = Terms(words=(GlossaryWord("examplumab", "drug", labelled=("sciatica",)),))
RECALL, ALARMS = 0.85, 0.05
"""What has to be found of the contradictions, and what may be of the rest."""


def discloses(case: Case, *companies: str, **fields: Any) -> Case:
    """`case` whose guest has written relationships with these companies, or attests that there are none."""
    relationships = tuple(Relationship(company, "consultant", **fields) for company in companies)
    declared_ = Disclosure(date(2026, 10, 1), none_attested=not companies, relationships=relationships)
    return person(case, GUEST, disclosure=declared_)


def heard(case: Case, *turns: str) -> Case:
    """`case` in which these sentences are all that is said, by the guest and the host in turn."""
    spoken = [((GUEST, HOST)[i % 2].id, 6_000 + 4_000 * i, text) for i, text in enumerate(turns)]
    return dataclasses.replace(case, transcript=transcript((HOST.id, 0, "Welcome."), *spoken))


def errors(findings: list[Finding], code: str) -> list[Finding]:
    return [finding for finding in findings if finding.code == code and finding.severity == "E"]


def contradicts(text: str, written: list[str]) -> bool:
    return bool(errors(list(declared.check(heard(discloses(good(), *written), text))), "SPK01"))


def off_label(text: str) -> bool:
    case = says(told(shown(good(), terms=LABELLED), off_label="Said." if "off-label" in text else ""), text)
    return any(finding.code == "DIS07" for finding in clinical.check(case))


ASKED: dict[str, Callable[..., bool]] = {
    "claim": lambda written, spoken: bool(stated.compared(written, spoken).contrary),
    "disclosure": contradicts,
    "sponsor": lambda text: bool(list(sponsors.check(says(good(), text)))),
    "label": off_label,
}


def test_there_are_enough_of_them() -> None:
    """At least 60 pairs, many of which nobody looked at before they were counted."""
    count = {
        name: sum(len(entry["contrary"]) + len(entry["fine"]) for entries in PAIRS.values() for entry in entries
                  if entry["set"] == name)
        for name in ("tuning", "held")
    }  # fmt: skip
    assert min(count.values()) >= 60


@pytest.mark.parametrize("kind", ASKED)
def test_speech_is_told_from_writing(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What contradicts is found, what does not is let pass; the numbers are printed."""
    missed: list[Any] = []
    alarms: list[Any] = []
    bad = fine = 0
    for entry in PAIRS[kind]:
        missed += [pair for pair in entry["contrary"] if not ASKED[kind](*pair)]
        alarms += [pair for pair in entry["fine"] if ASKED[kind](*pair)]
        bad, fine = bad + len(entry["contrary"]), fine + len(entry["fine"])
    with capsys.disabled():
        print(f"\n{kind}: {bad - len(missed)} of {bad} found, {len(alarms)} of {fine} for nothing")
    assert len(missed) <= (1 - RECALL) * bad, missed
    assert len(alarms) <= ALARMS * fine, alarms


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("eighty-one percent", [(81, "percent")]),
        ("a hundred and fifty micrograms", [(150e-6, "mass")]),
        ("1,200 patients and 0,5 mg", [(1200, ""), (5e-4, "mass")]),
        ("two and a half milligrams per kilo", [(2.5e-3, "mass/k")]),
        ("between five and ten millilitres", [(5e-3, "volume"), (1e-2, "volume")]),
        ("one in five, two thirds of them, 8/10", [(20, "percent"), (66.67, "percent"), (80, "percent")]),
        ("in 2019 the 21st of them", [(2019, "year")]),
        ("half an hour, one of the best", [(1800, "short time")]),
        ("type 2 and phase three", [(2, "type"), (3, "phase")]),
        ("an odds ratio of 1.5", [(1.5, "")]),
        ("", []),
    ],
)
def test_numbers_are_values(text: str, values: list[tuple[float, str]]) -> None:
    """Words, fractions, ratios, signs and units of any size are values of one kind."""
    read = quantities(text)
    assert [quantity.value for quantity in read] == pytest.approx([value for value, _ in values])
    assert [quantity.unit for quantity in read] == [unit for _, unit in values]


@pytest.mark.parametrize(
    ("text", "levels", "sides"),
    [
        ("at L4-5 on the left", "L4 L5", "left"),
        ("at l four l five, right-sided", "L4 L5", "right"),
        ("L3 to S1, or C5/6", "C5 C6 L3 S1", ""),
        ("L3 through L5, bilaterally", "L3 L4 L5", "both sides"),
        ("T2-weighted pictures of 5 patients who left the study right away", "", ""),
        ("the right dose was left unchanged; it's five", "", ""),
        ("pain on her right.", "", "right"),
        ("an L9 and a C12", "", ""),
    ],
)
def test_levels_and_sides_are_values(text: str, levels: str, sides: str) -> None:
    """As people say and write them; what only looks like one is none."""
    known = sites(text)
    assert (" ".join(sorted(known.levels)), " ".join(sorted(known.sides))) == (levels, sides)


def codes(
    case: Case, text: str, *, until: int | None = None, at: int = 8_000, later: tuple[Claim, ...] = ()
) -> set[str]:
    """What is found of a claim that says `text`."""
    changed = dataclasses.replace(CLAIM, text=text, until=until, at=at)
    return {finding.code for finding in stated.check(told(case, claims=(changed, *later)))}


def test_what_belongs_to_a_claim() -> None:
    """Without an end its words go on to the next claim, the next chapter, or for 30 s; cut words do not count."""
    case = dataclasses.replace(
        good(),
        transcript=transcript(
            (HOST.id, 0, "Welcome."),
            (GUEST.id, 8_000, "Pain fell by 18 percent."),
            (GUEST.id, 20_000, "Not by 81 percent."),
        ),
    )
    text = "Pain fell by 81 percent."
    assert codes(case, text, until=14_000) == {"SPK03"}
    assert codes(case, text) == set()  # it is heard, 12 s later
    assert codes(case, text, later=(dataclasses.replace(CLAIM, id="c2", at=19_000, text="x"),)) == {"SPK03"}
    assert codes(told(case, chapters=(*CHAPTERS, Chapter(19_000, "Later"))), text) == {"SPK03"}
    assert codes(dataclasses.replace(case, cuts=(Cut(19_000, 30_000, "content"),)), text) == {"SPK03"}
    assert codes(case, "Pain fell in 40 volunteers.", until=14_000) == {"SPK04"}
    assert codes(case, text, at=50_000) == set()  # nothing is said there: another check says so
    german = dataclasses.replace(case.transcript, language="de") if case.transcript else None
    assert codes(dataclasses.replace(case, transcript=german), text, until=14_000) == set()


def test_a_year_of_the_paper_need_not_be_said() -> None:
    """The paper's year is checked with the paper; another year is found."""
    case = heard(good(), "They walked and they sat.")
    assert codes(case, "In 2024 they walked.", at=6_000) == set()
    assert codes(case, "In 2023 they walked.", at=6_000) == {"SPK04"}


def test_a_warning_shows_both_texts_but_nothing_private() -> None:
    """Whoever decides needs what is written and what is heard; a patient's name is no part of it."""
    (plain,) = stated.check(
        claim(heard(good(), "It helped them a lot."), text="It helped 40 percent.", at=6_000, until=None)
    )
    assert "It helped 40 percent." in plain.sentence
    assert "It helped them a lot." in plain.sentence
    secret = heard(good(), "My patient Jane Roe, mrn 4471902, was helped a lot.")
    (private,) = stated.check(claim(secret, text="It helped 40 percent.", at=6_000, until=None))
    assert "4471902" not in private.sentence


def test_who_is_meant() -> None:
    """Third persons, names, both, and an answer to the host's question."""
    sentences = [
        ("Alex has nothing to disclose.", True),
        ("Robin has nothing to disclose.", False),
        ("The authors have nothing to disclose.", False),
        ("We have nothing to disclose.", True),
    ]
    for text, contrary in sentences:
        case = heard(discloses(good(), "Example Devices"), "Hello.", text)
        assert bool(errors(list(declared.check(case)), "SPK01")) is contrary, text
    case = heard(discloses(good(), "Example Devices"), "Hello.", "Do you have any disclosures?", "No.")
    assert errors(list(declared.check(case)), "SPK01")
    case = heard(discloses(good(), "Example Devices"), "Hello.", "Do you walk a lot?", "No.")
    assert not errors(list(declared.check(case)), "SPK01")


def test_how_grave_a_contradiction_is() -> None:
    """Over, of another kind, or in an episode that is not clinical: a warning. What is over and told so: nothing."""

    def severities(case: Case) -> list[str]:
        return [finding.severity for finding in declared.check(case) if finding.code == "SPK01"]

    over = {"ended": date(2020, 1, 1)}
    assert severities(heard(discloses(good(), "Example Devices"), "I own stock in Example Devices.")) == ["W"]
    assert severities(heard(discloses(good(), "Example Devices", **over), "I consult for Example Devices.")) == ["E"]
    assert (
        severities(heard(discloses(good(), "Example Devices", **over), "I used to consult for Example Devices.")) == []
    )
    assert severities(heard(discloses(good()), "I used to consult for Example Devices.")) == ["W"]
    plain = told(discloses(good()), content_class="non-clinical")
    assert severities(heard(plain, "I consult for Example Devices.")) == ["W"]


def test_a_company_that_is_merely_named() -> None:
    """A note, once; by its product as well, and by the show's own word. A company that is disclosed is not noted."""

    def noted(case: Case) -> list[str]:
        return [finding.sentence.split(" is named")[0] for finding in declared.check(case) if finding.code == "SPK02"]

    assert noted(heard(good(), "We tried a Nevro system.", "Nevro again, and Senza.")) == ["Nevro"]
    assert noted(heard(good(), "A specimen is no company.")) == []
    own = shown(
        heard(good(), "A needle of Specimen Labs."), terms=Terms(words=(GlossaryWord("Specimen Labs", "maker"),))
    )
    assert noted(own) == ["Specimen Labs"]
    assert noted(heard(discloses(good(), "Medtronic Inc."), "Medtronic makes it.")) == []


def test_a_sponsor_has_a_chapter_of_its_own() -> None:
    """In it nothing is found; in accredited content a sponsor is an error."""
    case = says(good(), "This episode is brought to you by Sample Pharma.")
    assert [finding.severity for finding in sponsors.check(case)] == ["W"]
    assert [finding.severity for finding in sponsors.check(told(case, cme=Cme(True)))] == ["E"]
    assert not list(sponsors.check(told(case, chapters=(*CHAPTERS, Chapter(19_000, "Thanks", "sponsor")))))


def test_the_package_s_lexicon_needs_no_file_of_the_show() -> None:
    """A non-clinical episode full of medicines needs a person's reason, and a use off a label is asked for."""
    text = "We give gabapentin, pregabalin and an epidural steroid injection."
    case = told(says(good(), text), content_class="non-clinical")
    (finding,) = clinical.check(case)
    assert (finding.code, finding.severity) == ("DIS08", "E")
    assert "gabapentin" in finding.sentence
    (use,) = clinical.check(says(good(), "We use gabapentin for sciatica."))
    assert (use.code, use.severity) == ("DIS07", "W")
    assert "gabapentin for sciatica" in use.sentence


@pytest.mark.parametrize(
    "text", ["A" * 20_000, "Aa " * 9_000, "L4-" * 9_000, "one " * 9_000, "no " * 9_000, "1," * 9_000]
)
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    """Words without an end, lists without an end: every check comes to an end, by the length of the text."""
    case = claim(says(good(), text), text=text, at=20_000, until=None)
    for family in (declared, stated, sponsors, clinical):
        assert len(list(family.check(case))) < 9_000


@pytest.mark.parametrize("content_class", ["clinical", "non-clinical"])
def test_a_sign_of_its_own_is_no_word(content_class: str) -> None:
    """Dashes and ampersands between spaces, in every text and name: the checks find what they find without them."""
    odd = "- & Dr. – Mrs. from 's near … injections - in ( these ) studies were effective: gabapentin for sciatica -"
    case = notes(says(good(), odd), f"{odd}\n\n{odd}")
    case = claim(told(case, title=odd, summary=odd, off_label="", content_class=content_class), text=odd)
    terms = Terms(words=(GlossaryWord("-", "drug", labelled=("-",), look_alikes=("&",)), GlossaryWord("& -", "maker")))
    case = discloses(paper(person(shown(case, terms=terms, author="- & -"), HOST, name="- & -"), title=odd), "- & -")
    expected = {"DIS07"} if content_class == "clinical" else {"DIS07", "DIS08"}
    assert expected <= {finding.code for finding in report(case).judged.standing}
