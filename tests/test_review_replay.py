"""Replay: the state is a function of the journal, and editing keeps its promises."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pace
import pytest
import soak
from hypothesis import given, settings
from hypothesis import strategies as st
from reviews import GUEST, HOST, TURNS, Editor, desk, editor, machine_json, make_show, subject_at, write_machine
from transcripts import PLAIN, TEXTS, words

from podcast_pipeline.loopback.refusal import Refused, TooLarge, Unknown
from podcast_pipeline.model.transcript import Word
from podcast_pipeline.review.desk.comparison import Compared, compare
from podcast_pipeline.review.desk.desk import Desk, EditConflict
from podcast_pipeline.review.desk.hold import held
from podcast_pipeline.review.journal import journal, tokens
from podcast_pipeline.review.journal.acts.edit import Edit
from podcast_pipeline.review.journal.line import Line, digest, written
from podcast_pipeline.review.journal.replay import replay
from podcast_pipeline.review.journal.stamp import Stamp
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.transcript import document
from podcast_pipeline.transcript.align import key

__all__ = ["desk", "editor"]
AT = "2026-11-21T14:03:11.204Z"


def reopened(one: Desk) -> Desk:
    one.close()
    return Desk(subject_at(one.subject.workspace.root))


def plain(state: State) -> object:
    return (state.listed(), state.marks, state.resolved, state.rejected, state.heard, state.order)


@settings(max_examples=soak.examples(30, 600))
@given(words(), st.lists(TEXTS, max_size=40))
def test_tokens_rise_inside_the_paragraph_and_keep_the_text(heard: tuple[Word, ...], typed: list[str]) -> None:
    """Whatever is typed: times rise without overlap inside what was heard, the words come back as typed."""
    text = " ".join(typed)
    try:
        found = tokens.timed(heard, 7, text)
    except ValueError:
        assert heard[-1].end - heard[0].start < len(text.split())
        return
    assert [token.text for token in found] == text.split()
    edges = [edge for token in found for edge in (token.start, token.end)]
    assert edges == sorted(edges)
    assert not edges or (edges[0] >= heard[0].start and edges[-1] <= heard[-1].end)
    assert all(key(token.text) == key(heard[token.source - 7].text) for token in found if token.source is not None)
    assert tokens.timed(heard, 7, text) == found


@settings(max_examples=soak.examples(30, 400))
@given(words())
def test_the_same_text_keeps_every_time(heard: tuple[Word, ...]) -> None:
    """An edit that changes nothing, or case and punctuation alone, changes no time."""
    text = " ".join(word.text for word in heard)
    expected = [(word.start, word.end) for word in heard for _ in word.text.split()]
    assert [(token.start, token.end) for token in tokens.timed(heard, 0, text)] == expected
    if all(key(word.text) for word in heard) and text.isascii():
        loud = tokens.timed(heard, 0, text.upper())
        assert [(token.start, token.end) for token in loud] == expected


class Random(Editor):
    """An editor who does anything that the page lets a person do."""

    def step(self, data: st.DataObject) -> None:
        state = self.desk.state
        p = data.draw(st.sampled_from(state.order))
        place = state.order.index(p)
        kind = data.draw(
            st.sampled_from(["edit", "split", "merge", "check", "uncheck", "query", "restore", "cut", "uncut"])
        )
        try:
            if kind == "edit":
                self.edit(p, " ".join(data.draw(st.lists(PLAIN, max_size=8))))
            elif kind == "split":
                self.ask("split", p=p, rev=self.rev(p), offset=data.draw(st.integers(0, len(self.text(p)))))
            elif kind == "merge" and place + 1 < len(state.order):
                after = state.order[place + 1]
                self.ask("merge", p=p, rev=self.rev(p), next=after, next_rev=self.rev(after))
            elif kind in ("check", "uncheck"):
                self.ask(kind, ps=self.revs(p))
            elif kind == "query":
                self.ask("query", p=p, rev=self.rev(p), text="Is that so?")
            elif kind == "restore":
                self.ask("restore", p=p, rev=self.rev(p))
            elif kind == "cut" and self.text(p):
                self.ask("cut", cuts=[{"p": p, "rev": self.rev(p), "from": 0, "to": 0, "reason": "content"}])
            elif kind == "uncut" and state.marks:
                self.ask("uncut", ids=[next(iter(state.marks))])
        except Refused:
            assert self.desk.state is state


@settings(max_examples=25)
@given(st.data())
def test_replay_gives_the_same_state_after_any_history(data: st.DataObject) -> None:
    """After any sequence of acts, reading the journal again gives the same paragraphs, texts, cuts and digest."""
    with tempfile.TemporaryDirectory() as folder:
        one = Desk(make_show(Path(folder) / "show"))
        for _ in range(data.draw(st.integers(1, 12))):
            Random(one, data.draw(st.sampled_from([HOST, GUEST]))).step(data)
        before, digest = plain(one.state), document.digest(one.transcript())
        covered = [i for p in one.state.listed() for i in range(p.first, p.last)]
        assert covered == list(range(len(one.state.words)))
        again = reopened(one)
        assert plain(again.state) == before
        assert plain(replay(again.journal.lines)) == before
        assert document.digest(again.transcript()) == digest
        again.close()


def test_the_journal_holds_the_machines_words(desk: Desk, editor: Editor) -> None:
    """A fresh clone has no build folder: the journal alone replays, and the reviewed text is all there."""
    editor.edit("p2", "The dose was 30 mg of gabapentin, and it did not help her.")
    text = document.text(desk.transcript())
    desk.project()
    build = desk.subject.workspace.build(desk.subject.slug)
    (build / "transcript.machine.json").unlink()
    again = reopened(desk)
    assert document.text(again.transcript()) == text
    assert desk.subject.transcript_json.read_text("utf-8") == text


def test_split_then_merge_is_nothing(desk: Desk, editor: Editor) -> None:
    """Parting a paragraph and joining it again leaves text, times and range as they were."""
    text, before = editor.text("p2"), document.digest(desk.transcript())
    editor.ask("split", p="p2", rev=1, offset=text.index(" of"))
    new = desk.state.order[2]
    assert (editor.text("p2"), editor.text(new)) == ("The dose was 300 mg", "of gabapentin, and it did not help him.")
    editor.ask("merge", p="p2", rev=editor.rev("p2"), next=new, next_rev=1)
    assert editor.text("p2") == text
    assert desk.state.paragraphs["p2"].state == "machine"
    assert document.digest(desk.transcript()) == before


def test_joined_paragraphs_keep_both_questions(desk: Desk, editor: Editor) -> None:
    """Nobody's open question goes when two paragraphs are joined."""
    editor.ask("query", p="p1", rev=1, text="Which show?")
    Editor(desk, GUEST).ask("query", p="p2", rev=1, text="300 or 30?")
    editor.ask("merge", p="p1", rev=2, next="p2", next_rev=2)
    assert desk.state.paragraphs["p1"].query == "Which show? 300 or 30?"


