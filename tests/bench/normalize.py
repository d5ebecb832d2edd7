"""What normalizing N minutes of two tracks costs: CPU seconds, wall seconds, peak memory of the process tree.

Run it as `python tests/bench/normalize.py [--minutes 60]`. Exit 1 if the peak passes 300 MB. Reads /proc: Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Sequence
from pathlib import Path

LIMIT_MB = 300
HERE = Path(__file__).resolve()


def make_input(folder: Path, minutes: float) -> None:
    """Two microphones of a conversation that needs work: one minute of it, over and over."""
    sys.path.insert(0, str(HERE.parents[1] / "helpers"))
    import audio

    for name, track in zip(("host", "guest"), audio.conversation(60.0), strict=True):
        piece = audio.write_wav(folder / "piece.wav", track)
        with wave.open(str(piece), "rb") as source, wave.open(str(folder / f"{name}.wav"), "wb") as target:
            target.setparams(source.getparams())
            minute = source.readframes(source.getnframes())
            left = round(minutes * 60 * audio.RATE)
            while left > 0:
                target.writeframes(minute[: left * 2])
                left -= len(minute) // 2
        piece.unlink()
    audio.write_wav(folder / "intro.wav", audio.sine(8, 440, -12))


STAGES = ("probe", "mix", "normalize", "encode")


def work(folder: Path, stages: Sequence[str] = STAGES) -> None:
    """These stages, as the pipeline runs them; prints seconds per stage."""
    from podcast_pipeline.audio.assemble import assemble
    from podcast_pipeline.audio.encode import encode
    from podcast_pipeline.audio.mix import mix
    from podcast_pipeline.audio.preflight import preflight
    from podcast_pipeline.model.audio import AudioSettings, Music, Track

    settings = AudioSettings(intro=Music("intro.wav", fade_out=2000))
    tracks = [(Track(f"{name}.wav", name), folder / f"{name}.wav") for name in ("host", "guest")]
    started = time.monotonic()

    def silent(_: float) -> None: ...

    def done(stage: str) -> None:
        nonlocal started
        now = time.monotonic()
        print(f"  {stage:10} {now - started:7.1f} s", flush=True)
        started = now

    def probe() -> None:
        preflight(tracks, folder / "preflight.json", folder / "levels.dat", silent)

    def sum_up() -> None:
        mix(
            tracks,
            settings,
            folder / "mix.w64",
            silent,
            preflight=folder / "preflight.json",
            levels=folder / "levels.dat",
            review=folder / "review.wav",
            peaks=folder / "peaks.dat",
        )

    def normalize() -> None:
        sounds = {"intro": folder / "intro.wav"}
        assemble(folder / "mix.w64", settings, sounds, folder / "programme.w64", folder / "timeline.json", silent)

    def finish() -> None:
        mp3 = {"mp3": folder / "episode.mp3"}
        encode(folder / "programme.w64", settings, mp3, folder / "loudness.json", folder / "curve.json", silent)

    for stage, run in zip(STAGES, (probe, sum_up, normalize, finish), strict=True):
        if stage in stages:
            run()
            done(stage)


def tree_rss(root: int) -> dict[str, int]:
    """Resident bytes of `root` and of everything it started, by program name."""
    parents: dict[int, tuple[int, str, int]] = {}
    page = os.sysconf("SC_PAGE_SIZE")
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                name, rest = (entry / "stat").read_text().split("(", 1)[1].rsplit(")", 1)
            except (OSError, IndexError):
                continue
            fields = rest.split()
            parents[int(entry.name)] = (int(fields[1]), name, int(fields[21]) * page)
    total: dict[str, int] = {}
    for process in parents:
        at = process
        while at in parents and at != root:
            at = parents[at][0]
        if at == root:
            name = parents[process][1]
            total[name] = total.get(name, 0) + parents[process][2]
    return total


def measure(minutes: float) -> int:
    """Generate, run, print; 1 if the memory limit is passed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_input(folder, minutes)
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        worker = subprocess.Popen([sys.executable, str(HERE), "--worker", str(folder)])
        peak, parts = 0, {}
        while worker.poll() is None:
            now = tree_rss(worker.pid)
            if sum(now.values()) > peak:
                peak, parts = sum(now.values()), now
            time.sleep(0.05)
        wall, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        if worker.returncode:
            return worker.returncode
        loudness = json.loads((folder / "loudness.json").read_text())
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    shares = ", ".join(f"{name} {size / 1e6:.0f}" for name, size in parts.items())
    print(
        f"normalize {minutes:g} min, 2 tracks: {cpu:.1f} CPU s, {wall:.1f} s, peak RSS {peak / 1e6:.0f} MB ({shares})"
    )
    print(
        f"  {loudness['integrated']} LUFS, {loudness['true_peak']} dBTP, {loudness['rounds']} rounds,"
        f" {loudness['samples']} samples"
    )
    if peak > LIMIT_MB * 1e6:
        print(f"BROKEN: more than {LIMIT_MB} MB", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--stages", nargs="+", default=STAGES, choices=STAGES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(options.worker, options.stages)
    else:
        sys.exit(measure(options.minutes))
