"""doctor: what is there, which version, from where; what is missing, and how to get it; never a secret."""

from __future__ import annotations

import importlib.metadata
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from podcast_pipeline import ffmpeg
from podcast_pipeline.cli import podcast
from podcast_pipeline.config.load import load_show
from podcast_pipeline.engine import lock
from podcast_pipeline.layout import Workspace

URL = "https://podcast.example.org/feed.xml"
SECRET = "hush-hush-123"


@pytest.fixture(scope="module", autouse=True)
def without_whisper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """openai-whisper, which takes seconds to import, is not on this computer but where a test asks for it."""
    folder = tmp_path_factory.mktemp("absent")
    (folder / "whisper.py").write_text("raise ImportError('not here')")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder))
        yield


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A show whose settings differ from the defaults in three places."""
    root = tmp_path_factory.mktemp("doctor") / "show"
    assert CliRunner().invoke(podcast, ["init", str(root), "--title", "A Test Show", "--url", URL]).exit_code == 0
    settings = root / "feed" / "show.toml"
    text = settings.read_text().replace("[audio]", "[audio]\nchannels = 1", 1)
    settings.write_text(text.replace("[transcribe]", '[transcribe]\nmodel = "tiny.en"', 1))
    return root


def doctor(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The real command, with nothing in the environment that could change its answer but `environment`."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
    argv = [sys.executable, "-m", "podcast_pipeline", "-C", str(folder), "doctor", *words]
    return subprocess.run(argv, capture_output=True, text=True, env=kept | environment, timeout=1800)


def found(folder: Path, code: int = 0, **environment: str) -> dict[Any, Any]:
    """The JSON answer: `problems`, and rows by (group, name)."""
    done = doctor(folder, "--json", **environment)
    assert done.returncode == code, done.stderr
    answer = json.loads(done.stdout)
    return {"problems": answer["problems"], **{(row["group"], row["name"]): row for row in answer["rows"]}}


@pytest.fixture(scope="module")
def healthy(show: Path) -> dict[Any, Any]:
    """What is found where all is well; secrets and a proxy's password are in the environment."""
    return found(
        show,
        AWS_SECRET_ACCESS_KEY=SECRET,
        AWS_PROFILE="podcast",
        HTTPS_PROXY=f"http://me:{SECRET}@proxy.example:3128",
        HF_HUB_OFFLINE="1",
        PYTHONPATH="",
    )


def test_tools_and_packages_have_version_and_origin(healthy: dict[Any, Any]) -> None:
    """Python, FFmpeg and every package that the project requires, as they really are."""
    assert healthy["tools", "Python"]["value"] == ".".join(map(str, sys.version_info[:3]))
    assert healthy["tools", "Python"]["origin"] == sys.executable
    assert healthy["tools", "FFmpeg"]["value"] == ffmpeg.version()
    assert healthy["tools", "FFmpeg"]["origin"] == f"imageio-ffmpeg wheel: {ffmpeg.binary().path}"
    packages = {
        name: row for (group, name), row in (i for i in healthy.items() if i[0] != "problems") if group == "packages"
    }
    needed = {"boto3", "click", "faster-whisper", "feedgen", "jinja2", "mutagen", "pillow", "pydub", "rich", "nh3"}
    assert needed <= set(packages)
    for name, row in packages.items():
        assert row["value"] == importlib.metadata.version(name)
    assert "pytest" not in packages
    assert ("audioop-lts" in packages) == (sys.version_info >= (3, 13))


def test_settings_have_value_and_origin(show: Path, healthy: dict[Any, Any]) -> None:
    """What a person wrote and what is the default, with the value that is really used."""
    settings = load_show(Workspace(show))
    for name, value, origin in (
        ("title", "A Test Show", "feed/show.toml"),
        ("categories", "Health & Fitness > Medicine", "feed/show.toml"),
        ("audio.channels", str(settings.audio.channels), "feed/show.toml"),
        ("audio.sample_rate", str(settings.audio.sample_rate), "default"),
        ("audio.intro", "not set", "default"),
        ("transcribe.model", "tiny.en", "feed/show.toml"),
        ("transcribe.beam_size", "5", "default"),
        ("feed.locked", "true", "default"),
        ("storage.backend", "local", "default"),
    ):
        row = healthy["settings", name]
        assert (row["value"], row["origin"]) == (value, origin), name
    assert healthy["show", "storage"]["value"] == str(show / "public")
    assert healthy["show", "public_base_url"]["value"] == "https://podcast.example.org/"


