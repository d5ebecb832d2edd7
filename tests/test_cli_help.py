"""The command's frame: instant help, near names, and the three exit codes."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from podcast_pipeline import __version__
from podcast_pipeline.cli import COMMANDS, podcast

HEAVY = [
    "numpy",
    "torch",
    "faster_whisper",
    "whisper",
    "ctranslate2",
    "boto3",
    "botocore",
    "feedgen",
    "lxml",
    "jinja2",
    "PIL",
    "mutagen",
    "pydub",
    "rich",
    "starlette",
    "huggingface_hub",
    "imageio_ffmpeg",
    "nh3",
    "markdown_it",
]


def run(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "podcast_pipeline", *words]
    return subprocess.run(argv, capture_output=True, text=True, timeout=300, cwd=cwd)


@pytest.mark.parametrize("words", [(), *((name,) for name in COMMANDS), ("refs", "list"), ("refs", "format")])
def test_every_command_has_help(words: tuple[str, ...]) -> None:
    """--help of the program and of each command says how it is used, in words of its own."""
    from click.testing import CliRunner

    result = CliRunner().invoke(podcast, [*words, "--help"], prog_name="podcast")
    assert result.exit_code == 0
    assert result.output.startswith(f"Usage: podcast {' '.join(words)}".rstrip())
    assert len(result.output.split("\n\n")[1].split()) > 3


def test_the_list_of_commands_is_whole() -> None:
    """podcast --help names each command with what it does."""
    listed = run("--help").stdout
    for name, (_, text) in COMMANDS.items():
        assert f"  {name} " in listed
        assert text.split(":")[0].split()[0] in listed


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["build", "--help"], ["nonsense"]])
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    """--help imports none of the large libraries, neither for the program nor for its busiest command."""
    program = (
        "import sys, podcast_pipeline.cli as cli\n"
        "try:\n    cli.main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        f"print(*(name for name in {HEAVY!r} if name in sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, timeout=300)
    assert done.stderr.splitlines()[-1] == ""


@pytest.mark.parametrize(("main", "code"), [("raise KeyboardInterrupt", -signal.SIGINT), ("sys.exit(0)", 0)])
def test_a_ctrl_c_after_the_end_is_no_traceback(main: str, code: int) -> None:
    """Before the process leaves it ends as shells expect; later it changes nothing."""
    program = (
        "import atexit, os, signal, sys, podcast_pipeline.cli as cli\n"
        f"def main():\n    {main}\n"
        "atexit.register(os.kill, os.getpid(), signal.SIGINT)\n"
        "cli.main = main\ncli.run()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (code, "")


def test_an_unknown_command_suggests_the_near_one() -> None:
    """A slip of the finger is a usage error (2) that names what may have been meant."""
    done = run("biuld")
    assert done.returncode == 2
    assert 'Did you mean "build"?' in done.stderr
    assert "Did you mean" not in run("xyzzy").stderr


def test_an_unknown_option_is_a_usage_error() -> None:
    """What Click itself refuses exits with 2."""
    assert run("build", "--nonsense").returncode == 2
    assert run("new").returncode == 2


def test_a_refusal_of_ours_is_exit_code_1(tmp_path: Path) -> None:
    """A PodcastError is one line on standard error with a hint, no traceback, nothing on standard output."""
    done = run("status", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    first, hint = done.stderr.splitlines()
    assert first.startswith("podcast: ")
    assert "no show here" in first
    assert hint.startswith("  hint: `podcast init DIR`")


def test_success_is_exit_code_0_and_quiet_is_quiet(tmp_path: Path) -> None:
    """Done is 0; -q leaves standard error empty."""
    show = tmp_path / "show"
    made = run("-q", "init", str(show), "--url", "https://podcast.example.org/feed.xml")
    assert (made.returncode, made.stdout, made.stderr) == (0, "", "")
    assert run("-C", str(show), "status").returncode == 0
    inside = run("refs", "list", cwd=show / "feed" / "people")  # the show is found from any folder in it
    assert (inside.returncode, inside.stdout) == (0, "")


def test_the_version_is_the_package_s() -> None:
    """podcast --version prints the one version there is."""
    assert run("--version").stdout.strip() == f"podcast, version {__version__}"