def test_an_emptied_paragraph_stays_empty(desk: Desk, editor: Editor) -> None:
    """Removing a made-up line is an edit, not the absence of one: it is gone from the transcript, also after replay."""
    editor.edit("p3", "")
    again = reopened(desk)
    assert again.state.paragraphs["p3"].state == "edited"
    assert [p.id for p in again.transcript().paragraphs] == ["p1", "p2", "p4"]
    again.close()


def test_times_do_not_depend_on_how_often_was_saved(desk: Desk, editor: Editor) -> None:
    """Saving every letter or once gives the same words at the same times."""
    goal = "The dose was 30 mg of pregabalin and it did help him."
    for length in range(4, len(goal)):
        editor.edit("p2", goal[:length])
    editor.edit("p2", goal)
    slow = desk.aligned(desk.state, desk.state.paragraphs["p2"])
    editor.ask("restore", p="p2", rev=editor.rev("p2"))
    editor.edit("p2", goal)
    assert desk.aligned(desk.state, desk.state.paragraphs["p2"]) == slow


def test_somebody_elses_edit_takes_the_check_back_ones_own_does_not(desk: Desk, editor: Editor) -> None:
    """A checked paragraph stays checked when the checker corrects it again, and drops to edited for anybody else."""
    editor.ask("check", ps=editor.revs("p1"))
    editor.edit("p1", "Welcome to this show.")
    assert desk.state.paragraphs["p1"].state == "checked"
    Editor(desk, GUEST).edit("p1", "Welcome to our show.")
    assert desk.state.paragraphs["p1"].state == "edited"


