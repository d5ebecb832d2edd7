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
from pathlib import Path
from typing import IO, Any

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.transcribe import jobs
from podcast_pipeline.transcribe.jobs import Detect, Embed, Identify, Job, Recognise, Recogniser

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
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    asked: queue.Queue[Job] = queue.Queue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, asked), daemon=True).start()
    worker = _Worker(answers)
    try:
        while True:
            worker.serve(asked.get())
    except BaseException:
        # Python's own way out would wait for the thread that reads, and abort: that would look like a kill.
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


def _listen(stream: IO[bytes], asked: queue.Queue[Job]) -> None:
    for line in stream:
        asked.put(jobs.job(line))
    os._exit(0)


class _Worker:
    def __init__(self, answers: IO[bytes]) -> None:
        self._answers = answers
        self._engines: dict[Recogniser, Any] = {}
        self._encoder: Any = None

    def _say(self, answer: jobs.Answer) -> None:
        self._answers.write(jobs.line(answer))
        self._answers.flush()

    def serve(self, job: Job) -> None:
        """Do one job. A PodcastError is the answer; anything else ends the process, its trace on standard error."""
        try:
            self._say(jobs.Done(self._result(job)))
        except PodcastError as error:
            self._say(jobs.Failed(type(error).__name__, error.message, error.hint))

    def _result(self, job: Job) -> Any:
        match job:
            case Detect():
                return self._detect(job)
            case Embed():
                return self._embed(job)
            case Identify():
                return self._engine(job.recogniser).spoken(_samples(job))
            case Recognise():
                return self._recognise(job)

    def _detect(self, job: Detect) -> list[float]:
        from podcast_pipeline.transcribe import speech
        from podcast_pipeline.transcribe.pcm import Pcm

        samples = Pcm(Path(job.pcm), job.end).read(job.start, job.end)
        return speech.probabilities(samples, job.warm)

    def _embed(self, job: Embed) -> list[list[float]]:
        import numpy as np

        from podcast_pipeline.transcribe import embedding
        from podcast_pipeline.transcribe.pcm import Pcm

        if self._encoder is None:
            path = embedding.weights()
            assert path is not None
            self._encoder = embedding.Encoder(path)
        pcm = Pcm(Path(job.pcm), job.samples)
        windows = [embedding.raised(pcm.read(start, start + embedding.WINDOW)) for start in job.starts]
        # Rounded here, so that a result does not depend on which windows were computed together.
        return [[round(float(x), 5) for x in row] for row in self._encoder.embed(np.stack(windows))]

    def _recognise(self, job: Recognise) -> list[jobs.HeardWord]:
        from podcast_pipeline.transcribe import engine

        words = self._engine(job.recogniser).transcribe(
            _samples(job),
            job.track,
            engine.Options(job.language, job.beam_size, job.hotwords),
            lambda seconds: self._say(jobs.Progressed(seconds)),
        )
        return [
            jobs.HeardWord(
                *(w.text, w.start, w.end, w.probability, w.residue),
                *(w.segment.logprob, w.segment.compression, w.segment.no_speech),
            )
            for w in words
        ]

    def _engine(self, asked: Recogniser) -> Any:
        from podcast_pipeline.transcribe import engines

        if asked not in self._engines:
            self._engines[asked] = engines.load(asked.place, Path(asked.model), asked.compute_type)
        return self._engines[asked]


def _samples(job: jobs.Hearing) -> Any:
    """The pieces of a block with digital silence between them."""
    import numpy as np

    from podcast_pipeline.transcribe.pcm import Pcm

    pcm = Pcm(Path(job.pcm), max(end for _, end in job.pieces))
    parts = [np.pad(pcm.read(start, end), (0, job.silence)) for start, end in job.pieces]
    return np.concatenate(parts)[: -job.silence]