def test_locks_are_tried(healthy: dict[Any, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On this disk they hold; a drive that grants one twice is told apart."""
    assert healthy["show", "locks"]["value"] == "obeyed"
    monkeypatch.setattr("fcntl.flock", lambda handle, how: None)
    assert not lock.obeyed(tmp_path)


def test_secrets_are_never_printed(show: Path, healthy: dict[Any, Any]) -> None:
    """A credential is only said to be set, and a proxy's password is struck out."""
    assert SECRET not in json.dumps(list(healthy.values()))
    assert healthy["environment", "AWS_SECRET_ACCESS_KEY"]["value"] == "set (not shown)"
    assert healthy["environment", "AWS_SESSION_TOKEN"]["value"] == "not set"
    assert healthy["environment", "AWS_PROFILE"]["value"] == "podcast"
    assert healthy["environment", "HTTPS_PROXY"]["value"] == "http://***@proxy.example:3128"


def test_the_engines_are_really_imported_or_how_to_install_them_is_said(healthy: dict[Any, Any]) -> None:
    """The engine in use has a version; the other one a version, or the lines that install it."""
    used, other = healthy["engines", "faster-whisper"], healthy["engines", "openai-whisper"]
    assert (used["value"].split(",")[0], used["origin"]) == (importlib.metadata.version("faster-whisper"), "in use")
    if other["origin"] != "can be chosen":
        assert other["origin"].startswith("pip install torch")
        assert "--no-deps openai-whisper==" in other["origin"]
        assert other["problem"] == ""


def test_an_engine_that_cannot_be_imported_is_missing(show: Path, tmp_path: Path) -> None:
    """Installed is not enough: a package that breaks on import is a problem, with the reason and the way to mend it."""
    (tmp_path / "faster_whisper.py").write_text("raise ImportError('libfoo.so.1: cannot open shared object file')")
    paths = os.pathsep.join((str(tmp_path), os.environ["PYTHONPATH"]))
    answer = found(show, 1, PYTHONPATH=paths, HF_HUB_OFFLINE="1")
    (problem,) = [problem for problem in answer["problems"] if "faster-whisper" in problem]
    assert "libfoo.so.1" in problem
    assert "pip install" in problem


def test_the_routes_to_the_model_are_shown(show: Path, tmp_path: Path) -> None:
    """The path given by PODCAST_MODEL_PATH wins; a path that leads nowhere is a problem and exit code 1."""
    answer = found(show, PODCAST_MODEL_PATH=str(tmp_path))
    assert answer["model", "by path"]["value"] == str(tmp_path)
    assert ("model", "by package") not in answer
    answer = found(show, 1, PODCAST_MODEL_PATH=str(tmp_path / "gone"))
    assert any("there is nothing at this place" in problem for problem in answer["problems"])


def test_a_model_that_is_nowhere_offline_is_a_problem(show: Path, tmp_path: Path) -> None:
    """Every route that missed says why; without network it is an error, with it a note that it will be fetched."""
    other = tmp_path / "show"
    (other / "feed").mkdir(parents=True)
    text = (show / "feed" / "show.toml").read_text().replace("tiny.en", "small.en")
    (other / "feed" / "show.toml").write_text(text)
    offline = found(other, 1, XDG_CACHE_HOME=str(tmp_path), HF_HUB_OFFLINE="1")
    assert offline["model", "by path"]["origin"] == "PODCAST_MODEL_PATH is not set"
    assert offline["model", "by package"]["origin"].startswith('no package holds "small.en"')
    assert offline["model", "by hub"]["origin"] == "not in the cache"
    assert any("small.en" in problem for problem in offline["problems"])
    online = found(other, XDG_CACHE_HOME=str(tmp_path))
    assert online["model", "by download"]["value"] == "at the first use"


def test_a_missing_ffmpeg_is_a_problem(show: Path) -> None:
    """PODCAST_FFMPEG that names no program: exit 1 and one line, everything else is still told."""
    done = doctor(show, PODCAST_FFMPEG="/nowhere/ffmpeg")
    assert done.returncode == 1
    assert "podcast: PODCAST_FFMPEG: /nowhere/ffmpeg is not a program" in done.stderr
    assert "settings: title: A Test Show (feed/show.toml)" in done.stdout
    assert "Traceback" not in done.stderr


def test_doctor_works_where_there_is_no_show(tmp_path: Path) -> None:
    """Outside a show the computer is looked at all the same, and it is said that there is no show."""
    done = doctor(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "tools: Python: " in done.stdout
    assert "show: show: none here" in done.stdout
    assert "settings:" not in done.stdout


def test_a_broken_show_is_named_and_the_rest_told(show: Path, tmp_path: Path) -> None:
    """What is wrong in show.toml stands among the problems; tools are still listed."""
    other = tmp_path / "show"
    (other / "feed").mkdir(parents=True)
    (other / "feed" / "show.toml").write_text((show / "feed" / "show.toml").read_text() + 'bckend = "s3"\n')
    answer = found(other, 1)
    assert any('unknown key "bckend"; did you mean "backend"?' in problem for problem in answer["problems"])
    assert answer["tools", "FFmpeg"]["problem"] == ""


def test_a_terminal_gets_tables(show: Path) -> None:
    """On a terminal the rows stand in aligned columns; text of settings is never taken for markup."""
    main, other = pty.openpty()
    argv = [sys.executable, "-m", "podcast_pipeline", "-C", str(show), "doctor"]
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "TERM": "xterm", "AWS_PROFILE": "[bold]x"}
    with subprocess.Popen(argv, stdout=other, stderr=subprocess.DEVNULL, env=environment) as process:
        os.close(other)
        output = b""
        while data := _read(main):
            output += data
        assert process.wait() == 0
    lines = output.decode().splitlines()
    python, binary = (next(line for line in lines if line.lstrip().startswith(name)) for name in ("Python", "FFmpeg"))
    version = sys.version.split()[0]
    assert python.index(version) == binary.index(ffmpeg.version())
    assert any("[bold]x" in line for line in lines)
    assert not any(line.startswith("tools: ") for line in lines)


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 65536)
    except OSError:  # Linux reports the end of a terminal so
        return b""
