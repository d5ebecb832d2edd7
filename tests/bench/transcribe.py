"""What transcribing N minutes of two tracks costs: CPU seconds, wall seconds, peak memory of the parent and workers.

Run it as `python tests/bench/transcribe.py [--minutes 60] [--model tiny.en] [--jobs 0]`. The speech is that of
PODCAST_SPEECH where it is set, else the sample episode's, repeated with pauses. Exit 1 if the parent passes 200 MB.
Reads /proc: Linux only.
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
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LIMIT_MB = 200
RATE = 16000
HERE = Path(__file__).resolve()
SAMPLE = HERE.parents[2] / "episodes" / "bmj-statement-demo" / "raw"


def clips() -> list[list[NDArray[np.int16]]]:
    """Clips of speech for each of two speakers, 16 kHz."""
    sys.path.insert(0, str(HERE.parents[1]))
    import audio

    folder = os.environ.get("PODCAST_SPEECH")
    if folder:
        names = (("jfk.flac", "libri_1688.flac"), ("librivox_ss.flac", "sonnet1.flac"))
        paths = [[Path(folder) / name for name in speaker] for speaker in names]
        return [[np.int16(audio.decode(path, 1, RATE)[:, 0] * 32767) for path in speaker] for speaker in paths]
    guest = audio.decode(SAMPLE / "guest.flac", 1, RATE)[:, 0]
    host = audio.decode(SAMPLE / "host.flac", 1, RATE)[:, 0]
    return [[np.int16(host[: 7 * RATE] * 32767)], [np.int16(guest[35 * RATE : 63 * RATE] * 32767)]]


def pieces(minutes: float) -> Iterator[tuple[NDArray[np.int16], NDArray[np.int16]]]:
    """The two tracks piece by piece: one speaks, the other is silent; pauses of 0.3 to 4 s between."""
    speakers, left, turn = clips(), round(minutes * 60 * RATE), 0
    random = np.random.default_rng(1)
    while left > 0:
        own = speakers[turn % 2][turn // 2 % len(speakers[turn % 2])]
        own = np.concatenate([own, np.zeros(round(random.uniform(0.3, 4) * RATE), np.int16)])[:left]
        noise = [random.normal(0, 20, len(own)).astype(np.int16) for _ in range(2)]
        both = [noise[0], noise[1]]
        both[turn % 2] = both[turn % 2] + own
        yield both[0], both[1]
        left -= len(own)
        turn += 1


def make_input(folder: Path, minutes: float) -> None:
    """host.wav and guest.wav, written as they are made."""
    with wave.open(str(folder / "host.wav"), "wb") as host, wave.open(str(folder / "guest.wav"), "wb") as guest:
        for target in (host, guest):
            target.setparams((1, 2, RATE, 0, "NONE", ""))
        for one, two in pieces(minutes):
            host.writeframes(one.astype("<i2").tobytes())
            guest.writeframes(two.astype("<i2").tobytes())


def work(folder: Path, model: str, jobs: int) -> None:
    """The stage transcribe, as the pipeline runs it."""
    from podcast_pipeline.model.audio import Track
    from podcast_pipeline.model.show import TranscribeSettings
    from podcast_pipeline.transcribe.stage import transcribe

    tracks = [(Track(f"{name}.wav", name), folder / f"{name}.wav") for name in ("host", "guest")]
    output = folder / "transcript.machine.json"
    settings = TranscribeSettings(model=model)
    transcribe(tracks, settings, output, folder / "words", folder / "previous", jobs, lambda _: None)


def peaks(root: int) -> dict[int, tuple[str, int]]:
    """Kind and peak resident bytes so far of the process `root` and of everything it started."""
    parents, found = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                status = (entry / "status").read_text()
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
            if "VmHWM:" in status:
                kind = (
                    "worker" if b"transcribe import worker" in command else "ffmpeg" if b"f32le" in command else "other"
                )
                peak = int(status.split("VmHWM:")[1].split()[0]) * 1024
                found[int(entry.name)] = ("parent" if int(entry.name) == root else kind, peak)
    inside = {}
    for process, value in found.items():
        at = process
        while at in parents and at != root:
            at = parents[at]
        if at == root:
            inside[process] = value
    return inside


def measure(minutes: float, model: str, jobs: int) -> int:
    """Generate, run, print; 1 if the parent passes its limit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_input(folder, minutes)
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        argv = [sys.executable, str(HERE), "--worker", str(folder), "--model", model, "--jobs", str(jobs)]
        stage = subprocess.Popen(argv)
        seen: dict[int, tuple[str, int]] = {}
        while stage.poll() is None:
            seen |= peaks(stage.pid)
            time.sleep(0.1)
        wall, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        if stage.returncode:
            return stage.returncode
        value = json.loads((folder / "transcript.machine.json").read_text("utf-8"))
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    audio_seconds = sum(track["duration"] for track in value["tracks"]) / 1000
    speech = sum(end - start for track in value["tracks"] for start, end in track["speech"]) / 1000
    print(
        f"transcribe {minutes:g} min, 2 tracks, {model}: {cpu:.1f} CPU s, {wall:.1f} s; "
        f"{cpu / audio_seconds:.3f} CPU s per s of sound, {cpu / speech:.3f} per s of speech; "
        f"{len(value['words'])} words"
    )
    parent = max(peak for kind, peak in seen.values() if kind == "parent")
    workers = ", ".join(f"{peak / 1e6:.0f}" for kind, peak in seen.values() if kind == "worker")
    print(f"  peak RSS: parent {parent / 1e6:.0f} MB, workers {workers} MB")
    if parent > LIMIT_MB * 1e6:
        print(f"BROKEN: the parent took more than {LIMIT_MB} MB", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--model", default="tiny.en")
    parser.add_argument("--jobs", type=int, default=0)
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(options.worker, options.model, options.jobs)
    else:
        sys.exit(measure(options.minutes, options.model, options.jobs))
