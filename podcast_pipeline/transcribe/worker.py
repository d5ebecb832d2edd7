"""A worker process: one thread, one model, one task at a time, given and answered as lines of JSON over its pipes.

It lives as long as its standard input: when that ends (the command is done, interrupted or killed), so does the
worker, in the middle of a block if need be. No worker outlives the command that started it, however it died.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, cast

from podcast_pipeline.errors import PodcastError

_SINGLE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def command() -> list[str]:
    """The arguments that start a worker: this Python, with this process's import path, in any current folder."""
    code = (
        "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
        "from podcast_pipeline.transcribe import worker; worker.main()"
    )
    return [sys.executable, "-P", "-c", code, json.dumps(sys.path)]


_TRIM_THRESHOLD, _MMAP_THRESHOLD, _BYTES = -1, -3, 1 << 20


def _frugal() -> None:
    """Large blocks of memory go back as soon as they are free (glibc's mallopt): the peak is a quarter lower."""
    with contextlib.suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_TRIM_THRESHOLD, _BYTES)
        mallopt(_MMAP_THRESHOLD, _BYTES)


def main() -> None:
    """Serve until standard input ends."""
    _frugal()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in _SINGLE:  # read by the libraries when they are loaded, so before any of them
        os.environ[name] = "1"
    os.environ["HF_HUB_OFFLINE"] = "1"  # a model that is not complete is an error here, never a download
    # What a library prints goes to standard error: the answers have their pipe to themselves.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    tasks: queue.Queue[dict[str, Any]] = queue.Queue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, tasks), daemon=True).start()
    worker = _Worker(answers)
    try:
        while True:
            worker.serve(tasks.get())
    except BaseException:
        # Python's own way out would wait for the thread that reads, and abort: that would look like a kill.
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


def _listen(stream: IO[bytes], tasks: queue.Queue[dict[str, Any]]) -> None:
    for line in stream:
        tasks.put(json.loads(line))
    os._exit(0)


class _Worker:
    def __init__(self, answers: IO[str]) -> None:
        self._answers = answers
        self._engines: dict[tuple[str, str, str], Any] = {}
        self._encoder: Any = None

    def _say(self, **message: Any) -> None:
        self._answers.write(json.dumps(message, ensure_ascii=False) + "\n")
        self._answers.flush()

    def serve(self, task: dict[str, Any]) -> None:
        """Do one task. A PodcastError is the answer; anything else ends the process, its trace on standard error."""
        do = cast("Callable[[dict[str, Any]], Any]", getattr(self, f"_{task['do']}"))
        try:
            self._say(done=do(task))
        except PodcastError as error:
            self._say(failed=type(error).__name__, message=error.message, hint=error.hint)

    def _detect(self, task: dict[str, Any]) -> list[float]:
        from podcast_pipeline.transcribe import speech
        from podcast_pipeline.transcribe.pcm import Pcm

        samples = Pcm(Path(task["pcm"]), task["end"]).read(task["start"], task["end"])
        return speech.probabilities(samples, task["warm"])

    def _embed(self, task: dict[str, Any]) -> list[list[float]]:
        import numpy as np

        from podcast_pipeline.transcribe import embedding
        from podcast_pipeline.transcribe.pcm import Pcm

        if self._encoder is None:
            path = embedding.weights()
            assert path is not None
            self._encoder = embedding.Encoder(path)
        pcm = Pcm(Path(task["pcm"]), task["samples"])
        windows = [embedding.raised(pcm.read(start, start + embedding.WINDOW)) for start in task["starts"]]
        # Rounded here, so that a result does not depend on which windows were computed together.
        return [[round(float(x), 5) for x in row] for row in self._encoder.embed(np.stack(windows))]

    def _recognise(self, task: dict[str, Any]) -> list[list[Any]]:
        from podcast_pipeline.transcribe import engine

        words = self._engine(task).transcribe(
            self._samples(task),
            task["track"],
            engine.Options(task["language"], task["beam_size"], task.get("hotwords", "")),
            lambda seconds: self._say(heard=seconds),
        )
        return [
            [
                *(w.text, w.start, w.end, w.probability, w.residue),
                *(w.segment.logprob, w.segment.compression, w.segment.no_speech),
            ]
            for w in words
        ]

    def _identify(self, task: dict[str, Any]) -> tuple[str, float] | None:
        found: tuple[str, float] | None = self._engine(task).spoken(self._samples(task))
        return found

    def _engine(self, task: dict[str, Any]) -> Any:
        from podcast_pipeline.transcribe import engines

        key = (task["place"], task["model"], task["compute_type"])
        if key not in self._engines:
            self._engines[key] = engines.load(key[0], Path(key[1]), key[2])
        return self._engines[key]

    @staticmethod
    def _samples(task: dict[str, Any]) -> Any:
        """The pieces of a block with digital silence between them."""
        import numpy as np

        from podcast_pipeline.transcribe.pcm import Pcm

        pcm = Pcm(Path(task["pcm"]), max(end for _, end in task["pieces"]))
        parts = [np.pad(pcm.read(start, end), (0, task["silence"])) for start, end in task["pieces"]]
        return np.concatenate(parts)[: -task["silence"]]
