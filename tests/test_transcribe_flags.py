"""Flags: what must be heard again is found, with its place, its words and its reason; and nothing else is."""

from __future__ import annotations

import json
import re
from itertools import count
from typing import Any

import pytest
from fakes import SCORES
from lxml import etree

from podcast_pipeline import codec
from podcast_pipeline.model.audio import Track
from podcast_pipeline.model.machine import MachineTranscript
from podcast_pipeline.transcribe import document, flags, picture, report, together
from podcast_pipeline.transcribe.document import VoiceOwner
from podcast_pipeline.transcribe.engine import RawWord, Scores
from podcast_pipeline.transcribe.heard import Recognition, Rerun
from podcast_pipeline.transcribe.suggestions import Glossary
from podcast_pipeline.transcribe.turns import turns
from podcast_pipeline.transcript.lexicon import Lexicon, lexicon

NONE = Lexicon()


def words(text: str, start: int = 0, each: int = 300, scores: Scores = SCORES, track: str = "guest") -> list[RawWord]:
    at = count(start, each)
    return [RawWord(one, first := next(at), first + each - 50, 0.9, track, scores) for one in text.split()]


def found(said: list[RawWord], speech: list[tuple[int, int]] | None = None, known: Lexicon = NONE) -> list[flags.Flag]:
    whole = [(0, said[-1].end + 200)] if speech is None else speech
    return flags.of_track("guest", said, said, whole, known)


def codes(*arguments: Any) -> list[str]:
    return [flag.code for flag in found(*arguments)]


def test_plain_speech_has_no_flag() -> None:
    """A sentence with words all over its speech, and good scores."""
    assert codes(words("we talk about the spine and its nerves for a while today")) == []


def test_speech_without_words() -> None:
    """1.5 s of speech in a row without a word is said with its length; 1.4 s is not; silence is no speech."""
    said = words("one word") + words("more words", 2050)
    assert [(f.code, f.start, f.end) for f in found(said)] == [("speech_without_words", 550, 2050)]
    assert codes(words("one word") + words("more words", 1940)) == []
    assert codes(said, [(0, 700), (1900, 2700)]) == []
    assert "1.5 s of speech" in found(said)[0].say


def test_speech_of_others_that_was_dropped_is_not_without_words() -> None:
    """Words that the bleed gate took away still explain the speech on this track."""
    mine, all_of_it = words("yes"), words("yes this is what the other one said")
    assert flags.of_track("guest", mine, all_of_it, [(0, 2450)], NONE) == []


def test_words_outside_speech() -> None:
    """A word of which less than a fifth lies in speech."""
    assert codes(words("in out"), [(0, 340)]) == ["words_outside_speech"]
    assert codes(words("in out"), [(0, 360)]) == []


def test_loops() -> None:
    """The same word four times running, four words three times within 30 s; not what is said again much later."""
    (flag,) = found(words("and no no no no more", each=300), None, NONE)
    assert (flag.code, [word.text for word in flag.words]) == ("loop", ["no"] * 4)
    assert codes(words("it is what it " * 2 + "is")) == []
    assert codes(words("thank you so much " * 3)) == ["loop"]
    apart = [word for place in range(3) for word in words("thank you so much", 20_000 * place)]
    assert codes(apart, [(w.start, w.end) for w in apart]) == []


@pytest.mark.parametrize("text", ["Thanks for watching!", "Subtitles by the Amara.org", "Please subscribe."])
def test_stock_phrases(text: str) -> None:
    """What recognisers learnt from captions, whatever its punctuation."""
    assert "stock_phrase" in codes(words(f"so {text} then"))


def test_scores_rate_and_length() -> None:
    """Doubts of the recogniser about whole segments, too many or too few words a second, a word that is too long."""
    assert codes(words("a b c", scores=Scores(-1.2, 1.5, 0.1))) == ["low_logprob"]
    assert codes(words("a b c", scores=Scores(-0.2, 2.6, 0.1))) == ["compression"]
    assert codes(words("a b c", scores=Scores(-0.2, 1.5, 0.7))) == ["no_speech"]
    assert codes(words("quick " * 3 + " ".join("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP"), each=120)) == [
        "word_rate"
    ]
    assert codes([RawWord("well", 0, 2100, 0.9, "guest", SCORES)]) == ["long_word"]


def test_critical_words_are_listed_at_any_probability() -> None:
    """A dose and a side with their kinds, though the recogniser is sure."""
    known = lexicon()
    listed = found(words("give 40 mg on the left"), None, known)
    assert [(f.code, f.kind, [w.text for w in f.words]) for f in listed] == [
        ("critical", "dose", ["40", "mg"]),
        ("critical", "laterality", ["left"]),
    ]


