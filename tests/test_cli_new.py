"""new: an episode's folder, all of it or nothing, with the recordings and settings that can be read at once."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tomllib
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import audio
import numpy as np
import pytest
from click.testing import CliRunner, Result

from podcast_pipeline.cli import podcast
from podcast_pipeline.config import template
from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.errors import AudioError, ConfigError, PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.pipeline import stages
from podcast_pipeline.site import markdown

URL = "https://podcast.example.org/feed.xml"


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `init` makes."""
    root = tmp_path_factory.mktemp("begun") / "show"
    assert CliRunner().invoke(podcast, ["init", str(root), "--title", "A Test Show", "--url", URL]).exit_code == 0
    return root


@pytest.fixture
def space(begun: Path, tmp_path: Path) -> Workspace:
    """A new show with two people."""
    space = Workspace(shutil.copytree(begun, tmp_path / "show"))
    (space.people / "robin-example.toml").write_text(template.person_toml("robin-example", "Robin Example"))
    return space


@pytest.fixture
def tracks(tmp_path: Path) -> tuple[Path, Path]:
    """Two WAV recordings, one with a space in its name."""
    one, two = audio.conversation(4.0)
    return audio.write_wav(tmp_path / "host.wav", one), audio.write_wav(tmp_path / "Guest mic.wav", two)


def new(space: Workspace, *words: str) -> Result:
    return CliRunner().invoke(podcast, ["-C", str(space.root), "new", *words])


def refused(space: Workspace, *words: str) -> PodcastError:
    """The error of a `new` that must leave nothing behind."""
    error = new(space, *words).exception
    assert isinstance(error, PodcastError), error
    assert not space.episodes.exists() or list(space.episodes.iterdir()) == []
    return error


def test_from_nothing_to_an_episode(space: Workspace, tracks: tuple[Path, Path]) -> None:
    """init, new with two recordings: the episode can be read, its tracks are copies, and the first stage can run."""
    result = new(
        space, "001-first-look", "--track", f"{tracks[0]}=alex-example", "--track", f"{tracks[1]}=robin-example"
    )
    assert result.exit_code == 0, result.exception
    show = load_show(space)
    episode = load_episode(space, show, "001-first-look")
    assert [(track.file, track.person) for track in episode.tracks] == [
        ("raw/host.wav", "alex-example"),
        ("raw/Guest mic.wav", "robin-example"),
    ]
    assert [(credit.person, credit.role) for credit in episode.credits] == [
        ("alex-example", "host"),
        ("robin-example", "guest"),
    ]
    assert episode.title == "First look"
    assert timedelta(days=6) < episode.publish_at - datetime.now(UTC) < timedelta(days=8)
    folder = space.episode("001-first-look")
    for track, source in zip(episode.tracks, tracks, strict=True):
        copied = folder / track.file
        assert copied.read_bytes() == source.read_bytes()
        assert copied.stat().st_ino != source.stat().st_ino
    assert markdown.to_html((folder / "notes.md").read_text(), "notes.md") == ""
    assert sorted(path.name for path in space.episodes.iterdir()) == ["001-first-look"]
    stages(show, episode, space)[0].run(space.root, lambda _: None)
    assert (space.root / "preflight.json").exists()


def test_the_command_line_fills_the_template(space: Workspace) -> None:
    """Title and time are those given; without recordings the folder is there, and the next step is said."""
    result = new(space, "002", "--title", 'Is 2 > 1? "Yes"', "--publish-at", "2026-12-01T06:00:00-08:00")
    assert "podcast track 002 RECORDING=PERSON" in result.output
    assert space.episode("002").joinpath("raw").is_dir()
    episode = load_episode(space, load_show(space), "002")
    assert (episode.title, episode.publish_at.isoformat()) == ('Is 2 > 1? "Yes"', "2026-12-01T06:00:00-08:00")


def test_every_episode_has_its_own_identity(space: Workspace) -> None:
    """The guid is a fresh UUID each time, whatever the slug and title."""
    guids = []
    for slug in ("001", "002"):
        new(space, slug, "--title", "The same")
        guids.append(tomllib.loads(space.episode_toml(slug).read_text())["guid"])
        assert uuid.UUID(guids[-1]).version == 4
    assert guids[0] != guids[1]


def test_an_episode_is_never_overwritten(space: Workspace) -> None:
    """A folder that is there, whatever it holds, is refused and stays as it is."""
    folder = space.episode("001")
    folder.mkdir(parents=True)
    (folder / "notes.md").write_text("mine")
    error = new(space, "001").exception
    assert isinstance(error, PodcastError)
    assert "episodes/001: exists already" in str(error)
    assert [path.name for path in folder.iterdir()] == ["notes.md"]


@pytest.mark.parametrize("slug", ["../x", "/tmp/x", "A", "a b", "-x-"])
def test_a_wrong_slug_makes_nothing(space: Workspace, slug: str) -> None:
    """A name that is no slug is refused, inside and outside the show."""
    before = sorted(space.root.parent.rglob("*"))
    assert "is not an episode's slug" in str(refused(space, "--", slug))
    assert sorted(space.root.parent.rglob("*")) == before


