"""Killed, out of space or broken at any step: the feed names whole objects, and running again finishes the job."""

from __future__ import annotations

import errno
import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import soak
from faults import KILLED, KINDS, Job, jobs
from shows import Made

from podcast_pipeline import atomic, faults
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import StorageSettings
from podcast_pipeline.storage.faulty import Faulty
from podcast_pipeline.storage.local import LocalStorage
from podcast_pipeline.storage.registry import open_storage

pytest_plugins = ["shows"]
SHARE = {
    "build": soak.examples(1, 6),
    "publish": soak.examples(3, 20),
    "correction": soak.examples(2, 20),
    "rollback": soak.examples(3, 20),
    "withdraw": soak.examples(1, 200),
    "rename": soak.examples(1, 200),
    "amend": soak.examples(1, 200),
    "import": soak.examples(3, 20),
} | ({"reinstate": 200, "return": 200} if soak.LONG else {})
"""How many points of each job each kind of fault takes; the bench takes all."""
KILLED_ALONE = ("withdraw", "rename", "amend")
"""What is only killed in the short form: they publish as the others do."""
HURTS = [(name, kind) for name in SHARE for kind in KINDS if soak.LONG or kind == "kill" or name not in KILLED_ALONE]


@pytest.fixture(scope="module")
def all_jobs(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Job]]:
    with jobs(made, tmp_path_factory.mktemp("jobs"), back=soak.LONG) as every:
        yield every


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kind"), HURTS)
def test_faults(all_jobs: dict[str, Job], name: str, kind: str) -> None:
    """After a fault at evenly spread points, and a kill at the last one, the four invariants hold."""
    job = all_jobs[name]
    count = len(job.points)
    # Each kind starts at another point, so that together they meet more of them.
    first = 1 + KINDS.index(kind) * count // (3 * SHARE[name])
    last = {count} if kind == "kill" or soak.LONG else set()
    for number in sorted({*range(first, count + 1, max(1, count // SHARE[name]))} | last):
        job.hurt(kind, number)


def test_points_are_everywhere(all_jobs: dict[str, Job]) -> None:
    """Publishing passes a point before and after each put, at each step of each write, and at the record."""
    found = all_jobs["publish"].points
    puts = [point.split()[-1] for point in found if point.startswith("before put")]
    assert puts[-1] == "feed.xml"
    assert puts[-2].startswith("feeds/history/")
    assert {f"after put {key}" for key in puts} <= set(found)
    for step in ("write", "rename", "renamed", "synced"):
        assert f"{step} 001-tiny.json" in found
    assert found.index("synced 001-tiny.json") < found.index("before put feed.xml")
    fetched = all_jobs["import"].points
    for slug in ("episode-a", "episode-b"):  # once as it is announced, once with its files
        assert fetched.count(f"synced {slug}.json") == 2
    assert fetched[fetched.index("synced show.toml") :].index("synced episode-a.json") > 0
    assert any(point.startswith("fetching ") for point in fetched)
    made = all_jobs["build"].points
    assert {f"moved {name}" for name in ("001-tiny.mp3", "release.json", "transcript.vtt")} <= set(made)


@pytest.mark.parametrize("step", ["write", "rename", "renamed"])
@pytest.mark.parametrize("kind", KINDS)
def test_one_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, step: str) -> None:
    """A write that fails leaves the old file or the new one, no temporary, and one line; a kill leaves either whole."""
    path = tmp_path / "file.json"
    path.write_bytes(b"old")
    code = (
        "import sys; from pathlib import Path; from podcast_pipeline import atomic;"
        "atomic.write_bytes(Path(sys.argv[1]), b'new')"
    )
    number = 1 + ["write", "rename", "renamed"].index(step)
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        env={**os.environ, faults.VARIABLE: f"{kind}:{number}"},
    )
    assert path.read_bytes() == (b"new" if step == "renamed" else b"old")
    if kind == "kill":
        assert done.returncode == KILLED
        atomic.sweep(tmp_path)
    else:
        assert "PodcastError" in done.stderr
        assert str(path) in done.stderr
        assert ("no room to write 3 bytes" in done.stderr) == (kind == "ENOSPC")
    assert [one.name for one in tmp_path.iterdir()] == ["file.json"]


def test_the_order_of_system_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut keeps old or new: data are durable before the name changes, the name before the helper returns."""
    calls: list[str] = []
    durable, renamed = os.fsync, os.replace
    kinds = {True: "folder", False: "file"}

    def fsync(handle: int) -> None:
        import stat

        calls.append(f"fsync {kinds[stat.S_ISDIR(os.fstat(handle).st_mode)]}")
        durable(handle)

    def replace(self: Path, target: Path) -> Path:
        calls.append("rename")
        renamed(self, target)
        return Path(target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    source = tmp_path / "source"
    source.write_bytes(b"data")
    writes: tuple[Callable[[], object], ...] = (
        lambda: atomic.write_bytes(tmp_path / "a", b"data"),
        lambda: atomic.write_text(tmp_path / "b", "text"),
        lambda: atomic.write_json(tmp_path / "c", {}),
        lambda: atomic.copy(source, tmp_path / "d"),
    )
    for write in writes:
        calls.clear()
        write()
        assert calls == ["fsync file", "rename", "fsync folder"]


def test_a_limit_names_file_need_and_why(tmp_path: Path) -> None:
    """The kernel's own limit (not our harness): the old file is untouched and the line has file, need and why."""
    code = (
        "import resource, sys; from pathlib import Path; from podcast_pipeline import atomic;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)); atomic.write_bytes(Path(sys.argv[1]), b'x' * 5000)"
    )
    path = tmp_path / "feed.xml"
    path.write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True)
    assert f"{path}: no room to write 5,000 bytes (" in done.stderr
    assert "no file may be that large here" in done.stderr
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_faults_are_off_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the variable a point does nothing, and the storage is not wrapped; with it, that very step fails."""
    settings = StorageSettings("https://podcast.example.org/")
    monkeypatch.setattr(faults, "_count", itertools.count(1))
    monkeypatch.delenv(faults.VARIABLE, raising=False)
    faults.point("anything")
    assert type(open_storage(settings, Workspace(tmp_path))) is LocalStorage
    monkeypatch.setenv(faults.VARIABLE, "EIO:2")
    faults.point("not yet")
    with pytest.raises(OSError, match="now"):
        faults.point("now")
    faults.point("not any more")
    assert type(open_storage(settings, Workspace(tmp_path))) is Faulty


def test_failure_of_any_kind_is_one_line(tmp_path: Path) -> None:
    """EIO, read-only and full disks become PodcastError with the file's name; room is told where that is why."""
    free = shutil.disk_usage(tmp_path).free
    wanted = {
        (errno.EIO, 1): "cannot be written",
        (errno.EROFS, 1): "cannot be written",
        (errno.ENOSPC, 1): "no room to write 1 bytes (the disk has room: a quota, or too many files)",
        (errno.ENOSPC, 2 * free + 1): "bytes free)",
        (errno.EDQUOT, 1): "no room to write 1 bytes (a quota is used up)",
    }
    for (number, need), words in wanted.items():
        error = atomic.failure(tmp_path / "x", need, OSError(number, os.strerror(number)))
        assert isinstance(error, PodcastError)
        assert error.message.startswith(f"{tmp_path / 'x'}: ")
        assert words in error.message
