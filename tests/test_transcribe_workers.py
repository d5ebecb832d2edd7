"""Worker processes: the same result whoever works, replaced when killed, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import audio
import pytest

from podcast_pipeline import parallel
from podcast_pipeline.errors import TranscriptionError
from podcast_pipeline.transcribe import cores, pcm
from podcast_pipeline.transcribe.engine import RATE
from podcast_pipeline.transcribe.jobs import Recognise, Recogniser
from podcast_pipeline.transcribe.workers import Pool, Task


@pytest.fixture
def sound(tmp_path: Path) -> pcm.Pcm:
    """Twelve seconds of noise."""
    return pcm.decode(audio.write_wav(tmp_path / "a.wav", audio.noise(12, -20, rate=RATE), RATE), tmp_path / "a.pcm")


def task(sound: pcm.Pcm, place: str, start: int, end: int, model: Path | str = "none", track: str = "host") -> Task:
    """Recognise the seconds `start` to `end` with an engine of fakes.py."""
    job = Recognise(
        Recogniser(f"fakes:{place}", str(model), "int8"), str(sound.path), ((start * RATE, end * RATE),), RATE // 2,
        track, "en", 5,
    )  # fmt: skip
    return Task(f"host.wav from 0:{start:02} to 0:{end:02}", end - start, job)


def run(tasks: list[Task], count: int) -> tuple[list[Any], list[float]]:
    told: list[float] = []
    with Pool(count) as pool:
        return pool.run(tasks, told.append), told


def test_the_result_does_not_depend_on_how_many_work(sound: pcm.Pcm) -> None:
    """One and three workers give the same answers, in the order of the tasks."""
    tasks = [task(sound, "Loud", start, end) for start, end in ((0, 2), (2, 9), (9, 10), (3, 6), (10, 12))]
    one, _ = run(tasks, 1)
    assert [words[0][0].split(":")[0] for words in one] == ["32000", "112000", "16000", "48000", "32000"]
    assert run(tasks, 3)[0] == one


def test_progress_ends_with_everything(sound: pcm.Pcm) -> None:
    """The seconds that are done never fall and end with all of them."""
    _, told = run([task(sound, "Loud", 0, 4), task(sound, "Loud", 4, 12)], 2)
    assert told == sorted(told)
    assert told[-1] == 12


def test_a_killed_worker_is_replaced(sound: pcm.Pcm, tmp_path: Path) -> None:
    """A block whose worker is killed is done again, once, and gives the words it should."""
    counter = tmp_path / "deaths"
    counter.write_text("1")
    answers, _ = run([task(sound, "Killed", 0, 4, counter), task(sound, "Loud", 4, 6)], 1)
    expected, _ = run([task(sound, "Loud", 0, 4), task(sound, "Loud", 4, 6)], 1)
    assert answers == expected
    assert counter.read_text() == "0"


def test_a_block_that_kills_twice_is_named(sound: pcm.Pcm, tmp_path: Path) -> None:
    """The second death ends the work and names the recording, the time, and what to do."""
    counter = tmp_path / "deaths"
    counter.write_text("5")
    with pytest.raises(
        TranscriptionError, match=r"host\.wav from 0:02 to 0:06: the recogniser was killed twice"
    ) as caught:
        run([task(sound, "Loud", 0, 1), task(sound, "Killed", 2, 6, counter)], 2)
    assert "signal 9" in caught.value.message
    assert caught.value.hint is not None
    assert "-j 1" in caught.value.hint
    assert counter.read_text() == "3"


def test_a_bug_in_an_engine_says_what_it_was(sound: pcm.Pcm) -> None:
    """An engine that raises something unexpected ends the work with its last line, not in silence."""
    with pytest.raises(TranscriptionError, match="broke twice: ZeroDivisionError: a bug of the engine"):
        run([task(sound, "Broken", 0, 1, track="bug")], 1)


def test_an_error_for_a_person_passes_through(sound: pcm.Pcm) -> None:
    """What a worker raises as TranscriptionError arrives as one, with its hint, and is not tried again."""
    with pytest.raises(TranscriptionError, match="the model is broken") as caught:
        run([task(sound, "Broken", 0, 1)], 1)
    assert caught.value.hint == "fetch it again"


SCRIPT = """
import sys
sys.path[:] = {paths!r}
from podcast_pipeline.transcribe.workers import Pool, Task
from podcast_pipeline.transcribe.jobs import Recognise, Recogniser
job = Recognise(Recogniser("fakes:Endless", {pids!r}, "int8"), {pcm!r}, ((0, 1000),), 100, "host", "en", 5)
with Pool(2) as pool:
    pool.run([Task("one", 1, job), Task("two", 1, job)], lambda _: None)
"""


def alive(pid: int) -> bool:
    """Whether the process runs; one that has died and waits for its parent does not."""
    try:
        return " Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1][:2]
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_worker_outlives_its_command(how: signal.Signals, sound: pcm.Pcm, tmp_path: Path) -> None:
    """However the command ends in the middle of the work, its workers are gone within two seconds."""
    pids = tmp_path / "pids"
    pids.touch()
    code = textwrap.dedent(SCRIPT).format(paths=sys.path, pids=str(pids), pcm=str(sound.path))
    command = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 120
        while len(found := [int(line) for line in pids.read_text().split()]) < 2:
            assert time.monotonic() < deadline
            assert command.poll() is None
            time.sleep(0.02)
        assert all(alive(pid) for pid in found)
        os.kill(command.pid, how)
        command.wait(120)
        deadline = time.monotonic() + 120
        while any(alive(pid) for pid in found) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not any(alive(pid) for pid in found)
    finally:
        command.kill()
        command.wait()


def test_workers_are_as_many_as_asked_for_or_as_fit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """-j N is taken as it is; else cores, a container's quota and half of the memory decide, and one is the least."""
    assert cores.count(7, 1 << 40) == 7
    assert cores.count(0, 1 << 60) == 1
    monkeypatch.setattr(parallel, "_CGROUP", tmp_path)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)))
    (tmp_path / "cpu.max").write_text("max 100000\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert cores.count(0, 1) == 8
    (tmp_path / "cpu.max").write_text("250000 100000\n")
    assert cores.count(0, 1) == 2
    (tmp_path / "cpu.max").write_text("max 100000\n")
    (tmp_path / "memory.max").write_text(str(3 << 30))
    assert cores.count(0, 500 << 20) == 3
