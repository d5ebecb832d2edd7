"""A recording that is still being written while it is read is refused: nobody knows what was read of it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from podcast_pipeline.errors import AudioError


@contextlib.contextmanager
def unchanged(path: Path) -> Iterator[None]:
    """The block reads `path`. Raises AudioError if its size or time has changed by the end, be it also of an error."""
    before = _state(path)
    try:
        yield
    finally:
        # A reader that stops early (GeneratorExit) has read what it wanted.
        if before is not None and (now := _state(path)) != before:
            size = f"{before[0]:,} bytes before, {now[0]:,} now" if now is not None else "it is gone"
            raise AudioError(
                f"{path}: changed while it was read ({size})",
                "wait until it is recorded, copied or synchronised to its end, then build again",
            )


def _state(path: Path) -> tuple[int, int] | None:
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_size, about.st_mtime_ns
