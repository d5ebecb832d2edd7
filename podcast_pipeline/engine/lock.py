"""One writer at a time: a kernel lock, freed by the kernel when its owner dies."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from podcast_pipeline import atomic
from podcast_pipeline.errors import PodcastError


@contextlib.contextmanager
def hold(path: Path, what: str, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock file `path` (empty, it stays behind) in the block, after waiting at most `wait` seconds for it.

    Raises PodcastError naming the other process.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise atomic.failure(path, 0, error) from error
    try:
        until = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise PodcastError(
                        f"{what} is being worked on by {_owner(handle)}", "wait for it to end, or add --wait SECONDS"
                    ) from None
                time.sleep(0.1)
        yield
    finally:
        os.close(handle)


def obeyed(folder: Path) -> bool:
    """Whether locks hold in `folder`: some network drives grant one twice. Raises PodcastError if it is read-only."""
    with hold(folder / "doctor", "the lock for trying", wait=5.0):
        try:
            with hold(folder / "doctor", "the lock for trying"):
                return False
        except PodcastError:
            return True


def _owner(handle: int) -> str:
    # Linux lists the holders of locks by inode; elsewhere the owner stays unnamed.
    with contextlib.suppress(OSError):
        inode = str(os.fstat(handle).st_ino)
        for line in Path("/proc/locks").read_text("ascii").splitlines():
            fields = line.split()
            if fields[1] == "FLOCK" and fields[5].rsplit(":", 1)[-1] == inode:
                return f"process {fields[4]}"
    return "another process"
