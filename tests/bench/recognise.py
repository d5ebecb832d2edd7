"""Recognition side by side: the engines on the same weights and recording, in one thread; what word times and workers
cost; and whether anything is invented in gaps or lost in a long recording.

Run it as `python tests/bench/recognise.py WHAT [--model tiny.en] [--full]`; WHAT is engines, times, workers, gaps or
join. The speech is that of PODCAST_SPEECH where it is set, else the sample episode's. Prints one line of JSON per
measurement and exits 1 where a goal is missed. PyTorch and openai-whisper are needed for `engines`.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).resolve()
ROOT = HERE.parents[2]
RATE = 16000
RSS_MB = {"tiny.en": 400, "base": 450}
Sound = NDArray[np.float32]
ENGINES = ("openai-whisper", "faster-whisper")


def clips(full: bool) -> list[tuple[Sound, str]]:
    """Speech with what is said in it."""
    sys.path.insert(0, str(HERE.parents[1] / "helpers"))
    import audio

    folder = os.environ.get("PODCAST_SPEECH")
    if folder:
        texts = json.loads((Path(folder) / "references.json").read_text("utf-8"))
        names = ("jfk", "librivox_ss", "libri_1688") if full else ("jfk", "librivox_ss")
        return [(_mono(audio.decode(Path(folder) / f"{name}.flac", 1, RATE)), texts[name]) for name in names]
    sample = ROOT / "episodes" / "bmj-statement-demo"
    turns = json.loads((sample / "sample" / "truth.json").read_text("utf-8"))["turns"]
    track = _mono(audio.decode(sample / "raw" / "guest.flac", 1, RATE))
    own = [turn for turn in turns if turn["speaker"] == "example-guest"]
    found = [(track[turn["start_ms"] * 16 : turn["end_ms"] * 16 + 3200], turn["text"]) for turn in own]
    return found if full else found[:4]


def _mono(sound: NDArray[np.float64]) -> Sound:
    return sound[:, 0].astype(np.float32)


def recording() -> tuple[Sound, str]:
    """All clips without a pause to save: where pauses are long the difference is larger."""
    parts, texts = [], []
    for sound, text in clips(True):
        parts += [sound, np.zeros(RATE // 2, np.float32)]
        texts.append(text)
    return np.concatenate(parts), " ".join(texts)


def one(engine: str, model: str, weights: str) -> dict[str, Any]:
    """CPU seconds of one engine on the recording; ours as it is used, with the pauses found and never sent."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    from podcast_pipeline.transcribe import blocks, engines, speech, worker
    from podcast_pipeline.transcribe import engine as seam

    worker._frugal()
    sound, text = recording()
    precision = "int8" if engine == "faster-whisper" else "float32"
    loaded = engines.load(engines.ENGINES[engine].place, Path(weights), precision)
    options, start = seam.Options("en", 5), time.process_time()
    if engine == "faster-whisper":
        found = speech.stretches(_chances(sound), len(sound))
        words = []
        for block in blocks.plan(found, lambda _, end: end):
            pieces = [np.pad(sound[s:e], (0, blocks.SHORT_SILENCE)) for s, e in block.pieces]
            words += loaded.transcribe(np.concatenate(pieces), "a", options, lambda _: None)
    else:
        words = loaded.transcribe(sound, "a", options, lambda _: None)
    cpu = time.process_time() - start
    status = Path("/proc/self/status").read_text()
    return {
        "engine": engine, "model": model, "seconds": round(len(sound) / RATE, 1), "cpu": round(cpu, 2),
        "rtf": round(cpu / (len(sound) / RATE), 4), "wer": _wer(text, " ".join(w.text for w in words)),
        "rss_mb": int(status.split("VmHWM:")[1].split()[0]) // 1000, "processor": _processor(),
    }  # fmt: skip


def _processor() -> str:
    """The name and what int8 arithmetic uses of it."""
    text = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    name = next((line.split(":")[1].strip() for line in text.splitlines() if line.startswith("model name")), "")
    found = [flag for flag in ("avx2", "avx512f", "avx512_vnni", "avx_vnni") if f" {flag} " in text.replace("\n", " ")]
    return f"{name or platform.machine()} {' '.join(found)}"


