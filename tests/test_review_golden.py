"""Golden journals: what every kind of line does to a review, byte for byte as it was when the files were written.

`session.jsonl` is a review from its beginning to a second sign-off and the taking out of words, made again here with a
clock and ids of its own; `old.jsonl` is the same with lines as earlier versions spelt them. Beside each stands what
comes of it. --update-golden writes all of it anew, for the diff to be read.
"""

from __future__ import annotations

import copy
import dataclasses
import hashlib
import itertools
import json
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from reviews import GUEST, HOST, TURNS, Editor, machine_json, make_show, subject_at, write_machine

from podcast_pipeline import codec
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.loopback.refusal import Refused
from podcast_pipeline.review.desk import approval, desk, effort, precision, voiding
from podcast_pipeline.review.desk.desk import Desk, EditConflict
from podcast_pipeline.review.journal import journal, line, redaction
from podcast_pipeline.review.journal import replay as replaying
from podcast_pipeline.review.journal.acts import ACTS
from podcast_pipeline.review.journal.marks import Mark
from podcast_pipeline.review.journal.projection import Aligned, Written, transcript
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.review.page.view import Viewer
from podcast_pipeline.transcript import document

GOLDEN = Path(__file__).parent / "golden" / "journals"
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
FINAL = "ab" * 32
SOUND = hashlib.sha256(b"the recording").hexdigest()