def test_an_old_revision_is_a_conflict_and_writes_nothing(desk: Desk, editor: Editor) -> None:
    """Whoever saves from an older revision is told which paragraph changed; the journal stays as it is."""
    editor.edit("p1", "Welcome.")
    seq = desk.journal.seq
    with pytest.raises(EditConflict) as caught:
        editor.ask("edit", p="p1", rev=1, text="Hello.")
    assert caught.value.ids == ("p1",)
    assert desk.journal.seq == seq


def test_the_same_operation_is_done_once(desk: Desk, editor: Editor) -> None:
    """A retry after a lost answer is no second line and no conflict with oneself, also after a restart."""
    first = editor.edit("p1", "Welcome.", op="one")
    request = {"op": "one", "by": HOST, "kind": "edit", "p": "p1", "rev": 1, "text": "Welcome."}
    assert desk.act(request) == first
    again = reopened(desk)
    assert again.act(request) == first
    assert again.journal.seq == first
    again.close()


@pytest.mark.parametrize(
    ("request_", "error", "message"),
    [
        ({"kind": "edit", "p": "p1", "rev": 1, "text": "a\x07b"}, Refused, "control character"),
        ({"kind": "edit", "p": "p1", "rev": 1, "text": "\u202e01\u202c mg"}, Refused, r"invisible character U\+202E"),
        ({"kind": "edit", "p": "p1", "rev": 1, "text": "a\nb"}, Refused, "line breaks"),
        ({"kind": "edit", "p": "p1", "rev": 1, "text": "a \ud800"}, Refused, "control character"),
        ({"kind": "edit", "p": "p1", "rev": 1, "text": "x" * 20_001}, TooLarge, "characters"),
        ({"kind": "edit", "p": "p1", "rev": 1, "text": "x " * 9_000}, Refused, "no time for these words"),
        ({"kind": "edit", "p": "p9", "rev": 1, "text": "x"}, Unknown, "no paragraph"),
        ({"kind": "edit", "p": "P1", "rev": 1, "text": "x"}, Refused, "not a paragraph"),
        ({"kind": "edit", "p": "p1", "rev": 1, "text": "x", "state": "checked"}, Refused, "unknown field"),
        ({"kind": "split", "p": "p1", "rev": 1, "offset": 3}, Refused, "not inside one|between two"),
        ({"kind": "merge", "p": "p1", "rev": 1, "next": "p3", "next_rev": 1}, Refused, "only neighbours"),
        ({"kind": "cut", "cuts": [{"start": 10, "end": 30, "reason": "content"}]}, Refused, "too short"),
        ({"kind": "cut", "cuts": [{"start": 10, "end": 300, "reason": "boring"}]}, Refused, "reason"),
        ({"kind": "redact"}, Refused, "unknown kind"),
        ({"kind": "signoff"}, Refused, "unknown kind"),
    ],
)
def test_senseless_requests_are_refused_and_leave_nothing(
    desk: Desk, request_: dict[str, Any], error: type[Exception], message: str
) -> None:
    """Each is refused with its reason; the journal has not a byte more."""
    before = desk.subject.journal.read_bytes()
    with pytest.raises(error, match=message):
        desk.act({"op": "x", "by": HOST, **request_})
    assert desk.subject.journal.read_bytes() == before