def _chances(sound: Sound) -> list[float]:
    from podcast_pipeline.transcribe import speech

    return [c for w in speech.windows(len(sound)) for c in speech.probabilities(sound[w.start : w.end], w.warm)]


def _wer(reference: str, hypothesis: str) -> float:
    import jiwer
    from whisper_normalizer.english import EnglishTextNormalizer

    normal = EnglishTextNormalizer()
    return round(100 * float(jiwer.wer(normal(reference), normal(hypothesis))), 2)


def _model(name: str) -> Path:
    from podcast_pipeline.transcribe import models

    return models.resolve(name, "faster-whisper").path


def engines(model: str, full: bool) -> bool:
    """Both on the same weights, each in a process of its own."""
    sys.path.insert(0, str(HERE.parents[1] / "helpers"))
    import weights

    with tempfile.TemporaryDirectory() as folder:
        made = weights.checkpoint(_model(model), Path(folder) / f"{model}.pt")
        found = {}
        for engine, path in zip(ENGINES, (made, _model(model)), strict=True):
            argv = [sys.executable, str(HERE), "one", "--model", model, "--engine", engine, "--weights", str(path)]
            said = subprocess.run(argv, capture_output=True, text=True, check=True)
            found[engine] = json.loads(said.stdout.splitlines()[-1])
            print(json.dumps(found[engine]))
    theirs, ours = (found[engine] for engine in ENGINES)
    ratio = theirs["cpu"] / ours["cpu"]
    print(f"{model}: {ratio:.1f} times less CPU than openai-whisper, WER {ours['wer']} against {theirs['wer']} %,"
          f" RSS {ours['rss_mb']} against {theirs['rss_mb']} MB")  # fmt: skip
    return bool(ratio >= 4 and ours["wer"] <= theirs["wer"] + 1.5 and ours["rss_mb"] <= RSS_MB[model])


def times(model: str, full: bool) -> bool:
    """The cost of word times, in CPU."""
    os.environ["OMP_NUM_THREADS"] = "1"
    from faster_whisper import WhisperModel

    loaded = WhisperModel(str(_model(model)), device="cpu", compute_type="int8", cpu_threads=1)
    sound = np.concatenate([sound for sound, _ in clips(full)])

    def cpu(word_times: bool) -> float:
        start = time.process_time()
        options = {"beam_size": 5, "condition_on_previous_text": False, "language": "en", "temperature": 0.0}
        list(loaded.transcribe(sound, word_timestamps=word_times, **options)[0])
        return time.process_time() - start

    cpu(True)
    ratio = float(np.median([cpu(True) / cpu(False) for _ in range(5 if full else 3)]))
    print(f"{model}: word times cost {100 * (ratio - 1):.0f} % more CPU")
    return ratio <= 1.35


def _stage(sound: Sound, model: str, jobs: int, folder: Path) -> dict[str, Any]:
    sys.path.insert(0, str(HERE.parents[1] / "helpers"))
    import audio

    from podcast_pipeline.model.audio import Track
    from podcast_pipeline.model.show import TranscribeSettings
    from podcast_pipeline.transcribe.stage import transcribe

    path = audio.write_wav(folder / "a.wav", sound.astype(np.float64), RATE)
    settings = TranscribeSettings(model=model, hotwords="off")
    tracks = [(Track("raw/a.wav", "alex-example"), path)]
    transcribe(tracks, settings, folder / "m.json", folder / "words", folder / "none", jobs, lambda _: None)
    value: dict[str, Any] = json.loads((folder / "m.json").read_text("utf-8"))
    return value


