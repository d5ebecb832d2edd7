"""Every kind of line that a journal can hold goes through all that reads journals: nothing of it stops on one."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import pytest
import soak
from browser import Opener, give_sound, reviewing
from reviews import GUEST, HOST, Editor, desk, fields, make_show, subject_at
from shows import ShowDir, podcast

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.loopback.answer import encoded
from podcast_pipeline.review.desk import approval, exchange
from podcast_pipeline.review.desk.desk import Desk
from podcast_pipeline.review.journal import journal, replay
from podcast_pipeline.review.journal import line as lines
from podcast_pipeline.review.journal.act import Act, registered
from podcast_pipeline.review.journal.acts import ACTS
from podcast_pipeline.review.journal.acts.check import Check
from podcast_pipeline.review.journal.acts.split import Split
from podcast_pipeline.review.journal.stamp import ENVELOPE
from podcast_pipeline.review.page.view import Viewer

__all__ = ["desk"]
pytest_plugins = ["shows", "browser"]


@dataclass(frozen=True)
class Room:
    """An episode whose review is opened and closed for each act, as by several people one after the other."""

    show: ShowDir

    @contextlib.contextmanager
    def at_desk(self, by: str = HOST) -> Iterator[Editor]:
        with contextlib.closing(Desk(subject_at(self.show.root, self.show.slug))) as opened:
            yield Editor(opened, by)

    @property
    def path(self) -> Path:
        return self.show.folder / "review.jsonl"

    def ask(self, kind: str, by: str = HOST, **fields: Any) -> None:
        """An act; the revisions of the paragraphs are those of now."""
        with self.at_desk(by) as editor:
            if "p" in fields:
                fields["rev"] = editor.rev(str(fields["p"]))
            if "next" in fields:
                fields["next_rev"] = editor.rev(str(fields["next"]))
            if isinstance(ids := fields.get("ps"), list):
                fields["ps"] = editor.revs(*ids)
            editor.ask(kind, **fields)

    def edit(self, more: str, by: str = HOST) -> None:
        with self.at_desk(by) as editor:
            p = editor.desk.state.order[0]
            editor.edit(p, f"{editor.text(p)} {more}".strip())

    def first(self, longer: int = 0) -> str:
        """The first paragraph with more than so many words."""
        with self.at_desk() as editor:
            return next(p.id for p in editor.desk.state.listed() if p.last - p.first > longer and p.text)

    def after(self, p: str) -> str:
        with self.at_desk() as editor:
            order = editor.desk.state.order
            return order[order.index(p) + 1]

    def split(self) -> None:
        p = self.first(2)
        with self.at_desk() as editor:
            offset = editor.text(p).index(" ")
        self.ask("split", p=p, offset=offset)

    def merge(self) -> None:
        p = self.first()
        self.ask("merge", p=p, next=self.after(p))

    def replace_all(self, by: str) -> None:
        p = self.first()
        with self.at_desk() as editor:
            texts = {p: [editor.rev(p), f"{editor.text(p)} {by}"]}
        self.ask("replace_all", texts=texts, find="", replacement=by)

    def speaker_rename(self, old: str, new: str) -> None:
        self.ask("speaker_rename", **{"from": old, "to": new})

    def cut(self, reason: str = "content") -> None:
        self.ask("cut", cuts=[{"start": 4000, "end": 4200, "reason": reason}])

    def uncut(self) -> None:
        with self.at_desk() as editor:
            ids = list(editor.desk.state.marks)
        self.ask("uncut", ids=ids)

    def rebase(self) -> None:
        """transcript.json with other paragraphs, by hand; taken in when the review is opened again."""
        self.project()
        path = self.show.folder / "transcript.json"
        value = json.loads(path.read_text("utf-8"))
        first = value["paragraphs"][0]
        value["paragraphs"].insert(1, {**first, "id": f"{first['id']}x", "words": first["words"][1:]})
        first["words"] = first["words"][:1]
        path.write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")
        with self.at_desk():
            pass

    def project(self) -> None:
        self.edit("well")
        with self.at_desk() as editor:
            assert editor.desk.project(HOST)

    def redact(self) -> None:
        self.cut("privacy")
        with self.at_desk() as editor:
            editor.desk.redact([m.id for m in editor.desk.state.marks.values() if m.reason == "privacy"], HOST)

    def sign(self) -> None:
        """Sign, when what stands in the way is gone: open questions, voices without a name, cuts that are not built."""
        with self.at_desk() as editor:
            for p in editor.desk.state.listed():
                if p.query:
                    editor.ask("resolve", p=p.id, rev=editor.rev(p.id))
            for speaker in {p.speaker for p in editor.desk.state.listed()} - {HOST, GUEST}:
                editor.ask("speaker_rename", **{"from": speaker, "to": HOST})
            editor.desk.project(HOST)
        self.show.podcast("build", self.show.slug)
        with self.at_desk() as editor:
            approval.sign(editor.desk, Viewer(editor.desk).checklist, HOST, "", datetime.now(UTC))

    def withdraw(self) -> None:
        self.sign()
        with self.at_desk() as editor:
            approval.withdraw(editor.desk, HOST)


Doing = Callable[[Room], object]


def _then(*acts: Doing) -> Doing:
    """One act after the other."""

    def both(room: Room) -> None:
        for act in acts:
            act(room)

    return both


def _begin(room: Room) -> None:
    """Every journal begins with these."""
    with room.at_desk():
        pass


CASES: dict[str, tuple[Doing, Doing | None]] = {
    "base": (_begin, None),
    "base_paragraph": (_begin, None),
    "edit": (lambda room: room.edit("so"), lambda room: room.edit("not so", GUEST)),
    "replace_all": (lambda room: room.replace_all("then"), lambda room: room.replace_all("now")),
    "restore": (lambda room: room.ask("restore", p=room.first()), lambda room: room.edit("again")),
    "split": (Room.split, Room.merge),
    "merge": (_then(Room.split, Room.merge), Room.split),
    "speaker": (
        lambda room: room.ask("speaker", ps=[room.first()], speaker=GUEST),
        lambda room: room.ask("speaker", ps=[room.first()], speaker=HOST),
    ),
    "speaker_rename": (
        lambda room: room.speaker_rename(HOST, "S9"),
        lambda room: room.speaker_rename("S9", HOST),
    ),
    "check": (
        lambda room: room.ask("check", ps=[room.first()]),
        lambda room: room.ask("uncheck", ps=[room.first()]),
    ),
    "uncheck": (
        _then(
            lambda room: room.ask("check", ps=[room.first()]),
            lambda room: room.ask("uncheck", ps=[room.first()]),
        ),
        lambda room: room.ask("check", ps=[room.first()]),
    ),
    "query": (
        lambda room: room.ask("query", p=room.first(), text="Is that so?"),
        lambda room: room.ask("resolve", p=room.first()),
    ),
    "resolve": (
        lambda room: room.ask("resolve", items=["number-0-0123abcd"], how="correct"),
        lambda room: room.ask("resolve", items=["number-0-0123abcd"], how="open"),
    ),
    "cut": (Room.cut, Room.uncut),
    "uncut": (_then(Room.cut, Room.uncut), Room.cut),
    "offer_rejected": (lambda room: room.ask("offer_rejected", offers=[["pause", 1000, 2000]]), None),
    "heard": (lambda room: room.ask("heard", spans=[[0, 1500]], sound="ab" * 32), None),
    "rebase": (Room.rebase, None),
    "redact": (Room.redact, None),
    "signoff": (Room.sign, Room.withdraw),
    "withdraw": (Room.withdraw, Room.sign),
    "projection": (Room.project, None),
}
"""For each kind an act that writes a line of it, and what takes that back, as Ctrl+Z does: by other lines."""


def done(room: Room, kinds: list[str]) -> None:
    """Each of `kinds` done, undone, done again."""
    for kind in kinds:
        act, back = CASES[kind]
        for step in (act, back, act) if back else (act,):
            step(room)
        assert kind in {line.act.kind for line in journal.read(room.path)}, kind


def as_of_old(path: Path) -> int:
    """Spell every second `split` as it was before: the character in `at`, over the time. How many."""
    count, before, made = 0, "", []
    for shape in fields(journal.read(path)):
        if shape["kind"] == "split" and (count := count + 1) % 2:
            shape["at"] = shape.pop("offset")
        made.append(json.dumps({**shape, "prev": before}, ensure_ascii=False, separators=(",", ":")).encode())
        before = lines.digest(made[-1])
    path.write_bytes(b"".join(line + b"\n" for line in made))
    return count


def read_by_all(room: Room) -> None:
    """All that reads a journal: status, build, accuracy, check, the page's whole view, Word out and back."""
    show = room.show
    show.podcast("build", show.slug)
    show.podcast("status", show.slug)
    show.podcast("status", show.slug, "--json")
    show.podcast("accuracy", show.slug, code=0 if show.workspace.transcript_json(show.slug).exists() else 1)
    assert podcast("-C", str(show.root), "check", show.slug, "--json").code in (0, 1), "1: a claim in other words"
    with room.at_desk() as editor:
        viewer = Viewer(editor.desk)
        view = json.loads(encoded(viewer.whole()))
        assert all(isinstance(p["at"], str) for p in view["paragraphs"] if "at" in p)
        viewer.verdict(HOST)
        exchange.write_docx(editor.desk, show.root / "talk.docx")
        assert exchange.take_back(editor.desk, show.root / "talk.docx", HOST) == exchange.Taken(0, 0)
        state, read = editor.desk.state, list(editor.desk.journal.lines)
    assert replay.replay(read) == state
    with room.at_desk() as editor:
        assert editor.desk.state == state


