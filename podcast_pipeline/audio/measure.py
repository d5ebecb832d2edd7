"""The loudness meter: EBU R 128 / ITU-R BS.1770 by FFmpeg's `ebur128`, read with three decimals, in constant memory."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

from podcast_pipeline import ffmpeg, process
from podcast_pipeline.audio.picture import Curve
from podcast_pipeline.errors import ToolFailed
from podcast_pipeline.model.audio import Loudness
from podcast_pipeline.progress import Report

SILENT = -70.0
"""LUFS: the absolute gate of BS.1770. What never passes it has no loudness; a gain must not be computed from it."""

_SUMMARY_PEAK = re.compile(r"^\s+Peak:\s+(-?[\d.]+|-inf|nan) dBFS", re.MULTILINE)
_COUNT = re.compile(r"n_samples: (\d+)")


@dataclass(frozen=True, slots=True)
class Measured:
    """One pass of the meter over a file, decoded and filtered."""

    loudness: Loudness
    """True peak is -inf where it was not asked for."""
    short_term: float
    """LUFS: the loudest 3 s; -inf for less than 3 s."""
    samples: int
    """Frames that came out, at the rate asked for."""
    curve: Curve = Curve((), (), ())
    """Along the file; empty where the true peak was not asked for."""


def loudness(
    path: Path, rate: int, *, filters: str = "", peak: bool = True, seconds: float = 0.0, report: Report | None = None
) -> Measured:
    """Measure the first audio stream of `path` behind `filters` (FFmpeg syntax), at `rate` Hz.

    Integrated loudness is -inf if nothing passes the gate. `peak=False` is three times as fast. `seconds`, the expected
    length, is only for `report`. Raises AudioError if the file cannot be decoded to its end.
    """
    meter = f"ebur128=peak={'true' if peak else 'none'}:metadata=1:framelog=verbose"
    # Old builds report the end of the work up to 100 ms early: `volumedetect` counts what really came out. One channel
    # by `pan`: a demand for mono by `aformat` would be met before the meter.
    count = "pan=mono|c0=c0,aformat=sample_fmts=s16,volumedetect"
    chain = ",".join(filter(None, (f"aresample={rate}", filters, meter, "ametadata=mode=print:file=-", count)))
    argv = [
        ffmpeg.binary().path, *ffmpeg.QUIET, *ffmpeg.input_arguments(path), "-map", "0:a:0", "-vn", "-sn", "-dn",
        "-af", chain, "-f", "null", "-",
    ]  # fmt: skip
    last = {"I": SILENT, "LRA": 0.0}
    top_peak, short_term = 0.0, -math.inf
    momentary: list[float] = []
    course: list[float] = []
    peaks: list[tuple[int, float]] = []
    try:
        with process.start(argv, stdout=True) as program:
            assert program.stdout is not None
            for line in program.stdout:
                name, _, value = line.rpartition(b"=")
                if name == b"lavfi.r128.S":
                    short_term = max(short_term, float(value))
                    course.append(_level(value))
                elif name == b"lavfi.r128.M":
                    momentary.append(_level(value))
                elif name in (b"lavfi.r128.I", b"lavfi.r128.LRA"):
                    last[name.rpartition(b".")[2].decode()] = float(value)
                elif name.startswith(b"lavfi.r128.true_peak"):
                    found = float(value)
                    if found > top_peak:
                        # What is printed is the highest so far: where it rises, there is a peak.
                        peaks.append((len(momentary) * 100, round(20 * math.log10(found), 2)))
                        top_peak = found
                elif report is not None and seconds > 0 and line.startswith(b"frame:"):
                    report(min(1.0, float(line.rpartition(b":")[2]) / seconds))
    except ToolFailed as error:
        raise ffmpeg.unreadable(path, error) from error
    counted = _COUNT.findall(program.stderr)
    integrated = last["I"] if last["I"] > SILENT else -math.inf
    return Measured(
        Loudness(integrated, _true_peak(top_peak, program.stderr) if peak else -math.inf, last["LRA"]),
        short_term if short_term > -120 else -math.inf,
        int(counted[-1]) if counted else 0,
        Curve(tuple(momentary), tuple(course), tuple(peaks)) if peak else Curve((), (), ()),
    )


def _level(value: bytes) -> float:
    """LUFS with one decimal, at least -120: JSON knows no infinity."""
    return max(-120.0, round(float(value), 1))


def _true_peak(linear: float, summary: str) -> float:
    """dBTP from the per-frame values (linear, three decimals) and the summary, which alone has the last 100 ms."""
    fine = 20 * math.log10(linear) if linear > 0 else -math.inf
    found = _SUMMARY_PEAK.findall(summary)
    if found and found[-1] not in ("nan", "-inf") and float(found[-1]) > fine + 0.06:
        return float(found[-1])
    return round(fine, 3)
