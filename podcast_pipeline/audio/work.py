"""Long FFmpeg work with progress: one call that runs it, says how far it is, and explains why it failed."""

from __future__ import annotations

import errno
import signal
from collections.abc import Sequence
from pathlib import Path

from podcast_pipeline import atomic, ffmpeg, process
from podcast_pipeline.errors import PodcastError, ToolFailed
from podcast_pipeline.progress import Report

EXACT = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")
"""Before the name of an output: the same bytes every time, without the encoder's name or the time."""


def write(arguments: Sequence[str], output: Path, seconds: float, report: Report) -> None:
    """Run FFmpeg with `arguments` (inputs, filters, codec) into `output`; `seconds` is the length it will have.

    Raises PodcastError naming `output` if the disk is full, ToolFailed for everything else.
    """
    argv = [
        ffmpeg.binary().path, *ffmpeg.QUIET, "-y", "-progress", "pipe:1", *arguments, *EXACT,
        f"file:{output.absolute()}",
    ]  # fmt: skip
    try:
        with process.start(argv, stdout=True) as program:
            assert program.stdout is not None
            reached = 0.0
            for line in program.stdout:
                name, _, value = line.decode("ascii", "replace").partition("=")
                # Early reports say N/A: nothing has been written yet.
                if name == "out_time_us" and value.strip().isdigit() and seconds > 0:
                    reached = max(reached, min(1.0, int(value) / 1e6 / seconds))
                    report(reached)
    except ToolFailed as error:
        raise _full(output, error) from error
    report(1.0)


def _full(output: Path, error: ToolFailed) -> PodcastError:
    if error.status == -signal.SIGXFSZ or "File too large" in error.tail:
        return atomic.failure(output, _written(output), OSError(errno.EFBIG, "File too large"))
    if "No space left on device" in error.tail:
        return atomic.failure(output, _written(output), OSError(errno.ENOSPC, "No space left on device"))
    return error


def _written(output: Path) -> int:
    return output.stat().st_size if output.exists() else 0
