"""A sentence that may identify a patient: asked before the sign-off, answered by a person, bound to its words."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from browser import Opener, reviewing
from cases import good
from reviews import GUEST, HOST, Editor, make_show, subject_at

from podcast_pipeline.checks.case import Case
from podcast_pipeline.checks.privacy import check
from podcast_pipeline.loopback.refusal import Refused
from podcast_pipeline.review.desk import approval
from podcast_pipeline.review.desk.comparison import compare
from podcast_pipeline.review.desk.desk import Desk
from podcast_pipeline.review.desk.item import Item
from podcast_pipeline.review.desk.private import CAUSE, answers
from podcast_pipeline.review.page.view import Viewer

pytest_plugins = ["browser"]
TURNS = (
    (HOST, "Welcome to the show. Mrs. Oakheart came back after six weeks. She was glad."),
    (GUEST, "I have a patient, Maria Villanueva, who lives in Yakima. It did not help her."),
)
ASKED = "nobody has said whether"


def asked(desk: Desk) -> tuple[Item, ...]:
    return tuple(item for item in Viewer(desk).checklist.open(desk.state, desk.aligned) if item.cause == CAUSE)


def stands(desk: Desk) -> list[str]:
    """What the gate says of privacy: place and kind, by transcript and journal as they are on the disk."""
    subject = desk.subject
    desk.project()
    case = dataclasses.replace(good(), transcript=subject.transcript(), compared=compare(subject))
    case = Case(**{**vars(case), "show": subject.show, "episode": subject.episode})
    findings = [finding for finding in check(case) if finding.code in ("PHI01", "PHI02")]
    return [f"{finding.field}: {finding.sentence.partition(':')[0]}" for finding in findings]


def stopped(desk: Desk, by: str = HOST) -> bool:
    verdict = approval.judge(desk, Viewer(desk).checklist, "f" * 64, by)
    return any(error.startswith(ASKED) for error in verdict.errors)


def test_each_is_answered_before_the_sign_off_and_the_gate_takes_the_answer(tmp_path: Path) -> None:
    """Two sentences are asked about, first of all, and stop a demonstration's sign-off too. Who is not of the show, and
    who says it and is not the host, is refused. What was answered is no finding; with another word in it, it is one."""
    desk = Desk(make_show(tmp_path / "show", TURNS))
    assert stopped(desk)
    warnings = approval.judge(desk, Viewer(desk).checklist, "f" * 64, HOST).warnings
    assert any(warning.startswith("a patient's case is told at ") for warning in warnings)
    first, second = asked(desk)
    assert [item.p for item in (first, second)] == ["p1", "p2"]
    assert (first.first, first.last) == (4, 10)
    assert Viewer(desk).checklist.open(desk.state, desk.aligned)[:2] == (first, second)
    assert first.must
    for by, item in (("editor-anna", first), (GUEST, second)):
        with pytest.raises(Refused):
            Editor(desk, by).ask("resolve", items=[item.id], how="correct")
    Editor(desk).ask("check", ps={"p1": 1})
    assert len(asked(desk)) == 2  # that the words are right says nothing about whether they may stay
    assert len(stands(desk)) == 3
    Editor(desk, GUEST).ask("resolve", items=[first.id], how="correct")
    assert asked(desk) == (second,)
    Editor(desk).ask("resolve", items=[second.id], how="correct")
    assert (asked(desk), stopped(desk), stands(desk)) == ((), False, [])
    Editor(desk).edit("p1", TURNS[0][1].replace("six", "seven"))
    assert [item.p for item in asked(desk)] == ["p1"]
    assert stopped(desk)
    assert stands(desk) == ["paragraph p1 sentence 2: a named patient"]
    Editor(desk).edit("p1", TURNS[0][1])
    assert (asked(desk), stands(desk)) == ((), [])
    Editor(desk).ask("resolve", items=[first.id], how="open")
    assert len(asked(desk)) == 1
    assert len(stands(desk)) == 1
    desk.close()


def test_a_line_of_the_journal_by_nobody_of_the_show_is_no_answer(tmp_path: Path) -> None:
    """What another program, or a merge, wrote into the journal counts where the person may answer, and not else."""
    subject = make_show(tmp_path / "show", TURNS)
    desk = Desk(subject)
    first, second = asked(desk)
    Editor(desk).ask("resolve", items=[first.id, second.id], how="correct")
    desk.close()
    people = subject.workspace.root / "feed" / "people" / f"{HOST}.toml"
    people.rename(people.with_name("somebody-else.toml"))
    text = people.with_name("somebody-else.toml").read_text("utf-8")
    people.with_name("somebody-else.toml").write_text(text.replace(f'"{HOST}"', '"somebody-else"'), "utf-8")
    episode = subject.workspace.episode_toml(subject.slug)
    episode.write_text(episode.read_text("utf-8").replace(HOST, "somebody-else"), "utf-8")
    again = Desk(subject_at(tmp_path / "show"))
    assert len(asked(again)) == 2
    again.close()


def test_what_is_written_is_asked_about_too(tmp_path: Path) -> None:
    """A title is an item of no paragraph, with its place and text; another title asks again, in a page that is open."""
    subject = make_show(tmp_path / "show")
    path = subject.workspace.episode_toml(subject.slug)
    plain = path.read_text("utf-8")
    title = next(line for line in plain.splitlines() if line.startswith("title = "))
    desk = Desk(subject)
    viewer = Viewer(desk)
    assert not [item for item in viewer.changes(-1)["all_items"] if item["cause"] == CAUSE]
    path.write_text(plain.replace(title, 'title = "The story of Mrs. Oakheart"'), "utf-8")
    (item,) = [item for item in viewer.changes(desk.state.seq)["all_items"] if item["cause"] == CAUSE]
    assert (item["p"], item["text"]) == ("", "The story of Mrs. Oakheart")
    assert item["place"].endswith("episode.toml: title")
    assert stopped(desk)
    Editor(desk).ask("resolve", items=[item["id"]], how="correct")
    assert (asked(desk), stopped(desk), stands(desk)) == ((), False, [])
    path.write_text(plain.replace(title, 'title = "The story of Mrs. Oakheart, again"'), "utf-8")
    assert stopped(desk)
    assert len(asked(desk)) == 1
    assert stands(desk) == ["title: a named patient"]
    desk.close()


def test_cut_words_are_not_asked_about_and_an_answer_goes_with_words_taken_out(tmp_path: Path) -> None:
    """Cut for privacy, the sentence is asked about no more; and no digest is left from which it could be guessed."""
    desk = Desk(make_show(tmp_path / "show", TURNS))
    editor = Editor(desk)
    first, second = asked(desk)
    editor.ask("resolve", items=[first.id], how="correct")
    cut = {"p": "p1", "rev": editor.rev("p1"), "from": first.first, "to": first.last, "reason": "privacy"}
    editor.ask("cut", cuts=[cut])
    assert asked(desk) == (second,)
    desk.redact([mark.id for mark in desk.state.marks.values()], HOST)
    text = desk.subject.journal.read_text("utf-8")
    assert first.id.rpartition("-")[2] not in text
    assert "Oakheart" not in text
    assert set(answers(desk.state)) == {"0" * 16}
    assert asked(desk) == (second,)
    desk.close()


def test_the_page_asks_by_keyboard_and_on_a_small_screen(tmp_path: Path, open_page: Opener) -> None:
    """A written text comes with its place, and can neither be heard nor edited here; `1` lets it stay. Who may not
    answer is told why, and the question stays; whoever else the reader is may."""
    subject = make_show(tmp_path / "show", TURNS)
    path = subject.workspace.episode_toml(subject.slug)
    text = path.read_text("utf-8")
    title = next(line for line in text.splitlines() if line.startswith("title = "))
    path.write_text(text.replace(title, 'title = "The story of Mrs. Oakheart"'), "utf-8")
    with reviewing(tmp_path / "show", subject.slug) as running:
        tab = open_page(running.start, by=GUEST, mode="check")
        page = tab.page
        page.set_viewport_size({"width": 390, "height": 800})
        mark, cite = (f"document.querySelector('.card {name}')?.textContent" for name in ("mark", "cite"))
        tab.until(f"{mark} === 'The story of Mrs. Oakheart'")
        assert tab.call(cite) == f"episodes/{subject.slug}/episode.toml: title"
        assert page.get_by_role("button", name="Edit", exact=True).is_disabled()
        page.get_by_role("button", name="May stay").focus()
        page.keyboard.press("1")
        tab.until(f"{mark} === 'Mrs. Oakheart came back after six weeks.'")
        assert tab.call("document.documentElement.scrollWidth") <= 390
        page.keyboard.press("1")
        tab.until(f"{mark}?.startsWith('I have a patient')")
        page.keyboard.press("1")
        page.get_by_text("nobody answers for what is their own").wait_for()
        assert tab.call(mark).startswith("I have a patient")
        page.get_by_role("button", name="Cut for privacy…").click()
        page.get_by_role("button", name="Cut and take out").click()
        tab.until("document.querySelector('[data-id=p2] .text')?.textContent.includes('█')")
    journal = subject.journal.read_text("utf-8")
    assert "Villanueva" not in journal
    assert journal.count('"how":"correct"') == 2