@pytest.fixture
def value() -> MachineTranscript:
    """A transcript of two tracks with flags, a suggestion, a dropped word, a word left out and a second look."""
    host, guest = words("Welcome to the show.", track="host"), words("The chyphoplasty took 40 mg <b>", 3000)
    left = RawWord("Thanks.", 5000, 5200, 0.2, "guest", SCORES)
    heard = [
        (Track("raw/host.wav", "alex-example"), Recognition("k", "h" * 64, 9000, ((0, 1400),), (), tuple(host))),
        (
            Track("raw/guest.wav", "robin-example"),
            Recognition(
                "k", "g" * 64, 9000, ((3000, 6500),), (), tuple(guest), (left,), (Rerun(4600, 6500, "x", 0, 0),)
            ),
        ),
    ]
    known = lexicon()
    return document.build(
        {"name": "canned", "version": "1"},
        {"name": "none", "sha256": "0" * 64, "origin": "path"},
        {"language": "en", "beam_size": 5},
        heard,
        turns({"host": host, "guest": guest}),
        {"host": VoiceOwner("alex-example", True), "guest": VoiceOwner("S1", False)},
        [],
        [f for t, h in heard for f in flags.of_track(t.id, h.words, h.words, h.speech, known)],
        Glossary(known).suggestions(guest),
    )


def test_the_document_holds_them_by_number(value: MachineTranscript) -> None:
    """Flags and suggestions name words by their number in reading order; what was left out says why."""
    written: dict[str, Any] = json.loads(document.render(value))
    assert [(f["code"], f.get("kind"), f["words"]) for f in written["flags"]] == [
        ("critical", "dose", [7, 8]),
        ("speech_without_words", None, None),
    ]
    (offer,) = written["suggestions"]
    assert (offer["from"], offer["to"], offer["words"]) == ("chyphoplasty", "kyphoplasty", [5, 5])
    assert written["dropped"] == [
        {"word": ["Thanks.", 5000, 5200, 200, 1], "copy_of": None, "reason": "left over at the end of a block"}
    ]
    assert written["reruns"] == [{"track": 1, "start": 4600, "end": 6500, "why": "x", "before": 0, "after": 0}]
    assert codec.decode(MachineTranscript, written) == value


def test_the_report_counts_and_lists(value: MachineTranscript) -> None:
    """Suggestions count as near misses; places stand in order; the terminal shows each with its time and reason."""
    said = report.build(value)
    assert said.must == 3
    assert said.counts == {"speech_without_words": 1, "near_miss": 1, "critical": 1}
    assert [place.span[0] for place in said.places] == sorted(place.span[0] for place in said.places)
    assert said.unverified == ("S1",)
    text = "\n".join(report.lines(said))
    assert "3 places to hear" in text
    assert "speakers not verified: S1" in text
    assert re.search(r"0:03  near_miss: “chyphoplasty” may be “kyphoplasty”", text)
    assert "1 left out as made up" in text


def test_the_page_draws_speakers_confidence_and_flags(value: MachineTranscript) -> None:
    """A row for each speaker, a bar for each turn, a mark for each flag; escaped, and with nothing from elsewhere."""
    html = picture.page(value, report.build(value))
    drawn = etree.fromstring(picture.picture(value))
    names = [one.text for one in drawn.iter("{*}text") if one.get("x") == "4"]
    assert names == ["alex-example", "S1"]
    assert len([one for one in drawn.iter("{*}rect") if one.get("height") == "18"]) == len(value.turns)
    marks = [one for one in drawn.iter("{*}path") if one.get("fill")]
    assert len(marks) == len(value.flags) + len(value.suggestions)
    assert "<script" not in html
    assert not re.search(r"(?:src|href)=", html)
    assert html.count("<tr") == 1 + 3


@pytest.mark.parametrize(
    ("language", "expected"), [(("de", 0.97), ["language"]), (("de", 0.5), []), (("en", 0.99), []), (None, [])]
)
def test_another_language_is_said(language: tuple[str, float] | None, expected: list[str]) -> None:
    """Where the recogniser is sure of it; a model that knows one language says nothing."""
    one = Recognition("k", "0", 9000, ((100, 8000),), (), tuple(words("so")), language=language)
    found = together._language("guest", one, "en")
    assert [flag.code for flag in found] == expected
    assert all("“de”" in flag.say and "“en”" in flag.say for flag in found)