def test_a_cut_takes_its_words_out_and_uncut_brings_them_back(desk: Desk, editor: Editor) -> None:
    """Struck-out words leave transcript.json, which names the cut; they stay in the journal and come back."""
    before = document.digest(desk.transcript())
    editor.ask("cut", cuts=[{"p": "p3", "rev": 1, "from": 0, "to": 1, "reason": "filler"}])
    found = desk.transcript()
    assert found.paragraphs[2].text == "what did you try after that?"
    ((cut,), mark) = found.cuts, next(iter(desk.state.marks.values()))
    assert (cut.start, cut.end, cut.reason, cut.by) == (mark.start, mark.end, "filler", HOST)
    assert [desk.state.words[i].text for i in mark.words] == ["Um,", "so"]
    desk.project()
    written = document.read(desk.subject.transcript_json)
    assert written.cuts == found.cuts
    assert "Um" not in desk.subject.transcript_json.read_text("utf-8")
    # Text that is edited around a cut does not move it.
    editor.edit("p3", "Um, so tell me: what did you try after that?")
    assert desk.transcript().cuts == found.cuts
    editor.ask("restore", p="p3", rev=editor.rev("p3"))
    editor.ask("uncut", ids=[mark.id])
    assert document.digest(desk.transcript()) == before


def test_overlapping_cuts_are_united(desk: Desk, editor: Editor) -> None:
    """Two cuts that overlap are one stretch for the audio, and privacy wins as its reason."""
    editor.ask("cut", cuts=[{"p": "p2", "rev": 1, "from": 0, "to": 4, "reason": "content"}])
    editor.ask("cut", cuts=[{"p": "p2", "rev": 1, "from": 3, "to": 6, "reason": "privacy"}])
    (cut,) = desk.transcript().cuts
    times = desk.aligned(desk.state, desk.state.paragraphs["p2"])
    assert (cut.start, cut.end, cut.reason) == (times[0].start, times[6].end, "privacy")


def test_a_cut_between_typed_words_is_refused(desk: Desk, editor: Editor) -> None:
    """Where seconds of text were typed, nobody knows where a word ends: the edge is asked for by hand."""
    editor.edit("p2", "One two three four five six seven eight nine ten eleven twelve.")
    with pytest.raises(Refused, match="nobody knows where they are"):
        editor.ask("cut", cuts=[{"p": "p2", "rev": 2, "from": 3, "to": 5, "reason": "content"}])


def test_a_cut_gets_other_edges_and_another_reason(desk: Desk, editor: Editor) -> None:
    """Edges set by ear keep the cut's id, also between typed words; whoever saw older edges, and nonsense, is told."""
    editor.ask("cut", cuts=[{"p": "p2", "rev": 1, "from": 4, "to": 6, "reason": "content"}])
    (mark,) = desk.state.marks.values()
    was, by_ear = [mark.start, mark.end], {"id": mark.id, "start": mark.start + 10, "end": mark.end - 400}
    editor.ask("cut", cuts=[{**by_ear, "reason": "filler", "was": was}])
    (cut,) = desk.transcript().cuts
    assert (cut.id, cut.start, cut.end, cut.reason) == (mark.id, mark.start + 10, mark.end - 400, "filler")
    assert cut.exact
    assert len(desk.state.marks[mark.id].words) == 2
    with pytest.raises(Refused, match="in the meantime"):
        editor.ask("cut", cuts=[{**by_ear, "reason": "filler", "was": was}])
    now = [mark.start + 10, mark.end - 400]
    with pytest.raises(Refused, match="too short"):
        editor.ask("cut", cuts=[{**by_ear, "end": mark.start + 20, "reason": "filler", "was": now}])
    with pytest.raises(Unknown, match="no cut"):
        editor.ask("cut", cuts=[{**by_ear, "id": "c0", "reason": "filler", "was": now}])
    editor.edit("p2", "One two three four five six seven eight nine ten eleven twelve.")
    editor.ask("cut", cuts=[{**by_ear, "end": mark.end, "reason": "content", "was": now}])
    assert document.digest(desk.transcript()) == document.digest(reopened(desk).transcript())


