"""The one memory of what was digested: right whatever happens to a file, and read once while nothing does."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from soak import examples

from podcast_pipeline import sha256
from podcast_pipeline.digests import Digests
from podcast_pipeline.errors import PodcastError

OLD = 1_000_000_000


TICK = 20_000_000
"""Nanoseconds: longer than a tick of any clock by which a file system tells times."""


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has just been written is remembered at once."""
    monkeypatch.setattr("podcast_pipeline.digests._SETTLED", 0)


def aged(path: Path, seconds: int = OLD) -> None:
    """As if it had been written long ago, all such files at one time."""
    os.utime(path, (seconds, seconds))


class Counted:
    """Digests files, and counts how often it is asked."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, path: Path) -> str:
        self.count += 1
        return sha256.of_file(path)


@pytest.mark.usefixtures("at_once")
def test_a_file_is_read_once_in_all_runs(tmp_path: Path) -> None:
    """Asked again, in this run or the next, it is not read; a file that is gone is forgotten."""
    file, cache, counted = tmp_path / "file", tmp_path / "cache.json", Counted()
    file.write_bytes(b"one")
    aged(file)
    for _ in range(2):
        digests = Digests(cache, counted)
        assert digests(file) == digests(file) == hashlib.sha256(b"one").hexdigest()
        digests.save()
    assert counted.count == 1
    file.unlink()
    assert Digests(cache)(file) is None
    other = tmp_path / "other"
    other.write_bytes(b"two")
    aged(other)
    digests = Digests(cache)
    digests(other)
    digests.save()
    assert list(json.loads(cache.read_text())) == [str(other)]


@pytest.mark.usefixtures("at_once")
def test_a_file_that_took_the_place_of_another_is_read(tmp_path: Path) -> None:
    """With the same size and time, as copies have that keep them: the sign-off of a review took it for the old one."""
    file, new = tmp_path / "file", tmp_path / "new"
    for path, content in ((file, b"one"), (new, b"two")):
        path.write_bytes(content)
        aged(path)
    digests = Digests()
    before = digests(file)
    new.replace(file)
    assert digests(file) == hashlib.sha256(b"two").hexdigest() != before


def test_a_file_that_was_just_written_is_not_remembered(tmp_path: Path) -> None:
    """Two writes within one tick of the clock carry the same time; models were remembered all the same."""
    file, counted = tmp_path / "file", Counted()
    file.write_bytes(b"one")
    digests = Digests(of=counted)
    now = file.stat()
    assert digests(file) == hashlib.sha256(b"one").hexdigest()
    file.write_bytes(b"two")
    os.utime(file, ns=(now.st_atime_ns, now.st_mtime_ns))
    assert digests(file) == hashlib.sha256(b"two").hexdigest()


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"%s": 1}', '{"%s": [1, 2]}', '{"%s": [3, 1, 2, null]}'])
def test_a_cache_of_something_else_is_none(text: str, tmp_path: Path) -> None:
    """Torn or of somebody else, it stops nothing: it is made again."""
    file, cache = tmp_path / "file", tmp_path / "cache.json"
    file.write_bytes(b"one")
    aged(file)
    cache.write_text(text.replace("%s", str(file)))
    digests = Digests(cache)
    assert digests(file) == hashlib.sha256(b"one").hexdigest()
    digests.save()
    assert list(json.loads(cache.read_text())) == [str(file)]


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    """A folder is no file: named, with the reason; a name below a file is nothing at all."""
    with pytest.raises(PodcastError, match=f"{tmp_path}: cannot be read"):
        Digests()(tmp_path)
    (tmp_path / "file").touch()
    assert Digests()(tmp_path / "file" / "below") is None


class Files(RuleBasedStateMachine):
    """Files are written, replaced, moved, given other times and removed in any order; whoever asks gets the truth."""

    @initialize(folder=st.just("files"))
    def start(self, folder: str) -> None:
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr("podcast_pipeline.digests._SETTLED", TICK)
        self.root = Path(tempfile.mkdtemp(prefix=folder))
        self.cache = self.root / "cache.json"
        self.digests = Digests(self.cache)

    NAMES = st.sampled_from(["a", "b"])
    CONTENTS = st.sampled_from([b"one", b"two", b"three"])

    @rule(name=NAMES, content=CONTENTS)
    def write(self, name: str, content: bytes) -> None:
        (self.root / name).write_bytes(content)

    @rule(name=NAMES, content=CONTENTS, seconds=st.sampled_from([1, OLD]))
    def replace(self, name: str, content: bytes, seconds: int) -> None:
        new = self.root / "new"
        new.write_bytes(content)
        aged(new, seconds)
        new.replace(self.root / name)

    @rule(one=NAMES, two=NAMES)
    def move(self, one: str, two: str) -> None:
        if (self.root / one).exists():
            (self.root / one).replace(self.root / two)

    @rule(name=NAMES)
    def remove(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)

    @rule()
    def time_passes(self) -> None:
        time.sleep(1.1 * TICK / 1e9)

    @rule()
    def next_run(self) -> None:
        self.digests.save()
        self.digests = Digests(self.cache)

    @rule(name=NAMES)
    def ask(self, name: str) -> None:
        path = self.root / name
        content = path.read_bytes() if path.exists() else None
        assert self.digests(path) == (None if content is None else hashlib.sha256(content).hexdigest())
        if content is not None:
            with open(path, "rb") as stream:
                assert self.digests.opened(stream) == hashlib.sha256(content).hexdigest()

    def teardown(self) -> None:
        if hasattr(self, "root"):
            shutil.rmtree(self.root)
            self.patch.undo()


TestFiles = Files.TestCase
TestFiles.settings = settings(max_examples=examples(20, 500), stateful_step_count=20, deadline=None)
