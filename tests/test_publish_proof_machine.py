"""Losses, moves, kills and publications in random order: no feed is put that names what the store does not hold."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import hypothesis.strategies as st
import pytest
from faults import KILLED, fault, forked, points
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from shows import ShowDir, copied, named, tree
from soak import examples
from test_publish_proof import feeds_of, lost, whole

from podcast_pipeline.config.load import load_show
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.keys import Headers
from podcast_pipeline.publish.carry_out import carry_out
from podcast_pipeline.publish.prepare import prepare
from podcast_pipeline.storage.local import LocalStorage
from podcast_pipeline.storage.protocol import Source, Stored

pytest_plugins = ["shows"]
__all__ = ["whole"]
pytestmark = pytest.mark.slow
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Killed(BaseException):
    """The process dies here."""


class Watched(LocalStorage):
    """A store that looks at every feed when it is put: by then all that it names is there; dies at the put `end`."""

    public: Path
    end: int
    puts: int = 0

    def put(
        self,
        source: Source,
        key: str,
        headers: Headers,
        sha256: str,
        if_match: str | None = None,
        if_absent: bool = False,
    ) -> Stored:
        self.puts += 1
        if self.puts == self.end:
            raise Killed
        if key.endswith(".xml") and not key.startswith("feeds/history/"):
            assert isinstance(source, bytes)
            objects = {name: length for name, length in named(source).items() if name and not name.endswith(".xml")}
            assert objects
            for name, length in objects.items():
                path = self.public / name.partition("#")[0]
                assert path.is_file(), f"{key} is put, and {name} is not there"
                assert length in (None, path.stat().st_size), f"{key} is put, and {name} has another length"
        return super().put(source, key, headers, sha256, if_match, if_absent)


class Life(RuleBasedStateMachine):
    """One show directory with its store, and what happens to them."""

    origin: ShowDir

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="proof-"))
        self.show = copied(self.origin, self.folder / "show")
        self.titles, self.built = 0, True

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def objects(self) -> list[Path]:
        names = [key for key in tree(self.show.public, ".lock") if not key.startswith("feeds/")]
        return [self.show.public / key for key in names if not key.endswith((".xml", ".txt"))]

    @rule(number=st.integers(0, 999), share=st.sampled_from([None, 0.0, 0.5]))
    def harm(self, number: int, share: float | None) -> None:
        """An object is lost (None) or cut off."""
        if paths := self.objects():
            path = paths[number % len(paths)]
            data = path.read_bytes()
            path.unlink() if share is None else path.write_bytes(data[: int(len(data) * share)])

    @rule(kept=st.booleans())
    def move_the_store(self, kept: bool) -> None:
        """The store is another one now, and empty; the former one may still lie in the show's folder."""
        former = self.show.root / "build" / "former-store"
        if kept and self.built:
            shutil.rmtree(former, ignore_errors=True)
            self.show.public.rename(former)
        else:
            shutil.rmtree(self.show.public, ignore_errors=True)
        self.show.public.mkdir(exist_ok=True)

    @rule()
    def change_the_show(self) -> None:
        self.titles += 1
        text = self.show.workspace.show_toml.read_text("utf-8")
        line = next(line for line in text.splitlines() if line.startswith("copyright"))
        self.show.edit("feed/show.toml", line, f'copyright = "Example Society {self.titles}"')

    @precondition(lambda self: self.built)
    @rule()
    def lose_the_build(self) -> None:
        self.show.workspace.build_root.rename(self.folder / "kept")
        self.built = False

    @precondition(lambda self: not self.built)
    @rule()
    def find_the_build(self) -> None:
        shutil.rmtree(self.show.workspace.build_root, ignore_errors=True)
        (self.folder / "kept").rename(self.show.workspace.build_root)
        self.built = True

    @rule(end=st.integers(0, 30))
    def publish(self, end: int) -> None:
        """Whole or killed: a feed changes only into one whose objects are there; refused, nothing changes."""
        before, workspace = feeds_of(self.show), self.show.workspace
        show = load_show(workspace)
        storage = Watched(show.storage, workspace)
        storage.public, storage.end = self.show.public, end
        try:
            planned = prepare(show, workspace, [], storage, NOW)
            carry_out(planned, show, workspace, storage, NOW, lambda _: None)
        except Killed:
            return
        except PodcastError:
            assert not self.built, "with its build at hand everything can be put back"
            assert feeds_of(self.show) == before
            return
        assert lost(self.show) == []
        assert not prepare(show, workspace, [], Watched(show.storage, workspace), NOW).changes


def test_no_order_of_events_makes_a_feed_lie(whole: ShowDir) -> None:
    """The state machine above."""

    class Machine(Life):
        pass

    Machine.origin = whole
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples(5, 200),
            stateful_step_count=examples(10, 30),
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_an_emptied_store_is_filled_by_a_show_that_changed(whole: ShowDir) -> None:
    """The pages are others by now, and the captions that they are made from lie in build/ alone."""

    class Machine(Life):
        origin = whole

    life = Machine()
    life.begin()
    life.change_the_show()
    life.move_the_store(kept=False)
    life.publish(end=0)
    life.teardown()


def test_killed_while_an_emptied_store_is_filled(whole: ShowDir, tmp_path: Path) -> None:
    """Killed at any step: the feeds that are there name whole objects only; the same command finishes, then rests."""
    empty = copied(whole, tmp_path / "empty")
    wanted = tree(empty.public, ".lock", "feeds/history")
    shutil.rmtree(empty.public)
    steps = points(copied(empty, tmp_path / "trace"), ("publish",))
    count = examples(4, len(steps))
    for number in sorted({1 + index * (len(steps) - 1) // max(1, count - 1) for index in range(count)}):
        shutil.rmtree(tmp_path / "hurt", ignore_errors=True)
        hurt = copied(empty, tmp_path / "hurt")
        assert forked(hurt, ("publish",), fault("kill", steps, number)).code == KILLED, steps[number - 1]
        assert lost(hurt) == [], steps[number - 1]
        again = forked(hurt, ("publish",))
        assert again.code == 0, again.err
        assert tree(hurt.public, ".lock", "feeds/history") == wanted, steps[number - 1]
        assert "nothing was written" in forked(hurt, ("publish",)).err
