"""What a run leaves behind: the old state or the new one, whatever stops it; and no hand-made change is lost."""

from __future__ import annotations

import dataclasses
import itertools
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from workshop import Workshop

from podcast_pipeline import atomic
from podcast_pipeline.digests import Digests
from podcast_pipeline.engine import execute, lock, record
from podcast_pipeline.engine.decide import Decider
from podcast_pipeline.engine.stage import ordered
from podcast_pipeline.errors import PodcastError, StaleOutput
from podcast_pipeline.progress import Progress

WRITES = ((atomic, "move"), (atomic, "write_bytes"), (Path, "write_text"), (Path, "unlink"), (Path, "mkdir"))
"""Every change of the file system by the engine and by the workshop's stages passes one of these."""


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    """A workshop whose stages have all been built once."""
    shop = Workshop(tmp_path)
    shop.source.write_text("one\ntwo\n")
    shop.build()
    return shop


def test_a_stage_that_fails_leaves_everything_as_it_was(shop: Workshop) -> None:
    """A stage that raises after writing half: its outputs and records are the old ones, and no scratch is left."""
    before = shop.tree()
    shop.source.write_text("eins\n")

    def half(scratch: Path, _: Progress) -> None:
        (scratch / "upper.txt").write_text("EI")
        raise PodcastError("the recording is damaged")

    shop.instead["upper"] = half
    with pytest.raises(PodcastError, match="the recording is damaged"):
        shop.build()
    assert shop.tree() == before
    assert list(shop.folder.glob(".scratch-*")) == []
    shop.instead.clear()
    shop.build()
    assert shop.expected().items() <= shop.tree().items()


def test_what_was_done_before_a_failure_is_kept(shop: Workshop) -> None:
    """Stages that ended before another failed are not run again afterwards."""
    shop.source.write_text("eins\nzwei\n")
    shop.instead["join"] = _raise
    with pytest.raises(PodcastError, match="no"):
        shop.build()
    assert shop.ran == ["upper", "big", "first", "join"]
    shop.instead.clear()
    assert shop.build() == ["join", "last"]


def test_an_interrupt_leaves_everything_as_it_was(shop: Workshop) -> None:
    """Ctrl-C inside a stage: old outputs whole, no scratch, and the exception goes on to the command."""
    before = shop.tree()
    shop.source.write_text("eins\n")

    def interrupted(scratch: Path, _: Progress) -> None:
        (scratch / "upper.txt").write_text("EI")
        raise KeyboardInterrupt

    shop.instead["upper"] = interrupted
    with pytest.raises(KeyboardInterrupt):
        shop.build()
    assert shop.tree() == before


def test_an_output_that_was_not_written_is_a_mistake_of_ours(shop: Workshop) -> None:
    """A stage that forgets an output is an error, and the old outputs stay."""
    before = shop.tree()
    shop.source.write_text("eins\n")
    shop.instead["big"] = lambda scratch, _: None
    with pytest.raises(PodcastError, match=r"big did not write big\.tmp"):
        shop.build()
    assert shop.tree()["size.txt"] == before["size.txt"]


def test_a_full_disk_is_one_clear_line(shop: Workshop) -> None:
    """ENOSPC inside a stage becomes a PodcastError that names the place; the old outputs stay."""
    before = shop.tree()
    shop.source.write_text("eins\n")

    def full(scratch: Path, _: Progress) -> None:
        raise OSError(28, "No space left on device", str(scratch / "upper.txt"))

    shop.instead["upper"] = full
    with pytest.raises(PodcastError, match="no room to write"):
        shop.build()
    assert shop.tree() == before


@pytest.mark.slow
def test_a_kill_at_any_write_leaves_a_state_that_mends_itself(tmp_path: Path) -> None:
    """SIGKILL before each write in turn: no output is torn, and the next run ends in the tree of an undisturbed one."""
    quiet = Workshop(tmp_path / "quiet")
    quiet.root.mkdir()
    quiet.source.write_text("eins\nzwei\n")
    quiet.suffix = "?"
    quiet.build()
    for countdown in range(200):
        shop = Workshop(tmp_path / f"{countdown}")
        shop.root.mkdir()
        shop.source.write_text("one\ntwo\n")
        shop.build()
        old = shop.expected()
        shop.source.write_text("eins\nzwei\n")
        shop.suffix = "?"
        new = shop.expected()
        status = _killed(shop.root, countdown)
        found = shop.tree()
        for name in old:
            assert found[name] in (old[name], new[name]), f"torn at write {countdown}: {name}"
        shop.build()
        assert shop.tree() == quiet.tree(), f"killed before write {countdown}"
        assert shop.build() == []
        if status == 0:
            break
        assert status == -signal.SIGKILL
    assert countdown > 20


