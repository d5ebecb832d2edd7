"""Ctrl-C and kill -9 to the real process, in every stage and while publishing: nothing is left running or half done."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import signal
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import forked
import pytest
import soak
from faults import fault, points
from shows import STAGES, Made, ShowDir, copied, heard, missing, record, tree

from podcast_pipeline import faults, ffmpeg, process

pytest_plugins = ["shows"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc"),
]
NOW = ("--now", "2026-11-21T12:00:00Z")
POINTS: Counter[signal.Signals] = Counter()
"""How many times each signal met a command at work."""
GRACE = 300.0
"""Seconds in which the kernel and its orphans may follow a killed process. After Ctrl-C there is none."""
KINDS = sorted(STAGES) if soak.LONG else ["mix", "tag", "transcribe"]
"""In short one of each kind: sound, a file in a moment, a process of its own. Others are stopped at their start."""


class Run:
    """The command in a process of its own, with a mark by which all the programs that it starts are known.

    With `hold` it stops by itself at the step of that name, until it is told how it ends.
    """

    def __init__(self, show: ShowDir, *words: str, hold: str = "") -> None:
        self.mark = f"PODCAST_TEST_MARK={uuid.uuid4().hex}"
        name, _, value = self.mark.partition("=")
        environment = {**os.environ, "HF_HUB_OFFLINE": "1", name: value}
        held = {faults.VARIABLE: f"hold:{hold}"} if hold else {}
        self.process = forked.start(environment | held, "-C", str(show.root), *words)
        self.said = ""
        if hold:
            state = os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
            assert state is not None
            assert state.si_code == os.CLD_STOPPED, f"{hold}: {self.process.communicate()[1]}"

    def until(self, *lines: str) -> str:
        """Read what it says until it says one of `lines`, which is returned; or ends."""
        assert self.process.stderr is not None
        for one in self.process.stderr:
            self.said += one
            if one.strip() in lines:
                return one.strip()
        return ""

    def stop(self, number: signal.Signals) -> int:
        """Send the signal to this process alone, as `kill PID` does; returns how it ended."""
        for each in (number, signal.SIGCONT):
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, each)
        self.said += self.process.communicate(timeout=600)[1]
        return self.process.returncode

    def left(self) -> list[str]:
        """The command lines of those that are still running."""
        found = []
        for folder in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if self.mark.encode() in (folder / "environ").read_bytes().split(b"\0"):
                    found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        return found


def check(run: Run, number: signal.Signals, code: int) -> bool:
    """Nobody is left running, Ctrl-C is one line; returns whether the signal came in time."""
    if number == signal.SIGINT:
        assert run.left() == []
        hit = "podcast: stopped; the same command goes on from here" in run.said
        # Python may leave by the signal itself (a shell shows 130): it came at its very end, or in an import.
        assert code in ((130, -number) if hit else (0, -number)), run.said
        assert "Traceback" not in run.said, run.said
        POINTS[number] += hit
        return hit
    until = time.monotonic() + GRACE
    while run.left() and time.monotonic() < until:
        time.sleep(0.02)
    assert run.left() == []
    assert code in (0, -signal.SIGKILL)
    POINTS[number] += code != 0
    return code != 0


def state(show: ShowDir) -> dict[str, str]:
    """Every file and folder of the show; of records all but the seconds; nothing that is only a cache of digests."""
    found = tree(show.root, ".digests.json", ".records/")
    for path in show.root.rglob("*"):
        if path.is_dir():
            found[f"{path.relative_to(show.root)}/"] = "folder"
    for stage in STAGES:
        if (show.build / ".records" / f"{stage}.json").exists():
            found[stage] = json.dumps({**record(show, stage), "seconds": 0})
    return found


def outputs(show: ShowDir) -> dict[str, str]:
    return tree(show.build, ".records/")


@pytest.fixture(scope="module")
def whole(made: Made, tmp_path_factory: pytest.TempPathFactory) -> ShowDir:
    """The undisturbed show: signed before it was built, so that all stages see the sign-off; built, published."""
    show = copied(made("raw"), tmp_path_factory.mktemp("whole") / "show")
    _as_signed(show, made("signed"))
    show.podcast("build")
    return show


def _as_signed(show: ShowDir, signed: ShowDir) -> None:
    """What people have written, sealed and signed, without what was built of it."""
    for folder in ("feed", f"episodes/{show.slug}"):
        shutil.copytree(signed.root / folder, show.root / folder, dirs_exist_ok=True)


@pytest.fixture
def fresh(whole: ShowDir, tmp_path: Path) -> Iterator[Callable[[], ShowDir]]:
    """Makes copies of the undisturbed show, built and not yet published."""
    numbers = itertools.count()
    yield lambda: copied(whole, tmp_path / f"show{next(numbers)}")
    shutil.rmtree(tmp_path)


@pytest.mark.parametrize("stage", KINDS)
def test_stopped_in_a_stage(whole: ShowDir, fresh: Callable[[], ShowDir], stage: str) -> None:
    """At the start, in the middle and at the end of each stage: every output is whole, and a clean run ends as if
    undisturbed."""
    wanted, kept = state(whole), outputs(whole)
    last = Path([*record(whole, stage)["outputs"]][-1]).name
    for number, hold in ((signal.SIGINT, f"1:stage {stage}"), (signal.SIGKILL, f"1:moved {last}")):
        assert _stopped(fresh(), stage, number, kept, wanted, hold)
    # While its programs work: when that is, only the machine knows, and where it is over, that is well too.
    if (seconds := record(whole, stage)["seconds"]) > 0.2:
        _stopped(fresh(), stage, signal.SIGINT, kept, wanted, delay=seconds / 2)


def _stopped(
    show: ShowDir,
    stage: str,
    number: signal.Signals,
    kept: dict[str, str],
    wanted: dict[str, str],
    hold: str = "",
    delay: float = 0.0,
) -> bool:
    (show.build / ".records" / f"{stage}.json").unlink()
    if stage == "transcribe" and delay:
        shutil.rmtree(show.build / "words")  # what was heard: it is in the middle of recognising again
    kept = {name: digest for name, digest in kept.items() if (show.build / name).exists()}
    run = Run(show, "build", hold=hold)
    if not hold:
        run.until(f"001-tiny: {stage}")
        time.sleep(delay)
    hit = check(run, number, run.stop(number))
    now = outputs(show)
    assert {name: now.get(name) for name in kept} == kept
    if number == signal.SIGINT:
        assert {name for name in now if ".scratch" in name or name.endswith(".tmp")} == set()
    show.podcast("build")
    assert state(show) == wanted
    return hit


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_stopped_again_and_again(made: Made, whole: ShowDir, tmp_path: Path, number: signal.Signals) -> None:
    """A build that is stopped ever later and begun again each time ends in the tree of an undisturbed one."""
    show = heard(made("built"), copied(made("raw"), tmp_path / "show"))
    _as_signed(show, whole)
    for stage in ("probe", "mix", "normalize", "transcribe", "encode"):
        run = Run(show, "build", hold=f"1:stage {stage}")
        assert check(run, number, run.stop(number))
    assert show.podcast("build").code == 0
    assert state(show) == state(whole)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_stopped_while_publishing(fresh: Callable[[], ShowDir], number: signal.Signals) -> None:
    """In the gate and with ever more objects stored: the feed names whole objects only, and a clean run finishes."""
    reference, words = fresh(), ("publish", "001-tiny", *NOW)
    steps = points(reference, words)
    wanted, count = state(reference), len(steps)
    chosen = range(1, count + 1) if soak.LONG else (1, count // 3, count * 3 // 4, count)
    for place in chosen:
        show = fresh()
        run = Run(show, *words, hold=fault("", steps, place).removeprefix(":"))
        assert check(run, number, run.stop(number)), steps[place - 1]
        assert missing(show.public) == []
        show.podcast(*words)
        assert state(show) == wanted
        assert "nothing was written" in show.podcast(*words).err


def test_an_hour_long_recording_is_let_go_at_once(tmp_path: Path, made: Made) -> None:
    """FFmpeg in the middle of an hour of sound ends with the command, however that was stopped."""
    show = copied(made("raw"), tmp_path / "show")
    track = show.folder / "raw" / "guest.flac"
    source = ["-f", "lavfi", "-i", "anoisesrc=d=3600:a=0.1:r=8000", "-c:a", "flac", "-compression_level", "0"]
    process.run([ffmpeg.binary().path, *ffmpeg.QUIET, "-y", *source, str(track)])
    for number in (signal.SIGINT, signal.SIGKILL):
        run = Run(show, "build")
        run.until("001-tiny: probe")
        until = time.monotonic() + 120
        while not any("ffmpeg" in line and "guest.flac" in line for line in run.left()):
            assert time.monotonic() < until
            time.sleep(0.01)
        assert check(run, number, run.stop(number))


def test_enough_points(request: pytest.FixtureRequest) -> None:
    """In a whole run of this file Ctrl-C met the command at 12 or more points, kill -9 at 10 or more."""
    chosen = {
        item.function
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.module is request.module
    }
    tests = {value for name, value in vars(request.module).items() if name.startswith("test_")}
    if chosen != tests:
        pytest.skip("only some of the tests were chosen")
    assert POINTS[signal.SIGINT] >= soak.examples(12, 15), POINTS
    assert POINTS[signal.SIGKILL] >= 10, POINTS