def test_a_voice_on_each_side_of_one_file(space: Workspace, tmp_path: Path) -> None:
    """The file is copied once and is two tracks; a side of another file of that name, or no side, is refused."""
    call = audio.write_wav(tmp_path / "call.wav", np.stack(audio.conversation(4.0), axis=1))
    (tmp_path / "other").mkdir()
    other = audio.write_wav(tmp_path / "other" / "call.wav", np.stack(audio.conversation(4.0), axis=1))
    left, right = f"{call}=left:alex-example", "right:robin-example"
    for second in (f"{call}=robin-example", f"{call}=left:robin-example"):
        assert "named twice" in str(refused(space, "001", "--track", left, "--track", second))
    for second in (f"{call}=left:alex-example", f"{other}=right:alex-example"):
        assert 'are called "call"' in str(refused(space, "001", "--track", left, "--track", second))
    assert "middle" in str(refused(space, "001", "--track", f"{call}=middle:alex-example"))
    assert new(space, "001", "--track", left, "--track", f"{call}={right}").exit_code == 0
    episode = load_episode(space, load_show(space), "001")
    assert [(track.name, track.person) for track in episode.tracks] == [
        ("raw/call.wav (left)", "alex-example"),
        ("raw/call.wav (right)", "robin-example"),
    ]
    assert [path.name for path in (space.episode("001") / "raw").iterdir()] == ["call.wav"]


def test_an_unknown_person_is_refused_with_the_near_one(space: Workspace, tracks: tuple[Path, Path]) -> None:
    """A track of nobody we know names the person that may be meant."""
    error = refused(space, "001", "--track", f"{tracks[0]}=robin-exmaple")
    assert isinstance(error, ConfigError)
    assert 'did you mean "robin-example"?' in str(error)


def test_a_recording_is_looked_at_before_anything_is_written(space: Workspace, tracks: tuple[Path, Path]) -> None:
    """Text called .wav, an empty file, a folder and a missing file are refused by name, also after a good track."""
    text, empty = tracks[0].with_name("notes.wav"), tracks[0].with_name("empty.wav")
    text.write_text("not a recording at all\n")
    empty.write_bytes(b"")
    good = ("--track", f"{tracks[0]}=alex-example")
    for path, expected in (
        (text, "not a recording: it is text"),
        (empty, "the file is empty"),
        (tracks[0].parent, "Is a directory"),
        (tracks[0].with_name("gone.wav"), "no such file"),
    ):
        error = refused(space, "001", *good, "--track", f"{path}=robin-example")
        assert isinstance(error, AudioError)
        assert str(path) in str(error)
        assert expected in str(error)


def test_what_is_no_track_is_refused(space: Workspace, tracks: tuple[Path, Path]) -> None:
    """A --track without person, and two recordings of one name, are refused before anything is copied."""
    assert "not FILE=PERSON" in str(refused(space, "001", "--track", str(tracks[0])))
    twin = tracks[0].with_name("other")
    twin.mkdir()
    shutil.copy(tracks[0], twin / "host.wav")
    named = [f"{path}=alex-example" for path in (tracks[0], twin / "host.wav")]
    assert 'two recordings of alex-example are called "host"' in str(
        refused(space, "001", "--track", named[0], "--track", named[1])
    )
    for_two = refused(space, "001", "--track", named[0], "--track", f"{tracks[0]}=robin-example")
    assert "named twice, for alex-example and robin-example" in str(for_two)
    assert "host.wav=left:alex-example" in str(for_two)


def test_wrong_title_and_time_are_said_together(space: Workspace) -> None:
    """All problems of the command line come at once."""
    error = refused(space, "001", "--title", " ", "--publish-at", "2026-12-01T06:00")
    assert isinstance(error, ConfigError)
    assert error.problems == (
        "--title: is empty",
        '--publish-at: "2026-12-01T06:00" has no time zone (write 2026-11-21T06:00:00-08:00, or end it with Z)',
    )


def test_a_full_disk_leaves_no_half_episode(space: Workspace, tracks: tuple[Path, Path]) -> None:
    """A recording that does not fit (a limit on file sizes) gives one line, and no folder is left."""
    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); "
        "from podcast_pipeline.cli import main; main(sys.argv[1:])"
    )
    words = ["-C", str(space.root), "new", "001", "--track", f"{tracks[0]}=alex-example"]
    done = subprocess.run([sys.executable, "-c", limited, *words], capture_output=True, text=True)
    assert done.returncode == 1
    assert "no room to write" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(space.episodes.iterdir()) == []


def test_a_kill_while_copying_leaves_no_half_episode(space: Workspace, tracks: tuple[Path, Path]) -> None:
    """SIGKILL in the middle: no episode is listed, and the same command afterwards makes a whole one."""
    pipe = tracks[0].with_name("slow.wav")
    shutil.copy(tracks[1], pipe)
    killed = (
        "import os, signal, sys; from podcast_pipeline import atomic; copy = atomic.copy; "
        "atomic.copy = lambda source, path: (copy(source, path), os.kill(os.getpid(), signal.SIGKILL)); "
        "from podcast_pipeline.cli import main; main(sys.argv[1:])"
    )
    words = ["-C", str(space.root), "new", "001"]
    words += [word for path in (tracks[0], pipe) for word in ("--track", f"{path}=alex-example")]
    assert subprocess.run([sys.executable, "-c", killed, *words]).returncode == -signal.SIGKILL
    assert space.slugs() == ()
    assert not space.episode("001").exists()
    assert new(space, *words[3:]).exit_code == 0
    assert [path.name for path in space.episodes.iterdir()] == ["001"]
    assert len(load_episode(space, load_show(space), "001").tracks) == 2
