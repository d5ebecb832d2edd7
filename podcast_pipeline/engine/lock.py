"""One writer at a time: a kernel lock, freed by the kernel when its owner dies."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from podcast_pipeline.errors import PodcastError


@contextlib.contextmanager
def hold(path: Path, what: str, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock file `path` during the block, waiting at most `wait` seconds for another owner.

    Raises PodcastError naming the other process. The file's content is for that message only and stays behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        until = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    owner = os.pread(handle, 100, 0).decode("utf-8", "replace").strip() or "another process"
                    raise PodcastError(
                        f"{what} is being worked on by {owner}", "wait for it to end, or add --wait SECONDS"
                    ) from None
                time.sleep(0.1)
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()}".encode(), 0)
        yield
    finally:
        os.close(handle)
