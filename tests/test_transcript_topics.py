"""Proposals of chapters and of a summary: where the subject changes, in words that were said, few enough to be read."""

from __future__ import annotations

import random

import soak
from hypothesis import given, settings
from hypothesis import strategies as st

from podcast_pipeline.transcript import salience, topics
from podcast_pipeline.transcript.spoken import Sentence

SUBJECTS = (
    ("spinal cord stimulation", "electrode lead battery waveform paresthesia implant trial device generator"),
    ("facet joint injection", "needle fluoroscopy cartilage steroid lumbar branch denervation radiofrequency capsule"),
    ("insurance coverage denial", "policy appeal committee payer hearing reimbursement lawyer premium paperwork"),
    ("physical therapy exercise", "walking muscle balance strength posture stretching gym movement endurance"),
)


def talk(seed: int, minutes: float) -> tuple[list[Sentence], list[int]]:
    """A conversation over all subjects in turn, a pause between two; its sentences and where each subject begins."""
    dice, now = random.Random(seed), 0
    spoken, starts = [], []
    for name, words in SUBJECTS:
        starts.append(now)
        until = now + int(minutes * 60_000 / len(SUBJECTS))
        while now < until:
            said = dice.sample(words.split(), 4)
            pairs = [f"the {a} and the {b}" for a, b in (said[:2], said[2:])]
            text = f"Most centers looked at {pairs[0]} with {name} for {pairs[1]}."
            spoken.append(Sentence("", "a", now, now + 6_000, text))
            now += 6_000 + dice.randrange(700)
        now += 2_500
    return spoken, starts


def test_chapters_begin_where_the_subject_changes() -> None:
    """Forty minutes on four subjects: a chapter within seconds of each change, titled with words of its own subject."""
    spoken, starts = talk(3, 40)
    proposed = topics.propose(spoken)
    assert len(proposed) == 4
    assert [abs(one.start - start) < 45_000 for one, start in zip(proposed, starts, strict=True)] == [True] * 4
    for one, (name, words) in zip(proposed, SUBJECTS, strict=True):
        assert {word.casefold() for word in one.title.split()} & {*name.split(), *words.split()}
        assert one.why


def test_chapters_that_are_there_are_counted_and_left_alone() -> None:
    """With the first two written, what is proposed is the others; no more than six an hour together."""
    spoken, starts = talk(4, 40)
    proposed = topics.propose(spoken, starts[:2])
    assert [round(one.start / 600_000) for one in proposed] == [2, 3]
    assert topics.propose(spoken, [i * 600_000 for i in range(4)]) == ()


@settings(max_examples=soak.examples(12, 1000))
@given(st.integers(0, 10**6), st.floats(0.5, 90))
def test_titles_are_short_and_spoken_and_not_too_many(seed: int, minutes: float) -> None:
    """Fewer than five words, in a row in a sentence of that chapter; six an hour at most; the order of time."""
    spoken, _ = talk(seed, minutes)
    proposed = topics.propose(spoken)
    assert len(proposed) <= max(1, 6 * spoken[-1].end / 3_600_000)
    assert [one.start for one in proposed] == sorted({one.start for one in proposed})
    for one, following in zip(proposed, [*proposed[1:], None], strict=True):
        inside = [s.text for s in spoken if one.start <= s.end and (following is None or s.start < following.start)]
        assert 1 <= len(one.title.split()) < 5
        assert any(one.title.casefold() in text.casefold() for text in inside)


def test_a_title_never_turns_a_negation_round() -> None:
    """What was denied is no title: not the words after "no" or "not", and none with a number in it."""
    texts = [
        "There was no infection risk at all.",
        "It is not effective pain relief.",
        "We gave 300 mg gabapentin daily.",
    ] * 4
    spoken = [Sentence("", "a", i * 5000, i * 5000 + 4000, text) for i, text in enumerate(texts)]
    (only,) = topics.propose(spoken)
    assert not {"infection", "effective", "relief"} & set(only.title.casefold().split())
    assert not any(character.isdigit() for character in only.title)


def test_a_summary_is_what_was_said_and_stands_alone() -> None:
    """Whole sentences, as they were said and in their order; no questions, no "and so it", and none twice."""
    spoken, _ = talk(5, 6)
    more = ["Is that the device you mean?", "And so it was the lead again.", "Mm."]
    spoken += [Sentence("", "b", spoken[-1].end + i, spoken[-1].end + i + 1, text) for i, text in enumerate(more)]
    central = salience.central(spoken)
    assert 1 <= len(central) <= salience.MOST
    assert [one for one in spoken if one in central] == list(central)
    assert not {one.text for one in central} & set(more)
    assert len({one.text for one in central}) == len(central)
    assert salience.central([]) == ()
    assert salience.central([Sentence("", "a", 0, 1, "Hello there, my dear friends.")]) == ()
