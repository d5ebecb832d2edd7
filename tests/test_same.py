"""`make same`: what the program does is what it did, or a line says why; a show of an earlier version is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import same
from msgspec import Struct
from reviews import Editor, subject_at
from shows import VERIFIED, ShowDir, sign

from podcast_pipeline import codec
from podcast_pipeline.episode import records
from podcast_pipeline.model.machine import MACHINE
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.timeline import TIMELINE
from podcast_pipeline.pipeline import stages
from podcast_pipeline.review.desk.comparison import compare
from podcast_pipeline.review.desk.desk import Desk
from podcast_pipeline.review.journal import journal
from podcast_pipeline.transcribe import document
from podcast_pipeline.transcribe.report import QUALITY

HEAVY = ("probe", "mix", "normalize", "transcribe", "encode")
"""Stages that make sound and words: made again, a sign-off might fall."""
PUBLISHED, SIGNED = "001-published", "002-signed"


@pytest.fixture
def old(tmp_path: Path) -> ShowDir:
    """A copy of the show of an earlier version, at the episode that is signed and not published."""
    return ShowDir(same.old_show(tmp_path / "old"), SIGNED)


def test_everything_is_as_before(tmp_path: Path) -> None:
    """Sheets of stages, texts, help, status, findings and replayed journals are the kept ones."""
    changed = same.differences(same.made(tmp_path), same.expected())
    assert not changed, "\n".join(changed.values())


def test_every_difference_was_given_a_reason() -> None:
    """No kept file was changed without a line in DIFFERENCES.md that names what it holds now."""
    assert same.unexplained(same.expected(), same.REASONS.read_text("utf-8")) == []


def test_the_same_on_any_machine(tmp_path: Path) -> None:
    """Twice from other folders the same bytes, and none of them names a folder of this machine."""
    one, two = same.made(tmp_path / "one"), same.made(tmp_path / "another place" / "two")
    assert one == two
    for name, whole in one.items():
        for place in (tmp_path, same.REPOSITORY):
            assert str(place) not in whole, name


def test_a_difference_is_refused_until_it_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A changed text is a diff and an exit code; taken over by hand it has no reason; ACCEPT asks for one."""
    expected, reasons = tmp_path / "expected", tmp_path / "DIFFERENCES.md"
    reasons.write_text("Why each kept file holds what it holds.\n")
    now = {"one.txt": "a\n", "gone.txt": "b\n"}
    monkeypatch.setattr(same, "REPOSITORY", tmp_path)
    monkeypatch.setattr(same, "EXPECTED", expected)
    monkeypatch.setattr(same, "REASONS", reasons)
    monkeypatch.setattr(same, "made", lambda _: dict(now))
    accept = ["--accept", "--why", "The first state of all"]
    assert same.main(accept) == 0
    assert same.expected() == now
    assert same.main([]) == 0

    del now["gone.txt"]
    now["one.txt"] = "c\n"
    assert same.main([]) == 1
    said = capsys.readouterr().out
    assert "-a\n+c\n" in said
    assert "other than before: gone.txt" in said
    (expected / "one.txt").write_text("c\n")
    (expected / "gone.txt").unlink()
    assert same.main([]) == 1
    assert "one.txt: no line of DIFFERENCES.md says why" in capsys.readouterr().out

    (expected / "one.txt").write_text("a\n")
    assert same.main(["--accept", "--why", "so"]) == 2
    assert same.expected() == {"one.txt": "a\n"}
    assert same.main(["--accept", "--why", "A letter was wrong"]) == 0
    assert same.main([]) == 0
    assert "- A letter was wrong\n" in reasons.read_text()


def test_the_sound_of_an_old_show_is_fresh(old: ShowDir) -> None:
    """Of an episode built by an earlier version no stage that makes sound or words is made again."""
    lines = old.podcast("build", SIGNED, "--dry-run").out.splitlines()
    told = dict(line.removeprefix(f"{SIGNED}: ").split(": ", 1) for line in lines)
    assert {name: told[name] for name in HEAVY} == dict.fromkeys(HEAVY, "fresh")


def test_settings_of_the_sound_are_those_of_the_old_records(old: ShowDir) -> None:
    """Byte for byte, with the order of their keys: what is compared, and what a record holds."""
    ((_, show, episode, workspace),) = [row for row in same._loaded(old.root) if row[0] == SIGNED]
    made = {stage.name: stage for stage in stages(show, episode, workspace)}
    for name in HEAVY:
        record = json.loads((old.build / ".records" / f"{name}.json").read_text("utf-8"))
        assert json.dumps(dict(made[name].settings)) == json.dumps(record["settings"]), name
        assert made[name].version == record["version"], name


