"""The check list: what is put before a person, why, in which order, and when it is settled."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reviews import GUEST, HOST, TURNS, Editor, desk, editor, machine_json, make_show, write_machine

from podcast_pipeline import codec
from podcast_pipeline.model.machine import MachineTranscript
from podcast_pipeline.model.terms import GlossaryWord
from podcast_pipeline.review.desk.checklist import Checklist
from podcast_pipeline.review.desk.critical import Near
from podcast_pipeline.review.desk.desk import Desk
from podcast_pipeline.review.desk.item import CAUSES, MUST, Item
from podcast_pipeline.review.desk.offers import offers
from podcast_pipeline.review.desk.precision import Tally, of_show, silent, tally
from podcast_pipeline.review.journal import journal
from podcast_pipeline.review.journal.acts.base import Base
from podcast_pipeline.review.journal.acts.heard import Heard
from podcast_pipeline.review.journal.acts.signoff import Signoff
from podcast_pipeline.review.page.view import Viewer
from podcast_pipeline.transcript.lexicon import lexicon

__all__ = ["desk", "editor"]


def items(desk: Desk, **machine: object) -> tuple[Item, ...]:
    value = {"schema": 1, "timeline": "source", "language": "en", "words": [], "turns": [], **machine}
    return Checklist(lexicon(), codec.decode(MachineTranscript, value)).open(desk.state, desk.aligned)


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


def test_what_is_nearly_a_known_word_is_offered() -> None:
    """One letter changed, left out or swapped in a medicine or a word of the show: the right word is the suggestion."""
    near = Near(lexicon([GlossaryWord("Polarwave", "device")]))
    assert near.meant("gabapentn") == near.meant("gabapnetin") == near.meant("gabapentim") == "gabapentin"
    assert near.meant("polarwafe") == "Polarwave"
    assert not any(
        near.meant(word) for word in ("gabapentin", "infection", "injection", "person", "lamotrigine", "oral")
    )


def test_sides_and_levels_and_look_alikes(tmp_path: Path) -> None:
    """Left and right, L4-L5, and a name that is taken for another are put before a person with their reason."""
    one = Desk(make_show(tmp_path / "show", [(HOST, "The left side at L4-L5 was given hydroxyzine today.")]))
    found = {item.cause: item.say for item in items(one)}
    assert "“left”" in found["side"]
    assert "L4-L5" in found["number"]
    assert "hydralazine" in found["drug"]
    one.close()


def test_the_recognisers_own_checks_are_used(tmp_path: Path) -> None:
    """Flags become items with the recogniser's sentence, suggestions offer the word; both by the words they name."""
    turns = [(HOST, "We spoke about chyphoplasty and the society today. Thanks for watching.")]
    flags = [{"code": "stock_phrase", "track": 0, "span": [3380, 4200], "words": [8, 10], "say": "Subtitle credits."}]
    meant = [{"words": [3, 3], "from": "chyphoplasty", "to": "kyphoplasty", "source": "glossary", "score": 0.92}]
    more: dict[str, Any] = {"flags": flags, "suggestions": meant}
    one = Desk(make_show(tmp_path / "show", turns, **more))
    found = items(one, **machine_json(turns, **more))
    assert ("near-miss", "chyphoplasty") in shown(one, found)
    assert [(item.say, item.must) for item in found if item.cause == "silence"] == [("Subtitle credits.", True)]
    assert next(item.suggestion for item in found if item.cause == "near-miss") == "kyphoplasty"
    one.close()


def test_speech_without_words_stands_behind_the_words_before_it(tmp_path: Path) -> None:
    """Two seconds in which somebody speaks and nothing is written are a place to hear, though no word marks it."""
    flag = {"code": "speech_without_words", "track": 0, "span": [3800, 4400], "words": None, "say": "0.6 s of speech."}
    one = Desk(make_show(tmp_path / "show"))
    (item,) = [item for item in items(one, flags=[flag]) if item.cause == "silence"]
    assert (item.p, item.start, item.end) == ("p1", 3800, 4400)
    assert item.must
    Editor(one).ask("resolve", items=[item.id], how="correct")
    assert not [item for item in items(one, flags=[flag]) if item.cause == "silence"]
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


