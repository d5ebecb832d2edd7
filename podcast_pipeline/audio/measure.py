"""The loudness meter: EBU R 128 / ITU-R BS.1770 by FFmpeg's `ebur128`, read with three decimals, in constant memory."""

from __future__ import annotations

import contextlib
import math
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from podcast_pipeline import ffmpeg
from podcast_pipeline.audio import source
from podcast_pipeline.audio.picture import STEP, Curve
from podcast_pipeline.audio.truepeak import TruePeakEar
from podcast_pipeline.audio.weighting import SILENT
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.audio import Loudness
from podcast_pipeline.progress import Report

_METER = "ebur128=peak=none:metadata=1:framelog=verbose,ametadata=mode=print:file="
_BLOCK = 1 << 17
"""Frames."""


@dataclass(frozen=True, slots=True)
class Levels:
    """How loud a file is: in all (LUFS; -inf if nothing passes the gate), its range (LU), and along it (LUFS): of the
    400 ms and the 3 s that end there."""

    integrated: float
    range: float
    momentary: tuple[float, ...]
    short_term: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured on a finished file, decoded to its end."""

    loudness: Loudness
    short_term: float
    """LUFS: the loudest 3 s; -inf for less than 3 s."""
    samples: int
    """Frames that came out, at the rate asked for."""
    curve: Curve = Curve((), (), ())


def loudness(path: Path, rate: int, *, seconds: float = 0.0, report: Report | None = None) -> Measured:
    """Measure a finished file at `rate` Hz: loudness, true peak, length.

    `seconds`, the expected length, is only for `report`. Raises AudioError if the file cannot be decoded to its end,
    PodcastError if there is no room for what the meter says (7 MB for an hour).
    """
    channels = source.look(path).channels
    ear, samples = TruePeakEar(rate, channels), 0
    with tempfile.TemporaryDirectory(prefix="podcast-meter-") as folder:
        # The samples come out behind the meter; what it says goes to a file, as there is only one way out.
        told = Path(folder) / "levels"
        chain = f"aresample={rate},{_METER}{_escaped(told)}"
        decoded = ffmpeg.samples(path, rate, channels=channels, block=_BLOCK, filters=chain)
        with contextlib.closing(decoded):
            for block in decoded:
                ear.hear(block.reshape(-1, channels))
                samples += len(block)
                if report is not None and seconds > 0:
                    report(min(1.0, samples / rate / seconds))
        with open(told, "rb") as lines:
            found = _read(lines)
    if len(found.momentary) < samples * 1000 // (rate * STEP) - 1:
        raise PodcastError(f"{folder}: what the meter said is not whole", "make room there, or set TMPDIR")
    peak, peaks = ear.result()
    loudest = max(found.short_term, default=-math.inf)
    curve = Curve(_rounded(found.momentary), _rounded(found.short_term), peaks)
    whole = Loudness(found.integrated, round(peak, 3), found.range)
    return Measured(whole, loudest if loudest > -120 else -math.inf, samples, curve)


def _read(lines: Iterable[bytes], seconds: float = 0.0, report: Report | None = None) -> Levels:
    """What `ametadata` prints for every 100 ms."""
    integrated, range_ = SILENT, 0.0
    momentary: list[float] = []
    short_term: list[float] = []
    for line in lines:
        name, _, value = line.rpartition(b"=")
        if name == b"lavfi.r128.M":
            momentary.append(float(value))
        elif name == b"lavfi.r128.S":
            short_term.append(float(value))
        elif name == b"lavfi.r128.I":
            integrated = float(value)
        elif name == b"lavfi.r128.LRA":
            range_ = float(value)
        elif report is not None and seconds > 0 and line.startswith(b"frame:"):
            report(min(1.0, float(line.rpartition(b":")[2]) / seconds))
    whole = integrated if integrated > SILENT else -math.inf
    return Levels(whole, range_, tuple(momentary), tuple(short_term))


def _rounded(values: Iterable[float]) -> tuple[float, ...]:
    """LUFS with one decimal, at least -120: JSON knows no infinity."""
    return tuple(max(-120.0, round(value, 1)) for value in values)


def _escaped(path: Path) -> str:
    """As the value of an option within a chain of filters: FFmpeg takes the backslashes away twice."""
    value = re.sub(r"([\\':])", r"\\\1", str(path))
    return re.sub(r"([\\'\[\],;])", r"\\\1", value)
