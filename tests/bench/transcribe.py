"""What transcribing N minutes of two tracks costs: CPU seconds, wall seconds, peak memory of the parent and workers.

Run it as `python tests/bench/transcribe.py [--minutes 60] [--pause 4] [--model tiny.en] [--jobs 0]`. The speech is that
of PODCAST_SPEECH where it is set, else the sample episode's, repeated with pauses of up to --pause seconds. Exit 1 if
the parent or a worker takes too much memory, or if the last time a clip is said its words stand elsewhere than the
first time. Reads /proc: Linux only.
"""

from __future__ import annotations

import argparse
import difflib
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
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

PARENT_MB = 200
WORKER_MB = {"tiny.en": 400, "base": 450}
LATE = 300
"""ms by which the words of a clip may stand elsewhere the last time than the first time."""
RATE = 16000
HERE = Path(__file__).resolve()
SAMPLE = HERE.parents[2] / "episodes" / "bmj-statement-demo" / "raw"


def clips(longest: int) -> list[list[NDArray[np.int16]]]:
    """Clips of speech for each of two speakers, 16 kHz; those of the sample take up to `longest` seconds."""
    sys.path.insert(0, str(HERE.parents[1] / "helpers"))
    import audio

    folder = os.environ.get("PODCAST_SPEECH")
    if folder:
        names = (("jfk.flac", "libri_1688.flac"), ("librivox_ss.flac", "sonnet1.flac"))
        paths = [[Path(folder) / name for name in speaker] for speaker in names]
        return [[_whole(audio.decode(path, 1, RATE)[:, 0]) for path in speaker] for speaker in paths]
    guest = audio.decode(SAMPLE / "guest.flac", 1, RATE)[:, 0]
    host = audio.decode(SAMPLE / "host.flac", 1, RATE)[:, 0]
    return [[_whole(host[: 7 * RATE])], [_whole(guest[35 * RATE : (35 + longest) * RATE])]]


def _whole(sound: NDArray[np.float64]) -> NDArray[np.int16]:
    return (sound * 32767).astype(np.int16)


class Turn(NamedTuple):
    """A clip as it is said on a track, from sample `start` to `end`."""

    track: int
    clip: int
    start: int
    end: int


def turns(minutes: float, pause: float, speakers: list[list[NDArray[np.int16]]]) -> Iterator[Turn]:
    """Who says what when: one after the other, with pauses of 0.3 to `pause` seconds, until the time is over."""
    at, number, random = 0, 0, np.random.default_rng(1)
    while True:
        track, clip = number % 2, number // 2 % len(speakers[number % 2])
        end = at + len(speakers[track][clip])
        if end > minutes * 60 * RATE:
            return
        yield Turn(track, clip, at, end)
        at, number = end + round(random.uniform(0.3, pause) * RATE), number + 1


def make_input(folder: Path, minutes: float, pause: float, longest: int) -> list[Turn]:
    """host.wav and guest.wav, written as they are made: clips, and the noise of a room everywhere."""
    speakers, random = clips(longest), np.random.default_rng(2)
    said = list(turns(minutes, pause, speakers))
    for track, name in enumerate(("host", "guest")):
        with wave.open(str(folder / f"{name}.wav"), "wb") as stream:
            stream.setparams((1, 2, RATE, 0, "NONE", ""))
            at, own = 0, [turn for turn in said if turn.track == track]
            for turn in (*own, None):
                start = round(minutes * 60 * RATE) if turn is None else turn.start
                while at < start:
                    length = min(start - at, 60 * RATE)
                    stream.writeframes(_room(length, random).tobytes())
                    at += length
                if turn is not None:
                    sound = speakers[track][turn.clip]
                    stream.writeframes((sound + _room(len(sound), random)).astype("<i2").tobytes())
                    at = turn.end
    return said


def _room(length: int, random: np.random.Generator) -> NDArray[np.int16]:
    return random.normal(0, 20, length).astype("<i2")


def late(value: dict[str, Any], said: list[Turn]) -> int:
    """By how many ms the words of each clip stand elsewhere the last time than the first, at most; by the median of its
    words, of which half must be the same."""
    worst = 0
    for track, clip in {(turn.track, turn.clip) for turn in said}:
        same = [turn for turn in said if (turn.track, turn.clip) == (track, clip)]
        first, last = (_words(value, turn) for turn in (same[0], same[-1]))
        matcher = difflib.SequenceMatcher(None, [w for w, _ in first], [w for w, _ in last], autojunk=False)
        both = [(m.a + i, m.b + i) for m in matcher.get_matching_blocks() for i in range(m.size)]
        if 2 * len(both) < len(first):
            return 1_000_000
        worst = max(worst, int(np.median([abs(first[a][1] - last[b][1]) for a, b in both])))
    return worst


def _words(value: dict[str, Any], turn: Turn) -> list[tuple[str, int]]:
    start, end = turn.start * 1000 // RATE, turn.end * 1000 // RATE
    return [(w[1], w[2] - start) for w in value["words"] if w[5] == turn.track and start - LATE <= w[2] < end]


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


def measure(minutes: float, pause: float, longest: int, model: str, jobs: int, parent_mb: int) -> int:
    """Generate, run, print; 1 if a limit is passed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        said = make_input(folder, minutes, pause, longest)
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
    parent = max(peak for kind, peak in seen.values() if kind == "parent") / 1e6
    workers = [peak / 1e6 for kind, peak in seen.values() if kind == "worker"]
    apart = late(value, said)
    print(f"  peak RSS: parent {parent:.0f} MB, workers {', '.join(f'{peak:.0f}' for peak in workers)} MB")
    print(f"  the last of {len(said)} clips ends at {said[-1].end / RATE / 60:.1f} min; its words are {apart} ms off")
    if parent > parent_mb or max(workers) > WORKER_MB[model] or apart > LATE:
        print(f"BROKEN: {parent_mb} MB, {WORKER_MB[model]} MB and {LATE} ms are the limits", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--pause", type=float, default=4.0, help="seconds between two clips, at most")
    parser.add_argument("--longest", type=int, default=28, help="seconds of the longest clip of the sample")
    parser.add_argument("--parent", type=int, default=PARENT_MB, help="MB that the parent may take")
    parser.add_argument("--model", choices=WORKER_MB, default="tiny.en")
    parser.add_argument("--jobs", type=int, default=0)
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(options.worker, options.model, options.jobs)
    else:
        sys.exit(measure(options.minutes, options.pause, options.longest, options.model, options.jobs, options.parent))