def test_names_and_unknown_words_are_asked_about_once(tmp_path: Path) -> None:
    """A name of the show, one behind a title and one that no list has; a word of no list; each where it is first
    said, names before words. Plain words, inflected, medical or possessive, are not asked about."""
    turns = [
        (HOST, "Today Doctor Smith shows the Zelquora device to Alex Example, MD."),
        (GUEST, "We discussed patients' radiculopathies; gabaloobing Zelquora doesn't reprogramme neuropathic pain."),
        (HOST, " ".join(["We went on with this for another long while, and so on."] * 60)),
    ]
    one = Desk(make_show(tmp_path / "show", turns))
    found = Checklist(lexicon(people=["Alex Example"]), None).open(one.state, one.aligned)
    assert [(cause, said) for cause, said in shown(one, found) if cause in ("name", "word")] == [
        ("name", "Doctor Smith"), ("name", "Zelquora"), ("name", "Alex Example,"), ("word", "gabaloobing"),
    ]  # fmt: skip
    assert not any(item.must for item in found if item.cause in ("name", "word"))
    one.close()


def test_decisions_outlive_a_new_recognition(desk: Desk, editor: Editor) -> None:
    """Where cause and text are the same at nearly the same time, nobody is asked again; another dose is asked about."""
    editor.ask("resolve", items=[item.id for item in items(desk)], how="correct")
    assert items(desk) == ()
    value = machine_json([(who, text.replace("300 mg", "30 mg")) for who, text in TURNS])
    del value["words"][0]
    value["words"] = [
        [place, text, start + 40, end + 40, *more] for place, (_, text, start, end, *more) in enumerate(value["words"])
    ]
    value["turns"] = [turn | {"words": [max(0, place - 1) for place in turn["words"]]} for turn in value["turns"]]
    desk.close()
    write_machine(desk.subject.workspace.root, value)
    again = Desk(desk.subject)
    assert shown(again, items(again)) == [("number", "30 mg")]
    again.close()


def test_how_often_a_cause_was_right_is_counted_from_the_journal(desk: Desk, editor: Editor) -> None:
    """Found correct, corrected, undone, checked with its paragraph: the last end of each item counts, by cause."""
    number, negation, *_ = items(desk)
    editor.ask("resolve", items=["confidence-3-0123abcd"], how="correct")
    editor.edit("p2", "The dose was 30 mg of gabapentin, and it did not help him.")
    editor.edit("p2", "The dose was 300 mg of gabapentin, and it did not help him.")
    editor.edit("p2", "The dose was 300 mg of gabapentin, and it did help him.")
    editor.ask("check", ps=editor.revs("p2"))
    found = tally(desk.journal.lines, Checklist(lexicon(), None))
    assert found["negation"] == Tally(1, 1)
    assert found["number"] == found["drug"] == found["confidence"] == Tally(1, 0)
    assert {number.cause, negation.cause} == {"number", "negation"}


def test_a_doubt_that_was_seldom_right_is_not_asked_about(desk: Desk) -> None:
    """From 200 items on and below a quarter of edits a cause is off, as the sign-offs of all episodes recorded it; not
    one that must be checked, and not one that [review] ask keeps."""
    episodes = desk.subject.workspace.episodes
    counts = {"confidence": (150, 30), "number": (400, 0), "word": (300, 75)}
    for name, more in (("101-one", counts), ("102-two", {"confidence": (60, 5)})):
        (episodes / name).mkdir()
        signed = Signoff(name="", role="", audio_sha256="", transcript_sha256="", precision=more)
        begun = journal.begun(
            [Base(machine_sha256="", language="en"), signed, Heard(spans=())], HOST, datetime.now(UTC)
        )
        (episodes / name / "review.jsonl").write_bytes(b"".join(line.data + b"\n" for line in begun))
        copy = episodes / f"{name} (conflicted copy 2026-11-30)"
        copy.mkdir()
        (copy / "review.jsonl").write_bytes((episodes / name / "review.jsonl").read_bytes())
    total = of_show(episodes)
    assert total["confidence"] == Tally(210, 35)
    assert list(silent(total, ())) == ["confidence"]
    assert list(silent(total, ["confidence"])) == []
    viewer = Viewer(desk)
    assert viewer.whole()["silent"] == ["confidence"]
    assert not [item for item in viewer.whole()["all_items"] if item["cause"] == "confidence"]


def test_doubts_have_a_budget(tmp_path: Path) -> None:
    """What need not be checked is at most one place per minute, and none comes up for one that was decided."""
    turns = [(HOST, "Something about another longer question altogether here. ") for _ in range(40)]
    one = Desk(make_show(tmp_path / "show", [(who, said.strip()) for who, said in turns]))
    minutes = one.state.words[-1].end / 60_000
    assert len(items(one)) == round(minutes) == 2
    Editor(one).ask("resolve", items=[item.id for item in items(one)], how="correct")
    assert items(one) == ()
    one.close()


