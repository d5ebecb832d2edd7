"""What review made of the machine's flags and speakers: counted from the words alone."""

from __future__ import annotations

import msgspec
from transcripts import said

from podcast_pipeline import codec
from podcast_pipeline.model.cut import Cut
from podcast_pipeline.model.machine import MachineSuggestion, MachineTranscript
from podcast_pipeline.model.transcript import Paragraph, Transcript
from podcast_pipeline.transcript.outcome import outcome

PEOPLE = ("alex", "robin")
SAID = "give ten mg on the left and not more than that"


def machine(
    *flags: tuple[str, list[int] | None, tuple[int, int]], turns: tuple[tuple[str | None, int], ...]
) -> MachineTranscript:
    """SAID, a word every 500 ms, in turns of (speaker, words)."""
    words = [[i, text, 500 * i, 500 * i + 400, 900, 0] for i, text in enumerate(SAID.split())]
    told, first = [], 0
    for speaker, size in turns:
        told.append({"speaker": speaker, "verified": speaker in PEOPLE, "words": [first, first + size - 1]})
        first += size
    assert first == len(words)
    listed = [{"code": code, "words": at, "span": list(span), "say": "listen"} for code, at, span in flags]
    head = {"schema": 1, "timeline": "source", "language": "en"}
    return codec.decode(MachineTranscript, {**head, "words": words, "turns": told, "flags": listed})


def corrected(*paragraphs: tuple[str, str, int], cuts: tuple[Cut, ...] = ()) -> Transcript:
    """Paragraphs of (speaker, text, the ms at which it begins), a word every 500 ms."""
    made = [
        Paragraph(f"p{i}", speaker, said(text, at, per_word=400, gap=100))
        for i, (speaker, text, at) in enumerate(paragraphs)
    ]
    return Transcript("en", tuple((speaker, speaker) for speaker, _, _ in paragraphs), tuple(made), cuts)


def test_a_flag_is_right_where_somebody_edited() -> None:
    """A changed word, a word taken out, a word put in; a flag over words that stayed led to nothing."""
    value = machine(
        ("critical", [1, 2], (500, 1400)),
        ("critical", [5, 5], (2500, 2900)),
        ("low_logprob", [6, 9], (3000, 4900)),
        ("speech_without_words", None, (5000, 7000)),
        ("loop", None, (0, 400)),
        turns=(("alex", 11),),
    )
    found = outcome(value, corrected(("alex", "Give twenty mg on the left and not than that and this too", 0)))
    assert codec.encode(found.flags) == {
        "critical": {"places": 2, "edited": 1, "precision": 0.5},
        "loop": {"places": 1, "edited": 0, "precision": 0.0},
        "low_logprob": {"places": 1, "edited": 1, "precision": 1.0},
        "speech_without_words": {"places": 1, "edited": 1, "precision": 1.0},
    }


def test_suggestions_are_near_misses() -> None:
    """A suggestion that led to an edit, and one that did not."""
    offers = (
        MachineSuggestion((0, 0), "gave", span=(0, 400)),
        MachineSuggestion((5, 5), "life", span=(2500, 2900)),
    )
    value = msgspec.structs.replace(machine(turns=(("alex", 11),)), suggestions=offers)
    found = outcome(value, corrected(("alex", SAID.replace("give", "gave"), 0)))
    assert codec.encode(found.flags) == {"near_miss": {"places": 2, "edited": 1, "precision": 0.5}}


def test_what_is_cut_counts_for_nothing() -> None:
    """Neither its words nor its flags."""
    value = machine(
        ("critical", [1, 2], (500, 1400)), ("critical", [5, 5], (2500, 2900)), turns=(("alex", 3), ("robin", 8))
    )
    cut = Cut(400, 1450, "content", "alex", "c1")
    text = corrected(("alex", "give", 0), ("robin", "on the left and not more than that", 1500), cuts=(cut,))
    found = outcome(value, text)
    assert codec.encode(found.flags) == {"critical": {"places": 1, "edited": 0, "precision": 0.0}}
    assert codec.encode(found.labels) == {"words": 9, "wrong": 0}


def test_words_under_a_wrong_speaker() -> None:
    """Two words that a person gave to somebody else, whatever was corrected in them."""
    value = machine(turns=(("alex", 3), ("robin", 8)))
    found = outcome(value, corrected(("alex", "give 10 mg on the", 0), ("robin", "left and not more than that", 2500)))
    assert codec.encode(found.labels) == {"words": 11, "wrong": 2}


def test_numbered_speakers_are_right_when_they_are_named() -> None:
    """S1 and S2 stand for whom most of their words belong to; words of nobody had no label."""
    text = corrected(("alex", "give ten mg on", 0), ("robin", "the left and not more than that", 2000))
    assert codec.encode(outcome(machine(turns=(("S1", 3), ("S2", 8))), text).labels) == {"words": 11, "wrong": 1}
    assert codec.encode(outcome(machine(turns=((None, 3), ("S2", 8))), text).labels) == {"words": 8, "wrong": 1}