def test_every_kind_has_its_case() -> None:
    """A new kind of line comes with its case here."""
    assert set(CASES) == set(ACTS)


@pytest.mark.slow
@pytest.mark.parametrize(
    "kinds", [[*CASES], *([kind] for kind in [*CASES][: soak.examples(0, len(CASES))])], ids="+".join
)
def test_every_kind_of_line_goes_through_all_that_reads_journals(built: ShowDir, kinds: list[str]) -> None:
    """Done, undone, done again; built; signed; edited, so that it is void; signed again; public; opened again."""
    room = Room(built)
    done(room, kinds)
    assert as_of_old(room.path) == [line.act.kind for line in journal.read(room.path)].count("split")
    read_by_all(room)
    room.sign()
    read_by_all(room)
    room.edit("indeed")
    with room.at_desk() as editor:
        editor.desk.project(HOST)
    read_by_all(room)
    said = built.podcast("status", built.slug).out
    assert "sign-off void" in said
    built.podcast("publish", built.slug, code=1)
    built.seal()
    built.podcast("signoff", built.slug, "--by", HOST, "--yes")
    read_by_all(room)
    built.podcast("publish", built.slug)
    read_by_all(room)


@pytest.mark.slow
def test_a_parted_paragraph_does_not_break_the_episode(built: ShowDir, open_page: Opener) -> None:
    """Enter in a paragraph of the page, signed, built: accuracy, status and the page go on as before."""
    give_sound(built.build, [built.folder / "raw" / f"{name}.flac" for name in ("host", "guest")])
    with reviewing(built.root, built.slug) as running:
        tab = open_page(running.start)
        turns = tab.page.locator(".turn").count()
        tab.page.locator(".turn .text").first.focus()
        tab.page.keyboard.press("Control+Home")
        for _ in range(3):
            tab.page.keyboard.press("Control+ArrowRight")
        tab.page.keyboard.press("Enter")
        tab.until(f"document.querySelectorAll('.turn').length === {turns + 1}")
        running.stop()
    built.podcast("signoff", built.slug, "--by", HOST, "--yes")
    built.podcast("build", built.slug)
    assert json.loads(built.podcast("accuracy", built.slug, "--json").out)["review"]["minutes"] is not None
    built.podcast("status", built.slug)
    with reviewing(built.root, built.slug) as running:
        tab = open_page(running.start, mode="changes")
        assert tab.page.locator(".turn").count() == turns + 1
        assert tab.complaints == []
    built.podcast("publish", built.slug)


