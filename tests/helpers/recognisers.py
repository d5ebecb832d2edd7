"""Recogniser processes that stay: those that one test of a module has started serve its other tests, too.

To start one and read its model costs more than most of what is heard here. A test module says
`pytest_plugins = ["recognisers"]` and `pytestmark = pytest.mark.usefixtures("lasting")`; what a process is asked and
answers is the same, and one that has failed, died or was stopped in its work is none that stays.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from podcast_pipeline.errors import ToolFailed
from podcast_pipeline.transcribe import workers
from podcast_pipeline.transcribe.jobs import Answer

_Process = workers._Process


class Lasting(_Process):
    """A worker that goes to `idle` when its pool is left; `ended`: it has died."""

    def __init__(self, idle: list[Lasting]) -> None:
        super().__init__()
        self._idle, self._owner, self._ended = idle, os.getpid(), False

    def answers(self) -> list[Answer] | None:
        answers = super().answers()
        self._ended |= answers is None
        return answers

    def close(self, error: BaseException | None = None) -> ToolFailed | None:
        if error or self._ended or self.task is not None or os.getpid() != self._owner:
            return super().close(error)
        self._idle.append(self)
        return None

    def end(self) -> None:
        """As `close` does it elsewhere."""
        super().close()


@pytest.fixture(scope="module")
def lasting() -> Iterator[None]:
    """Workers are taken from those that have nothing to do."""
    idle: list[Lasting] = []
    owner = os.getpid()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers, "_Process", lambda: idle.pop() if idle and os.getpid() == owner else Lasting(idle))
        yield
    for worker in idle:
        worker.end()
