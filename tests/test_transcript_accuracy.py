"""The accuracy card: word error rate as everybody counts it, and critical terms apart."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
import soak
from hypothesis import given, settings
from hypothesis import strategies as st
from needs import module
from transcripts import said

from podcast_pipeline import codec
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.transcript import Paragraph, Transcript
from podcast_pipeline.production import accuracy as production
from podcast_pipeline.production.accuracy import ACCURACY, ReviewedCard, ReviewTime
from podcast_pipeline.transcript import accuracy
from podcast_pipeline.transcript.accuracy import AccuracyCard, Utterance
from podcast_pipeline.transcript.difference import DELETED, INSERTED, edits
from podcast_pipeline.transcript.lexicon import lexicon
from podcast_pipeline.transcript.outcome import FlagCounts, LabelCounts

KNOWN = lexicon()
FEW = st.lists(st.sampled_from(["the", "dose", "was", "not", "given", "twice"]), min_size=1, max_size=30)


def card(reference: str, machine: str) -> AccuracyCard:
    return accuracy.card([Utterance("alex", reference)], [Utterance("alex", machine)], KNOWN, "en")


@given(FEW, FEW)
@settings(max_examples=soak.examples(30, 600), deadline=None)
def test_the_error_rate_is_that_of_jiwer(reference: list[str], machine: list[str]) -> None:
    """The same number of errors and of words as an independent counter, after Whisper's own normaliser."""
    jiwer = module("jiwer")
    normal = module("whisper_normalizer.english").EnglishTextNormalizer()
    one, two = " ".join(reference), " ".join(machine)
    measured = jiwer.process_words(normal(one), normal(two))
    found = card(one, two)
    assert found.wer == round(measured.wer, 4)
    assert found.words == measured.hits + measured.substitutions + measured.deletions


@given(FEW, FEW)
def test_an_edit_script_makes_the_one_of_the_other(a: list[str], b: list[str]) -> None:
    """Applied to the first list, the edits give the second."""
    script = edits(a, b)
    gone = {edit.before for edit in script if edit.kind != INSERTED}
    put = {edit.after: b[edit.after] for edit in script if edit.kind != DELETED}
    kept = iter([word for place, word in enumerate(a) if place not in gone])
    assert [put[place] if place in put else next(kept) for place in range(len(b))] == b
    assert next(kept, None) is None
    assert all(x.after <= y.after and x.before <= y.before for x, y in itertools.pairwise(script))


def test_both_normalisers_agree() -> None:
    """The normaliser used here writes what that of openai-whisper writes."""
    theirs = module("whisper.normalizers").EnglishTextNormalizer()
    normal, _ = accuracy.normaliser("en")
    for text in ("Forty milligrams at L4-L5, um, wasn't randomised.", "Twenty-five percent [laughs] of $3.50"):
        assert normal(text) == theirs(text)


def test_critical_terms_are_counted_apart() -> None:
    """A wrong unit, side, level and drug, a lost and an invented negation; another way of writing a dose is right."""
    found = card(
        "give forty milligrams of ropivacaine at L4-L5 on the left and do not repeat it for 3 weeks",
        "give 40 mg of bupivacaine at L4-L6 on the right and do repeat it for 3 weeks without pain",
    )
    critical = found.critical
    assert codec.encode(critical.classes) == {
        "drug": {"terms": 1, "wrong": 1, "invented": 1},
        "dose": {"terms": 2, "wrong": 0, "invented": 0},
        "laterality": {"terms": 1, "wrong": 1, "invented": 1},
        "negation": {"terms": 1, "wrong": 1, "invented": 1},
        "level": {"terms": 1, "wrong": 1, "invented": 1},
    }
    assert (critical.terms, critical.wrong, critical.rate) == (6, 4, round(4 / 6, 4))


def test_a_dose_is_its_value_and_its_unit() -> None:
    """40 mcg is not 40 mg, though only one of two words differs."""
    assert card("give 40 mg now", "give 40 mcg now").critical.wrong == 1
    assert card("give 40 mg now", "give forty milligrams now").critical.wrong == 0


def test_speakers_and_cuts() -> None:
    """Each speaker has a rate; words inside a cut count for nobody."""
    text = Transcript("en", (), (Paragraph("p1", "a", said("one two three")), Paragraph("p2", "b", said("four", 9000))))
    kept = accuracy.of(text, [(9000, 20_000)])
    assert [one.text for one in kept] == ["one two three", ""]
    found = accuracy.card(
        [Utterance("a", "one two"), Utterance("b", "alpha beta")], [Utterance("", "one two alpha gamma")], KNOWN, "en"
    )
    assert {name: speaker.wer for name, speaker in found.speakers.items()} == {"a": 0.0, "b": 0.5}


def test_nothing_said_is_no_rate() -> None:
    """Without a word of reference there is no rate, and no division by zero."""
    found = card("", "thanks for watching")
    assert (found.wer, found.invented, found.critical.rate) == (None, 3, None)


def test_the_card_in_its_file(tmp_path: Path) -> None:
    """Nothing but its schema before there is a corrected text; then what was written; damage is named by its field."""
    production.write(tmp_path, None)
    assert json.loads((tmp_path / ACCURACY.name).read_text("utf-8")) == {"schema": 1}
    with pytest.raises(PodcastError):
        ACCURACY.read(tmp_path)
    measured = vars(card("give 40 mg on the left", "give 40 mg on the right"))
    flags, labels = {"critical": FlagCounts(2, 1, 0.5)}, LabelCounts(6, 0)
    reviewed = ReviewedCard(**measured, flags=flags, labels=labels, review=ReviewTime(None, None))
    production.write(tmp_path, reviewed)
    assert ACCURACY.read(tmp_path) == reviewed
    value = json.loads((tmp_path / ACCURACY.name).read_text("utf-8"))
    value["critical"]["terms"] = "two"
    (tmp_path / ACCURACY.name).write_text(json.dumps(value), "utf-8")
    with pytest.raises(PodcastError, match=r"accuracy\.json: .*critical\.terms: Expected `?int"):
        ACCURACY.read(tmp_path)
