"""The privacy screen: 26 invented sentences, what is held out, and that a finding never repeats what it found."""

from __future__ import annotations

import json

import pytest
from cases import good, notes, says, told

from podcast_pipeline.checks.episode import report
from podcast_pipeline.checks.page import html
from podcast_pipeline.checks.privacy import screen
from podcast_pipeline.cli.check import as_value
from podcast_pipeline.model.audio import Track

RISKY = (
    "Her medical record number is 4471902.",
    "His social security number was 078-05-1120.",
    "You can reach the patient's wife at (206) 555-0143.",
    "She wrote to me from jane.roe@example.com the next morning.",
    "We saw a 94-year-old man with a fracture.",
    "She had just turned ninety-three when she came to us.",
    "Mrs. Oakheart came back after six weeks.",
    "A patient named Hollis could not stand any longer.",
    "He was admitted on March 3rd and went home two days later.",
    "The patient is the only blacksmith in the village.",
    "So Walter told me that the leg had gone numb.",
    "We operated on her the Tuesday after the earthquake.",
)
CLEAN = (
    "The paper has PMID 39971346 and was published on February 19.",
    "Thank you, Mr. Chairman, for the kind introduction.",
    "His pain went down from 8/10 to 3/10.",
    "We treated the L4-L5 level on the left side.",
    "They received 10 milligrams twice a day for 12 weeks.",
    "The trial enrolled 245 patients in 14 centers.",
    "Patients were between 18 and 89 years old.",
    "The conference takes place in Seattle in September.",
    "About 95 percent of the patients answered.",
    "The guideline was approved in May 2020.",
    "Dr. Example and I disagree about that.",
    "She asked whether the evidence is any good.",
    "In the placebo group 92 of 100 patients got better.",
    "We recorded this on November 20, 2026.",
)
FOUND_FLOOR, FALSE_CEILING = 10, 3


def test_the_26_sentences() -> None:
    """At least 10 of the 12 risky sentences are found, at most 3 of the 14 clean ones flagged: a floor, no rate."""
    assert (len(RISKY), len(CLEAN)) == (12, 14)
    missed = [text for text in RISKY if not screen(text, {"Example"})]
    flagged = [text for text in CLEAN if screen(text, {"Example"})]
    assert len(RISKY) - len(missed) >= FOUND_FLOOR, missed
    assert len(flagged) <= FALSE_CEILING, flagged


@pytest.mark.parametrize("text", CLEAN[:5])
def test_scores_papers_levels_and_doses_are_held_out(text: str) -> None:
    """What physicians say all day identifies nobody."""
    assert screen(text, {"Example"}) == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (RISKY[0], "a record number"),
        ("MRN 00-12-44-81 is hers.", "a record number"),
        (RISKY[1], "a social security number"),
        (RISKY[2], "a telephone number"),
        ("Call two oh six, five five five, oh one four three.", "a telephone number"),
        (RISKY[3], "an e-mail address"),
        ("Write to jane at example dot com.", "an e-mail address"),
        (RISKY[4], "an age above 89"),
        ("He is in his nineties.", "an age above 89"),
        ("a one hundred and two year old woman", "an age above 89"),
        (RISKY[6], "a named patient"),
        (RISKY[7], "a named patient"),
    ],
)
def test_kinds_that_stop_a_publication(text: str, kind: str) -> None:
    """Record number, social security number, telephone, e-mail, age above 89 in digits and words, named patient."""
    assert ("PHI01", kind) in screen(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (RISKY[8], "a date near a patient"),
        ("The patient lives in a small town on the coast.", "a small place near a patient"),
        ("She is the mayor, so everybody knew.", "a role that only one person has, near a patient"),
    ],
)
def test_kinds_that_warn(text: str, kind: str) -> None:
    """A date, a small place or a unique role count only near a patient."""
    assert ("PHI02", kind) in screen(text)
    assert screen("It happened on March 3rd, in a small town, says the mayor.") == ()


def test_a_name_of_the_show_is_no_patient() -> None:
    """Hosts, guests and cited authors may be called Mr. and Ms."""
    assert screen("Ms. Muster told us so.", {"Muster"}) == ()
    assert screen("Ms. Muster told us so.") != ()


def test_findings_never_hold_the_text() -> None:
    """Console, JSON and page of a report name kind, file and time; the words that were found stand nowhere."""
    secrets = ("206-555-0123", "Oakheart", "4471902", "jane.roe")
    case = says(good(), "Call 206-555-0123, said Mrs. Oakheart, MRN 4471902.")
    case = notes(case, "jane.roe@example.com")
    found = report(case)
    shown = html(found, "A title") + json.dumps(as_value(found)) + "\n".join(map(str, found.judged.standing))
    assert [secret for secret in secrets if secret in shown] == []
    assert sum(finding.code == "PHI01" for finding in found.judged.standing) == 4


def test_a_file_s_name_is_screened() -> None:
    """A recording that is called by a record number is found by its name."""
    case = told(good(), tracks=(Track("raw/interview_mrn4471902.wav", "robin-example"),))
    assert ("PHI01", "track[1].file") in {(f.code, f.field) for f in report(case).judged.standing}


def test_another_word_in_the_sentence_is_another_finding() -> None:
    """The fingerprint is of the whole sentence: a waiver lapses with any change of it."""

    def mark(text: str) -> str:
        (found,) = [f for f in report(says(good(), text)).judged.standing if f.code == "PHI01"]
        return found.fingerprint

    assert mark("Call 206-555-0123 now.") == mark("Call 206-555-0123 now.")
    assert mark("Call 206-555-0123 now.") != mark("Call 206-555-0123 today.")
