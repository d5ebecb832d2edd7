"""Long FFmpeg work with progress: one call that runs it, says how far it is, and explains why it failed."""

from __future__ import annotations

import contextlib
import errno
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline import atomic, ffmpeg, process
from podcast_pipeline.errors import PodcastError, ToolFailed
from podcast_pipeline.progress import Report

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EXACT = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")
"""Before the name of an output: the same bytes every time, without the encoder's name or the time."""


def write(arguments: Sequence[str], output: Path, seconds: float, report: Report) -> None:
    """Run FFmpeg with `arguments` (inputs, filters, codec) into `output`; `seconds` is the length it will have.

    Raises PodcastError naming `output` if the disk is full, ToolFailed for everything else.
    """
    with _explained(output), process.start(_argv("-progress", "pipe:1", *arguments, to=output), stdout=True) as program:
        assert program.stdout is not None
        reached = 0.0
        for line in program.stdout:
            name, _, value = line.decode("ascii", "replace").partition("=")
            # Early reports say N/A: nothing has been written yet.
            if name == "out_time_us" and value.strip().isdigit() and seconds > 0:
                reached = max(reached, min(1.0, int(value) / 1e6 / seconds))
                report(reached)
    report(1.0)


@contextlib.contextmanager
def encoding(
    shape: tuple[int, int], codec: Sequence[str], output: Path
) -> Iterator[Callable[[NDArray[np.float32]], None]]:
    """Encode into `output` what is given to the function that this yields; `shape`: frames per second, channels.

    Raises as `write` does.
    """
    rate, channels = shape
    source = ("-f", "f32le", "-ar", str(rate), "-ac", str(channels), "-i", "pipe:0")
    with _explained(output), process.start(_argv(*source, *codec, to=output), stdin=True) as program:
        stream = program.stdin
        assert stream is not None

        def take(block: NDArray[np.float32]) -> None:
            stream.write(block.astype("<f4", order="C", copy=False).data)

        yield take


def feed(
    blocks: Iterable[NDArray[np.float32]],
    shape: tuple[int, int],
    samples: int,
    codec: Sequence[str],
    output: Path,
    report: Report,
) -> None:
    """The same with all `blocks`, which are `samples` frames together."""
    fed = 0
    with encoding(shape, codec, output) as take:
        for block in blocks:
            take(block)
            fed += len(block)
            report(min(1.0, fed / samples))


def _argv(*arguments: str, to: Path) -> list[str]:
    return [ffmpeg.binary().path, *ffmpeg.QUIET, "-y", *arguments, *EXACT, f"file:{to.absolute()}"]


@contextlib.contextmanager
def _explained(output: Path) -> Iterator[None]:
    """A full disk is named, with the file that found no room."""
    try:
        yield
    except ToolFailed as error:
        raise _full(output, error) from error


def _full(output: Path, error: ToolFailed) -> PodcastError:
    if error.status == -signal.SIGXFSZ or "File too large" in error.tail:
        return atomic.failure(output, _written(output), OSError(errno.EFBIG, "File too large"))
    if "No space left on device" in error.tail:
        return atomic.failure(output, _written(output), OSError(errno.ENOSPC, "No space left on device"))
    return error


def _written(output: Path) -> int:
    return output.stat().st_size if output.exists() else 0
