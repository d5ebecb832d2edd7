"""How many workers this computer bears: cores it may use, and memory."""

from __future__ import annotations

import functools
import os
from pathlib import Path

from podcast_pipeline import parallel

_MB = 1 << 20


def count(asked: int, worker_bytes: int) -> int:
    """Workers to start: `asked` where it is above 0 (-j N), else one per core while all fit into half of the memory.

    A graphics card has one worker: it does not share its memory.
    """
    if asked > 0:
        return asked
    if gpu():
        return 1
    return max(1, min(parallel.cores(), _memory() // 2 // worker_bytes))


def worker_bytes(memory: tuple[int, int], model_bytes: int) -> int:
    """An upper estimate of a worker's memory; `memory`: MB, and how many times the weights on top."""
    base, factor = memory
    return base * _MB + factor * model_bytes


@functools.cache
def gpu() -> bool:
    """Whether there is a graphics card that CTranslate2 can use. Nothing is loaded where there is none at all."""
    if not any(Path("/dev").glob("nvidia[0-9]*")):
        return False
    import ctranslate2

    return bool(ctranslate2.get_cuda_device_count() > 0)


def _memory() -> int:
    installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = parallel.limit("memory.max")
    return min(installed, int(limit)) if limit.isdigit() else installed