def workers(model: str, full: bool) -> bool:
    """Two workers against one, wall time of the whole stage, start included, on ten minutes with pauses to cut at.

    The shortest walls of up to three runs each: whatever else this computer does only makes them longer.
    """
    parts: list[Sound] = []
    while sum(map(len, parts)) < 600 * RATE:
        for sound, _ in clips(full):
            parts += [sound, np.zeros(RATE, np.float32)]
    sound = np.concatenate(parts)
    one, two = float("inf"), float("inf")
    for _ in range(3):
        one, two = min(one, _wall(sound, model, 1)), min(two, _wall(sound, model, 2))
        if one / two >= 1.8:
            break
    print(f"{model}: {len(sound) / RATE / 60:.1f} min, one worker {one:.1f} s, two {two:.1f} s: {one / two:.2f} times")
    return one / two >= 1.8


def _wall(sound: Sound, model: str, jobs: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        _stage(sound, model, jobs, Path(folder))
        return time.perf_counter() - start


def gaps(model: str, full: bool) -> bool:
    """45 s of digital silence, noise and music between two speeches: words in them, and where the second begins."""
    speech = clips(False)[0][0]
    length, random, t = 45 * RATE, np.random.default_rng(3), np.arange(45 * RATE) / RATE
    chord = sum(np.sin(2 * np.pi * f * t) for f in (220.0, 277.2, 329.6)) * (0.6 + 0.4 * np.sin(2 * np.pi * 2 * t))
    good = True
    for name, gap in (
        ("silence", np.zeros(length)), ("noise", random.normal(0, 0.002, length)), ("music", 0.03 * chord),
    ):  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            joined = np.concatenate([speech, gap.astype(np.float32), speech])
            value = _stage(joined, model, 2, Path(folder))
        first, second = len(speech) * 1000 // RATE, len(speech) * 1000 // RATE + 45_000
        inside = [word[1] for word in value["words"] if first + 300 < (word[2] + word[3]) // 2 < second - 300]
        one = [(word[1], word[2]) for word in value["words"] if word[2] < first]
        two = [(word[1], word[2] - second) for word in value["words"] if word[2] >= second - 300]
        matcher = difflib.SequenceMatcher(None, [text for text, _ in one], [text for text, _ in two], autojunk=False)
        same = [(one[m.a + i][1], two[m.b + i][1]) for m in matcher.get_matching_blocks() for i in range(m.size)]
        late = int(np.median([abs(a - b) for a, b in same])) if 2 * len(same) > len(one) else 99_999
        print(f"{model}, 45 s of {name}: {len(inside)} words in it, second speech {late} ms off")
        good = good and not inside and late <= 300
    return good


def join(model: str, full: bool) -> bool:
    """Eight minutes of clips in a row: the longest run of words that is missing."""
    import jiwer
    from whisper_normalizer.english import EnglishTextNormalizer

    parts: list[NDArray[np.float32]] = []
    texts: list[str] = []
    while sum(len(part) for part in parts) < (480 if full else 240) * RATE:
        for sound, text in clips(True):
            parts += [sound, np.zeros(RATE // 2, np.float32)]
            texts.append(text)
    with tempfile.TemporaryDirectory() as folder:
        value = _stage(np.concatenate(parts), model, 2, Path(folder))
    normal = EnglishTextNormalizer()
    heard = normal(" ".join(word[1] for word in value["words"]))
    found = jiwer.process_words(normal(" ".join(texts)), heard)
    lost = max((c.ref_end_idx - c.ref_start_idx for c in found.alignments[0] if c.type == "delete"), default=0)
    length = sum(map(len, parts)) / RATE / 60
    print(f"{model}: {length:.1f} min, WER {100 * found.wer:.1f} %, longest run of words missing: {lost}")
    return lost < 6


WHAT: dict[str, Callable[[str, bool], bool]] = {
    "engines": engines, "times": times, "workers": workers, "gaps": gaps, "join": join,
}  # fmt: skip

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=[*WHAT, "one"])
    parser.add_argument("--model", default="tiny.en")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--engine", help=argparse.SUPPRESS)
    parser.add_argument("--weights", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.what == "one":
        print(json.dumps(one(asked.engine, asked.model, asked.weights)))
    else:
        sys.exit(0 if WHAT[asked.what](asked.model, asked.full) else 1)