def test_no_act_has_a_field_with_a_name_of_the_envelope(desk: Desk) -> None:
    """A kind with such a field, or with the name of another one, cannot be registered; a field that nobody knows is
    named by its line."""
    for name in sorted(ENVELOPE):
        odd = dataclasses.make_dataclass("Odd", [(name, int)], bases=(Act,), frozen=True, namespace={"kind": "odd"})
        with pytest.raises(ValueError, match=f"'{name}' of a odd is every line's own"):
            registered(odd)
    with pytest.raises(ValueError, match="two acts are called 'check'"):
        registered(Check, Check)
    path = desk.subject.journal
    desk.write(Check(ps={}), HOST)
    desk.close()
    *whole, last = path.read_bytes().splitlines()
    for spoilt, said in (
        ({"colour": "red"}, "unknown field 'colour' of a check"),
        ({"ps": 7}, "Check.ps: Expected `?object`?, got `?int"),
        ({"kind": "guess"}, "unknown kind 'guess'"),
    ):
        path.write_bytes(b"\n".join([*whole, json.dumps({**json.loads(last), **spoilt}).encode(), b""]))
        with pytest.raises(PodcastError, match=f"line {len(whole) + 1}: cannot be read: {said}"):
            Desk(subject_at(desk.subject.workspace.root))


