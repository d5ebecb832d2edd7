"""Encoding by FFmpeg: it is fed with samples, and a full disk is named."""

from __future__ import annotations

import errno
import signal
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline import atomic, ffmpeg, process
from podcast_pipeline.errors import PodcastError, ToolFailed
from podcast_pipeline.progress import Progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_EXACT = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")
"""Before the name of an output: the same bytes every time, without the encoder's name or the time."""


def feed(
    blocks: Iterable[NDArray[np.float32]],
    shape: tuple[int, int],
    samples: int,
    codec: Sequence[str],
    output: Path,
    report: Progress,
) -> None:
    """Encode `blocks`, which are `samples` frames together, into `output`; `shape`: frames per second, channels.

    Raises PodcastError naming `output` if the disk is full, ToolFailed for everything else.
    """
    rate, channels = shape
    argv = [
        ffmpeg.binary().path, *ffmpeg.QUIET, "-y", "-f", "f32le", "-ar", str(rate), "-ac", str(channels),
        "-i", "pipe:0", *codec, *_EXACT, f"file:{output.absolute()}",
    ]  # fmt: skip
    fed = 0
    try:
        with process.start(argv, stdin=True) as program:
            assert program.stdin is not None
            for block in blocks:
                program.stdin.write(block.astype("<f4", order="C", copy=False).data)
                fed += len(block)
                report(min(1.0, fed / samples))
    except ToolFailed as error:
        raise _full(output, error) from error


def _full(output: Path, error: ToolFailed) -> PodcastError:
    """A full disk is named, with the file that found no room."""
    if error.status == -signal.SIGXFSZ or "File too large" in error.tail:
        return atomic.failure(output, _written(output), OSError(errno.EFBIG, "File too large"))
    if "No space left on device" in error.tail:
        return atomic.failure(output, _written(output), OSError(errno.ENOSPC, "No space left on device"))
    return error


def _written(output: Path) -> int:
    return output.stat().st_size if output.exists() else 0
