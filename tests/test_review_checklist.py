"""The check list: what is put before a person, why, in which order, and when it is settled."""

from __future__ import annotations

from pathlib import Path

import pytest
from reviews import GUEST, HOST, TURNS, Editor, desk, editor, machine_json, make_show

from podcast_pipeline.model.terms import Spoken
from podcast_pipeline.review import risk
from podcast_pipeline.review.checklist import CAUSES, MUST, Checklist, Item
from podcast_pipeline.review.desk import Desk
from podcast_pipeline.review.offers import offers
from podcast_pipeline.review.risk import Lexicon
from podcast_pipeline.transcript.align import key

__all__ = ["desk", "editor"]


def items(desk: Desk, **machine: object) -> tuple[Item, ...]:
    return Checklist(Lexicon.of(), machine).open(desk.state, desk.aligned)


def shown(desk: Desk, found: tuple[Item, ...]) -> list[tuple[str, str]]:
    texts = {p.id: p.text.split() for p in desk.state.listed()}
    return [(item.cause, " ".join(texts[item.p][item.first : item.last + 1])) for item in found]


def test_what_must_be_right_comes_first(desk: Desk) -> None:
    """Numbers with their unit, then negations, then medicines; a doubt of the machine's comes last."""
    found = items(desk)
    assert shown(desk, found)[:3] == [("number", "300 mg"), ("negation", "not"), ("drug", "gabapentin,")]
    order = [CAUSES.index(item.cause) for item in found]
    assert order == sorted(order)
    assert [item.must for item in found[:3]] == [True] * 3
    assert all(item.cause in MUST or item.cause == "confidence" for item in found)


@pytest.mark.parametrize(
    ("said", "runs"),
    [
        ("about 300 mg twice a day", ["300 mg twice"]),
        ("twenty five milligrams of", ["twenty five milligrams"]),
        ("a 50% reduction", ["50%"]),
        ("from 40 to 80 Hz and 1,000 times", ["40", "80 Hz", "1,000 times"]),
        ("0.5 mL of 2% lidocaine", ["0.5 mL", "2%"]),
        ("one of the patients per clinic", []),
        ("one milligram", ["one milligram"]),
        ("L4-L5 and S1", ["L4-L5", "S1"]),
    ],
)
def test_numbers_are_taken_with_their_units(said: str, runs: list[str]) -> None:
    """A dose is one place to check, not three; "one of" and a unit alone are none."""
    words = said.split()
    found = risk.runs([key(word) for word in words])
    assert [" ".join(words[first : last + 1]) for first, last in found] == runs


@pytest.mark.parametrize(
    "word", ["not", "No", "never", "didn't", "can't", "without", "non-surgical", "nonunion", "unlikely", "neither"]
)
def test_negations(word: str) -> None:
    """Whatever turns a sentence round is found, with apostrophe and prefix."""
    assert risk.is_negation(key(word))


@pytest.mark.parametrize("word", ["note", "nonetheless", "under", "until", "nonsense", "know", "another"])
def test_no_negations(word: str) -> None:
    """Words that only begin like one are not."""
    assert not risk.is_negation(key(word))


def test_medicines_by_name_and_by_stem() -> None:
    """A known name, a name by its international stem, and nothing that merely sounds so."""
    lexicon = Lexicon.of()
    assert all(lexicon.is_drug(word) for word in ("gabapentin", "tapentadol", "mepivacaine", "erenumab", "rofecoxib"))
    assert not any(lexicon.is_drug(word) for word in ("person", "reason", "comparison", "pain", "spine", "procedure"))
    assert "hydralazine" in lexicon.look_alikes["hydroxyzine"]


def test_the_shows_own_words_are_known(desk: Desk, editor: Editor) -> None:
    """A word one letter away from the glossary is a must-check with the right word as its suggestion."""
    lexicon = Lexicon.of([Spoken("neuromodulation", "procedure", look_alikes=("neurostimulation",))])
    assert lexicon.meant("neuromodulaton") == lexicon.meant("neuromodulatoin") == "neuromodulation"
    assert lexicon.meant("neuromodulation") == lexicon.meant("neurology") == ""
    assert lexicon.look_alikes["neuromodulation"] == {"neurostimulation"}


def test_the_recognisers_own_checks_are_used(tmp_path: Path) -> None:
    """Flags become items with the recogniser's sentence, suggestions offer the word; both by the words they name."""
    turns = [(HOST, "We spoke about chyphoplasty and the society today. Thanks for watching.")]
    flags = [{"code": "stock_phrase", "track": 0, "span": [3380, 4200], "words": [8, 10], "say": "Subtitle credits."}]
    meant = [{"words": [3, 3], "from": "chyphoplasty", "to": "kyphoplasty", "source": "glossary", "score": 0.92}]
    more = {"flags": flags, "suggestions": meant}
    one = Desk(make_show(tmp_path / "show", turns, **more))
    found = items(one, **machine_json(turns, **more))
    assert ("near-miss", "chyphoplasty") in shown(one, found)
    assert [(item.say, item.must) for item in found if item.cause == "silence"] == [("Subtitle credits.", True)]
    assert next(item.suggestion for item in found if item.cause == "near-miss") == "kyphoplasty"
    one.close()


