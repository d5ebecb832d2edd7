"""track: recordings come into an episode that is not public, planned ones included; what people wrote stays."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

import audio
import pytest
from shows import Said, podcast

from podcast_pipeline import codec
from podcast_pipeline.config import template
from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.layout import Workspace

PLANNED = "2027-03-lit-a-topic"


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A show with a host and a guest, and an episode that the schedule planned."""
    folder = tmp_path_factory.mktemp("planned")
    root = folder / "show"
    podcast("init", str(root), "--url", "https://podcast.example.org/feed.xml")
    made = Workspace(root)
    (made.people / "robin-example.toml").write_text(template.person_toml("robin-example", "Robin Example"))
    (folder / "schedule.txt").write_text("March A Topic Robin Example\n", "utf-8")
    assert run(made, "plan", "import", str(folder / "schedule.txt"), "--year", "2027").code == 0
    return root


@pytest.fixture
def space(planned: Path, tmp_path: Path) -> Workspace:
    """A copy of that show."""
    shutil.copytree(planned, tmp_path / "show")
    return Workspace(tmp_path / "show")


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Recordings as a video call saves them: one name, a folder for each person; and a second take."""
    one, two = audio.conversation(2.0)
    made = {}
    for name, samples in (("alex", one), ("robin", two), ("again", one * 0.5)):
        (tmp_path / name).mkdir()
        made[name] = audio.write_wav(tmp_path / name / "audio.wav", samples)
    return made


def run(space: Workspace, *words: str) -> Said:
    return podcast("-C", str(space.root), *words)


def track(space: Workspace, *words: str, code: int = 0) -> Said:
    said = run(space, "track", PLANNED, *words)
    assert said.code == code, said.err
    return said


def tracks(space: Workspace) -> list[tuple[str, str]]:
    episode = load_episode(space, load_show(space), PLANNED)
    return [(one.file, one.person) for one in episode.tracks]


def raw(space: Workspace) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (space.episode(PLANNED) / "raw").iterdir()}


def test_a_planned_episode_is_recorded(space: Workspace, files: dict[str, Path]) -> None:
    """Two files of one name are called by their persons; comments, plan and all else of episode.toml stay."""
    before = space.episode_toml(PLANNED).read_text("utf-8")
    assert "planned" in run(space, "status", PLANNED).out
    assert "there is nothing to build yet" in run(space, "build").err
    half = track(space, f"{files['alex']}=alex-example")
    assert "the schedule names Robin Example, who has no part in it yet" in half.err
    assert "the schedule leaves the day open" in half.err
    late = run(space, "status", PLANNED).out
    assert "due: 2027-03, the day is open" in late
    assert "waits for the guest (Robin Example)" in late
    assert "the schedule names Robin Example, who has no part in it" in late
    assert "PER08" in run(space, "check", PLANNED).out
    space.episode_toml(PLANNED).write_text(before, "utf-8")
    (space.episode(PLANNED) / "raw" / "audio.wav").unlink()
    said = track(space, f"{files['alex']}=alex-example", f"{files['robin']}=robin-example")
    assert "names Robin Example" not in said.err
    assert "due: 2027-03, the day is open" in run(space, "status", PLANNED).out
    assert tracks(space) == [("raw/alex-example.wav", "alex-example"), ("raw/robin-example.wav", "robin-example")]
    assert raw(space) == {f"{name}-example.wav": files[name].read_bytes() for name in ("alex", "robin")}
    after = space.episode_toml(PLANNED).read_text("utf-8")
    assert after.startswith(before.rstrip("\n"))
    value = tomllib.loads(after)
    assert [(one["ref"], one["role"]) for one in value["person"]] == [
        ("alex-example", "host"),
        ("robin-example", "guest"),
    ]
    assert value["plan"]["faculty"] == "Robin Example"
    assert "0 of 9 stages fresh" in run(space, "status", PLANNED).out
    track(space, f"{files['alex']}=alex-example")
    assert space.episode_toml(PLANNED).read_text("utf-8") == after, "the same once more changes nothing"


def test_a_second_take_replaces_the_first(space: Workspace, files: dict[str, Path]) -> None:
    """The person's track gets the new file; the earlier one stays in raw/, and what was written of it is named."""
    track(space, f"{files['alex']}=alex-example")
    path = space.episode_toml(PLANNED)
    text = path.read_text("utf-8").replace('person = "alex-example"', 'person = "alex-example"\ngain = -3.0  # loud', 1)
    path.write_text(text, "utf-8")
    said = track(space, f"{files['again']}=alex-example")
    assert "in place of raw/audio.wav, which stays in raw/" in said.err
    assert "gain of the earlier one stand" in said.err
    assert tracks(space) == [("raw/alex-example.wav", "alex-example")]
    assert sorted(raw(space)) == ["alex-example.wav", "audio.wav"]
    assert raw(space)["audio.wav"] == files["alex"].read_bytes()
    assert "gain = -3.0  # loud" in path.read_text("utf-8")


def test_a_file_that_is_in_raw_already_is_named_where_it_lies(space: Workspace, files: dict[str, Path]) -> None:
    """Nothing is copied."""
    place = space.episode(PLANNED) / "raw" / "take.wav"
    place.write_bytes(files["robin"].read_bytes())
    track(space, f"{place}=robin-example")
    assert tracks(space) == [("raw/take.wav", "robin-example")]
    assert list(raw(space)) == ["take.wav"]


def test_what_is_refused_changes_nothing(space: Workspace, files: dict[str, Path]) -> None:
    """No person, nobody known, no recording, no episode, two files of one person: said before a byte is written."""
    before = space.episode_toml(PLANNED).read_text("utf-8")
    good = f"{files['alex']}=alex-example"
    for words, expected in (
        ((good, str(files["robin"])), "not FILE=PERSON"),
        ((good, f"{files['robin']}=robin-exmaple"), 'did you mean "robin-example"?'),
        ((good, f"{space.show_toml}=robin-example"), "not a recording: it is text"),
        ((good, f"{files['robin']}=alex-example"), 'two recordings of alex-example are called "audio"'),
        ((good, f"{files['alex']}=middle:alex-example"), "middle"),
    ):
        assert expected in track(space, *words, code=1).err
    assert space.episode_toml(PLANNED).read_text("utf-8") == before
    assert raw(space) == {}
    assert "no such episode" in run(space, "track", "001-absent", good).err


def test_a_public_episode_is_refused_with_the_way(space: Workspace, files: dict[str, Path]) -> None:
    """Listeners have its sound: the commands that give them another one are named; a scheduled one is not refused."""
    import feeds

    good = f"{files['alex']}=alex-example"
    record: dict[str, Any] = codec.encode(feeds.small_release(1)) | {"slug": PLANNED}
    space.releases.mkdir()
    for status, code in (("scheduled", 0), ("published", 1)):
        space.release(PLANNED).write_text(json.dumps(record | {"status": status}), "utf-8")
        said = track(space, good, code=code)
    assert "listeners have its sound" in said.err
    assert f"podcast publish --replace {PLANNED}" in said.err