def test_an_old_episode_goes_on(old: ShowDir) -> None:
    """Today's build makes its texts anew; signed for what is printed too, it is published beside the one from then."""
    assert old.ran(SIGNED) == {"captions", "chapters", "notes", "tag", "release"}
    (row,) = json.loads(old.podcast("status", SIGNED, "--json").out)["episodes"]
    assert ("nothing that is printed with them" in row["state"], row["stale"]) == (True, {})
    # The second track begins late: the recording is longer than any of them.
    review = json.loads((old.build / "accuracy.json").read_text("utf-8"))["review"]
    assert TIMELINE.read(old.build).end == 2000
    assert review["per_minute"] == pytest.approx(30 * review["minutes"], abs=0.02)
    (old.root / "feed" / "appraisals.toml").write_text(VERIFIED, "utf-8")  # nobody asked registers for papers then
    old.seal()  # and no comparison was bound to its words
    sign(old)
    old.podcast("publish", SIGNED)
    items = [release.slug for release in releases(old)]
    assert items == [PUBLISHED, SIGNED]
    assert old.podcast("verify").code == 0


def releases(show: ShowDir) -> tuple[Release, ...]:
    return records.read_all(show.workspace)


def holds(now: object, kept: object) -> bool:
    """Whether every value that is kept stands in its place; a later version may have more fields."""
    if isinstance(now, dict) and isinstance(kept, dict):
        return all(name in now and holds(now[name], value) for name, value in kept.items())
    if isinstance(now, list) and isinstance(kept, list):
        return len(now) == len(kept) and all(map(holds, now, kept))
    return now == kept


def test_an_old_publication_stands(old: ShowDir) -> None:
    """The record of then is read and written back unchanged; publishing nothing changes nothing that is public."""
    (release,) = releases(old)
    kept = json.loads(old.workspace.release(PUBLISHED).read_text("utf-8"))
    assert holds(codec.encode(release), kept)
    feed = (old.public / "feed.xml").read_bytes()
    assert f"{PUBLISHED}: published, frozen" in old.podcast("build", PUBLISHED).err
    old.podcast("publish")
    assert (old.public / "feed.xml").read_bytes() == feed


def test_what_was_recognised_then_is_read(old: ShowDir) -> None:
    """The machine's words and their report, as values that give the same bytes again."""
    for artefact in (MACHINE, QUALITY):
        value: Struct = artefact.read(old.build)
        assert document.render(value) == (old.build / artefact.name).read_text("utf-8")


def test_an_old_review_is_read_and_goes_on(old: ShowDir) -> None:
    """The journal of then adds up to the transcript that was signed, and takes another line."""
    path = old.folder / "review.jsonl"
    paths = (path, old.workspace.review_jsonl(PUBLISHED))
    kinds = {line.act.kind for one in paths for line in journal.read(one)}
    assert {"base", "base_paragraph", "edit", "split", "merge", "query", "cut", "heard", "signoff"} <= kinds
    compared = compare(subject_at(old.root, SIGNED))
    assert compared is not None
    assert not compared.differs
    desk = Desk(subject_at(old.root, SIGNED))
    editor = Editor(desk)
    first = desk.state.order[0]
    before = len(journal.read(path))
    editor.edit(first, f"{editor.text(first)} Indeed.")
    desk.close()
    assert len(journal.read(path)) == before + 1


@pytest.mark.parametrize(
    ("path", "command"),
    [
        (f"feed/releases/{PUBLISHED}.json", ("feed",)),
        (f"episodes/{SIGNED}/signoff.json", ("build", SIGNED)),
        (f"build/{SIGNED}/.records/mix.json", ("build", SIGNED)),
        (f"build/{SIGNED}/.records/mix.json", ("status", SIGNED)),
    ],
)
def test_a_record_with_an_unknown_key_is_refused_by_its_name(path: str, command: tuple[str, ...], old: ShowDir) -> None:
    """Written by a newer program it may mean something that this one does not know: file, key and what to do."""
    file = old.root / path
    value = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({"a_new_key": 1, **value}), "utf-8")
    said = old.podcast(*command, code=1)
    words = said.out + said.err
    assert path in words
    assert "a_new_key" in words
    assert "git" in words or "delete" in words
