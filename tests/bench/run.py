"""`make bench`: speed and memory against what they are compared with; exit 1 if a row misses its goal.

Ratios are taken side by side in one run, as machines differ. Sizes are small by default; --full takes the stated ones.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import re
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
        first = subprocess.run(build, check=True, capture_output=True, text=True).stderr
        assert first.count("up to date") == 100, first[:2000]
        walls = []
        for _ in range(9 if full else 5):
            start = time.perf_counter()
            subprocess.run(build, check=True, capture_output=True)
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


def script_row(name: str, script: str, goal: str, minutes: int) -> Row:
    """A measurement with a script of its own, which exits 1 above its limit."""
    argv = [sys.executable, str(HERE / script), "--minutes", str(minutes)]
    done = subprocess.run(argv, capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if line.strip()] or done.stderr.splitlines()[-1:]
    print("\n".join(f"    {line}" for line in lines), flush=True)
    return Row(f"{name}, {minutes} minutes, two tracks", "see above", goal, done.returncode == 0)


def mastering_rows(full: bool) -> list[Row]:
    """Ours beside only encoding, two-pass ffmpeg-normalize and pydub: CPU, wall, memory, loudness and peak."""
    argv = [sys.executable, str(HERE / "mastering.py"), "--minutes", "60" if full else "4"]
    done = subprocess.run(argv, capture_output=True, text=True)
    print("\n".join(f"    {line}" for line in done.stdout.splitlines()), flush=True)
    found = re.findall(r"^(ok|MISS) +(.+): (-?[\d.]+)  \(goal (.+)\)$", done.stderr, re.MULTILINE)
    if not found:
        return [Row("mastering", (done.stderr.splitlines() or ["no result"])[-1], "a result", False)]
    return [Row(f"mastering: {name}", value, goal, state == "ok") for state, name, value, goal in found]


def cleaning_row(full: bool) -> Row:
    """STOI and PESQ of cleaned tracks against their clean stems."""
    argv = [sys.executable, str(HERE / "cleaning.py"), "--minutes", "1" if full else "0.4"]
    done = subprocess.run(argv, capture_output=True, text=True)
    print("\n".join(f"    {line}" for line in done.stdout.splitlines() or done.stderr.splitlines()[-1:]), flush=True)
    return Row("cleaning: STOI and PESQ of cleaned tracks", "see above", "never below raw", done.returncode == 0)


def heard_row() -> Row:
    """Word error rate on the mastered programme beside a plain mix; needs PODCAST_SPEECH."""
    done = subprocess.run([sys.executable, str(HERE / "heard.py")], capture_output=True, text=True)
    value = (done.stdout.splitlines() or done.stderr.splitlines() or ["no result"])[-1]
    return Row("mastered speech for a recogniser", value, "not above the plain mix", done.returncode == 0)


def check_row(full: bool) -> Row:
    """`podcast check` of an hour and of a back catalogue, and the retraction file."""
    argv = [sys.executable, str(HERE / "check.py"), "--episodes", "1000" if full else "200"]
    done = subprocess.run(argv, capture_output=True, text=True)
    print("\n".join(f"    {line}" for line in done.stdout.splitlines() or done.stderr.splitlines()[-1:]), flush=True)
    return Row("podcast check: an hour, a back catalogue, 60,000 notices", "see above", "all", done.returncode == 0)


def feeds_row(full: bool) -> Row:
    """Rendering, checking, members' copies and import of large feeds."""
    argv = [sys.executable, str(HERE / "feeds.py"), *(["--full"] if full else [])]
    done = subprocess.run(argv, capture_output=True, text=True)
    print("\n".join(f"    {line}" for line in done.stdout.splitlines() or done.stderr.splitlines()[-1:]), flush=True)
    return Row("feeds: render, check, members, import", "see above", "all", done.returncode == 0)


def faults_row(full: bool) -> Row:
    """Faults at points of build, publish and rollback, then kill -9 at random times."""
    sizes = ["--kills", "200" if full else "10", "--every", "1" if full else "50"]
    done = subprocess.run([sys.executable, str(HERE / "faults.py"), *sizes], capture_output=True, text=True)
    print("\n".join(f"    {line}" for line in done.stdout.splitlines() or done.stderr.splitlines()[-1:]), flush=True)
    return Row("faults: kill, ENOSPC, EIO; random kill -9", "see above", "all promises kept", done.returncode == 0)


def review_row(full: bool) -> Row:
    """The review page with 30,000 words in Chromium."""
    argv = [sys.executable, str(HERE / "review.py"), *(["--full"] if full else [])]
    done = subprocess.run(argv, capture_output=True, text=True)
    print("\n".join(f"    {line}" for line in done.stdout.splitlines() or done.stderr.splitlines()[-1:]), flush=True)
    return Row("review page, 30,000 words", "see above", "<= 2 x each goal", done.returncode == 0)


def publish_row(full: bool) -> Row:
    """Uploads beside s5cmd and rclone to the same server; nothing to publish among many episodes."""
    sizes = ["--files", "36" if full else "6"]
    done = subprocess.run([sys.executable, str(HERE / "publish.py"), *sizes], capture_output=True, text=True)
    print("\n".join(f"    {line}" for line in done.stdout.splitlines() or done.stderr.splitlines()[-1:]), flush=True)
    return Row("publish: uploads, and 1,000 episodes of which none changed", "see above", "all", done.returncode == 0)


def recognition_row(what: str, model: str, goal: str, full: bool) -> Row:
    """A measurement of recognition, which exits 1 where it misses its goal."""
    argv = [sys.executable, str(HERE / "recognise.py"), what, "--model", model, *(["--full"] if full else [])]
    done = subprocess.run(argv, capture_output=True, text=True)
    lines = done.stdout.splitlines() or done.stderr.splitlines()[-1:]
    print("\n".join(f"    {line}" for line in lines), flush=True)
    return Row(f"transcribe, {what}, {model}", "see above", goal, done.returncode == 0)


RECOGNITION = (
    ("engines", "tiny.en", ">= 4 times less CPU than openai-whisper, WER + 1.5, RSS <= 400 MB"),
    ("engines", "base", ">= 4 times less CPU than openai-whisper, WER + 1.5, RSS <= 450 MB"),
    ("times", "tiny.en", "<= 35 % more CPU for word times"),
    ("workers", "tiny.en", "two >= 1.8 times one"),
    ("gaps", "tiny.en", "0 words in 45 s without speech"),
    ("join", "base", "no passage lost"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="the stated sizes: 60-minute recordings")
    full = parser.parse_args().full
    rows = []
    for row in (
        lambda: help_row(full),
        lambda: no_op_row(full),
        lambda: check_row(full),
        lambda: review_row(full),
        lambda: feeds_row(full),
        lambda: faults_row(full),
        lambda: publish_row(full),
        lambda: script_row("normalize, RSS of the tree", "normalize.py", "< 300 MB", 60 if full else 10),
        lambda: mastering_rows(full),
        lambda: cleaning_row(full),
        heard_row,
        lambda: script_row("transcribe, RSS of the parent", "transcribe.py", "< 200 MB", 60 if full else 5),
        *(functools.partial(recognition_row, *what, full) for what in RECOGNITION),
    ):
        made = row()
        for one in made if isinstance(made, list) else [made]:
            rows.append(one)
            name, value, goal, met = one
            print(f"{'ok  ' if met else 'MISS'}  {name}: {value}  (goal {goal})", flush=True)
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