def test_fillers_are_offered_but_never_near_what_matters(tmp_path: Path) -> None:
    """ "um" is offered with its word; "mm-hmm" is an answer; within two words of a number nothing is offered."""
    turns = [
        (HOST, "Um, so how are you today?"),
        (GUEST, "Mm-hmm, I am, uh, very well, you know, and happy."),
        (GUEST, "We gave uh 300 mg and it was, er, not enough."),
    ]
    one = Desk(make_show(tmp_path / "show", turns))
    found = offers(one.state, one.aligned, lexicon(), (), (), ())
    assert [(offer.kind, offer.text) for offer in found] == [
        ("filler", "Um,"),
        ("filler", "uh,"),
        ("phrase", "you know,"),
    ]
    editor = Editor(one)
    editor.ask("offer_rejected", offers=[["filler", found[0].start, found[0].end]])
    editor.ask("cut", cuts=[{"start": found[1].start, "end": found[1].end, "reason": "filler"}])
    left = offers(one.state, one.aligned, lexicon(), (), (), ())
    assert [offer.text for offer in left] == ["you know,"]
    one.close()


def test_pauses_are_offered_until_somebody_decides(desk: Desk, editor: Editor) -> None:
    """A long silence is offered as the sound has it; cut or rejected it is not offered again."""
    viewer = Viewer(desk, lambda: [(3700, 4300), (9130, 9440)])
    assert [(one["kind"], one["start"]) for one in viewer.offers() if one["kind"] == "pause"] == [
        ("pause", 3700), ("pause", 9130),
    ]  # fmt: skip
    editor.ask("cut", cuts=[{"start": 3700, "end": 4300, "reason": "pause"}])
    editor.ask("offer_rejected", offers=[["pause", 9130, 9440]])
    assert not [one for one in viewer.offers() if one["kind"] == "pause"]


PLANTED = (
    # said by the speaker, written by the machine, a word of the place
    ("We gave 300 mg of gabapentin.", "We gave 30 mg of gabapentin.", "30"),
    ("The dose was fifteen milligrams.", "The dose was fifty milligrams.", "fifty"),
    ("It helped in 40% of patients.", "It helped in 14% of patients.", "14%"),
    ("We stimulate at 10 kHz here.", "We stimulate at 10 Hz here.", "10"),
    ("The block was at L4-L5.", "The block was at L3-L4.", "L3-L4."),
    ("She had two injections last year.", "She had ten injections last year.", "ten"),
    ("It was 0.5 ml of contrast.", "It was 5 ml of contrast.", "5"),
    ("The score fell to three.", "The score fell to thirty.", "thirty."),
    ("The pain was in the left leg.", "The pain was in the right leg.", "right"),
    ("The right side was treated first.", "The left side was treated first.", "left"),
    ("This is now recommended for all.", "This is not recommended for all.", "not"),
    ("The result is likely to last.", "The result is unlikely to last.", "unlikely"),
    ("Patients with pain did well.", "Patients without pain did well.", "without"),
    ("We could see the needle.", "We couldn't see the needle.", "couldn't"),
    ("He took hydroxyzine at night.", "He took hydralazine at night.", "hydralazine"),
    ("We used ropivacaine for this.", "We used bupivacaine for this.", "bupivacaine"),
    ("She was given tramadol again.", "She was given trazodone again.", "trazodone"),
    ("He is on pregabalin now.", "He is on pregablin now.", "pregablin"),
    ("It does not help him.", "It does help him.", ""),
    ("Nobody has never seen it.", "Nobody has ever seen it.", ""),
)


def test_how_many_planted_errors_the_list_would_catch(tmp_path: Path) -> None:
    """Of 20 planted errors in doses, sides, negations and names the list shows 18; a "not" that is gone leaves no word
    to show, which is why the whole is listened to as well."""
    caught = 0
    one = Desk(make_show(tmp_path / "show", [((HOST, GUEST)[i % 2], wrong) for i, (_, wrong, _) in enumerate(PLANTED)]))
    found = items(one)
    for place, (_, wrong, word) in enumerate(PLANTED, 1):
        at = wrong.split().index(word) if word else -1
        caught += any(item.must and item.p == f"p{place}" and item.first <= at <= item.last for item in found)
    one.close()
    assert caught == 18
