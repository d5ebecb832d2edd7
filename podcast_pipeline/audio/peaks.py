"""peaks.dat: the waveform of the uncut recording, small enough for a browser."""

from __future__ import annotations

from pathlib import Path

from podcast_pipeline.audio import w64
from podcast_pipeline.progress import Report

PER_SECOND = 20
_BLOCK_SECONDS = 10


def draw(mix: Path, output: Path, report: Report) -> None:
    """Write the lowest and the highest sample of every 50 ms of `mix`, all channels together.

    Two signed bytes each, 127 being full scale, one pair after the other without a header: 144 kB for an hour.
    """
    import numpy as np

    with w64.reading(mix) as reader, open(output, "wb") as stream:
        step = reader.rate // PER_SECOND
        size = step * PER_SECOND * _BLOCK_SECONDS
        for start in range(0, reader.samples, size):
            block = reader.read(start, min(size, reader.samples - start))
            edge = -len(block) % step
            if edge:
                block = np.concatenate((block, np.repeat(block[-1:], edge, axis=0)))
            steps = block.reshape(-1, step * reader.channels)
            pairs = np.stack((steps.min(axis=1), steps.max(axis=1)), axis=1)
            stream.write(np.clip(np.round(pairs * 127), -127, 127).astype(np.int8).tobytes())
            report(min(1.0, (start + size) / reader.samples))
    report(1.0)