def test_a_split_of_old_keeps_its_place_and_has_the_time_of_the_line_before(tmp_path: Path) -> None:
    """Read, redacted, voided and compared: the character is where it was, the time is one."""
    room = Room(ShowDir(make_show(tmp_path / "show").workspace.root))
    room.edit("so")
    room.split()
    with room.at_desk() as editor:
        texts = [p.text for p in editor.desk.state.listed()]
    assert as_of_old(room.path) == 1
    assert json.loads(room.path.read_bytes().splitlines()[-1])["at"] == len("Welcome")
    *_, edit, split = journal.read(room.path)
    assert isinstance(split.act, Split)
    assert (split.at, split.act.offset) == (edit.at, len("Welcome"))
    room.redact()
    with room.at_desk() as editor:
        assert [p.text for p in editor.desk.state.listed()] == texts
        assert all(datetime.fromisoformat(line.at) for line in editor.desk.journal.lines)


@pytest.mark.parametrize(("name", "value"), [("at", 7), ("at", None), ("by", 7), ("kind", 7)])
def test_a_line_without_time_person_or_kind_is_named(tmp_path: Path, name: str, value: object) -> None:
    """A chain that holds is not enough: what every reader counts on is looked at where lines are read."""
    subject = make_show(tmp_path / "show")
    Desk(subject).close()
    *lines, last = subject.journal.read_bytes().splitlines()
    spoilt = json.dumps({**json.loads(last), name: value}).encode()
    subject.journal.write_bytes(b"\n".join([*lines, spoilt, b""]))
    with pytest.raises(PodcastError, match=f"line {len(lines) + 1}: "):
        journal.read(subject.journal)


def test_words_of_word_documents_are_no_fields(desk: Desk, tmp_path: Path) -> None:
    """An import writes edits, whatever stands in the document."""
    exchange.write_docx(desk, tmp_path / "talk.docx")
    document = docx.Document(str(tmp_path / "talk.docx"))
    document.paragraphs[3].text = '{"at": 7, "seq": 1}'
    document.save(str(tmp_path / "talk.docx"))
    assert exchange.take_back(desk, tmp_path / "talk.docx", HOST) == exchange.Taken(1, 0)
    assert datetime.fromisoformat(desk.journal.lines[-1].at)


def test_a_change_by_hand_is_taken_in_once(tmp_path: Path) -> None:
    """transcript.json edited by hand, opened, corrected further, the power cut: the correction stays."""
    room = Room(ShowDir(make_show(tmp_path / "show").workspace.root))
    room.project()
    path = room.show.folder / "transcript.json"
    path.write_text(path.read_text("utf-8").replace("gabapentin", "pregabalin"), "utf-8")
    room.edit("indeed")
    with room.at_desk() as editor:
        assert [line.act.kind for line in editor.desk.journal.lines[-3:]] == ["edit", "projection", "edit"]
        assert editor.text("p1").endswith("well indeed")
        assert "pregabalin" in editor.text("p2")
        assert editor.desk.notes == []


def test_a_change_by_hand_of_an_older_text_takes_nothing_back(tmp_path: Path) -> None:
    """transcript.json edited by hand while the journal has newer words: both changes of different paragraphs hold,
    two of one paragraph stay both, one as a question; parted by hand, it is refused."""
    room = Room(ShowDir(make_show(tmp_path / "show").workspace.root))
    room.project()
    with room.at_desk() as editor:
        editor.edit("p2", "The dose was 30 mg of gabapentin, and it did not help him.")
        editor.edit("p3", "Um, what did you try?")
        editor.ask("cut", cuts=[{"start": 100, "end": 300, "reason": "content"}])
    path = room.show.folder / "transcript.json"
    older = path.read_text("utf-8")
    path.write_text(older.replace('"gabapentin,"', '"pregabalin,"').replace('"nerve"', '"facet"'), "utf-8")
    with room.at_desk() as editor:
        assert editor.text("p2") == "The dose was 30 mg of gabapentin, and it did not help him."
        assert "300 mg of pregabalin" in editor.desk.state.paragraphs["p2"].query
        assert editor.text("p3") == "Um, what did you try?"
        assert "facet block" in editor.text("p4")
        assert len(editor.desk.state.marks) == 1
        assert "1 of these paragraphs had newer text here" in editor.desk.notes[1]
    assert "facet" in path.read_text("utf-8")
    assert '"30"' in path.read_text("utf-8")
    room.edit("since")
    value = json.loads(older)
    value["paragraphs"][0]["id"], value["paragraphs"][0]["words"] = "q1", value["paragraphs"][0]["words"][:2]
    path.write_text(json.dumps(value), "utf-8")
    before = room.path.read_bytes()
    with pytest.raises(PodcastError, match="the journal has newer text"), room.at_desk():
        pass
    assert room.path.read_bytes() == before
