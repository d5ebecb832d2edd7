"""Faults at every point of build, publish, rollback and import, and kill -9 of the real process at random times.

python tests/bench/interruptions.py [--kills N] [--every K] [--only NAME]...      exit 1 at the first broken promise

N: kills that come in time; K: every K-th point only; NAME: build, publish, correction, rollback, reinstate, rename,
withdraw, return, amend or import.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "helpers"))

from faults import KILLED, KINDS, Job, Said, jobs  # noqa: E402
from shows import Made  # noqa: E402


def killed(job: Job, number: int, seed: random.Random) -> bool:
    """One kill of a process of its own at a random time; returns whether it came in time."""
    show = job.copy("killed")
    argv = [sys.executable, *job.program, "-C", str(show.root), *job.words]
    # Scheduled within the time that the command took last time, so that most kills meet it at work.
    delay = seed.uniform(0.15, 0.15 + SECONDS.get(job.words[0], 1.5))
    started = time.monotonic()
    with subprocess.Popen(
        argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={**os.environ, "HF_HUB_OFFLINE": "1"}
    ) as process:
        try:
            _, said = process.communicate(timeout=delay)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            _, said = process.communicate()
    if process.returncode != KILLED:
        SECONDS[job.words[0]] = max(0.2, time.monotonic() - started - 0.15)
    job.check(show, Said(process.returncode, said), f"kill {number} after {delay:.3f} s")
    return process.returncode == KILLED


SECONDS: dict[str, float] = {}
"""How long each command took at last, once Python had started."""


def each_point(name: str, job: Job, every: int) -> int:
    """Every kind of fault at every `every`-th point; returns how many."""
    numbers = range(1, len(job.points) + 1, every)
    for kind in KINDS:
        for number in numbers:
            job.hurt(kind, number)
    print(f"{name}: {len(job.points)} points", flush=True)
    return len(KINDS) * len(numbers)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--only", action="append", metavar="NAME")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    arguments = parser.parse_args()
    seed = random.Random(arguments.seed)
    folder = Path(tempfile.mkdtemp(prefix="podcast-faults-"))
    try:
        with jobs(Made(folder), folder / "jobs") as every:
            chosen = {name: job for name, job in every.items() if not arguments.only or name in arguments.only}
            count = sum(each_point(name, job, arguments.every) for name, job in chosen.items())
            some = list(chosen.values())
            hits = runs = 0
            # About every second kill comes too late, when the command has ended; then another one is tried.
            while hits < arguments.kills and runs < 4 * arguments.kills:
                hits, runs = hits + killed(seed.choice(some), runs, seed), runs + 1
        print(f"{count} faults; {runs} runs, {hits} killed in time (seed {arguments.seed}): all promises kept")
        return 0 if hits == arguments.kills else 1
    except AssertionError as error:
        print(f"BROKEN (seed {arguments.seed}): {error}")
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