def plain(state: State) -> dict[str, Any]:
    """`state` as JSON; of the sign-off what the state is asked for."""
    value = {field.name.replace("signed", "signoff"): getattr(state, field.name) for field in dataclasses.fields(state)}
    for name in ("rejected", "editors", "redacted", "projections"):
        value[name] = sorted(value[name])
    encoded: dict[str, Any] = codec.encode(value)
    return encoded


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that goes on by forty seconds at each look, ids in order, the same programs everywhere."""
    ticks, numbers, ops = itertools.count(), itertools.count(1), itertools.count(1)
    monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=next(ops)))
    monkeypatch.setattr(desk, "now", lambda: START + next(ticks) * timedelta(seconds=40))
    monkeypatch.setattr("secrets.token_hex", lambda size: f"{next(numbers):0{2 * size}x}")
    monkeypatch.setattr(voiding, "tools", lambda: {"ffmpeg": "7.1", "lameenc": "1.8.1"})
    monkeypatch.setattr("podcast_pipeline.__version__", "0.1.0")
    monkeypatch.setattr(
        Dossier, "facts", lambda self: {"title": self.episode.title}
    )  # not what the sample's people are


def session(root: Path) -> Path:
    """A review in which every kind of line is written, by the page, the command line and files that changed."""
    subject = make_show(root)
    show = root / "feed" / "show.toml"
    show.write_text(show.read_text("utf-8").replace('must_check = "error"', 'must_check = "warn"'), "utf-8")
    subject.mp3.write_bytes(4 * (b"\xff\xfb\x90\x64" + bytes(413)))  # silence, the same bytes everywhere
    subject.built("review.wav").write_bytes(b"the recording")
    with closing(Desk(subject)) as opened:
        _text(Editor(opened), Editor(opened, GUEST))
    with closing(Desk(subject_at(root))) as opened:
        _cuts(Editor(opened), Editor(opened, GUEST))
        opened.project(HOST)
    _by_hand(subject.transcript_json)
    with closing(Desk(subject_at(root))) as opened:
        Editor(opened).edit("p4", "We tried a nerve block, and all of the pain was gone.")
        opened.project(HOST)
    _parted_by_hand(subject.transcript_json)
    Desk(subject_at(root)).close()
    again = [(who, said.replace("nerve", "facet").replace("what did you", "what do you")) for who, said in TURNS]
    write_machine(root, machine_json(again, per_word=310))
    with closing(Desk(subject_at(root))) as opened:
        _signed(opened)
    return subject.journal


def _text(host: Editor, guest: Editor) -> None:
    host.edit("p1", "Welcome to this show. Today we speak about pain.", op="op-1")
    guest.edit("p2", "The dose was 30 mg of gabapentin, and it did not help him.")
    host.ask("replace_all", texts={"p1": [2, "Welcome to this show. Today we speak about aches."]}, find="pain",
             replacement="aches", undoes=9)  # fmt: skip
    host.ask("restore", p="p2", rev=2)
    host.ask("split", p="p2", rev=3, offset=len("The dose was 300 mg"))
    born = host.desk.state.order[2]
    host.edit(born, "of pregabalin, and it did not help him.")
    host.ask("merge", p="p2", rev=host.rev("p2"), next=born, next_rev=host.rev(born))
    host.ask("split", p="p4", rev=1, offset=len("We tried a nerve block,"))
    host.ask("speaker", ps=host.revs("p4"), speaker="S3")
    host.ask("speaker_rename", **{"from": "S3", "to": GUEST})
    host.ask("check", ps=host.revs("p1"))
    host.ask("check", ps=host.revs("p2", "p3"))
    guest.ask("uncheck", ps=guest.revs("p3"))
    guest.ask("query", p="p2", rev=guest.rev("p2"), text="Was it gabapentin or pregabalin?")
    guest.ask("query", p="p3", rev=guest.rev("p3"), text="Who asks?")
    host.ask("resolve", p="p3", rev=host.rev("p3"))
    items = [item.id for item in Viewer(host.desk).checklist.open(host.desk.state, host.desk.aligned)]
    for how, item in zip(("correct", "suggestion", "edited"), items * 3, strict=False):
        host.ask("resolve", items=[item], how=how)
    host.ask("resolve", items=items[:1], how="open")
    host.ask("resolve", items=["cut-c1", *items[-1:]], how="correct")


def _cuts(host: Editor, guest: Editor) -> None:
    host.ask("cut", cuts=[{"p": "p3", "rev": host.rev("p3"), "from": 0, "to": 0, "reason": "filler"}])
    guest.ask(
        "cut", cuts=[{"start": 100, "end": 400, "reason": "pause"}, {"start": 4000, "end": 4300, "reason": "content"}]
    )
    filler, pause, mark = guest.desk.state.marks.values()
    assert filler.words
    change = {
        "id": mark.id,
        "was": [mark.start, mark.end],
        "start": mark.start,
        "end": mark.end + 50,
        "reason": "content",
    }
    host.ask("cut", cuts=[change])
    host.ask("uncut", ids=[pause.id], undoes=30)
    host.ask("offer_rejected", offers=[["pause", 1000, 2000], ["filler", 1, 2]])
    host.ask("heard", spans=[[0, 1500], [1200, 4000]], sound=SOUND)
    guest.ask("heard", spans=[[0, 900]], final=FINAL)
    guest.ask("heard", spans=[[800, 2900]], final=FINAL)


def _by_hand(path: Path) -> None:
    """A word, a speaker, a cut taken out and one made, in an editor of text."""
    value = json.loads(path.read_text("utf-8"))
    value["paragraphs"][1]["words"][0][0] = "This"
    value["paragraphs"][0]["speaker"] = GUEST
    value["cuts"][0] = {**value["cuts"][0], "start": 7000, "end": 7300, "exact": True}
    value["cuts"][0]["id"] = ""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")


def _parted_by_hand(path: Path) -> None:
    value = json.loads(path.read_text("utf-8"))
    first = value["paragraphs"][0]
    value["paragraphs"].insert(1, {**first, "id": f"{first['id']}x", "words": first["words"][4:]})
    first["words"] = first["words"][:4]
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")


def _signed(opened: Desk) -> None:
    host = Editor(opened)
    for p in opened.state.listed():
        if p.query:
            host.ask("resolve", p=p.id, rev=host.rev(p.id))
    opened.project(HOST)
    approval.sign(opened, Viewer(opened).checklist, HOST, "editor", START)
    approval.withdraw(opened, HOST)
    host.edit("p2", f"{host.text('p2')} Indeed.")
    host.ask("query", p="p2", rev=host.rev("p2"), text="Is gabapentin meant, or pregabalin?")
    host.ask("resolve", p="p2", rev=host.rev("p2"))
    said = opened.aligned(opened.state, opened.state.paragraphs["p2"])
    place = next(i for i, token in enumerate(said) if token.text.startswith(("gabapentin", "pregabalin")))
    host.ask("cut", cuts=[{"p": "p2", "rev": host.rev("p2"), "from": place, "to": place, "reason": "privacy"}])
    opened.redact([mark.id for mark in opened.state.marks.values() if mark.reason == "privacy"], HOST)
    host.edit("p1", f"{host.text('p1')} So.")
    opened.project(HOST)
    approval.sign(opened, Viewer(opened).checklist, HOST, "editor", START)


def older(records: list[dict[str, Any]]) -> bytes:
    """`records` as earlier versions wrote them: the character of a split in `at`, no language in what is laid anew, no
    statement in what is signed, no recording of what was heard."""
    before, lines = "", []
    for record in copy.deepcopy(records):
        if record["kind"] == "split":
            record["at"] = record.pop("offset")
        if record["kind"] == "rebase":
            del record["language"]
        record.pop("statement_sha256", None)
        record.pop("sound", None)
        lines.append(json.dumps({**record, "prev": before}, ensure_ascii=False, separators=(",", ":")).encode())
        before = line.digest(lines[-1])
    return b"".join(data + b"\n" for data in lines)


def outcome(path: Path, root: Path) -> dict[str, Any]:
    """What comes of a journal: the state after each line, the text of record, and what is asked of its lines."""
    lines, state = journal.read(path), State()
    with closing(Desk(make_show(root))) as opened:
        subject, checklist = opened.subject, Viewer(opened).checklist
    states = []
    for one in lines:
        replaying.apply(state, one)
        states.append(codec.digest(plain(state))[:16])
    ends = [place + 1 for place, one in enumerate(lines) if one.act.kind == "signoff"]
    return {
        "states": states,
        "state": plain(state),
        "transcript": json.loads(document.text(transcript(state, Aligned().all(state), subject.names, Written()))),
        "minutes": effort.minutes(lines),
        "tally": codec.encode(precision.tally(lines, checklist)),
        "void": [voiding._text(subject, state, lines[first:last])
                 for first in ends for last in range(first, len(lines) + 1)],
        "redacted": [one.data.decode() for one in redaction.redacted(lines, _marks(state))],
    }  # fmt: skip


def _marks(state: State) -> list[Mark]:
    """Cuts through the whole of the text: a word here and there, and one paragraph nearly whole."""
    last = state.words[-1].end
    stretches = [(500, 900), (last // 3, last // 3 + 700), (last - 3000, last - 500)]
    return [Mark(f"c{start}", start, end, "privacy", HOST) for start, end in stretches]


def compare(path: Path, text: str, update: bool) -> None:
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    assert text.splitlines() == path.read_text("utf-8").splitlines()


def shown(value: dict[str, Any]) -> str:
    """JSON with a line for each part, short enough to read a diff of."""
    rows = (f"{json.dumps(name)}: {_rows(part)}" for name, part in value.items())
    return "{\n" + ",\n".join(rows) + "\n}\n"


def _rows(part: Any) -> str:
    if isinstance(part, dict):
        return "{\n " + ",\n ".join(f"{_short(key)}:{_short(one)}" for key, one in part.items()) + "\n}"
    return "[\n " + ",\n ".join(map(_short, part)) + "\n]" if isinstance(part, list) else _short(part)


def _short(part: Any) -> str:
    return json.dumps(part, ensure_ascii=False, separators=(",", ":"))


@pytest.mark.usefixtures("steady")
def test_a_session_writes_the_lines_that_it_wrote(tmp_path: Path, update_golden: bool) -> None:
    """The same acts in the same order: the same journal, byte for byte, through undo, sign-off and taking words out."""
    path = session(tmp_path / "show")
    records = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert {record["kind"] for record in records} == set(ACTS)
    compare(GOLDEN / "session.jsonl", path.read_text("utf-8"), update_golden)
    compare(GOLDEN / "old.jsonl", older(records).decode(), update_golden)


@pytest.mark.parametrize("name", ["session", "old"])
def test_what_comes_of_a_journal_is_what_came_of_it(name: str, tmp_path: Path, update_golden: bool) -> None:
    """Every state on the way, the text of record, minutes, how often a cause was right, what voided a sign-off, and the
    lines without the words of cuts."""
    compare(GOLDEN / f"{name}.json", shown(outcome(GOLDEN / f"{name}.jsonl", tmp_path / "show")), update_golden)


ODD: tuple[Any, ...] = (None, True, 7, "", "\x07", [], [[]], {}, {"p1": "1"}, {"p9": 1})
"""Values that a field of a request may have and mostly should not."""


def requests() -> Iterator[dict[str, Any]]:
    """A request of each kind, then each with a field left out, one too many, and each field with every odd value."""
    cut = {"p": "p3", "rev": 1, "from": 0, "to": 0, "reason": "filler"}
    good: list[dict[str, Any]] = [
        {"kind": "edit", "p": "p1", "rev": 1, "text": "So."},
        {"kind": "replace_all", "texts": {"p1": [1, "So."]}, "find": "a", "replacement": "b"},
        {"kind": "restore", "p": "p1", "rev": 1},
        {"kind": "split", "p": "p1", "rev": 1, "offset": 7},
        {"kind": "merge", "p": "p1", "rev": 1, "next": "p2", "next_rev": 1},
        {"kind": "speaker", "ps": {"p1": 1}, "speaker": "S1"},
        {"kind": "speaker_rename", "from": HOST, "to": "S1"},
        {"kind": "check", "ps": {"p1": 1}},
        {"kind": "uncheck", "ps": {"p1": 1}},
        {"kind": "query", "p": "p1", "rev": 1, "text": "So?"},
        {"kind": "resolve", "p": "p1", "rev": 1},
        {"kind": "resolve", "items": ["number-0-0123abcd"], "how": "correct"},
        {"kind": "cut", "cuts": [cut]},
        {"kind": "cut", "cuts": [{"start": 100, "end": 400, "reason": "pause"}]},
        {"kind": "uncut", "ids": ["c1"]},
        {"kind": "offer_rejected", "offers": [["pause", 1, 2]]},
        {"kind": "heard", "spans": [[0, 1]], "final": FINAL},
        *({"kind": kind} for kind in ("base", "base_paragraph", "rebase", "redact", "signoff", "withdraw", "unknown")),
    ]  # fmt: skip
    for one in good:
        yield one
        yield {**one, "colour": "red"}
        yield {**one, "undoes": 0}
        yield {**one, "undoes": 3}
        for name in one.keys() - {"kind"}:
            yield {key: value for key, value in one.items() if key != name}
            yield from ({**one, name: odd} for odd in ODD)
    for name in cut:
        yield {"kind": "cut", "cuts": [{key: value for key, value in cut.items() if key != name}]}
        yield from ({"kind": "cut", "cuts": [{**cut, name: odd}]} for odd in ODD)
    for offset in range(-1, 50):
        yield {"kind": "split", "p": "p1", "rev": 1, "offset": offset}


@pytest.mark.usefixtures("steady")
def test_what_is_refused_is_refused_in_the_same_words(tmp_path: Path, update_golden: bool) -> None:
    """Requests of every kind, right and wrong: the line they become, or the refusal, as it was."""
    rows = []
    subject = make_show(tmp_path / "show")
    Desk(subject).close()
    begun = subject.journal.read_bytes()
    for number, asked in enumerate(sorted(requests(), key=lambda one: json.dumps(one))):
        subject.journal.write_bytes(begun)
        with closing(Desk(subject)) as opened:
            try:
                opened.act({"op": f"op-{number}", "by": HOST, **asked})
                wrote = json.loads(subject.journal.read_bytes().splitlines()[-1])
                said = {
                    name: value for name, value in wrote.items() if name not in ("v", "seq", "at", "by", "op", "prev")
                }
                row: list[Any] = [asked, said]
            except (Refused, EditConflict, PodcastError) as error:
                row = [asked, type(error).__name__, error.message]
        rows.append(json.dumps(row, ensure_ascii=False, separators=(",", ":")))
    compare(GOLDEN / "requests.txt", "\n".join(rows) + "\n", update_golden)
