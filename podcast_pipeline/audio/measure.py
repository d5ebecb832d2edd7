"""The loudness meter: EBU R 128 / ITU-R BS.1770 by FFmpeg's `ebur128`, read with three decimals, in constant memory."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline.audio import decode
from podcast_pipeline.audio.picture import Curve
from podcast_pipeline.audio.truepeak import TruePeakEar
from podcast_pipeline.audio.weighting import SILENT
from podcast_pipeline.model.audio import Loudness
from podcast_pipeline.progress import Progress

if TYPE_CHECKING:
    from av import AudioFrame
    from av.filter import Graph


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured on a finished file, decoded to its end."""

    loudness: Loudness
    short_term: float
    """LUFS: the loudest 3 s; -inf for less than 3 s."""
    samples: int
    """Frames that came out, at the rate asked for."""
    curve: Curve = Curve((), (), ())


def loudness(path: Path, rate: int, *, seconds: float = 0.0, report: Progress | None = None) -> Measurement:
    """Measure a finished file at `rate` Hz: loudness, true peak, length.

    `seconds`, the expected length, is only for `report`. Raises AudioError if the file cannot be decoded to its end.
    """
    ears, samples = _Ears(rate), 0
    with ThreadPoolExecutor(1) as listener:
        heard = listener.submit(lambda: None)
        for frame in decode.frames(path, rate):
            samples += frame.samples
            heard.result()
            # While these two seconds are measured, the next are decoded.
            heard = listener.submit(ears.hear, frame)
            if report is not None and seconds > 0:
                report(min(1.0, samples / rate / seconds))
        heard.result()
    return ears.result(samples)


class _Ears:
    """FFmpeg's `ebur128`, and the true-peak meter beside it."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.meter: tuple[Graph, TruePeakEar] | None = None
        self.momentary: list[float] = []
        self.short_term: list[float] = []
        self.integrated, self.range = -math.inf, 0.0

    def hear(self, frame: AudioFrame) -> None:
        import numpy as np
        from av.filter import Graph

        if self.meter is None:
            graph = Graph()
            source = graph.add_abuffer(
                sample_rate=frame.sample_rate, format=frame.format, layout=frame.layout, time_base=frame.time_base
            )
            graph.link_nodes(source, graph.add("ebur128", "metadata=1:framelog=quiet"), graph.add("abuffersink"))
            graph.configure()
            self.meter = graph, TruePeakEar(self.rate, frame.layout.nb_channels)
        graph, ear = self.meter
        ear.hear(np.asarray(frame.to_ndarray(), np.float32))
        self._ask(graph, frame)

    def result(self, samples: int) -> Measurement:
        """After the last frame; `samples` is how many came."""
        if self.meter is None:
            return Measurement(Loudness(-math.inf, -math.inf, 0.0), -math.inf, 0)
        graph, ear = self.meter
        self._ask(graph, None)
        peak, peaks = ear.result()
        loudest = max(self.short_term, default=-math.inf)
        curve = Curve(_rounded(self.momentary), _rounded(self.short_term), peaks)
        whole = Loudness(self.integrated, round(peak, 3), self.range)
        return Measurement(whole, loudest if loudest > -120 else -math.inf, samples, curve)

    def _ask(self, graph: Graph, frame: AudioFrame | None) -> None:
        """What the meter says of every 100 ms."""
        import av

        graph.push(frame)
        with contextlib.suppress(av.BlockingIOError, av.EOFError):
            while True:
                told = graph.pull().metadata
                if "lavfi.r128.I" not in told:
                    continue  # the rest, shorter than 100 ms
                self.momentary.append(float(told["lavfi.r128.M"]))
                self.short_term.append(float(told["lavfi.r128.S"]))
                integrated = float(told["lavfi.r128.I"])
                self.integrated = integrated if integrated > SILENT else -math.inf
                self.range = float(told["lavfi.r128.LRA"])


def _rounded(values: Iterable[float]) -> tuple[float, ...]:
    """LUFS with one decimal, at least -120: JSON knows no infinity."""
    return tuple(max(-120.0, round(value, 1)) for value in values)
