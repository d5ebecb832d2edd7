"""The command under faults: every write step and storage call may be the last one, or find the disk full or broken.

Used by the suite for some of the points and by tests/bench/interruptions.py for all of them.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import web
from foreign import offered
from shows import SIGNER, STAGES, TINY, ShowDir, copied, heard, missing, record, stamps, tree

from podcast_pipeline import download, faults
from podcast_pipeline.cli import main, publish
from podcast_pipeline.publish import names

KINDS = ("kill", "ENOSPC", "EIO")
STANDS = datetime(2026, 11, 21, 12, tzinfo=UTC)
NOW = ("--now", f"{STANDS:%Y-%m-%dT%H:%M:%SZ}")
KILLED = -9
WITHDRAW = ("withdraw", TINY, "--kind", "consent", "--reason", "Wishes it.", "--purge", "--yes")


@dataclass(frozen=True)
class Said:
    code: int
    err: str


def forked(show: ShowDir, words: tuple[str, ...], fault: str = "") -> Said:
    """Run the command in a child of this process, which has everything imported; under `fault` if there is one."""
    said = show.root.parent / f"{show.root.name}.said"
    child = os.fork()
    if child == 0:
        code = 70
        try:
            with open(said, "w", encoding="utf-8") as stream:
                sys.stdout = sys.stderr = stream
                os.environ["HF_HUB_OFFLINE"] = "1"
                if fault:
                    os.environ[faults.VARIABLE] = fault
                    faults._count = itertools.count(1)  # the parent may have passed points of its own
                try:
                    main(["-C", str(show.root), *words])
                except SystemExit as end:
                    code = int(end.code or 0)
                except BaseException as error:
                    stream.write(f"Traceback: {error!r}")
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return Said(code, said.read_text("utf-8", "replace"))


def points(show: ShowDir, words: tuple[str, ...], code: int = 0) -> list[str]:
    """The fault points that the command, which ends with `code`, passes on this show, in order.

    Without those that differ from run to run: a file's digest is remembered once it is older than a tick of the clock,
    so that a cache of digests is written or not, and an object is asked for or the listing is enough. Nothing is
    written between such a question and the step before it.
    """
    said = forked(show, words, "trace:0")
    assert said.code == code, said.err
    steps = [line.partition(": ")[2] for line in said.err.splitlines() if line.startswith("fault point ")]
    return [step for step in steps if not step.endswith(".digests.json") and " stat " not in step]


def fault(kind: str, steps: list[str], number: int) -> str:
    """What PODCAST_FAULT says of the `number`-th of `steps`: its name, and the how many-th of that name it is."""
    step = steps[number - 1]
    return f"{kind}:{steps[:number].count(step)}:{step}"


def state(show: ShowDir) -> dict[str, str]:
    """Every file of the show; of records of stages all but the seconds; nothing that is only a cache or a lock."""
    found = tree(show.root, ".digests.json", ".records/", ".lock")
    # A record that could not be written after its feed was up is made again as the next revision: what it says counts.
    for path in (show.root / "feed" / "releases").glob("*.json"):
        value = json.loads(path.read_bytes())
        found[path.relative_to(show.root).as_posix()] = json.dumps({**value, "revision": 0, "replaces": [], "seal": ""})
    seen = show.root / "feed" / "publication.json"
    if seen.exists():
        said = json.loads(seen.read_bytes())
        for entry in (*said["public"]["episodes"].values(), *said["public"]["hidden"].values()):
            entry |= {"record": "", "revision": 0}
        found["feed/publication.json"] = json.dumps({**said, "proven": "", "changed": []})
    for stage in STAGES:
        if (show.build / ".records" / f"{stage}.json").exists():
            found[stage] = json.dumps({**record(show, stage), "seconds": 0})
    return found


@dataclass
class Job:
    """A command on a show, what it makes of it undisturbed, and the points where it can be hurt."""

    show: ShowDir
    words: tuple[str, ...]
    folder: Path
    program: tuple[str, ...] = ("-m", "podcast_pipeline")
    """What Python runs for a process of its own."""

    def __post_init__(self) -> None:
        whole = self.copy("whole")
        self.points = points(whole, self.words)
        self.wanted = state(whole)
        self.feeds = {_feed(self.show), _feed(whole)}

    def copy(self, name: str) -> ShowDir:
        shutil.rmtree(self.folder / name, ignore_errors=True)
        return copied(self.show, self.folder / name)

    def hurt(self, kind: str, number: int) -> None:
        """Fail at one point; then the four invariants. AssertionError names the point."""
        place = f"{kind} at {number}, {self.points[number - 1]}"
        show = self.copy("hurt")
        said = forked(show, self.words, fault(kind, self.points, number))
        self.check(show, said, place)
        # Some writes may fail without a failure, as that of what the next run makes again.
        assert said.code in ((KILLED,) if kind == "kill" else (0, 1)), f"{place}: {said.code}\n{said.err}"

    def check(self, show: ShowDir, said: Said, place: str) -> None:
        """What must hold after any interruption, and after the command was run again."""
        assert "Traceback" not in said.err, f"{place}\n{said.err}"
        assert missing(show.public) == [], place
        assert _feed(show) in self.feeds, place
        again = forked(show, self.words)
        assert again.code == 0, f"{place}: run again: {again.err}"
        now = state(show)
        assert now == self.wanted, f"{place}: {_difference(now, self.wanted)}"
        before = _written(show)
        assert forked(show, self.words).code == 0
        after = _written(show)
        assert after == before, f"{place}: the third run wrote {_difference(after, before)}"
        strange = [key for key in tree(show.public, ".lock") if not names.ours(key)] if show.public.exists() else []
        assert strange == [], place


def _feed(show: ShowDir) -> bytes:
    path = show.public / "feed.xml"
    return path.read_bytes() if path.exists() else b""


def _written(show: ShowDir) -> dict[str, tuple[int, int]]:
    return {name: one for name, one in stamps(show.root).items() if not name.endswith((".digests.json", ".lock"))}


def _difference(now: Mapping[str, object], wanted: Mapping[str, object]) -> list[str]:
    return sorted(name for name in now.keys() | wanted.keys() if now.get(name) != wanted.get(name))


@contextlib.contextmanager
def jobs(made: Callable[[str], ShowDir], folder: Path, *, back: bool = True) -> Iterator[dict[str, Job]]:
    """Build from nothing, first publication, a correction's, a rollback, another name, a withdrawal, an amendment, an
    import with its media; with `back` also the return of what was rolled back, and of what was withdrawn."""
    folder.mkdir(exist_ok=True)
    ready = copied(made("raw"), folder / "raw")
    for path in made("signed").folder.iterdir():
        if path.is_file():
            shutil.copyfile(path, ready.folder / path.name)
    heard(made("built"), ready)
    correction = copied(made("published"), folder / "correction")
    (first,) = (correction.public / "feeds" / "history").iterdir()
    earlier = first.name[-12:-4]
    correction.correct()
    correction.podcast("signoff", TINY, "--by", "example-host", "--yes")
    correction.podcast("build", "--force")
    corrected = copied(correction, folder / "corrected")
    corrected.podcast("publish", TINY, *NOW)
    amended = copied(made("published"), folder / "amended")
    amended.edit(f"episodes/{TINY}/episode.toml", 'title = "A tiny episode"', 'title = "Another title"')
    amended.podcast("signoff", TINY, "--by", SIGNER, "--yes")
    wanted = {
        "build": (ready, ("build",)),
        "publish": (copied(made("signed"), folder / "signed"), ("publish", TINY, *NOW)),
        "correction": (correction, ("publish", TINY, *NOW)),
        "rollback": (corrected, ("rollback", earlier, "--yes", *NOW)),
        "rename": (copied(made("published"), folder / "renamed"), ("rename", TINY, "002-renamed")),
        "withdraw": (copied(made("published"), folder / "withdrawn"), (*WITHDRAW, *NOW)),
        "amend": (amended, ("amend", TINY, "--yes")),
    }
    if back:
        taken, gone = copied(corrected, folder / "taken"), copied(made("published"), folder / "gone")
        taken.podcast("rollback", earlier, "--yes", *NOW)
        gone.podcast("withdraw", TINY, "--kind", "error", "--reason", "It was wrong.", "--yes", *NOW)
        wanted["reinstate"] = (taken, ("publish", TINY, "--reinstate", "--yes", *NOW))
        wanted["return"] = (gone, ("withdraw", TINY, "--reinstate", "--yes", *NOW))
    public = download.PUBLIC
    with web.serve(folder / "authority.pem") as host, pytest.MonkeyPatch.context() as patch:
        # `amend` takes no --now: the clock that its publication asks stands.
        patch.setattr(publish, "instant", lambda now: now or STANDS)
        every = {name: Job(show, words, folder / f"job-{name}") for name, (show, words) in wanted.items()}
        every["amend"].program = ("-c", STANDING)
        offered(host, folder)
        download.PUBLIC = host.reach  # the host is on this computer; what is forked from here may ask it too
        try:
            (folder / "empty").mkdir()
            words = ("import", f"{host.url}/feed.xml", "--media")
            program = ("-c", PRIVATELY, str(folder / "authority.pem"))
            yield every | {"import": Job(ShowDir(folder / "empty"), words, folder / "job-import", program)}
        finally:
            download.PUBLIC = public


STANDING = f"""
from datetime import UTC, datetime
from podcast_pipeline import cli
from podcast_pipeline.cli import publish
publish.instant = lambda now: now or datetime.fromisoformat("{STANDS.isoformat()}")
cli.main()
"""
"""The command, with a clock that stands."""
PRIVATELY = """
import ssl, sys
from podcast_pipeline import cli, download
download.PUBLIC = download.Reach(private=True, context=ssl.create_default_context(cafile=sys.argv.pop(1)))
cli.main()
"""
"""The command, with leave to ask this computer, whose certificate is signed by the file named first."""