def test_an_item_is_settled_by_a_decision_an_edit_or_a_check(desk: Desk, editor: Editor) -> None:
    """Correct as is; the words corrected; the paragraph checked by itself. Checking many at once settles none."""
    number, negation, *_ = items(desk)
    editor.ask("resolve", items=[number.id], how="correct")
    assert number.id not in {item.id for item in items(desk)}
    editor.ask("resolve", items=[number.id], how="open")
    assert number.id in {item.id for item in items(desk)}
    editor.edit("p2", "The dose was 300 mg of gabapentin, and it did help him.")
    assert negation.id not in {item.id for item in items(desk)}
    editor.ask("check", ps=editor.revs("p1", "p2"))
    assert any(item.p == "p2" for item in items(desk))
    editor.ask("check", ps=editor.revs("p2"))
    assert not any(item.p == "p2" for item in items(desk))


def test_an_item_stays_the_same_through_edits_beside_it(desk: Desk, editor: Editor) -> None:
    """What somebody decided is not asked again because words were added before it."""
    number = items(desk)[0]
    editor.ask("resolve", items=[number.id], how="correct")
    editor.edit("p2", "So, well: the dose was 300 mg of gabapentin, and it did not help him.")
    assert ("number", "300 mg") not in shown(desk, items(desk))
    editor.ask("resolve", items=[number.id], how="open")
    assert ("number", "300 mg") in shown(desk, items(desk))


def test_a_cut_beside_a_negation_must_be_checked(desk: Desk, editor: Editor) -> None:
    """Cutting words next to "not" may turn the meaning round, and is said so; uncut, the item is gone."""
    editor.ask("cut", cuts=[{"p": "p2", "rev": 1, "from": 10, "to": 11, "reason": "content"}])
    (cut,) = [item for item in items(desk) if item.cause == "cut"]
    assert "“not”" in cut.say
    assert cut.must
    editor.ask("uncut", ids=list(desk.state.marks))
    assert not [item for item in items(desk) if item.cause == "cut"]


def test_another_speaker_inside_a_sentence_is_listed(tmp_path: Path) -> None:
    """One speaker stops without a full stop, the other goes on in lower case: somebody may be named wrongly."""
    one = Desk(make_show(tmp_path / "show", [(HOST, "We looked at the"), (GUEST, "results of that trial again.")]))
    assert [item.cause for item in items(one)] == ["speaker"]
    one.close()


def test_doubts_have_a_budget(tmp_path: Path) -> None:
    """What need not be checked is at most one place per minute."""
    turns = [(HOST, "Something about another longer question altogether here. ") for _ in range(40)]
    one = Desk(make_show(tmp_path / "show", [(who, said.strip()) for who, said in turns]))
    minutes = one.state.words[-1].end / 60_000
    assert len(items(one)) == round(minutes) == 2
    one.close()


def test_fillers_are_offered_but_never_near_what_matters(tmp_path: Path) -> None:
    """ "um" is offered with its word; "mm-hmm" is an answer; within two words of a number nothing is offered."""
    turns = [
        (HOST, "Um, so how are you today?"),
        (GUEST, "Mm-hmm, I am, uh, very well, you know, and happy."),
        (GUEST, "We gave uh 300 mg and it was, er, not enough."),
    ]
    one = Desk(make_show(tmp_path / "show", turns))
    found = offers(one.state, one.aligned, Lexicon.of(), one.subject.peaks)
    assert [(offer.kind, offer.text) for offer in found] == [
        ("filler", "Um,"),
        ("filler", "uh,"),
        ("phrase", "you know,"),
    ]
    editor = Editor(one)
    editor.ask("offer_rejected", offers=[["filler", found[0].start, found[0].end]])
    editor.ask("cut", cuts=[{"start": found[1].start, "end": found[1].end, "reason": "filler"}])
    left = offers(one.state, one.aligned, Lexicon.of(), one.subject.peaks)
    assert [offer.text for offer in left] == ["you know,"]
    one.close()


def test_pauses_come_from_the_sound(tmp_path: Path) -> None:
    """A silence of 3 s is shortened to 0.6 s from its middle; a gap between words that holds sound is none."""
    import numpy as np

    value = machine_json([(HOST, "One two."), (GUEST, "Three four."), (HOST, "Five six.")])
    subject = make_show(tmp_path / "show", [(HOST, "One two."), (GUEST, "Three four."), (HOST, "Five six.")])
    for word in value["words"][2:4]:
        word[2], word[3] = word[2] + 3000, word[3] + 3000
    for word in value["words"][4:]:
        word[2], word[3] = word[2] + 6000, word[3] + 6000
    from reviews import write_machine

    write_machine(subject.workspace.root, value)
    one = Desk(subject)
    last = one.state.words[-1].end
    peaks = np.zeros((last // 50 + 20, 2), np.int8)
    for word in one.state.words:
        peaks[word.start // 50 : word.end // 50 + 1] = (-60, 60)
    second = one.state.words[3].end + 1000
    peaks[second // 50 : second // 50 + 20] = (-40, 40)  # laughter that no word stands for
    peaks.tofile(subject.peaks)
    pauses = [offer for offer in offers(one.state, one.aligned, Lexicon.of(), subject.peaks) if offer.kind == "pause"]
    gap = (one.state.words[1].end, one.state.words[2].start)
    first = pauses[0]
    assert abs(first.start - (gap[0] + 300)) <= 100
    assert abs(first.end - (gap[1] - 300)) <= 100
    assert all(not (offer.start < second + 500 < offer.end) for offer in pauses)
    one.close()
    assert TURNS
