"""Mastering against what producers use: CPU, wall, memory, loudness error and true peak of the MP3, side by side.

Run it as `python tests/bench/mastering.py [--minutes 60]`: two microphones that need work, made by a script. Every tool
gets what it can take: ours the two tracks, the others a plain mix of them. Ours is what the goals are set for: to mix,
clean, level, encode and check, as every build does it, the sound for the review page included. One row more says what
that is with the preflight's report. What the goals are about runs several times in turns, and the best run of each
counts: other programs on the machine make a run slower, never faster. Exit 1 if a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import normalize  # beside this file, where Python looks first

from podcast_pipeline import ffmpeg
from podcast_pipeline.audio import measure

HERE = Path(__file__).resolve()
TARGET = -16.0
ENCODER = ("-c:a", "libmp3lame", "-b:a", "128k", "-compression_level", "5", "-ac", "2", "-ar", "48000")
PYDUB = """
import sys, warnings; warnings.simplefilter("ignore")
from pydub import AudioSegment, effects
AudioSegment.converter = sys.argv[1]
effects.normalize(AudioSegment.from_wav(sys.argv[2])).export(sys.argv[3], format="mp3", bitrate="128k")
"""


class Row(NamedTuple):
    name: str
    cpu: float
    wall: float
    rss: int
    error: float = math.nan
    peak: float = math.nan


def run(name: str, argvs: Sequence[Sequence[str]], mp3: Path | None) -> Row:
    """Run these programs one after the other; then measure the MP3 that they leave, if any."""
    before, start, peak = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic(), 0
    environment = {**os.environ, "FFMPEG_PATH": ffmpeg.binary().path}
    for argv in argvs:
        worker = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        while worker.poll() is None:
            peak = max(peak, sum(normalize.tree_rss(worker.pid).values()))
            time.sleep(0.05)
        if worker.returncode:
            raise subprocess.CalledProcessError(worker.returncode, list(argv))
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if mp3 is None:
        return Row(name, cpu, wall, peak)
    found = measure.loudness(mp3, 48000).loudness
    return Row(name, cpu, wall, peak, found.integrated - TARGET, found.true_peak)


def best(found: Sequence[Row]) -> Row:
    """The least time of several runs, and the most memory."""
    cpu, wall, rss = min(row.cpu for row in found), min(row.wall for row in found), max(row.rss for row in found)
    return found[-1]._replace(cpu=cpu, wall=wall, rss=rss)


def rows(folder: Path, rounds: int) -> list[Row]:
    """Every tool on the same two tracks of `folder`, ours first."""
    tool = [ffmpeg.binary().path, "-nostdin", "-v", "error", "-y"]
    host, guest, plain = folder / "host.wav", folder / "guest.wav", folder / "plain.wav"
    sum_ = "amix=inputs=2:duration=longest:normalize=0"
    mix = [*tool, "-i", str(host), "-i", str(guest), "-filter_complex", sum_, "-ac", "2", str(plain)]
    worker = [sys.executable, str(HERE.parent / "normalize.py"), "--worker", str(folder)]
    whole = run("(with the preflight's report)", [worker], folder / "episode.mp3")
    stages = [name for name in normalize.STAGES if name != "probe"]
    # The same programme and encoder, and nothing else.
    same = [*tool, "-i", str(folder / "programme.w64"), *ENCODER, str(folder / "only.mp3")]
    theirs = [
        str(Path(sys.executable).with_name("ffmpeg-normalize")), str(plain), "-f", "-q", "-nt", "ebu",
        "-t", str(TARGET), "-tp", "-1.5", "-c:a", "libmp3lame", "-b:a", "128k", "-ar", "48000",
        "-o", str(folder / "theirs.mp3"),
    ]  # fmt: skip

    ours, only, two_pass = [], [], []
    for _ in range(rounds):
        # As in the pipeline, where a stage writes into an empty folder.
        for made in ("mix.w64", "programme.w64", "episode.mp3", "review.wav"):
            (folder / made).unlink()
        ours.append(run("this pipeline", [[*worker, "--stages", *stages]], folder / "episode.mp3"))
        only.append(run("only encoding its programme", [same], folder / "only.mp3"))
        two_pass.append(run("ffmpeg-normalize, two passes, and a mix", [mix, theirs], folder / "theirs.mp3"))
    script = [sys.executable, "-c", PYDUB, tool[0], str(plain), str(folder / "pydub.mp3")]
    pydub = run("pydub normalize and a mix", [mix, script], folder / "pydub.mp3")
    return [best(ours), best(only), best(two_pass), pydub, whole]


def goals(ours: Row, only: Row, two_pass: Row, whole: Row) -> list[tuple[str, float, str, bool]]:
    """What was promised: name, value, goal, met."""
    cpu, wall, less = ours.cpu / only.cpu, ours.wall / only.wall, two_pass.cpu / ours.cpu
    return [
        ("CPU / only encoding", cpu, "<= 1.5", cpu <= 1.5),
        ("wall / only encoding", wall, "<= 0.8", wall <= 0.8),
        ("CPU of two-pass ffmpeg-normalize / ours", less, ">= 4", less >= 4),
        ("peak RSS with all, MB", whole.rss / 1e6, "<= 300", whole.rss <= 300e6),
        ("loudness error, LU", ours.error, "within 0.2", abs(ours.error) <= 0.2),
        ("true peak, dBTP", ours.peak, "<= -1.0", ours.peak <= -1.0),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="the rows as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        normalize.make_input(Path(name), options.minutes)
        found = rows(Path(name), options.rounds)
    if options.json:
        print(json.dumps([row._asdict() for row in found]))
    else:
        print(f"{'':42}{'CPU s':>8}{'wall s':>8}{'RSS MB':>8}{'LU':>7}{'dBTP':>7}")
        for row in found:
            heard = f"{row.error:+7.2f}{row.peak:+7.2f}" if math.isfinite(row.error) else ""
            print(f"{row.name:42}{row.cpu:8.1f}{row.wall:8.1f}{row.rss / 1e6:8.0f}{heard}")
    met = True
    for what, value, goal, good in goals(found[0], found[1], found[2], found[4]):
        print(f"{'ok  ' if good else 'MISS'}  {what}: {value:.2f}  (goal {goal})", file=sys.stderr)
        met &= good
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