def test_find_and_replace_is_one_line(desk: Desk, editor: Editor) -> None:
    """All places change in one line of the journal, and all or none: one old revision refuses the whole."""
    texts = {
        "p1": [1, "Welcome to the show. Today we speak about hurt."],
        "p4": [1, "We tried a nerve block, and the hurt was gone."],
    }
    seq = editor.ask("replace_all", texts=texts, find="pain", replacement="hurt")
    assert desk.journal.seq == seq
    assert editor.text("p4").count("hurt") == 1
    stale = {"p1": [2, "x"], "p4": [1, "y"]}
    with pytest.raises(EditConflict):
        editor.ask("replace_all", texts=stale, find="", replacement="")
    assert editor.text("p1").endswith("hurt.")


def test_speakers_change_for_turns_and_everywhere(desk: Desk, editor: Editor) -> None:
    """A turn gets another speaker; a rename reaches every paragraph and joins two speakers into one."""
    editor.ask("speaker", ps=editor.revs("p1"), speaker=GUEST)
    assert desk.state.paragraphs["p1"].speaker == GUEST
    editor.ask("speaker_rename", **{"from": GUEST, "to": HOST})
    assert {p.speaker for p in desk.transcript().paragraphs} == {HOST}


def test_text_changed_by_hand_is_taken_in(desk: Desk, editor: Editor) -> None:
    """A word corrected in transcript.json is an edit in the journal at the next start, with the times of the file."""
    editor.edit("p1", "Welcome to the show.")
    desk.project()
    path = desk.subject.transcript_json
    path.write_text(path.read_text("utf-8").replace('"nerve"', '"facet"'), "utf-8")
    written = document.digest(document.read(path))
    again = reopened(desk)
    assert again.notes == ["transcript.json was changed by hand: 1 changes are in the journal now"]
    assert "facet block" in again.state.paragraphs["p4"].text
    assert document.digest(again.transcript()) == written
    again.close()


def test_the_file_is_compared_with_the_journal(desk: Desk, editor: Editor) -> None:
    """Edited by hand, the first paragraph that differs is named; older than the journal is said; equal is nothing."""
    root = desk.subject.workspace.root
    assert compare(desk.subject) == Compared()
    desk.project()
    editor.edit("p4", "We tried a facet block, and the pain was gone.")
    assert compare(desk.subject) == Compared(older=True)
    desk.project()
    assert compare(desk.subject) == Compared()
    path = desk.subject.transcript_json
    path.write_text(path.read_text("utf-8").replace('"facet"', '"nerve"').replace('"after"', '"before"'), "utf-8")
    assert compare(desk.subject) == Compared(differs="paragraph 3")
    # A commit counts by the second: this one was long before.
    environment = {**os.environ, "GIT_COMMITTER_DATE": "2026-01-05T09:00:00Z"}
    git = ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", "-C", str(root)]
    for said in (["init", "-q"], ["add", "episodes"], ["commit", "-qm", "before"]):
        subprocess.run([*git, *said], check=True, env=environment)
    editor.ask("cut", cuts=[{"p": "p4", "rev": editor.rev("p4"), "from": 3, "to": 4, "reason": "privacy"}])
    desk.project()
    assert compare(desk.subject) == Compared(private=1)
    desk.redact(list(desk.state.marks), HOST)
    desk.project()
    assert compare(desk.subject) == Compared(commits=True)


def test_a_transcript_without_journal_begins_it(tmp_path: Path) -> None:
    """transcript.json of another shape: every word and time of it is kept, over the machine's words."""
    subject = make_show(tmp_path / "show")
    one = Desk(subject)
    Editor(one).ask("merge", p="p3", rev=1, next="p4", next_rev=1)
    Editor(one).edit("p1", "Welcome to this show.")
    text = document.text(one.transcript())
    one.close()
    subject.journal.unlink()
    subject.transcript_json.write_text(text, "utf-8")
    again = Desk(subject_at(subject.workspace.root))
    assert document.text(again.transcript()) == text
    assert [p.state for p in again.state.listed()] == ["edited", "machine", "machine"]
    assert len(again.state.words) == sum(len(said.split()) for _, said in TURNS)
    again.close()


