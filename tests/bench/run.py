"""`make bench`: speed and memory against what they are compared with; exit 1 if a row misses its goal.

Ratios are taken side by side in one run, as machines differ. Sizes are small by default; --full takes the stated ones.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SAMPLE = "bmj-statement-demo"


class Row(NamedTuple):
    """One measurement: what, the value and its goal as text, and whether the goal is met."""

    name: str
    value: str
    goal: str
    met: bool


def cpu_seconds(argv: Sequence[str]) -> float:
    """User and system seconds of one run of `argv` and its children. Raises CalledProcessError."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def help_row(full: bool) -> Row:
    """`podcast --help` against importing Click alone, in turns."""
    ours = [sys.executable, "-m", "podcast_pipeline", "--help"]
    theirs = [sys.executable, "-c", "import click"]
    ratios = [cpu_seconds(ours) / cpu_seconds(theirs) for _ in range(40 if full else 15)]
    ratio = statistics.median(ratios)
    return Row("podcast --help / import click, CPU", f"{ratio:.2f}", "<= 1.6", ratio <= 1.6)


def no_op_row(full: bool) -> Row:
    """`podcast build` over 100 built episodes of which nothing changed."""
    with tempfile.TemporaryDirectory() as folder:
        show = Path(folder) / "show"
        _hundred(show)
        build = [sys.executable, "-m", "podcast_pipeline", "-C", str(show), "build"]
        # Modules are compiled once, as wherever a package is installed; the first run does it.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        first = subprocess.run(build, check=True, capture_output=True, text=True, env=environment).stderr
        assert first.count("up to date") == 100, first[:2000]
        walls = []
        for _ in range(9 if full else 5):
            start = time.perf_counter()
            subprocess.run(build, check=True, capture_output=True, env=environment)
            walls.append(time.perf_counter() - start)
    wall = statistics.median(walls)
    return Row("no-op build of 100 episodes, wall", f"{wall:.2f} s", "< 0.5 s", wall < 0.5)


def _hundred(show: Path) -> None:
    """The sample's show with its episode built once, then standing a hundred times under other names."""
    for part in ("feed", "episodes"):
        shutil.copytree(ROOT / part, show / part)
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    build = [sys.executable, "-m", "podcast_pipeline", "-C", str(show), "build", SAMPLE]
    subprocess.run(build, check=True, capture_output=True, env=environment)
    for number in range(1, 100):
        slug = f"{SAMPLE}-{number}"
        shutil.copytree(show / "episodes" / SAMPLE, show / "episodes" / slug)
        shutil.copytree(show / "build" / SAMPLE, show / "build" / slug)
        (show / "build" / slug / f"{SAMPLE}.mp3").rename(show / "build" / slug / f"{slug}.mp3")
        _renamed(show / "build" / slug, slug)


def _renamed(build: Path, slug: str) -> None:
    """Records and release under the new name; the release is an output, so its digest is taken again."""
    import hashlib

    release = build / "release.json"
    release.write_text(release.read_text("utf-8").replace(SAMPLE, slug), "utf-8")
    for record in (build / ".records").glob("*.json"):
        text = record.read_text("utf-8").replace(SAMPLE, slug)
        value = json.loads(text)
        name = f"build/{slug}/release.json"
        if name in value["outputs"]:
            value["outputs"][name] = hashlib.sha256(release.read_bytes()).hexdigest()
        record.write_text(json.dumps(value), "utf-8")


class Script(NamedTuple):
    """A measurement with a script of its own, which prints what it found and exits 1 where it misses a goal."""

    name: str
    goal: str
    small: str
    full: str
    """Script and arguments, by size."""


SCRIPTS = (
    Script(
        "podcast check: an hour, a back catalogue, 60,000 notices",
        "all",
        "check.py --episodes 200",
        "check.py --episodes 1000",
    ),
    Script("review page, 30,000 words", "<= 2 x each goal", "review.py", "review.py --full"),
    Script("feeds: render, check, members, import", "all", "feeds.py", "feeds.py --full"),
    Script(
        "faults: kill, ENOSPC, EIO; random kill -9",
        "all promises kept",
        "faults.py --kills 10 --every 50",
        "faults.py --kills 200 --every 1",
    ),
    Script(
        "publish: uploads, and 1,000 episodes of which none changed",
        "all",
        "publish.py --files 6",
        "publish.py --files 36",
    ),
    Script("normalize, RSS of the tree", "< 300 MB", "normalize.py --minutes 10", "normalize.py --minutes 60"),
    Script(
        "mastering beside encoding alone, ffmpeg-normalize, pydub",
        "all",
        # The goals are for an hour; in less, what starts up weighs more.
        "mastering.py --minutes 60",
        "mastering.py --minutes 60 --rounds 4",
    ),
    Script(
        "cleaning: STOI and PESQ of cleaned tracks",
        "never below raw",
        "cleaning.py --minutes 0.4",
        "cleaning.py --minutes 1",
    ),
    Script("mastered speech for a recogniser", "WER not above the plain mix", "heard.py", "heard.py"),
    Script(
        "transcribe, RSS of the parent and the workers",
        "< 200 MB, <= 450 MB (base)",
        "transcribe.py --minutes 5 --model base",
        "transcribe.py --minutes 60 --model base",
    ),
    Script(
        "transcribe four hours, mostly silent: RSS, times at the end",
        "< 200 MB, <= 400 MB, 300 ms",
        "transcribe.py --minutes 30 --pause 300",
        "transcribe.py --minutes 240 --pause 300",
    ),
    *(
        Script(
            f"transcribe, {what}, {model}",
            goal,
            *(f"recognise.py {what} --model {model}{size}" for size in ("", " --full")),
        )
        for what, model, goal in (
            ("engines", "tiny.en", ">= 4 times less CPU than openai-whisper, WER + 1.5, RSS <= 400 MB"),
            ("engines", "base", ">= 4 times less CPU than openai-whisper, WER + 1.5, RSS <= 450 MB"),
            ("times", "tiny.en", "<= 35 % more CPU for word times"),
            ("workers", "tiny.en", "two >= 1.8 times one"),
            ("workers", "base", "two >= 1.8 times one"),
            ("gaps", "tiny.en", "0 words in 45 s without speech"),
            ("join", "base", "no passage lost"),
        )
    ),
)


def script_row(script: Script, full: bool) -> Row:
    """Run a script, show what it printed, and judge by its exit code."""
    file, *arguments = (script.full if full else script.small).split()
    done = subprocess.run([sys.executable, str(HERE / file), *arguments], capture_output=True, text=True)
    lines = [line for text in (done.stdout, done.stderr) for line in text.splitlines() if line.strip()]
    print("\n".join(f"    {line}" for line in lines[-40:]), flush=True)
    return Row(script.name, "see above", script.goal, done.returncode == 0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="the stated sizes: 60-minute recordings")
    parser.add_argument("--only", default="", metavar="TEXT", help="only rows whose name has this text")
    options = parser.parse_args()
    measures = {"start-up": help_row, "no-op build": no_op_row}
    measures |= {script.name: functools.partial(script_row, script) for script in SCRIPTS}
    rows = []
    for name, measure in measures.items():
        if options.only in name:
            rows.append(measure(options.full))
            row = rows[-1]
            print(f"{'ok  ' if row.met else 'MISS'}  {row.name}: {row.value}  (goal {row.goal})", flush=True)
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
