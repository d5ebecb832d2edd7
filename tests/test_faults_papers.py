"""Killed or out of room at any step of what writes into the files of people: each is the old one or the new one, and
the same command run again ends the work."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import tomllib
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
import soak
from faults import KILLED, STANDS, fault, forked, points
from shows import TINY, Made, ShowDir, copied

from podcast_pipeline.cli import claims, refs, refscheck

pytest_plugins = ["shows"]
RETRACTED = "10.1000/retracted.2019"
NBIB = f"""\
PMID- 90000042
TI  - An invented paper that was taken back
LID - {RETRACTED} [doi]
DP  - 2019
TA  - J Ex
PT  - Retracted Publication
"""
WATCHED = f"""\
RetractionDate,RetractionDOI,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature
2/19/2025 0:00,10.1000/notice,{RETRACTED},90000042,Retraction
2/19/2025 0:00,10.1000/notice.1,10.1136/bmj-2024-079971,0,Correction
"""
SEAL = ("check", TINY, "--seal", "--by", "example-reviewer", "--yes")


@dataclass(frozen=True)
class Writing:
    """A command, what it ends with undisturbed and run again, and what has to be run besides after a fault."""

    words: tuple[str, ...]
    code: int = 0
    again: tuple[int, ...] = (0,)
    then: tuple[str, ...] = ()


@pytest.fixture(scope="module")
def ready(made: Made, tmp_path_factory: pytest.TempPathFactory) -> ShowDir:
    """A show that was signed, without its build, and the files of others that are read; all clocks stand."""
    folder = tmp_path_factory.mktemp("papers")
    show = copied(made("signed"), folder / "show")
    shutil.rmtree(show.root / "build")
    transcript = show.folder / "transcript.json"
    value = json.loads(transcript.read_text("utf-8"))
    words = value["paragraphs"][0]["words"]
    value["paragraphs"][0]["words"] = [["A network meta-analysis says 12 percent.", words[0][1], words[-1][2]]]
    transcript.write_text(json.dumps(value), "utf-8")
    show.edit(f"episodes/{TINY}/episode.toml", 'at = "0:03"', 'at = "0:04.9"')
    for path in (show.root / "feed/people/example-reviewer.toml", show.folder / "episode.toml"):
        path.write_text(re.sub(r"(?m)^judged = .*\n", "", path.read_text("utf-8")), "utf-8")
    (folder / "papers.nbib").write_text(NBIB, "utf-8")
    (folder / "retraction_watch_2020-01-04.csv").write_text(WATCHED, "utf-8")
    (folder / "schedule.txt").write_text("March 1, An invented paper, Robin Example\n", "utf-8")
    return show


def commands(show: ShowDir) -> dict[str, Writing]:
    """What is hurt, by name."""
    folder = show.root.parent
    (proposal,) = json.loads(show.podcast("claims", "suggest", TINY, "--json").out)
    accept = ("claims", "accept", TINY, proposal["id"], "--ref", "ref1", "--checked-by", "example-reviewer")
    watched = f"{folder}/retraction_watch_2020-01-04.csv"
    return {
        "check --seal": Writing(SEAL),
        "refs add": Writing(("refs", "add", f"{folder}/papers.nbib")),
        "refs check": Writing(("refs", "check", "--retractions", watched), code=1, again=(0, 1)),
        "claims accept": Writing(accept, again=(0, 1), then=SEAL),
        "plan import": Writing(("plan", "import", f"{folder}/schedule.txt", "--year", "2027")),
    }


class Standing(datetime):
    """A clock that stands."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        return STANDS


def written(show: ShowDir) -> dict[str, bytes]:
    """The files of people and those beside them, temporaries included."""
    found = {}
    for name in ("feed", "episodes"):
        for path in sorted((show.root / name).rglob("*")):
            if path.is_file() and path.suffix not in (".flac", ".jpg", ".png"):
                found[path.relative_to(show.root).as_posix()] = path.read_bytes()
    return found


def test_what_people_wrote_is_old_or_new(ready: ShowDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a kill at any step, and after a full disk at any write, every file is whole; run again, all is as it is
    after a command that nothing disturbed, and nothing else lies there."""
    for module in (claims, refs, refscheck):
        monkeypatch.setattr(module, "datetime", Standing)
    same, before, counter = uuid.UUID(int=7), written(ready), itertools.count()
    monkeypatch.setattr(uuid, "uuid4", lambda: same)
    for name, writing in commands(ready).items():
        steps = points(copied(ready, tmp_path / f"{next(counter)}"), writing.words, writing.code)
        whole = copied(ready, tmp_path / f"{next(counter)}")
        said = forked(whole, writing.words)
        assert said.code == writing.code, f"{name}: {said.err}"
        middle = written(whole)
        assert middle != before, name
        after = ended(whole, writing)
        for kind, number in hurts(steps):
            place = f"{name}: {kind} at {number}, {steps[number - 1]}"
            show = copied(ready, tmp_path / f"{next(counter)}")
            hurt = forked(show, writing.words, fault(kind, steps, number))
            assert hurt.code == (KILLED if kind == "kill" else 1), f"{place}\n{hurt.err}"
            assert "Traceback" not in hurt.err, place
            for file, data in written(show).items():
                whole_ = data in (before.get(file), middle.get(file)) or (writing.then and tomllib.loads(data.decode()))
                assert whole_ or ".tmp" in file, f"{place}: {file}"
            again = forked(show, writing.words)
            assert again.code in {writing.code, *writing.again}, f"{place}: run again: {again.err}"
            assert ended(show, writing) == after, place


def hurts(steps: list[str]) -> list[tuple[str, int]]:
    """Kind and number of each fault: in the long form a kill at every step and a full disk at every write; in the short
    one a kill where a temporary lies there, and behind the file that it became."""
    every = [(kind, number, step) for kind in ("kill", "ENOSPC") for number, step in enumerate(steps, 1)]
    chosen = {"kill": () if soak.LONG else ("write ", "renamed "), "ENOSPC": ("write ",)}
    return [(kind, number) for kind, number, step in every if not chosen[kind] or step.startswith(chosen[kind])]


def ended(show: ShowDir, writing: Writing) -> dict[str, bytes]:
    """What stands there once that has been run which has to be run besides."""
    if writing.then:
        assert forked(show, writing.then).code == 0
    return written(show)
