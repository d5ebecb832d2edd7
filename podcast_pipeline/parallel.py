"""Jobs side by side on the cores of this computer, with one progress, one error and one way out."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from podcast_pipeline.progress import Progress, part

T = TypeVar("T")
_CGROUP = Path("/sys/fs/cgroup")


class _Stopped(Exception):
    """Raised inside a job whose result nobody waits for any more."""


def cores() -> int:
    """How many cores this process may use: affinity and the container's quota."""
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = limit("cpu.max").split()
    if len(quota) == 2 and quota[0].isdigit():
        return max(1, min(affinity, int(quota[0]) // int(quota[1])))
    return affinity


def limit(name: str) -> str:
    """A limit of the container we run in, where there is one, else ""."""
    with contextlib.suppress(OSError):
        return (_CGROUP / name).read_text("ascii").strip()
    return ""


def each(jobs: Sequence[tuple[float, Callable[[Progress], T]]], report: Progress) -> list[T]:
    """Run jobs (each with its share of the work) at most one per core; their results in order.

    A job runs in a thread and spends its time in programs or numpy; it must call its report often, as that is where it
    ends when another job failed or Ctrl-C came. Raises what the first failing job raised, in the order of `jobs`.
    """
    if len(jobs) == 1 or cores() == 1:
        return _in_turn(jobs, report)
    from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait  # every command knows this module

    whole, done, reached = sum(weight for weight, _ in jobs), [0.0] * len(jobs), 0.0
    stop, lock = threading.Event(), threading.Lock()

    def share_of(number: int, weight: float) -> Progress:
        def reached_share(share: float) -> None:
            nonlocal reached
            if stop.is_set():
                raise _Stopped
            with lock:
                done[number] = weight * min(1.0, max(0.0, share))
                reached = max(reached, sum(done) / whole)
                report(reached)

        return reached_share

    with ThreadPoolExecutor(min(cores(), len(jobs))) as pool:
        running = [pool.submit(work, share_of(number, weight)) for number, (weight, work) in enumerate(jobs)]
        try:
            wait(running, return_when=FIRST_EXCEPTION)
        finally:
            # Where all went well every job has ended, and nobody sees it.
            stop.set()
            for future in running:
                future.cancel()
    for future in running:
        error = None if future.cancelled() else future.exception()
        if error is not None and not isinstance(error, _Stopped):
            raise error
    return [future.result() for future in running]


def _in_turn(jobs: Sequence[tuple[float, Callable[[Progress], T]]], report: Progress) -> list[T]:
    whole, before, results = sum(weight for weight, _ in jobs), 0.0, []
    for weight, work in jobs:
        results.append(work(part(report, before / whole, (before + weight) / whole)))
        before += weight
    return results