def _killed(root: Path, countdown: int) -> int:
    """Build in a child process that kills itself before its write number `countdown`; returns its status."""
    child = os.fork()
    if child == 0:
        left = itertools.count(countdown, -1)

        def counting(function: Callable[..., Any]) -> Callable[..., Any]:
            def counted(*arguments: Any, **named: Any) -> Any:
                if next(left) <= 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return function(*arguments, **named)

            return counted

        try:
            for owner, name in WRITES:
                setattr(owner, name, counting(getattr(owner, name)))
            Workshop(root, suffix="?").build()
        except BaseException:
            traceback.print_exc()
            os._exit(3)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_an_edited_output_is_refused(shop: Workshop) -> None:
    """An output that somebody changed is named and nothing at all runs, not even stages before it; --force may."""
    (shop.folder / "joined.txt").write_text("my own words")
    shop.source.write_text("eins\n")
    before = shop.tree()
    with pytest.raises(StaleOutput, match=r"build/001/joined\.txt: changed by hand") as caught:
        shop.build()
    assert "--force" in str(caught.value)
    assert (shop.ran, shop.tree()) == ([], before)
    shop.build(force=True)
    assert shop.expected().items() <= shop.tree().items()


def test_an_edited_output_put_back_or_removed_is_accepted(shop: Workshop) -> None:
    """Both ways out that the message names work: the old bytes again, or the file deleted."""
    output = shop.folder / "joined.txt"
    good = output.read_text()
    output.write_text("my own words")
    output.write_text(good)
    assert shop.build() == []
    output.unlink()
    assert shop.build() == ["big", "join"]
    assert output.read_text() == good


def test_a_torn_record_only_costs_a_run(shop: Workshop) -> None:
    """A record that cannot be read counts as none: the stage runs again, and the chain stops there."""
    (shop.folder / ".records" / "upper.json").write_text('{"version": ')
    assert shop.build() == ["upper"]
    (shop.root / "build" / ".digests.json").write_text("[1, 2")
    assert shop.build() == []


def test_one_run_at_a_time(tmp_path: Path) -> None:
    """A second process is refused with the name of what is locked and what to do; the lock ends with its owner."""
    path = tmp_path / "locks" / "001"
    holder = "import sys, time; from pathlib import Path; from podcast_pipeline.engine import lock\n"
    holder += "with lock.hold(Path(sys.argv[1]), '001'):\n    print('held', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", holder, str(path)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        owner = rf"001 is being worked on by (process {other.pid}|another process)"
        with pytest.raises(PodcastError, match=owner) as caught, lock.hold(path, "001"):
            pass
        assert "--wait" in str(caught.value)
        other.kill()
        other.wait()
    with lock.hold(path, "001"):
        pass


def test_waiting_for_another_run(tmp_path: Path) -> None:
    """--wait: the lock is taken as soon as the other run lets go."""
    path = tmp_path / "001"
    holder = "import sys, time; from pathlib import Path; from podcast_pipeline.engine import lock\n"
    holder += "with lock.hold(Path(sys.argv[1]), '001'):\n    print('held', flush=True); sys.stdin.readline()"
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        other.communicate("\n")
        with lock.hold(path, "001", wait=30):
            pass


def _raise(scratch: Path, report: Progress) -> None:
    raise PodcastError("no")


def test_tools_are_recorded_and_never_compared(shop: Workshop) -> None:
    """Another FFmpeg does not rebuild the archive, and what made an output stays known."""

    def built_with(version: str) -> dict[str, float]:
        stages = [dataclasses.replace(stage, tools=lambda: {"ffmpeg": version}) for stage in shop.stages()]
        digests = Digests(shop.root / "build" / ".digests.json")
        return execute.build(Decider(stages, shop.root, digests), lambda _: lambda _: None)

    shop.source.write_text("eins\n")
    assert "upper" in built_with("7")
    last = record.read(shop.folder, "upper")
    assert last is not None
    assert last.tools == {"ffmpeg": "7"}
    assert built_with("8") == {}


def test_a_stage_takes_over_only_what_it_made(shop: Workshop) -> None:
    """An output of its own may be kept; another file would be an input that nobody declares."""
    first, *others = shop.stages()
    ordered([dataclasses.replace(first, kept=frozenset(first.outputs)), *others])
    with pytest.raises(PodcastError, match="only what it made itself"):
        ordered([dataclasses.replace(first, kept=frozenset({shop.source})), *others])