def test_a_new_recognition_lies_under_the_texts(desk: Desk, editor: Editor) -> None:
    """Untouched paragraphs take the new words, edited ones keep their text, a misfit becomes a question."""
    root = desk.subject.workspace.root
    editor.edit("p1", "Welcome to the show. Today we speak about chronic pain.")
    editor.edit("p2", "Entirely different words that nobody ever recognised in here at all.")
    turns = list(TURNS)
    turns[2] = (HOST, "Um, so what have you tried after that?")
    write_machine(root, machine_json(turns))
    again = reopened(desk)
    p1, p2, p3, _ = again.state.listed()
    assert (p1.text, p1.query) == ("Welcome to the show. Today we speak about chronic pain.", "")
    assert p2.text.startswith("Entirely different")
    assert "recognised again" in p2.query
    assert p3.text == "Um, so what have you tried after that?"
    assert plain(replay(again.journal.lines)) == plain(again.state)
    again.close()


def test_flags_alone_are_no_new_recognition(desk: Desk, editor: Editor) -> None:
    """Another machine transcript with the same words leaves the journal as it is."""
    write_machine(
        desk.subject.workspace.root, machine_json(TURNS, flags=[{"code": "loop", "span": [0, 1], "say": "x"}])
    )
    seq = desk.journal.seq
    again = reopened(desk)
    assert again.journal.seq == seq
    again.close()


def test_a_second_page_is_refused_by_name(tmp_path: Path) -> None:
    """Whoever comes second hears who is there and where its page is; nothing is opened."""
    subject = make_show(tmp_path / "show")
    with held(subject) as lock:
        lock.write_text("http://127.0.0.1:1234/\n", "utf-8")
        with pytest.raises(Exception, match=r"process \d+.*http://127.0.0.1:1234/"), held(subject):
            pass


def test_the_transcript_is_written_only_when_it_changed(desk: Desk, editor: Editor) -> None:
    """Projecting twice writes once; the journal knows every digest that ever stood in transcript.json."""
    assert desk.project()
    assert not desk.project()
    assert document.digest(document.read(desk.subject.transcript_json)) in desk.state.projections


def test_unacknowledged_projections_are_still_the_journals(desk: Desk, editor: Editor) -> None:
    """A kill between the edit and the rewriting of transcript.json: the old file is known, not "changed by hand"."""
    desk.project()
    editor.edit("p1", "Welcome.")
    again = reopened(desk)
    assert again.notes == []
    assert again.state.paragraphs["p1"].text == "Welcome."
    again.close()


def test_twenty_thousand_lines_replay_at_the_pace_of_json(tmp_path: Path) -> None:
    """Reading and replaying 20,000 lines costs a small multiple of what decoding their JSON alone does."""
    subject = make_show(tmp_path / "show", [(HOST, "word " * 60)] * 50)
    one = Desk(subject)
    state, revs = one.state, dict.fromkeys(one.state.order, 1)
    lines: list[Line] = []
    for number in range(20_000):
        p = state.order[number % len(state.order)]
        stamp, act = Stamp(state.seq + 1 + number, AT, HOST), Edit(p=p, base=revs[p], text=f"word {number} " * 30)
        lines.append(written(act, stamp, digest(lines[-1].data) if lines else one.journal.last, f"o{number}"))
        revs[p] += 1
    with open(subject.journal, "ab") as stream:
        stream.writelines(line.data + b"\n" for line in lines)
    one.close()
    states: list[State] = []
    plain = min(pace.cpu(lambda: [json.loads(line) for line in subject.journal.open("rb")]) for _ in range(3))
    used = min(pace.cpu(lambda: states.append(replay(journal.read(subject.journal)))) for _ in range(3))
    read = journal.read(subject.journal)
    assert states[0].seq == len(read) > 20_000
    assert used < 12 * plain
    assert read[-len(lines) :] == tuple(lines)
