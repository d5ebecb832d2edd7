"""Plain classes that honour our Protocols where the real thing would hide what is tested."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from podcast_pipeline.errors import TranscriptionError
from podcast_pipeline.transcribe.engine import RATE, Options, RawWord, Scores

SCORES = Scores(-0.25, 1.5, 0.05)


class Canned:
    """A Transcriber that says what its model, a JSON file, holds for the track: [[text, start, end, probability], ...].

    Times are ms of the block; what lies outside the block is not said.
    """

    def __init__(self, model: Path, compute_type: str) -> None:
        self.said: dict[str, list[list[Any]]] = json.loads(model.read_text("utf-8"))

    def transcribe(
        self, samples: NDArray[np.float32], track: str, options: Options, heard: Callable[[float], None]
    ) -> list[RawWord]:
        length = len(samples) * 1000 // RATE
        heard(length / 1000)
        return [RawWord(t, s, e, p, track, SCORES) for t, s, e, p in self.said.get(track, []) if e <= length]

    def spoken(self, samples: NDArray[np.float32]) -> tuple[str, float] | None:
        return None


class Loud:
    """A Transcriber whose one word is the level of its samples: the same block, the same word, whoever does it."""

    def __init__(self, model: Path, compute_type: str) -> None:
        pass

    def transcribe(
        self, samples: NDArray[np.float32], track: str, options: Options, heard: Callable[[float], None]
    ) -> list[RawWord]:
        power = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
        return [RawWord(f"{len(samples)}:{power:.9f}", 0, 100, 0.5, track, SCORES)]

    def spoken(self, samples: NDArray[np.float32]) -> tuple[str, float] | None:
        return None


class Killed(Loud):
    """A Transcriber that is killed as often as its model, a text file, still says (it counts down)."""

    def __init__(self, model: Path, compute_type: str) -> None:
        self.counter = model

    def transcribe(
        self, samples: NDArray[np.float32], track: str, options: Options, heard: Callable[[float], None]
    ) -> list[RawWord]:
        left = int(self.counter.read_text())
        if left > 0:
            self.counter.write_text(str(left - 1))
            os.kill(os.getpid(), signal.SIGKILL)
        return super().transcribe(samples, track, options, heard)


class Broken(Loud):
    """A Transcriber with a bug on the track "bug"; on others it reports a missing model."""

    def transcribe(
        self, samples: NDArray[np.float32], track: str, options: Options, heard: Callable[[float], None]
    ) -> list[RawWord]:
        if track == "bug":
            raise ZeroDivisionError("a bug of the engine")
        raise TranscriptionError("the model is broken", "fetch it again")


class Endless(Loud):
    """A Transcriber that never ends; it writes its process id into the file that is its model."""

    def __init__(self, model: Path, compute_type: str) -> None:
        with open(model, "a") as stream:
            stream.write(f"{os.getpid()}\n")

    def transcribe(
        self, samples: NDArray[np.float32], track: str, options: Options, heard: Callable[[float], None]
    ) -> list[RawWord]:
        heard(0.1)
        while True:
            time.sleep(0.05)


class Deaf(Loud):
    """A Transcriber that writes a word every half second, and overhears 4 to 8 s of every block longer than 10 s."""

    def transcribe(
        self, samples: NDArray[np.float32], track: str, options: Options, heard: Callable[[float], None]
    ) -> list[RawWord]:
        length = len(samples) * 1000 // RATE
        times = [at for at in range(0, length - 450, 500) if length < 10_000 or not 4000 <= at < 8000]
        return [RawWord(f"at{at}", at, at + 450, 0.9, track, SCORES) for at in times]
