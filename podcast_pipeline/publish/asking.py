"""Requests to a storage or to addresses of the public: side by side where another computer answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from podcast_pipeline.storage.protocol import Storage

T = TypeVar("T")
R = TypeVar("R")
WORKERS = 8


def workers(storage: Storage) -> int:
    """How many requests go out at once: one to a folder of this computer."""
    return WORKERS if storage.capabilities.remote else 1


def each(ask: Callable[[T], R], wanted: Sequence[T], count: int) -> Iterator[R]:
    """What `ask` returns for each, in order, `count` at a time. Raises what the first of them raised: none is begun
    after that, nor once nobody takes any more.
    """
    if min(count, len(wanted)) < 2:
        yield from map(ask, wanted)
        return
    with ThreadPoolExecutor(count) as pool:
        asked = [pool.submit(ask, entry) for entry in wanted]
        try:
            yield from (future.result() for future in asked)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
